"""The day as rows: time, patient and treatment, course, weeks since the last session, status."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.services.local_time import clock_text, local_day
from ui.desk.day_entries import DayEntry, course_words, early, since_words, tag_of
from ui.fonts import code_font, tabular_font, text_font
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_focus, paint_line, paint_text
from ui.theme import color
from ui.widgets.buttons import PaintedButton
from ui.widgets.tags import paint_course, paint_interval, paint_tag, tag_width
from ui.widgets.texts import Card, scrolled

ROW_PX, HEAD_PX, DRAWN_PX = 70, 45, 928  # DRAWN_PX: the width the columns were drawn for
_TIME, _PATIENT, _COURSE, _PILLS, _SCALE, _SINCE = 20, 96, 308, 374, 508, 636  # left edges


def _columns(width: float) -> dict[str, float]:
    """Give the columns' left edges; spare width goes between them."""
    spare = max(width - DRAWN_PX, 0.0)
    shares = {"time": (_TIME, 0.0), "patient": (_PATIENT, 0.0), "course": (_COURSE, 0.35),
              "pills": (_PILLS, 0.35), "scale": (_SCALE, 0.65), "since": (_SINCE, 0.8)}
    return {name: left + spare * share for name, (left, share) in shares.items()}


class _Head(PaintedWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEAD_PX)
        self.say("Time, patient, course, since last session, status")

    def paint(self, painter: QPainter) -> None:
        at, font, ink = _columns(self.width()), text_font(14), color("ink3")
        for name, words in (("time", "Time"), ("patient", "Patient"), ("course", "Course"),
                            ("scale", "Since last session")):
            paint_text(painter, QRectF(at[name], 0, 200, HEAD_PX), words, font, ink, LEFT)
        paint_text(painter, QRectF(self.width() - 220, 0, 200, HEAD_PX), "Status", font, ink, RIGHT)


class DayRowButton(PaintedButton):
    """A line of the day, 70 px high: the whole row is the target."""

    def __init__(self, entry: DayEntry, today: date, selected: bool) -> None:
        super().__init__(f"row.{entry.key}")
        self.entry, self._today, self._selected = entry, today, selected
        self.setFixedHeight(ROW_PX)
        self.setText(entry.patient.patient_id)
        since = since_words(entry.days_since_last)
        self.setAccessibleName(
            f"{clock_text(entry.at_us)}, {entry.patient.patient_id}, {entry.plan_name}, {course_words(entry)}, "
            f"{since}, {tag_of(entry, today).text}")

    def sizeHint(self) -> QSize:
        return QSize(600, ROW_PX)

    def set_selected(self, selected: bool) -> None:
        """Mark the row as chosen."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    def paint(self, painter: QPainter) -> None:
        box, at = self.rect().toRectF(), _columns(self.width())
        if self._selected:
            painter.fillRect(box, color("live_tint"))
            painter.fillRect(QRectF(0, 0, 4, ROW_PX), color("live"))
        elif self.isDown():
            painter.fillRect(box, color("canvas"))
        paint_line(painter, QPointF(0, 0.5), QPointF(box.width(), 0.5), color("line"))
        self._paint_who(painter, at)
        self._paint_course(painter, at)
        self._paint_since(painter, at)
        self._paint_tag(painter)
        if self._ring:
            paint_focus(painter, box.adjusted(2, 2, -2, -2), 8)

    def _paint_who(self, painter: QPainter, at: dict[str, float]) -> None:
        entry, quiet = self.entry, self.entry.over
        ink = color("ink2") if quiet else color("ink")
        words, font = clock_text(entry.at_us), tabular_font(18, 400 if quiet else 600)
        if local_day(entry.at_us) != self._today:
            words, font = f"{local_day(entry.at_us):%d %b}", tabular_font(16, 600)
        paint_text(painter, QRectF(at["time"], 0, 70, ROW_PX), words, font, ink, LEFT)
        left, room = at["patient"], at["course"] - at["patient"] - 16
        paint_text(painter, QRectF(left, 13, room, 24), entry.patient.patient_id,
                   code_font(18, 500 if quiet else 600), ink, LEFT)
        paint_text(painter, QRectF(left, 37, room, 20), entry.plan_name, text_font(14), color("ink2"), LEFT)

    def _paint_course(self, painter: QPainter, at: dict[str, float]) -> None:
        entry, course = self.entry, self.entry.course
        long = course is None or not course.length
        room = (at["scale"] if long else at["pills"]) - at["course"] - 8
        paint_text(painter, QRectF(at["course"], 0, room, ROW_PX), course_words(entry), tabular_font(16, 500),
                   color("ink"), LEFT)
        if course is not None and course.length:
            done = min(course.done, course.length)
            width = min(course.length * 18.0, at["scale"] - at["pills"] - 16)
            paint_course(painter, QRectF(at["pills"], ROW_PX / 2 - 5, width, 10), done, course.length,
                         not entry.over)

    def _paint_since(self, painter: QPainter, at: dict[str, float]) -> None:
        entry, course = self.entry, self.entry.course
        window = (course.interval_min_days, course.interval_max_days) if course and course.length else (0, 0)
        width = at["since"] - at["scale"] - 16
        paint_interval(painter, QRectF(at["scale"], ROW_PX / 2 - 8, width, 16), entry.days_since_last, window)
        hurry = early(entry)
        ink, weight = (color("caution"), 600) if hurry else (color("ink2"), 400)
        room = self.width() - 20 - self._tag_width() - at["since"] - 8
        paint_text(painter, QRectF(at["since"], 0, room, ROW_PX), since_words(entry.days_since_last),
                   tabular_font(14, weight), ink, LEFT)

    def _tag_width(self) -> int:
        look = tag_of(self.entry, self._today)
        return tag_width(look.text, look.icon)

    def _paint_tag(self, painter: QPainter) -> None:
        look, width = tag_of(self.entry, self._today), self._tag_width()
        kind = "plain" if self._selected and look.kind == "live" else look.kind
        paint_tag(painter, QRectF(self.width() - 20 - width, ROW_PX / 2 - 14, width, 28), look.text, kind, look.icon)


class DayList(Card):
    """The card of the day. ``row_chosen(key)`` on a touch."""

    row_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.body.setContentsMargins(1, 1, 1, 1)
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addStretch(1)
        self._rows: dict[str, DayRowButton] = {}
        self._shown: tuple[object, ...] = ()
        self._area = scrolled(self._inner)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(_Head())
        self.body.addWidget(self._area, 1)

    def show_entries(self, entries: Sequence[DayEntry], selected: str, today: date) -> None:
        """Show the lines; costs nothing when unchanged."""
        wanted = (tuple(entries), today)
        if wanted != self._shown:
            self._shown = wanted
            self._build(entries, today)
        for key, button in self._rows.items():
            button.set_selected(key == selected)

    def _build(self, entries: Sequence[DayEntry], today: date) -> None:
        for old in self._rows.values():
            self._box.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._rows = {}
        for place, entry in enumerate(entries):
            button = DayRowButton(entry, today, False)
            button.clicked.connect(self._chosen)
            self._box.insertWidget(place, button)
            self._rows[entry.key] = button

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, DayRowButton):
            self.row_chosen.emit(sender.entry.key)

    def show_row(self, key: str) -> None:
        """Scroll a row into sight."""
        if key in self._rows:
            self._area.ensureWidgetVisible(self._rows[key], 0, ROW_PX)
