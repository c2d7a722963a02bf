"""The session list as pages ask for it: always on the query thread, and never more than is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from console.domain.errors import Refusal
from console.domain.ports import SessionReader, SessionRow
from console.domain.session_list import FacetCount, FacetKind, ListOutline, ListSpan, MonthFigures, SessionFilter
from console.services.list_columns import ListColumn, csv_line, csv_names
from console.services.local_time import local_day
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.whole_files import GrowingFile

T = TypeVar("T")
Failed = Callable[[BaseException], None]

CSV_SLICE = 500  # rows written before other questions get their turn


@dataclass(frozen=True, slots=True)
class ListStart:
    """The beginning of a list: how long it is, and its first rows."""

    outline: ListOutline
    rows: tuple[SessionRow, ...]


class ListDesk:
    """Puts a list's questions to the query thread; who may not read records is refused."""

    def __init__(self, queries: QueryThread, reader: SessionReader, gate: ReadingGate) -> None:
        self._queries, self._reader, self._gate = queries, reader, gate

    def begin(self, wanted: SessionFilter, limit: int, answer: Callable[[ListStart], None], failed: Failed) -> None:
        """Ask how long a list is, and for its first rows; that it was looked through is audited."""
        if self._gate.refused() is None:
            self._gate.note_list("sessions", words_of(wanted))
        self._ask(lambda: ListStart(self._reader.outline(wanted), tuple(self._reader.rows(wanted, limit))),
                  answer, failed)

    def rows(
        self, wanted: SessionFilter, span: ListSpan, skip: int, limit: int,
        answer: Callable[[list[SessionRow]], None], failed: Failed,
    ) -> None:
        """Ask for the rows ``skip`` behind the begin of a span; they may go on into the next spans."""
        self._ask(lambda: self._reader.rows(wanted, limit, span.high, skip), answer, failed)

    def further(
        self, wanted: SessionFilter, below: int, answer: Callable[[ListOutline], None], failed: Failed,
    ) -> None:
        """Ask how a list that could not be counted to its end goes on."""
        self._ask(lambda: self._reader.outline(wanted, below), answer, failed)

    def rank(
        self, wanted: SessionFilter, moment_us: int, answer: Callable[[int], None], failed: Failed,
    ) -> None:
        """Ask how many of a list's sessions are newer than a moment."""
        self._ask(lambda: self._reader.rank(wanted, moment_us), answer, failed)

    def neighbours(
        self, wanted: SessionFilter, place: int, answer: Callable[[tuple[SessionRow | None, SessionRow | None]], None],
        failed: Failed,
    ) -> None:
        """Ask for the sessions that stand next above and below a place in a list; None at its ends."""

        def both() -> tuple[SessionRow | None, SessionRow | None]:
            above, below = self._reader.rows_after(wanted, 1, place), self._reader.rows(wanted, 1, place)
            return (above[-1] if above else None), (below[0] if below else None)

        self._ask(both, answer, failed)

    def choices(
        self, wanted: SessionFilter, kind: FacetKind, limit: int, answer: Callable[[list[FacetCount]], None],
        failed: Failed,
    ) -> None:
        """Ask for the values of a kind with their counts."""
        self._ask(lambda: self._reader.choices(wanted, kind, limit), answer, failed)

    def months(
        self, kind: FacetKind, value: str, answer: Callable[[list[MonthFigures]], None], failed: Failed,
    ) -> None:
        """Ask for the monthly sums of a facet's value."""
        self._ask(lambda: self._reader.months(kind, value), answer, failed)

    def write_csv(
        self, wanted: SessionFilter, columns: tuple[ListColumn, ...], path: Path, progress: Callable[[int], None],
        answer: Callable[[int], None], failed: Failed,
    ) -> None:
        """Ask for the list as a CSV file; ``progress`` is told the rows so far, ``answer`` how many there were.

        Written slice by slice, so that pages are answered between; the file appears whole or not at all.
        """
        try:
            self._gate.note_export("list of sessions", "csv")
            writing = _CsvWriting(self._reader, wanted, columns, path)
        except Exception as error:  # noqa: BLE001  whoever asked is told, as for every question
            failed(error)
            return

        def go_on(done: bool) -> None:
            if done:
                answer(writing.rows)
            else:
                progress(writing.rows)
                self._queries.ask(writing.step, go_on, given_up)

        def given_up(error: BaseException) -> None:
            writing.drop()
            failed(error)

        self._queries.ask(writing.step, go_on, given_up)

    def _ask(self, question: Callable[[], T], answer: Callable[[T], None], failed: Failed) -> None:
        refused: Refusal | None = self._gate.refused()
        if refused is not None:
            failed(refused)
        else:
            self._queries.ask(question, answer, failed)


def words_of(wanted: SessionFilter) -> str:
    """Say what a list was filtered by; of typed words only that there were some."""
    parts = [wanted.patient_id, "by words typed" if wanted.text else ""]
    parts += [f"{name} {local_day(at_us)}" for name, at_us in (("since", wanted.since_us), ("until", wanted.until_us))
              if at_us is not None]
    parts += [f"{one.kind.value} {' or '.join(one.values)}" for one in wanted.facets]
    return ", ".join(part for part in parts if part)


class _CsvWriting:
    """A list on its way into a file."""

    def __init__(
        self, reader: SessionReader, wanted: SessionFilter, columns: tuple[ListColumn, ...], path: Path,
    ) -> None:
        self._reader, self._wanted, self._columns = reader, wanted, columns
        self._file = GrowingFile(path)
        self._before: int | None = None
        self.rows = 0
        self._file.write(csv_line(csv_names(columns)).encode())

    def step(self) -> bool:
        """Write the next rows; True when there are no more."""
        found = self._reader.rows(self._wanted, CSV_SLICE, self._before)
        if not found:
            self._file.keep()
            return True
        text = "".join(csv_line([column.plain(row) for column in self._columns]) for row in found)
        self._file.write(text.encode())
        self.rows, self._before = self.rows + len(found), found[-1].place
        return False

    def drop(self) -> None:
        """Leave nothing behind."""
        self._file.drop()
