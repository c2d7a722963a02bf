"""What was typed into the search, forgiving of slips: to patients, staff, lots, pens, plans, or a session's id.

The names are few against the sessions: they are held in memory and compared there, and only what they lead to
is looked up in the list.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from console.domain.session_list import FacetKind
from db import tables
from db.facets import facet_id

SEARCHED = (FacetKind.PRACTITIONER, FacetKind.LOT, FacetKind.PEN, FacetKind.PLAN, FacetKind.ROOM, FacetKind.CLINIC)
LEAST_FUZZY = 4  # letters; shorter words, and numbers, are taken as they are: one like it is somebody else's
ALIKE = 76  # of 100: two slips in a name of eight letters
MOST_PATIENTS, MOST_FACETS = 400, 60
LEAST_ID = 6
_ID = re.compile(f"[0-9a-f]{{{LEAST_ID},32}}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a word may mean: sessions with any of these facets, patients, or ids that begin so."""

    facet_ids: tuple[int, ...] = ()
    patient_ids: tuple[str, ...] = ()
    id_prefix: str = ""


@dataclass(slots=True)
class Vocabulary:
    """Everything that can be typed, by plain word."""

    size: tuple[int, ...] = ()
    patients: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    facets: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def look_up(self, word: str) -> Found:
        """Give what a word means: as written where that leads anywhere, else what is most alike."""
        plain = plain_text(word)
        digits = word.replace("-", "")
        found = self._containing(plain)
        if not (found.facet_ids or found.patient_ids) and len(plain) >= LEAST_FUZZY and plain.isalpha():
            found = self._alike(plain)
        patients = (*found.patient_ids, word.upper())  # one with that number may not be among the patients any more
        return Found(found.facet_ids, patients, digits if _ID.fullmatch(digits) else "")

    def _containing(self, plain: str) -> Found:
        return self._of([word for word in self.patients if plain in word],
                        [word for word in self.facets if plain in word])

    def _alike(self, plain: str) -> Found:
        return self._of(_most_alike(plain, self.patients), _most_alike(plain, self.facets))

    def _of(self, names: list[str], words: list[str]) -> Found:
        patients = sorted({one for name in names for one in self.patients[name]})
        facets = sorted({one for word in words for one in self.facets[word]})
        return Found(tuple(facets[:MOST_FACETS]), tuple(patients[:MOST_PATIENTS]))


def plain_text(text: str) -> str:
    """Give a word without case, accents and signs: «P-0412» is «p0412», «Núñez» is «nunez»."""
    if text.isascii() and text.isalnum():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum()) or text.casefold()


def read_vocabulary(connection: Connection, known: Vocabulary) -> Vocabulary:
    """Read the names, unless what is known is still all there is."""
    sizes = tuple(int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                  for table in (tables.patient, tables.staff, tables.facet))
    if sizes == known.size:
        return known
    made = Vocabulary(sizes)
    patient, facet, staff = tables.patient, tables.facet, tables.staff
    patients = made.patients
    for patient_id, words in connection.execute(select(patient.c.patient_id, patient.c.search_text)):
        for word in words.split():  # the number is among them
            patients[plain_text(word)].add(patient_id)
    kinds = [kind.value for kind in SEARCHED]
    for number, value in connection.execute(select(facet.c.facet_id, facet.c.value).where(facet.c.kind.in_(kinds))):
        for word in (value, *value.split()):
            made.facets[plain_text(word)].add(number)
    for staff_id, name in connection.execute(select(staff.c.staff_id, staff.c.name)):
        for word in name.split():
            made.facets[plain_text(word)].add(facet_id(FacetKind.PRACTITIONER, staff_id))
    return made


def _most_alike(plain: str, words: dict[str, set[str]] | dict[str, set[int]]) -> list[str]:
    from rapidfuzz import fuzz, process  # not before it is needed: lists without a slip start without it

    near = process.extract(plain, words.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=12)
    best = max((score for _, score, _ in near), default=0.0)
    return [word for word, score, _ in near if score >= best - 6]
