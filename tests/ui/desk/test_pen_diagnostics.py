"""«Pen and ports»: every figure of the link, the last gaps, the ports with what to do, and another pen to take."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from console_rig import PEN, RigClock, ScriptedLink, start_session, walk_to
from desk_touch import part, touch
from pytestqt.qtbot import QtBot

from console.domain.errors import OperatorError
from console.domain.link_ports import PenChoice
from console.domain.pen_ports import PortReport, PortState
from console.domain.telemetry import Gap, GapCause, LinkCounters, LinkState, PenDescription
from console.domain.workflow import Phase
from console.services.console import Console
from ui.desk.pen_diagnostics import PenDiagnostics
from ui.desk.pen_sheet import open_diagnostics, open_pen_sheet
from ui.desk.today import TodayPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.texts import Label, TextLine

OTHER = replace(PEN, serial="A1-000077")
COUNTED = LinkCounters(
    frames=12_345, crc_errors=3, resyncs=11, malformed=1, unknown_types=2, duplicates=21, lost=7, resent=15,
    frames_missed=31, frames_repeated=32, frames_reordered=33, samples=1_000, asked=41, drift_ppm=-37.4,
    latency_median_ms=1.42, latency_max_ms=18.2)


class Survey:
    """Two ports: one busy, one with another pen."""

    def __init__(self) -> None:
        self.present: tuple[str, ...] = ("/dev/ttyUSB1", "/dev/ttyACM0")
        self.asked: list[dict[str, PenDescription | None]] = []

    def names(self) -> tuple[str, ...]:
        return self.present

    def ask(self, ours: Mapping[str, PenDescription | None]) -> list[PortReport]:
        self.asked.append(dict(ours))
        busy = OperatorError("minicom (process 4121) is using /dev/ttyUSB1", "nothing was recorded", "close it")
        found = {
            "/dev/ttyUSB1": PortReport("/dev/ttyUSB1", "Bridge", None, busy, PortState.BUSY, "10C4:EA60", "CP210x"),
            "/dev/ttyACM0": PortReport("/dev/ttyACM0", "Aria M1", OTHER, None, PortState.PEN),
        }
        return [found[port] for port in self.present]


@pytest.fixture
def survey() -> Survey:
    return Survey()


@pytest.fixture
def surveyed(console: Console, survey: Survey) -> Console:
    return replace(console, survey=survey)


@pytest.fixture
def link(console: Console, monkeypatch: pytest.MonkeyPatch) -> ScriptedLink:
    found = console.station.link
    assert isinstance(found, ScriptedLink)
    monkeypatch.setattr(found, "counters", lambda: COUNTED)
    return found


@pytest.fixture
def window(desk_window: Callable[[str, Page], MainWindow], surveyed: Console) -> MainWindow:
    return desk_window("today", TodayPage(surveyed))


def answers_in(qtbot: QtBot, console: Console, holds: Callable[[], bool]) -> None:
    def delivered() -> None:
        console.queries.deliver()
        assert holds()

    qtbot.waitUntil(delivered)


def shown(window: MainWindow) -> str:
    sheet = part(window, "penDiagnostics")
    return "\n".join(one.text() for kind in (TextLine, Label) for one in sheet.findChildren(kind))


def test_every_figure_of_the_link_is_there(window: MainWindow, surveyed: Console, link: ScriptedLink) -> None:
    link.show_pen(state=LinkState.STREAMING)
    link.push_status(84)
    surveyed.station.drain()
    open_diagnostics(window, surveyed)
    lines = shown(window).splitlines()
    for expected in ("Aria M1", "A1-000042", "1.4.0", "sim://1", "84 %", "12 345", "3", "11", "31", "32", "33", "21",
                     "1 000", "41", "15", "7", "−37 ppm", "1.4 ms, at most 18 ms"):
        assert expected in lines, expected


class ByProfile:
    """One profile, of a pen that sends lines."""

    def __init__(self, kind: str) -> None:
        self._choice = PenChoice("acme-csv", "Acme CSV pen", kind, False)

    def choices(self) -> list[PenChoice]:
        return [self._choice]

    def chosen(self) -> PenChoice:
        return self._choice

    def choose(self, pen_id: str, actor_id: str) -> None:
        raise AssertionError("nobody chose")


def facts(window: MainWindow) -> dict[str, str]:
    sheet = part(window, "penDiagnostics", PenDiagnostics)
    return {sheet._words[name].text(): value.text() for name, value in sheet._values.items()}


@pytest.mark.parametrize(("kind", "words"), [
    ("lines", {
        "Lines or records": "12 345", "Damaged": "3", "Absurd values": "1", "Ignored lines": "2", "Missed": "–"}),
    ("pen-link", {"Frames": "12 345", "Damaged": "3", "Malformed": "1", "Unknown": "2", "Missed": "31"}),
])
def test_it_names_the_profile_and_words_what_was_counted_by_its_kind(
        window: MainWindow, surveyed: Console, link: ScriptedLink, kind: str, words: dict[str, str]) -> None:
    surveyed.station.offer(ByProfile(kind))
    open_diagnostics(window, surveyed)
    shown_facts = facts(window)
    assert shown_facts["Read as"] == "Acme CSV pen"
    assert {word: shown_facts.get(word) for word in words} == words


def test_the_rate_is_what_arrives_and_not_what_the_pen_promises(
        window: MainWindow, surveyed: Console, link: ScriptedLink, clock: RigClock,
        monkeypatch: pytest.MonkeyPatch) -> None:
    link.show_pen(state=LinkState.STREAMING)
    surveyed.station.drain()
    sheet = PenDiagnostics(surveyed)
    window.show_overlay(sheet, "Pen and ports", 1300)
    assert "– of 250" in shown(window)
    clock.advance(4.0)
    monkeypatch.setattr(link, "counters", lambda: replace(COUNTED, samples=1_000 + 960 + 40, resent=15 + 40))
    sheet.show_now()
    assert "240.0 of 250" in shown(window), "what was fetched again says nothing of the pace"
    monkeypatch.setattr(link, "counters", lambda: replace(COUNTED, samples=5, resent=0))
    sheet.show_now()
    assert "– of 250" in shown(window), "another link counts anew"
    clock.advance(4.0)
    link.show_pen(state=LinkState.READY)
    surveyed.station.drain()
    sheet.show_now()
    assert "– of 250" in shown(window), "a pen nobody asked for readings is not slow"


def test_ports_say_who_answers_or_what_to_do(
        window: MainWindow, surveyed: Console, link: ScriptedLink, survey: Survey, qtbot: QtBot) -> None:
    link.show_pen()
    surveyed.station.drain()
    open_diagnostics(window, surveyed)
    assert not part(window, "penDiagnostics.look").isEnabled()
    answers_in(qtbot, surveyed, lambda: "A1-000077" in shown(window))
    assert survey.asked == [{"sim://1": PEN}], "the port in use is left alone"
    assert "(process 4121) is using /dev/ttyUSB1; nothing was recorded; close it." in shown(window)
    assert "Bridge, CP210x, 10C4:EA60" in shown(window)
    touch(window, "penDiagnostics.look")
    answers_in(qtbot, surveyed, lambda: len(survey.asked) == 2)


def test_a_port_that_comes_or_goes_is_seen_by_itself(
        window: MainWindow, surveyed: Console, link: ScriptedLink, survey: Survey, qtbot: QtBot) -> None:
    open_diagnostics(window, surveyed)
    sheet = part(window, "penDiagnostics", PenDiagnostics)
    answers_in(qtbot, surveyed, lambda: "/dev/ttyUSB1" in shown(window) and not surveyed.queries.busy)
    survey.present = ("/dev/ttyACM0",)
    sheet.show_now()
    answers_in(qtbot, surveyed, lambda: len(survey.asked) == 2 and not surveyed.queries.busy)
    assert "/dev/ttyUSB1" not in [one.text() for one in sheet.findChildren(TextLine) if one.isVisibleTo(window)]


def test_another_pen_is_chosen_by_its_number_and_preferred_from_then_on(
        window: MainWindow, surveyed: Console, link: ScriptedLink, qtbot: QtBot) -> None:
    open_diagnostics(window, surveyed)
    answers_in(qtbot, surveyed, lambda: "A1-000077" in shown(window))
    touch(window, "penDiagnostics.take./dev/ttyACM0")
    assert link.state().port == "/dev/ttyACM0"
    assert surveyed.station._memory.serial == "A1-000077"
    window.close_overlay()
    answers_in(qtbot, surveyed, lambda: not surveyed.queries.busy)


def test_in_mid_treatment_it_ends_nothing(
        window: MainWindow, surveyed: Console, link: ScriptedLink, qtbot: QtBot) -> None:
    link.show_pen(state=LinkState.STREAMING)
    surveyed.station.drain()
    start_session(surveyed)
    walk_to(surveyed, Phase.NEEDLING)
    surveyed.station.drain()
    front = surveyed.desk.front
    assert front is not None
    before = len(front.history)
    open_pen_sheet(window, surveyed)
    touch(window, "penSheet.details")
    surveyed.station._take_gap(Gap("A1-000042", 7, 10, 5, GapCause.NOT_HELD))
    part(window, "penDiagnostics", PenDiagnostics).show_now()
    assert "5 readings missing: the pen no longer held them" in shown(window)
    answers_in(qtbot, surveyed, lambda: not surveyed.queries.busy)
    window.close_overlay()
    window.close_overlay()
    assert link._recording and [one.what.kind for one in front.history[before:]] == ["gap_recorded"]


def test_a_survey_that_fails_is_said_and_can_be_repeated(
        window: MainWindow, surveyed: Console, survey: Survey, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(ours: Mapping[str, PenDescription | None]) -> list[PortReport]:
        raise RuntimeError("no list")

    monkeypatch.setattr(survey, "ask", fails)
    open_diagnostics(window, surveyed)
    answers_in(qtbot, surveyed, lambda: "could not be looked at (no list)" in shown(window))
    assert part(window, "penDiagnostics.look").isEnabled()


def test_a_sheet_closed_while_its_question_runs_does_no_harm(
        window: MainWindow, surveyed: Console, qtbot: QtBot) -> None:
    open_diagnostics(window, surveyed)
    window.close_overlay()
    qtbot.wait(0)
    answers_in(qtbot, surveyed, lambda: not surveyed.queries.busy)
