"""What one line of text says, by its layout: a way to look up a field's value in it.

A layout gives None for a line that came damaged and ``NO_SAMPLE`` for one that is something else.
"""

import csv
import json
import re
from collections.abc import Callable
from typing import Protocol

from devices.pens.records import MISSING, Missing, Value
from devices.profile import FieldRule, LineLayout

Lookup = Callable[[FieldRule], Value]


def nothing(rule: FieldRule) -> Value:
    """Look up a field in a line that has none."""
    return MISSING


class LineParser(Protocol):
    """One layout of lines."""

    def parse(self, text: str, whole: bool) -> Lookup | None:
        """Give how to look fields up; None: damaged. ``whole``: the line's beginning was surely seen."""
        ...


class DelimitedLines:
    """Columns, named by a header line, by the profile, or by their place."""

    def __init__(self, layout: LineLayout, fields: tuple[FieldRule, ...]) -> None:
        self._layout = layout
        self._names = {rule.name.casefold() for rule in fields if rule.name}
        self._by_place = max((rule.column + 1 for rule in fields if rule.column is not None), default=0)
        self._columns: dict[str, int] = {}
        self._learn(list(layout.columns))

    def parse(self, text: str, whole: bool) -> Lookup | None:
        """Read a line of columns, or learn a header."""
        cells = self._cut(text)
        if cells is None:
            return None
        if self._is_header(cells):
            self._learn(cells)
            return nothing
        if not whole or (self._names and not self._columns):
            return nothing
        if len(cells) < self._needed:
            return None if len(cells) > 1 and cells[0][:1].isdigit() else nothing

        def look_up(rule: FieldRule) -> Value:
            place = rule.column if rule.column is not None else self._columns.get(rule.name.casefold())
            return cells[place] if place is not None and place < len(cells) else MISSING

        return look_up

    def _cut(self, text: str) -> list[str] | None:
        delimiter = self._layout.delimiter or ","
        if delimiter.isspace() and delimiter != "\t":
            return text.split()
        if len(delimiter) != 1 or '"' not in text:
            return [cell.strip() for cell in text.split(delimiter)]
        try:
            cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            return None
        return [cell.strip() for cell in cells]

    def _is_header(self, cells: list[str]) -> bool:
        return self._layout.header and any(_heading(cell) in self._names for cell in cells)

    def _learn(self, cells: list[str]) -> None:
        self._columns = {_heading(cell): place for place, cell in enumerate(cells)}
        named = [self._columns[name] + 1 for name in self._names if name in self._columns]
        self._needed = max(self._by_place, *named) if named else self._by_place


def _heading(cell: str) -> str:
    """Give a column's name without its unit in brackets."""
    return re.split(r"[\[(]", cell, maxsplit=1)[0].strip().casefold() or cell.casefold()


class KeyValueLines:
    """``depth=1.48 rate=117``, in any order, between blanks, commas or semicolons unless told."""

    def __init__(self, layout: LineLayout) -> None:
        self._delimiter, self._assign = layout.delimiter, layout.assign
        apart = r"\s;|&" + ("" if layout.decimal == "," else ",")
        assign = re.escape(layout.assign)
        self._pairs = re.compile(rf'([^{apart}"]+?)\s*{assign}\s*("[^"]*"|[^{apart}]*)')

    def parse(self, text: str, whole: bool) -> Lookup | None:
        """Read the pairs of a line."""
        if not whole or self._assign not in text:
            return nothing
        if self._delimiter:
            halves = [piece.partition(self._assign) for piece in text.split(self._delimiter)]
            pairs = [(key, value) for key, found, value in halves if found]
        else:
            pairs = self._pairs.findall(text)
        values = {key.strip().casefold(): value.strip().strip('"') for key, value in pairs}
        return lambda rule: values.get(rule.name.casefold(), MISSING)


class JsonLines:
    """One JSON object a line (or an array, by column); names may be paths such as ``motor.rate``."""

    def parse(self, text: str, whole: bool) -> Lookup | None:
        """Read the object; what stands before its brace or behind its end is left."""
        begin = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
        if begin < 0:
            return nothing
        try:
            spoken, _ = _JSON.raw_decode(text[begin:])
        except (ValueError, RecursionError):
            return None if whole and text.lstrip()[:1] in ("{", "[") else nothing
        return lambda rule: _found(spoken, rule)


_JSON = json.JSONDecoder(parse_constant=lambda word: None)


def _found(spoken: object, rule: FieldRule) -> Value:
    if rule.column is not None:
        inside: object = spoken[rule.column] if isinstance(spoken, list) and rule.column < len(spoken) else MISSING
        return _plain(inside)
    if isinstance(spoken, dict) and rule.name in spoken:
        return _plain(spoken[rule.name])
    inside = spoken
    for step in rule.name.split("."):
        if isinstance(inside, dict):
            inside = inside.get(step, MISSING)
        elif isinstance(inside, list) and step.isascii() and step.isdigit() and int(step) < len(inside):
            inside = inside[int(step)]
        else:
            return MISSING
    return _plain(inside)


def _plain(value: object) -> Value:
    return value if isinstance(value, str | int | float | bool | Missing) or value is None else MISSING
