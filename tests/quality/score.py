#!/usr/bin/env python3
"""Scores a khabar program on the annotated articles of tests/corpus.

    score.py [--part train|dev|test|all] [--errors] PROGRAM     the table of one part
    score.py --check PROGRAM       checks the corpus, the second annotation, the floors of dev and test and that none was lowered; last line "N passed, N failed"
    score.py --raise PROGRAM       raises the floors (floors.json) to what is reached now; never lowers one
    score.py --readme FILE PROGRAM writes the table of dev and test between the markers in FILE
    score.py --seal                writes the hash of the test part after a deliberate change of it

A mention is right when span and type are; an event when its type is and its trigger overlaps the annotated one or
stands in the same sentence; a record when also status, actors' and recipients' codes are right. A slot is counted
over all events: found where the program fills it, right where the matched annotated event has the same value."""
import argparse
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import agreement
import corpus
import counts as corpus_counts
import history
from matching import SLOTS, Count, found_value, gold_value, pair_events

FLOORS = Path(__file__).resolve().parent / "floors.json"
MARKERS = ("<!-- quality: written by tests/quality/score.py -->", "<!-- /quality -->")
ROUNDING = 0.05
ENOUGH = 30
A_HANDFUL = 10


def extract(program, docs):
    """The program's record of each article, in order."""
    articles = [{"id": doc["id"], "source": doc["source"], "published_at": doc["published_at"], "language": doc["language"],
                 "title": corpus.plain(doc["title"]), "body": corpus.plain(doc["body"])} for doc in docs]
    feed = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
    run = subprocess.run([program, "extract"], input=feed.encode(), stdout=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit(f"{program} extract ended with status {run.returncode}")
    records = {record["article"]["id"]: record for record in map(json.loads, run.stdout.decode().splitlines())}
    missing = [doc["id"] for doc in docs if doc["id"] not in records]
    if missing:
        sys.exit(f"no record of {', '.join(missing)}")
    return [records[doc["id"]] for doc in docs]


def common_forms(doc, record):
    """Annotated and found mentions as {(start, end, type): entity}."""
    gold = {(start, end, doc["entities"][name]["type"]): name for name, start, end in corpus.marks(doc) if name[0] == "e"}
    found = {(m["start"], m["end"], entity["type"]): number
             for number, entity in enumerate(record["entities"]) for m in entity["mentions"]}
    return gold, found


def size(value):
    """How many values a slot holds."""
    return len(value) if isinstance(value, frozenset) else int(value is not None)


def score_entities(doc, record, counts):
    gold, found = common_forms(doc, record)
    both = gold.keys() & found.keys()
    counts["entities"].add(len(both), len(found), len(gold))
    for kind in corpus.ENTITY_TYPES:
        of = lambda keys: sum(key[2] == kind for key in keys)
        counts[f"entities {kind}"].add(of(both), of(found), of(gold))
    items = {key: doc["entities"][name]["wikidata"] for key, name in gold.items() if doc["entities"][name]["wikidata"]}
    claims = {key: record["entities"][found[key]]["wikidata"] for key in both if key in items}
    claims = {key: item for key, item in claims.items() if item}
    counts["linking (Wikidata)"].add(sum(items[key] == item for key, item in claims.items()), len(claims), len(items))
    return {found[key]: gold[key] for key in sorted(both)}


def score_times(doc, record, counts):
    gold = {(start, end): doc["times"][name]["value"] for name, start, end in corpus.marks(doc) if name[0] == "t"}
    found = {(time["start"], time["end"]): time["value"] for time in record["times"]}
    both = gold.keys() & found.keys()
    counts["times, span"].add(len(both), len(found), len(gold))
    counts["times, span and value"].add(sum(gold[span] == found[span] for span in both), len(found), len(gold))


def score_events(doc, record, counts, same, report):
    text = corpus.full_text(doc)
    pairs = pair_events(doc, record, text, same)
    for event in doc["events"]:
        counts[f"events {event['type']}"].add(0, 0, 1)
    for event in record["events"]:
        counts[f"events {event['type']}"].add(0, 1, 0)
    right = 0
    for gold, found in pairs:
        counts[f"events {gold['type']}"].add(1, 0, 0)
        wrong = [slot for slot in SLOTS if gold_value(gold, slot) != found_value(found, slot, same)]
        right += not {"status", "actors", "recipients"} & set(wrong)
        if wrong:
            report(f"{doc['id']} {gold['type']} «{found['trigger']['text']}»: " + "; ".join(
                f"{slot} {gold_value(gold, slot)} not {found_value(found, slot, same)}" for slot in wrong))
    counts["events, type"].add(len(pairs), len(record["events"]), len(doc["events"]))
    counts["events, record"].add(right, len(record["events"]), len(doc["events"]))
    for slot in SLOTS:
        hits = 0
        for gold, found in pairs:
            a, b = gold_value(gold, slot), found_value(found, slot, same)
            hits += len(a & b) if isinstance(a, frozenset) else int(a is not None and a == b)
        counts[f"slot {slot}"].add(hits, sum(size(gold_value(event, slot)) for event in record["events"]),
                                   sum(size(gold_value(event, slot)) for event in doc["events"]))


def score(program, part, report=lambda line: None):
    """All counts of a part, by the name of the figure."""
    docs = corpus.load(None if part == "all" else part)
    counts = defaultdict(Count)
    for doc, record in zip(docs, extract(program, docs)):
        if record["article"]["text"] != corpus.full_text(doc):
            report(f"{doc['id']}: the record's text differs from the article's")
        same = score_entities(doc, record, counts)
        score_times(doc, record, counts)
        score_events(doc, record, counts, same, report)
    return counts


def order(counts):
    """Names of figures: entities, times, events, slots; within them the sums before the kinds."""
    groups = ("entities", "linking", "times", "events,", "slot", "events ")
    rank = lambda name: next(n for n, group in enumerate(groups) if name.startswith(group))
    return sorted(counts, key=lambda name: (rank(name), list(counts).index(name) if rank(name) != 5 else 0, name))


def print_table(counts):
    for name in order(counts):
        c = counts[name]
        print(f"{name:24} P {c.precision:5.1f}  R {c.recall:5.1f}  F1 {c.f1:5.1f}  ({c.right} right, {c.found} found, {c.gold} annotated)")


def markdown(by_part):
    """The table for a reader: every figure with the number of its annotations, those that rest on a handful in italics."""
    lines = ["| | " + " | ".join(f"{part} n | P | R | F1" for part in by_part) + " |",
             "| --- |" + " ---: |" * (4 * len(by_part))]
    names = {f"events {kind}": None for kind in sorted(corpus.Ontology().types)}
    names = order({name: None for counts in by_part.values() for name in counts} | names)
    for name in names:
        of_parts = [counts.get(name, Count()) for counts in by_part.values()]
        cells = [cell for c in of_parts for cell in cells_of(c)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", f"n: how many are annotated; where they are fewer than {A_HANDFUL}, the figures are in italics and tell little."])


def cells_of(c):
    """Annotations, precision, recall and F1 as cells of the table."""
    style = "*{}*" if c.gold < A_HANDFUL else "{}"
    return [style.format(c.gold), *(style.format(f"{figure:.1f}") for figure in (c.precision, c.recall, c.f1))]


def write_readme(path, by_part):
    text = Path(path).read_text(encoding="utf-8")
    head, begin, rest = text.partition(MARKERS[0])
    _, end, tail = rest.partition(MARKERS[1])
    if not begin or not end:
        sys.exit(f"{path}: the markers {MARKERS[0]} and {MARKERS[1]} are missing")
    Path(path).write_text(f"{head}{begin}\n{markdown(by_part)}\n{end}{tail}", encoding="utf-8")


def figures(by_part):
    """F1 of every figure that rests on enough annotations to tell more than chance, rounded as floors are."""
    return {part: {name: round(counts[name].f1, 1) for name in order(counts) if counts[name].gold >= ENOUGH}
            for part, counts in by_part.items()}


def raise_floors(by_part):
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    for part, reached in figures(by_part).items():
        old = floors.setdefault(part, {})
        for name, value in reached.items():
            old[name] = max(value, old.get(name, 0.0))
    FLOORS.write_text(json.dumps(floors, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def check(program, by_part):
    """Checks every article, the seal of the test part and every floor; the number of failures."""
    passed, failures = 0, []
    ontology = corpus.Ontology()
    docs = corpus.load()
    for doc in docs:
        found = [f"{doc['id']}: {fault}" for fault in corpus.faults(doc, ontology)]
        failures += found
        passed += not found
    checks = [(len({doc["id"] for doc in docs}) == len(docs), "an id is used by two articles"),
              (corpus.SEAL.read_text().strip() == corpus.test_part_hash(), "the test part has changed: see --seal")]
    checks += agreement.checks() + corpus_counts.checks()
    copies = corpus.near_copies([*((doc["id"], corpus.full_text(doc)) for doc in docs), *corpus.names_items()])
    checks.append((not copies, f"written twice: {'; '.join(copies)}"))
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    for part, counts in by_part.items():
        for name, floor in floors[part].items():
            reached = counts[name].f1
            checks.append((reached >= floor - ROUNDING, f"{part}: {name} is {reached:.1f}, its floor {floor}"))
    past = history.checks(floors)
    if past is None:
        print("no history of the floors here (no git, or a shallow clone): whether one was lowered is not checked")
    checks += past or []
    for holds, message in checks:
        passed += holds
        failures += [] if holds else [message]
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"quality: {passed} passed, {len(failures)} failed")
    return len(failures)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--part", choices=(*corpus.PARTS, "all"), default="dev")
    parser.add_argument("--errors", action="store_true", help="print what is wrong, never for the test part")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--raise", dest="raise_floors", action="store_true")
    parser.add_argument("--readme", metavar="FILE")
    parser.add_argument("--seal", action="store_true")
    args = parser.parse_args()
    if args.seal:
        corpus.SEAL.write_text(corpus.test_part_hash() + "\n")
    if not args.program:
        return 0 if args.seal else parser.error("which program?")
    if args.errors and args.part in ("test", "all"):
        parser.error("errors of the test part are not shown: rules are not written for it")
    if not (args.check or args.raise_floors or args.readme):
        print_table(score(args.program, args.part, print if args.errors else lambda line: None))
        return 0
    by_part = {part: score(args.program, part) for part in ("dev", "test")}
    if args.raise_floors:
        raise_floors(by_part)
    if args.readme:
        write_readme(args.readme, by_part)
    return 1 if args.check and check(args.program, by_part) else 0


if __name__ == "__main__":
    sys.exit(main())
