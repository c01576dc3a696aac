#!/usr/bin/env python3
"""Counts of the annotated articles and of the names corpus, as Markdown; --write puts them between the markers of tests/corpus/README.md."""
import re
import sys
from collections import Counter

import corpus

README = corpus.ROOT / "tests" / "corpus" / "README.md"
NAMES = corpus.ROOT / "tests" / "corpus" / "names"
MARKERS = ("<!-- counts: written by tests/quality/counts.py -->", "<!-- /counts -->")
_NAME = re.compile(r"\{(PER|ORG|LOC)\|([^{}|]+)\}")


def table(title, counter, names=None):
    rows = names or [name for name, _ in counter.most_common()]
    return [f"| {title} | |", "| --- | ---: |", *(f"| {name} | {counter[name]} |" for name in rows), ""]


def article_counts():
    docs = corpus.load()
    words = sum(len(corpus.full_text(doc).split()) for doc in docs)
    events = [event for doc in docs for event in doc["events"]]
    mentions = Counter(doc["entities"][mark[0]]["type"] for doc in docs for mark in corpus.marks(doc) if mark[0][0] == "e")
    countries = {entity["country"] for doc in docs for entity in doc["entities"].values() if entity["country"]}
    lines = [f"{len(docs)} articles, {words:,} words, {len(events)} events, {sum(mentions.values()):,} mentions of entities,",
             f"{sum(mark[0][0] == 't' for doc in docs for mark in corpus.marks(doc))} time expressions; "
             f"{sum(not doc['events'] for doc in docs)} articles without an event; entities of {len(countries)} countries.", ""]
    lines += table("part", Counter(corpus.part_of(doc["id"]) for doc in docs), corpus.PARTS)
    lines += table("section", Counter(doc["section"] for doc in docs))
    lines += table("event type", Counter(event["type"] for event in events), sorted(corpus.Ontology().types))
    lines += table("status", Counter(event["status"] for event in events), corpus.STATUSES)
    lines += table("mentions", mentions, corpus.ENTITY_TYPES)
    return lines


def names_counts():
    words, sections, mentions = Counter(), Counter(), Counter()
    for path in sorted(NAMES.glob("*.txt")):
        section = path.stem.rsplit("-", 1)[0]
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                sections[section] += 1
                words[section] += len(_NAME.sub(lambda name: name.group(2), line).split())
                mentions.update(name.group(1) for name in _NAME.finditer(line))
    lines = [f"{sum(sections.values()):,} items, {sum(words.values()):,} words; "
             + ", ".join(f"{mentions[kind]:,} {kind}" for kind in ("PER", "ORG", "LOC")) + ".", "",
             "| section | items | words |", "| --- | ---: | ---: |"]
    return lines + [f"| {name} | {sections[name]} | {words[name]} |" for name in sorted(sections)] + [""]


def main():
    text = "\n".join(["### Articles", "", *article_counts(), "### Names", "", *names_counts()])
    if sys.argv[1:] != ["--write"]:
        print(text)
        return
    head, begin, rest = README.read_text(encoding="utf-8").partition(MARKERS[0])
    _, end, tail = rest.partition(MARKERS[1])
    if not begin or not end:
        sys.exit(f"{README}: the markers are missing")
    README.write_text(f"{head}{begin}\n\n{text}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
