"""The pen profile in use: chosen, kept in a setting, found again at the next start."""

import pytest

from console.app.compose import compose
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from console.services.day_desk import Place
from db.data_folder import DEMO, open_or_create_folder


def composed(path, pen=None):
    clock = SystemClock()
    return compose(open_or_create_folder(path, DEMO, clock), clock, Place("Room 1", "station-1", "demo"), pen=pen)


def test_a_chosen_profile_is_used_now_and_at_the_next_start(tmp_path) -> None:
    first = composed(tmp_path / "c")
    station = first.console.station
    assert station.profiles.chosen().pen_id == "pen-link"
    station.choose_profile("skinpen_precision")
    station.drain()
    assert "entered by hand" in station.notice.reason
    station.choose_profile("example-vesc")
    with pytest.raises(OperatorError, match="no pen profile «nil»"):
        station.choose_profile("nil")
    assert first.close()
    second = composed(tmp_path / "c")
    assert second.console.station.profiles.chosen().pen_id == "example-vesc"
    assert second.close()
    third = composed(tmp_path / "c", pen="manual")
    assert third.console.station.profiles.chosen().kind == "manual"
    assert third.close()
