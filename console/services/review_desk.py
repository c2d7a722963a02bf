"""The manager's questions: find sessions, open one, replay its samples, prove it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from console.domain.errors import Refusal
from console.domain.ports import (
    AreaSummary,
    ChainFault,
    SessionReader,
    SessionRow,
    StoredChunk,
    StoredEvent,
)
from console.domain.session_fold import fold
from console.domain.session_list import SessionFilter
from console.domain.session_state import SessionState
from console.domain.station_proof import NOT_SIGNED, RecordProof
from console.services.area_figures import summarise_areas
from console.services.list_desk import ListDesk
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.sample_table import SampleTable, build_table

Verify = Callable[[UUID], ChainFault | None]


@dataclass(frozen=True, slots=True)
class SessionDossier:
    """Everything of one session: its row, history, state, samples, figures, and the proof."""

    row: SessionRow
    events: tuple[StoredEvent, ...]
    state: SessionState
    table: SampleTable
    areas: tuple[AreaSummary, ...]
    fault: ChainFault | None
    chunks: tuple[StoredChunk, ...] = ()  # as stored, for exports that carry the chain
    proof: RecordProof = NOT_SIGNED

    @property
    def head(self) -> bytes:
        """Give the hash of the last entry of the chain."""
        return self.row.head


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list with the number of all matches."""

    rows: tuple[SessionRow, ...]
    total: int


def read_dossier(reader: SessionReader, verify: Verify, session_id: UUID) -> SessionDossier:
    """Read a whole session; OperatorError if it is not there."""
    events = tuple(reader.events(session_id))
    state = fold(one.event for one in events)
    chunks = tuple(reader.chunks(session_id))
    table = build_table(chunks)
    return SessionDossier(
        reader.row(session_id), events, state, table, tuple(summarise_areas(state, table)), verify(session_id), chunks,
        reader.proof(session_id))


class ReviewDesk:
    """Puts the manager's questions to the query thread."""

    def __init__(self, queries: QueryThread, reader: SessionReader, verify: Verify, gate: ReadingGate) -> None:
        self._queries, self._reader, self._verify, self._gate = queries, reader, verify, gate
        self.lists = ListDesk(queries, reader, gate)

    def list_page(
        self, wanted: SessionFilter, limit: int, before: int | None,
        answer: Callable[[ListPage], None], failed: Callable[[BaseException], None],
    ) -> None:
        """Ask for a page of the list."""
        if (refused := self._gate.refused()) is not None:
            failed(refused)
            return
        self._queries.ask(
            lambda: ListPage(tuple(self._reader.rows(wanted, limit, before)), self._reader.count(wanted)),
            answer, failed)

    def open(
        self, session_id: UUID, answer: Callable[[SessionDossier], None], failed: Callable[[BaseException], None],
    ) -> None:
        """Ask for a whole session; that it was read is noted in the audit."""
        try:
            self._gate.note("session_read", str(session_id))
        except Refusal as refused:
            failed(refused)
            return
        self._queries.ask(lambda: read_dossier(self._reader, self._verify, session_id), answer, failed)

    def verify_all(
        self, answer: Callable[[list[ChainFault]], None], failed: Callable[[BaseException], None],
    ) -> None:
        """Ask for the proof of every session."""
        self._queries.ask(
            lambda: [fault for one in self._reader.session_ids() if (fault := self._verify(one))], answer, failed)


@dataclass(frozen=True, slots=True)
class TapeMoment:
    """What the tape shows at one moment of a replay."""

    utc_us: int
    area_id: str
    depth_um: float | None
    rate_chz: float | None
    in_contact: bool


class ReplayTape:
    """A session's samples on the wall clock, for scrubbing and playing."""

    def __init__(self, state: SessionState, table: SampleTable) -> None:
        self.state, self.table = state, table
        order = np.argsort(table.utc_us, kind="stable")
        self.utc_us: NDArray[np.int64] = table.utc_us[order]
        self.depth_um = table.depth_um()[order]
        self.rate_chz = table.rate_chz()[order]
        self.contact = table.contact()[order]
        starts = [span.started_us for area in state.areas.values() for span in area.passes]
        self.start_us = int(min([*starts, *self.utc_us[:1]], default=state.opened_at_us))
        ends = [span.ended_us or state.last_at_us for area in state.areas.values() for span in area.passes]
        self.end_us = int(max([*ends, *self.utc_us[-1:]], default=state.last_at_us))

    @property
    def length_s(self) -> float:
        """Give the tape's length in seconds."""
        return max(0.0, (self.end_us - self.start_us) / 1_000_000)

    def envelope_um(self, columns: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give least and greatest depth on the skin per column over the tape; NaN where nothing was."""
        low, high = np.full(columns, np.nan), np.full(columns, np.nan)
        shown = (self.contact if self.contact.any() else np.ones(len(self.utc_us), np.bool_)) & ~np.isnan(self.depth_um)
        if not shown.any() or self.length_s <= 0:
            return low, high
        share = (self.utc_us[shown] - self.start_us) / (self.length_s * 1_000_000)
        column = np.clip((share * columns).astype(np.int64), 0, columns - 1)
        places, starts = np.unique(column, return_index=True)  # utc_us rises, so columns do
        depth = self.depth_um[shown]
        low[places], high[places] = np.minimum.reduceat(depth, starts), np.maximum.reduceat(depth, starts)
        return low, high

    def at(self, seconds: float) -> TapeMoment:
        """Give what the tape shows ``seconds`` from its start; None where no sample is near (0.5 s)."""
        utc_us = self.start_us + round(seconds * 1_000_000)
        place = int(np.searchsorted(self.utc_us, utc_us, side="right")) - 1
        area_id = self.area_at(utc_us)
        if place < 0 or utc_us - self.utc_us[place] > 500_000:
            return TapeMoment(utc_us, area_id, None, None, False)
        depth, rate = float(self.depth_um[place]), float(self.rate_chz[place])
        return TapeMoment(
            utc_us, area_id, None if np.isnan(depth) else depth, None if np.isnan(rate) else rate,
            bool(self.contact[place]))

    def area_at(self, utc_us: int) -> str:
        """Give the area being needled at a moment, empty if none."""
        for area_id, area in self.state.areas.items():
            for span in area.passes:
                if span.started_us <= utc_us < (span.ended_us or self.state.last_at_us):
                    return area_id
        return ""
