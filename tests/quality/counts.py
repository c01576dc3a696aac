#!/usr/bin/env python3
"""Counts of the annotated articles and of the names corpus, as Markdown; --write puts them between the markers of tests/corpus/README.md."""
import re
import sys
from collections import Counter

import corpus
import lexicon

README = corpus.ROOT / "tests" / "corpus" / "README.md"
NAMES = corpus.ROOT / "tests" / "corpus" / "names"
MARKERS = ("<!-- counts: written by tests/quality/counts.py -->", "<!-- /counts -->")
SOURCES = ("<!-- sources: written by tests/quality/counts.py -->", "<!-- /sources -->")
KINDS = ("PER", "ORG", "LOC")
CURVE_SLACK = 0.05  # by how much of its words the corpus may change before the learning curve must be measured again
_NAME = re.compile(r"\{(PER|ORG|LOC)\|([^{}|]+)\}")

ARAB = "DZA BHR COM DJI EGY IRQ JOR KWT LBN LBY MAR MRT OMN PSE QAT SAU SDN SOM SYR TUN ARE YEM".split()
# How an article looks, as far as a program can see it: a pattern, and how many lines of the body must match it.
FORMS = {
    "dateline of an agency or paper": (r"\A(?!قال|أعلن|اعلن)[^\n.:،]{2,45}?( [-–ـ]+ |ـ |\) ?[-–ـ:]|(?<=\S): )", 1),
    "live blog, entries with the hour": (r"^[\[(]?[0-9٠-٩]{1,2}[:.][0-9٠-٩]{2}\b", 2),
    "list of points or questions": (r"^([-•*–●] ?\S|س ?:|[0-9٠-٩]{1,2}[.)-] ?\S)", 2),
    "raw page with captions, links, labels": (
        r"^(\[ ?صور|\( ?(ال)?صور|صور[ةه] ?:|[اأ]قر[أا] [أا]يض|الرئيسي[ةه] »|أخبار >|سياس[ةه] ←|مواضيع|موضوعات|متابعات|تابعونا|::|« |#\S"
        r"|قد يهمك|كلمات مفتاحي|شارك|يكتبها|كتبت? ?:|حاورت?ه|آخر تحديث|[اإ]علان$|ملف /|الحوادث /)", 1),
    "short pieces under headings": (r"^\S+( \S+){0,4}$", 3),
}
# Spelling of the web: a pattern, and how often it must be there.
ORTHOGRAPHY = {
    "hamzas left out": (r"(?<!\w)[وفبلك]?(ان|اكد|اعلن|امس|اول|الامم|الاول|اكثر|اي|او|امام|الامريكي|الامريكيه|الاميركي)(?!\w)", 3),
    "ه for ة": (r"(?<!\w)(وال|بال|ال)\w{2,}(يه|اره|مه|ينه|سه|له|عه|ره)(?!\w)", 5),
    "ى for ي": (r"(?<!\w)(فى|وفى|التى|والتى|الذى|والذى|حوالى|الثانى|ال\w{3,}[رنتسلبمدقكف]ى)(?!\w)", 3),
    "ي for ى": (r"(?<!\w)(علي|وعلي|الي|والي|حتي|لدي|سوي|متي)(?!\w)", 3),
    "hamza as Egypt writes it (مسئول, شىء)": (r"مسئول|شئون|رءوس|ىء(?!\w)", 1),
    "Indic digits": ("[٠-٩]", 2),
    "tatweel": (r"\wـ|ـ\w", 1),
    "doubled spaces": (r"\S  +\S", 1),
    "space before a comma or full stop": (r"\S [،.:؟]", 2),
    "quotation marks « »": ("«", 1),
    "quotation marks “ ”": ("“", 1),
    'quotation marks " "': ('"', 1),
    "quotation marks ‘ ’": ("‘", 1),
}


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
    lines += ["Articles that name something or somebody of an Arab country:", ""]
    lines += table("country", Counter(c for doc in docs for c in {entity["country"] for entity in doc["entities"].values()}), ARAB)
    lines += ["Articles by their form and their spelling, as far as a program sees them (one may have several, or none):", ""]
    lines += table("form", features(docs, FORMS), FORMS) + table("spelling", features(docs, ORTHOGRAPHY), ORTHOGRAPHY)
    return lines


def features(docs, patterns):
    """How many articles have each feature in their body."""
    bodies = [corpus.plain(doc["body"]) for doc in docs]
    return Counter({name: sum(len(re.findall(pattern, body, re.MULTILINE)) >= least for body in bodies)
                    for name, (pattern, least) in patterns.items()})


def names_counts():
    words, sections, mentions = Counter(), Counter(), Counter()
    for section, line in items():
        sections[section] += 1
        words[section] += len(_NAME.sub(lambda name: name.group(2), line).split())
        mentions.update(name.group(1) for name in _NAME.finditer(line))
    lines = [f"{sum(sections.values()):,} items, {sum(words.values()):,} words; "
             + ", ".join(f"{mentions[kind]:,} {kind}" for kind in KINDS) + ".", "", "| section | items | words |", "| --- | ---: | ---: |"]
    return lines + [f"| {name} | {sections[name]} | {words[name]} |" for name in sorted(sections)]


def items():
    """Every item of the names corpus with its section."""
    for path in sorted(NAMES.glob("*.txt")):
        section = path.stem.rsplit("-", 1)[0]
        yield from ((section, line) for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))


def different_names():
    """{kind: how often each different name is there}, folded."""
    names = {kind: Counter() for kind in KINDS}
    for _, line in items():
        for name in _NAME.finditer(line):
            names[name.group(1)][lexicon.fold(name.group(2))] += 1
    return names


def strangers(people, known):
    """Of the people named by more than one word: all, those in no lexicon, those of whose names a part is in none either."""
    whole = [name for name in people if " " in name]
    unknown = [name for name in whole if known.source("PER", name) != lexicon.PEOPLE]
    return whole, unknown, [name for name in unknown if not all(map(known.is_name_word, name.split()))]


def source_counts():
    """Where each different name is known from, and how often names come again."""
    known, names = lexicon.Lexicon(), different_names()
    source = {kind: Counter(known.source(kind, name) for name in found) for kind, found in names.items()}
    whole, unknown, new = map(len, strangers(names["PER"], known))
    again = ", ".join(f"{kind} {100 * sum(n > 1 for n in found.values()) / len(found):.0f} %" for kind, found in names.items())
    return [f"Of {whole:,} people named in full {unknown:,} ({100 * unknown / whole:.0f} %) are in no lexicon; of {new:,} "
            f"({100 * new / whole:.0f} %) a part", f"of the name is not even known as a name. Different names that come more than once: {again}.", "",
            "| source, different names | PER | ORG | LOC |", "| --- | ---: | ---: | ---: |",
            *(f"| {name} | " + " | ".join(str(source[kind][name]) for kind in KINDS) + " |" for name in lexicon.SOURCES)]


def counted():
    """What follows from the corpus alone, which the README must show as it is."""
    return "\n".join(["### Articles", "", *article_counts(), "### Names", "", *names_counts()])


def readme_parts(markers):
    """What stands before, between and after two markers of the README."""
    head, begin, rest = README.read_text(encoding="utf-8").partition(markers[0])
    table, end, tail = rest.partition(markers[1])
    if not begin or not end:
        sys.exit(f"{README}: the markers {markers} are missing")
    return head + begin, table, end + tail


def curve_words():
    """How many words the whole corpus had when the learning curve of the README was measured."""
    row = re.search(r"^\| 100 % \| ([0-9,]+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    return int(row.group(1).replace(",", "")) if row else 0


def checks():
    """(holds, message). The lexicon grows apart from the corpus, so that of the sources only the promise is checked: half are strangers."""
    whole, unknown, _ = strangers(different_names()["PER"], lexicon.Lexicon())
    measured, words = curve_words(), sum(len(_NAME.sub(lambda name: name.group(2), line).split()) for _, line in items())
    return [(abs(measured - words) <= CURVE_SLACK * words,
             f"tests/corpus/README.md: the learning curve is of {measured:,} words, the names have {words:,}: see curve.py"),
            (readme_parts(MARKERS)[1].strip() == counted().strip(), "tests/corpus/README.md: the counts are out of date: see counts.py --write"),
            (2 * len(unknown) >= len(whole), f"only {len(unknown)} of {len(whole)} people of the names corpus are in no lexicon")]


def main():
    tables = ((MARKERS, counted()), (SOURCES, "\n".join(source_counts())))
    for markers, text in tables:
        if sys.argv[1:] != ["--write"]:
            print(text, end="\n\n")
            continue
        head, _, tail = readme_parts(markers)
        README.write_text(f"{head}\n\n{text}\n\n{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
