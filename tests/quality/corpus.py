"""The annotated articles of tests/corpus/articles: reading, the split into parts, and what must hold for every file."""
import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "tests" / "corpus" / "articles"
TABLES = ROOT / "worker" / "data" / "tables"
SEAL = Path(__file__).resolve().parent / "test_part.sha256"

PARTS = ("train", "dev", "test")
ENTITY_TYPES = ("PERSON", "ORGANIZATION", "LOCATION")
STATUSES = ("actual", "future", "hypothetical", "negated", "historical")
TIME_KINDS = ("date", "time", "duration", "set")
SECTORS = set("COP GOV JUD LEG MIL PRM PTY REB SPY UAF UNK AGR BUS CRM CVL EDU ELI JRN LAB MED REF OPP PRE REL SOC".split())
HEADS_WITHOUT_COUNTRY = set("IGO UNO NGO ISM IMG MNC".split())

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


def full_text(doc):
    return plain(doc["title"]) + "\n\n" + plain(doc["body"])


def marks(doc):
    """All marks of an article as (id, start, end), in code points of full_text()."""
    found = []
    for text, start in ((doc["title"], 0), (doc["body"], len(plain(doc["title"])) + 2)):
        taken = 0
        for mark in _MARK.finditer(text):
            at = start + mark.start() - taken
            found.append((mark.group(1), at, at + len(mark.group(2))))
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


def _column(name, *fields):
    """Cells of a table of worker/data/tables: the given columns (by number) of each line that is no comment."""
    rows = set()
    for line in (TABLES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            rows.add(tuple(cells[f] for f in fields))
    return rows


class Ontology:
    def __init__(self):
        self.types = {row[0] for row in _column("plover_types.tsv", 0)}
        self.modes = _column("plover_modes.tsv", 0, 1)
        self.cameo = {row[0] for row in _column("cameo.tsv", 0)}


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
        if entity["wikidata"] is not None and not re.fullmatch("Q[1-9][0-9]*", entity["wikidata"]):
            yield f"{name}: {entity['wikidata']} is no item of Wikidata"
    for name, time in doc["times"].items():
        if time["kind"] not in TIME_KINDS or not _TIME_VALUE.fullmatch(time["value"]):
            yield f"{name}: {time['kind']} {time['value']}"
    text = " ".join(full_text(doc).split())
    for event in doc["events"]:
        if not event["triggers"]:
            yield f"{event['type']}: no trigger"
        yield from _event_faults(doc, event, ontology, text)
