"""The left card of the preparation: clean skin, the cartridge, what glides. Each one tick."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from console.domain.session_events import CartridgeBound, GlideChosen, ProductLot
from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import CENTRE, PaintedWidget, paint_box, paint_text
from ui.room.anesthetic_words import lot_words
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.scan_field import ScanField
from ui.widgets.texts import Card, Label, Rule, row

CARTRIDGE, GLIDE = "cartridge", "glide"


class TickMark(PaintedWidget):
    """A numbered ring that turns into a tick. ``state``: open, done or caution."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._state = number, "open"
        self.setFixedSize(28, 28)
        self._say_state()

    @property
    def state(self) -> str:
        """The state shown."""
        return self._state

    def show_mark(self, state: str) -> None:
        """Show another state; costs nothing when unchanged."""
        if state != self._state:
            self._state = state
            self._say_state()
            self.update()

    def _say_state(self) -> None:
        self.say(f"Step {self._number}", {"open": "to do", "done": "done"}.get(self._state, "needs attention"))

    def paint(self, painter: QPainter) -> None:
        ring = QRectF(0.5, 0.5, 27, 27)
        if self._state == "open":
            paint_box(painter, ring, 13.5, None, color("border"))
            paint_text(painter, ring, str(self._number), text_font(14, 600), color("ink2"), CENTRE)
            return
        tone, sign = ("done", "check") if self._state == "done" else ("caution", "caution")
        paint_box(painter, ring, 13.5, color(f"{tone}_tint"))
        paint_icon(painter, sign, ring.adjusted(5, 5, -5, -5), tone)


class ProductTicks(Card):
    """Skin, cartridge and glide. Signals fire for acts of the hand; ``code_given(field, text)`` for codes."""

    disinfected = Signal()
    code_given = Signal(str, str)
    list_wanted = Signal(str)
    unbind_wanted = Signal()
    nothing_glides = Signal()
    warning_taken = Signal()
    warning_left = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self._marks = (TickMark(1), TickMark(2), TickMark(3))
        self.skin = Button("Skin disinfected", "check", "primary", "l", "touch when it is done", name="disinfected")
        self._skin_done, self._skin_when = QWidget(), Label("", "tabular_strong")
        self.fields = {
            CARTRIDGE: ScanField("Scan the cartridge", "or type its code", "scan.cartridge"),
            GLIDE: ScanField("Scan gel or serum", "that is used while needling", "scan.glide"),
        }
        self._list = {field: Button("Choose", "list", "quiet", "s", name=f"{field}.list") for field in self.fields}
        self._unbind = Button("Un-bind", "undo", "quiet", "s", name="cartridge.unbind")
        self._none = Button("Nothing used", "", "normal", "m", name="glide.none")
        self._take = Button("Use it anyway", "check", "normal", "m", name="glide.confirm")
        self._leave = Button("Take another", "", "quiet", "m", name="glide.discard")
        self._needles = Label("", "label", "ink2", wrap=True)
        self._warning = Label("", "label", "caution", wrap=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        done = row(Label("Skin disinfected", "strong"), None, self._skin_when)
        self._skin_done.setLayout(done)
        self._skin_done.setFixedHeight(self.skin.height())
        skin = row(self._marks[0], self.skin, self._skin_done)
        skin.setStretch(1, 1)
        skin.setStretch(2, 1)
        self.body.addLayout(skin)
        self.body.addWidget(Rule())
        for place, (field, title) in enumerate(((CARTRIDGE, "Cartridge"), (GLIDE, "Glide")), 1):
            line = row(self._marks[place], Label(title, "strong"), None, self._list[field])
            if field == CARTRIDGE:
                line.addWidget(self._unbind)
            self.body.addLayout(line)
            self.body.addWidget(self.fields[field])
            self.body.addWidget(self._needles if field == CARTRIDGE else self._warning)
            if field == CARTRIDGE:
                self.body.addWidget(Rule())
        choices = row(self._none, self._take, self._leave, spacing=8)
        self.body.addLayout(choices)
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.skin.triggered.connect(self.disinfected)
        self._unbind.triggered.connect(self.unbind_wanted)
        self._none.triggered.connect(self.nothing_glides)
        self._take.triggered.connect(self.warning_taken)
        self._leave.triggered.connect(self.warning_left)
        for field, scan in self.fields.items():
            scan.scanned.connect(lambda text, field=field: self.code_given.emit(field, text))
            scan.typed.connect(lambda text, field=field: self.code_given.emit(field, text))
            self._list[field].triggered.connect(lambda field=field: self.list_wanted.emit(field))

    # --- what it shows ------------------------------------------------------------------------------------

    def show_skin(self, done: bool, when: str) -> None:
        """Show whether the skin is disinfected, and when."""
        self._marks[0].show_mark("done" if done else "open")
        self.skin.setVisible(not done)
        self._skin_done.setVisible(done)
        self._skin_when.show_text(when)

    def show_cartridge(self, bound: CartridgeBound | None, refused: tuple[str, str] | None, doubt: str) -> None:
        """Show what is bound, or why a code was not taken; ``doubt`` is a word on its needles."""
        self._marks[1].show_mark("open" if bound is None else "done")
        self._list[CARTRIDGE].setVisible(bound is None)
        self._unbind.setVisible(bound is not None)
        self._needles.setVisible(bound is not None)
        if bound is None:
            _show_open(self.fields[CARTRIDGE], refused)
            return
        self.fields[CARTRIDGE].show_state("fixed", bound.product.name, lot_words(bound.product))
        self._needles.show_text(doubt or _cartridge_words(bound), "caution" if doubt else "ink2")

    def show_glide(self, chosen: GlideChosen | None, waiting: ProductLot | None, warning: str,
                   refused: tuple[str, str] | None) -> None:
        """Show what glides; ``waiting`` has a warning that is to be confirmed before it is recorded."""
        mark = "caution" if waiting else "done" if chosen else "open"
        self._marks[2].show_mark(mark)
        self._none.setVisible(waiting is None)
        self._take.setVisible(waiting is not None)
        self._leave.setVisible(waiting is not None)
        self._warning.show_text(f"{warning.rstrip('.')}." if warning else "")
        self._warning.setVisible(bool(warning))
        nothing = chosen is not None and chosen.product is None
        self._none.show_words("Nothing used", "", "check" if nothing else "", "live" if nothing else "normal")
        field = self.fields[GLIDE]
        if waiting is not None:
            field.show_state("caution", waiting.name, lot_words(waiting))
        elif refused is not None:
            _show_open(field, refused)
        elif chosen is not None and chosen.product is not None:
            field.show_state("ok", chosen.product.name, lot_words(chosen.product))
        elif nothing:
            field.show_state("typed", "Nothing glides", "scan a product to change this")
        else:
            _show_open(field, None)

    def focused_field(self) -> str:
        """Give the field that has the focus, or empty."""
        return next((field for field, scan in self.fields.items() if _within(scan)), "")


def _within(widget: QWidget) -> bool:
    chosen = widget.window().focusWidget()
    return chosen is not None and (chosen is widget or widget.isAncestorOf(chosen))


def _show_open(field: ScanField, refused: tuple[str, str] | None) -> None:
    if refused is None:
        field.show_state("empty")
    else:
        field.show_state("bad", *refused)


def _cartridge_words(bound: CartridgeBound) -> str:
    parts = [f"{bound.needles} needles" if bound.needles else "Needles not stated"]
    if bound.product.serial:
        parts.append(f"serial {bound.product.serial}")
    if bound.product.entry != "scan":
        parts.append(bound.product.entry)
    return ", ".join(parts)
