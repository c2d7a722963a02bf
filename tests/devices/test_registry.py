"""Each kind of pen is one line of the registry."""

from dataclasses import replace

import pytest
from pen_process import CollectingSink

from console.domain.errors import OperatorError
from console.domain.telemetry import LinkState
from console.services.clocks import SystemClock
from console.services.resources import resource_path
from devices.port_way import PortWay
from devices.profile import MANUAL, PEN_LINK
from devices.profile_reader import read_profile
from devices.registry import PEN_KINDS, make_link, make_serial_link, pen_kind

SHIPPED = [read_profile(path) for path in sorted(resource_path("pens").glob("*.toml"))]
PROFILES = [PEN_LINK, MANUAL, *SHIPPED]


def test_every_kind_has_a_shipped_profile() -> None:
    assert {profile.kind for profile in SHIPPED} == set(PEN_KINDS)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.pen_id)
def test_every_profile_makes_a_link_that_is_closed_and_settled(profile) -> None:
    link = make_link(profile, CollectingSink(), PortWay(SystemClock()))
    assert link.state().state is LinkState.CLOSED
    assert link.recording_settled()
    assert link.pen() is None
    assert link.counters().frames == 0
    link.close()


def test_manual_mode_says_that_all_is_entered_by_hand() -> None:
    sink = CollectingSink()
    assert make_serial_link(MANUAL, sink, PortWay(SystemClock())) is None
    link = make_link(MANUAL, sink, PortWay(SystemClock()))
    link.open("")
    link.set_streaming(True)
    link.begin_recording()
    link.end_recording(5)
    link.accept_pen("x")
    assert "entered by hand" in sink.notices[0].reason
    assert link.recording_settled()


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(OperatorError, match="pen-link, lines, struct, vesc, manual"):
        pen_kind("morse")


def test_a_kind_without_its_layout_is_a_bug_said_at_once() -> None:
    for kind in ("lines", "struct", "vesc"):
        driver = PEN_KINDS[kind].make_driver
        assert driver is not None
        with pytest.raises(TypeError):
            driver(replace(PEN_LINK, kind=kind))
