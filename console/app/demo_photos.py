"""Stand-in pictures for invented patients: a drawn head on a grey ground, plainly no photograph."""

import hashlib
from collections.abc import Sequence
from random import Random
from uuid import uuid5

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from console.app.demo_script import Script
from console.domain import photos
from console.domain.photo_ports import PhotoRow
from console.services.photo_desk import taken_of
from ui.photo_pixels import QtStudio
from ui.widgets.photo_outline import BOX, outline

WIDTH_PX, HEIGHT_PX = 600, 800
PICTURED = ("P-0412", "P-0460")  # whose past sessions have pictures
MOST_SPOTS, SPOTS_LESS = 28, 7  # from session to session
GROUNDS = ("#D9DEE6", "#E6DED5", "#DCE5DC")
SKINS = ("#F2E3D5", "#E3C6A8", "#C79F7C", "#A87B58", "#80583D", "#5C4030")


def tell_photos(script: Script, moment: str) -> bool:
    """Keep a set of stand-ins with the session in the telling; False where this patient has none."""
    patient_id, opened = script.visit.who.patient.patient_id, script.state.opened
    if not script.pictured or patient_id not in PICTURED or opened is None or script.state.plan is None:
        return False
    views = script.library.photo_set(script.state.plan.map_id).views
    spots = max(0, MOST_SPOTS - SPOTS_LESS * (opened.course_number - 1))
    rows = [_row(script, moment, view, stand_in(view, patient_id, float(moment == photos.AFTER), spots))
            for view in views]
    script.pictures += rows
    script.do(photos.keep_photos([taken_of(row, "camera") for row in rows]), 20, 40)
    return True


def camera_card(views: Sequence[str], patient_id: str) -> list[bytes]:
    """Give the pictures of a set as a camera would have them."""
    return [stand_in(view, patient_id, spots=MOST_SPOTS - 2 * SPOTS_LESS) for view in views]


def _row(script: Script, moment: str, view: str, raw: bytes) -> PhotoRow:
    picture = QtStudio().develop(raw, HEIGHT_PX)
    session_id = script.session.session_id
    return PhotoRow(
        str(uuid5(session_id, f"{moment} {view}")), session_id, script.visit.who.patient.patient_id, moment, view,
        script.at_us, picture, hashlib.sha256(picture.body).digest())


def stand_in(view_id: str, seed: str, redness: float = 0.0, spots: int = 26, skin: int = 1) -> bytes:
    """Draw one view as PNG; ``redness`` 0 to 1, ``spots`` drawn where the same seed always puts them."""
    chance = Random(seed)
    image = QImage(WIDTH_PX, HEIGHT_PX, QImage.Format.Format_RGB32)
    image.fill(QColor(GROUNDS[sum(seed.encode()) % len(GROUNDS)]))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    move = QTransform.fromScale(WIDTH_PX / BOX.width(), HEIGHT_PX / BOX.height())
    _paint_head(painter, move, QColor(SKINS[skin % len(SKINS)]))
    _paint_spots(painter, move, chance, spots, redness)
    painter.setPen(QPen(QColor("#4A505B"), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(move.map(outline(view_id)))
    painter.setPen(QPen(QColor(255, 255, 255, 120), 9))
    for x in range(-HEIGHT_PX, WIDTH_PX, 100):  # hatched, so that nobody takes it for a photograph
        painter.drawLine(x, HEIGHT_PX, x + HEIGHT_PX, 0)
    painter.end()
    return _png(image)


def _paint_head(painter: QPainter, move: QTransform, skin: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(skin)
    painter.drawEllipse(move.mapRect(QRectF(20, 14, 60, 92)))


def _paint_spots(painter: QPainter, move: QTransform, chance: Random, spots: int, redness: float) -> None:
    painter.setBrush(QColor(200, 70, 60, round(40 + 90 * redness)))
    painter.drawEllipse(move.mapRect(QRectF(28, 64, 44, 26)))
    painter.setBrush(QColor(150, 80, 60, 150))
    for _ in range(spots):
        at, size = QPointF(chance.uniform(30, 70), chance.uniform(34, 96)), chance.uniform(0.6, 1.7)
        painter.drawEllipse(move.map(at), size * 6, size * 6)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "png")  # type: ignore[call-overload]  # the stub knows only bytes
    return bytes(buffer.data().data())
