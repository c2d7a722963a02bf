"""What the services need from the adapters. Each adapter fulfils one of these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from console.domain.clinic_records import ClinicRecord, RecordFilter
from console.domain.history import ChunkHead
from console.domain.importing import ImportBatch
from console.domain.people import (
    Appointment,
    CatalogProduct,
    Course,
    Patient,
    SignInTries,
    Staff,
    StaffVersion,
)
from console.domain.session_events import SessionEvent
from console.domain.session_list import FacetCount, FacetKind, ListOutline, MonthFigures, SessionFilter, SessionUse
from console.domain.station_proof import RecordProof
from console.domain.telemetry import Batch, Gap


@dataclass(frozen=True, slots=True)
class RecorderState:
    """How the recorder stands. ``saved_ticket``: all tickets up to it are committed.

    ``failing`` is empty while all goes well, else one sentence; ``oldest_waiting_s`` is the age of
    the oldest thing not yet committed; ``held_samples`` counts samples in memory or spill file.
    """

    saved_ticket: int
    issued_ticket: int
    failing: str
    oldest_waiting_s: float
    held_samples: int
    samples_saved: int
    spilling: bool = False

    @property
    def all_saved(self) -> bool:
        """Tell whether everything handed in so far is committed."""
        return self.saved_ticket >= self.issued_ticket


class Recorder(Protocol):
    """The one writer. Calls return at once; nothing handed in is ever dropped silently."""

    def append(self, session_id: UUID, events: Sequence[SessionEvent]) -> int:
        """Queue events to be committed together; give the ticket to wait for."""
        ...

    def add_samples(self, session_id: UUID, batch: Batch) -> None:
        """Queue samples; never blocks."""
        ...

    def state(self) -> RecorderState:
        """Give the state now (thread-safe, cheap)."""
        ...

    def synchronise(self, timeout_s: float) -> bool:
        """Wait until everything queued before is committed; False when time ran out."""
        ...

    def take_unsaved(self) -> list[tuple[UUID, Gap]]:
        """Give, once, the gaps of samples that could not be kept anywhere."""
        ...


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the database; ``salt`` where its chain holds a commitment in its payload's place."""

    session_id: UUID
    seq: int
    event: SessionEvent
    hash: bytes
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as it lies in the database: its chained head, its hash, its canonical bytes."""

    head: ChunkHead
    hash: bytes
    samples: bytes


@dataclass(frozen=True, slots=True)
class StoredSamples:
    """A session's samples and, of each chunk in order of ``seq``, what tells when they were taken.

    The columns (``boot`` to ``resent``) are of one length, 64-bit integers; ``boot`` points into ``boots`` (pen
    serial, boot id), in order of arrival. ``breaks`` holds, by a chunk's place, the marks of a chunk within which the
    pen's time did not run evenly (see ``ChunkHead``). Nothing is proved by it: that takes the chunks.
    """

    boots: tuple[tuple[str, int], ...]
    boot: Sequence[int]
    first_index: Sequence[int]
    count: Sequence[int]
    period_us: Sequence[int]
    pen_time_us: Sequence[int]
    t0_utc_us: Sequence[int]
    resent: Sequence[int]
    breaks: Mapping[int, tuple[tuple[int, int], ...]]
    samples: bytes | memoryview


@dataclass(frozen=True, slots=True)
class StoredRun:
    """Samples of one boot that are stored without a hole; ``end_index`` is the index after the last."""

    pen_serial: str
    boot_id: int
    first_index: int
    end_index: int

    @property
    def count(self) -> int:
        """Give how many samples."""
        return self.end_index - self.first_index


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A line of the session list (read model, derived from the history)."""

    session_id: UUID
    kind: str
    state: str  # open, sealed, cut_off, abandoned
    outcome: str  # "", finished, unfinished, deferred, opened_in_error, bench
    phase: str
    opened_us: int
    closed_us: int | None
    patient_id: str
    practitioner_id: str
    room: str
    map_id: str
    plan_name: str
    indication: str
    course_number: int
    course_length: int
    areas_planned: int
    areas_done: int
    needling_s: int
    median_depth_um: int | None
    alarms: int
    gaps: int
    samples: int
    amendments: int
    pen_serial: str
    lots: tuple[str, ...]
    marked_as: str
    head: bytes
    standing: str = "open"  # its one list, a word of ``services.session_marks.STANDINGS``
    reason: str = ""  # why it ended so
    clinic: str = ""
    plan_id: str = ""
    area_ids: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # deviations and the like: ``services.session_marks``
    missing: tuple[str, ...] = ()  # what the record lacks; «complete» where nothing
    alarm_kinds: tuple[str, ...] = ()  # priorities and rules of its alarms
    over_band_ms: int | None = None  # over the plan's band on all areas, from the samples; None: not summed up
    place: int = 0  # where it stands in the list, given by the store: greater is newer


@dataclass(frozen=True, slots=True)
class AreaSummary:
    """What was done on one area, from the stored samples (algorithm in ``services.area_figures``)."""

    area_id: str
    label: str
    planned_low_um: int
    planned_high_um: int
    passes_planned: int
    passes_done: int
    area_time_s: int
    contact_s: float | None
    median_depth_um: int | None
    p5_depth_um: int | None
    p95_depth_um: int | None
    median_rate_chz: int | None
    over_band_s: float
    strokes: int | None
    punctures_per_cm2: int | None
    endpoint: str
    provenance: str  # measured, set, by_hand, none


class SessionReader(Protocol):
    """Reads histories and lists on a connection that cannot write."""

    def session_ids(self) -> list[UUID]:
        """Give every session, newest first."""
        ...

    def find_session(self, text: str) -> UUID:
        """Resolve a UUID, a unique prefix of 6 or more, or ``last``; OperatorError otherwise."""
        ...

    def events(self, session_id: UUID) -> list[StoredEvent]:
        """Give the session's events in order of ``seq``."""
        ...

    def chunks(self, session_id: UUID) -> list[StoredChunk]:
        """Give the session's chunks in order of ``seq``, bodies decompressed and split."""
        ...

    def samples(self, session_id: UUID) -> StoredSamples:
        """Give the session's samples at once, for looking at them."""
        ...

    def stored_runs(self, session_id: UUID) -> list[StoredRun]:
        """Tell which samples are stored, without reading them: boots in order of arrival, then by index."""
        ...

    def proof(self, session_id: UUID) -> RecordProof:
        """Give what the station signed of the session, and its public keys."""
        ...

    def row(self, session_id: UUID) -> SessionRow:
        """Give the session's line of the list."""
        ...

    def rows(self, wanted: SessionFilter, limit: int, before: int | None = None, skip: int = 0) -> list[SessionRow]:
        """Give a page, newest first, behind the place of the last row (``skip`` rows further)."""
        ...

    def rows_after(self, wanted: SessionFilter, limit: int, after: int) -> list[SessionRow]:
        """Give the page that stands before the row of a place, newest first."""
        ...

    def outline(self, wanted: SessionFilter, below: int | None = None) -> ListOutline:
        """Tell how long a list is (from a place on), in spans that can be entered anywhere."""
        ...

    def rank(self, wanted: SessionFilter, moment_us: int) -> int:
        """Count the sessions of a list that are newer than a moment."""
        ...

    def count(self, wanted: SessionFilter) -> int:
        """Count what the filter matches, to the last one."""
        ...

    def choices(self, wanted: SessionFilter, kind: FacetKind, limit: int) -> list[FacetCount]:
        """Give the values of a kind that the other filters leave, most frequent first."""
        ...

    def uses(self, kind: FacetKind, value: str) -> list[SessionUse]:
        """Give the sessions that have a facet's value, newest first: where a lot or a pen went."""
        ...

    def months(self, kind: FacetKind, value: str) -> list[MonthFigures]:
        """Give the monthly sums of a facet's value, newest first."""
        ...

    def last_of_patient(self, patient_id: str, before_us: int) -> SessionRow | None:
        """Give the patient's newest finished treatment before a moment."""
        ...

    def last_treatments(self) -> dict[str, int]:
        """Give when each patient's newest finished treatment began (UTC µs)."""
        ...


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first bad entry of a session: ``seq`` and what is wrong, in words."""

    session_id: UUID
    seq: int
    what: str


class KeptSettings(Protocol):
    """What was set, by name."""

    def setting(self, name: str, default: str = "") -> str: ...


class Registry(Protocol):
    """Reference data: versioned rows, each change with an audit entry."""

    def patients(self, text: str = "", limit: int = 50) -> list[Patient]: ...
    def patient(self, patient_id: str) -> Patient: ...
    def save_patient(self, patient: Patient, actor_id: str) -> None: ...
    def next_patient_id(self) -> str: ...
    def staff(self) -> list[Staff]: ...
    def pin_check(self, staff_id: str) -> Callable[[str], bool]: ...
    def save_staff(self, member: Staff, pin: str, actor_id: str, password: str | None = None) -> None: ...
    def staff_versions(self, staff_id: str) -> list[StaffVersion]: ...
    def password_check(self, staff_id: str) -> Callable[[str], bool]: ...
    def sign_in_tries(self, staff_id: str) -> SignInTries: ...
    def courses(self, patient_id: str) -> list[Course]: ...
    def running_courses(self) -> list[Course]: ...
    def save_course(self, course: Course, actor_id: str) -> None: ...
    def appointments(self, from_us: int, until_us: int) -> list[Appointment]: ...
    def save_appointment(self, appointment: Appointment, actor_id: str) -> None: ...
    def products(self) -> list[CatalogProduct]: ...
    def save_product(self, product: CatalogProduct, actor_id: str) -> None: ...
    def recalled_lots(self) -> set[tuple[str, str]]: ...
    def save_recalled_lot(self, product_id: str, lot: str, recalled: bool, actor_id: str) -> None: ...
    def save_recall(
        self, record: ClinicRecord, product_id: str, lot: str, recalled: bool, actor_id: str) -> None: ...
    def cartridge_used_in(self, product_id: str, lot: str, serial: str) -> UUID | None: ...
    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...
    def record_versions(self, record: ClinicRecord) -> list[ClinicRecord]: ...
    def save_record(self, record: ClinicRecord, actor_id: str) -> None: ...
    def setting(self, name: str, default: str = "") -> str: ...
    def save_setting(self, name: str, value: str, actor_id: str) -> None: ...
    def remember_setting(self, name: str, value: str, actor_id: str) -> None: ...
    def save_import(self, batch: ImportBatch, actor_id: str) -> None: ...
    def audit(self, actor_id: str, action: str, subject: str, detail: str = "") -> None: ...
