"""What the recorder is asked to do, as small records on its queue.

*Tasks* come from other threads; *units* are what one transaction takes, in order. Tasks that need
no gathering are units already.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from console.domain.ports import AreaSummary
from console.domain.session_events import SessionEvent
from console.domain.telemetry import Batch
from db.spill import SpillPlace


@dataclass(slots=True, eq=False)
class SamplesTask:
    """Samples as the reader thread handed them in."""

    session_id: UUID
    batch: Batch
    queued_s: float


@dataclass(slots=True, eq=False)
class EventsUnit:
    """Events to be committed together."""

    session_id: UUID
    events: tuple[SessionEvent, ...]
    ticket: int | None
    queued_s: float
    place: SpillPlace | None = None


@dataclass(slots=True, eq=False)
class ChunkUnit:
    """A closed chunk; ``samples`` None where its bytes lie in the spill file only."""

    session_id: UUID
    pen_serial: str
    boot_id: int
    first_index: int
    count: int
    period_us: int
    pen_time_marks: tuple[tuple[int, int], ...]
    t0_utc_us: int
    resent: bool
    samples: bytes | None
    queued_s: float
    place: SpillPlace | None = None

    def bytes_now(self) -> bytes:
        """Give the samples, from the spill file if need be; ValueError where that is damaged."""
        if self.samples is not None:
            return self.samples
        if self.place is None:
            raise ValueError("neither memory nor spill file holds these samples")
        return self.place.spill.read(self.place)[1]


@dataclass(slots=True, eq=False)
class AuditUnit:
    """An entry of the station's audit chain."""

    at_us: int
    actor: str
    action: str
    subject: str
    detail: str
    queued_s: float
    place: SpillPlace | None = None


@dataclass(slots=True, eq=False)
class Outcome:
    """What became of a ``WriteUnit``; ``given_up`` by whoever no longer waits for it; ``awaited``: somebody is told."""

    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: BaseException | None = None
    given_up: bool = False
    awaited: bool = True


@dataclass(slots=True, eq=False)
class WriteUnit:
    """Any other change: ``work`` runs in the transaction, ``audit`` and ``audits`` are entered with it.

    ``tell`` gives the entry's detail from what ``work`` gave: only there it is known what a change replaced.
    After one that ``erases``, nothing of a history is remembered. ``grown`` names a session whose chain ``work``
    itself makes longer: its tail is read anew and its lists brought up to date.
    """

    work: Callable[[Connection], Any]
    outcome: Outcome
    queued_s: float
    audit: AuditUnit | None = None
    tell: Callable[[Any], str] | None = None
    erases: bool = False
    audits: tuple[AuditUnit, ...] = ()
    grown: UUID | None = None


@dataclass(slots=True, eq=False)
class AreasUnit:
    """Area summaries of a session, replacing the former."""

    session_id: UUID
    areas: tuple[AreaSummary, ...]
    queued_s: float


@dataclass(slots=True, eq=False)
class MergeUnit:
    """One body for the whole session, in place of one a chunk."""

    session_id: UUID
    queued_s: float


@dataclass(slots=True, eq=False)
class SynchroniseUnit:
    """Rings when everything queued before is committed."""

    queued_s: float
    done: threading.Event = field(default_factory=threading.Event)


SpillableUnit = EventsUnit | ChunkUnit | AuditUnit
Unit = SpillableUnit | WriteUnit | AreasUnit | MergeUnit | SynchroniseUnit
Task = SamplesTask | Unit
