"""The annotated articles of tests/corpus/articles: reading, the split into parts, and what must hold for every file."""
import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "tests" / "corpus" / "articles"
NAMES = ROOT / "tests" / "corpus" / "names"
TABLES = ROOT / "worker" / "data" / "tables"
SEAL = Path(__file__).resolve().parent / "test_part.sha256"

PARTS = ("train", "dev", "test")
ENTITY_TYPES = ("PERSON", "ORGANIZATION", "LOCATION")
STATUSES = ("actual", "future", "hypothetical", "negated", "historical")
TIME_KINDS = ("date", "time", "duration", "set")
SECTORS = set("COP GOV JUD LEG MIL PRM PTY REB SPY UAF UNK AGR BUS CRM CVL EDU ELI JRN LAB MED REF OPP PRE REL SOC".split())
HEADS_WITHOUT_COUNTRY = set("IGO UNO NGO ISM IMG MNC".split())

BEFORE = "وفبلكسـ"  # letters that may stand before a mark: proclitics, stretched or not
TITLES = set("الرئيس رئيس وزير الوزير السفير الملك الدكتور اللواء العميد العقيد النائب السيد السيدة المهندس المتحدث".split())
RUN, COPIED = 7, 3

_MARK = re.compile(r"\{([etv][0-9]+)\|([^{}|]+)\}")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_TIME_VALUE = re.compile(
    r"P(?=.)([0-9.]+[YMWD])*(T([0-9.]+[HMS])+)?"
    r"|[0-9X]{4}(-(W[0-9X]{2}(-[0-9])?|Q[1-4]|SP|SU|FA|WI|[0-9X]{2}(-[0-9X]{2})?))?(T(MO|MI|AF|EV|NI|DT|[0-9X]{2}(:[0-9]{2})?))?")


def part_of(article_id):
    """The part an article belongs to, by the first byte of the SHA-256 of its id: a quarter test, a quarter dev."""
    return ("test", "dev", "train", "train")[hashlib.sha256(article_id.encode()).digest()[0] % 4]


def load(part=None):
    """The articles of a part (of all parts without one), in the order of their files' names."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ARTICLES.glob("*.json"))]
    return [doc for doc in found if part in (None, part_of(doc["id"]))]


def plain(marked):
    """A marked text without its marks."""
    return _MARK.sub(lambda mark: mark.group(2), marked)


def published_text(doc):
    """The text as it was published, with whatever spaces it has."""
    return plain(doc["title"]) + "\n\n" + plain(doc["body"])


def _regular(text):
    """A text with regular spaces, as it is stored (single ones, none at the ends of lines), and for each old offset the new one."""
    kept, moved = [], []
    for n, c in enumerate(text):
        moved.append(len(kept))
        after = text[n:].lstrip(" ")[:1] if c == " " else ""
        if c != " " or not (after in ("", "\n") or not kept or kept[-1] in " \n"):
            kept.append(c)
    return "".join(kept), [*moved, len(kept)]


def full_text(doc):
    """The text as it is stored, in which offsets count."""
    return _regular(published_text(doc))[0]


def marks(doc):
    """All marks of an article as (id, start, end), in code points of full_text()."""
    found, moved = [], _regular(published_text(doc))[1]
    for text, start in ((doc["title"], 0), (doc["body"], len(plain(doc["title"])) + 2)):
        taken = 0
        for mark in _MARK.finditer(text):
            at = start + mark.start() - taken
            found.append((mark.group(1), moved[at], moved[at + len(mark.group(2))]))
            taken += len(mark.group(0)) - len(mark.group(2))
    return found


def test_part_hash():
    """One hash over the files of the test part, so that no change of it goes unnoticed."""
    total = hashlib.sha256()
    for path in sorted(ARTICLES.glob("*.json")):
        data = path.read_bytes()
        if part_of(json.loads(data)["id"]) == "test":
            total.update(path.name.encode() + b"\0" + hashlib.sha256(data).digest())
    return total.hexdigest()


def _column(path, *fields):
    """Cells of a table: the given columns (by number) of each line that is no comment."""
    rows = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            rows.add(tuple(cells[f] for f in fields))
    return rows


class Ontology:
    def __init__(self):
        self.types = {row[0] for row in _column(TABLES / "plover_types.tsv", 0)}
        self.modes = _column(TABLES / "plover_modes.tsv", 0, 1)
        self.cameo = {row[0] for row in _column(TABLES / "cameo.tsv", 0)}
        self.countries = {row[0] for row in _column(TABLES.parent / "lexicon" / "countries.tsv", 0)}


def _code_holds(code):
    if code in SECTORS or code in HEADS_WITHOUT_COUNTRY:
        return True
    tail = code[3:]
    return re.fullmatch("[A-Z]{3}", code[:3]) is not None and (
        not tail or tail in SECTORS or (code[:3] in HEADS_WITHOUT_COUNTRY and re.fullmatch("[A-Z]{3}", tail) is not None))


def _event_faults(doc, event, ontology, text):
    name = f"{event['type']} {event['triggers']}"
    if event["type"] not in ontology.types:
        yield f"{name}: no PLOVER type"
    if event["mode"] is not None and (event["type"], event["mode"]) not in ontology.modes:
        yield f"{name}: {event['mode']} is no mode of the type"
    if event["cameo"] not in ontology.cameo:
        yield f"{name}: {event['cameo']} is no CAMEO code"
    if event["status"] not in STATUSES:
        yield f"{name}: status {event['status']}"
    for party in event["actors"] + event["recipients"]:
        if not _code_holds(party["code"]):
            yield f"{name}: code {party['code']}"
        if party["entity"] is not None and party["entity"] not in doc["entities"]:
            yield f"{name}: entity {party['entity']} of a party"
        if " ".join(party["text"].split()) not in text:
            yield f"{name}: the article does not say {party['text']}"
    for slot in ("place", "reported_by"):
        if event[slot] is not None and event[slot] not in doc["entities"]:
            yield f"{name}: {slot} {event[slot]}"
    if event["date"] is not None and not _DATE.fullmatch(event["date"]):
        yield f"{name}: date {event['date']}"


def _date_faults(doc, event):
    """Status against the date, where it is a day: historical is what was more than 60 days before publication, and nothing else."""
    if event["date"] is None or len(event["date"]) != 10:
        return
    age = (date.fromisoformat(doc["published_at"][:10]) - date.fromisoformat(event["date"])).days
    name = f"{event['type']} {event['triggers']}: {event['status']}, {age} days before publication"
    if (event["status"] == "historical" and age <= 60) or (event["status"] == "actual" and not -1 <= age <= 60):
        yield name


def _span_faults(doc, text):
    """Marks that begin or end inside a word, that hold a title, and forms that stand for entities of two types."""
    types = {}
    for name, start, end in marks(doc):
        form, before, after = text[start:end], text[start - 1:start], text[end:end + 1]
        if form != form.strip() or (before.isalpha() and before not in BEFORE) or after.isalpha():
            yield f"{name}: the mark cuts a word or holds a space: {form}"
        if name[0] == "e":
            kind = doc["entities"][name]["type"]
            if kind == "PERSON" and form.split()[0] in TITLES and " " in form:
                yield f"{name}: a title inside of {form}"
            if types.setdefault(form, kind) != kind:
                yield f"{form} is {kind} and {types[form]}"


def _time_faults(doc):
    for name, time in doc["times"].items():
        value, kind = time["value"], time["kind"]
        clock = re.search("T[0-9]", value) is not None and not value.startswith("P")
        if kind not in TIME_KINDS or not _TIME_VALUE.fullmatch(value):
            yield f"{name}: {kind} {value}"
        elif (kind == "duration") != value.startswith("P") and kind != "set" or (kind == "time") != clock and kind != "set":
            yield f"{name}: {value} is no {kind}"


def faults(doc, ontology):
    """What is wrong with an article, one sentence for each fault."""
    bare = _MARK.sub("", doc["title"] + doc["body"])
    if set(bare) & set("{}|"):
        yield "a malformed or nested mark"
    marked = [mark[0] for mark in marks(doc)]
    for kind, table in (("e", "entities"), ("t", "times")):
        for name in {m for m in marked if m[0] == kind} ^ set(doc[table]):
            yield f"{name} is marked or in {table}, not both"
    listed = [trigger for event in doc["events"] for trigger in event["triggers"]]
    if sorted(listed) != sorted(m for m in marked if m[0] == "v"):
        yield "marked triggers are not the listed ones"
    for name, entity in doc["entities"].items():
        if entity["type"] not in ENTITY_TYPES:
            yield f"{name}: type {entity['type']}"
        if entity["country"] is not None and entity["country"] not in ontology.countries:
            yield f"{name}: {entity['country']} is no country"
        if entity["wikidata"] is not None and not re.fullmatch("Q[1-9][0-9]*", entity["wikidata"]):
            yield f"{name}: {entity['wikidata']} is no item of Wikidata"
    yield from _time_faults(doc)
    yield from _span_faults(doc, full_text(doc))
    text = " ".join(full_text(doc).split())
    for event in doc["events"]:
        if not event["triggers"]:
            yield f"{event['type']}: no trigger"
        yield from _event_faults(doc, event, ontology, text)
        yield from _date_faults(doc, event)


def _runs(text, length):
    """All runs of so many words of a text."""
    words = re.findall(r"\w+", text)
    return {tuple(words[n:n + length]) for n in range(len(words) - length + 1)}


def names_items():
    """Every item of the names corpus as (where it stands, text without marks)."""
    for path in sorted(NAMES.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line and not line.startswith("#"):
                yield f"{path.name}:{number}", re.sub(r"\{[A-Z]+\|([^{}|]+)\}", r"\1", line)


def near_copies(texts):
    """Pairs of (name, text) that share more than COPIED runs of RUN words: the same words written twice."""
    owners, shared = defaultdict(list), Counter()
    for name, text in texts:
        for run in _runs(text, RUN):
            shared.update((other, name) for other in owners[run])
            owners[run].append(name)
    return [f"{a} and {b} share {count} runs of {RUN} words" for (a, b), count in shared.items() if count > COPIED]
