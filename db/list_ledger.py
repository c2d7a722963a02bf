"""Enters sessions into the list's tables: under their facets, and into the monthly sums.

One session after each commit, or thousands at once: the same derivation, only the writing is gathered.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, delete, insert, text

from console.domain.ports import SessionRow
from console.domain.session_list import FacetKind
from db import tables
from db.facets import SUM_NAMES, facets_of, month_of, numbers, sums_of
from db.list_rows import to_columns

_ADDED = ", ".join(f"{name} = month_figure.{name} + excluded.{name}" for name in SUM_NAMES)
_ADD_TO_MONTH = text(
    f"INSERT INTO month_figure (facet_id, month, {', '.join(SUM_NAMES)}) "
    f"VALUES (:facet_id, :month, {', '.join(':' + name for name in SUM_NAMES)}) "
    f"ON CONFLICT (facet_id, month) DO UPDATE SET {_ADDED}")
_ADD_TO_FACET = text(
    "INSERT INTO facet (facet_id, kind, value, sessions) VALUES (:facet_id, :kind, :value, :sessions) "
    "ON CONFLICT (facet_id) DO UPDATE SET sessions = facet.sessions + excluded.sessions")


class ListLedger:
    """Gathers what changes; ``write`` puts it into the database. A line entered must have its place."""

    def __init__(self) -> None:
        self._lines: list[dict[str, Any]] = []
        self._entered: list[dict[str, int]] = []
        self._left: list[dict[str, int]] = []
        self._names: dict[int, tuple[FacetKind, str]] = {}
        self._sessions: defaultdict[int, int] = defaultdict(int)
        self._months: dict[tuple[int, int], list[int]] = {}

    def add(self, row: SessionRow) -> list[int]:
        """Add a line that is not there yet; give the facets it is entered under."""
        facets = sorted(self._enter(row))
        self._lines.append(to_columns(row, facets))
        return facets

    def change(self, row: SessionRow, before: SessionRow, entered: list[int]) -> dict[str, Any]:
        """Take a changed line in place of the former, entered under these facets; give its columns to be kept."""
        found = facets_of(row)
        if set(entered) == set(found) and sums_of(row) == sums_of(before):
            return to_columns(row, entered)
        self._names |= found
        for facet in set(entered) - set(found):
            self._left.append({"facet_id": facet, "place": row.place})
        for facet in set(found) - set(entered):
            self._entered.append({"facet_id": facet, "place": row.place})
        self._count(before, entered, -1)
        self._count(row, list(found), 1)
        return to_columns(row, sorted(found))

    def write(self, connection: Connection) -> None:
        """Write what was gathered, and begin afresh."""
        if self._lines:
            connection.execute(insert(tables.session_summary), self._lines)
        for row in self._left:
            table = tables.session_facet
            connection.execute(delete(table).where(
                table.c.facet_id == row["facet_id"], table.c.place == row["place"]))
        if self._entered:
            self._entered.sort(key=lambda row: (row["facet_id"], row["place"]))
            connection.execute(insert(tables.session_facet), self._entered)
        self._write_sums(connection)
        self._lines, self._entered, self._left = [], [], []
        self._names.clear()
        self._sessions.clear()
        self._months.clear()

    def _enter(self, row: SessionRow) -> list[int]:
        found = facets_of(row)
        self._names |= found
        self._entered += [{"facet_id": facet, "place": row.place} for facet in found]
        self._count(row, list(found), 1)
        return list(found)

    def _count(self, row: SessionRow, facet_ids: list[int], sign: int) -> None:
        month, added = month_of(row.opened_us), numbers(sums_of(row), sign)
        for facet in facet_ids:
            self._sessions[facet] += sign
            sums = self._months.setdefault((facet, month), [0] * len(added))
            for place, number in enumerate(added):
                sums[place] += number

    def _write_sums(self, connection: Connection) -> None:
        totals = [
            {"facet_id": facet, "kind": self._names[facet][0].value if facet in self._names else "",
             "value": self._names[facet][1] if facet in self._names else "", "sessions": sessions}
            for facet, sessions in self._sessions.items() if sessions or facet in self._names]
        if totals:
            connection.execute(_ADD_TO_FACET, totals)
        months = [
            {"facet_id": facet, "month": month, **dict(zip(SUM_NAMES, sums, strict=True))}
            for (facet, month), sums in self._months.items() if any(sums)]
        if months:
            connection.execute(_ADD_TO_MONTH, months)
