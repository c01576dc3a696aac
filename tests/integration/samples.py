"""The project's own articles as messages: as they stand, and mixed to as many different ones as it takes.

The same number always gives the same article.
"""

import functools
import json
import pathlib
import random
import re

import articles

TESTS = pathlib.Path(__file__).resolve().parent.parent
_ENTITY = re.compile(r"\{(e[0-9]+)\|([^{}|]+)\}")
_MARK = re.compile(r"\{[a-z][0-9]+\|([^{}|]+)\}")


@functools.cache
def _marked():
    """The annotated articles, with their marks."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((TESTS / "corpus" / "articles").glob("*.json"))]


def _plain(text):
    return _MARK.sub(r"\1", text)


@functools.cache
def all_samples():
    """Every sample article of the tests and of the demonstration as a dictionary."""
    fields = ("source", "published_at", "language", "section")
    corpus = [{"id": a["id"], "title": _plain(a["title"]), "body": _plain(a["body"]), **{f: a[f] for f in fields if f in a}} for a in _marked()]
    lines = (TESTS / "demo" / "articles" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    return corpus + [json.loads(line) for line in lines]


@functools.cache
def _parts():
    """Titles, paragraphs, and the names of each type that they hold; times and events are plain text, entities keep their marks and type."""
    titles, paragraphs, names = [], [], {}
    for a in _marked():
        def typed(mark, a=a):
            kind = a["entities"][mark.group(1)]["type"]
            names.setdefault(kind, set()).add(mark.group(2))
            return f"<{kind}|{mark.group(2)}>"

        def part(text, typed=typed):  # entities stand within events sometimes: the innermost first
            text = _ENTITY.sub(typed, text)
            while _MARK.search(text):
                text = _plain(text)
            return text

        titles.append(part(a["title"]))
        paragraphs += [p for p in map(part, a["body"].split("\n\n")) if p]
    return titles, paragraphs, {kind: sorted(found) for kind, found in names.items()}


def sample(number):
    """A sample article under an id of its own."""
    found = all_samples()
    return {**found[number % len(found)], "id": f"sample-{number}"}


def mixture(number):
    """An article of 4 to 14 paragraphs of many articles and of made sentences, half of the names in them replaced by others of their type."""
    r = random.Random(number * 1000 + 7)
    titles, paragraphs, names = _parts()

    def other(mark):
        return r.choice(names[mark.group(1)]) if r.random() < 0.5 else mark.group(2)

    def mixed(text):
        return re.sub(r"<([A-Z]+)\|([^<>|]+)>", other, text)

    body = [mixed(r.choice(paragraphs)) if r.random() < 0.8 else articles.text(r.randrange(1 << 30))[1] for _ in range(r.randint(4, 14))]
    return {"id": f"mixture-{number}", "title": mixed(r.choice(titles)), "body": "\n\n".join(body), "language": "ar",
            "published_at": f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z",
            "source": {"name": f"صحيفة {number % 97}", "domain": f"paper{number % 97}.example"}, "url": f"https://paper{number % 97}.example/news/{number}"}


def message(article):
    """Key and value."""
    return article["id"], json.dumps(article, ensure_ascii=False)
