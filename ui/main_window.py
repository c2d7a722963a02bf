"""The window: four rows that never move, and one page between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from console.domain.clock import Clock, to_datetime
from ui.action_bar import ActionBar
from ui.app_bar import AppBar, Context, SessionClock, Tab
from ui.cover import Cover
from ui.fade import Fade
from ui.frame_timer import FrameTimer
from ui.notices import Notice
from ui.overlay import OverlayHost
from ui.page import Actions, AlarmText, Page, StatusText
from ui.paint import Surface
from ui.widgets.pen_chip import PenLook
from ui.widgets.status_line import StatusLine
from ui.widgets.step_rail import Step
from ui.wipe_guard import WipeGuard

if TYPE_CHECKING:  # the window stands before a pedal or scanner is listened for
    from ui.hands_free import HandsFree

SMALLEST = (1366, 768)
_REFRESH_FRAMES = 6  # of 60 a second: ten times


class MainWindow(QMainWindow):
    """App bar, status line, content, action bar; overlays and notices inside the window.

    Signals: ``page_opened(key)``, ``mark_pressed`` (quick menu), ``tab_chosen(key)``, ``step_chosen(key)``,
    ``pen_pressed``, ``clock_chosen(session_id)``, ``alarm_acknowledged(alarm_id)``, ``sound_paused(alarm_id)``,
    ``overlay_closed(widget)``, ``close_wanted``.
    """

    page_opened = Signal(str)
    mark_pressed = Signal()
    tab_chosen = Signal(str)
    step_chosen = Signal(str)
    pen_pressed = Signal()
    clock_chosen = Signal(str)
    alarm_acknowledged = Signal(str)
    sound_paused = Signal(str)
    alarms_wanted = Signal()
    overlay_closed = Signal(QWidget)
    closing = Signal()

    def __init__(self, clock: Clock, frames: FrameTimer, hands: HandsFree | None = None,
                 motion: bool = True) -> None:
        super().__init__()
        self.setWindowTitle("Needling Console")
        self.setMinimumSize(*SMALLEST)
        self._clock, self._frames, self._motion = clock, frames, motion
        self.may_close: Callable[[], bool] = _always
        self._pages: dict[str, Page] = {}
        self._recipes: dict[str, Callable[[], Page]] = {}
        self._page: Page | None = None
        self._key = ""
        self._cover: Cover | None = None
        self._speaks: Page | None = None  # the page whose words and actions the bars show
        self.app_bar, self.status_line = AppBar(), StatusLine()
        self.action_bar, self._stack = ActionBar(), QStackedWidget()
        self._build()
        self._connect()
        self._show_time()
        self._subscriptions = [
            frames.subscribe(self._each_frame, name="page frame"),
            frames.subscribe(self._refresh, every=_REFRESH_FRAMES, name="page refresh"),
        ]
        self.overruled: Callable[[Page], StatusText | None] = lambda page: None  # what is said instead of a page's own
        self.scan_goes_to: Callable[[], str] = lambda: ""  # whose a scan is, empty where there is no doubt
        self._scanned_for, self._scan_told = "", False
        self.hands: HandsFree | None = None
        if hands is not None:
            self.take_hands(hands)

    def _build(self) -> None:
        root = Surface("canvas")
        root.setObjectName("root")
        rows = QVBoxLayout(root)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.app_bar)
        rows.addWidget(self.status_line)
        rows.addWidget(self._stack, 1)
        rows.addWidget(self.action_bar)
        self.setCentralWidget(root)
        self._overlays = OverlayHost(root)
        self.notice = Notice(root, self._clock, self._notice_rooms)
        self._fade = Fade(self._stack)
        self.wipe_guard = WipeGuard(self, self.status_line.button_in_need)
        self.wipe_guard.ended.connect(self._stack.setFocus)
        self.resize(*SMALLEST)

    def _connect(self) -> None:
        bar = self.app_bar
        bar.mark_pressed.connect(self.mark_pressed)
        bar.tab_chosen.connect(self.tab_chosen)
        bar.step_chosen.connect(self.step_chosen)
        bar.pen_pressed.connect(self.pen_pressed)
        bar.clock_chosen.connect(self.clock_chosen)
        self.status_line.acknowledged.connect(self.alarm_acknowledged)
        self.status_line.sound_paused.connect(self.sound_paused)
        self.status_line.history_wanted.connect(self.alarms_wanted)
        self._overlays.closed.connect(self.overlay_closed)

    def turn_touch_off(self) -> None:
        """Let touches and keys do nothing until the guard's button is held; sheets close first."""
        self._overlays.close_all()
        self.wipe_guard.begin()

    def take_hands(self, hands: HandsFree) -> None:
        """Let pedal, scanner and keys do what the page on stage offers."""
        self.hands = hands
        hands.touch_counts = lambda: not self.wipe_guard.on
        hands.key_taker = self._take_key
        hands.scanned.connect(self._scanned)
        hands.pedal_acted.connect(self._pedal_acted)
        hands.pedal_hold_progress.connect(self._pedal_progress)

    # --- pages ------------------------------------------------------------------------------------------------

    def add_page(self, key: str, page: Page) -> None:
        """Take a page in under a key."""
        page.shell = self
        for slot in (page.status_left(), page.status_right()):
            if slot is not None and slot.parentWidget() is None:
                slot.setParent(page)
                slot.hide()  # it is shown in the status line only
        former, self._pages[key] = self._pages.get(key), page
        if former is not None:
            former.deleteLater()
        self._stack.addWidget(page)

    def add_recipe(self, key: str, make: Callable[[], Page]) -> None:
        """Take in how a page is made; it is made when it is first asked for."""
        self._recipes[key] = make

    def page(self, key: str = "") -> Page | None:
        """Give a page by key (made now if it was not yet), or the one on stage."""
        if not key:
            return self._page
        if key not in self._pages and key in self._recipes:
            self.add_page(key, self._recipes[key]())
        return self._pages.get(key)

    @property
    def page_key(self) -> str:
        """The key of the page on stage, or empty."""
        return self._key

    def open_page(self, key: str, **context: Any) -> None:
        """Go to a page (KeyError for an unknown key); overlays close, the former page is told."""
        page = self.page(key)
        if page is None or not key:
            raise KeyError(key)
        self._overlays.close_all()
        if self.notice.can_undo and key != self._key:
            self.notice.dismiss()  # what could be taken back there is behind us
        before = self._stack.grab() if self._motion and self._page is not None and self.isVisible() else None
        if self._page is not None:
            self._page.leave()
        self._page, self._key = page, key
        self._speaks = page if self._cover is None else self._cover.lay_over(page)
        self.app_bar.set_frame(self._speaks.frame)
        self.app_bar.light_tab(page.tab)
        page.enter(**context)
        if self._page is not page:  # entering led on to another page
            return
        self._stack.setCurrentWidget(self._speaks)
        self._speaks.setFocus()  # else Qt hands the focus to the menu button
        page.refresh()
        if self._page is not page:  # so did what it had to show
            return
        self._show_slots()
        self.update_chrome()
        if before is not None:
            self._fade.run(before)
        self.page_opened.emit(key)

    def update_chrome(self) -> None:
        """Ask the page for its status and actions and show them."""
        if self._speaks is not None:
            self.status_line.show_status(self.overruled(self._speaks) or self._speaks.status())
            self.action_bar.show_actions(self._all_actions(self._speaks))

    def _all_actions(self, page: Page) -> Actions:
        own, standing = page.page_actions(), page.standing_actions()
        left, right = (*own.left, *standing), own.right
        if self._cover is not None:
            left, right = (tuple(one for one in side if one.key in page.acts_while_locked) for side in (left, right))
        return Actions(left, right)

    def _show_slots(self) -> None:
        page = self._speaks
        if page is not None:
            self.status_line.show_slots(page.status_left(), page.status_right())

    # --- the lock -------------------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        """Whether a cover lies over the records."""
        return self._cover is not None

    def lock(self, cover: Cover) -> None:
        """Cover the records: page, sheets, notices and bars; alarm line and clocks stay."""
        if cover.whole.parent() is None:
            cover.whole.shell = self
            self._stack.addWidget(cover.whole)
        self._cover = cover
        self._overlays.tuck_away(True)
        self.notice.dismiss()
        self.app_bar.setEnabled(False)
        self._fade.end()
        self._cover_anew()

    def unlock(self) -> None:
        """Uncover; everything is where it was."""
        cover, self._cover = self._cover, None
        if cover is None:
            return
        cover.take_away()
        self.app_bar.setEnabled(True)
        self._speaks = self._page
        if self._page is not None:
            self.app_bar.set_frame(self._page.frame)
            self._stack.setCurrentWidget(self._page)
        self._overlays.tuck_away(False)
        self._show_slots()
        self.update_chrome()

    def _cover_anew(self) -> None:
        if self._cover is not None:
            self._speaks = self._cover.lay_over(self._page)
            self.app_bar.set_frame(self._speaks.frame)
            self._stack.setCurrentWidget(self._speaks)
            self._show_slots()
            self.update_chrome()

    def _each_frame(self) -> None:
        if self._page is not None:
            self._page.frame_tick()

    def _show_time(self) -> None:
        moment = to_datetime(self._clock.utc_us()).astimezone()
        self.app_bar.show_time(moment.strftime("%H:%M"))

    def _refresh(self) -> None:
        self._show_time()
        self.notice.poll()
        self.wipe_guard.follow()
        if self._page is not None:
            self._page.refresh()
            self.update_chrome()

    # --- chrome -------------------------------------------------------------------------------------------------

    def show_context(self, context: Context) -> None:
        """Show whose page this is."""
        self.app_bar.show_context(context)

    def show_mark(self, text: str) -> None:
        """Mark the record, always in sight: "Demo, not clinical"; empty for a clinic's own."""
        self.app_bar.show_mark(text)

    def show_pen(self, look: PenLook | None) -> None:
        """Show the pen's state."""
        self.app_bar.show_pen(look)

    def show_clocks(self, clocks: tuple[SessionClock, ...]) -> None:
        """Show the clocks of other open sessions."""
        self.app_bar.show_clocks(clocks)

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Show the treatment's steps."""
        self.app_bar.set_steps(steps)

    def set_tabs(self, tabs: tuple[Tab, ...]) -> None:
        """Set the desk's tabs."""
        self.app_bar.set_tabs(tabs)

    def show_alarm(self, alarm: AlarmText | None) -> None:
        """Turn the status line into the alarm's banner, or calm again."""
        self.status_line.show_alarm(alarm)
        self.wipe_guard.follow()

    def tell(self, text: str, kind: str = "info", undo: Callable[[], object] | None = None) -> None:
        """Say a sentence in the bars' free room: info, done, caution or stop; undo is offered for 10 s."""
        if self._scanned_for:
            text, self._scan_told = f"{self._scanned_for}: {text}", True
        self.notice.tell(text, kind, undo)

    def _notice_rooms(self) -> list[QRect]:
        """Where a notice may stand: between the buttons, else on the status line; never over a sheet."""
        rooms = [self.status_line.free_room().translated(self.status_line.pos())]
        if self.overlay is None:
            rooms.insert(0, self.action_bar.free_room().translated(self.action_bar.pos()))
        return rooms

    # --- overlays -----------------------------------------------------------------------------------------------

    def show_overlay(self, sheet: QWidget, title: str = "", width: int = 560, closable: bool = True) -> None:
        """Lay a sheet over content and action bar; Esc closes it where ``closable``."""
        self._overlays.lay(sheet, title, width, closable)
        self._overlays.tuck_away(self.locked)
        self.notice.raise_()

    def close_overlay(self) -> None:
        """Take the topmost sheet away; its content is deleted."""
        self._overlays.close_top()

    @property
    def overlay(self) -> QWidget | None:
        """The content of the topmost sheet, or None; one under the lock is out of reach."""
        return None if self.locked else self._overlays.content

    # --- hands ----------------------------------------------------------------------------------------------------

    def _take_key(self, key: str) -> bool:
        if self.wipe_guard.on:
            self._alarm_key(key)
            return True
        if self.overlay is not None:
            if key == "Esc":
                self._overlays.escape()
                return True
            return False
        action = self.action_bar.by_shortcut(key)  # while locked only what the cover leaves
        if action is not None:
            self.action_bar.trigger(action.key)
            return True
        if self._alarm_key(key):
            return True
        return self._page is not None and not self.locked and self._page.on_key(key)

    def _alarm_key(self, key: str) -> bool:
        alarm = self.status_line.alarm
        if key == "A" and alarm is not None:
            self.alarm_acknowledged.emit(alarm.alarm_id)
            return True
        if key == "S" and alarm is not None and alarm.priority == "medium":
            self.sound_paused.emit(alarm.alarm_id)
            return True
        return False

    def _scanned(self, text: str) -> None:
        """Give a scan to the sheet or page on stage; where it could be another session's, say whose it became."""
        in_session = self._page is not None and self._page.frame == "session"
        self._scanned_for, self._scan_told = self.scan_goes_to() if in_session else "", False
        self._take_scan(text)
        if self._scanned_for and not self._scan_told:
            self.tell("the scan is this patient's", "info")
        self._scanned_for = ""

    def _take_scan(self, text: str) -> None:
        if self._cover is not None:
            self._cover.whole.on_scan(text)
            return
        sheet = self.overlay
        takes = getattr(sheet, "on_scan", None) if sheet is not None else None
        if takes is not None and takes(text):
            return
        if self._page is None or not self._page.on_scan(text):
            self.tell("This page has no use for a scan; nothing was changed", "caution")

    def _pedal_acted(self, act: str, held: bool) -> None:
        alarm = self.status_line.alarm
        if held and alarm is not None and not alarm.answered:
            self.alarm_acknowledged.emit(alarm.alarm_id)
        elif self._speaks is not None and self.overlay is None:
            self._speaks.on_pedal(act, held)

    def _pedal_progress(self, share: float, act: str) -> None:
        alarm = self.status_line.alarm
        acknowledges = alarm is not None and not alarm.answered
        self.status_line.show_hold(share if acknowledges else 0.0)
        if self._page is not None:
            self._page.on_pedal_progress(0.0 if acknowledges else share, act)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.locked:
            self._overlays.escape()
            return
        super().keyPressEvent(event)

    # --- end ------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        for subscription in self._subscriptions:
            subscription.cancel()
        if self._page is not None:
            self._page.leave()
            self._page = None
        self._fade.end()
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fade.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()


def _always() -> bool:
    return True
