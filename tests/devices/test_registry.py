"""Each kind of pen is one line of the registry."""

import pytest
from pen_process import CollectingSink

from console.domain.errors import OperatorError
from console.domain.telemetry import LinkState
from console.services.clocks import SystemClock
from devices.registry import PEN_KINDS, pen_kind


@pytest.mark.parametrize("name", PEN_KINDS)
def test_every_kind_makes_a_link_that_is_closed_and_settled(name: str) -> None:
    link = pen_kind(name).make_link(CollectingSink(), SystemClock())
    assert link.state().state is LinkState.CLOSED
    assert link.recording_settled()
    assert link.pen() is None
    assert link.counters().frames == 0
    link.close()


def test_manual_mode_says_that_all_is_entered_by_hand() -> None:
    sink = CollectingSink()
    link = pen_kind("manual").make_link(sink, SystemClock())
    link.open("")
    link.set_streaming(True)
    link.begin_recording()
    link.end_recording(5)
    link.accept_pen("x")
    assert "entered by hand" in sink.notices[0].reason
    assert link.recording_settled()


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(OperatorError, match="pen-link, manual"):
        pen_kind("morse")
