"""What was used in a session and what was agreed: quiet lines in the room the areas leave."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from console.domain.session_events import ProductLot
from console.domain.session_state import SessionState
from console.services.area_words import pain_words
from console.services.event_words import counted, plain
from console.services.label_words import label_words
from console.services.record_words import led_by
from ui.fonts import code_font, text_font
from ui.paint import PaintedWidget, paint_line, paint_text, text_width
from ui.theme import color

_HEAD_PX, _ROW_PX, _NAME_PX, _FEWEST = 14, 22, 108, 2
_CONSENTS = {"treatment": "treatment", "photos": "photographs", "serum": "serum or plasma"}

Line = tuple[str, str, str]  # name, words, and a lot or serial in the code font


def used_lines(state: SessionState) -> list[Line]:
    """Give products with their lots, the pen and the decisions of a session, what matters most first."""
    lines = [_product("Anesthetic", one.applied.product) for one in state.anesthetics.values()]
    lines += [_product("Cartridge", one.product, one.product.serial) for one in state.cartridges]
    if state.glide is not None and state.glide.product is not None:
        lines.append(_product("Glide", state.glide.product))
    for _, what in state.serums:
        product = getattr(what, "product", None)
        lines.append(_product("Serum", product) if product is not None
                     else ("Plasma", "Patient's own, tube", getattr(what, "tube_id", "")))
    if state.pen is not None:
        lines.append(("Pen", state.pen.model, state.pen.serial))
    if state.label is not None:
        lines.append(("Label", label_words(state), ""))
    lines += facts_lines(state)
    lines.append(("Practitioner", "", ", ".join(dict.fromkeys(who for who, _ in led_by(state)))))
    given = [name for key, name in _CONSENTS.items() if key in state.consents and state.consents[key].given]
    refused = [name for key, name in _CONSENTS.items() if key in state.consents and not state.consents[key].given]
    words = [f"{', '.join(given)} given" if given else "", f"{', '.join(refused)} refused" if refused else ""]
    lines.append(("Consent", "; ".join(filter(None, words)).capitalize() or "Not recorded", ""))
    if state.clinical is not None:
        lines.append(("Clinical data", *_clinical(state)))
    return lines


def _clinical(state: SessionState) -> tuple[str, str]:
    """Say which plan and rules the session went by, with the start of the plan's SHA-256."""
    noted = state.clinical.versions if state.clinical else ()
    plan = next((one for one in noted if one.entry_kind == "plan"), None)
    own = len(state.clinical.edits) if state.clinical else 0
    settings = f", {counted(own, 'setting')} of the clinic" if own else ""
    version = f"Plan version {plan.version}, " if plan else ""
    return f"{version}rules version {state.ruleset_version}{settings}", plan.sha256[:8] if plan else ""


def facts_lines(state: SessionState) -> list[Line]:
    """Give the endpoints seen and the pain rated, as far as any was."""
    seen = [f"{area.plan.label}: {plain(', '.join(area.endpoints))}" for area in state.areas.values() if area.endpoints]
    return [(name, words, "") for name, words in (("Endpoint", "; ".join(seen)), ("Pain", pain_words(state))) if words]


def _product(use: str, product: ProductLot, serial: str = "") -> Line:
    return use, product.name, " ".join(part for part in (product.lot, serial) if part)


class UsedRows(PaintedWidget):
    """«Used»: as many whole lines as there is room for; nothing where there is too little."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("usedRows")
        self._lines: tuple[Line, ...] = ()
        self.grow()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        self._lines = tuple(lines)
        self.say("Used", "; ".join(" ".join(filter(None, line)) for line in lines))
        self.update()

    def shown(self) -> tuple[Line, ...]:
        """Give the lines that have room."""
        room = int((self.height() - _HEAD_PX) // _ROW_PX)
        return self._lines[:room] if room >= _FEWEST else ()

    def sizeHint(self) -> QSize:
        return QSize(552, 0)

    def paint(self, painter: QPainter) -> None:
        shown = self.shown()
        if not shown:
            return
        paint_line(painter, QPointF(0, 6.5), QPointF(self.width(), 6.5), color("line"))
        for place, (name, words, code) in enumerate(shown):
            top = _HEAD_PX + place * _ROW_PX
            paint_text(painter, QRectF(8, top, _NAME_PX - 8, _ROW_PX), name, text_font(13), color("ink3"))
            left = float(_NAME_PX)
            if words:
                left += paint_text(painter, QRectF(left, top, self.width() - left - 8, _ROW_PX), words, text_font(14),
                                   color("ink")) + 10
            room = self.width() - left - 8
            if code and room >= text_width(code, code_font(14, 500)):
                paint_text(painter, QRectF(left, top, room, _ROW_PX), code, code_font(14, 500), color("ink2"))
