import time as machine
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.clock import iso_utc, to_datetime, to_utc_us
from console.services import local_time

BERLIN, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")


@pytest.fixture(autouse=True)
def _zone_again():
    yield
    local_time.set_zone(None)


def us(*parts, zone=UTC):
    return to_utc_us(datetime(*parts, tzinfo=zone))


@pytest.mark.parametrize(("day", "hours"), [
    (date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)])
def test_a_day_is_as_long_as_the_clinic_s_clocks_make_it(day, hours):
    local_time.set_zone(BERLIN)
    start_us = local_time.day_start_us(day)
    assert (local_time.day_start_us(day + timedelta(days=1)) - start_us) == hours * 3_600_000_000
    assert local_time.local_day(start_us) == day
    assert local_time.local_day(start_us - 1) == day - timedelta(days=1)


def test_a_clock_time_of_a_day_the_clocks_change_is_that_of_the_wall():
    local_time.set_zone(BERLIN)
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        moment = local_time.moment_us(day, time(9, 20))
        assert (local_time.clock_text(moment), local_time.local_day(moment)) == ("09:20", day)


def test_the_hour_told_twice_is_two_moments():
    local_time.set_zone(BERLIN)
    before, after = us(2026, 10, 25, 0, 30), us(2026, 10, 25, 1, 30)
    assert local_time.clock_text(before) == local_time.clock_text(after) == "02:30"
    assert local_time.local(before).utcoffset() != local_time.local(after).utcoffset()


def test_the_year_begins_where_the_clinic_is():
    eve_us = us(2026, 12, 31, 11, 0, 5)
    local_time.set_zone(AUCKLAND)
    assert local_time.local_day(eve_us) == date(2027, 1, 1)
    assert local_time.clock_seconds_text(eve_us) == "00:00:05"
    local_time.set_zone(UTC)
    assert local_time.local_day(eve_us) == date(2026, 12, 31)
    assert local_time.day_text(date(2026, 12, 31)) == "Thu 31 Dec"
    assert local_time.long_day_text(date(2027, 1, 1)) == "Friday 1 January"


def test_without_a_zone_it_is_the_machine_s_own(monkeypatch):
    if not hasattr(time, "tzset"):  # Windows has one zone a process
        return
    monkeypatch.setenv("TZ", "Europe/Berlin")
    machine.tzset()
    try:
        assert local_time.clock_text(us(2026, 7, 1, 10)) == "12:00"
        assert local_time.day_start_us(date(2026, 3, 29)) == us(2026, 3, 28, 23)
        assert local_time.day_start_us(date(2026, 3, 30)) == us(2026, 3, 29, 22)
    finally:
        monkeypatch.undo()
        machine.tzset()


def test_microseconds_go_there_and_back_and_are_written_in_utc():
    for moment_us in (0, -1, 1_794_914_640_000_001, 253_402_300_799_999_999):
        assert to_utc_us(to_datetime(moment_us)) == moment_us
    assert iso_utc(1_794_914_640_120_000) == "2026-11-17T11:24:00.120000Z"
    assert to_utc_us(datetime(2026, 11, 17, 12, 24, tzinfo=BERLIN)) == 1_794_914_640_000_000
    with pytest.raises(ValueError):
        to_utc_us(datetime(2026, 11, 17))
