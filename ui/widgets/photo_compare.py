"""Two pictures of one view: side by side, or one over the other with a line to draw across."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy

from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import CENTRE, PaintedWidget, paint_box, paint_focus, paint_line, paint_text, text_width
from ui.theme import color
from ui.widgets.photo_frame import paint_picture

STEP = 0.05
GRIP_PX = 28.0
TAG_PX = 32.0


class PhotoCompare(PaintedWidget):
    """Drag anywhere, or use the arrow keys, Home and End. ``moved(share)`` tells where the line stands."""

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compare.pictures")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self._pictures: tuple[QImage | None, QImage | None] = (None, None)
        self._words = ("", "")
        self._share, self._beside = 0.5, False

    @property
    def share(self) -> float:
        """Where the line stands, 0 (left) to 1."""
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(760, 420)

    def show_pictures(self, first: QImage | None, second: QImage | None, words: tuple[str, str]) -> None:
        """Show these two, the earlier one left; None: still being read, or missing."""
        self._pictures, self._words = (first, second), words
        self._say()
        self.update()

    def show_beside(self, beside: bool) -> None:
        """Show them side by side, or one over the other."""
        self._beside = beside
        self._say()
        self.update()

    def show_share(self, share: float) -> None:
        """Move the line."""
        share = min(max(share, 0.0), 1.0)
        if share != self._share:
            self._share = share
            self._say()
            self.update()
            self.moved.emit(share)

    def _say(self) -> None:
        at = "side by side" if self._beside else f"line at {self._share * 100:.0f} percent"
        self.say(f"{self._words[0]} and {self._words[1]}", at)

    # --- hand and keys ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def _drag(self, event: QMouseEvent) -> None:
        if not self._beside:
            box = self._box()
            self.show_share((event.position().x() - box.left()) / max(box.width(), 1.0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = {Qt.Key.Key_Left: self._share - STEP, Qt.Key.Key_Right: self._share + STEP,
                  Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0}
        place = places.get(Qt.Key(event.key()))
        if place is None or self._beside:
            super().keyPressEvent(event)
        else:
            self.show_share(place)

    # --- looks --------------------------------------------------------------------------------------------

    def _box(self) -> QRectF:
        """Where the two lie one over the other: the first picture's place."""
        whole, picture = self.rect().toRectF(), self._pictures[0] or self._pictures[1]
        if picture is None or picture.isNull():
            return whole
        size = picture.size().scaled(int(whole.width()), int(whole.height()), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(whole.center().x() - size.width() / 2, whole.center().y() - size.height() / 2,
                      size.width(), size.height())

    def paint(self, painter: QPainter) -> None:
        whole = self.rect().toRectF()
        paint_box(painter, whole, 12, color("sunken"), color("line"))
        if self._beside:
            half = (whole.width() - 12) / 2
            for place, left in enumerate((whole.left(), whole.left() + half + 12)):
                self._paint_one(painter, QRectF(left, whole.top(), half, whole.height()).adjusted(4, 4, -4, -4), place)
        else:
            self._paint_over(painter)
        if self.hasFocus():
            paint_focus(painter, whole, 12)

    def _paint_one(self, painter: QPainter, box: QRectF, place: int) -> None:
        picture = self._pictures[place]
        if picture is None:
            paint_text(painter, box, "Not there", text_font(16, 500), color("ink3"), CENTRE)
        else:
            paint_picture(painter, box, picture)
        self._paint_tag(painter, self._words[place], box.left() + 10, box.bottom() - TAG_PX - 8, box.width() - 20)

    def _paint_over(self, painter: QPainter) -> None:
        box = self._box()
        line_x = box.left() + box.width() * self._share
        spans = ((box.left(), line_x), (line_x, box.right()))
        for picture, (left, right) in zip(self._pictures, spans, strict=True):
            painter.save()
            painter.setClipRect(QRectF(left, box.top(), max(right - left, 0), box.height()))
            if picture is not None:
                paint_picture(painter, box, picture)
            painter.restore()
        paint_line(painter, QPointF(line_x, box.top()), QPointF(line_x, box.bottom()), color("surface"), 3)
        grip = QRectF(line_x - GRIP_PX, box.center().y() - GRIP_PX, 2 * GRIP_PX, 2 * GRIP_PX)
        paint_box(painter, grip, GRIP_PX, color("surface"), color("border"))
        for icon, shift in (("left", -12.0), ("right", 12.0)):
            paint_icon(painter, icon, QRectF(grip.center().x() + shift - 9, grip.center().y() - 9, 18, 18), "ink")
        whole = self.rect().toRectF().adjusted(10, 10, -10, -10)
        half = whole.width() / 2 - 10
        self._paint_tag(painter, self._words[0], whole.left(), whole.bottom() - TAG_PX, half)
        width = text_width(self._words[1], text_font(15, 600)) + 28
        self._paint_tag(painter, self._words[1], max(whole.right() - width, whole.center().x()),
                        whole.bottom() - TAG_PX, half)

    def _paint_tag(self, painter: QPainter, words: str, left: float, top: float, room: float) -> None:
        font = text_font(15, 600)
        box = QRectF(left, top, min(text_width(words, font) + 28, room), TAG_PX)
        paint_box(painter, box, TAG_PX / 2, color("surface"), color("border"))
        paint_text(painter, box, words, font, color("ink"), CENTRE)
