"""The left card of the anesthetic page: product, amount, area, cover, and the dose against the label."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.anesthesia import Anesthetic, Occlusion
from console.domain.dose import DoseCheck
from console.domain.numbing import LEAST_WEIGHT_G, MOST_WEIGHT_G
from console.domain.people import CatalogProduct
from console.domain.session_events import ProductLot
from console.domain.session_state import Application
from console.services.scan_fields import ScanReading
from ui.room.anesthetic_words import lot_words
from ui.room.choice_sheets import OneOf
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments, Stepper
from ui.widgets.rings import DoseBar, DoseLook
from ui.widgets.scan_field import ScanField
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Entry, IconMark, Label, Rule, TextLine, column, row

AMOUNT_STEP_MG, AMOUNT_MOST_MG = 500, 100_000
AREA_STEP_MM2, AREA_MOST_MM2 = 500, 200_000
WEIGHT_STEP_G = 500
GAP_PX, TIGHT_PX = 12, 7  # between rows; with the weight asked for they stand closer
_HOW = {"scan": "Scanned", "typed": "Typed", "chosen": "Chosen"}


class ApplicationCard(Card):
    """What goes on the skin. ``changed`` when an amount is touched; ``code_given(str)`` for scan or typing."""

    changed = Signal()
    code_given = Signal(str)
    list_wanted = Signal()
    areas_wanted = Signal()
    weighed = Signal(int)

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=GAP_PX)
        self.area_ids: tuple[str, ...] = ()
        self.lot: ProductLot | None = None
        self._suggested = False
        self._tag = Tag()
        self._list = Button("Choose", "list", "quiet", "s", name="product.list")
        self._list.triggered.connect(self.list_wanted)
        self.scan = ScanField("Scan product", "or type the code", "scan.product")
        self.scan.scanned.connect(self.code_given)
        self.scan.typed.connect(self.code_given)
        self.amount = Stepper(0, AMOUNT_STEP_MG, 0, AMOUNT_MOST_MG, 1000, 1, "g", "Amount", "stepper.amount")
        self.area = Stepper(0, AREA_STEP_MM2, 0, AREA_MOST_MM2, 100, 0, "cm²", "Area", "stepper.area")
        self.cover = Segments((("film", "Film"), ("none", "None")), "cover")
        self._amount_hint = Label("", "label", "ink3")
        self._where = Button("Areas", "", "quiet", "s", name="numb.areas")
        self._where.triggered.connect(self.areas_wanted)
        self.weight = Stepper(
            0, WEIGHT_STEP_G, LEAST_WEIGHT_G, MOST_WEIGHT_G, 1000, 1, "kg", "Weight", "stepper.weight")
        self.weight.changed.connect(self.weighed)
        self._weight_line = QWidget()
        self._cover_hint = Label("", "label", "ink3")
        self._ceiling, self._bar = Label("", "label", "ink2"), DoseBar()
        self._finding = Label("", "label", "ink2", wrap=True)
        self._source = TextLine("", "label", "ink3")
        self._build()

    def _build(self) -> None:
        self.body.addLayout(row(Label("Product", "heading"), None, self._tag, self._list))
        self.body.addWidget(self.scan)
        for words, field in ((_titled("Amount", self._amount_hint), self.amount), (self._where, self.area),
                             (_titled("Cover", self._cover_hint), self.cover)):
            field.setFixedWidth(202)
            self.body.addLayout(row(words, None, field))
        self.weight.setFixedWidth(202)
        weight = row(_titled("Weight", Label("The label asks", "label", "ink3")), None, self.weight)
        weight.setContentsMargins(0, 0, 0, 0)
        self._weight_line.setLayout(weight)
        self._weight_line.hide()
        self.body.addWidget(self._weight_line)
        self.body.addWidget(Rule())
        self.body.addLayout(row(Label("Dose", "strong"), None, self._ceiling))
        self.body.addWidget(self._bar)
        self.body.addWidget(self._finding)
        self.body.addStretch(1)
        line = row(IconMark("info", "ink3", 18), self._source, spacing=8)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self.amount.changed.connect(self._amount_touched)
        self.area.changed.connect(self._touched)
        self.cover.chosen.connect(self._touched)

    def _amount_touched(self) -> None:
        self._suggested = False
        self.changed.emit()

    def _touched(self) -> None:
        self.changed.emit()

    # --- a new application ---------------------------------------------------------------------------------

    def begin(self, planned_mm2: int | None, area_ids: tuple[str, ...] = (), all_of: int = 0) -> None:
        """Be empty for another product; the area comes from the plan's areas where their sizes are known."""
        self.lot, self._suggested = None, False
        self.scan.show_state("empty")
        self.amount.set_value(0)
        self.area.set_value(planned_mm2 or 0)
        self.cover.set_choice("")
        self.show_areas(area_ids, all_of)
        self.show_weight(False, None)
        self._amount_hint.show_text("By weight")
        self._cover_hint.show_text("")
        self._show_open(True, False)
        self.show_dose(None, "")

    def show_areas(self, area_ids: tuple[str, ...], all_of: int) -> None:
        """Show on which of the plan's areas it goes."""
        self.area_ids = area_ids
        count = f"{len(area_ids)} area{'s' if len(area_ids) != 1 else ''}"
        self._where.show_words(f"All {count}" if len(area_ids) == all_of and all_of > 1 else count, "", "")

    def take_areas(self, area_ids: tuple[str, ...], all_of: int, area_mm2: int | None,
                   label: Anesthetic | None) -> None:
        """Take other areas, with their size and the label's least amount for it where both are known."""
        self.show_areas(area_ids, all_of)
        self.area.set_value(area_mm2 or 0)
        if label is not None and (self._suggested or not self.amount.value()):
            self._suggest(label)

    def show_weight(self, asked: bool, weight_g: int | None) -> None:
        """Ask for the weight where the label's limits go by it."""
        self._weight_line.setVisible(asked)
        self.body.setSpacing(TIGHT_PX if asked else GAP_PX)
        self.weight.set_value(weight_g or 0)

    def _suggest(self, label: Anesthetic) -> None:
        least = label.mg_per_cm2_low
        if least is not None and self.area.value():
            wanted = least * self.area.value() // 100
            self.amount.set_value(-(-wanted // AMOUNT_STEP_MG) * AMOUNT_STEP_MG)
            self._suggested = True

    def take(self, lot: ProductLot, label: Anesthetic) -> None:
        """Take a good product in, with the label's least amount for the area as a start."""
        self.lot = lot
        self.scan.show_state("ok", lot.name, lot_words(lot))
        self._suggest(label)
        self.cover.set_choice("film" if label.occlusion is Occlusion.REQUIRED else "none")
        self.cover.part("film").setEnabled(label.occlusion is not Occlusion.FORBIDDEN)
        self._cover_hint.show_text({
            Occlusion.REQUIRED: "Label: needed", Occlusion.FORBIDDEN: "Label: never",
        }.get(label.occlusion, "Not on label"))
        self._show_open(True, True)

    def refuse(self, title: str, why: str) -> None:
        """Show why a code is not taken."""
        self.lot = None
        self.scan.show_state("bad", title, why)
        self._show_open(True, False)

    def lock(self, words: str) -> None:
        """Take nothing: screening closes this step, or it is skipped."""
        self.lot = None
        self.scan.show_state("caution", "No numbing today", words)
        self._show_open(False, False)

    @property
    def occluded(self) -> bool:
        """Tell whether film covers it."""
        return self.cover.choice() == "film"

    def _show_open(self, product: bool, amounts: bool) -> None:
        self.scan.setEnabled(product)
        self._list.setVisible(product and self.lot is None)
        for field in (self.amount, self.area, self.cover):
            field.setEnabled(amounts)
        self._where.setEnabled(amounts)
        self.amount.set_range(0, AMOUNT_MOST_MG)
        self.area.set_range(0, AREA_MOST_MM2)
        self._tag.setVisible(self.lot is not None)
        if self.lot is not None:
            self._tag.show_tag(_HOW.get(self.lot.entry, "Scanned"), "done", "check")
        self._amount_hint.show_text("Label's least" if self._suggested else "By weight")

    # --- one that is on the skin -----------------------------------------------------------------------------

    def show_applied(self, on_skin: Application) -> None:
        """Show a recorded application; nothing of it can be touched."""
        applied = on_skin.applied
        self.lot, self._suggested = applied.product, False
        self.scan.show_state("fixed", applied.product.name, lot_words(applied.product))
        self.amount.set_value(applied.mass_mg)
        self.area.set_value(applied.area_mm2)
        self.show_areas(applied.area_ids, 0)
        self.show_weight(False, None)
        self.cover.set_choice("film" if applied.occluded else "none")
        self._cover_hint.show_text("")
        self._show_open(False, False)

    # --- the dose ----------------------------------------------------------------------------------------------

    def show_dose(self, check: DoseCheck | None, source: str, together: bool = False) -> None:
        """Show the dose against the label's limits (of all products ``together``), and the gravest finding."""
        self._source.show_text(source or "Limits come from the product's label")
        if check is None:
            self._ceiling.show_text("")
            self._bar.show_dose(DoseLook(0, 1000, None, "", ""))
            self._finding.show_text("")
            return
        most = check.max_mass_mg
        words = f"Label's most {most / 1000:.1f} g here" if most is not None else "No limit in grams"
        self._ceiling.show_text("All products together" if together else words)
        known = check.mg_per_cm2 is not None and not together
        per = f", {(check.mg_per_cm2 or 0) / 1000:.2f} g/cm²" if known else ""
        share = round((check.share or 0.0) * 1000)
        self._bar.show_dose(DoseLook(
            share, 1000, None, f"{self.amount.value() / 1000:.1f} g{per}",
            f"{check.share:.0%} of the limits" if together and check.share is not None else
            f"{check.share:.0%} of the limit" if check.share is not None else ""))
        ordered = sorted(check.findings, key=lambda one: ("over", "ask", "note").index(one.severity.value))
        tone = {"over": "stop", "ask": "caution"}.get(ordered[0].severity.value, "ink2") if ordered else "ink2"
        self._finding.show_text(f"{ordered[0].text}." if ordered else "", tone)


def _titled(title: str, hint: Label) -> QVBoxLayout:
    return column(None, Label(title, "strong"), hint, None, spacing=0)


class ProductSheet(QWidget):
    """Choose a product without a scanner: which, its lot, its expiry. ``chosen(product, lot, expiry)``."""

    chosen = Signal(object, str, str)

    def __init__(self, products: list[CatalogProduct]) -> None:
        super().__init__()
        self._products = {one.name: one for one in products}
        self._one = OneOf(list(self._products), "product", 512)
        self._one.picked.connect(self._show_ready)
        self._lot, self._expiry = Entry(), Entry()
        for field, name, words in ((self._lot, "product.lot", "Lot, as the package says"),
                                   (self._expiry, "product.expiry", "Expiry, 2027-03-31")):
            field.setObjectName(name)
            field.setPlaceholderText(words)
            field.setAccessibleName(words)
            field.textChanged.connect(self._show_ready)
        self._take = Button("Use this product", "check", "primary", "l", name="product.confirm")
        self._take.triggered.connect(self._give)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for part in (self._one, self._lot, self._expiry, self._take):
            box.addWidget(part)
        self._show_ready()

    def _show_ready(self) -> None:
        self._take.setEnabled(bool(self._one.choice() and self._lot.text().strip()))

    def _give(self) -> None:
        self.chosen.emit(self._products[self._one.choice()], self._lot.text().strip(), self._expiry.text().strip())


class ReadingSheet(QWidget):
    """Asks which of several readings of a code the package shows. ``chosen(ScanReading)`` by hand."""

    chosen = Signal(object)

    def __init__(self, readings: Sequence[ScanReading]) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for place, reading in enumerate(readings, 1):
            words = str(reading)
            button = Button(words[:1].upper() + words[1:], "", "normal", "nav", trailing="right",
                            name=f"reading.{place}")
            button.triggered.connect(partial(self.chosen.emit, reading))
            box.addWidget(button)
