#!/usr/bin/env python3
"""Agreement of the two annotations of the articles: tests/corpus/articles and, made blind, tests/corpus/second.

    agreement.py                          the table, as Markdown
    agreement.py --write                  puts it between the markers of tests/corpus/README.md
    agreement.py --differences train|dev  lists what differs; never for the test part
    agreement.py --keep-first-pass        keeps today's counts as those of the first pass, before any correction

Neither annotation is taken for the right one: F1 is twice what both have, divided by the sum of what each has. A mention
agrees when span and type do; events are matched as in score.py. The first annotation is corrected where the second
shows a slip, which raises the figures of today; those of the first pass stay in agreement_first_pass.json."""
import argparse
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

import corpus
from matching import Count, pair_events

SECOND = corpus.ROOT / "tests" / "corpus" / "second"
README = corpus.ROOT / "tests" / "corpus" / "README.md"
FIRST_PASS = Path(__file__).resolve().parent / "agreement_first_pass.json"
MARKERS = ("<!-- agreement: written by tests/quality/agreement.py -->", "<!-- /agreement -->")
SLOTS = ("status", "actors", "recipients", "date")
RECORD = ("status", "actors", "recipients")


def read(doc):
    """The second annotation of an article as it stands in its file."""
    return json.loads((SECOND / f"{doc['id'].rsplit('-', 1)[1]}.json").read_text(encoding="utf-8"))


def occurrences(form, text):
    """Where a form stands as a word, after proclitics or none; «الأمم» also as «لأمم» after «ل»."""
    spans = {match.span(1) for match in re.finditer(rf"(?<!\w)[وف]?[بكل]?({re.escape(form)})(?!\w)", text)}
    if form.startswith("ال"):
        spans |= {match.span(1) for match in re.finditer(rf"(?<!\w)[وف]?ل({re.escape(form[1:])})(?!\w)", text)}
    return spans


def spread(forms, text):
    """{span: value} for (form, value) pairs: a form stands for all its occurrences, and where two overlap the longer one wins."""
    taken = {}
    for form, value in sorted(forms, key=lambda pair: -len(pair[0])):
        for start, end in occurrences(form, text):
            if not any(start < b and a < end for a, b in taken):
                taken[start, end] = value
    return taken


def nth(trigger, text):
    """The span of a trigger, «x» or «x#2» for the second place where x stands; None where there is none."""
    form, _, number = trigger.partition("#")
    places = [match.span() for match in re.finditer(re.escape(form), text)]
    return places[int(number or 1) - 1] if len(places) >= int(number or 1) else None


class Annotation:
    """Mentions {span: type}, times {span: value} and events of an article, from either annotator."""

    def __init__(self, mentions, times, events):
        self.mentions, self.times, self.events = mentions, times, events


def first(doc):
    spans = {kind: {(start, end): name for name, start, end in corpus.marks(doc) if name[0] == kind} for kind in "et"}
    return Annotation({span: doc["entities"][name]["type"] for span, name in spans["e"].items()},
                      {span: doc["times"][name]["value"] for span, name in spans["t"].items()}, doc["events"])


def second(doc):
    text, annotated, events = corpus.full_text(doc), read(doc), []
    for event in annotated["events"]:
        places = [nth(trigger, text) for trigger in event["triggers"]]
        parties = {side: [{"code": code} for code in event[side]] for side in ("actors", "recipients")}
        events.append({**event, **parties, "mentions": [{"start": start, "end": end} for start, end in filter(None, places)]})
    forms = [(form, kind) for kind, entity in annotated["entities"] for form in entity]
    return Annotation(spread(forms, text), spread(annotated["times"], text), events)


def slot(event, name):
    return frozenset(party["code"] for party in event[name]) if name in ("actors", "recipients") else event[name]


def pairs_of(doc, other):
    return pair_events(doc, {"events": other.events}, corpus.full_text(doc), {}, SLOTS)


def count_events(doc, mine, theirs, counts):
    counts["events, type"].add(0, len(theirs.events), len(mine.events))
    for event in mine.events:
        counts[f"events {event['type']}"].add(0, 0, 1)
    for event in theirs.events:
        counts[f"events {event['type']}"].add(0, 1, 0)
    for a, b in pairs_of(doc, theirs):
        equal = {name: slot(a, name) == slot(b, name) for name in SLOTS}
        equal["record"] = all(equal[name] for name in RECORD)
        counts["events, type"].add(1, 0, 0)
        counts[f"events {a['type']}"].add(1, 0, 0)
        for name, same in equal.items():
            counts[f"{name} of all"].add(same, 1, 1)
            counts[f"{name} of {a['type']}"].add(same, 1, 1)


def count():
    """All counts of the two annotations, by the name of the figure."""
    counts = defaultdict(Count)
    for doc in corpus.load():
        mine, theirs = first(doc), second(doc)
        for kind in (None, *corpus.ENTITY_TYPES):
            a, b = ({item for item in of.mentions.items() if kind in (None, item[1])} for of in (mine, theirs))
            counts[f"mentions {kind}" if kind else "mentions"].add(len(a & b), len(b), len(a))
        for name, items in (("times, span", dict.keys), ("times, span and value", dict.items)):
            counts[name].add(len(items(mine.times) & items(theirs.times)), len(theirs.times), len(mine.times))
        count_events(doc, mine, theirs, counts)
    events = counts["events, type"]
    counts["events, record"].add(counts["record of all"].right, events.found, events.gold)
    return counts


def first_pass():
    counts = defaultdict(Count)
    for name, numbers in json.loads(FIRST_PASS.read_text(encoding="utf-8")).items():
        counts[name].add(*numbers)
    return counts


def keep_first_pass(counts):
    lines = [f' "{name}": [{c.right}, {c.found}, {c.gold}]' for name, c in counts.items()]
    FIRST_PASS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def markdown(before, now):
    """Two tables: every figure of the first pass beside that of today, and the first pass by type of event."""
    lines = ["| | first | second | both | F1, first pass | F1, corrected |", "| --- |" + " ---: |" * 5]
    for name in ("mentions", *(f"mentions {kind}" for kind in corpus.ENTITY_TYPES),
                 "times, span", "times, span and value", "events, type", "events, record"):
        c = before[name]
        lines.append(f"| {name} | {c.gold} | {c.found} | {c.right} | {c.f1:.1f} | {now[name].f1:.1f} |")
    lines += ["", "Of the events that both have, the share in percent with equal values, in the first pass:", "",
              "| event type | first | second | both | F1 | " + " | ".join((*SLOTS, "record")) + " |", "| --- |" + " ---: |" * 9]
    for kind in ("all", *sorted(corpus.Ontology().types)):
        c = before["events, type" if kind == "all" else f"events {kind}"]
        shares = [f"{before[f'{name} of {kind}'].recall:.1f}" for name in (*SLOTS, "record")]
        lines.append(f"| {kind} | {c.gold} | {c.found} | {c.right} | {c.f1:.1f} | " + " | ".join(shares) + " |")
    return "\n".join(lines)


def readme_parts():
    """What stands before, between and after the markers of the README."""
    head, begin, rest = README.read_text(encoding="utf-8").partition(MARKERS[0])
    table, end, tail = rest.partition(MARKERS[1])
    if not begin or not end:
        sys.exit(f"{README}: the markers are missing")
    return head + begin, table, end + tail


def missing_forms(annotated, text):
    """Forms of a second annotation that the article does not have."""
    forms = [form for _, entity in annotated["entities"] for form in entity] + [form for form, _ in annotated["times"]]
    triggers = [trigger for event in annotated["events"] for trigger in event["triggers"]]
    return [form for form in forms if not occurrences(form, text)] + [t for t in triggers if nth(t, text) is None]


def fault(doc, types):
    """What is wrong with the second annotation of an article, or None."""
    try:
        annotated = read(doc)
        missing = missing_forms(annotated, corpus.full_text(doc))
        wrong = ({kind for kind, _ in annotated["entities"]} - set(corpus.ENTITY_TYPES)
                 | {event["type"] for event in annotated["events"]} - types
                 | {event["status"] for event in annotated["events"]} - set(corpus.STATUSES))
        named = [] if annotated["id"] == doc["id"] else [annotated["id"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return str(error)
    return f"not in the article or the tables: {', '.join([*missing, *sorted(wrong), *named])}" if missing or wrong or named else None


def checks():
    """(holds, message) for every second annotation and for the table of the README."""
    types = corpus.Ontology().types
    faults = {doc["id"]: fault(doc, types) for doc in corpus.load()}
    found = [(what is None, f"{name}, second annotation: {what}") for name, what in faults.items()]
    current = not any(faults.values()) and readme_parts()[1].strip() == markdown(first_pass(), count())
    return [*found, (current, "tests/corpus/README.md: agreement is out of date: see agreement.py --write")]


def around(text, span):
    start, end = span
    return f"{text[max(0, start - 25):start]}[{text[start:end]}]{text[end:end + 25]}".replace("\n", " ")


def differences(part):
    """One line for each difference in a part: «1» stands for the first annotation, «2» for the second."""
    for doc in corpus.load(part):
        text, mine, theirs = corpus.full_text(doc), first(doc), second(doc)
        for name, a, b in (("mention", mine.mentions, theirs.mentions), ("time", mine.times, theirs.times)):
            for span in sorted(a.keys() | b.keys()):
                if a.get(span) != b.get(span):
                    print(f"{doc['id']} {name} 1 {a.get(span)} 2 {b.get(span)}: {around(text, span)}")
        pairs = pairs_of(doc, theirs)
        spans = {name: (start, end) for name, start, end in corpus.marks(doc)}
        for a, b in pairs:
            wrong = [f"{name} 1 {show(slot(a, name))} 2 {show(slot(b, name))}" for name in SLOTS if slot(a, name) != slot(b, name)]
            if wrong:
                print(f"{doc['id']} {a['type']} {'; '.join(wrong)}: {around(text, spans[a['triggers'][0]])}")
        for event in (event for event in mine.events if not any(event is a for a, _ in pairs)):
            print(f"{doc['id']} {event['type']} only 1: {around(text, spans[event['triggers'][0]])}")
        for event in (event for event in theirs.events if not any(event is b for _, b in pairs)):
            print(f"{doc['id']} {event['type']} only 2: {around(text, nth(event['triggers'][0], text))}")


def show(value):
    return "+".join(sorted(value)) or "none" if isinstance(value, frozenset) else value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--differences", choices=("train", "dev"))
    parser.add_argument("--keep-first-pass", action="store_true")
    args = parser.parse_args()
    if args.differences:
        differences(args.differences)
        return
    now = count()
    if args.keep_first_pass:
        keep_first_pass(now)
    table = markdown(first_pass(), now)
    if args.write:
        head, _, tail = readme_parts()
        README.write_text(f"{head}\n{table}\n{tail}", encoding="utf-8")
    else:
        print(table)


if __name__ == "__main__":
    main()
