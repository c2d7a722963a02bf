"""One view of a photo set: its guide while empty, its picture once there, the last one as a ghost over it."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy

from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import LEFT, paint_box, paint_focus, paint_line, paint_text, rounded_path
from ui.theme import color
from ui.widgets.buttons import PaintedButton
from ui.widgets.photo_outline import BOX, FRANKFURT_Y, outline

CAPTION_PX, RADIUS = 52, 12
GHOST_SHARE = 0.34


@dataclass(frozen=True)
class FrameLook:
    """What a frame shows; ``state`` is empty, waiting (not kept yet), kept or missing."""

    label: str
    words: str = ""
    state: str = "empty"
    picture: QImage | None = None
    ghost: QImage | None = None
    frankfurt: bool = False
    picked: bool = False
    live: bool = False  # the camera's picture, with the guide over it


_TONES = {"empty": "ink3", "waiting": "caution", "kept": "done", "missing": "stop"}
_ICONS = {"waiting": "info", "kept": "check", "missing": "caution"}


def paint_picture(painter: QPainter, box: QRectF, picture: QImage) -> QRectF:
    """Paint a picture whole in the middle of a box; give where it lies."""
    size = picture.size().scaled(int(box.width()), int(box.height()), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(box.center().x() - size.width() / 2, box.center().y() - size.height() / 2,
                   size.width(), size.height())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture)
    return place


class PhotoFrame(PaintedButton):
    """A frame to touch, named ``photo.<view_id>``."""

    def __init__(self, view_id: str) -> None:
        super().__init__(f"photo.{view_id}")
        self.view_id = view_id
        self._look = FrameLook(view_id)
        self.setMinimumSize(120, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def look(self) -> FrameLook:
        """What it shows."""
        return self._look

    def show_look(self, look: FrameLook) -> None:
        """Show this; costs nothing when unchanged."""
        if look != self._look:
            self._look = look
            self.setAccessibleName(f"{look.label}, {look.words or look.state}{', picked' if look.picked else ''}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 340)

    def paint(self, painter: QPainter) -> None:
        look, whole = self._look, self.rect().toRectF()
        paint_box(painter, whole, RADIUS, color("sunken"), color("live" if look.picked else "line"),
                  3 if look.picked else 1)
        inner = whole.adjusted(4, 4, -4, -CAPTION_PX)
        painter.save()
        painter.setClipPath(rounded_path(inner, RADIUS - 3))
        if look.picture is not None:
            painter.fillRect(inner, color("track"))
            paint_picture(painter, inner, look.picture)
        if look.ghost is not None:
            painter.setOpacity(GHOST_SHARE)
            paint_picture(painter, inner, look.ghost)
            painter.setOpacity(1)
        if look.picture is None or look.live:
            self._paint_guide(painter, inner)
        painter.restore()
        self._paint_caption(painter, QRectF(12, whole.height() - CAPTION_PX, whole.width() - 20, CAPTION_PX))
        if self._ring:
            paint_focus(painter, whole, RADIUS)

    def _paint_guide(self, painter: QPainter, box: QRectF) -> None:
        scale = min(box.width() / BOX.width(), box.height() / BOX.height())
        move = QTransform.fromTranslate(box.center().x() - BOX.width() * scale / 2,
                                        box.center().y() - BOX.height() * scale / 2)
        move.scale(scale, scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("sketch2"), 1.4))
        painter.drawPath(move.map(outline(self.view_id)))
        if self._look.frankfurt:
            y = move.map(QPointF(0, FRANKFURT_Y)).y()
            paint_line(painter, QPointF(box.left() + 8, y), QPointF(box.right() - 8, y), color("live"), 1.5,
                       Qt.PenStyle.DashLine)

    def _paint_caption(self, painter: QPainter, box: QRectF) -> None:
        look = self._look
        tone = color(_TONES[look.state])
        paint_text(painter, QRectF(box.left(), box.top() + 6, box.width(), 22), look.label, text_font(15, 600),
                   color("ink"), LEFT)
        left = box.left()
        if look.state in _ICONS:
            paint_icon(painter, _ICONS[look.state], QRectF(left, box.top() + 29, 15, 15), tone)
            left += 20
        paint_text(painter, QRectF(left, box.top() + 27, box.right() - left, 19), look.words, text_font(13, 500), tone,
                   LEFT)
