"""The room log: noted with time and person, due by the clinic's own list, taken back but kept."""

import csv
import io

import pytest
from console_rig import DAY_S, close_console, make_console

from console.domain.errors import Refusal
from console.domain.room_log import Duty
from console.services.room_log_desk import csv_text

DAILY, RARE = Duty("wiped", "Surfaces wiped", 1), Duty("s", "S")
FRIDGE = Duty("fridge", "Fridge read", 7, "Temperature")


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    made.desk.actor = made.registry.staff()[2]
    made.clinic.room.save_duties((DAILY, FRIDGE, RARE))
    yield made
    close_console(made)


def due(console):
    return [one.duty.duty_id for one in console.clinic.room.due_today()]


def test_what_was_never_done_is_due_and_what_has_no_interval_never(console):
    assert due(console) == ["wiped", "fridge"]


def test_done_it_is_due_again_after_its_days(console):
    room = console.clinic.room
    room.note(DAILY)
    room.note(FRIDGE, "4.5")
    assert due(console) == []
    console.clock.advance(DAY_S)
    assert due(console) == ["wiped"]
    console.clock.advance(6 * DAY_S)
    assert due(console) == ["wiped", "fridge"]


def test_another_room_s_entry_is_not_this_room_s(console):
    console.clinic.room.note(DAILY)
    other = type(console.clinic.room)(console.desk, console.registry, console.clock, "Room 9")
    assert "wiped" in [one.duty.duty_id for one in other.due_today()]


def test_a_reading_is_not_left_out(console):
    with pytest.raises(Refusal, match="Temperature is missing"):
        console.clinic.room.note(FRIDGE, " ")
    assert console.clinic.room.entries() == []


def test_taken_back_it_stays_in_the_log_and_is_due_again(console):
    made = console.clinic.room.note(DAILY)
    console.clinic.room.take_back(made)
    assert "wiped" in due(console)
    assert [one.taken_back for one in console.clinic.room.entries()] == ["touched by mistake"]


def test_only_who_leads_changes_the_list(console):
    console.desk.actor = console.registry.staff()[0]
    with pytest.raises(Refusal, match="may not change the clinic"):
        console.clinic.room.add_duty("Plants watered", 7)


def test_the_log_as_csv(console):
    console.clinic.room.note(FRIDGE, "4,5 °C")
    rows = list(csv.reader(io.StringIO(csv_text(console.clinic.room.entries()))))
    assert rows[0] == ["at", "room", "duty", "text", "reading", "by", "taken_back"]
    assert rows[1][1:] == ["Room 2", "fridge", "Fridge read", "4,5 °C", "MG-01", ""]
