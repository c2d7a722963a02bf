"""Small marks: tags, course and interval, pass bars, seal, depth against plan."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from ui.fonts import code_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, PaintedWidget, paint_box, paint_text, size_of, text_width
from ui.theme import color, mixed

_TAGS = {
    "done": ("done_tint", "done"),
    "live": ("live_tint", "live"),
    "caution": ("caution_tint", "caution"),
    "stop": ("stop_tint", "stop"),
    "neutral": ("canvas", "ink2"),
    "plain": ("surface", "live"),
}


class Tag(PaintedWidget):
    """A word on a tint: ``kind`` done, live, caution, stop, neutral; ``icon`` a name, ``dot`` or empty."""

    def __init__(self, text: str = "", kind: str = "neutral", icon: str = "") -> None:
        super().__init__()
        self._text, self._kind, self._icon = text, kind, icon
        self.setFixedHeight(28)
        self.say(text)

    def show_tag(self, text: str, kind: str = "", icon: str = "") -> None:
        """Change words, kind and icon."""
        wanted = (text, kind or self._kind, icon)
        if wanted != (self._text, self._kind, self._icon):
            self._text, self._kind, self._icon = wanted
            self.say(text)
            self.setFixedWidth(self.sizeHint().width())
            self.update()

    def text(self) -> str:
        """Give the words."""
        return self._text

    def sizeHint(self) -> QSize:
        lead = {"": 0, "dot": 14}.get(self._icon, 21)
        return size_of(text_width(self._text, text_font(14, 500)) + 20 + lead, 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        paint_tag(painter, QRectF(0, 0, self.sizeHint().width(), 28), self._text, self._kind, self._icon)


def tag_width(text: str, icon: str = "") -> int:
    """Give the width a painted tag needs."""
    lead = {"": 0, "dot": 14}.get(icon, 21)
    return int(text_width(text, text_font(14, 500)) + 20 + lead + 0.999)


def paint_tag(painter: QPainter, box: QRectF, text: str, kind: str, icon: str = "") -> None:
    """Paint a tag into a box 28 px high (for delegates)."""
    tint, ink_token = _TAGS[kind]
    edge = color(ink_token) if color(tint) == color("surface") else None
    paint_box(painter, box, box.height() / 2, color(tint), edge)
    left = box.left() + 10
    if icon == "dot":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(ink_token))
        painter.drawEllipse(QPointF(left + 4, box.center().y()), 4, 4)
        left += 14
    elif icon:
        paint_icon(painter, icon, QRectF(left, box.center().y() - 8, 16, 16), ink_token)
        left += 21
    paint_text(painter, QRectF(left, box.top(), box.right() - left, box.height()), text, text_font(14, 500),
               color(ink_token), LEFT, elide=False)


class CourseBar(PaintedWidget):
    """Sessions of a course: done green, today cobalt, to come hollow. ``wide`` stretches the pills."""

    def __init__(self, done: int = 0, length: int = 0, current: bool = False, wide: bool = False) -> None:
        super().__init__()
        self._done, self._length, self._current, self._wide = done, length, current, wide
        self.setFixedHeight(10)
        self._say()

    def show_course(self, done: int, length: int, current: bool = False) -> None:
        """Show ``done`` of ``length`` sessions; ``current`` marks the one under way."""
        self._done, self._length, self._current = done, length, current
        self._say()
        self.updateGeometry()
        self.update()

    def _say(self) -> None:
        self.say("Course", f"{self._done} of {self._length} sessions done")

    def sizeHint(self) -> QSize:
        return QSize(self._length * 18, 10)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        if not self._wide:
            box.setWidth(self._length * 18)
        paint_course(painter, box, self._done, self._length, self._current)


def paint_course(painter: QPainter, box: QRectF, done: int, length: int, current: bool) -> None:
    """Paint a course's pills over the width of a box."""
    if length <= 0:
        return
    gap = 4 if box.width() / length < 30 else 6
    width = (box.width() - gap * (length - 1)) / length
    for number in range(length):
        pill = QRectF(box.left() + number * (width + gap), box.center().y() - 4.5, width, 9)
        if number < done:
            paint_box(painter, pill, 4.5, color("done"))
        elif number == done and current:
            paint_box(painter, pill, 4.5, color("live"))
        else:
            paint_box(painter, pill, 4.5, None, color("border"))


class IntervalScale(PaintedWidget):
    """Days since the last session against the recommended window (days)."""

    def __init__(self, days: int | None = None, window: tuple[int, int] = (0, 0)) -> None:
        super().__init__()
        self._days, self._window = days, window
        self.setMinimumSize(80, 16)
        self.setFixedHeight(16)
        self.show_interval(days, window)

    def show_interval(self, days: int | None, window: tuple[int, int]) -> None:
        """Show days since the last session; None: first session."""
        self._days, self._window = days, window
        if days is not None:
            early = ", early" if days < window[0] else ""
            self.say("Since last session", f"{days} days{early}, window {window[0]} to {window[1]} days")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 16)

    def paint(self, painter: QPainter) -> None:
        paint_interval(painter, self.rect().toRectF(), self._days, self._window)


def paint_interval(painter: QPainter, box: QRectF, days: int | None, window: tuple[int, int]) -> None:
    """Paint the interval scale; its full width is 1.4 times the window's end."""
    if days is None or window[1] <= 0:
        return
    span = window[1] * 1.4
    middle = box.center().y()
    paint_box(painter, QRectF(box.left(), middle - 2, box.width(), 4), 2, color("line"))
    low, high = (box.left() + box.width() * edge / span for edge in window)
    paint_box(painter, QRectF(low, middle - 2, high - low, 4), 0, mixed("done_tint", "done", 0.45))
    x = box.left() + 6 + (box.width() - 12) * min(days / span, 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("surface"))
    painter.drawEllipse(QPointF(x, middle), 7, 7)
    painter.setBrush(color("caution") if days < window[0] else color("ink"))
    painter.drawEllipse(QPointF(x, middle), 5.2, 5.2)


class PassBars(PaintedWidget):
    """The passes of an area as bars: filled is done, half filled is under way."""

    def __init__(self, planned: int = 0, done: int = 0, under_way: bool = False) -> None:
        super().__init__()
        self._look = (planned, done, under_way)
        self.setFixedHeight(26)
        self.show_passes(planned, done, under_way)

    def show_passes(self, planned: int, done: int, under_way: bool = False) -> None:
        """Show ``done`` of ``planned`` passes."""
        self._look = (planned, done, under_way)
        self.say("Passes", f"{done} of {planned} done")
        self.setFixedWidth(max(planned, done) * 24)
        self.update()

    def paint(self, painter: QPainter) -> None:
        planned, done, under_way = self._look
        for number in range(max(planned, done)):
            bar = QRectF(number * 24 + 3, 0, 18, 26)
            if number < done:
                paint_box(painter, bar, 3, color("live"))
                continue
            paint_box(painter, bar, 3, None, color("live"))
            if number == done and under_way:
                paint_box(painter, QRectF(bar.left(), 13, 18, 13), 3, color("live"))


_SEALS = {
    "sealed": ("seal", "done", "Sealed"),
    "verified": ("seal", "done", "Verified"),
    "amended": ("seal", "done", "Amended"),
    "checking": ("clock", "ink2", "Checking"),
    "open": ("clock", "caution", "Open"),
    "stopped": ("stop", "caution", "Stopped"),
    "deferred": ("calendar", "ink2", "Deferred"),
    "opened_in_error": ("x", "ink3", "In error"),
    "abandoned": ("x", "ink3", "Abandoned"),
    "cut_off": ("caution", "caution", "Cut off"),
    "erased": ("x", "ink3", "Erased"),
    "broken": ("stop", "stop", "Broken"),
}


def seal_look(state: str) -> tuple[str, str, str]:
    """Give icon, tone and word for a seal's state (KeyError for an unknown one)."""
    return _SEALS[state]


class SealBadge(PaintedWidget):
    """The state of a seal with the first digits of its head; ``broken`` adds what to do."""

    def __init__(self, state: str = "open", digest: str = "") -> None:
        super().__init__()
        self._state, self._digest = state, digest
        self.show_seal(state, digest)

    def show_seal(self, state: str, digest: str = "") -> None:
        """Show sealed, verified, amended, open, cut_off, abandoned, erased or broken."""
        self._state, self._digest = state, "Tell the manager" if state == "broken" else digest
        self.say("Seal", f"{_SEALS[state][2]} {self._digest}")
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        words = max(text_width(_SEALS[self._state][2], text_font(14, 600)),
                    text_width(self._digest, code_font(13, 400)))
        return size_of(words + 64, 48)

    def paint(self, painter: QPainter) -> None:
        icon, tone, word = _SEALS[self._state]
        tint: QColor = color({"done": "done_tint", "stop": "stop_tint", "caution": "caution_tint"}.get(tone, "canvas"))
        box = self.rect().toRectF()
        paint_box(painter, box, 10, tint)
        paint_icon(painter, icon, QRectF(14, 12, 24, 24), tone)
        ink, room = color(tone), box.width() - 52
        if not self._digest:
            paint_text(painter, QRectF(50, 0, room, 48), word, text_font(14, 600), ink)
            return
        paint_text(painter, QRectF(50, 6, room, 18), word, text_font(14, 600), ink)
        font = code_font(13, 400) if self._state != "broken" else text_font(13)
        paint_text(painter, QRectF(50, 24, room, 18), self._digest, font, ink)


def paint_range(painter: QPainter, box: QRectF, band: tuple[int, int] | None,
                spread: tuple[int, int, int] | None, full_um: int) -> None:
    """Paint depth against plan (for delegates)."""
    middle, per_um = box.center().y(), box.width() / full_um
    paint_box(painter, QRectF(box.left(), middle - 2, box.width(), 4), 2, color("track"))
    if band:
        paint_box(painter, QRectF(box.left() + band[0] * per_um, middle - 5, (band[1] - band[0]) * per_um, 10), 2,
                  color("done_tint"))
    if spread:
        low, median, high = (box.left() + edge * per_um for edge in spread)
        paint_box(painter, QRectF(low, middle - 1.5, max(high - low, 1), 3), 1.5, color("live"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(QPointF(median, middle), 5.5, 5.5)
        painter.setBrush(color("live"))
        painter.drawEllipse(QPointF(median, middle), 4, 4)
