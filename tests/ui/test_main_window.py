"""The window: four rows, pages, overlays, notices, alarms."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.app_bar import Context, SessionClock, Tab
from ui.page import Action, Actions, AlarmText, Chip, Page, StatusText
from ui.widgets import Label, PenLook, Step, row
from ui.widgets.buttons import Button

Windows = Callable[[], "object"]


class TrialPage(Page):
    title = "Trial"

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.context: dict[str, object] = {}
        self.may_go = True
        self.setLayout(row(Label("On stage")))

    def enter(self, **context: object) -> None:
        self.context = context
        self.done.append("enter")

    def leave(self) -> None:
        self.done.append("leave")

    def refresh(self) -> None:
        self.done.append("refresh")

    def status(self) -> StatusText:
        return StatusText("Trial", ("one fact",), (Chip("Ready", "done", "check"),), dot="live")

    def page_actions(self) -> Actions:
        return Actions(
            [Action("back", "Today", lambda: self.done.append("back"), icon="left", kind="quiet")],
            [Action("pause", "Pause", lambda: self.done.append("pause"), kind="pause", shortcut="Space"),
             Action("go", "Go on", lambda: self.done.append("go"), kind="primary", enabled=self.may_go, width=316)],
        )

    def on_scan(self, text: str) -> bool:
        self.done.append(f"scan {text}")
        return text.startswith("01")

    def on_pedal(self, press: str, held: bool) -> bool:
        self.done.append(f"pedal {press}")
        return True


def _click(window: QWidget, name: str) -> None:
    button = window.findChild(QWidget, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_rows_keep_their_heights_at_both_sizes(window: Windows) -> None:
    shown = window()
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    for size in ((1366, 768), (1536, 864)):
        shown.resize(*size)
        shown.live()
        heights = [part.height() for part in (shown.app_bar, shown.status_line, shown.action_bar)]
        assert heights == [64, 56, 80]
        assert shown.page().height() == size[1] - 200


def test_page_is_told_of_entering_leaving_and_refreshing(window: Windows) -> None:
    shown, first, second = window(), TrialPage(), TrialPage()
    shown.add_page("first", first)
    shown.add_page("second", second)
    shown.open_page("first", patient="P-0412")
    assert first.context == {"patient": "P-0412"}
    shown.open_page("second")
    shown.live(frames=60)
    assert first.done == ["enter", "refresh", "leave"]
    assert second.done.count("refresh") == 11, "ten a second and the first"
    assert shown.page_key == "second"


def test_action_bar_keeps_its_buttons_while_keys_stay(window: Windows) -> None:
    shown, page = window(), TrialPage()
    shown.add_page("trial", page)
    shown.open_page("trial")
    go = shown.findChild(Button, "action.go")
    assert (go.width(), go.height(), go.isEnabled()) == (316, 64, True)
    page.may_go = False
    shown.live()
    assert shown.findChild(Button, "action.go") is go
    assert not go.isEnabled()
    _click(shown, "action.go")
    _click(shown, "action.back")
    assert "back" in page.done
    assert "go" not in page.done


def test_primary_stands_at_the_right_edge(window: Windows) -> None:
    shown = window()
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    shown.live()
    go, pause = shown.findChild(Button, "action.go"), shown.findChild(Button, "action.pause")
    assert go.geometry().right() == shown.width() - 17
    assert go.x() - pause.geometry().right() - 1 == 12


def test_alarm_takes_the_line_and_gives_it_back(window: Windows) -> None:
    shown, told = window(), []
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    shown.alarm_acknowledged.connect(told.append)
    shown.sound_paused.connect(told.append)
    shown.show_alarm(AlarmText("a1", "medium", "Depth above plan", "1.32 mm, limit 1.15. Lift the pen."))
    assert shown.status_line.accessibleName().startswith("Alarm, medium: Depth above plan")
    assert shown.findChild(Button, "alarm.acknowledge").height() == 56
    _click(shown, "alarm.pauseSound")
    _click(shown, "alarm.acknowledge")
    assert told == ["a1", "a1"]
    shown.show_alarm(AlarmText("a2", "high", "Record not saved"))
    assert not shown.findChild(Button, "alarm.pauseSound").isVisible(), "a high alarm's sound is not paused"
    shown.show_alarm(None)
    assert not shown.findChild(Button, "alarm.acknowledge").isVisible()
    assert shown.status_line.accessibleName().startswith("Status: Trial")


def test_overlay_leaves_the_alarm_line_free_and_esc_closes_it(window: Windows) -> None:
    shown, closed = window(), []
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    shown.overlay_closed.connect(lambda widget: closed.append(widget.objectName()))
    sheet = Label("Choose areas")
    sheet.setObjectName("areas")
    shown.show_overlay(sheet, "Areas")
    assert shown.overlay is sheet
    below = sheet.mapTo(shown, sheet.rect().topLeft()).y()
    assert below > 120, "app bar and status line stay free"
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.overlay is None
    assert closed == ["areas"]
    shown.show_overlay(Label("Must answer"), "Why", closable=False)
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.overlay is not None
    shown.close_overlay()


def test_focus_returns_to_what_had_it_when_a_sheet_closes(window: Windows) -> None:
    shown = window()
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    shown.live()
    pause = shown.findChild(Button, "action.pause")
    pause.setFocus()
    shown.show_overlay(Button("In the sheet", name="inside"), "Sheet")
    assert shown.focusWidget().objectName() == "inside"
    shown.close_overlay()
    assert shown.focusWidget() is pause


def test_opening_a_page_closes_overlays(window: Windows) -> None:
    shown = window()
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    shown.show_overlay(Label("One"), "One")
    shown.show_overlay(Label("Two"), "Two")
    shown.open_page("trial")
    assert shown.overlay is None


def test_notice_offers_undo_for_ten_seconds(window: Windows) -> None:
    shown, undone = window(), []
    shown.add_page("trial", TrialPage())
    shown.open_page("trial")
    shown.tell("Pass 2 done", "done", undo=lambda: undone.append(True))
    shown.live(9.9)
    assert shown.notice.text == "Pass 2 done"
    _click(shown, "notice.undo")
    assert undone == [True]
    assert shown.notice.text == ""
    shown.tell("Pass 3 done", "done", undo=lambda: undone.append(True))
    shown.live(10.1)
    assert shown.notice.text == ""
    shown.tell("Not now", "stop")
    shown.live(6.1)
    assert shown.notice.text == "", "a sentence without undo leaves earlier"


def test_desk_frame_shows_tabs_and_session_frame_the_rail(window: Windows) -> None:
    shown, desk, chosen = window(), TrialPage(), []
    desk.frame, desk.tab = "desk", "today"
    shown.set_tabs((Tab("today", "Today", "calendar"), Tab("sessions", "Sessions", "list")))
    shown.show_steps((Step("screening", "Screening", "done"), Step("needling", "Needling", "current")))
    shown.add_page("desk", desk)
    shown.add_page("room", TrialPage())
    shown.tab_chosen.connect(chosen.append)
    shown.open_page("desk")
    assert shown.findChild(QWidget, "tab.today").isChecked()
    assert not shown.findChild(QWidget, "stepRail").isVisible()
    _click(shown, "tab.sessions")
    assert chosen == ["sessions"]
    shown.open_page("room")
    assert shown.findChild(QWidget, "stepRail").isVisible()
    assert not shown.findChild(QWidget, "tab.today").isVisible()


def test_app_bar_parts_never_overlap(window: Windows) -> None:
    shown = window()
    shown.add_page("trial", TrialPage())
    keys = ("screening", "anesthetic", "needling", "serum")
    shown.show_steps(tuple(Step(key, key.title(), "locked") for key in keys))
    shown.show_context(Context("P-0412", "Session 3 of 6, face", "AK", "#3A49C9", is_code=True))
    shown.show_mark("Demo, not clinical")
    shown.show_pen(PenLook("live", "Pen 02", 82))
    shown.show_clocks((SessionClock("s1", "P-0377", "12:40"), SessionClock("s2", "P-0460", "2:10", "medium")))
    shown.open_page("trial")
    shown.live()
    rail = shown.app_bar.rail
    left = shown.findChild(QWidget, "folderTag")
    right = shown.findChild(QWidget, "clock.s1")
    left_end = left.mapTo(shown, left.rect().topRight()).x()
    right_start = right.mapTo(shown, right.rect().topLeft()).x()
    assert left_end < rail.mapTo(shown, rail.rect().topLeft()).x()
    assert rail.mapTo(shown, rail.rect().topRight()).x() < right_start


@pytest.mark.parametrize("alarm", [None, AlarmText("a1", "low", "Pen battery 15%")])
def test_long_pedal_press_acknowledges_an_alarm_else_reaches_the_page(window: Windows, alarm: object) -> None:
    shown, page, told = window(), TrialPage(), []
    shown.add_page("trial", page)
    shown.open_page("trial")
    shown.alarm_acknowledged.connect(told.append)
    shown.show_alarm(alarm)
    shown.feet.pedal_acted.emit("mark", True)
    assert told == (["a1"] if alarm else [])
    assert ("pedal mark" in page.done) == (alarm is None)


def test_scan_no_page_wants_is_told(window: Windows) -> None:
    shown, page = window(), TrialPage()
    shown.add_page("trial", page)
    shown.open_page("trial")
    shown.feet.scanned.emit("0104012345678901")
    assert shown.notice.text == ""
    shown.feet.scanned.emit("XYZ")
    assert "nothing was changed" in shown.notice.text


def test_space_presses_the_action_that_names_it(window: Windows) -> None:
    shown, page = window(), TrialPage()
    shown.add_page("trial", page)
    shown.open_page("trial")
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert "pause" not in page.done, "a key waits until no scan can follow"
    shown.live(0.07)
    assert page.done.count("pause") == 1


def test_tabs_give_their_icons_up_before_they_touch_the_pen_chip(window):
    made = window()
    made.resize(1366, 768)
    made.set_tabs(tuple(Tab(key, key.capitalize(), "list") for key in
                        ("today", "sessions", "follow-up", "clinic", "settings")))
    page = Page()
    page.frame = "desk"
    made.add_page("desk", page)
    made.open_page("desk")
    made.show_context(Context("Session console", "Room 2, practitioner PR-02"))
    made.show_mark("Demo, not clinical")
    made.show_pen(PenLook("ready", "Pen 42", 87))
    QApplication.processEvents()
    buttons = [made.findChild(QWidget, f"tab.{key}") for key in ("today", "settings")]
    chip = made.findChild(QWidget, "penChip")
    assert buttons[1].mapTo(made, QPoint(buttons[1].width(), 0)).x() <= chip.mapTo(made, QPoint(0, 0)).x()
    assert buttons[0].wide_px(True) == buttons[0].width()
