"""Which column of a foreign file is which field, and what a cell may hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from console.domain.errors import OperatorError


@dataclass(frozen=True, slots=True)
class Field:
    """A field with the headings by which its column is known."""

    name: str
    headings: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be taken: line, the file's column, what stands there, what may stand there."""

    line: int
    column: str
    found: str
    allowed: str

    @property
    def words(self) -> str:
        """Give it as one line."""
        return f"line {self.line}, «{self.column}»: found «{self.found}», allowed is {self.allowed}"


_NAME = Field("name", ("name", "full name", "patient name", "nombre", "nom"), True)
_BORN = Field("birth_date", ("birth date", "date of birth", "born", "dob", "geburtsdatum", "geboren", "birthday"), True)
FIELDS: dict[str, tuple[Field, ...]] = {
    "patients": (_NAME, _BORN, Field("phone", ("telephone", "mobile", "telefon", "handy", "tel")),
                 Field("fitzpatrick", ("skin type", "hauttyp")), Field("language", ("sprache", "lang")),
                 Field("note", ("notes", "notiz", "bemerkung"))),
    "staff": (_NAME, Field("role", ("roles", "rolle"), True)),
    "products": (_NAME, Field("gtin", ("number", "ean", "artikelnummer"), True), Field("role", ("kind", "art"), True),
                 Field("needles", ("nadeln",)), Field("clinical_id", ("clinical entry",))),
    "appointments": (Field("patient", ("patient id", "patient number", "patientennummer"), True),
                     Field("date", ("day", "datum", "tag"), True), Field("time", ("start", "uhrzeit", "zeit"), True),
                     Field("plan", ("treatment", "behandlung"), True), Field("room", ("raum", "zimmer"))),
}


def mapping_of(kind: str, columns: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """Give the column of each field: as named, else by its heading; OperatorError where a needed one is missing.

    A field that is named with nothing has no column.
    """
    for name, wanted in named.items():
        if name not in {one.name for one in FIELDS[kind]} or (wanted and wanted not in columns):
            raise OperatorError(f"«{name}={wanted}» names no field or no column", "nothing was imported",
                                f"fields are {', '.join(one.name for one in FIELDS[kind])}; "
                                f"columns are {', '.join(columns)}")
    found = guessed_mapping(kind, columns, named)
    if missing := missing_fields(kind, found):
        raise OperatorError(f"No column for {', '.join(missing)} among {', '.join(columns)}", "nothing was imported",
                            f"say which one it is, as in {missing[0]}=COLUMN")
    return found


def guessed_mapping(kind: str, columns: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """Give the column of each field as far as it is named or known by its heading."""
    plain = {_plain(column): column for column in columns}
    found = {name: column for name, column in named.items() if column}
    for field in FIELDS[kind]:
        known = (plain.get(_plain(heading)) for heading in (field.name, *field.headings))
        column = next((one for one in known if one is not None and one not in found.values()), None)
        if field.name not in named and column is not None:
            found[field.name] = column
    return found


def missing_fields(kind: str, mapping: Mapping[str, str]) -> list[str]:
    """Give the needed fields that have no column."""
    return [one.name for one in FIELDS[kind] if one.needed and one.name not in mapping]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def read_day(text: str, order: str) -> date | None:
    """Read ``1990-05-31``, ``31.05.1990`` or with slashes in ``order`` (dmy, mdy); None where it is no one day."""
    parts = re.fullmatch(r"(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})", text)
    if parts is None:
        return None
    first, sign, second, third = int(parts[1]), parts[2], int(parts[3]), int(parts[4])
    if len(parts[1]) == 4:
        return _day(first, second, third)
    if len(parts[4]) != 4:
        return None
    orders = ("dmy",) if sign == "." else ((order,) if order else ("dmy", "mdy"))
    days = {_day(third, *((second, first) if one == "dmy" else (first, second))) for one in orders} - {None}
    return days.pop() if len(days) == 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Read ``09:30``; None where it is no time of day."""
    parts = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::\d{2})?", text)
    return time(int(parts[1]), int(parts[2])) if parts and int(parts[1]) < 24 and int(parts[2]) < 60 else None
