"""The clinic's people as tiles to choose from."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QWidget

from console.domain.people import Staff
from ui.fonts import text_font
from ui.paint import CENTRE, LEFT, paint_box, paint_focus, paint_text
from ui.theme import color
from ui.widgets.buttons import PaintedButton

TILE_PX = 84


class _Tile(PaintedButton):
    def __init__(self, staff: Staff) -> None:
        super().__init__(f"staff.{staff.staff_id}")
        self.staff = staff
        self.setCheckable(True)
        self.setFixedHeight(TILE_PX)
        self.setText(staff.name)
        self.setAccessibleName(f"{staff.name}, {staff.role.value}, {staff.staff_id}")

    def sizeHint(self) -> QSize:
        return QSize(280, TILE_PX)

    def paint(self, painter: QPainter) -> None:
        box, on = self.rect().toRectF(), self.isChecked()
        fill = color("live_tint") if on else color("canvas") if self.isDown() else color("surface")
        paint_box(painter, box, 12, fill, color("live") if on else color("border"), 2 if on else 1)
        disc = QRectF(18, (TILE_PX - 48) / 2, 48, 48)
        paint_box(painter, disc, 24, color("live") if on else color("canvas"), None if on else color("line"))
        initials = "".join(part[0] for part in self.staff.name.split() if part)[:2].upper()
        paint_text(painter, disc, initials, text_font(17, 600), color("on_live") if on else color("ink"), CENTRE,
                   elide=False)
        room = box.width() - 96
        paint_text(painter, QRectF(82, 17, room, 26), self.staff.name, text_font(18, 600), color("ink"), LEFT)
        second = f"{self.staff.role.value.capitalize()} {self.staff.staff_id}"
        paint_text(painter, QRectF(82, 43, room, 22), second, text_font(14), color("ink2"), LEFT)
        if self._ring:
            paint_focus(painter, box, 12)


class StaffTiles(QWidget):
    """Tiles in columns. ``chosen(Staff)`` by hand; tiles are named ``staff.<staff_id>``."""

    chosen = Signal(object)

    def __init__(self, columns: int = 2) -> None:
        super().__init__()
        self._columns = columns
        self._tiles: dict[str, _Tile] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)

    def show_staff(self, staff: Sequence[Staff]) -> None:
        """Show these people."""
        for old in self._tiles.values():
            self._grid.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._tiles = {}
        for place, one in enumerate(staff):
            tile = _Tile(one)
            tile.clicked.connect(partial(self._pressed, one))
            self._tiles[one.staff_id] = tile
            self._grid.addWidget(tile, place // self._columns, place % self._columns)
        self._grid.setRowStretch(len(staff) // self._columns + 1, 1)

    def select(self, staff_id: str) -> None:
        """Light a tile without telling; empty lights none."""
        for key, tile in self._tiles.items():
            tile.setChecked(key == staff_id)

    def _pressed(self, staff: Staff) -> None:
        self.select(staff.staff_id)
        self.chosen.emit(staff)
