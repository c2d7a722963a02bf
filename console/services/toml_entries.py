"""Strict reading of the clinic's TOML files: every complaint names file, entry, field, found, allowed.

Numbers are read as decimals, so 0.3 mm is exactly 300 µm. Each number read is noted as a figure with
its sources, which is what the list of all clinical numbers is made of.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from console.domain.errors import OperatorError
from console.domain.sources import Source, cite

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the clinical files as written there, with its source."""

    file: str
    entry: str
    field: str
    value: str
    source: str


@dataclass(slots=True)
class Reading:
    """What one load gathers: the sources known and the figures met."""

    sources: dict[str, Source] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)


def fault(file: str, where: str, found: str, allowed: str) -> OperatorError:
    """Make the sentence for a bad file."""
    place = f"{file}, {where}" if where else file
    return OperatorError(
        f"{place}: found {found}, allowed is {allowed}", "No treatment can start with this file",
        "Correct it and start again",
    )


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file; unreadable or broken ones raise OperatorError with the place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise fault(path.name, "", f"broken TOML ({error})", "a TOML file") from error
    except UnicodeDecodeError as error:
        raise fault(path.name, "", "text that is not UTF-8", "UTF-8") from error
    except OSError as error:
        raise fault(path.name, "", f"no readable file ({error.strerror})", "a TOML file") from error


def tables_of(content: Mapping[str, object], file: str, allowed: Collection[str]) -> dict[str, list[dict[str, object]]]:
    """Split a file into its tables, a single one as a list of one; a stranger raises OperatorError."""
    found: dict[str, list[dict[str, object]]] = {}
    for name, value in content.items():
        if name not in allowed:
            raise fault(file, "", f"the table «{name}»", ", ".join(sorted(allowed)))
        tables = value if isinstance(value, list) else [value]
        if not all(isinstance(table, dict) for table in tables):
            raise fault(file, f"table «{name}»", "something else", "tables")
        found[name] = [table for table in tables if isinstance(table, dict)]
    return found


class Entry:
    """One table of a file, read field by field; ``finish`` refuses fields nobody asked for."""

    def __init__(
        self, reading: Reading, file: str, kind: str, table: Mapping[str, object],
        outer_sources: tuple[Source, ...] = (), name: str = "",
    ) -> None:
        self.file, self.reading = file, reading
        self._table = dict(table)
        self._asked: set[str] = set()
        self.where = f"{kind} «{name or table.get('id', '?')}»"
        self.sources = self._read_sources() or outer_sources

    def fault(self, name: str, found: object, allowed: str) -> OperatorError:
        """Make the sentence for a bad field."""
        return fault(self.file, f"{self.where}, field «{name}»", _shown(found), allowed)

    def has(self, name: str) -> bool:
        """Tell whether a field is present."""
        return name in self._table

    def text(self, name: str, *, most: int = 4000, optional: bool = False) -> str:
        """Read text of 1 to ``most`` characters; empty where optional and absent."""
        value = self._take(name, optional)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise self.fault(name, value, f"text of 1 to {most} characters")
        return value.strip()

    def ident(self, name: str = "id") -> str:
        """Read an id: letters, digits, dot, dash, underscore."""
        value = self.text(name, most=60)
        if not re.fullmatch(r"[A-Za-z0-9._-]+", value):
            raise self.fault(name, value, "letters, digits, dot, dash and underscore")
        return value

    def texts(self, name: str, *, optional: bool = False, among: Collection[str] = ()) -> tuple[str, ...]:
        """Read a list of texts, each one of ``among`` where that is given."""
        value = self._take(name, optional)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.fault(name, value, "a list of texts")
        for one in value:
            if among and one not in among:
                raise self.fault(name, one, ", ".join(among))
        if len(set(value)) != len(value):
            raise self.fault(name, value, "each text once")
        return tuple(value)

    def choice(self, name: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        """Read one of an enumeration's words."""
        value = self._take(name, default is not None)
        if value is None and default is not None:
            return default
        try:
            return kind(str(value))
        except ValueError:
            raise self.fault(name, value, ", ".join(kind)) from None

    def word(self, name: str, among: Sequence[str], default: str | None = None) -> str:
        """Read one of some words."""
        value = self._take(name, default is not None)
        if value is None and default is not None:
            return default
        if value not in among:
            raise self.fault(name, value, ", ".join(among))
        return str(value)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Read true or false."""
        value = self._take(name, default is not None)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self.fault(name, value, "true or false")
        return value

    def maybe_flag(self, name: str) -> bool | None:
        """Read true or false, None where absent."""
        self._asked.add(name)
        return self.flag(name) if self.has(name) else None

    def day(self, name: str) -> date:
        """Read a date."""
        value = self._take(name, False)
        if not isinstance(value, date):
            raise self.fault(name, value, "a date such as 2026-11-22")
        return value

    def number(self, name: str, low: int, high: int, scale: int = 1) -> int:
        """Read a number from ``low`` to ``high`` as written, stored as whole 1/``scale`` of it."""
        value = self._take(name, False)
        allowed = f"a number from {low} to {high}"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.fault(name, value, allowed)
        exact = Decimal(value)
        if not exact.is_finite() or not low <= exact <= high:
            raise self.fault(name, value, allowed)
        stored = exact * scale
        if stored != int(stored):
            raise self.fault(name, value, f"{allowed} in steps of 1/{scale}" if scale > 1 else "a whole number")
        self._note(name, value)
        return int(stored)

    def maybe_number(self, name: str, low: int, high: int, scale: int = 1) -> int | None:
        """Read a number, None where absent."""
        self._asked.add(name)
        return self.number(name, low, high, scale) if self.has(name) else None

    def inner(self, name: str, label: str = "") -> "Entry | None":
        """Read a table inside this one, None where absent; it inherits the sources."""
        value = self._take(name, True)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(name, value, "a table")
        return Entry(self.reading, self.file, self.where + ", table", value, self.sources, label or name)

    def inners(self, name: str) -> tuple["Entry", ...]:
        """Read a list of tables inside this one; they inherit the sources."""
        value = self._take(name, True)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fault(name, value, "a list of tables")
        return tuple(
            Entry(self.reading, self.file, self.where + ", table", one, self.sources, f"{name} {place}")
            for place, one in enumerate(value, 1)
        )

    def one_source(self) -> Source:
        """Give the first source; an entry without any raises OperatorError."""
        return self.cited()[0]

    def cited(self) -> tuple[Source, ...]:
        """Give the sources; an entry without any raises OperatorError."""
        if not self.sources:
            raise self.fault("source", "nothing", "the id of one or more sources")
        return self.sources

    def finish(self) -> None:
        """Refuse fields that nobody asked for, and an entry without a source."""
        for name in self._table:
            if name not in self._asked:
                raise self.fault(name, self._table[name], f"one of: {', '.join(sorted(self._asked))}")
        self.cited()

    def _take(self, name: str, optional: bool) -> object:
        self._asked.add(name)
        if name not in self._table and not optional:
            raise self.fault(name, "nothing", "a value; the field must be there")
        return self._table.get(name)

    def _note(self, name: str, value: object) -> None:
        self.reading.figures.append(
            Figure(self.file, self.where, name, str(value), cite(self.cited())))

    def _read_sources(self) -> tuple[Source, ...]:
        self._asked.add("source")
        value = self._table.get("source")
        if value is None:
            return ()
        found: list[Source] = []
        for one in value if isinstance(value, list) else [value]:
            known = self.reading.sources.get(one) if isinstance(one, str) else None
            if known is None:
                raise self.fault("source", one, "an id from sources.toml")
            found.append(known)
        if not found:
            raise self.fault("source", "nothing", "the id of one or more sources")
        return tuple(found)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return text or "an empty text"
