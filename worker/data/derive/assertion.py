#!/usr/bin/env python3
"""Fit the weights of tables/assertion.tsv to the sentences of tests/cases/events/assertion-*.tsv.

Usage: assertion.py KHABAR [--write]

KHABAR is the built command. It reads every sentence with a bias that lets all events stand and gives their features in
`why`; from these a logistic regression is fitted, one for each type, with a penalty that keeps weights small and
expected signs (SIGNS) where a sentence or two would turn them. Of the events of one sentence the strongest counts.
The weight of `passage`, a text without a headline, turns the odds of the sentences into those of news (NEWS_ODDS). Prints
accuracy by leaving out a tenth at a time; --errors lists the sentences read wrong. --write puts the weights into the
table. The result depends on nothing but the sentences and NEWS_ODDS: no randomness, no other data.
"""
import json, math, re, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "worker/data/tables/assertion.tsv"
CASES = sorted((ROOT / "tests/cases/events").glob("assertion-*.tsv"))
TYPES = ("ASSAULT", "PROTEST")
PENALTY, STEPS, RATE, MOMENTUM = 3.0, 250, 0.5, 0.9
# Odds that suit a sentence of a newspaper out of its article; the "no" sentences on protests are nearly all hard ones, so their odds stay as they are.
NEWS_ODDS = {"ASSAULT": 0.67, "PROTEST": 1.0}

# What a feature can only speak for (+) or against (-).
SIGNS = {
    "verb-past": "+", "noun-carried": "+", "noun-happens": "+", "noun-told": "+", "noun-suffered": "+", "noun-placed": "+", "result": "+",
    "killed": "+", "injured": "+", "fresh": "+", "actor": "+", "recipient": "+", "place": "+", "merged": "+", "title": "+", "source": "+",
    "scene": "+", "crowd": "+", "verb-active": "+", "whole": "+",
    "verb-present": "-", "state": "-", "noun-alone": "-", "definite": "-", "plural": "-", "old": "-", "no-party": "-", "self": "-",
    "reference": "-", "after": "-", "subordinate": "-", "general": "-", "opinion": "-", "background": "-", "court": "-", "known-crowd": "-",
    "main-reacts": "-", "main-legal": "-", "main-force": "+", "main-crowd": "+", "stopped": "-", "crowd-named": "-", "purpose": "+", "size": "+", "plan": "-",
    "denied": "-", "day": "+", "tally": "-", "aftermath": "-", "rights": "-", "gathers": "+", "shows": "-", "shows-known": "-", "short": "+",
}


def rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def read(khabar, cases):
    """The features of every event of the case's type that happened, by case."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "tables/assertion.tsv"
        table.parent.mkdir()
        words = TABLE.read_text(encoding="utf-8")  # words as they are now, even where the built command has others
        table.write_text(re.sub(r"^bias\t\S+\t\S+", "bias\t90\t90", words, flags=re.M), encoding="utf-8")
        feed = "".join(json.dumps({"id": str(i), "body": text, "language": "ar", "published_at": "2024-06-15T12:00:00Z"}) + "\n"
                       for i, (_, _, text) in enumerate(cases))
        run = subprocess.run([khabar, "extract", "--lexicon", folder], input=feed.encode(), stdout=subprocess.PIPE, check=True)
    found = []
    for (kind, _, _), line in zip(cases, run.stdout.decode().splitlines()):
        events = [e for e in json.loads(line)["events"] if e["type"] == kind and e["status"] == "actual"]
        said = [e["why"].split("; asserted in all", 1)[1].split(";")[0] for e in events if "; asserted in all" in e["why"]]
        found.append([[f for f in re.findall(r"([a-z-]+) [+-]\d+\.\d", why) if f != "passage"] for why in said])
    return found


def score(weights, features):
    return sum(weights.get(f, 0.0) for f in features)


def fit(data, names):
    """Gradient descent with momentum; weights that SIGNS holds to one side of nought stay there."""
    place = {f: i for i, f in enumerate(names)}
    rows = [([[place[f] for f in e] for e in events], yes) for events, yes in data]
    low = [0.0 if SIGNS.get(f) == "+" else -math.inf for f in names]
    high = [0.0 if SIGNS.get(f) == "-" else math.inf for f in names]
    weights, pace = [0.0] * len(names), [0.0] * len(names)
    for _ in range(STEPS):
        slope = [-PENALTY * w if f != "bias" else 0.0 for f, w in zip(names, weights)]
        for events, yes in rows:
            total, best = max((sum(weights[i] for i in e), e) for e in events)
            error = yes - 1 / (1 + math.exp(-total))
            for i in best:
                slope[i] += error
        for i in range(len(names)):
            pace[i] = MOMENTUM * pace[i] + RATE * slope[i] / len(rows)
            moved = min(max(weights[i] + pace[i], low[i]), high[i])
            pace[i] = pace[i] if moved == weights[i] + pace[i] else 0.0
            weights[i] = moved
    return dict(zip(names, weights))


def tally(pairs):
    right = sum(1 for said, yes in pairs if said and yes)
    said, yes = sum(s for s, _ in pairs), sum(y for _, y in pairs)
    return f"precision {right}/{said}, recall {right}/{yes}"


def main():
    khabar, write = sys.argv[1], "--write" in sys.argv
    cases = [tuple(r) for path in CASES for r in rows(path)]
    found = read(khabar, cases)
    names = [r[0] for r in rows(TABLE) if r[0] != "passage"]
    fitted, odds = {}, {}
    for kind in TYPES:
        data = [(events, label == "yes", text) for (k, label, text), events in zip(cases, found) if k == kind]
        seen = [(e, y) for e, y, _ in data if e]
        print(f"{kind}: {len(data)} sentences; yes without an event {sum(not e and y for e, y, _ in data)}, "
              f"no without one {sum(not e and not y for e, y, _ in data)}")
        held = []
        for part in range(10):
            w = fit([d for i, d in enumerate(seen) if i % 10 != part], names)
            held += [(max(score(w, e) for e in events) >= 0, y) for i, (events, y) in enumerate(seen) if i % 10 == part]
        fitted[kind] = fit(seen, names)
        odds[kind] = sum(y for _, y in seen) / sum(not y for _, y in seen)
        print("  held out:", tally(held), " fitted:", tally([(max(score(fitted[kind], e) for e in events) >= 0, y) for events, y in seen]))
        if "--errors" in sys.argv:
            for events, yes, text in data:
                if not events and yes:
                    print("  nothing found:", text)
                elif events and (max(score(fitted[kind], e) for e in events) >= 0) != yes:
                    print("  missed:" if yes else "  extra:", text)
    for kind in TYPES:
        fitted[kind]["passage"] = math.log(NEWS_ODDS[kind]) - math.log(odds[kind])
    for name in names + ["passage"]:
        print(f"  {name:16}" + "".join(f"{fitted[k][name]:+7.2f}" for k in TYPES))
    if write:
        out = []
        for line in TABLE.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line and not line.startswith("#"):
                cells[1:3] = [f"{fitted[k][cells[0]]:.2f}" for k in TYPES]
            out.append("\t".join(cells))
        TABLE.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
