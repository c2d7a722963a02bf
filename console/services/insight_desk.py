"""Figures over many sessions, from the monthly sums: by practitioner, pen, lot or plan; finished treatments only."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from console.domain.adverse_events import event_of
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.ports import SessionReader, SessionRow
from console.domain.quality_ports import QualityReader
from console.domain.session_list import FacetKind, MonthFigures, SessionFilter
from console.services.list_columns import csv_line
from console.services.local_time import local, local_day, month_start_us
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate

KINDS = (FacetKind.PRACTITIONER, FacetKind.PEN, FacetKind.LOT, FacetKind.PLAN)
SPANS = {"quarter": 3, "year": 12, "all": 0}  # months up to now; 0: all there are
MOST_VALUES = 60
SUMS = tuple(field.name for field in fields(MonthFigures) if field.name != "month")
CSV_HEADS = ("value", "treated", "left_out", "needling_s", "alarms", "overrides", "off_label", "deviations",
             "reactions", "gaps", "adverse_events")

Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of one value over a period, and its months, oldest first."""

    value: str
    sums: MonthFigures
    months: tuple[MonthFigures, ...]
    adverse: int = 0

    @property
    def left_out(self) -> int:
        """Give the sessions that are not counted: open, stopped, put off, opened in error."""
        return self.sums.sessions - self.sums.treated


@dataclass(frozen=True, slots=True)
class Insight:
    """A period by one kind of value: the whole clinic, and each value, most treatments first."""

    kind: FacetKind
    since_us: int | None
    whole: Figures
    values: tuple[Figures, ...]


class InsightReading:
    """Sums up, on whatever thread owns the readers."""

    def __init__(self, reader: SessionReader, quality: QualityReader) -> None:
        self._reader, self._quality = reader, quality

    def read(self, kind: FacetKind, months: int, today: date) -> Insight:
        """Give the figures of the last so many months (0: all), this one included."""
        first = _months_before(today, months - 1) if months else 0
        adverse = self._adverse(kind, first)
        whole = self._figures(FacetKind.ALL, "", first, adverse)
        choices = self._reader.choices(SessionFilter(), kind, MOST_VALUES)
        found = [self._figures(kind, one.value, first, adverse) for one in choices]
        values = tuple(sorted((one for one in found if one.sums.sessions), key=lambda one: -one.sums.treated))
        return Insight(kind, month_start_us(first) if first else None, whole, values)

    def _figures(self, kind: FacetKind, value: str, first: int, adverse: "Counter[str]") -> Figures:
        months = tuple(reversed([one for one in self._reader.months(kind, value) if one.month >= first]))
        sums = MonthFigures(first, *(sum(getattr(one, name) for one in months) for name in SUMS))
        return Figures(value, sums, months, adverse[value])

    def _adverse(self, kind: FacetKind, first: int) -> "Counter[str]":
        """Count finished treatments with an adverse event, by value; the empty value is the whole clinic."""
        events = map(event_of, self._quality.records(RecordFilter(RecordKind.ADVERSE_EVENT)))
        counted: Counter[str] = Counter()
        for session_id in {one.session_id for one in events if one.session_id}:
            try:
                row = self._reader.row(UUID(session_id))
            except OperatorError:  # its patient was erased
                continue
            if row.standing == "finished" and _month(row) >= first:
                counted.update({"", *_values(row, kind)})
        return counted


def _month(row: SessionRow) -> int:
    moment = local(row.opened_us)
    return moment.year * 100 + moment.month


def _values(row: SessionRow, kind: FacetKind) -> set[str]:
    if kind is FacetKind.LOT:
        return set(row.lots)
    single = {FacetKind.PRACTITIONER: row.practitioner_id, FacetKind.PEN: row.pen_serial, FacetKind.PLAN: row.plan_id}
    return {single[kind]}


def _months_before(today: date, months: int) -> int:
    number = today.year * 12 + today.month - 1 - months
    return number // 12 * 100 + number % 12 + 1


def csv_of(insight: Insight) -> str:
    """Write the figures as CSV, the whole clinic first."""
    def line(name: str, one: Figures) -> str:
        sums = one.sums
        numbers = (sums.treated, one.left_out, sums.needling_s, sums.alarms, sums.overrides, sums.off_label,
                   sums.deviations, sums.reactions, sums.gaps, one.adverse)
        return csv_line([name, *map(str, numbers)])

    return "".join([csv_line(list(CSV_HEADS)), line("all", insight.whole),
                    *(line(one.value, one) for one in insight.values)])


class InsightDesk:
    """Puts the questions to the query thread."""

    def __init__(self, queries: QueryThread, gate: ReadingGate, clock: Clock, reading: InsightReading) -> None:
        self._queries, self._gate, self._clock, self._reading = queries, gate, clock, reading

    def ask(self, kind: FacetKind, span: str, answer: Callable[[Insight], None], failed: Failed) -> None:
        """Ask for a period's figures by a kind of value."""
        if (refused := self._gate.refused()) is not None:
            failed(refused)
            return
        today = local_day(self._clock.utc_us())
        self._queries.ask(lambda: self._reading.read(kind, SPANS[span], today), answer, failed)

    def csv(self, insight: Insight) -> str:
        """Give the figures as CSV; that they are written out is audited."""
        self._gate.note_export(f"insights by {insight.kind.value}", "csv")
        return csv_of(insight)
