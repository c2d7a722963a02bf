import threading

import pytest
from fake_clock import FakeClock
from rig_ports import PASSWORD, PIN, RigRegistry

from console.domain.people import SignInTries
from console.services.pin_guard import PinGuard, pause_s
from console.services.query_thread import QueryThread


class Recalling(RigRegistry):
    """A registry whose audit remembers wrong tries of a former run."""

    def __init__(self, tries: SignInTries) -> None:
        super().__init__()
        self._tries = tries

    def sign_in_tries(self, staff_id: str) -> SignInTries:
        return self._tries


@pytest.mark.parametrize(("wrong", "seconds"), [(0, 0), (2, 0), (3, 5), (4, 10), (6, 40), (7, 60), (400, 60)])
def test_the_wait_grows_up_to_a_minute(wrong, seconds):
    assert pause_s(wrong) == seconds


def test_wrong_tries_of_a_former_run_still_hold_up(clock):
    guard = PinGuard(Recalling(SignInTries(4, clock.utc_us() - 3_000_000)), clock)
    assert guard.wrong("PR-02") == 4 and guard.wait_s("PR-02") == pytest.approx(7.0)
    assert not guard.check("PR-02", PIN), "even the right PIN waits"
    clock.advance(7.1)
    assert guard.check("PR-02", PIN) and guard.wrong("PR-02") == 0


def test_a_clock_put_back_waits_no_longer_than_the_whole_time(clock):
    guard = PinGuard(Recalling(SignInTries(3, clock.utc_us() + 86_400_000_000)), clock)
    assert guard.wait_s("PR-02") == pytest.approx(5.0)


def test_a_wrong_try_and_the_right_one_after_it_are_in_the_audit(clock):
    registry = RigRegistry()
    guard = PinGuard(registry, clock)
    assert not guard.check("PR-02", "9999", "stop_rule") and guard.check("PR-02", PIN)
    assert [one[:3] for one in registry.audits] == [("PR-02", "pin_refused", "stop_rule"),
                                                    ("PR-02", "pin_accepted", "PR-02")]


def test_passwords_count_with_pins(clock):
    registry, told = RigRegistry(), []
    guard = PinGuard(registry, clock)
    guard.ask("MG-01", "guess", told.append, told.append, kind="password")
    assert guard.wrong("MG-01") == 1 and registry.audits[-1][1] == "password_refused"
    guard.ask("MG-01", PASSWORD, told.append, told.append, kind="password")
    assert told == [False, True] and guard.wrong("MG-01") == 0


class Slow(RigRegistry):
    """Its hashes take until they are let go; it notes which thread made them."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go, self.threads = threading.Event(), []

    def pin_check(self, staff_id):
        is_right = super().pin_check(staff_id)

        def check(pin):
            self.threads.append(threading.current_thread().name)
            assert self.let_go.wait(30)
            return is_right(pin)

        return check


@pytest.fixture
def secrets():
    made = QueryThread("secrets")
    yield made
    made.stop()


def test_a_hash_is_checked_on_its_own_thread_and_counted_once(clock, secrets):
    registry, told = Slow(), []
    guard = PinGuard(registry, clock, secrets)
    guard.ask("PR-02", "9999", told.append, told.append, "stop_rule")
    guard.ask("PR-02", PIN, told.append, told.append)  # a further try meanwhile is refused plainly, not counted
    assert told.pop().happened == "The PIN entered before is still being checked"
    assert told == [] and guard.wrong("PR-02") == 0
    registry.let_go.set()
    while secrets.busy:
        secrets.deliver()
    assert told == [False] and guard.wrong("PR-02") == 1 and registry.threads == ["secrets"]
    assert [one[:3] for one in registry.audits] == [("PR-02", "pin_refused", "stop_rule")]


def test_what_could_not_be_checked_is_told_and_not_counted(clock, secrets):
    registry, told = RigRegistry(), []
    registry.pin_check = lambda staff_id: lambda pin: 1 // 0
    guard = PinGuard(registry, clock, secrets)
    for _ in range(2):
        guard.prove("PR-02", PIN, lambda: told.append("proved"), told.append)
        while secrets.busy:
            secrets.deliver()
    assert [type(one) for one in told] == [ZeroDivisionError] * 2 and guard.wrong("PR-02") == 0


@pytest.fixture
def clock():
    return FakeClock()
