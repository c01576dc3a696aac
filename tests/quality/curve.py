#!/usr/bin/env python3
"""How names are read after training on a part of the corpus: a learning curve.

    curve.py BUILD_DIR TAGGED_FILE...           trains on 25, 50 and 100 percent of tests/corpus/names, scores on each file
    curve.py --kinds BUILD_DIR TAGGED_FILE...   trains on all, then without one kind of text after the other: which kind helps?

BUILD_DIR is a build of the tree (khabar-compile and khabar are made there). A tagged file has one 'token TAG' a line and
an empty line between sentences, TAG being O, B-PER, I-LOC and the like (PERS, GPE and FAC are read too). A span is
right when its tokens and its type are. Each percentage takes every n-th item of every file of the corpus, so that all
sections shrink alike; what is trained is thrown away afterwards."""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARES = (25, 50, 100)
TEXTS = {  # kinds of text and their sections: the names of the files up to the number
    "agencies and the world": ("agencies", "newswire", "un", "world"),
    "conflict, courts, disasters": ("conflict", "courts", "disasters"),
    "politics and administration": ("local", "locals", "ministries", "parliament", "politics"),
    "business": ("business", "economy"),
    "sport": ("sport",),
    "society, culture, science": ("culture", "health", "history", "magazine", "opinion", "religion", "science", "society"),
    "headlines, lists, contrasts, plain prose": ("contrast", "headlines", "lists", "plain"),
}
KINDS = {"PER": "PERSON", "PERS": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION", "GPE": "LOCATION", "FAC": "LOCATION"}
TYPES = ("PERSON", "ORGANIZATION", "LOCATION")


def files():
    """Every file of the corpus as (path, section, items)."""
    for path in sorted((ROOT / "tests" / "corpus" / "names").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield path, path.stem.rsplit("-", 1)[0], [line for line in lines if line and not line.startswith("#")]


def write(target, share=100, without=()):
    """Writes that share of the corpus, without some sections, below `target`; the number of its words."""
    words = 0
    (target / "names").mkdir()
    for path, section, items in files():
        kept = [] if section in without else [line for n, line in enumerate(items) if n * share // 100 != (n + 1) * share // 100]
        words += sum(len(re.sub(r"\{[A-Z]+\|", "", line).split()) for line in kept)
        (target / "names" / path.name).write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    return words


def link_command(build):
    """The command that links khabar, as the build knows it."""
    lines = subprocess.run(["ninja", "-C", build, "-t", "commands", "khabar"], stdout=subprocess.PIPE, check=True, text=True).stdout
    return next(line for line in reversed(lines.splitlines()) if " -o khabar " in line)


def make_program(build, corpus, folder):
    """Trains on `corpus` and links a khabar that carries the result."""
    image, embedded, program = folder / "khabar.image", folder / "embedded.o", folder / "khabar"
    subprocess.run([build / "khabar-compile", ROOT / "worker" / "data", corpus, image], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cc", f"-I{ROOT / 'include'}", f'-DKHABAR_IMAGE="{image}"', "-c", ROOT / "worker" / "data" / "embedded.c", "-o", embedded], check=True)
    objects = f"{embedded} CMakeFiles/khabar_core.dir/worker/*/*.o"
    command = link_command(build).replace(" -o khabar ", f" -o {program} {objects} ").replace(" libkhabar.a ", " ")
    subprocess.run(command, shell=True, cwd=build, check=True)
    return program


def sentences(path):
    tokens, tags = [], []
    for line in [*path.read_text(encoding="utf-8-sig").splitlines(), ""]:
        parts = line.split()
        if len(parts) > 1:
            tokens.append(parts[0])
            tags.append(parts[-1])
        elif tokens:
            yield tokens, tags
            tokens, tags = [], []


def marked(tags):
    """Spans of the tags as (first token, end, type)."""
    spans, start, kind = set(), None, None
    for n, tag in enumerate([*tags, "O"]):
        head, _, name = tag.partition("-")
        name = KINDS.get(name.upper())
        if start is not None and not (head == "I" and name == kind):
            spans.add((start, n, kind))
            start = None
        if name and start is None:
            start, kind = n, name
    return spans


def found(tokens, record):
    """Spans of a record; a mention stands for the tokens that it touches."""
    text, at, owners = record["article"]["text"], 0, []
    for token in tokens:
        place = text.find(token, at)
        begin = place if place >= 0 else at
        owners.append((begin, begin + len(token)))
        at = begin + len(token) if place >= 0 else at
    spans = set()
    for entity in record["entities"]:
        for m in entity["mentions"]:
            touched = [n for n, (begin, end) in enumerate(owners) if begin < m["end"] and m["start"] < end]
            if touched:
                spans.add((touched[0], touched[-1] + 1, entity["type"]))
    return spans


def score(program, path):
    """F1 in percent by type, and of all."""
    gold = list(sentences(path))
    feed = "".join(json.dumps({"id": f"s{n}", "body": " ".join(tokens), "language": "ar"}, ensure_ascii=False) + "\n" for n, (tokens, _) in enumerate(gold))
    records = [json.loads(line) for line in
               subprocess.run([program, "extract"], input=feed, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()]
    right, claimed, there = ({kind: 0 for kind in TYPES} for _ in range(3))
    for (tokens, tags), record in zip(gold, records):
        want, have = marked(tags), found(tokens, record)
        for kind in TYPES:
            of_kind = [{span for span in spans if span[2] == kind} for spans in (want, have)]
            there[kind] += len(of_kind[0])
            claimed[kind] += len(of_kind[1])
            right[kind] += len(of_kind[0] & of_kind[1])
    f1 = lambda r, c, t: 200 * r / (c + t) if c + t else 0.0  # noqa: E731
    return [f1(right[k], claimed[k], there[k]) for k in TYPES] + [f1(*(sum(x.values()) for x in (right, claimed, there)))]


def trained(build, tagged, **part):
    """Words of a part of the corpus, and the scores on each file of a program trained on it."""
    folder = Path(tempfile.mkdtemp(prefix="khabar-curve-"))
    try:
        words = write(folder, **part)
        program = make_program(build, folder, folder)
        return words, [score(program, path) for path in tagged]
    finally:
        shutil.rmtree(folder)


def by_share(build, tagged):
    print("| corpus | words | file | PERSON | ORGANIZATION | LOCATION | all |\n| ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    for share in SHARES:
        words, scores = trained(build, tagged, share=share)
        for path, values in zip(tagged, scores):
            print(f"| {share} % | {words:,} | {path.name} | " + " | ".join(f"{value:.1f}" for value in values) + " |", flush=True)


def by_kind(build, tagged):
    """What is lost without a kind of text, in all and for each 10,000 words of it."""
    known = {section for _, section, _ in files()}
    if known != {section for sections in TEXTS.values() for section in sections}:
        sys.exit("a section has no kind of text: see TEXTS")
    everything, before = trained(build, tagged)
    print("| without | words | file | PERSON | ORGANIZATION | LOCATION | all | lost by 10,000 words |\n| --- | ---: | --- |" + " ---: |" * 5)
    for path, values in zip(tagged, before):
        print(f"| nothing | 0 | {path.name} | " + " | ".join(f"{value:.1f}" for value in values) + " | |", flush=True)
    for name, sections in TEXTS.items():
        words, scores = trained(build, tagged, without=sections)
        for path, values, whole in zip(tagged, scores, before):
            lost = (whole[-1] - values[-1]) * 10000 / (everything - words)
            print(f"| {name} | {everything - words:,} | {path.name} | " + " | ".join(f"{value:.1f}" for value in values)
                  + f" | {lost:.2f} |", flush=True)


def main():
    kinds, arguments = "--kinds" in sys.argv[1:2], [a for a in sys.argv[1:] if a != "--kinds"]
    if len(arguments) < 2:
        sys.exit(__doc__)
    build, tagged = Path(arguments[0]).resolve(), [Path(name) for name in arguments[1:]]
    subprocess.run(["cmake", "--build", build, "--target", "khabar", "khabar-compile"], check=True, stdout=subprocess.DEVNULL)
    (by_kind if kinds else by_share)(build, tagged)


if __name__ == "__main__":
    main()
