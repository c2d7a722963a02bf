"""Buttons: two lines, icons, pedal hints, hold to confirm; chips and the switch."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from console.domain.clock import Clock
from console.services.clocks import SystemClock
from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import LEFT, paint_box, paint_focus, paint_text, rounded_path, size_of, text_width
from ui.theme import color, mixed, pressed_fill

_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_EMPTY_MS = 120


@dataclass(frozen=True)
class _Size:
    height: int
    radius: int
    padding: int
    text_px: int
    icon_px: int


SIZES = {
    "l": _Size(64, 12, 24, 18, 24),
    "nav": _Size(56, 12, 18, 16, 20),
    "m": _Size(48, 10, 16, 16, 20),
    "s": _Size(44, 10, 14, 15, 18),
}


class PaintedButton(QAbstractButton):
    """A button that paints itself and shows the focus ring only to the keyboard."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._ring = self._typing = False

    def event(self, event: QEvent) -> bool:
        self._typing = event.type() == QEvent.Type.KeyPress
        try:
            return super().event(event)
        finally:
            self._typing = False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Pass the focus on for the keyboard only; a button that is locked or hidden just lets go of it."""
        if self._typing:
            return super().focusNextPrevChild(forward)
        self.clearFocus()
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Paint the button."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)


class Button(PaintedButton):
    """A button of the house: ``kind`` normal, primary, pause, quiet, live, stop or plain (no edge).

    ``triggered`` fires on a click or, with ``hold``, once it has been held for ``hold_ms``.
    ``hold_progress`` tells the share held, 0 to 1. ``size``: l 64, nav 56, m 48, s 44 px high.
    """

    triggered = Signal()
    hold_progress = Signal(float)

    def __init__(self, text: str = "", icon: str = "", kind: str = "normal", size: str = "m", hint: str = "",
                 trailing: str = "", hold: bool = False, hold_ms: int = 1000, name: str = "",
                 clock: Clock | None = None, pedal: bool = False) -> None:
        super().__init__(name)
        self._icon, self._kind, self._hint, self._trailing = icon, kind, hint, trailing
        self._size, self._pedal = SIZES[size], pedal
        self._hold, self._hold_ms = hold, hold_ms
        self._clock = clock or SystemClock()
        self._since_s: float | None = None
        self._share, self._fired = 0.0, False
        self._beat = QTimer(self)
        self._beat.setInterval(16)
        self._beat.timeout.connect(self.poll)
        self.setFixedHeight(self._size.height)
        self.setText(text)
        self.setAccessibleName(text or icon.capitalize())
        self.setAccessibleDescription(hint)
        self.clicked.connect(self._clicked)
        self.pressed.connect(self._down)
        self.released.connect(self._up)

    # --- what it shows ---------------------------------------------------------------------------

    def show_words(self, text: str, hint: str = "", icon: str | None = None, kind: str = "") -> None:
        """Change the words (and icon, kind); costs nothing when unchanged."""
        wanted = (text, hint, self._icon if icon is None else icon, kind or self._kind)
        if wanted != (self.text(), self._hint, self._icon, self._kind):
            self.setText(text)
            _text, self._hint, self._icon, self._kind = wanted
            self.setAccessibleName(text or self._icon.capitalize())
            self.setAccessibleDescription(hint)
            self.updateGeometry()
            self.update()

    def set_trailing(self, icon: str) -> None:
        """Set the icon at the right end."""
        self._trailing = icon
        self.update()

    def set_pedal(self, pedal: bool) -> None:
        """Show the pedal before the hint."""
        self._pedal = pedal
        self.update()

    def set_hold(self, hold: bool, hold_ms: int = 1000) -> None:
        """Ask for a hold instead of a click."""
        self._hold, self._hold_ms = hold, hold_ms

    @property
    def hint(self) -> str:
        """The second line."""
        return self._hint

    @property
    def held_share(self) -> float:
        """How far the hold has come, 0 to 1."""
        return self._share

    def set_held_share(self, share: float) -> None:
        """Show a hold that comes from elsewhere (the pedal), 0 to 1."""
        self._share = share
        self.update()

    # --- the hold ---------------------------------------------------------------------------------

    def _clicked(self) -> None:
        if not self._hold:
            self.triggered.emit()

    def _down(self) -> None:
        if self._hold and self._since_s is None:
            self._fired = False
            self._since_s = self._clock.monotonic_s()
            self._beat.start()

    def _up(self) -> None:
        self._since_s = None

    def poll(self) -> None:
        """Move the hold on; the button's own beat calls it."""
        if self._since_s is not None and self.isDown():
            self._share = min((self._clock.monotonic_s() - self._since_s) * 1000 / self._hold_ms, 1.0)
        else:
            self._since_s = None
            self._share = max(self._share - 16 / _EMPTY_MS, 0.0)
            if self._share <= 0:
                self._beat.stop()
        self.hold_progress.emit(self._share)
        self.update()
        if self._share >= 1.0 and not self._fired:
            self._fired = True
            self._since_s = None
            self.setDown(False)
            self.triggered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hold and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.setDown(True)
                self._down()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._hold and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.setDown(False)
                self._up()
            return
        super().keyReleaseEvent(event)

    # --- the looks ----------------------------------------------------------------------------------

    def _fonts(self) -> tuple[QFont, QFont]:
        return text_font(self._size.text_px, 600), text_font(13, 500)

    def _words_width(self) -> float:
        words, small = self._fonts()
        second = text_width(self._hint, small) + (20 if self._pedal else 0) if self._hint else 0.0
        return max(text_width(self.text(), words) + 1, second)

    def _shown_icon(self) -> str:
        if not self.isEnabled() and self._kind == "primary":
            return "lock"
        return self._icon

    def _group_width(self) -> float:
        lead = self._size.icon_px + (10 if self._size.height < 60 else 14) if self._shown_icon() else 0
        return lead + self._words_width() if self.text() else self._size.icon_px

    def sizeHint(self) -> QSize:
        if not self.text():
            return QSize(self._size.height + 4, self._size.height)
        tail = 16 + self._size.icon_px if self._trailing and self.isEnabled() else 0
        return size_of(self._group_width() + 2 * self._size.padding + tail, self._size.height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor, float]:
        """Give fill, edge, ink and edge width."""
        if not self.isEnabled():
            return color("sunken"), color("line"), color("ink3"), 1.0
        return _kind_colours(self._kind, self.isDown())

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        fill, edge, ink, width = self._colours()
        paint_box(painter, box, self._size.radius, fill, edge, width)
        if self._share > 0:
            self._paint_hold(painter, box)
        if self._ring:
            paint_focus(painter, box, self._size.radius, self._kind == "primary")
        self._paint_group(painter, box, ink)

    def _paint_hold(self, painter: QPainter, box: QRectF) -> None:
        painter.save()
        painter.setClipPath(rounded_path(box, self._size.radius))
        on_fill = self._kind in ("primary", "stop")
        painter.fillRect(QRectF(0, 0, box.width() * self._share, box.height()),
                         color("live") if on_fill else color("live_tint"))
        painter.restore()

    def _paint_group(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        size, shown = self._size, self._shown_icon()
        icon_box = QRectF(0, 0, size.icon_px, size.icon_px)
        icon_box.moveTop((box.height() - size.icon_px) / 2)
        tail = bool(self._trailing) and self.isEnabled()
        left = size.padding if tail else max((box.width() - self._group_width()) / 2, 8)
        if shown:
            icon_box.moveLeft(left)
            paint_icon(painter, shown, icon_box, ink)
            left = icon_box.right() + (10 if size.height < 60 else 14)
        if tail:
            icon_box.moveLeft(box.width() - size.padding - size.icon_px + 4)
            paint_icon(painter, self._trailing, icon_box, ink)
        if self.text():
            room = (icon_box.left() - 8 if tail else box.width() - 8) - left
            self._paint_words(painter, QRectF(left, 0, room, box.height()), ink)

    def _paint_words(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        words, small = self._fonts()
        if not self._hint:
            paint_text(painter, box, self.text(), words, ink)
            return
        middle = box.center().y()
        gap = 1 if self._size.height >= 60 else -1
        paint_text(painter, QRectF(box.left(), middle - 22 - gap, box.width(), 24), self.text(), words, ink)
        second = QColor(ink)
        second.setAlphaF(0.82 if self._kind == "primary" else 0.78)
        left = box.left()
        if self._pedal:
            paint_icon(painter, "pedal", QRectF(left, middle + 4, 16, 16), second)
            left += 20
        paint_text(painter, QRectF(left, middle + 3, box.right() - left, 18), self._hint, small, second)


def _kind_colours(kind: str, down: bool) -> tuple[QColor | None, QColor | None, QColor, float]:
    surface = pressed_fill() if down else color("surface")
    looks: dict[str, tuple[QColor | None, QColor | None, QColor, float]] = {
        "normal": (surface, color("border"), color("ink"), 1.0),
        "quiet": (surface, color("line"), color("ink"), 1.0),
        "pause": (surface, color("ink"), color("ink"), 2.0),
        "primary": (mixed("action", "surface", 0.2) if down else color("action"), None, color("on_action"), 1.0),
        "live": (color("live_tint"), color("live"), color("live"), 1.0),
        "stop": (mixed("stop", "surface", 0.2) if down else color("stop"), None, color("surface"), 1.0),
        "plain": (pressed_fill() if down else None, None, color("ink"), 1.0),
        "tab": (pressed_fill(), None, color("ink"), 1.0),
    }
    return looks[kind]


class ConfirmHold(Button):
    """A button that acts only when held for a second; ``confirmed`` fires once. Locked when disabled."""

    confirmed = Signal()

    def __init__(self, text: str = "Hold to confirm", icon: str = "check", hint: str = "", name: str = "",
                 kind: str = "primary", size: str = "l", hold_ms: int = 1000, clock: Clock | None = None) -> None:
        super().__init__(text, icon, kind, size, hint, hold=True, hold_ms=hold_ms, name=name, clock=clock)
        self.triggered.connect(self.confirmed)


class ChoiceChip(PaintedButton):
    """A chip that is on or off; ``toggled(bool)`` as any checkable button, ``chosen(bool)`` by hand only."""

    chosen = Signal(bool)

    def __init__(self, text: str, icon: str = "", checked: bool = False, name: str = "", tick: bool = True,
                 height: int = 48) -> None:
        super().__init__(name)
        self._icon, self._tick = icon, tick
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setFixedHeight(height)
        self.clicked.connect(self.chosen)

    def _shown(self) -> str:
        return self._icon or ("check" if self.isChecked() and self._tick else "")

    def sizeHint(self) -> QSize:
        lead = 26 if self._icon or self._tick else 0
        return size_of(text_width(self.text(), text_font(15, 600)) + lead + 30, self.height())

    def minimumSizeHint(self) -> QSize:
        lead = 20 if self._shown() else 0
        return size_of(text_width(self.text(), text_font(15, 600)) + lead + 16, self.height())

    def paint(self, painter: QPainter) -> None:
        box, on = self.rect().toRectF(), self.isChecked()
        radius = box.height() / 2
        if not self.isEnabled():
            fill, edge = color("live_tint" if on else "sunken"), color("line")
            ink = color("live" if on else "ink3")
        elif on:
            fill, edge, ink = color("live_tint"), color("live"), color("live")
        else:
            fill = pressed_fill() if self.isDown() else color("surface")
            edge, ink = color("border"), color("ink")
        paint_box(painter, box, radius, fill, edge)
        if self._ring:
            paint_focus(painter, box, radius)
        font = text_font(15, 600 if on else 500)
        width = text_width(self.text(), font)
        lead = (26 if box.width() - width > 46 else 20) if self._shown() else 0
        left = max((box.width() - width - lead) / 2, 6)
        if lead:
            paint_icon(painter, self._shown(), QRectF(left - 2, (box.height() - 20) / 2, 20, 20), ink)
        paint_text(painter, QRectF(left + lead, 0, box.width() - left - lead - 2, box.height()), self.text(),
                   font, ink, LEFT)


class Switch(PaintedButton):
    """An on/off switch, 64 by 48 px to touch; ``toggled(bool)``."""

    def __init__(self, label: str = "", checked: bool = False, name: str = "") -> None:
        super().__init__(name)
        self.setAccessibleName(label)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setFixedSize(64, 48)

    def paint(self, painter: QPainter) -> None:
        track = QRectF(0, 6, 64, 36)
        on = self.isChecked()
        fill = color("live") if on else color("sunken")
        paint_box(painter, track, 18, fill, color("live") if on else color("border"))
        if self._ring:
            paint_focus(painter, QRectF(self.rect()), 20)
        painter.setBrush(color("on_live") if on else color("border"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(46 if on else 18, 24), 14, 14)


class TapArea(QObject):
    """Makes any widget act on a tap: ``TapArea(widget).tapped.connect(...)``."""

    tapped = Signal()

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease:
            self.tapped.emit()
        return False
