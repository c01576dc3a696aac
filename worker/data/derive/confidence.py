#!/usr/bin/env python3
"""Fit the weights of tables/confidence.tsv.

Usage: confidence.py KHABAR [--calibrate FILE.json...] [--write]

KHABAR is the built command. The weights are those of a logistic regression, with a penalty that keeps them small, on the events that
it finds in parts train and dev of tests/corpus/articles; an event is right when type, status, actors' and recipients'
codes are those of an annotated event whose trigger it shares. --calibrate fits the two numbers `scale` and `shift` on
articles in the same format that are not in the corpus. Prints how often records of each tenth of confidence are right.
The result depends on nothing but the articles: no randomness.
"""
import json, math, re, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/quality"))
import corpus  # noqa: E402
from implicit import article_of, sentence_of  # noqa: E402

TABLE = ROOT / "worker/data/tables/confidence.tsv"
PENALTY, STEPS, RATE = 2.0, 2000, 1.0
QUAD = {2: "cooperation", 3: "conflict-words", 4: "deeds"}
CODES = ("actors", "recipients")


def rows():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def values(event, names):
    """The features of an event, which `why` gives as points when all weights are 1."""
    said = event["why"].split("; confidence", 1)[1]
    return {f: float(x) for f, x in re.findall(r"([a-z-]+) ([+-]\d+\.\d)", said) if f in names}


def read(khabar, docs, names, folder):
    """(features, right) of every event found."""
    feed = "".join(json.dumps(article_of(d), ensure_ascii=False) + "\n" for d in docs)
    run = subprocess.run([khabar, "extract", "--lexicon", folder], input=feed.encode(), stdout=subprocess.PIPE, check=True)
    found = []
    for doc, line in zip(docs, run.stdout.decode().splitlines()):
        where = {name: (a, b) for name, a, b in corpus.marks(doc)}
        sentence, taken = sentence_of(corpus.full_text(doc)), set()
        for event in json.loads(line)["events"]:
            spans = [(m["start"], m["end"]) for m in event["mentions"]]
            right = False
            for g, gold in enumerate(doc["events"]):
                gs = [where[t] for t in gold["triggers"]]
                near = any(a < d and c < b for a, b in gs for c, d in spans) or {sentence(a) for a, _ in gs} & {sentence(a) for a, _ in spans}
                same = gold["type"] == event["type"] and gold["status"] == event["status"] and all(
                    {p["code"] for p in gold[k]} == {p["code"] for p in event[k]} for k in CODES)
                if near and same and g not in taken:
                    taken.add(g)
                    right = True
                    break
            found.append((values(event, names), right))
    return found


def fit(data, names, penalty):
    weights = dict.fromkeys(names, 0.0)
    for _ in range(STEPS):
        slope = {f: -penalty * w / len(data) if f != "bias" else 0.0 for f, w in weights.items()}
        for features, right in data:
            error = right - 1 / (1 + math.exp(-sum(weights[f] * x for f, x in features.items())))
            for f, x in features.items():
                slope[f] += error * x / len(data)
        for f in names:
            weights[f] += RATE * slope[f]
    return weights


def report(title, pairs):
    print(f"{title}: {len(pairs)} records, {sum(r for _, r in pairs)} right")
    for low in range(10):
        part = [r for p, r in pairs if low <= p * 10 < low + 1]
        if part:
            print(f"  {low / 10:.1f}-{(low + 1) / 10:.1f}: {sum(part)} of {len(part)} right ({100 * sum(part) / len(part):.0f} %)")


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    khabar, files = args[0], args[1:]
    names = [r[0] for r in rows() if r[0] not in ("scale", "shift")]
    import tempfile
    with tempfile.TemporaryDirectory() as folder:  # all weights 1, so that `why` shows the features themselves
        ones = Path(folder) / "tables/confidence.tsv"
        ones.parent.mkdir()
        ones.write_text("".join(f"{r[0]}\t{0 if r[0] == 'shift' else 1}\t-\n" for r in rows()), encoding="utf-8")
        data = read(khabar, [d for p in ("train", "dev") for d in corpus.load(p)], names, folder)
        other = read(khabar, [json.loads(Path(f).read_text(encoding="utf-8")) for f in files], names, folder) if files else []
    weights = fit(data, names, PENALTY)
    total = lambda f: sum(weights[n] * x for n, x in f.items())
    scale, shift = 1.0, 0.0
    if other:
        two = fit([({"scale": total(f), "bias": 1.0}, r) for f, r in other], ["scale", "bias"], 0.0)
        scale, shift = two["scale"], two["bias"]
    sure = lambda f: 1 / (1 + math.exp(-(scale * total(f) + shift)))
    report("corpus", [(1 / (1 + math.exp(-total(f))), r) for f, r in data])
    if other:
        report("calibration", [(sure(f), r) for f, r in other])
    if "--write" in sys.argv:
        weights.update(scale=scale, shift=shift)
        out = []
        for line in TABLE.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line and not line.startswith("#"):
                cells[1] = f"{weights[cells[0]]:.2f}"
            out.append("\t".join(cells))
        TABLE.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
