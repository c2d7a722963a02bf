from collections.abc import Callable
from dataclasses import replace

import pytest
from console_rig import PEN, ScriptedLink, start_session, walk_to
from desk_touch import part, touch

from console.domain.telemetry import LinkCounters, LinkNotice, LinkState
from console.domain.workflow import Phase
from console.services.console import Console
from ui.desk.pen_sheet import PenSheet
from ui.desk.pen_words import pen_words
from ui.desk.today import TodayPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.texts import Label, TextLine

Window = Callable[[str, Page], MainWindow]


@pytest.fixture
def link(console: Console) -> ScriptedLink:
    found = console.station.link
    assert isinstance(found, ScriptedLink)
    return found


@pytest.fixture
def window(desk_window: Window, console: Console) -> MainWindow:
    return desk_window("today", TodayPage(console))


def values(window: MainWindow) -> list[str]:
    sheet = part(window, "penSheet")
    return [one.text() for one in sheet.findChildren(TextLine)]


def test_who_answers_and_how_well(
        window: MainWindow, console: Console, link: ScriptedLink, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = LinkCounters(frames=12_345, crc_errors=3, lost=7, resent=5, duplicates=2)
    monkeypatch.setattr(link, "counters", lambda: counted)
    link.show_pen()
    link.push_status(84)
    console.station.drain()
    window.show_overlay(PenSheet(console), "Pen", 640)
    shown = values(window)
    for expected in ("Aria M1", "A1-000042", "1.4.0", "sim://1", "84 %", "250", "12 345", "3", "7", "5", "2"):
        assert expected in shown


def test_a_lost_pen_says_why_and_what_to_do(window: MainWindow, console: Console, link: ScriptedLink) -> None:
    link.show_pen()
    link.lose(retries=3)
    console.station.drain()
    window.show_overlay(PenSheet(console), "Pen", 640)
    assert part(window, "penSheet.reason", Label).text() == "The cable is out."
    texts = [one.text() for one in part(window, "penSheet").findChildren(Label)]
    assert any("Plug the cable in again" in one for one in texts)


def test_reconnect_looks_on_the_same_port(window: MainWindow, console: Console, link: ScriptedLink) -> None:
    link.show_pen()
    link.lose()
    console.station.drain()
    window.show_overlay(PenSheet(console), "Pen", 640)
    touch(window, "penSheet.reconnect")
    assert link.state().state is LinkState.OPENING and link.state().port == "sim://1"


def test_while_needling_the_link_is_left_to_itself(window: MainWindow, console: Console, link: ScriptedLink) -> None:
    link.show_pen()
    console.station.drain()
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    window.show_overlay(PenSheet(console), "Pen", 640)
    assert not part(window, "penSheet.reconnect").isEnabled()


def test_another_pen_is_taken_only_when_accepted(window: MainWindow, console: Console, link: ScriptedLink) -> None:
    other = replace(PEN, serial="A1-000077")
    link.notice(LinkNotice(LinkState.LOST, "another pen answers", "sim://1", PEN, other_pen=other))
    console.station.drain()
    assert pen_words(console).title == "Another pen answers"
    window.show_overlay(PenSheet(console), "Pen", 640)
    assert link.accepted == []
    touch(window, "penSheet.accept")
    assert link.accepted == ["A1-000077"]


def test_a_swap_in_a_session_is_in_its_history(window: MainWindow, console: Console, link: ScriptedLink) -> None:
    link.show_pen()
    console.station.drain()
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    front = console.desk.front
    assert front is not None
    if front.state.pen is None:
        console.station.take_pen(front)
    other = replace(PEN, serial="A1-000077")
    link.notice(LinkNotice(LinkState.LOST, "another pen answers", "sim://1", PEN, other_pen=other))
    console.station.drain()
    window.show_overlay(PenSheet(console), "Pen", 640)
    touch(window, "penSheet.accept")
    assert front.state.pen is not None and front.state.pen.serial == "A1-000077" and front.state.pen.swap
    assert link.accepted == ["A1-000077"]


@pytest.mark.parametrize(("battery", "detail"), [
    (84, "Scan a new cartridge before needling"), (15, "Charge it before needling")])
def test_the_pen_card_says_what_to_do(
        console: Console, link: ScriptedLink, battery: int, detail: str) -> None:
    assert pen_words(console).title == "No pen is connected"
    link.show_pen()
    link.push_status(battery)
    console.station.drain()
    assert (pen_words(console).title, pen_words(console).detail) == (f"Pen 42 answers, battery {battery} %", detail)
