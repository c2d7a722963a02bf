"""The status line, which is also the alarm line: same place, same height, always."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from ui.fonts import tabular_font
from ui.icons import paint_icon
from ui.page import AlarmText, Chip, StatusText
from ui.paint import (
    PaintedWidget,
    paint_alarm_sign,
    paint_box,
    paint_focus,
    paint_line,
    paint_text,
    rounded_path,
    text_width,
)
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import TextLine

ALARM_LOOKS = {"low": ("al_low", "on_low", 1, 0), "medium": ("al_med", "on_med", 2, 1000),
               "high": ("al_high", "on_high", 3, 250)}  # fill, ink, marks, half period in ms (0: steady)
_NOTICE = {"stop": ("stop_tint", "stop", "stop"), "caution": ("caution_tint", "caution", "caution"),
           "pause": ("live_tint", "live", "pause")}  # fill, ink, icon


class _Lead(PaintedWidget):
    """The mark at the left: a dot, a notice's icon or the alarm sign on its flashing strip."""

    def __init__(self) -> None:
        super().__init__()
        self.look, self.lit = "", False
        self.setFixedSize(20, 56)

    def show_look(self, look: str) -> None:
        if look != self.look:
            self.look = look
            self.setFixedWidth({"": 20, "dot": 50}.get(look.split(":")[0], 66))
            self.update()

    def paint(self, painter: QPainter) -> None:
        kind, _, what = self.look.partition(":")
        if kind == "dot":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(what))
            painter.drawEllipse(QPointF(27, 28), 7, 7)
        elif kind == "notice":
            _fill, ink, sign = _NOTICE[what]
            paint_icon(painter, sign, QRectF(22, 15, 26, 26), ink)
        elif kind == "alarm":
            fill, ink, marks, _half = ALARM_LOOKS[what]
            if self.lit:
                painter.fillRect(self.rect(), color(ink))
            paint_alarm_sign(painter, QRectF(20, 9, 38, 38), marks, color(fill if self.lit else ink))


class _AlarmButton(Button):
    """A button on an alarm's fill, 56 px high with the line as its ground."""

    def __init__(self, text: str, name: str, icon: str = "", solid: bool = True) -> None:
        super().__init__(text, icon=icon, size="nav", name=name)
        self.priority, self._solid = "medium", solid

    def paint(self, painter: QPainter) -> None:
        fill, ink, _marks, _half = ALARM_LOOKS[self.priority]
        box = self.rect().toRectF().adjusted(0, 6, 0, -6)
        solid = self._solid != self.isDown()
        paint_box(painter, box, 10, color(ink) if solid else color(fill), color(ink))
        if self._ring:
            paint_focus(painter, box.adjusted(3, 3, -3, -3), 8)
        on_ink = color(fill) if self.priority == "high" else color("on_high")
        if self._share > 0:
            self._paint_share(painter, box, color(fill if solid else ink, 0.45))
        self._paint_group(painter, self.rect().toRectF(), on_ink if solid else color(ink))


    def _paint_share(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        painter.save()
        painter.setClipPath(rounded_path(box, 10))
        painter.fillRect(QRectF(box.left(), box.top(), box.width() * self._share, box.height()), ink)
        painter.restore()


class StatusLine(QFrame):
    """One sentence left, facts right; in an alarm the same strip changes colour and text.

    ``acknowledged(alarm_id)`` and ``sound_paused(alarm_id)`` tell the two alarm buttons.
    """

    acknowledged = Signal(str)
    sound_paused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setFixedHeight(56)
        self._status = StatusText()
        self._alarm_now: AlarmText | None = None
        self._lead = _Lead()
        self._title = TextLine("", "status")
        self._detail = TextLine("", "body")
        self._left_slot, self._right_slot = _Slot(), _Slot()
        self._facts, self._chips = _Facts(), _Slot()
        self._pause = _AlarmButton("Pause sound, 2 min", "alarm.pauseSound", "belloff", solid=False)
        self._acknowledge = _AlarmButton("Acknowledge", "alarm.acknowledge")
        self._pause.triggered.connect(self._pause_sound)
        self._acknowledge.triggered.connect(self._acknowledge_it)
        self._flash = QTimer(self)
        self._flash.timeout.connect(self._toggle)
        self._arrange()
        self.show_status(self._status)
        self._dress()

    def _arrange(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 16, 0)
        line.setSpacing(0)
        line.addWidget(self._lead)
        line.addWidget(self._title)
        line.addSpacing(16)
        line.addWidget(self._detail)
        line.addWidget(self._left_slot)
        line.addStretch(1)
        line.addWidget(self._facts)
        for part in (self._chips, self._right_slot):
            line.addWidget(part)
        self._buttons = QWidget()
        pair = QHBoxLayout(self._buttons)
        pair.setContentsMargins(16, 0, 0, 0)
        pair.setSpacing(16)
        pair.addWidget(self._pause)
        pair.addWidget(self._acknowledge)
        line.addWidget(self._buttons)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._detail.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    # --- calm -----------------------------------------------------------------------------------------

    def show_status(self, status: StatusText) -> None:
        """Show a page's words; an alarm stays above them."""
        if status != self._status:
            self._status = status
            self._dress()

    def show_slots(self, left: QWidget | None, right: QWidget | None) -> None:
        """Put a page's own widgets at the left and right."""
        self._left_slot.put([left] if left else [])
        self._right_slot.put([right] if right else [])
        self._dress()

    # --- alarm ----------------------------------------------------------------------------------------

    def show_alarm(self, alarm: AlarmText | None) -> None:
        """Become the alarm's banner, or calm again with None."""
        if alarm == self._alarm_now:
            return
        self._alarm_now = alarm
        half_ms = 0 if alarm is None or alarm.ended else ALARM_LOOKS[alarm.priority][3]
        if half_ms and self._flash.interval() != half_ms:
            self._flash.setInterval(half_ms)
        if half_ms and not self._flash.isActive():
            self._flash.start()
        if not half_ms:
            self._flash.stop()
            self._lead.lit = False
        self._dress()

    def show_hold(self, share: float) -> None:
        """Fill Acknowledge while a foot holds the pedal for it, 0 to 1."""
        self._acknowledge.set_held_share(share)

    @property
    def alarm(self) -> AlarmText | None:
        """The alarm shown, or None."""
        return self._alarm_now

    @property
    def status(self) -> StatusText:
        """The calm words, also while an alarm covers them."""
        return self._status

    def _toggle(self) -> None:
        self._lead.lit = not self._lead.lit
        self._lead.update()

    def _pause_sound(self) -> None:
        if self._alarm_now:
            self.sound_paused.emit(self._alarm_now.alarm_id)

    def _acknowledge_it(self) -> None:
        if self._alarm_now:
            self.acknowledged.emit(self._alarm_now.alarm_id)

    def free_room(self) -> QRect:
        """Give the room between the words and what stands at the right, in the line's coordinates."""
        line = self.layout()
        assert line is not None
        line.activate()
        left = [part for part in (self._lead, self._title, self._detail, self._left_slot) if not part.isHidden()]
        right = [part for part in (self._facts, self._chips, self._right_slot, self._buttons) if not part.isHidden()]
        start = max(part.geometry().right() + 1 for part in left) + 16
        end = min((part.geometry().left() for part in right), default=self.width() - 16)
        return QRect(start, 4, end - start - (16 if right else 0), 48)

    # --- dressing -------------------------------------------------------------------------------------

    def _dress(self) -> None:
        alarm = self._alarm_now
        calm = alarm is None
        for part in (self._left_slot, self._right_slot, self._chips, self._facts):
            part.setVisible(calm and part.filled)
        self._pause.setVisible(alarm is not None and alarm.priority == "medium" and not alarm.ended
                               and not alarm.sound_paused)
        self._acknowledge.setVisible(alarm is not None and not alarm.ended)
        self._buttons.setVisible(not self._pause.isHidden() or not self._acknowledge.isHidden())
        if alarm is None:
            self._dress_calm()
        else:
            self._dress_alarm(alarm)
        self.update()

    def _dress_calm(self) -> None:
        status = self._status
        tone = _NOTICE[status.notice][1] if status.notice else "ink"
        self._title.show_text(status.title, tone, "status")
        self._detail.show_text(status.detail, tone if status.notice else "ink2", "body")
        self._detail.setVisible(bool(status.detail))
        self._title.setVisible(bool(status.title))
        look = f"notice:{status.notice}" if status.notice else f"dot:{status.dot}" if status.dot else ""
        self._lead.show_look(look)
        self._facts.show_facts(status.facts, tone if status.notice else "ink2")
        self._chips.put([_tag(chip) for chip in status.chips] if self._chips.chips != status.chips else None)
        self._chips.chips = status.chips
        self._facts.setVisible(bool(status.facts))
        self._chips.setVisible(bool(status.chips))
        self.setAccessibleName(f"Status: {status.title}. {status.detail} {', '.join(status.facts)}".strip())

    def _dress_alarm(self, alarm: AlarmText) -> None:
        ink = ALARM_LOOKS[alarm.priority][1]
        title = f"{alarm.whose}: {alarm.title}" if alarm.whose else alarm.title
        more = f"  and {alarm.more} more" if alarm.more else ""
        self._title.show_text(title, ink, "alarm")
        self._detail.show_text(alarm.detail + more, ink, "lead")
        self._title.show()
        self._detail.setVisible(bool(alarm.detail + more))
        self._lead.show_look(f"alarm:{alarm.priority}")
        self._pause.priority = self._acknowledge.priority = alarm.priority
        self.setAccessibleName(f"Alarm, {alarm.priority}: {title}. {alarm.detail}{more}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = "surface"
        if self._alarm_now:
            fill = ALARM_LOOKS[self._alarm_now.priority][0]
        elif self._status.notice:
            fill = _NOTICE[self._status.notice][0]
        painter.fillRect(self.rect(), color(fill))
        if not self._alarm_now:
            bottom = self.height() - 0.5
            paint_line(painter, QPointF(0, bottom), QPointF(self.width(), bottom), color("line"))
        painter.end()


def _tag(chip: Chip) -> Tag:
    return Tag(chip.text, chip.kind, chip.icon)


class _Slot(QWidget):
    """A place in the line for widgets that come and go with the page."""

    def __init__(self) -> None:
        super().__init__()
        self.chips: tuple[Chip, ...] = ()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(16, 0, 0, 0)
        self._line.setSpacing(16)
        self._held: list[QWidget] = []

    @property
    def filled(self) -> bool:
        """Tell whether anything stands here."""
        return bool(self._held)

    def put(self, widgets: list[QWidget] | list[Tag] | None) -> None:
        """Place these widgets instead of the former ones; None leaves all as it is."""
        if widgets is None:
            return
        for old in self._held:
            self._line.removeWidget(old)
            if isinstance(old, Tag):
                old.hide()  # it lives on until the event loop turns
                old.deleteLater()
            else:
                old.setParent(None)
        self._held = list(widgets)
        for new in widgets:
            self._line.addWidget(new)
            new.show()


class _Facts(PaintedWidget):
    """Facts at the right, parted by hairlines."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[str, ...] = ()
        self._tone = "ink2"
        self.setFixedHeight(56)

    @property
    def filled(self) -> bool:
        """Tell whether there is a fact to show."""
        return bool(self._facts)

    def show_facts(self, facts: tuple[str, ...], tone: str) -> None:
        """Show these facts."""
        if (facts, tone) != (self._facts, self._tone):
            self._facts, self._tone = facts, tone
            self.setFixedWidth(self._needed())
            self.say("Facts", ", ".join(facts))
            self.update()

    def _needed(self) -> int:
        return int(sum(text_width(fact, tabular_font(16)) + 33 for fact in self._facts)) + 4

    def paint(self, painter: QPainter) -> None:
        right = self.width() - 4.0
        for number, fact in enumerate(reversed(self._facts)):
            if number:
                right -= 16.5
                paint_line(painter, QPointF(right, 13), QPointF(right, 43), color("line"))
                right -= 16.5
            width = text_width(fact, tabular_font(16)) + 1
            paint_text(painter, QRectF(right - width, 0, width, 56), fact, tabular_font(16), color(self._tone),
                       elide=False)
            right -= width
