"""What lies behind the area card: density with its parts, pain, and the way through the areas."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.services.density_words import Density
from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import LEFT, paint_box, paint_focus, paint_text
from ui.theme import color, pressed_fill
from ui.widgets.buttons import ChoiceChip, PaintedButton
from ui.widgets.fields import Segments
from ui.widgets.texts import Label, Rule, row

PAIN_STEP_MM, PAIN_KEYS = 10, 11
KEY_PX, LINE_PX, GAP_PX = 64, 56, 8
SHEET_PX = 856  # eleven keys abreast
ORDERS = (("area", "By area"), ("rounds", "By rounds"))
SCOPES = (("area", "This area"), ("session", "Whole session"))
_TILT = {"horizontal": (1.0, 0.0), "vertical": (0.0, 1.0), "oblique": (0.71, -0.71)}


class DirectionKey(PaintedButton):
    """The direction of a pass as an arrow to both sides; a touch asks for the next one."""

    def __init__(self) -> None:
        super().__init__("pass.direction")
        self.setFixedSize(64, 44)
        self._direction = ""
        self.show_direction("horizontal")

    def show_direction(self, direction: str) -> None:
        """Show a direction: horizontal, vertical or oblique."""
        if direction != self._direction:
            self._direction = direction
            self.setAccessibleName(f"Direction {direction}")
            self.update()

    @property
    def direction(self) -> str:
        """Give the direction shown."""
        return self._direction

    def sizeHint(self) -> QSize:
        return QSize(64, 44)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        paint_box(painter, box, 10, pressed_fill() if self.isDown() else color("surface"), color("line"))
        ink = color("ink") if self.isEnabled() else color("ink3")
        painter.setPen(QPen(ink, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        x, y = _TILT.get(self._direction, (1.0, 0.0))
        centre = box.center()
        for sign in (1, -1):
            tip = centre + QPointF(x, y) * (13 * sign)
            painter.drawLine(centre, tip)
            back = QPointF(-x, -y) * (5.5 * sign)
            across = QPointF(-y, x) * 5.0
            painter.drawLine(tip, tip + back + across)
            painter.drawLine(tip, tip + back - across)
        if self._ring:
            paint_focus(painter, box, 10)


class FactsLine(PaintedButton):
    """The line at the foot of the card: the estimate and the time on skin; a touch opens the facts."""

    def __init__(self) -> None:
        super().__init__("area.facts")
        self.setFixedHeight(LINE_PX)
        self._lines: tuple[str, ...] = ()
        self.show_lines("")

    def show_lines(self, *lines: str) -> None:
        """Show up to two lines; none invites to open the facts."""
        wanted = tuple(line for line in lines if line) or ("Density, pain, order",)
        if wanted != self._lines:
            self._lines = wanted
            self.setAccessibleName(f"Area facts: {', '.join(wanted)}")
            self.update()

    def text(self) -> str:
        return ", ".join(self._lines)

    def sizeHint(self) -> QSize:
        return QSize(200, LINE_PX)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        paint_box(painter, box, 12, pressed_fill() if self.isDown() else color("surface"), color("line"))
        high = 21.0
        top = (box.height() - high * len(self._lines)) / 2
        for place, line in enumerate(self._lines):
            font = text_font(15 if place == 0 else 14, 600 if place == 0 and len(self._lines) > 1 else 400)
            ink = color("ink" if place == 0 else "ink2")
            paint_text(painter, QRectF(14, top + place * high, box.width() - 48, high), line, font, ink, LEFT)
        paint_icon(painter, "right", QRectF(box.width() - 32, box.center().y() - 10, 20, 20), "ink2")
        if self._ring:
            paint_focus(painter, box, 12)


class FactsSheet(QWidget):
    """``pain_given(vas_mm, whole_session)`` and ``order_chosen(order)`` by hand."""

    pain_given = Signal(int, bool)
    order_chosen = Signal(str)

    def __init__(
        self, density: Density, compared: Sequence[str], order: str, pain: tuple[int | None, int | None],
    ) -> None:
        super().__init__()
        self._pain = pain
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(Label(density.headline, "heading"))
        for words in (density.parts, density.skin, *compared):
            if words:
                box.addWidget(Label(words, "label", "ink2", wrap=True))
        box.addWidget(Rule())
        self._scope = Segments(SCOPES, "pain.of", KEY_PX - 12)
        self._scope.set_choice("area")
        self._scope.chosen.connect(lambda _key: self._show_pain())
        box.addLayout(row(Label("Pain, 0 none to 10 worst", "strong"), None, self._scope))
        box.addLayout(self._scale())
        box.addWidget(Rule())
        self._order = Segments(ORDERS, "order", KEY_PX)
        self._order.set_choice(order)
        self._order.chosen.connect(self.order_chosen)
        box.addWidget(Label("The way through the areas", "strong"))
        box.addWidget(self._order)
        box.addWidget(Label("By rounds: one pass of every area, then the next pass. The pedal follows.", "label",
                            "ink2", wrap=True))
        self._show_pain()

    def _scale(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GAP_PX)
        self._keys: list[ChoiceChip] = []
        for number in range(PAIN_KEYS):
            key = ChoiceChip(str(number), name=f"pain.{number}", tick=False, height=KEY_PX)
            key.chosen.connect(lambda _on, number=number: self._give(number))
            self._keys.append(key)
            line.addWidget(key)
        return line

    def _whole(self) -> bool:
        return self._scope.choice() == "session"

    def _give(self, number: int) -> None:
        whole = self._whole()
        self._pain = (self._pain[0], number * PAIN_STEP_MM) if whole else (number * PAIN_STEP_MM, self._pain[1])
        self._show_pain()
        self.pain_given.emit(number * PAIN_STEP_MM, whole)

    def _show_pain(self) -> None:
        rated = self._pain[1 if self._whole() else 0]
        for number, key in enumerate(self._keys):
            key.setChecked(rated is not None and number * PAIN_STEP_MM == rated)
