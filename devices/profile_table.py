"""One table of a pen profile, read field by field; what is not known is refused."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from console.domain.errors import OperatorError
from console.services.toml_files import Row, fault

_Choice = TypeVar("_Choice", bound=StrEnum)


class Table:
    """A table's fields; ``leave`` names those that somebody else reads."""

    def __init__(self, row: Row, where: str, leave: Collection[str] = ()) -> None:
        self._row, self._where, self._asked = row, where, set(leave)

    def fault(self, name: str, found: object, allowed: str) -> OperatorError:
        """Make the sentence for a bad field."""
        line = self._row.file.line_of_field(name, self._row.line)
        at = f"line {line}, " if line else ""
        told = str(found) if len(str(found)) <= 60 else f"{str(found)[:57]}..."
        return fault(self._row.file.name, f"{at}{self._where}, field «{name}»", told or "an empty text", allowed)

    def plain(self, name: str) -> object:
        """Give a field's value as it stands, None where absent; the caller judges it."""
        self._asked.add(name)
        return self._row.table.get(name)

    def _there(self, name: str) -> object:
        value = self.plain(name)
        if value is None:
            raise self.fault(name, "nothing", "a value; the field must be there")
        return value

    def text(self, name: str, *, most: int, optional: bool = False) -> str:
        """Read text of 1 to ``most`` characters; empty where optional and absent."""
        value = self.plain(name) if optional else self._there(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise self.fault(name, value, f"text of 1 to {most} characters")
        return value.strip()

    def ident(self) -> str:
        """Read the id; the label's reader judges its letters."""
        return self.text("id", most=60)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts, empty where absent."""
        value = self.plain(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.fault(name, value, "a list of texts")
        return tuple(value)

    def word(self, name: str, among: Sequence[str], default: str | None = None) -> str:
        """Read one of some words."""
        value = self._there(name) if default is None else self.plain(name)
        if value is None and default is not None:
            return default
        if value not in among:
            raise self.fault(name, value, ", ".join(among))
        return str(value)

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        """Read one of an enumeration's words."""
        return kind(self.word(name, tuple(kind)))

    def flag(self, name: str) -> bool:
        """Read true or false, false where absent."""
        value = self.plain(name)
        if value is not None and not isinstance(value, bool):
            raise self.fault(name, value, "true or false")
        return bool(value)

    def whole(self, name: str, low: int, high: int) -> int:
        """Read a whole number."""
        self._there(name)
        return self.maybe_whole(name, low, high) or 0

    def maybe_whole(self, name: str, low: int, high: int) -> int | None:
        """Read a whole number, None where absent."""
        value = self.plain(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high):
            raise self.fault(name, value, f"a whole number from {low} to {high}")
        return value

    def amount(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """Read a number, with a point or without."""
        if default is None:
            self._there(name)
        value = self.maybe_amount(name, low, high)
        return value if value is not None else default or 0.0

    def maybe_amount(self, name: str, low: float, high: float) -> float | None:
        """Read a number, None where absent."""
        value = self.plain(name)
        if value is None:
            return None
        number = float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else float("nan")
        if not low <= number <= high:
            raise self.fault(name, value, f"a number from {low:g} to {high:g}")
        return number

    def inner(self, name: str) -> "Table | None":
        """Read a table inside this one, None where absent."""
        value = self.plain(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(name, value, "a table")
        file, path = self._row.file, f"{self._where}.{name}"
        begins = file.line_of_table(path) or file.line_of_field(name, self._row.line)
        return Table(Row(file, value, begins), path)

    def finish(self) -> None:
        """Refuse fields that nobody asked for."""
        for name, value in self._row.table.items():
            if name not in self._asked:
                raise self.fault(name, value, f"one of: {', '.join(sorted(self._asked))}")
