"""What stands in an empty photo frame: the outline of the view, drawn in a box of 100 by 130."""

from functools import cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QTransform

from ui.widgets.area_source import load_map

BOX = QRectF(0, 0, 100, 130)
FRANKFURT_Y = 62.0  # from the ear's upper edge to the lower edge of the orbit
_FACE_BOX = QRectF(54, 20, 292, 450)


@cache
def outline(view_id: str) -> QPainterPath:
    """Give a view's outline; a view nobody drew is an oval."""
    for words, made in (("lateral", _profile), ("temple", _profile), ("oblique", _oblique), ("frontal", _frontal)):
        if view_id.startswith(words):
            path = made()
            return _turned(path) if view_id.endswith("_left") else path
    return {"vertex": _vertex, "front": _body, "side_right": _body, "side_left": _body, "close": _close}.get(
        view_id, _oval)()


def _turned(path: QPainterPath) -> QPainterPath:
    return QTransform(-1, 0, 0, 1, BOX.width(), 0).map(path)


def _fitted(path: QPainterPath, source: QRectF, within: QRectF) -> QPainterPath:
    scale = min(within.width() / source.width(), within.height() / source.height())
    move = QTransform.fromTranslate(within.center().x(), within.center().y())
    move.scale(scale, scale)
    move.translate(-source.center().x(), -source.center().y())
    return move.map(path)


def _strokes_of(map_id: str, kinds: tuple[str, ...]) -> QPainterPath:
    whole = QPainterPath()
    for stroke in load_map(map_id).features:
        if stroke.kind in kinds:
            whole.addPath(stroke.path)
    return whole


def _frontal() -> QPainterPath:
    return _fitted(_strokes_of("face", ("outline", "line", "lash", "brow")), _FACE_BOX, QRectF(10, 8, 80, 114))


def _oblique() -> QPainterPath:
    """The face turned by some 45 degrees: its features moved to one side, the far cheek narrow."""
    narrow = QTransform.fromTranslate(50, 0)
    narrow.scale(0.88, 1)
    narrow.translate(-50, 0)
    outer = narrow.map(_fitted(_strokes_of("face", ("outline",)), _FACE_BOX, QRectF(10, 8, 80, 114)))
    inner = _fitted(_strokes_of("face", ("line", "lash", "brow")), _FACE_BOX, QRectF(10, 8, 80, 114))
    side = QTransform.fromTranslate(62, 0)
    side.scale(0.72, 1)
    side.translate(-50, 0)
    outer.addPath(side.map(inner))
    return outer


def _profile() -> QPainterPath:
    """A head from the side, looking to the right edge."""
    path = QPainterPath()
    path.moveTo(34, 122)
    path.cubicTo(36, 108, 30, 100, 24, 90)
    path.cubicTo(10, 66, 12, 26, 46, 16)
    path.cubicTo(66, 10, 80, 26, 80, 46)
    path.cubicTo(80, 54, 84, 60, 91, 72)
    path.cubicTo(93, 76, 86, 78, 82, 79)
    path.cubicTo(83, 83, 86, 86, 82, 89)
    path.cubicTo(84, 92, 82, 94, 80, 96)
    path.cubicTo(82, 106, 76, 110, 62, 107)
    path.cubicTo(60, 112, 60, 118, 64, 124)
    path.addEllipse(QRectF(38, 56, 9, 17))
    path.moveTo(70, 58)
    path.cubicTo(74, 55, 76, 56, 79, 58)
    return path


def _oval() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(18, 14, 64, 92))
    return path


def _vertex() -> QPainterPath:
    drawing = load_map("scalp")
    whole = QPainterPath()
    for region in drawing.regions:
        whole.addPath(region.path)
    return _fitted(whole, whole.boundingRect(), QRectF(16, 16, 68, 98))


def _body() -> QPainterPath:
    whole = _strokes_of("body", ("outline", "line"))
    return _fitted(whole, whole.boundingRect(), QRectF(12, 8, 76, 114))


def _close() -> QPainterPath:
    path = QPainterPath()
    for x, dx in ((22.0, 14.0), (78.0, -14.0)):
        for y, dy in ((34.0, 14.0), (96.0, -14.0)):
            path.moveTo(x + dx, y)
            path.lineTo(x, y)
            path.lineTo(x, y + dy)
    return path
