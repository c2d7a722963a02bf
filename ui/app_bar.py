"""The app bar: whose page this is, where the treatment stands, the pens, other clocks, the time."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import (
    CENTRE,
    LEFT,
    PaintedWidget,
    Surface,
    paint_box,
    paint_focus,
    paint_line,
    paint_text,
    rounded_path,
    size_of,
    text_width,
)
from ui.theme import color, pressed_fill
from ui.widgets.buttons import PaintedButton
from ui.widgets.pen_chip import PenChip, PenLook
from ui.widgets.status_line import ALARM_LOOKS
from ui.widgets.step_rail import Step, StepRail
from ui.widgets.texts import TextLine

GAP_PX = 8  # between the middle and its neighbours: so the rail stands in the window's middle beside the tag


@dataclass(frozen=True)
class Tab:
    """A tab of the desk."""

    key: str
    text: str
    icon: str


@dataclass(frozen=True)
class SessionClock:
    """A clock of another open session: whose, how long, how urgent (calm, ready, low, medium, high)."""

    session_id: str
    whose: str
    time: str
    urgency: str = "calm"


@dataclass(frozen=True)
class Context:
    """Whose page this is. ``initials`` with ``colour`` (#RRGGBB) and ``photo`` stand beside the id."""

    title: str = ""
    second: str = ""
    initials: str = ""
    colour: str = ""
    photo: QPixmap | None = None
    is_code: bool = False


class _MarkButton(PaintedButton):
    def __init__(self) -> None:
        super().__init__("appBar.mark")
        self.setAccessibleName("Menu")
        self.setFixedSize(54, 64)

    def paint(self, painter: QPainter) -> None:
        if self.isDown():
            painter.fillRect(self.rect(), pressed_fill())
        if self._ring:
            paint_focus(painter, QRectF(4, 6, 48, 52), 10)
        paint_icon(painter, "mark", QRectF(15, 16, 28, 28), "ink")
        paint_line(painter, QPointF(53.5, 16), QPointF(53.5, 48), color("line"))


class _TabButton(PaintedButton):
    def __init__(self, tab: Tab) -> None:
        super().__init__(f"tab.{tab.key}")
        self._icon, self._brief = tab.icon, False
        self.setText(tab.text)
        self.setAccessibleName(tab.text)
        self.setCheckable(True)
        self.setFixedHeight(48)

    def set_brief(self, brief: bool) -> None:
        """Leave the icon out where room is short."""
        if brief != self._brief:
            self._brief = brief
            self.updateGeometry()
            self.update()

    def wide_px(self, brief: bool) -> int:
        """Give its width with or without icon."""
        return round(text_width(self.text(), text_font(16, 600))) + (28 if brief else 74)

    def sizeHint(self) -> QSize:
        return size_of(self.wide_px(self._brief), 48)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        box, on = self.rect().toRectF(), self.isChecked()
        if on or self.isDown():
            paint_box(painter, box, 12, pressed_fill())
        if self._ring:
            paint_focus(painter, box, 12)
        ink = color("ink") if on else color("ink2")
        if not self._brief:
            paint_icon(painter, self._icon, QRectF(20, 14, 20, 20), ink)
        font, left = text_font(16, 600 if on else 500), 14 if self._brief else 50
        paint_text(painter, QRectF(left, 0, box.width() - left, 48), self.text(), font, ink, LEFT, elide=False)


class _ClockChip(PaintedButton):
    """Another session's clock."""

    def __init__(self, clock: SessionClock) -> None:
        super().__init__(f"clock.{clock.session_id}")
        self.clock = clock
        self.setFixedHeight(44)
        self.show_clock(clock)

    def show_clock(self, clock: SessionClock) -> None:
        if clock != self.clock:
            self.clock = clock
            self.update()
        self.setAccessibleName(f"Clock of {clock.whose}: {clock.time}")

    def sizeHint(self) -> QSize:
        whose = text_width(self.clock.whose, text_font(13, 500))
        return size_of(max(whose, text_width(self.clock.time, tabular_font(15, 600))) + 50, 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        box, urgency = self.rect().toRectF(), self.clock.urgency
        fill, edge, ink, second = color("surface"), color("line"), color("ink"), color("ink2")
        if urgency in ALARM_LOOKS:
            fill = edge = color(ALARM_LOOKS[urgency][0])
            ink = second = color(ALARM_LOOKS[urgency][1])
        elif urgency == "ready":
            fill, edge, ink, second = color("done_tint"), color("done"), color("done"), color("done")
        paint_box(painter, box, 12, fill, edge)
        if self._ring:
            paint_focus(painter, box, 12)
        paint_icon(painter, "clock", QRectF(12, 13, 18, 18), second)
        room = box.width() - 44
        paint_text(painter, QRectF(38, 3, room, 18), self.clock.whose, text_font(13, 500), second)
        paint_text(painter, QRectF(38, 20, room, 20), self.clock.time, tabular_font(15, 600), ink)


class FolderTag(PaintedWidget):
    """The quiet striped tag that says what kind of record this is (demo, bench, training)."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("folderTag")
        self._text = ""
        self.setFixedHeight(28)
        self.hide()

    def show_mark(self, text: str) -> None:
        """Show these words; empty hides the tag."""
        self._text = text
        self.say("Marked", text)
        if text:
            self.setFixedWidth(int(text_width(text, text_font(13, 600))) + 34)
        self.setVisible(bool(text))
        self.update()

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        painter.save()
        painter.setClipPath(rounded_path(box, 6))
        painter.fillRect(box, color("sunken"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("border"))
        for start in range(-28, 16, 9):
            painter.drawPolygon([QPointF(start, 28), QPointF(start + 4, 28), QPointF(start + 18, 0),
                                 QPointF(start + 14, 0)])
        painter.restore()
        painter.fillRect(QRectF(16, 1, box.width() - 17, 26), color("sunken"))
        paint_box(painter, box, 6, None, color("border"))
        paint_text(painter, QRectF(24, 0, box.width() - 26, 28), self._text, text_font(13, 600), color("ink2"),
                   elide=False)


class _Avatar(PaintedWidget):
    def __init__(self) -> None:
        super().__init__()
        self._context = Context()
        self.setFixedSize(40, 40)

    def show_context(self, context: Context) -> None:
        self._context = context
        self.setVisible(bool(context.initials or context.photo))
        self.say("Patient", context.initials)
        self.update()

    def paint(self, painter: QPainter) -> None:
        context, box = self._context, QRectF(0, 0, 40, 40)
        ring = QColor(context.colour) if context.colour else color("live")
        paint_box(painter, box, 20, color("surface"), ring, 2)
        inner = box.adjusted(4, 4, -4, -4)
        if context.photo is not None:
            side = min(context.photo.width(), context.photo.height())
            scaled = context.photo.copy((context.photo.width() - side) // 2, 0, side, side).scaled(
                inner.size().toSize() * 2, Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation)
            scaled.setDevicePixelRatio(2.0)
            painter.setPen(Qt.PenStyle.NoPen)
            brush = QBrush(scaled)
            painter.setBrushOrigin(inner.topLeft())
            painter.setBrush(brush)
            painter.drawEllipse(inner)
            return
        paint_box(painter, inner, 16, color("live_tint"))
        paint_text(painter, box, context.initials, text_font(14, 600), color("ink"), CENTRE, elide=False)


class AppBar(Surface):
    """Row one of the window. Signals: ``mark_pressed``, ``tab_chosen(key)``, ``step_chosen(key)``,
    ``pen_pressed``, ``clock_chosen(session_id)``, ``person_pressed``."""

    mark_pressed = Signal()
    tab_chosen = Signal(str)
    step_chosen = Signal(str)
    pen_pressed = Signal()
    clock_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("line below")
        self.setObjectName("appBar")
        self.setFixedHeight(64)
        self._left, self._right, self._tabs = QWidget(self), QWidget(self), QWidget(self)
        self.rail = StepRail()
        self.rail.setParent(self)
        self.rail.step_chosen.connect(self.step_chosen)
        self._frame = "bare"
        self._context: Context | None = None
        self._steps: tuple[Step, ...] | None = None
        self._build_left()
        self._build_right()
        tabs = QHBoxLayout(self._tabs)
        tabs.setContentsMargins(0, 8, 0, 8)
        tabs.setSpacing(3)
        self._tab_buttons: dict[str, _TabButton] = {}
        self._clock_chips: dict[str, _ClockChip] = {}
        self._tabs.hide()
        self.rail.hide()

    def _build_left(self) -> None:
        self._mark = _MarkButton()
        self._mark.clicked.connect(self.mark_pressed)
        self._avatar, self.tag = _Avatar(), FolderTag()
        self._avatar.hide()
        self._title, self._second = TextLine("", "heading"), TextLine("", "caption", "ink2")
        words = QWidget()
        self._words = words
        line = QHBoxLayout(self._left)
        line.setContentsMargins(2, 0, 0, 0)
        line.setSpacing(12)
        for part in (self._mark, self._avatar, words, self.tag):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        words.setFixedHeight(46)
        self._title.setParent(words)
        self._second.setParent(words)

    def _build_right(self) -> None:
        line = QHBoxLayout(self._right)
        line.setContentsMargins(0, 0, 16, 0)
        line.setSpacing(10)
        self._clocks_line = QHBoxLayout()
        self._clocks_line.setSpacing(8)
        self.pen_chip = PenChip()
        self.pen_chip.clicked.connect(self.pen_pressed)
        self._time = TextLine("00:00", "clock", align=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._time.setObjectName("appBar.time")
        self._time.setFixedWidth(76)
        line.addLayout(self._clocks_line)
        line.addWidget(self.pen_chip)
        line.addWidget(self._time)

    # --- what it shows ------------------------------------------------------------------------------------

    def show_context(self, context: Context) -> None:
        """Show whose page this is; costs nothing when unchanged."""
        if context == self._context:
            return
        self._context = context
        self._title.show_text(context.title, style="code_heading" if context.is_code else "heading")
        self._second.show_text(context.second)
        self._avatar.show_context(context)
        self._place()

    def show_mark(self, text: str) -> None:
        """Mark the record: demo, bench, training; empty for a clinic's own."""
        self.tag.show_mark(text)
        self._place()

    def show_time(self, text: str) -> None:
        """Show the time of day, as ``12:32``."""
        self._time.show_text(text)

    def show_pen(self, look: PenLook | None) -> None:
        """Show the pen; None hides the chip."""
        self.pen_chip.setVisible(look is not None)
        if look is not None and look != self.pen_chip.look():
            self.pen_chip.show_pen(look)
            self._place()

    def show_clocks(self, clocks: tuple[SessionClock, ...]) -> None:
        """Show the clocks of other open sessions."""
        if [clock.session_id for clock in clocks] != list(self._clock_chips):
            for old in self._clock_chips.values():
                self._clocks_line.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._clock_chips = {}
            for clock in clocks:
                chip = _ClockChip(clock)
                chip.clicked.connect(partial(self.clock_chosen.emit, clock.session_id))
                self._clocks_line.addWidget(chip)
                self._clock_chips[clock.session_id] = chip
            self._place()
        for clock in clocks:
            self._clock_chips[clock.session_id].show_clock(clock)

    def set_tabs(self, tabs: tuple[Tab, ...]) -> None:
        """Set the desk's tabs."""
        line = self._tabs.layout()
        assert line is not None
        for tab in tabs:
            button = _TabButton(tab)
            button.clicked.connect(partial(self._choose_tab, tab.key))
            line.addWidget(button)
            self._tab_buttons[tab.key] = button

    def _choose_tab(self, key: str) -> None:
        self.light_tab(key)
        self.tab_chosen.emit(key)

    def light_tab(self, key: str) -> None:
        """Light up a tab; empty lights none."""
        for name, button in self._tab_buttons.items():
            button.setChecked(name == key)

    def set_steps(self, steps: tuple[Step, ...]) -> None:
        """Show the treatment's steps; costs nothing when unchanged."""
        if steps != self._steps:
            self._steps = steps
            self.rail.set_steps(steps)
            self._place()

    def set_frame(self, frame: str) -> None:
        """Show the step rail (session), tabs (desk) or nothing (bare) in the middle."""
        if frame != self._frame:
            self._frame = frame
            self._place()

    # --- where it stands -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        width = max(self._title.sizeHint().width(), self._second.sizeHint().width(), 20)
        code = self._title.text() and self._title.sizeHint().height() > 23
        self._words.setFixedWidth(min(width, 230))
        self._title.setGeometry(0, 0 if code else 2, min(width, 230), 25)
        self._second.setGeometry(0, 26, min(width, 230), 18)
        left_layout, right_layout = self._left.layout(), self._right.layout()
        assert left_layout is not None and right_layout is not None
        left_layout.invalidate()
        right_layout.invalidate()
        left, right = self._left.sizeHint().width(), self._right.sizeHint().width()
        self._left.setGeometry(0, 0, left, 63)
        self._right.setGeometry(self.width() - right, 0, right, 63)
        self._tabs.setVisible(self._frame == "desk")
        self.rail.setVisible(self._frame == "session")
        if self._frame == "bare":
            return
        middle: QWidget = self.rail if self._frame == "session" else self._tabs
        free_left, free_right = left + GAP_PX, self.width() - right - GAP_PX
        brief = sum(one.wide_px(False) + 3 for one in self._tab_buttons.values()) > free_right - free_left
        for one in self._tab_buttons.values():
            one.set_brief(brief)
        wanted = min(middle.sizeHint().width(), max(free_right - free_left, middle.minimumSizeHint().width()))
        x = min(max((self.width() - wanted) // 2, free_left), max(free_right - wanted, free_left))
        middle.setGeometry(x, 0, wanted, 63 if self._frame == "session" else 64)
