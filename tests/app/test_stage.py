"""The real window end to end: clocks of sessions not in front, scans, the menu's sheets, doubt after a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from console_rig import barcode, gtin_of, start_session, walk_to
from fake_clock import FakeClock
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_window import RealWindow
from rig_walk import apply_anesthetic

from console.domain.workflow import Phase
from ui.room.reaction_sheet import ReactionSheet
from ui.room.removal_sheet import RemovalSheet
from ui.theme import PART, apply_theme

MINUTE_S = 60
Start = Callable[[], RealWindow]


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
    """Give the way to start the program on one folder, again and again."""
    if not qapp.property(PART):
        apply_theme(qapp, "light")
    clock, runs = FakeClock(), []

    def begin() -> RealWindow:
        if runs:
            runs.pop().close()
        runs.append(RealWindow(qapp, tmp_path / "clinic", clock))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


@pytest.fixture
def room(start: Start) -> RealWindow:
    """P-0412 numb on nine areas, then P-0460 opened beside it and in front."""
    made = start()
    start_session(made.console, "P-0412")
    walk_to(made.console, Phase.ANESTHETIC)
    apply_anesthetic(made.console)
    start_session(made.console, "P-0460", "facial_wrinkles")
    made.live()
    return made


def numb_session(room: RealWindow):
    return next(one for one in room.console.desk.sessions if one.state.opened.patient_id == "P-0412")


def test_an_anesthetic_not_in_front_rings_once_when_it_is_ready(room: RealWindow) -> None:
    assert room.console.desk.front.state.opened.patient_id == "P-0460"
    room.live(29 * MINUTE_S)
    assert room.sounds.chimes == []
    room.live(2 * MINUTE_S)
    assert room.sounds.chimes == ["ready"]
    assert room.window.notice.text == "P-0412: Lidocaine cream 4 % is ready. Remove and cleanse."
    room.live(MINUTE_S)
    assert room.sounds.chimes == ["ready"]


def test_a_clock_turns_to_its_session_and_there_takes_it_off_in_stages(room: RealWindow) -> None:
    room.live(31 * MINUTE_S)
    chip = f"clock.{numb_session(room).session_id}"
    room.click(chip)
    assert room.console.desk.front is numb_session(room)
    assert room.window.page_key == "anesthetic"
    room.window.open_page("preparation")  # its own page shows the clock itself, every other one the chip
    room.live()
    room.click(chip)
    assert isinstance(room.window.overlay, RemovalSheet)
    room.click("area.face.forehead")
    room.find("removal.confirm").confirmed.emit()
    room.live()
    assert "face.forehead" not in numb_session(room).state.numbed_areas()
    assert isinstance(room.window.overlay, RemovalSheet), "on eight areas it is still on"
    room.click("area.all")
    room.find("removal.confirm").confirmed.emit()
    room.live()
    assert room.window.overlay is None and numb_session(room).state.anesthetics_on() == []


def test_a_scan_says_whose_it_became_while_two_sessions_are_open(room: RealWindow) -> None:
    room.console.desk.turn_to(numb_session(room).session_id)
    room.window.open_page("anesthetic")
    room.scan(barcode("serum-ha"))
    assert room.window.notice.text.startswith("P-0412 AK: Hyaluronic serum, sterile is a serum")
    assert room.window.page().ring._look.state == "onset", "the clock of what is on the skin stays in sight"
    room.scan(barcode("numb-blt", "B1"))
    assert room.window.notice.text == "P-0412 AK: the scan is this patient's"
    room.window.open_page("today")
    room.scan(f"]d201{gtin_of(78)}10N1")
    assert "P-0412" not in room.window.notice.text


def test_with_one_session_open_nothing_is_said_of_whose_a_scan_is(start: Start) -> None:
    made = start()
    start_session(made.console, "P-0412")
    walk_to(made.console, Phase.ANESTHETIC)
    made.live()
    made.scan(barcode("serum-ha"))
    assert made.window.notice.text.startswith("Hyaluronic serum, sterile is a serum")


def test_signs_of_a_reaction_are_to_hand_on_every_page(room: RealWindow) -> None:
    walk_to(room.console, Phase.NEEDLING)
    room.live()
    room.click("appBar.mark", "menu.reaction")
    assert isinstance(room.window.overlay, ReactionSheet)
    sign = room.console.library.toxicity_signs[0].sign_id
    room.click(f"sign.{sign}", "reaction.confirm")
    assert room.console.desk.front.state.reactions[-1][1].signs == (sign,)
    assert room.window.page_key == "needling"


def test_photos_or_serum_alone_are_taken_back_in_mid_session(start: Start) -> None:
    made = start()
    start_session(made.console, "P-0412")
    made.live()
    made.click("appBar.mark")
    assert not made.find("menu.withdrawal").isEnabled(), "nothing is given yet"
    made.click("overlay.close")
    walk_to(made.console, Phase.NEEDLING)
    made.live()
    made.click("appBar.mark", "menu.withdrawal", "withdraw.serum_or_plasma")
    assert not made.find("withdraw.confirm").isEnabled()
    made.click("withdraw.why.changed_their_mind")
    made.find("withdraw.confirm").confirmed.emit()
    made.live()
    state = made.console.desk.front.state
    assert not state.consents["serum"].given and state.consents["photos"].given and not state.stopped
    assert made.window.page_key == "needling"
    made.click("appBar.mark", "menu.withdrawal", "withdraw.treatment", "withdraw.why.changed_their_mind")
    made.find("withdraw.confirm").confirmed.emit()
    made.live()
    assert made.console.desk.front.state.stopped and made.window.page_key == "stopped"


def doubt(made: RealWindow) -> bool:
    return made.console.desk.sessions[0].state.anesthetics_on()[0].in_doubt


def test_a_doubted_start_is_asked_about_once_and_again_only_with_new_doubt(start: Start) -> None:
    made = start()
    start_session(made.console, "P-0412")
    walk_to(made.console, Phase.ANESTHETIC)
    apply_anesthetic(made.console)
    made.live(5 * MINUTE_S)
    made = start()
    assert not doubt(made), "both clocks went on in step"
    made.clock._monotonic_s = 5.0  # the computer was started anew
    made = start()
    assert doubt(made)
    made.click(f"clock.{made.console.desk.sessions[0].session_id}")
    assert made.window.page_key == "anesthetic"
    made.click("dwell.since")
    assert not doubt(made)
    made.live(10 * MINUTE_S)
    made = start()
    assert not doubt(made), "confirmed, and nothing new since"
    made.clock._utc_us += 20 * 60 * 1_000_000  # the wall clock was set forward while the console was closed
    made = start()
    assert doubt(made)


def test_a_latched_alarm_nobody_answered_waits_on_the_line_after_a_restart(start: Start) -> None:
    made = start()
    session_id = start_session(made.console, "P-0412")
    walk_to(made.console, Phase.SCREENING)
    board = made.console.alarms
    for seconds in (0.0, 1.0):
        board.feed("depth_above_ceiling", True, board.now_s() + seconds, str(session_id), 1600, 1500)
    made.live()
    again = start()
    again.console.desk.bring_to_front(session_id)
    again.live()
    shown = again.window.status_line.alarm
    assert shown is not None and shown.title == "Depth above limit" and shown.ended
    again.click("alarm.acknowledge")
    again.live()
    assert again.window.status_line.alarm is None
    assert start().window.status_line.alarm is None, "answered for good"
