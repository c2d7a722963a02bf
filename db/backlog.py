"""Units waiting for the database, in order; kept in the spill file too while it refuses them."""

import logging
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from console.domain.history import JsonValue
from console.domain.session_events import SessionEvent, from_payload, to_payload
from console.domain.telemetry import Gap, GapCause
from db.spill import RESERVE_SUFFIX, SUFFIX, SpillFile, SpillPlace
from db.write_tasks import AuditUnit, ChunkUnit, EventsUnit, SpillableUnit, Unit

log = logging.getLogger(__name__)

# 30 minutes of 250 Hz.
MEMORY_SAMPLES = 30 * 60 * 250
# As much in spill records, their facts included.
RESERVE_BYTES = 8 * 1024 * 1024


class Backlog:
    """Lives on the recorder thread. ``unsaved`` are chunks that neither memory nor disk could keep."""

    def __init__(
        self, folder: Path, key: bytes, memory_samples: int = MEMORY_SAMPLES, reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self._folder, self._key, self._memory_samples = folder, key, memory_samples
        self._reserve_bytes = reserve_bytes
        self._reserve: SpillFile | None = None
        self._units: deque[Unit] = deque()
        self._spill: SpillFile | None = None
        self._waiting_in: dict[SpillFile, int] = {}
        self._in_memory = 0
        self.unsaved: list[tuple[UUID, Gap]] = []

    def __len__(self) -> int:
        return len(self._units)

    @property
    def spilling(self) -> bool:
        """Tell whether anything waits in a spill file."""
        return bool(self._waiting_in)

    @property
    def oldest_s(self) -> float | None:
        """Give when the oldest waiting unit was handed in (steady clock)."""
        return self._units[0].queued_s if self._units else None

    def add(self, unit: Unit) -> None:
        """Put a unit behind the others."""
        self._units.append(unit)
        if isinstance(unit, ChunkUnit) and unit.samples is not None:
            self._in_memory += unit.count

    def group(self, most: int) -> list[Unit]:
        """Give the next units, at most so many; a chunk whose spill record is damaged is lost here."""
        for unit in list(islice(self._units, most)):
            if isinstance(unit, ChunkUnit) and unit.samples is None:
                try:
                    unit.bytes_now()
                except ValueError:
                    self._drop(unit)
        return list(islice(self._units, most))

    def folded(self, group: list[Unit]) -> dict[UUID, int]:
        """Give, by spill file, the last record a group comes from."""
        return {
            unit.place.spill.spill_id: unit.place.ordinal
            for unit in group if isinstance(unit, SpillableUnit) and unit.place is not None
        }

    def done(self, group: list[Unit]) -> None:
        """Forget a committed group, and each spill file that is used up."""
        for unit in group:
            self._units.popleft()
            if isinstance(unit, ChunkUnit) and unit.samples is not None:
                self._in_memory -= unit.count
            if isinstance(unit, SpillableUnit) and unit.place is not None:
                self._waiting_in[unit.place.spill] -= 1
        for spill in [spill for spill, waiting in self._waiting_in.items() if waiting == 0]:
            del self._waiting_in[spill]
            self._spill = None if spill is self._spill else self._spill
            spill.remove()

    def keep_safe(self) -> None:
        """Write what is only in memory to the spill file; then free memory beyond the limit."""
        fresh = list(self._only_in_memory())
        fresh.reverse()
        for place, unit in enumerate(fresh):
            if not self._spill_one(unit):
                self._give_up_beyond_limit(fresh[place:])
                break
        self._sync()

    def load_left_over(self, spill: SpillFile, folded_upto: int, now_s: float) -> int:
        """Put what an earlier run left in a spill file before everything else; give its sample count."""
        units = []
        for place, facts, samples in spill.records():
            if place.ordinal > folded_upto:
                units.append(_from_record(facts, samples, now_s))
                units[-1].place = place
        if not units:
            spill.remove()
            return 0
        self._waiting_in[spill] = len(units)
        self._units.extendleft(reversed(units))
        loaded = sum(unit.count for unit in units if isinstance(unit, ChunkUnit))
        self._in_memory += loaded
        return loaded

    def left_over_files(self) -> list[SpillFile]:
        """Open the files of earlier runs, newest first, so that loading each leaves them in order."""
        reserves = sorted(self._folder.glob(f"*{RESERVE_SUFFIX}"), reverse=True)  # used last, if at all
        paths = reserves + sorted(self._folder.glob(f"*{SUFFIX}"), reverse=True)
        opened = (SpillFile.open_left_over(path, self._key) for path in paths)
        return [spill for spill in opened if spill is not None and not self._is_kept_as_reserve(spill)]

    def _is_kept_as_reserve(self, spill: SpillFile) -> bool:
        if self._reserve is not None or not spill.is_reserve or not spill.empty_again():
            return False
        self._reserve = spill
        return True

    def keep_reserve(self) -> None:
        """Take the reserve from the disk while the disk has room; without one a full disk is met by memory alone."""
        if self._reserve is not None or not self._reserve_bytes:
            return
        try:
            self._reserve = SpillFile.create_reserve(self._folder, self._key, self._reserve_bytes)
        except OSError as error:
            self._reserve_bytes = 0  # asked for once a run
            log.warning("there is no room for the spill reserve: %s", error.strerror)

    def leave_behind(self) -> int:
        """End with what the disk holds: chunks in memory alone become ``unsaved``; give how many other entries were."""
        fresh = list(self._only_in_memory())
        fresh.reverse()
        chunks = [unit for unit in fresh if isinstance(unit, ChunkUnit)]
        self.unsaved += [(unit.session_id, _gap_of(unit)) for unit in chunks]
        return len(fresh) - len(chunks)

    def close(self) -> None:
        """Close the files; what is still in them is folded in at the next start."""
        for spill in [*self._waiting_in, *([self._reserve] if self._reserve else [])]:
            spill.close()

    def _only_in_memory(self) -> Iterator[SpillableUnit]:
        for unit in reversed(self._units):
            if isinstance(unit, SpillableUnit):
                if unit.place is not None:
                    return
                yield unit

    def _spill_one(self, unit: SpillableUnit) -> bool:
        facts, samples = _to_record(unit)
        place = self._append(facts, samples)
        if place is None or self._spill is None:
            return False
        unit.place = place
        self._waiting_in[self._spill] = self._waiting_in.get(self._spill, 0) + 1
        if isinstance(unit, ChunkUnit) and self._in_memory > self._memory_samples:
            unit.samples = None
            self._in_memory -= unit.count
        return True

    def _append(self, facts: dict[str, JsonValue], samples: bytes) -> SpillPlace | None:
        """Add a record to the spill file, on a full disk to the reserve; None where neither takes it."""
        try:
            if self._spill is None:
                self._spill = SpillFile.create(self._folder, self._key)
            return self._spill.append(facts, samples)
        except OSError:
            self._put_by_unused()
        if self._reserve is None:
            return None
        try:
            place = self._reserve.append(facts, samples)
        except OSError:
            return None
        self._sync()
        self._spill, self._reserve = self._reserve, None
        self._spill.begin_use()
        return place

    def _put_by_unused(self) -> None:
        if self._spill is not None and self._spill not in self._waiting_in:
            self._spill.remove()
            self._spill = None

    def _give_up_beyond_limit(self, fresh: list[SpillableUnit]) -> None:
        for unit in reversed(fresh):
            if self._in_memory <= self._memory_samples:
                return
            if isinstance(unit, ChunkUnit):
                self._drop(unit)

    def _drop(self, unit: ChunkUnit) -> None:
        self._units.remove(unit)
        if unit.samples is not None:
            self._in_memory -= unit.count
        if unit.place is not None:
            self._waiting_in[unit.place.spill] -= 1
        self.unsaved.append((unit.session_id, _gap_of(unit)))
        log.error("%d samples could be saved neither in the database nor in the spill file", unit.count)

    def _sync(self) -> None:
        if self._spill is None:
            return
        try:
            self._spill.sync()
        except OSError:
            log.error("the spill file could not be synced")


def _gap_of(unit: ChunkUnit) -> Gap:
    return Gap(unit.pen_serial, unit.boot_id, unit.first_index, unit.count, GapCause.NOT_SAVED)


# --- units as records ---------------------------------------------------------------------------------


def _to_record(unit: SpillableUnit) -> tuple[dict[str, JsonValue], bytes]:
    match unit:
        case EventsUnit():
            events: list[JsonValue] = [
                [event.at_us, event.actor_id, event.what.kind, to_payload(event.what)] for event in unit.events
            ]
            return {"type": "events", "session_id": str(unit.session_id), "events": events}, b""
        case ChunkUnit():
            return {
                "type": "chunk", "session_id": str(unit.session_id), "pen_serial": unit.pen_serial,
                "boot_id": unit.boot_id, "first_index": unit.first_index, "count": unit.count,
                "period_us": unit.period_us, "pen_time_marks": [list(mark) for mark in unit.pen_time_marks],
                "t0_utc_us": unit.t0_utc_us, "resent": unit.resent,
            }, unit.bytes_now()
        case AuditUnit():
            return {
                "type": "audit", "at_us": unit.at_us, "actor": unit.actor, "action": unit.action,
                "subject": unit.subject, "detail": unit.detail,
            }, b""


def _from_record(facts: dict[str, Any], samples: bytes, now_s: float) -> SpillableUnit:
    kind = facts.pop("type")
    if kind == "audit":
        return AuditUnit(**facts, queued_s=now_s)
    session_id = UUID(facts.pop("session_id"))
    if kind == "events":
        events = tuple(
            SessionEvent(at_us, actor_id, from_payload(name, payload))
            for at_us, actor_id, name, payload in facts["events"]
        )
        return EventsUnit(session_id, events, None, now_s)
    facts["pen_time_marks"] = tuple((offset, pen_us) for offset, pen_us in facts["pen_time_marks"])
    return ChunkUnit(session_id, **facts, samples=samples, queued_s=now_s)
