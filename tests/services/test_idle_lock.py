"""When the console locks by itself, and what the clinic may set."""

import pytest
from fake_clock import FakeClock
from rig_ports import RigRecorder, RigRegistry

from console.domain.errors import Refusal
from console.domain.locking import LockCause, LockPolicy
from console.domain.people import Role, Staff
from console.services.idle_lock import IdleLock, read_policy, save_policy
from console.services.session_desk import SessionDesk

KEEPER = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
MEYER = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)


class SaidOnce:
    """A computer that says one thing."""

    def __init__(self) -> None:
        self.word = ""

    def told(self) -> str:
        word, self.word = self.word, ""
        return word


class Room:
    def __init__(self) -> None:
        self.clock, self.registry, self.system = FakeClock(), RigRegistry(), SaidOnce()
        self.desk = SessionDesk(self.clock, RigRecorder())
        self.desk.actor = MEYER
        self.lock = IdleLock(self.desk, self.registry, self.clock, self.system)
        self.active_s = self.clock.monotonic_s()

    def wait(self, seconds: float, treating: bool = False) -> LockCause | None:
        """Let time pass as a running console does: a look every second."""
        for _ in range(round(seconds)):
            self.clock.advance(1.0)
            if (cause := self.lock.look(self.active_s, treating)) is not None:
                return cause
        return None


@pytest.fixture
def room() -> Room:
    return Room()


def test_it_locks_after_two_minutes_without_a_touch_and_a_touch_puts_it_off(room):
    assert room.wait(119) is None
    room.active_s = room.clock.monotonic_s()
    assert room.wait(119) is None and not room.lock.locked
    assert room.wait(1) is LockCause.IDLE and room.lock.locked
    assert room.registry.audits == [("PR-02", "locked", "", '{"cause":"nobody touched it"}')]
    assert room.desk.actor is MEYER, "who treats goes on treating"


def test_in_a_treatment_it_waits_longer(room):
    assert room.wait(599, treating=True) is None and room.wait(1, treating=True) is LockCause.IDLE


def test_unlocking_begins_the_time_anew_and_nobody_signed_in_has_nothing_to_lock(room):
    room.wait(120)
    room.lock.unlock(MEYER)
    assert room.registry.audits[-1][:2] == ("PR-02", "unlocked")
    assert room.wait(119) is None
    room.desk.actor = None
    assert room.wait(300) is None and room.lock.lock(LockCause.HAND) is None


@pytest.mark.parametrize("word", ["screen", "suspend"])
def test_what_the_computer_says_locks_at_once_also_in_a_treatment(room, word):
    room.wait(1)
    room.system.word = word
    assert room.wait(1, treating=True) is LockCause(word)


def test_a_sleep_no_bus_told_of_is_seen_by_the_clocks(room):
    room.wait(1)
    room.clock.jump(60.0)
    assert room.wait(1) is LockCause.SUSPEND


def test_a_console_that_stood_still_locks(room):
    room.wait(1)
    room.clock.advance(31.0)
    room.active_s = room.clock.monotonic_s()
    assert room.lock.look(room.active_s, True) is LockCause.SUSPEND


def test_the_policy_is_an_administrators_capped_and_audited(room):
    with pytest.raises(Refusal, match="PR-02 may not keep the staff and the lock"):
        save_policy(room.desk, room.registry, LockPolicy(5, 10))
    room.desk.actor = KEEPER
    for wanted, why in ((LockPolicy(16, 10), "16 minutes outside a treatment is too long"),
                        (LockPolicy(2, 31), "31 minutes in a treatment is too long"),
                        (LockPolicy(0, 10), "does not allow a console that never locks")):
        with pytest.raises(Refusal, match=why):
            save_policy(room.desk, room.registry, wanted)
    save_policy(room.desk, room.registry, LockPolicy(0, 30, never_allowed=True))
    assert read_policy(room.registry) == LockPolicy(0, 30, True)
    room.lock.refresh()
    assert room.wait(4000) is None
    save_policy(room.desk, room.registry, LockPolicy(5, 10))
    room.lock.refresh()
    assert room.wait(300) is LockCause.IDLE


def test_never_kept_from_elsewhere_counts_only_where_it_is_allowed(room):
    room.registry.save_setting("lock_idle_min", "0", "AD-01")
    room.lock.refresh()
    assert room.wait(120) is LockCause.IDLE
