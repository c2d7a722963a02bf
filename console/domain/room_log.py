"""The room log: the clinic's list of duties and what was done, where, when and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.history import JsonValue


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done in a room; ``every_days`` 0: whenever it is done. ``reading``: what is noted with it."""

    duty_id: str
    text: str
    every_days: int = 0
    reading: str = ""


# Words only: how often is the clinic's own decision.
FIRST_DUTIES = (
    Duty("wiped", "Surfaces wiped"), Duty("sharps", "Sharps box changed"), Duty("kit", "Emergency kit checked"),
    Duty("fridge", "Fridge read", reading="Temperature"),
)


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """One thing done."""

    entry_id: str
    duty_id: str
    text: str
    room: str
    at_us: int
    by: str
    reading: str = ""
    taken_back: str = ""  # why it does not count


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """How a duty stands in a room today; ``due_on`` None: no day is set."""

    duty: Duty
    last: RoomEntry | None
    due_on: date | None

    def due(self, today: date) -> bool:
        """Tell whether it is to be done today."""
        return self.due_on is not None and self.due_on <= today


def standing(duty: Duty, last: RoomEntry | None, last_day: date | None, today: date) -> DutyStanding:
    """Judge a duty by the day it was done last."""
    if not duty.every_days:
        return DutyStanding(duty, last, None)
    return DutyStanding(duty, last, today if last_day is None else last_day + timedelta(days=duty.every_days))


def duty_rows(duties: Sequence[Duty]) -> list[JsonValue]:
    """Write the clinic's list."""
    return [{"id": one.duty_id, "text": one.text, "every_days": one.every_days, "reading": one.reading}
            for one in duties]


def duties_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Duty, ...]:
    """Read the clinic's list."""
    return tuple(Duty(one["id"], one["text"], one["every_days"], one["reading"]) for one in rows)


def to_record(entry: RoomEntry) -> ClinicRecord:
    """Write an entry as a record of the clinic."""
    fields: dict[str, JsonValue] = {
        "duty": entry.duty_id, "text": entry.text, "at_us": entry.at_us, "by": entry.by, "reading": entry.reading,
        "taken_back": entry.taken_back}
    state = "taken_back" if entry.taken_back else "done"
    return ClinicRecord(RecordKind.ROOM_ENTRY, entry.entry_id, state, fields, subject_id=entry.room)


def from_record(record: ClinicRecord) -> RoomEntry:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return RoomEntry(record.record_id, fields["duty"], fields["text"], record.subject_id, fields["at_us"],
                     fields["by"], fields["reading"], fields["taken_back"])
