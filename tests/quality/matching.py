"""Counting, and which events of two annotations of one article are taken for the same."""
import re

import corpus

SLOTS = ("mode", "cameo", "status", "actors", "recipients", "date", "place", "reported_by", "killed", "injured")


class Count:
    """How many were right, found and annotated; figures in percent."""

    def __init__(self):
        self.right = self.found = self.gold = 0

    def add(self, right, found, gold):
        self.right += right
        self.found += found
        self.gold += gold

    @property
    def precision(self):
        return 100 * self.right / self.found if self.found else 0.0

    @property
    def recall(self):
        return 100 * self.right / self.gold if self.gold else 0.0

    @property
    def f1(self):
        return 200 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


def gold_value(event, slot):
    if slot in ("actors", "recipients"):
        return frozenset(party["code"] for party in event[slot])
    return event.get(slot)


def found_value(event, slot, same):
    value = gold_value(event, slot)
    if slot in ("place", "reported_by") and value is not None:
        return same.get(value, ("unknown", value))
    return value


def pair_events(doc, record, text, same, slots=SLOTS):
    """Pairs (annotated, found) of events taken for the same one: overlapping triggers first, then the most alike."""
    ends = [match.end() for match in re.finditer(r"[.!؟?]\s|\n", text)]
    sentence = lambda offset: sum(end <= offset for end in ends)
    spans = {name: (start, end) for name, start, end in corpus.marks(doc) if name[0] == "v"}
    candidates = []
    for g, gold in enumerate(doc["events"]):
        here = [spans[name] for name in gold["triggers"]]
        for f, found in enumerate(record["events"]):
            if gold["type"] != found["type"]:
                continue
            there = [(m["start"], m["end"]) for m in found["mentions"]]
            overlap = any(a < d and c < b for a, b in here for c, d in there)
            if overlap or {sentence(a) for a, _ in here} & {sentence(c) for c, _ in there}:
                alike = sum(gold_value(gold, slot) == found_value(found, slot, same) for slot in slots)
                candidates.append((overlap, alike, -g, -f))
    pairs, used_gold, used_found = [], set(), set()
    for _, _, g, f in sorted(candidates, reverse=True):
        if g not in used_gold and f not in used_found:
            used_gold.add(g)
            used_found.add(f)
            pairs.append((doc["events"][-g], record["events"][-f]))
    return pairs
