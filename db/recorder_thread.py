"""The recorder: one thread owns the only writing connection; «saved» means committed.

Other threads put tasks on one queue and never wait for the disk. Samples are gathered into chunks
of four tenths of a second; what waits together is committed together. When the database refuses,
everything stays in memory and in the spill file, and is tried again.
"""

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.history import canonical_json
from console.domain.ports import AreaSummary, RecorderState
from console.domain.session_events import SessionEvent, to_payload
from console.domain.telemetry import SAMPLE_BYTES, Batch, Gap
from db.backlog import MEMORY_SAMPLES, RESERVE_BYTES, Backlog
from db.head_keeper import HeadKeeper
from db.heads import AUDIT
from db.intake import Intake
from db.read_models import Summarise
from db.spill import SpillFile
from db.station_key import StationSigner
from db.store_writer import StoreWriter, Written
from db.write_tasks import (
    AreasUnit,
    AuditUnit,
    EventsUnit,
    MergeUnit,
    Outcome,
    SamplesTask,
    SynchroniseUnit,
    Task,
    Unit,
    WriteUnit,
)

if TYPE_CHECKING:
    from db.data_folder import DataFolder

log = logging.getLogger(__name__)

LiveOn = Callable[[float], bool]
OnCommit = Callable[[list[tuple[int, UUID, int]]], None]

# Real seconds: short, so that a hastened clock loses no more pen time than a true one.
TICK_S = 0.02
STILL_TURNS = 2  # a wait so short is no gap between two frames that anybody sees
GROUP_UNITS = 512
_FIRST_RETRY_S, _LAST_RETRY_S = 0.05, 1.0


class RecorderThread:
    """Implements ``ports.Recorder`` over a data folder; ``start`` it, ``stop`` it last of all.

    ``on_commit`` is called on the recorder thread with ``(ticket, session_id, seq)`` of each commit.
    """

    def __init__(
        self, folder: "DataFolder", clock: Clock, summarise: Summarise | None = None,
        on_commit: OnCommit | None = None, memory_samples: int = MEMORY_SAMPLES, reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self._clock, self._on_commit = clock, on_commit
        self._writer = StoreWriter(
            folder.writer_engine(), folder.heads, summarise, StationSigner(folder.keys.station))
        self._keeper = HeadKeeper(folder.heads)
        self._backlog = Backlog(folder.spill_path, folder.keys.spill, memory_samples, reserve_bytes)
        self._intake = Intake(self._backlog)
        self._taken: deque[Task] = deque()
        self._left_over: list[SpillFile] | None = None
        self._retry_at_s = self._retry_after_s = 0.0
        self._failed_once = self._losing = self._lost_at_end = False
        self._lock = threading.RLock()  # _wake's own, where nobody is to be woken
        self._wake = threading.Condition(self._lock)
        # Guarded by _wake:
        self._queue: deque[Task] = deque()
        self._issued = self._saved = self._held = self._samples_saved = 0
        self._failing, self._spilling = "", False
        self._oldest_s: float | None = None
        self._stopping = self._leaving = False
        self._ticking = False  # samples, which wait in a chunk anyway, need not wake it
        self._unsaved: list[tuple[UUID, Gap]] = []
        self._live_on: dict[int, LiveOn] = {}  # by thread; each touches its own entry only
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    # --- called by any thread -------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread; what an earlier run left in a spill file is folded in first."""
        self._thread.start()

    def append(self, session_id: UUID, events: Sequence[SessionEvent]) -> int:
        """Queue events to be committed together; give their ticket."""
        for event in events:
            canonical_json(to_payload(event.what))  # a payload without a canonical form is the caller's bug
        with self._wake:
            self._issued += 1
            self._put(EventsUnit(session_id, tuple(events), self._issued, self._clock.monotonic_s()))
            return self._issued

    def add_samples(self, session_id: UUID, batch: Batch) -> None:
        """Queue samples; never blocks."""
        count = batch.count
        if len(batch.samples) != count * SAMPLE_BYTES:
            raise ValueError("a batch's samples are count times ten bytes")
        if count:
            task = SamplesTask(session_id, batch, self._clock.monotonic_s())
            with self._lock:
                self._held += count
                self._queue.append(task)
                if not self._ticking:
                    self._wake.notify_all()

    def audit(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Queue an entry of the station's audit chain; returns at once."""
        with self._wake:
            self._put(self._audit_unit(actor, action, subject, detail))

    def save_area_summaries(self, session_id: UUID, areas: Sequence[AreaSummary]) -> None:
        """Queue a session's area summaries in place of the former."""
        with self._wake:
            self._put(AreasUnit(session_id, tuple(areas), self._clock.monotonic_s()))

    def merge_bodies(self, session_id: UUID) -> None:
        """Queue the merging of a signed session's bodies into one."""
        with self._wake:
            self._put(MergeUnit(session_id, self._clock.monotonic_s()))

    def write(
        self, work: Callable[[Connection], Any], audit: tuple[str, str, str, str] | None = None,
        timeout_s: float = 5.0, tell: Callable[[Any], str] | None = None, *, erases: bool = False,
        audits: Sequence[tuple[str, str, str, str]] = (), grown: UUID | None = None,
    ) -> Any:
        """Run ``work`` in a transaction of the recorder, enter ``audit`` with it, give its result.

        ``tell`` gives the entry's detail from that result. One that ``erases`` leaves nothing of a history in
        the recorder's memory. ``audits`` are further entries of the same commit. ``grown``: a session whose chain
        ``work`` makes longer.
        What ``work`` raises is raised here; OperatorError where it was not committed in time, and at once
        where the database refuses to write: whoever waits may be the screen.
        """
        outcome = Outcome()
        entry, more = self._audit_unit(*audit) if audit else None, tuple(self._audit_unit(*one) for one in audits)
        with self._wake:
            self._put(WriteUnit(work, outcome, self._clock.monotonic_s(), entry, tell, erases, more, grown))
        if not self._wait_for(outcome, timeout_s):
            outcome.given_up = True
            raise OperatorError(
                "The change is not confirmed as saved, because the database cannot take it now",
                "nothing else was lost", "free disk space or close other programs, then look and try again",
            )
        if outcome.error is not None:
            raise outcome.error
        return outcome.result

    def write_later(
        self, work: Callable[[Connection], Any], audit: tuple[str, str, str, str], tell: Callable[[Any], str],
    ) -> None:
        """Queue what ``write`` does for something nobody waits for; a refusal is logged."""
        entry = self._audit_unit(*audit)
        with self._wake:
            self._put(WriteUnit(work, Outcome(awaited=False), self._clock.monotonic_s(), entry, tell))

    def _wait_for(self, outcome: Outcome, timeout_s: float) -> bool:
        live_on = self._live_on.get(threading.get_ident())
        for turn in range(math.ceil(timeout_s / TICK_S)):  # real seconds, also where the clock is hastened
            lived = live_on is not None and turn >= STILL_TURNS and live_on(turn * TICK_S)
            if outcome.done.wait(0 if lived else TICK_S):
                return True
            if self._failed_once:
                break
        return outcome.done.is_set()

    def live_on_by(self, live_on: LiveOn | None) -> None:
        """Let the thread that calls this go on living while a write of its own waits; None: it stands still again.

        ``live_on`` is called with the seconds waited so far, lives for ``TICK_S`` and tells whether it did.
        """
        me = threading.get_ident()
        if live_on is None:
            self._live_on.pop(me, None)
        else:
            self._live_on[me] = live_on

    def state(self) -> RecorderState:
        """Give the state now."""
        with self._wake:
            since = [self._queue[0].queued_s] if self._queue else []
            since += [self._oldest_s] if self._oldest_s is not None else []
            waiting_s = max(0.0, self._clock.monotonic_s() - min(since)) if since else 0.0
            return RecorderState(
                self._saved, self._issued, self._failing, waiting_s, self._held, self._samples_saved, self._spilling
            )

    def take_unsaved(self) -> list[tuple[UUID, Gap]]:
        """Give, once, the gaps of samples that neither database nor spill file could take."""
        with self._wake:
            taken, self._unsaved = self._unsaved, []
            return taken

    def synchronise(self, timeout_s: float) -> bool:
        """Wait until everything queued before is committed; False when time ran out."""
        unit = SynchroniseUnit(self._clock.monotonic_s())
        with self._wake:
            self._put(unit)
        return unit.done.wait(timeout_s)

    def stop(self, timeout_s: float) -> bool:
        """Commit what waits and end the thread; False where the database took not all of it.

        The rest is in the spill file; what not even that could take is in ``take_unsaved`` afterwards.
        """
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.ident is None:
            return not self._queue
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            with self._wake:
                self._leaving = True
                self._wake.notify_all()
            self._thread.join()
        return not self._held and not self._lost_at_end and self._saved >= self._issued

    def _audit_unit(self, actor: str, action: str, subject: str, detail: str) -> AuditUnit:
        canonical_json([actor, action, subject, detail])
        return AuditUnit(self._clock.utc_us(), actor, action, subject, detail, self._clock.monotonic_s())

    def _put(self, task: Task) -> None:
        self._queue.append(task)
        self._wake.notify_all()

    # --- the recorder thread ------------------------------------------------------------------------

    def _run(self) -> None:
        ended = False
        while not ended:
            try:
                ended = self._turn()
            except Exception:
                log.exception("the recorder stumbled")
                self._fail("the recorder met an error of its own")
        if self._backlog.leave_behind():
            log.error("entries could be saved neither in the database nor in the spill file")
        self._lost_at_end = bool(self._backlog.unsaved)
        self._publish()
        self._writer.close()
        self._backlog.close()

    def _turn(self) -> bool:
        stopping, leaving = self._take()
        while self._taken:
            self._intake.enter(self._taken.popleft())
        now_s = self._clock.monotonic_s()
        self._intake.close_runs(everything=stopping, now_s=now_s)
        while self._may_try(stopping) and self._commit_one_group():
            pass
        if self._failed_once:
            self._backlog.keep_safe()
        elif self._left_over == [] and not stopping:
            self._backlog.keep_reserve()
        self._keeper.write_due(self._clock.monotonic_s(), everything=stopping)
        self._publish()
        return leaving or (stopping and not len(self._backlog) and self._left_over == [])

    def _take(self) -> tuple[bool, bool]:
        with self._wake:
            if not self._queue and not self._leaving:
                restless = (
                    self._intake.gathering or len(self._backlog) > 0 or self._keeper.waiting
                    or self._stopping or self._left_over is None
                )
                self._ticking = restless
                self._wake.wait(TICK_S if restless else None)
            self._ticking = True  # awake: what comes now is taken in the next turn
            self._taken.extend(self._queue)
            self._queue.clear()
            return self._stopping, self._leaving

    def _may_try(self, stopping: bool) -> bool:
        due = stopping or self._clock.monotonic_s() >= self._retry_at_s
        return due and (self._left_over != [] or len(self._backlog) > 0)

    def _commit_one_group(self) -> bool:
        try:
            self._load_left_over()
            group = self._backlog.group(GROUP_UNITS)
            if not group:
                return False
            written = self._writer.commit(group, self._backlog.folded(group))
        except Exception as error:  # noqa: BLE001 whatever the database says, what waits is kept and tried again
            self._fail(_said(error))
            return False
        group = group[: written.units]
        self._backlog.done(group)
        self._after_commit(group, written)
        return True

    def _load_left_over(self) -> None:
        if self._left_over is None:
            self._left_over = self._backlog.left_over_files()
        while self._left_over:
            spill = self._left_over[0]
            upto = self._writer.folded_upto(spill.spill_id)
            loaded = self._backlog.load_left_over(spill, upto, self._clock.monotonic_s())
            self._left_over.pop(0)
            with self._wake:
                self._held += loaded

    def _after_commit(self, group: list[Unit], written: Written) -> None:
        now_s = self._clock.monotonic_s()
        for session_id, tail in written.tails.items():
            self._keeper.note(session_id, tail.head, now_s, urgent=session_id in written.stories)
        if written.audit is not None:
            self._keeper.note(AUDIT, written.audit, now_s, urgent=True)
        marks = [unit for unit in group if isinstance(unit, SynchroniseUnit)]
        if marks:
            self._keeper.write_due(now_s, everything=True)
        with self._wake:
            self._saved = max([self._saved, *(ticket for ticket, _, _ in written.tickets)])
            self._held -= written.samples
            self._samples_saved += written.samples
        self._failed_once, self._losing, self._retry_after_s = False, False, 0.0
        self._publish()
        self._report(written)
        for mark in marks:
            mark.done.set()

    def _report(self, written: Written) -> None:
        for unit, result, error in written.outcomes:
            unit.outcome.result, unit.outcome.error = result, error
            unit.outcome.done.set()
            if error is not None and not unit.outcome.awaited:
                log.error("a change that nobody waited for was refused: %s", type(error).__name__)
        if self._on_commit is not None and written.tickets:
            try:
                self._on_commit(written.tickets)
            except Exception:
                log.exception("a listener of commits failed")

    def _fail(self, said: str) -> None:
        if not self._failed_once:
            log.error("the database refused a commit: %s", said)
        self._failed_once = True
        self._retry_after_s = min(_LAST_RETRY_S, max(_FIRST_RETRY_S, 2 * self._retry_after_s))
        self._retry_at_s = self._clock.monotonic_s() + self._retry_after_s
        with self._wake:
            self._failing = _sentence(said, self._losing)

    def _publish(self) -> None:
        """Bring the shared state up to date with the thread's own."""
        since = [at_s for at_s in (self._backlog.oldest_s, self._intake.oldest_s) if at_s is not None]
        lost, self._backlog.unsaved = self._backlog.unsaved, []
        self._losing = self._losing or bool(lost)
        with self._wake:
            self._oldest_s = min(since) if since else None
            self._spilling = self._backlog.spilling
            self._unsaved += lost
            self._held -= sum(gap.count for _, gap in lost)
            if not self._failed_once:
                self._failing = self._keeper.failing


def _sentence(said: str, losing: bool) -> str:
    safe = "samples are being lost, entries are held" if losing else "nothing is lost, everything is held"
    return f"Saving has stopped because {said}; {safe} and tried again; free disk space or close other programs."


def _said(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error)
    if "full" in text or getattr(error, "errno", None) == 28:
        return "the disk is full"
    if "locked" in text or "busy" in text:
        return "another program has locked the database"
    return f"the database reports an error ({text})"
