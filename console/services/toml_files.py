"""TOML files opened: their tables one by one, each with the line it begins at."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path

from console.domain.errors import OperatorError


def fault(file: str, where: str, found: str, allowed: str) -> OperatorError:
    """Make the sentence for a bad file."""
    place = f"{file}, {where}" if where else file
    return OperatorError(
        f"{place}: found {found}, allowed is {allowed}", "No treatment can start with this file",
        "Correct it and start again",
    )


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's name and lines; an entry that comes from elsewhere has no lines."""

    name: str
    lines: tuple[str, ...] = ()

    def line_of_table(self, name: str, place: int = 0, after: int = 0) -> int:
        """Give the line of the ``place``-th table ``[name]`` after a line; 0 where it is not written so."""
        met = [number for number in self.lines_of_tables(name) if number > after]
        return met[place] if place < len(met) else 0

    def lines_of_tables(self, name: str) -> list[int]:
        """Give the line of every table ``[name]``, from the top."""
        header = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]")
        return [number for number, line in enumerate(self.lines, 1) if header.match(line)]

    def line_of_field(self, name: str, after: int) -> int:
        """Give the line of a field in the table whose header stands at a line; that line where it is not found."""
        wanted = re.compile(rf"\s*{re.escape(name)}\s*=")
        for number, line in enumerate(self.lines[after:], after + 1):
            if wanted.match(line):
                return number
            if after and line.lstrip().startswith("["):
                break
        return after


@dataclass(frozen=True, slots=True)
class Row:
    """A table of a file, with the line it begins at (0: unknown)."""

    file: TomlFile
    table: Mapping[str, object]
    line: int = 0


def read_toml(path: Path) -> tuple[dict[str, object], TomlFile]:
    """Read a TOML file; unreadable or broken ones raise OperatorError with the place."""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text, parse_float=Decimal), TomlFile(path.name, tuple(text.splitlines()))
    except tomllib.TOMLDecodeError as error:
        raise fault(path.name, "", f"broken TOML ({error})", "a TOML file") from error
    except UnicodeDecodeError as error:
        raise fault(path.name, "", "text that is not UTF-8", "UTF-8") from error
    except OSError as error:
        raise fault(path.name, "", f"no readable file ({error.strerror})", "a TOML file") from error


def rows_of(content: Mapping[str, object], file: TomlFile, allowed: Collection[str]) -> dict[str, list[Row]]:
    """Split a file into its tables, a single one as a list of one; a stranger raises OperatorError."""
    found: dict[str, list[Row]] = {}
    for name, value in content.items():
        if name not in allowed:
            raise fault(file.name, "", f"the table «{name}»", ", ".join(sorted(allowed)))
        tables = value if isinstance(value, list) else [value]
        if not all(isinstance(table, dict) for table in tables):
            raise fault(file.name, f"table «{name}»", "something else", "tables")
        lines = chain(file.lines_of_tables(name), repeat(0))
        found[name] = [Row(file, table, line) for table, line in zip(tables, lines, strict=False)]
    return found
