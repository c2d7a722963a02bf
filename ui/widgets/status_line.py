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


class _LineButton(Button):
    """A button in the line: on an alarm's fill, or in calm (no priority) on white; 56 px to touch, 44 to see."""

    def __init__(self, text: str, name: str, icon: str = "", solid: bool = True) -> None:
        super().__init__(text, icon=icon, size="nav", name=name)
        self.priority, self._solid = "", solid
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paint(self, painter: QPainter) -> None:
        fill, ink = ALARM_LOOKS[self.priority][:2] if self.priority else ("surface", "ink")
        box = self.rect().toRectF().adjusted(0, 6, 0, -6)
        solid = self._solid != self.isDown()
        edge = color(ink) if self.priority else color("border")
        paint_box(painter, box, 10, color(ink) if solid else color(fill), edge)
        if self._ring:
            paint_focus(painter, box.adjusted(3, 3, -3, -3), 8)
        on_ink = color("on_high") if self.priority in ("low", "medium") else color(fill)
        if self._share > 0:
            self._paint_share(painter, box, color(fill if solid else ink, 0.45))
        self._paint_group(painter, self.rect().toRectF(), on_ink if solid else color(ink))

    def _paint_share(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        painter.save()
        painter.setClipPath(rounded_path(box, 10))
        painter.fillRect(QRectF(box.left(), box.top(), box.width() * self._share, box.height()), ink)
        painter.restore()


class _PauseLeft(PaintedWidget):
    """How long the sounds are still paused, counting down: in sight while they are; high alarms sound on."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("alarm.pauseLeft")
        self.left_s, self.priority = 0, ""
        self.setFixedHeight(56)
        self.hide()

    def show_left(self, left_s: int) -> None:
        """Show the seconds left; 0 takes it away."""
        if left_s != self.left_s:
            self.left_s = left_s
            self.say("Alarm sound paused", f"{self.words} left")
            self.setFixedWidth(round(text_width("00:00", tabular_font(18, 600))) + 48)
            self.update()

    @property
    def words(self) -> str:
        """Give the time left in minutes and seconds."""
        return f"{self.left_s // 60}:{self.left_s % 60:02d}"

    def paint(self, painter: QPainter) -> None:
        ink = ALARM_LOOKS[self.priority][1] if self.priority else "ink2"
        paint_icon(painter, "belloff", QRectF(18, 17, 22, 22), ink)
        paint_text(painter, QRectF(46, 0, self.width() - 46, 56), self.words, tabular_font(18, 600), color(ink),
                   elide=False)


class StatusLine(QFrame):
    """One sentence left, facts right; in an alarm the same strip changes colour and text.

    ``acknowledged(alarm_id)`` and ``sound_paused(alarm_id)`` tell the two alarm buttons, ``history_wanted()``
    the one that counts the session's alarms.
    """

    acknowledged = Signal(str)
    sound_paused = Signal(str)
    history_wanted = Signal()

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
        self._pause = _LineButton("Pause sound, 2 min", "alarm.pauseSound", "belloff", solid=False)
        self._acknowledge = _LineButton("Acknowledge", "alarm.acknowledge")
        self._pause.triggered.connect(self._pause_sound)
        self._acknowledge.triggered.connect(self._acknowledge_it)
        self._pause_left = _PauseLeft()
        self._count = 0
        self._history = _LineButton("", "alarm.history", "list", solid=False)
        self._history.triggered.connect(self.history_wanted)
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
        for button in (self._pause, self._history, self._acknowledge):
            pair.addWidget(button)
        line.addWidget(self._pause_left)
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
        half_ms = 0 if alarm is None or alarm.ended or alarm.answered else ALARM_LOOKS[alarm.priority][3]
        if half_ms and self._flash.interval() != half_ms:
            self._flash.setInterval(half_ms)
        if half_ms and not self._flash.isActive():
            self._flash.start()
        if not half_ms:
            self._flash.stop()
            self._lead.lit = False
        self._dress()

    def offer_pause(self, lasts: str) -> None:
        """Say on the button how long a pause of the sounds lasts: «2 min»."""
        self._pause.show_words(f"Pause sound, {lasts}")

    def show_pause(self, left_s: int) -> None:
        """Count down how long the sounds are paused; 0: they are not."""
        if left_s != self._pause_left.left_s:
            began_or_ended = bool(left_s) != bool(self._pause_left.left_s)
            self._pause_left.show_left(left_s)
            if began_or_ended:
                self._dress()

    def show_count(self, count: int) -> None:
        """Offer the list of the session's alarms, so many; 0: there is none to offer."""
        if count != self._count:
            self._count = count
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

    def button_in_need(self) -> QWidget | None:
        """Give the button that answers a high alarm, None where there is none to answer."""
        alarm = self._alarm_now
        needed = alarm is not None and alarm.priority == "high" and not alarm.answered
        return self._acknowledge if needed else None

    def free_room(self) -> QRect:
        """Give the room between the words and what stands at the right, in the line's coordinates."""
        line = self.layout()
        assert line is not None
        line.activate()
        left = [part for part in (self._lead, self._title, self._detail, self._left_slot) if not part.isHidden()]
        right = [part for part in (self._facts, self._chips, self._right_slot, self._pause_left,
                                   self._buttons) if not part.isHidden()]
        start = max(part.geometry().right() + 1 for part in left) + 16
        end = min((part.geometry().left() for part in right), default=self.width() - 16)
        return QRect(start, 4, end - start - (16 if right else 0), 48)

    # --- dressing -------------------------------------------------------------------------------------

    def _dress(self) -> None:
        alarm = self._alarm_now
        calm = alarm is None
        for slot in (self._left_slot, self._right_slot, self._chips, self._facts):
            slot.setVisible(calm and slot.filled)
        waits = alarm is not None and not alarm.answered
        self._pause.setVisible(waits and alarm is not None and alarm.priority == "medium" and not alarm.ended
                               and not self._pause_left.left_s)
        self._acknowledge.setVisible(waits)
        self._dress_history(calm)
        buttons = (self._pause, self._history, self._acknowledge)
        self._buttons.setVisible(any(not one.isHidden() for one in buttons))
        self._pause_left.setVisible(self._pause_left.left_s > 0 and (alarm is None or alarm.priority != "high"))
        for part in (*buttons, self._pause_left):
            part.priority = alarm.priority if alarm is not None else ""
            part.update()
        if alarm is None:
            self._dress_calm()
        else:
            self._dress_alarm(alarm)
        for whole in (self._buttons, self):  # at once: a button must not be cut for a frame
            layout = whole.layout()
            if layout is not None:
                layout.activate()
        self.update()

    def _dress_history(self, calm: bool) -> None:
        words = f"{self._count} alarm" if self._count == 1 else f"{self._count} alarms"
        self._history.show_words(words if calm else str(self._count))
        self._history.setAccessibleName(f"Show the {words} of this session")
        self._history.setVisible(self._count > 0)

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
        self._homes: list[QWidget | None] = []  # whose each was before: it goes back, and dies with its page

    @property
    def filled(self) -> bool:
        """Tell whether anything stands here."""
        return bool(self._held)

    def put(self, widgets: list[QWidget] | list[Tag] | None) -> None:
        """Place these widgets instead of the former ones; None leaves all as it is."""
        if widgets is None:
            return
        for old, home in zip(self._held, self._homes, strict=True):
            self._line.removeWidget(old)
            old.hide()  # else it lives on for a moment, or comes up again with its page
            if isinstance(old, Tag):
                old.deleteLater()
            else:
                old.setParent(home)
        self._held = list(widgets)
        self._homes = [one.parentWidget() for one in widgets]
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
