from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.follow_up import interval_notice, next_window, propose

days = st.dates(date(2020, 1, 1), date(2090, 1, 1))


def test_one_to_two_months_and_the_same_weekday():
    window = next_window(date(2026, 11, 17), 30, 61)
    assert (window.earliest, window.latest) == (date(2026, 12, 17), date(2027, 1, 17))
    assert propose(date(2026, 11, 17), window) == date(2026, 12, 22)  # a Tuesday again


@given(days, st.integers(1, 400), st.integers(0, 60))
def test_a_proposal_lies_in_its_window(day, shortest, more):
    window = next_window(day, shortest, shortest + more)
    proposed = propose(day, window)
    assert proposed in window
    assert more < 6 or proposed.weekday() == day.weekday()
    assert window.earliest - timedelta(days=1) not in window and window.latest + timedelta(days=1) not in window


def test_too_early_and_too_late_are_said():
    last = date(2026, 11, 1)
    assert interval_notice(last, date(2026, 11, 30), 30, 61) == (
        "29 days since the last session; the plan waits at least 30")
    assert interval_notice(last, date(2026, 12, 1), 30, 61) == ""
    assert interval_notice(last, date(2027, 1, 1), 30, 61) == ""
    assert "at most 61" in interval_notice(last, date(2027, 1, 2), 30, 61)
    assert interval_notice(last, date(2027, 1, 2), 0, 0) == ""
