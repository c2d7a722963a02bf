from datetime import UTC, date, datetime, timedelta

import pytest

from console.domain.backups import KeepRule, is_due, is_too_old, kept, last_night
from console.domain.errors import OperatorError

TODAY = date(2026, 11, 22)  # a Sunday


def nights(count: int) -> list[tuple[int, date]]:
    """Give one backup a day, newest first, each called by its age in days."""
    return [(age, TODAY - timedelta(days=age)) for age in range(count)]


def test_each_day_week_and_month_keeps_its_newest() -> None:
    assert sorted(kept(nights(60), KeepRule(days=3, weeks=0, months=0))) == [0, 1, 2]
    assert sorted(kept(nights(60), KeepRule(days=0, weeks=3, months=0))) == [0, 7, 14]  # Sundays
    assert sorted(kept(nights(60), KeepRule(days=0, weeks=0, months=3))) == [0, 22, 53]  # ends of months
    chosen = kept(nights(900), KeepRule())
    assert set(range(14)) <= chosen
    assert len(chosen) == 14 + 6 + 23  # weeks and months share days with those before


def test_spans_without_a_backup_do_not_count_and_the_newest_stays() -> None:
    old = [(age, TODAY - timedelta(days=age)) for age in (100, 200, 300)]
    assert kept(old, KeepRule(days=14, weeks=0, months=0)) == {100, 200, 300}
    assert kept(old, KeepRule(days=0, weeks=0, months=1)) == {100}
    twice = [("later", TODAY), ("earlier", TODAY)]
    assert kept(twice, KeepRule()) == {"later"}
    assert kept([], KeepRule()) == set()


def test_a_rule_is_read_and_written() -> None:
    assert KeepRule.parse("14, 8,24") == KeepRule()
    assert str(KeepRule.parse("1,0,0")) == "1,0,0"
    for bad in ("", "1,2", "0,0,0", "-1,2,3", "a,b,c", "1,2,3,4"):
        with pytest.raises(OperatorError, match="how many backups to keep"):
            KeepRule.parse(bad)


def test_due_is_what_the_last_night_has_not_made() -> None:
    morning = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert last_night(morning) == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert last_night(morning.replace(hour=1)) == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert is_due(morning, None)
    assert is_due(morning, morning.replace(hour=1, minute=59))
    assert not is_due(morning, morning.replace(hour=2))
    assert is_due(morning, morning - timedelta(days=9)), "a missed night is made up for"


def test_three_days_are_too_old() -> None:
    now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert is_too_old(now, None)
    assert not is_too_old(now, now - timedelta(days=3))
    assert is_too_old(now, now - timedelta(days=3, seconds=1))
