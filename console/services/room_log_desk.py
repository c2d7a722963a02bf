"""The room log: one touch notes that a duty was done; what is due today is told."""

import csv
import io
import json
from datetime import date

from console.domain import room_log
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock, iso_utc
from console.domain.errors import Refusal
from console.domain.history import canonical_json
from console.domain.ports import Registry
from console.domain.rights import Right
from console.domain.room_log import FIRST_DUTIES, Duty, DutyStanding, RoomEntry
from console.services.ids import new_id
from console.services.local_time import local_day
from console.services.session_desk import SessionDesk

DUTIES_SETTING = "room_duties"
COLUMNS = ("at", "room", "duty", "text", "reading", "by", "taken_back")


class RoomLogDesk:
    """Use cases of the room log. Anyone notes; managers change the list."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, room: str) -> None:
        self._desk, self._registry, self._clock, self.room = desk, registry, clock, room

    def today(self) -> date:
        """Give the clinic's day."""
        return local_day(self._clock.utc_us())

    @property
    def may_edit(self) -> bool:
        """Tell whether who acts may change the list."""
        return self._desk.access.may(Right.EDIT_CLINIC)

    def duties(self) -> tuple[Duty, ...]:
        """Give the clinic's list."""
        kept = self._registry.setting(DUTIES_SETTING)
        return room_log.duties_of(json.loads(kept)) if kept else FIRST_DUTIES

    def save_duties(self, duties: tuple[Duty, ...]) -> None:
        """Change the clinic's list."""
        self._desk.access.require(Right.EDIT_CLINIC)
        if any(not one.text.strip() for one in duties):
            raise Refusal("A duty has no words", "nothing was changed", "type them")
        self._registry.save_setting(
            DUTIES_SETTING, canonical_json(room_log.duty_rows(duties)).decode(), self._desk.actor_id)

    def add_duty(self, text: str, every_days: int, reading: str = "") -> None:
        """Put a duty on the list."""
        self.save_duties((*self.duties(), Duty(new_id().hex, text.strip(), every_days, reading.strip())))

    def entries(self, room: str = "") -> list[RoomEntry]:
        """Give what was done, newest first; no room: in all of them."""
        found = self._registry.records(RecordFilter(RecordKind.ROOM_ENTRY, subject_id=room))
        return sorted(map(room_log.from_record, found), key=lambda one: one.at_us, reverse=True)

    def standings(self) -> list[DutyStanding]:
        """Give how each duty stands in this room."""
        last: dict[str, RoomEntry] = {}
        for one in self.entries(self.room):
            if not one.taken_back:
                last.setdefault(one.duty_id, one)
        return [self._standing(duty, last.get(duty.duty_id)) for duty in self.duties()]

    def _standing(self, duty: Duty, last: RoomEntry | None) -> DutyStanding:
        return room_log.standing(duty, last, local_day(last.at_us) if last else None, self.today())

    def due_today(self) -> list[DutyStanding]:
        """Give what is to be done here today."""
        return [one for one in self.standings() if one.due(self.today())]

    def note(self, duty: Duty, reading: str = "") -> RoomEntry:
        """Note that it was done here, now."""
        self._desk.access.require(Right.REPORT)
        if duty.reading and not reading.strip():
            raise Refusal(f"{duty.reading} is missing", "nothing was noted", "enter what it shows")
        made = RoomEntry(new_id().hex, duty.duty_id, duty.text, self.room, self._clock.utc_us(),
                         self._desk.actor_id, reading.strip())
        self._registry.save_record(room_log.to_record(made), self._desk.actor_id)
        return made

    def take_back(self, entry: RoomEntry, why: str = "touched by mistake") -> None:
        """Let an entry not count; it stays in the log."""
        self._desk.access.require(Right.REPORT)
        taken = RoomEntry(entry.entry_id, entry.duty_id, entry.text, entry.room, entry.at_us, entry.by, entry.reading,
                          why)
        self._registry.save_record(room_log.to_record(taken), self._desk.actor_id)


def csv_text(entries: list[RoomEntry]) -> str:
    """Write the log as CSV, times in UTC."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in entries:
        writer.writerow((iso_utc(one.at_us), one.room, one.duty_id, one.text, one.reading, one.by, one.taken_back))
    return out.getvalue()
