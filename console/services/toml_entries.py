"""Strict reading of the clinic's TOML files: every complaint names file, line, entry, field, found, allowed.

Numbers are read as decimals, so 0.3 mm is exactly 300 µm. Everything read is noted with its sources and its
review date, which is what the list of all clinical figures is made of; so is what each field may hold, which
is what the schema is made of.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from console.domain.errors import OperatorError
from console.domain.sources import Source
from console.services.clinical_figures import FieldRule, Figure, Reading
from console.services.toml_files import Row, fault

_Choice = TypeVar("_Choice", bound=StrEnum)
_NO_DAY = date(1, 1, 1)
_NAMING = ("id", "version")  # what names an entry measures nothing and needs no source


class Entry:
    """One table of a file, read field by field; ``finish`` refuses fields nobody asked for."""

    def __init__(self, reading: Reading, row: Row, kind: str, name: str = "", outer: "Entry | None" = None) -> None:
        self.reading, self._row, self._outer = reading, row, outer
        self.file = row.file.name
        self._table = dict(row.table)
        self._asked: set[str] = set()
        self._label = name or str(row.table.get("id", "?"))
        self.kind: str = f"{outer.kind}.{kind}" if outer else kind
        self.where: str = f"{outer.where}, table «{self._label}»" if outer else f"{kind} «{self._label}»"
        self._path: str = f"{outer._path}{self._label}." if outer else ""
        self.sources: tuple[Source, ...] = self._read_sources() or (outer.sources if outer else ())
        self._cites = self._read_cites()
        self.reviewed: date | None = self._read_day() or (outer.reviewed if outer else None)

    def fault(self, name: str, found: object, allowed: str) -> OperatorError:
        """Make the sentence for a bad field."""
        line = self._row.file.line_of_field(name, self._row.line)
        at = f"line {line}, " if line else ""
        return fault(self.file, f"{at}{self.where}, field «{name}»", _shown(found), allowed)

    def has(self, name: str) -> bool:
        """Tell whether a field is present."""
        return name in self._table

    def text(self, name: str, *, most: int = 4000, optional: bool = False) -> str:
        """Read text of 1 to ``most`` characters; empty where optional and absent."""
        value = self._take(name, optional, "text", high=most)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise self.fault(name, value, f"text of 1 to {most} characters")
        return self._told(name, value.strip())

    def ident(self, name: str = "id") -> str:
        """Read an id: letters, digits, dot, dash, underscore."""
        value = self._take(name, False, "id")
        if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", value):
            raise self.fault(name, value, "letters, digits, dot, dash and underscore")
        return self._told(name, value)

    def texts(self, name: str, *, optional: bool = False, among: Collection[str] = ()) -> tuple[str, ...]:
        """Read a list of texts, each one of ``among`` where that is given."""
        value = self._take(name, optional, "texts", among)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.fault(name, value, "a list of texts")
        for one in value:
            if among and one not in among:
                raise self.fault(name, one, ", ".join(among))
        if len(set(value)) != len(value):
            raise self.fault(name, value, "each text once")
        if value:
            self._told(name, "; ".join(value))
        return tuple(value)

    def choice(self, name: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        """Read one of an enumeration's words."""
        value = self._take(name, default is not None, "word", tuple(one.value for one in kind))
        if value is None and default is not None:
            return default
        if value not in tuple(kind):
            raise self.fault(name, value, ", ".join(kind))
        return kind(self._told(name, str(value)))

    def word(self, name: str, among: Sequence[str], default: str | None = None) -> str:
        """Read one of some words."""
        value = self._take(name, default is not None, "word", among)
        if value is None and default is not None:
            return default
        if value not in among:
            raise self.fault(name, value, ", ".join(among))
        return self._told(name, str(value))

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Read true or false."""
        value = self._flag(name, default is not None)
        return bool(default if value is None else value)

    def maybe_flag(self, name: str) -> bool | None:
        """Read true or false, None where absent."""
        return self._flag(name, True)

    def _flag(self, name: str, optional: bool) -> bool | None:
        value = self._take(name, optional, "flag")
        if value is None:
            return None
        if not isinstance(value, bool):
            raise self.fault(name, value, "true or false")
        self._told(name, "true" if value else "false")
        return value

    def day(self, name: str) -> date:
        """Read a date."""
        value = self._take(name, False, "date")
        return self._as_day(name, value)

    def _as_day(self, name: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault(name, value, "a date such as 2026-11-22")
        return value

    def number(self, name: str, low: int, high: int, scale: int = 1) -> int:
        """Read a number from ``low`` to ``high`` as written, stored as whole 1/``scale`` of it."""
        stored = self._number(name, (low, high, scale), False)
        return 0 if stored is None else stored

    def maybe_number(self, name: str, low: int, high: int, scale: int = 1) -> int | None:
        """Read a number, None where absent."""
        return self._number(name, (low, high, scale), True)

    def _number(self, name: str, limits: tuple[int, int, int], optional: bool) -> int | None:
        low, high, scale = limits
        value = self._take(name, optional, "whole" if scale == 1 else "number", (), low, high, scale)
        if value is None:
            return None
        allowed = f"a number from {low} to {high}"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.fault(name, f"the text «{value}»" if isinstance(value, str) else value, allowed)
        exact = Decimal(value)
        if not exact.is_finite() or not low <= exact <= high:
            raise self.fault(name, value, allowed)
        stored = exact * scale
        if stored != int(stored):
            raise self.fault(name, value, f"{allowed} in steps of 1/{scale}" if scale > 1 else "a whole number")
        self._told(name, f"{exact:f}", is_number=True)
        return int(stored)

    def inner(self, name: str, label: str = "") -> "Entry | None":
        """Read a table inside this one, None where absent; it inherits the sources."""
        value = self._take(name, True, "table")
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(name, value, "a table")
        return self._inside(name, value, 0, label or name)

    def inners(self, name: str) -> tuple["Entry", ...]:
        """Read a list of tables inside this one; they inherit the sources."""
        value = self._take(name, True, "tables")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fault(name, value, "a list of tables")
        return tuple(
            self._inside(name, one, place, f"{name} {one.get('id', place + 1)}") for place, one in enumerate(value))

    def _inside(self, name: str, table: dict[str, object], place: int, label: str) -> "Entry":
        file, line = self._row.file, self._row.line
        begins = file.line_of_table(f"{self.kind}.{name}", place, line) or file.line_of_field(name, line)
        return Entry(self.reading, Row(file, table, begins), name, label, self)

    def one_source(self) -> Source:
        """Give the first source; an entry without any raises OperatorError."""
        return self.cited()[0]

    def cited(self) -> tuple[Source, ...]:
        """Give the sources; an entry without any raises OperatorError."""
        if not self.sources:
            raise self.fault("source", "nothing", "the id of one or more sources")
        return self.sources

    def sources_named(self, name: str) -> tuple[Source, ...]:
        """Read the ids of one or more sources, none where absent."""
        value = self._take(name, True, "sources")
        found = () if value is None else self._known_sources(name, value)
        if found:
            self._told(name, "; ".join(source.source_id for source in found))
        return found

    def finish(self, cited: bool = True) -> None:
        """Refuse fields that nobody asked for, and, but for a heading, no source or no review date."""
        for name in self._table:
            if name not in self._asked:
                raise self.fault(name, self._table[name], f"one of: {', '.join(sorted(self._asked))}")
        if not cited:
            return
        for name, sort in (("source", "sources"), ("reviewed", "date")):
            self.reading.note_rule(FieldRule(self.kind, name, sort, self._outer is not None))
        self.cited()
        if self.reviewed is None:
            raise self.fault("reviewed", "nothing", "a date such as 2026-11-22")

    def _take(self, name: str, optional: bool, sort: str, among: Iterable[str] = (), low: int | None = None,
              high: int | None = None, scale: int = 1) -> object:
        self._asked.add(name)
        words = tuple(one for one in among if one)
        self.reading.note_rule(FieldRule(self.kind, name, sort, optional, words, low, high, scale))
        if name not in self._table and not optional:
            raise self.fault(name, "nothing", "a value; the field must be there")
        return self._table.get(name)

    def _told(self, name: str, value: str, is_number: bool = False) -> str:
        """Note what was read; an entry's own name and what it is cited from are no statements."""
        if name not in _NAMING and (is_number or self.sources):
            top = self
            while top._outer is not None:
                top = top._outer
            self.reading.figures.append(Figure(
                self.file, top.kind, top._label, self.where, f"{self._path}{name}", value, is_number,
                self._cites.get(name) or self.cited(), self.reviewed or _NO_DAY))
        return value

    def _read_day(self) -> date | None:
        self._asked.add("reviewed")
        value = self._table.get("reviewed")
        return None if value is None else self._as_day("reviewed", value)

    def _read_sources(self) -> tuple[Source, ...]:
        self._asked.add("source")
        return self._known_sources("source", self._table["source"]) if "source" in self._table else ()

    def _read_cites(self) -> dict[str, tuple[Source, ...]]:
        """Read which of the sources a single figure is from."""
        value = self._take("cites", True, "cites") or {}
        if not isinstance(value, dict) or not value.keys() <= self._table.keys():
            raise self.fault("cites", value, "a table of this entry's fields, each with ids of sources")
        return {name: self._known_sources("cites", one) for name, one in value.items()}

    def _known_sources(self, name: str, value: object) -> tuple[Source, ...]:
        found: list[Source] = []
        for one in value if isinstance(value, list) else [value]:
            known = self.reading.sources.get(one) if isinstance(one, str) else None
            if known is None:
                raise self.fault(name, one, "an id from sources.toml")
            found.append(known)
        if not found:
            raise self.fault(name, "nothing", "the id of one or more sources")
        return tuple(found)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return text or "an empty text"
