"""Sessions of other consoles: shown on Today, looked at, taken over."""

from collections.abc import Callable
from uuid import UUID

import pytest
from console_rig import start_session
from desk_touch import part, touch
from picture_scenes import told_elsewhere
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from rig_leases import HERE, RigLeases, lease_at, rig_leases

from console.app.chrome import Chrome
from console.domain.clinic_ports import LeaseView
from console.domain.errors import OperatorError
from console.domain.people import Role, Staff
from console.services.console import Console
from ui.desk.today import TodayPage
from ui.main_window import MainWindow
from ui.page import Page, StatusText
from ui.widgets.texts import Label

Window = Callable[[str, Page], MainWindow]


class Review(Page):
    """Stands for the page of one session."""

    opened: object = None

    def enter(self, **context: object) -> None:
        self.opened = context["session_id"]


@pytest.fixture
def leases(console: Console) -> RigLeases:
    told_elsewhere(console)
    return rig_leases(console)


@pytest.fixture
def window(console: Console, leases: RigLeases, desk_window: Window) -> MainWindow:
    made = desk_window("today", TodayPage(console))
    touch(made, "action.elsewhere")
    return made


def fault(window: MainWindow) -> str:
    return part(window, "elsewhere.words", Label).text()


def test_today_offers_them_only_where_there_are_any(console: Console, desk_window: Window) -> None:
    window = desk_window("today", TodayPage(console))
    assert not window.findChildren(QWidget, "action.elsewhere")
    told_elsewhere(console)
    window.update_chrome()
    assert window.action_bar.button("elsewhere").hint == "2 open"


def test_a_row_says_who_has_it(window: MainWindow) -> None:
    words = [one.text() for one in window.findChildren(Label) if one.isVisibleTo(window)]
    assert "Open at Room 3 since 10:54 by PR-07" in words
    assert "Open at Room 2 since 09:24 by PR-04" in words and "Nothing heard from it for 5 minutes" in words
    assert words.count("P-0415") == 1


def test_taking_over_asks_why_and_opens_the_session_here(
    window: MainWindow, console: Console, leases: RigLeases,
) -> None:
    touch(window, "elsewhere.take.0")
    touch(window, "reason.the_patient_changed_rooms")
    touch(window, "reason.confirm")
    assert leases.asked == [(2, "PR-02", "The patient changed rooms")]
    assert part(window, "elsewhere.waiting", Label).text() == "Taking the session over"
    assert not part(window, "elsewhere.take.1").isEnabled()
    start_session(console)  # stands for the record that was brought
    session = console.desk.front
    assert session is not None
    console.desk.bring_to_front(None)
    console.leases._read_back = lambda one: session  # type: ignore[union-attr]
    leases.now = LeaseView(HERE, {UUID(int=7): lease_at(UUID(int=7), 0, HERE)})
    console.desk._sessions[UUID(int=7)] = session
    leases.done(None)
    assert console.leases is not None
    console.leases.deliver()
    assert window.page_key == session.state.phase.value and window.overlay is None


def test_what_fails_is_said_and_can_be_tried_again(
    window: MainWindow, console: Console, leases: RigLeases,
) -> None:
    touch(window, "elsewhere.look.1")
    assert leases.asked == [(UUID(int=8), "PR-02")]
    leases.done(OperatorError("The clinic server cannot be reached", "everything is saved here", "wait"))
    assert console.leases is not None
    console.leases.deliver()
    assert fault(window).startswith("The clinic server cannot be reached")
    assert part(window, "elsewhere.look.1").isEnabled() and part(window, "elsewhere.take.0").isEnabled()


def test_a_look_opens_the_record_unless_nobody_waits_any_more(
    console: Console, leases: RigLeases, desk_window: Window,
) -> None:
    window, review = desk_window("today", TodayPage(console)), Review()
    window.add_page("session", review)
    assert console.leases is not None
    for closed in (True, False):
        touch(window, "action.elsewhere")
        touch(window, "elsewhere.look.0")
        if closed:
            window.close_overlay()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        leases.done(None)
        console.leases.deliver()
        assert review.opened == (None if closed else UUID(int=7))
    assert window.page_key == "session" and window.overlay is None


def test_who_may_not_treat_may_look_only(console: Console, leases: RigLeases, desk_window: Window) -> None:
    console.desk.actor = Staff("MA-01", "B. Weiss", Role.MANAGER)
    window = desk_window("today", TodayPage(console))
    touch(window, "action.elsewhere")
    assert part(window, "elsewhere.look.0").isEnabled() and not part(window, "elsewhere.take.0").isEnabled()


def test_a_session_taken_away_says_so_in_place_of_the_page_s_own_words(
    console: Console, desk_window: Window,
) -> None:
    start_session(console)
    front = console.desk.front
    assert front is not None

    class Room(Page):
        frame = "session"

        def status(self) -> StatusText:
            return StatusText("Its own words")

        def standing_actions(self) -> tuple[()]:
            return ()

    window = desk_window("own", Room())
    Chrome(window, console)
    window.update_chrome()
    assert window.status_line._status.title == "Its own words"
    rig_leases(console).now = LeaseView(HERE, {front.session_id: lease_at(front.session_id, console.clock.utc_us())})
    window.update_chrome()
    assert window.status_line._status.title == "Room 2 took this session over at 11:24"
    assert window.status_line._status.notice == "caution"
