from uuid import UUID

import pytest
from console_rig import close_console, make_console, start_session, walk_to

from console.domain.needling import start_area
from console.domain.ports import RecorderState
from console.domain.workflow import Phase
from console.services.console_watch import BEHIND_LOOKS, DISK_LOOK_EVERY, ConsoleWatch, over_planned_s

MINUTE_US = 60_000_000


class Disk:
    free = 500_000

    def free_mb(self):
        if isinstance(self.free, OSError):
            raise self.free
        return self.free


class Watched:
    def __init__(self, console):
        self.console, self.missing, self.disk = console, False, Disk()
        object.__setattr__(console, "disk", self.disk)
        self.watch = ConsoleWatch(console, lambda: self.missing)

    def look(self, times=1, seconds=0.5):
        for _ in range(times):
            self.console.clock.advance(seconds)
            self.watch.look()
            while self.console.queries.busy:
                self.console.queries.deliver()

    def alarms(self):
        return {one.alarm.rule.rule_id for one in self.console.alarms.shown() if one.lasting}


@pytest.fixture
def watched():
    made = make_console()
    yield Watched(made)
    close_console(made)


def late(console, oldest_s):
    return lambda: RecorderState(0, 1, "", oldest_s, 0, 0)


def test_a_calm_console_has_no_alarm(watched):
    watched.look(50)
    assert watched.alarms() == set()


@pytest.mark.parametrize(("free_mb", "low"), [(2000, False), (1999, True)])
def test_the_disk_at_its_limit_and_one_below(watched, free_mb, low):
    watched.disk.free = free_mb
    watched.look(2)
    assert ("disk_low" in watched.alarms()) is low
    if low:
        assert "2.0 GB free" in watched.console.alarms.shown()[0].text


def test_a_disk_that_does_not_answer_ends_nothing_and_one_with_room_does(watched, caplog):
    watched.disk.free = 10
    watched.look(2)
    watched.disk.free = OSError("gone")
    watched.look(DISK_LOOK_EVERY * 2)
    assert "disk_low" in watched.alarms() and "did not say" in caplog.text
    caplog.clear()
    watched.disk.free = 90_000
    watched.look(DISK_LOOK_EVERY * 3)
    assert "disk_low" not in watched.alarms()


@pytest.mark.parametrize(("oldest_s", "behind"), [(2.0, False), (2.001, True)])
def test_a_recorder_behind_at_its_limit_and_one_beyond(watched, monkeypatch, oldest_s, behind):
    monkeypatch.setattr(watched.console.recorder, "state", late(watched.console, oldest_s))
    watched.look(BEHIND_LOOKS - 1)
    assert "recorder_behind" not in watched.alarms(), "a hiccup is none"
    watched.look()
    assert ("recorder_behind" in watched.alarms()) is behind


def test_not_saved_is_not_also_behind(watched, monkeypatch):
    state = RecorderState(0, 1, "The disk is full", 60.0, 0, 0)
    monkeypatch.setattr(watched.console.recorder, "state", lambda: state)
    watched.look(10)
    assert watched.alarms() == {"not_saved"}


def test_a_sound_device_that_is_missed_for_two_seconds(watched):
    watched.look()
    watched.missing = True
    watched.look(4)
    assert "no_sound" not in watched.alarms()
    watched.look()
    assert "no_sound" in watched.alarms()
    watched.missing = False
    watched.look()
    assert "no_sound" not in watched.alarms()


def test_an_alarm_of_the_console_goes_on_with_the_next_session_and_stays_answered(watched):
    watched.missing = True
    watched.look(6)
    console = watched.console
    assert console.alarms.acknowledge("no_sound", "")
    session_id = start_session(console)
    assert isinstance(session_id, UUID)
    watched.look(6)
    assert watched.alarms() == set(), "known already"
    watched.missing = False
    watched.look()
    watched.missing = True
    watched.look(6)
    assert watched.alarms() == {"no_sound"}, "a new one"


def test_needling_past_the_planned_time(watched):
    console = watched.console
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    session = console.desk.front
    planned_s = sum(area.plan.planned_s for area in session.state.treatable_areas())
    assert planned_s > 0
    console.desk.do(start_area(next(iter(session.state.areas))))
    console.clock.advance(planned_s - 0.5)
    watched.look()
    assert over_planned_s(session, console.desk.now_us()) == 0
    assert "session_over_time" not in watched.alarms()
    watched.look(2)
    assert "session_over_time" in watched.alarms()
