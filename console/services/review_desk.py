"""The manager's questions: find sessions, open one, replay its samples, prove it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

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
from console.services.replay_tape import ReplayTape
from console.services.sample_table import SampleTable, build_table, lay_out

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
class SessionOpening:
    """What a replay begins with; figures and proof follow in the dossier."""

    row: SessionRow
    events: tuple[StoredEvent, ...]
    state: SessionState
    tape: ReplayTape


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


def read_opening(reader: SessionReader, session_id: UUID) -> SessionOpening:
    """Read what a replay begins with; OperatorError if it is not there."""
    events = tuple(reader.events(session_id))
    state = fold(one.event for one in events)
    return SessionOpening(
        reader.row(session_id), events, state, ReplayTape(state, lay_out(reader.samples(session_id))))


def complete(reader: SessionReader, verify: Verify, opening: SessionOpening) -> SessionDossier:
    """Add figures and proof; the chunks as stored are for exports, which read them themselves."""
    state, table = opening.state, opening.tape.table
    areas = tuple(summarise_areas(state, table))
    session_id = opening.row.session_id
    return SessionDossier(opening.row, opening.events, state, table, areas, verify(session_id), (),
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
        begun: Callable[[SessionOpening], bool] = lambda opening: True,
    ) -> None:
        """Ask for a session: ``begun`` has its tape first and tells whether to go on; that it was read is audited."""
        try:
            self._gate.note("session_read", str(session_id))
        except Refusal as refused:
            failed(refused)
            return

        def opened(opening: SessionOpening) -> None:
            if begun(opening):
                self._queries.ask(lambda: complete(self._reader, self._verify, opening), answer, failed)

        self._queries.ask(lambda: read_opening(self._reader, session_id), opened, failed)

    def verify_all(
        self, answer: Callable[[list[ChainFault]], None], failed: Callable[[BaseException], None],
    ) -> None:
        """Ask for the proof of every session."""
        self._queries.ask(
            lambda: [fault for one in self._reader.session_ids() if (fault := self._verify(one))], answer, failed)
