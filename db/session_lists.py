"""The lists of sessions as a reader gives them: filtered pages, lengths, choices and months."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

from sqlalchemy import Connection

from console.domain.ports import SessionRow
from console.domain.session_list import FacetCount, FacetKind, ListOutline, MonthFigures, SessionFilter, SessionUse
from db import review_queries as queries
from db.facets import first_place
from db.list_search import Vocabulary, read_vocabulary


class SessionLists:
    """The list part of ``ports.SessionReader``, over what ``reading`` gives."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a read transaction."""
        raise NotImplementedError

    def rows(self, wanted: SessionFilter, limit: int, before: int | None = None, skip: int = 0) -> list[SessionRow]:
        """Give a page, newest first, behind the place of the last row (``skip`` rows further)."""
        with self.reading() as connection:
            return queries.page(connection, self._resolved(connection, wanted), limit, below=before, skip=skip)

    def rows_after(self, wanted: SessionFilter, limit: int, after: int) -> list[SessionRow]:
        """Give the page that stands before the row of a place, newest first."""
        with self.reading() as connection:
            return queries.page(connection, self._resolved(connection, wanted), limit, above=after)

    def all_rows(self, wanted: SessionFilter, page: int = 500, limit: int = 0) -> Iterator[SessionRow]:
        """Give every row, newest first, page by page; at most ``limit`` where it is set."""
        before: int | None = None
        left = limit
        while found := self.rows(wanted, min(page, left) if limit else page, before):
            yield from found
            before, left = found[-1].place, left - len(found)
            if limit and left <= 0:
                return

    def outline(self, wanted: SessionFilter, below: int | None = None) -> ListOutline:
        """Tell how long a list is (from a place on), in spans that can be entered anywhere."""
        with self.reading() as connection:
            resolved = self._resolved(connection, wanted)
            return queries.outline(connection, resolved if below is None else replace(resolved, high=below))

    def rank(self, wanted: SessionFilter, moment_us: int) -> int:
        """Count the sessions of a list that are newer than a moment."""
        with self.reading() as connection:
            resolved = self._resolved(connection, wanted)
            low = max(resolved.low, first_place(moment_us))
            return queries.count_all(connection, replace(resolved, low=low)) if low < resolved.high else 0

    def count(self, wanted: SessionFilter) -> int:
        """Count what the filter matches, to the last one."""
        with self.reading() as connection:
            return queries.count_all(connection, self._resolved(connection, wanted))

    def choices(self, wanted: SessionFilter, kind: FacetKind, limit: int) -> list[FacetCount]:
        """Give the values of a kind that the other filters leave, most frequent first."""
        with self.reading() as connection:
            return queries.choices(connection, self._resolved(connection, wanted.having(kind)), kind, limit)

    def uses(self, kind: FacetKind, value: str) -> list[SessionUse]:
        """Give the sessions that have a facet's value, newest first: where a lot or a pen went."""
        with self.reading() as connection:
            return queries.uses(connection, kind, value)

    def months(self, kind: FacetKind, value: str) -> list[MonthFigures]:
        """Give the monthly sums of a facet's value, newest first."""
        with self.reading() as connection:
            return queries.months(connection, kind, value)

    def _resolved(self, connection: Connection, wanted: SessionFilter) -> queries.Wanted:
        if wanted.text:
            self._vocabulary = read_vocabulary(connection, self._vocabulary)
        return queries.resolve(wanted, self._vocabulary)
