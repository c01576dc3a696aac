#!/usr/bin/env python3
"""Fit the weights of tables/implicit.tsv to the annotated articles of tests/corpus.

Usage: implicit.py KHABAR [--write] [--parts train,dev]

KHABAR is the built command. For every event that it finds and that is annotated, `khabar explain --weighed` gives the candidates for a
slot which the event's words leave open, with their features. The right answer is the candidate whose codes are those of the
annotation, or none where the annotation has none. Weights are those of a conditional logistic regression (leaving empty
has the score 0): what a feature weighs for all quad classes together and what one quad class adds, both kept small by a penalty,
so that a class with few examples falls back on the others. Prints how many slots are right by leaving out a fifth of the
articles at a time. The result depends on nothing but the corpus: no randomness, no other data.
"""
import json, math, re, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/quality"))
import corpus  # noqa: E402

TABLE = ROOT / "worker/data/tables/implicit.tsv"
SLOTS = ("actor", "recipient")
QUADS = {"AGREE": 0, "CONSULT": 0, "SUPPORT": 0, "COOPERATE": 1, "AID": 1, "CONCEDE": 1, "RETREAT": 1, "REQUEST": 2, "ACCUSE": 2, "REJECT": 2,
         "THREATEN": 2, "PROTEST": 3, "SANCTION": 3, "MOBILIZE": 3, "COERCE": 3, "ASSAULT": 3}
SHARED, OWN, STEPS, RATE, FOLDS = 1.0, 3.0, 200, 0.5, 5
MARGINS = [m / 4 for m in range(-2, 13)]  # by how much a candidate must outweigh leaving the slot empty: the best on held-out articles
CAUTION = 1.0


def article_of(doc):
    return {k: doc[k] for k in ("id", "source", "published_at", "language") if k in doc} | {
        "title": corpus.plain(doc["title"]), "body": corpus.plain(doc["body"])}


def weighed(khabar, article):
    """One list of candidates a printed event: (slot, set of codes, features)."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as f:
        json.dump(article, f, ensure_ascii=False)
        f.flush()
        run = subprocess.run([khabar, "explain", "--plain", "--weighed", f.name], stdout=subprocess.PIPE, check=True)
    events = []
    for line in run.stdout.decode().splitlines():
        if re.match(r"  [A-Z]+ .* [0-9]+ %$", line):
            events.append([])
        elif line.startswith("      weighed "):
            slot, codes, _, features = line.split("weighed", 1)[1].strip().split("\t")
            events[-1].append((slot, frozenset(codes.split("+")), features.split()))
    return events


def sentence_of(text):
    ends = [m.end() for m in re.finditer(r"[.!؟]\s|\n", text)]
    return lambda at: sum(e <= at for e in ends)


def examples(khabar, docs):
    """(article, type, slot, candidates as feature lists, index of the right one or -1 for none)."""
    feed = "".join(json.dumps(article_of(d), ensure_ascii=False) + "\n" for d in docs)
    run = subprocess.run([khabar, "extract"], input=feed.encode(), stdout=subprocess.PIPE, check=True)
    found = []
    for number, (doc, line) in enumerate(zip(docs, run.stdout.decode().splitlines())):
        record, printed = json.loads(line), weighed(khabar, article_of(doc))
        assert len(printed) == len(record["events"]), doc["id"]
        where = {name: (start, end) for name, start, end in corpus.marks(doc)}
        sentence, taken = sentence_of(corpus.full_text(doc)), set()
        for event, candidates in zip(record["events"], printed):
            spans = [(m["start"], m["end"]) for m in event["mentions"]]
            best = None
            for g, gold in enumerate(doc["events"]):
                gs = [where[t] for t in gold["triggers"]]
                overlap = any(a < d and c < b for a, b in gs for c, d in spans)
                near = {sentence(a) for a, _ in gs} & {sentence(a) for a, _ in spans}
                if gold["type"] == event["type"] and g not in taken and (overlap or near):
                    best = max(best or (False, -1), (overlap, g))
            if not best:
                continue
            taken.add(best[1])
            gold = doc["events"][best[1]]
            for slot in SLOTS:
                own = [(codes, features) for s, codes, features in candidates if s == slot]
                wanted = frozenset(p["code"] for p in gold[slot + "s"])
                right = next((i for i, (codes, _) in enumerate(own) if codes == wanted), None)
                if own and (right is not None or not wanted):
                    found.append((number, event["type"], slot, [f for _, f in own], -1 if right is None else right))
    return found


def names_of(example, features):
    _, kind, slot, _, _ = example
    quad = QUADS[kind]
    for f in features:
        yield (slot, f, "all")
        yield (slot, f, quad)
    yield (slot, kind)


def scores(weights, example):
    return [sum(weights.get(n, 0.0) for n in names_of(example, f)) for f in example[3]]


def fit(data):
    weights = {}
    for _ in range(STEPS):
        slope = {n: -(OWN if n[-1] != "all" else SHARED) * w for n, w in weights.items()}
        for e in data:
            s = [0.0] + scores(weights, e)
            top = max(s)
            p = [math.exp(x - top) for x in s]
            total = sum(p)
            for i, f in enumerate(e[3]):
                d = (1.0 if i == e[4] else 0.0) - p[i + 1] / total
                if abs(d) > 1e-4:
                    for n in names_of(e, f):
                        slope[n] = slope.get(n, 0.0) + d
        for n, g in slope.items():
            weights[n] = weights.get(n, 0.0) + RATE * g / (20 + 0.1 * len(data))
    return weights


def said(weights, e, margin=0.0):
    s = scores(weights, e)
    best = max(range(len(s)), key=lambda i: s[i])
    return best if s[best] > margin else -1


def tally(pairs):
    right, empty = sum(a == b for a, b in pairs), sum(b == -1 for _, b in pairs)
    return f"{right} of {len(pairs)} right (left empty: {empty}), filled {sum(a >= 0 for a, _ in pairs)} of which right {sum(a == b >= 0 for a, b in pairs)}"


def write(weights):
    features = [c.strip('"') for c in re.findall(r'"[a-z-]+"', (ROOT / "worker/events/implicit.c").read_text().split("names[KB_IM_COUNT] = {")[1].split("};")[0])]
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    for slot in SLOTS:
        for f in features:
            cells = [weights.get((slot, f, "all"), 0.0) + weights.get((slot, f, q), 0.0) for q in range(4)]
            if any(abs(c) >= 0.005 for c in cells):
                lines.append("\t".join([f, slot] + [f"{c:.2f}" for c in cells]))
        for kind in QUADS:
            lines.append(f"{kind}\t{slot}\t{weights.get((slot, kind), 0.0):.2f}")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    khabar = sys.argv[1]
    parts = sys.argv[sys.argv.index("--parts") + 1].split(",") if "--parts" in sys.argv else ["train", "dev"]
    docs = [d for p in parts for d in corpus.load(p)]
    data = examples(khabar, docs)
    parts = [fit([e for e in data if e[0] % FOLDS != part]) for part in range(FOLDS)]
    weights = fit(data)
    for slot in SLOTS:
        own = [e for e in data if e[2] == slot]
        right = {m: sum(said(parts[e[0] % FOLDS], e, m) == e[4] for e in own) for m in MARGINS}
        margin = max(MARGINS, key=lambda m: (right[m], m))
        print(f"{slot}: held out with a margin of {margin}:", tally([(said(parts[e[0] % FOLDS], e, margin), e[4]) for e in own]))
        print("   ", " ".join(f"{m}:{n}" for m, n in right.items()))
        for q in range(4):  # the margin becomes part of the weight that all candidates have; unknown is better than a guess
            weights[(slot, "fill", q)] = weights.get((slot, "fill", q), 0.0) - margin - CAUTION
    if "--write" in sys.argv:
        write(weights)


if __name__ == "__main__":
    main()
