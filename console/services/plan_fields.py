"""Strict reading of a plan written as JSON: every complaint is one sentence naming field and what is allowed."""

import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from console.domain.errors import OperatorError


def refuse(where: str, found: object, allowed: str) -> NoReturn:
    """Raise the sentence for a field that does not fit."""
    text = str(found)
    raise OperatorError(
        f"{where}: found {text if len(text) <= 60 else text[:57] + '...'}", "nothing was judged",
        f"allowed is {allowed}")


class PlanFields:
    """One object of the plan, read field by field; a field nobody knows is refused at once."""

    def __init__(self, value: object, where: str, allowed: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            refuse(where, "something else", f"an object with {', '.join(allowed)}")
        for name in value:
            if name not in allowed:
                refuse(f"{where}, field «{name}»", "an unknown field", ", ".join(allowed))
        self._fields, self._where = dict(value), where

    def place(self, name: str) -> str:
        """Say where a field stands."""
        return f"{self._where}, field «{name}»"

    def get(self, name: str) -> object:
        """Give a field as it is, None where absent or null."""
        return self._fields.get(name)

    def has(self, name: str) -> bool:
        """Tell whether a field is there and not null."""
        return self._fields.get(name) is not None

    def number(self, name: str, low: float, high: float, scale: int, down: bool = False) -> int | None:
        """Read a number from ``low`` to ``high`` as whole 1/``scale``, rounded up or ``down``; None where absent."""
        value = self.get(name)
        if value is None:
            return None
        allowed = f"a number from {low:g} to {high:g}"
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            refuse(self.place(name), f"the text «{value}»" if isinstance(value, str) else value, allowed)
        stored = Decimal(str(value)) * scale
        return math.floor(stored) if down else math.ceil(stored)

    def flag(self, name: str) -> bool:
        """Read true or false; absent is false."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            refuse(self.place(name), value, "true or false")
        return bool(value)

    def text(self, name: str, among: Collection[str] = ()) -> str:
        """Read a text, one of ``among`` where that is given; empty where absent."""
        value = self.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or (among and value not in among):
            refuse(self.place(name), value, ", ".join(among) if among else "text")
        return value.strip()

    def texts(self, name: str, among: Collection[str]) -> tuple[str, ...]:
        """Read a list of texts, each one of ``among`` and once."""
        value = self.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            refuse(self.place(name), value, "a list")
        for one in value:
            if one not in among or value.count(one) > 1:
                refuse(self.place(name), one, f"each once, of {', '.join(among)}")
        return tuple(value)

    def objects(self, name: str) -> list[object]:
        """Read a list; empty where absent."""
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            refuse(self.place(name), value, "a list")
        return list(value)

    def day(self, name: str) -> date | None:
        """Read a date, None where absent."""
        value = self.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            refuse(self.place(name), value, "a date such as 1990-05-31")

    def moment(self, name: str) -> datetime | None:
        """Read a time with its UTC offset, None where absent."""
        value = self.get(name)
        if value is None:
            return None
        allowed = "a time with its UTC offset such as 2026-11-22T10:00:00+01:00"
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            refuse(self.place(name), value, allowed)
        if at.tzinfo is None or not 2000 <= at.year <= 2200:
            refuse(self.place(name), value, allowed)
        return at
