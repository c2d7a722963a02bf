"""The catalogue: the clinic's products left, one product with its recalled lots right."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.people import CatalogProduct
from console.services.catalogue_desk import RECALLED, ROLES, RecallNote, clinical_entries
from console.services.console import Console
from console.services.local_time import day_text, local_day
from console.services.scan import ScanKind
from ui.desk.walk_in import Complaint, field, titled
from ui.fonts import code_font, text_font
from ui.page import Action, Actions, Page, StatusText
from ui.paint import LEFT, RIGHT, paint_text
from ui.room.clinical_entry import EntryChips
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments, Stepper
from ui.widgets.list_row import ListRow
from ui.widgets.states import EmptyState, SearchField
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

LIST_PX, ROW_PX, MOST_NEEDLES = 400, 64, 60
ENTRY_PX = 512
NOT_SAID = {"anesthetic": "no limits known: it cannot be applied"}
NEW = CatalogProduct("", "", "", "")


class _ProductRow(ListRow):
    def __init__(self, product: CatalogProduct) -> None:
        said = f"{product.name}, {product.role}, number {product.gtin}"
        super().__init__(f"product.{product.product_id}", ROW_PX, said)
        self.product = product

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        room = box.width() - 32
        paint_text(painter, QRectF(16, 10, room, 22), self.product.name, text_font(16, 600), color("ink"), LEFT)
        role = self.product.role.capitalize()
        paint_text(painter, QRectF(16, 34, room / 2, 20), role, text_font(14), color("ink2"), LEFT)
        paint_text(painter, QRectF(16 + room / 2, 34, room / 2, 20), self.product.gtin, code_font(14, 400),
                   color("ink2"), RIGHT)


class _RecallLine(QWidget):
    def __init__(self, note: RecallNote, lift: Callable[[str], None] | None) -> None:
        super().__init__()
        standing = note.state == RECALLED
        tag = Tag()
        tag.show_tag(*(("Recalled", "stop", "stop") if standing else ("Lifted", "neutral", "")))
        when = f"{day_text(local_day(note.changed_us))}, {note.changed_by}" if note.changed_us else ""
        head = row(Label(note.lot, "code"), tag, None, spacing=12)
        if standing and lift is not None:
            button = Button("Lift", "undo", "quiet", "s", name=f"recall.lift.{note.lot}")
            button.triggered.connect(partial(lift, note.lot))
            head.addWidget(button)
        self.setLayout(column(head, TextLine(note.reason or "No reason given", "body", "ink2"),
                              Label(when, "label", "ink3"), spacing=2))


class ProductCard(Card):
    """What the catalogue says of a product. ``saved(product_id)``; ``entry_wanted(role, clinical_id)`` by hand."""

    saved = Signal(str)
    entry_wanted = Signal(str, str)

    def __init__(self, console: Console) -> None:
        super().__init__(20, 12)
        self._desk, self._product = console.products.catalogue, NEW
        self._title = TextLine("", "title")
        self.name, self.gtin = field("As the package says", "catalogue.name"), field("Scan or type", "catalogue.gtin")
        self.role = Segments(tuple((role, role.capitalize()) for role in ROLES), "catalogue.role")
        self._console, self._clinical_id = console, ""
        self.entry = Button("", "", "normal", "nav", trailing="right", name="catalogue.entry")
        self.entry.triggered.connect(lambda: self.entry_wanted.emit(self.role.choice(), self._clinical_id))
        self._entry_title = Label("What it is in the clinical files", "label", "ink2")
        self.needles = Stepper(0, 1, 0, MOST_NEEDLES, 1, 0, "", "Needles", "catalogue.needles")
        self._needles_row = QWidget()
        self._complaint = Complaint("catalogue.words")
        self._save = Button("Save", "check", "live", "nav", name="catalogue.save")
        self._save.triggered.connect(self.save)
        self.role.chosen.connect(self._show_role)
        self._build()

    def _build(self) -> None:
        needles = row(Label("Needles", "strong"), None, self.needles)
        needles.setContentsMargins(0, 0, 0, 0)
        self._needles_row.setLayout(needles)
        for part in (self._title, Rule(), titled("Name", self.name), titled("Number below its code", self.gtin),
                     Label("Role", "label", "ink2"), self.role,
                     self._entry_title, self.entry, self._needles_row, self._complaint):
            self.body.addLayout(part) if isinstance(part, QVBoxLayout) else self.body.addWidget(part)
        self.body.addStretch(1)
        self.body.addWidget(self._save)

    def show_product(self, product: CatalogProduct) -> None:
        """Show a product to be read or changed; an empty id is a new one."""
        self._product = product
        self._title.show_text(product.name or "New product")
        self.name.setText(product.name)
        self.gtin.setText(product.gtin)
        self.role.set_choice(product.role)
        self.needles.set_value(product.needles)
        self._complaint.say("")
        may = self._desk.may_edit
        for part in (self.name, self.gtin, self.role, self.entry, self.needles, self._save):
            part.setEnabled(may)
        self._save.show_words("Save" if may else "Managers change this", "", "check" if may else "lock")
        self._show_role()

    def _show_role(self) -> None:
        role = self.role.choice()
        self._needles_row.setVisible(role == "cartridge")
        self.show_entry(self._product.clinical_id if role == self._product.role else "")

    def show_entry(self, clinical_id: str) -> None:
        """Show which entry of the clinical files it is; saved with the rest."""
        role = self.role.choice()
        names = {one.clinical_id: one.name for one in clinical_entries(self._console.library, role)}
        self._clinical_id = clinical_id if clinical_id in names else ""
        self._entry_title.setVisible(bool(names))
        self.entry.setVisible(bool(names))
        self.entry.show_words(names.get(self._clinical_id, "Not said"),
                              "" if self._clinical_id else NOT_SAID.get(role, ""))

    def save(self) -> None:
        """Save what stands here, or say why not."""
        needles = self.needles.value() if self.role.choice() == "cartridge" else 0
        try:
            saved = self._desk.save(CatalogProduct(
                self._product.product_id, self.gtin.text(), self.name.text(), self.role.choice(),
                self._clinical_id, needles))
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self.saved.emit(saved.product_id)


class RecallCard(Card):
    """The recalled lots of a product. ``changed()`` after a recall or its end."""

    changed = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__(20, 12)
        self._desk, self._product_id = console.products.catalogue, ""
        self.lot, self.reason = field("As printed", "recall.lot"), field("As the maker says", "recall.reason")
        self._complaint = Complaint("recall.words")
        self._recall = Button("Recall this lot", "stop", "stop", "nav", name="recall.confirm", hold=True)
        self._recall.triggered.connect(self._recall_lot)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(14)
        self._none = Label("No lot of this product was ever recalled.", "body", "ink2", wrap=True)
        inner = QWidget()
        holding = column(self._none, self._lines, None)
        holding.setContentsMargins(0, 0, 0, 0)
        inner.setLayout(holding)
        self.body.addWidget(Label("Recalled lots", "heading"))
        self.body.addWidget(scrolled(inner), 1)
        self.body.addWidget(Rule())
        fields = row(titled("Lot", self.lot), titled("Why", self.reason))
        fields.setStretch(0, 2)
        fields.setStretch(1, 3)
        self.body.addLayout(fields)
        self.body.addWidget(self._complaint)
        self.body.addWidget(self._recall)

    def show_recalls(self, product_id: str) -> None:
        """Show a product's recalls."""
        self._product_id = product_id
        self._complaint.say("")
        self.lot.clear()
        self.reason.clear()
        while (taken := self._lines.takeAt(0)) is not None:
            old = taken.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        notes = self._desk.recalls(product_id)
        for note in notes:
            self._lines.addWidget(_RecallLine(note, self._lift if self._desk.may_edit else None))
        self._none.setVisible(not notes)
        for part in (self.lot, self.reason, self._recall):
            part.setEnabled(self._desk.may_edit)

    def _recall_lot(self) -> None:
        self._change(lambda: self._desk.recall(self._product_id, self.lot.text(), self.reason.text()))

    def _lift(self, lot: str) -> None:
        self._change(lambda: self._desk.lift(self._product_id, lot, self.reason.text() or "Lifted by the manager"))

    def _change(self, act: Callable[[], None]) -> None:
        try:
            act()
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self.changed.emit()


class CataloguePage(Page):
    """Search and list left, the product and its recalls right."""

    title, frame, tab = "Products", "desk", "catalogue"

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console, self._desk, self._chosen = console, console.products.catalogue, ""
        self._search = SearchField("Name, role or number", "catalogue.search")
        self._rows: list[_ProductRow] = []
        self._list = QVBoxLayout()
        self._card, self._recalls = ProductCard(console), RecallCard(console)
        self._right = QStackedWidget()
        self._build()

    def _build(self) -> None:
        left = Card(1, 0)
        left.setFixedWidth(LIST_PX)
        self._search.setFixedWidth(LIST_PX - 32)
        left.body.addLayout(row(self._search, margins=15))
        inner = QWidget()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        inner.setLayout(self._list)
        left.body.addWidget(scrolled(inner), 1)
        nobody = Card()
        nobody.body.addWidget(EmptyState("bottle", "Choose a product", "Search, or scan its package."))
        both = QWidget()
        pair = row(self._card, self._recalls)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setStretch(0, 1)
        pair.setStretch(1, 1)
        both.setLayout(pair)
        self._right.addWidget(nobody)
        self._right.addWidget(both)
        whole = row(left, self._right)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._search.textChanged.connect(self._find)
        self._card.saved.connect(self._saved)
        self._card.entry_wanted.connect(self._ask_entry)
        self._recalls.changed.connect(self._recall_changed)

    def enter(self, **context: object) -> None:
        """Take the stage with nothing chosen."""
        self._search.clear()
        self._chosen = ""
        self._right.setCurrentIndex(0)
        self._find()
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find(self) -> None:
        for old in self._rows:
            self._list.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._rows = [_ProductRow(one) for one in self._desk.find(self._search.text())]
        for place, button in enumerate(self._rows):
            button.clicked.connect(partial(self.choose, button.product.product_id))
            button.set_selected(button.product.product_id == self._chosen)
            self._list.insertWidget(place, button)

    def choose(self, product_id: str) -> None:
        """Show a product."""
        product = self._desk.product(product_id)
        if product is None:
            return
        self._show(product)

    def _show(self, product: CatalogProduct) -> None:
        self._chosen = product.product_id
        for button in self._rows:
            button.set_selected(button.product.product_id == self._chosen)
        self._card.show_product(product)
        self._recalls.setVisible(bool(product.product_id))
        self._recalls.show_recalls(product.product_id)
        self._right.setCurrentIndex(1)
        self.shell.update_chrome()

    def on_scan(self, text: str) -> bool:
        """Show the product a package names, or begin a new one with its number."""
        scan = self._console.products.read(text)
        if scan.product is not None:
            self.choose(scan.product.product_id)
        elif scan.kind is ScanKind.UNKNOWN_PRODUCT:
            self._show(CatalogProduct("", scan.gtin, "", ""))
        else:
            self.shell.tell(f"{scan.problems[0] if scan.problems else 'This code is no product'}.", "caution")
        return True

    def _saved(self, product_id: str) -> None:
        self._find()
        self.choose(product_id)
        self.shell.tell("Saved.", "done")

    def _ask_entry(self, role: str, clinical_id: str) -> None:
        sheet = EntryChips(lambda of: clinical_entries(self._console.library, of), "catalogue.entry", ENTRY_PX)
        sheet.show_role(role, clinical_id)

        def take() -> None:
            chosen = sheet.choice()
            self.shell.close_overlay()
            self._card.show_entry(chosen)

        sheet.changed.connect(take)
        self.shell.show_overlay(sheet, "What is it", 560)

    def _recall_changed(self) -> None:
        self._recalls.show_recalls(self._chosen)
        self.shell.tell("Recorded. It holds in every room from now on.", "done")

    def status(self) -> StatusText:
        count = len(self._rows)
        return StatusText(f"{count} product{'s' if count != 1 else ''}")

    def page_actions(self) -> Actions:
        may = self._desk.may_edit
        return Actions(
            [Action("today", "Today", lambda: self.shell.open_page("today"), icon="left", kind="quiet")],
            [Action("new", "New product", lambda: self._show(NEW), icon="plus", kind="primary" if may else "normal",
                    enabled=may, hint="" if may else "managers only")])
