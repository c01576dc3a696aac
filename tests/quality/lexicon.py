"""The names of the lexicon (worker/data/lexicon), folded: who and what the program knows without the corpus."""
import unicodedata

import corpus

FOLDER = corpus.ROOT / "worker" / "data" / "lexicon"
PEOPLE, PARTS, SOME_PARTS, BODIES, PLACES, GEONAMES, NONE = SOURCES = (
    "people of the lexicon", "names of people, all parts known", "names of people, some parts known", "organizations of the lexicon",
    "places and countries of the lexicon", "places of GeoNames", "in no lexicon")

# The folds that matter for names: what newspapers write in several ways (worker/text/folds.c).
_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None,
                        "ک": "ك", "ی": "ي", "پ": "ب", "گ": "ك", "ڤ": "ف", "چ": "ج", "ژ": "ز"})


def fold(name):
    """One spelling of a name: no marks, no hamzas on alif, single spaces; عبد joined to what follows it."""
    bare = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) != "Mn")
    return " ".join(bare.casefold().translate(_FOLDS).split()).replace("عبد ", "عبد")


def _cells(pattern, *columns):
    """The folded names that stand in some columns of the tables of a pattern, separated by '|'."""
    for path in sorted(FOLDER.glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t") if line and not line.startswith("#") else []
            for column in columns:
                if column < len(cells):
                    yield from (fold(name) for name in cells[column].split("|") if name)


class Lexicon:
    def __init__(self):
        self._people = set(_cells("people/*.tsv", 1, 2, 3))
        self._words = set(_cells("names.tsv", 0))
        self._bodies = set(_cells("organizations/*.tsv", 1, 2, 3, 9))
        self._geonames = set(_cells("places/geonames.tsv", 1, 2))
        self._places = (set(_cells("places/*.tsv", 1, 2)) - self._geonames) | set(_cells("countries.tsv", 1, 2))

    def is_name_word(self, word):
        return word in self._words or (word.startswith("ال") and word[2:] in self._words)

    def source(self, kind, name):
        """Which of SOURCES knows a folded name of a kind: PER, ORG or LOC."""
        if kind == "PER":
            if name in self._people:
                return PEOPLE
            known = [self.is_name_word(word) for word in name.split()]
            return PARTS if all(known) else SOME_PARTS if any(known) else NONE
        if kind == "ORG":
            return BODIES if name in self._bodies else NONE
        return PLACES if name in self._places else GEONAMES if name in self._geonames else NONE
