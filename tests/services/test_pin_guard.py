import pytest
from fake_clock import FakeClock
from rig_ports import PASSWORD, PIN, RigRegistry

from console.domain.people import SignInTries
from console.services.pin_guard import PinGuard, pause_s


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
    registry = RigRegistry()
    guard = PinGuard(registry, clock)
    check = guard.password_check("MG-01")
    assert not guard.settle("MG-01", check("guess"), kind="password")
    assert guard.wrong("MG-01") == 1 and registry.audits[-1][1] == "password_refused"
    assert guard.settle("MG-01", check(PASSWORD), kind="password") and guard.wrong("MG-01") == 0


@pytest.fixture
def clock():
    return FakeClock()
