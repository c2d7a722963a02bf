"""The cards of the serum page: a product with its lot and volume, the patient's own plasma, what is recorded."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain.session_events import ProductLot
from ui.room.anesthetic_words import lot_words
from ui.room.choice_sheets import OneOf
from ui.room.done_map import DoneMap
from ui.room.record_lines import RecordLine, RecordLines
from ui.widgets.buttons import Button, Switch
from ui.widgets.fields import Stepper
from ui.widgets.scan_field import ScanField
from ui.widgets.states import EmptyState
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, column, row

STEP_UL, MOST_UL, START_UL = 500, 20_000, 2000
OFF_LABEL = ("Agreed with the patient", "Prescribed", "Clinic protocol", "Only on unneedled skin")
CHIPS_PX = 418
PLASMA_WHY = ("Prescribed", "Clinic protocol")
DRAWN_MOST_MIN, DRAWN_STEP_MIN = 480, 5
_HOW = {"scan": "In date", "typed": "Typed"}


def _volume(name: str) -> Stepper:
    made = Stepper(START_UL, STEP_UL, STEP_UL, MOST_UL, 1000, 1, "mL", "Volume", name)
    made.setFixedWidth(202)
    return made


class SerumCard(Card):
    """A serum before it is recorded. ``code_given(str)``, ``list_wanted``, ``changed``, ``applied`` by hand."""

    code_given = Signal(str)
    list_wanted = Signal()
    changed = Signal()
    applied = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self.lot: ProductLot | None = None
        self._warned = False
        self._tag = Tag()
        self._list = Button("Choose", "list", "quiet", "s", name="product.list")
        self.scan = ScanField("Scan serum", "or type the code", "scan.serum")
        self.volume = _volume("stepper.volume")
        self._areas = Label("", "label", "ink3")
        self._sign = IconMark("caution", "caution", 22)
        self._warning = Label("", "label_strong", "caution", wrap=True)
        self._rule = Rule()
        self._why = Label("Why is it used all the same?", "label", "ink2")
        self.reason = OneOf(OFF_LABEL, "offlabel", CHIPS_PX)
        self.apply = Button("Record serum", "check", "primary", "l", name="serum.apply")
        self._build()

    def _build(self) -> None:
        self.body.addLayout(row(Label("Serum", "heading"), None, self._tag, self._list))
        self.body.addWidget(self.scan)
        volume = column(None, Label("Volume", "strong"), self._areas, None, spacing=0)
        self.body.addLayout(row(volume, None, self.volume))
        self.body.addWidget(self._rule)
        warning = row(self._sign, self._warning, spacing=10)
        warning.setStretch(1, 1)
        self.body.addLayout(warning)
        self.body.addWidget(self._why)
        self.body.addWidget(self.reason)
        self.body.addStretch(1)
        self.body.addWidget(self.apply)
        self.scan.scanned.connect(self.code_given)
        self.scan.typed.connect(self.code_given)
        self._list.triggered.connect(self.list_wanted)
        self.volume.changed.connect(self._touched)
        self.reason.picked.connect(self._touched)
        self.apply.triggered.connect(self.applied)

    def _touched(self) -> None:
        self.changed.emit()

    def begin(self, areas: str) -> None:
        """Be empty for another product."""
        self.lot = None
        self._areas.show_text(areas)
        self.scan.show_state("empty")
        self.volume.set_value(START_UL)
        self.show_warning("")

    def take(self, lot: ProductLot, warning: str) -> None:
        """Take a good product in, with what is to be known before it meets needled skin."""
        self.lot = lot
        self.scan.show_state("ok" if lot.entry == "scan" else "typed", lot.name, lot_words(lot))
        self.show_warning(warning)

    def refuse(self, title: str, why: str) -> None:
        """Show why a code is not taken."""
        self.lot = None
        self.scan.show_state("bad", title, why)
        self.show_warning("")

    def lock(self, title: str, words: str) -> None:
        """Take nothing."""
        self.lot = None
        self.scan.show_state("caution", title, words)
        self.show_warning("")

    def show_warning(self, warning: str) -> None:
        """Show a warning with the reasons to choose from; empty shows none."""
        self._warned = bool(warning)
        self._warning.show_text(f"{warning.rstrip('.')}." if warning else "")
        self.reason.choose("")
        for part in (self._rule, self._sign, self._warning, self._why, self.reason):
            part.setVisible(self._warned)

    def show_ready(self, closed: str) -> None:
        """Lock or free what can be touched; ``closed`` says why nothing can."""
        for part in (self.scan, self.volume):
            part.setEnabled(not closed)
        self._list.setVisible(not closed and self.lot is None)
        self._tag.setVisible(self.lot is not None)
        if self.lot is not None:
            self._tag.show_tag(_HOW.get(self.lot.entry, "Chosen"), "done", "check")
        locked = closed or self._missing()
        self.apply.setEnabled(not locked)
        self.apply.show_words("Record serum", locked, "check")

    def _missing(self) -> str:
        if self.lot is None:
            return "scan the product first"
        return "choose why it is used" if self._warned and not self.reason.choice() else ""


class PlasmaCard(Card):
    """Plasma of the patient's own: off until asked for. ``switched(bool)``, ``code_given(str)``, ``applied``."""

    switched = Signal(bool)
    changed = Signal()
    code_given = Signal(str)
    applied = Signal()

    def __init__(self, note: str) -> None:
        super().__init__(padding=20, spacing=12)
        self.tube_id = ""
        self.switch = Switch("PRP, the patient's own plasma", name="prp.switch")
        self.scan = ScanField("Scan tube", "or type its number, T-0412-3", "scan.prp", "T-0412-3")
        self.volume = _volume("stepper.prp")
        self.drawn = Stepper(0, DRAWN_STEP_MIN, 0, DRAWN_MOST_MIN, 1, 0, "min", "Drawn, minutes ago", "stepper.drawn")
        self.drawn.setFixedWidth(202)
        self._when = QWidget()
        self._why = Label("Why is it used all the same?", "label", "ink2")
        self.reason = OneOf(PLASMA_WHY, "prp.offlabel", CHIPS_PX)
        self._match = Label("", "label", "ink2", wrap=True)
        self._off = EmptyState("tube", "No plasma", "Switch on to scan the tube. It must bear this patient's number.")
        self._note = Label(f"{note.rstrip('.')}." if note else "", "label", "ink2", wrap=True)
        self._mark = IconMark("info", "ink3", 20)
        self.apply = Button("Record PRP", "check", "primary", "l", name="prp.apply")
        self._build()

    def _build(self) -> None:
        head = column(Label("PRP", "heading"), Label("The patient's own plasma", "label", "ink3"), spacing=0)
        self.body.addLayout(row(head, None, self.switch))
        self.body.addWidget(self._off, 1)
        self.body.addWidget(self.scan)
        self.body.addWidget(self._match)
        self._applied, self._whose = Label("Applied", "strong"), Label("Volume used", "label", "ink3")
        self.body.addLayout(row(column(None, self._applied, self._whose, None, spacing=0), None, self.volume))
        words = column(None, Label("Drawn", "strong"), Label("How long ago", "label", "ink3"), None, spacing=0)
        when = row(words, None, self.drawn)
        when.setContentsMargins(0, 0, 0, 0)
        self._when.setLayout(when)
        for part in (self._when, self._why, self.reason):
            self.body.addWidget(part)
        self._room = QWidget()
        self.body.addWidget(self._room, 1)
        note = row(self._mark, self._note, spacing=10)
        note.setStretch(1, 1)
        self.body.addLayout(note)
        self.body.addWidget(self.apply)
        self.switch.toggled.connect(self._toggled)
        self.drawn.changed.connect(self._touched)
        self.reason.picked.connect(self._touched)
        self.scan.scanned.connect(self.code_given)
        self.scan.typed.connect(self.code_given)
        self.apply.triggered.connect(self.applied)
        self._show_open()

    def _touched(self) -> None:
        self.changed.emit()

    def begin(self) -> None:
        """Be switched off and empty."""
        self.tube_id = ""
        self.switch.setChecked(False)
        self.volume.set_value(START_UL)
        self.scan.show_state("empty")
        self._match.show_text("")
        self.drawn.set_value(0)
        self.reason.choose("")
        self._show_open()

    def take(self, tube_id: str, patient_id: str) -> None:
        """Take a tube that matches the patient."""
        self.tube_id = tube_id
        self.scan.show_state("ok", f"Tube {tube_id}", f"Matches {patient_id}")
        self._match.show_text("")
        self.switch.setChecked(True)
        self._show_open()

    def refuse(self, title: str, why: str) -> None:
        """Show why a tube is not taken."""
        self.tube_id = ""
        self.scan.show_state("bad", title, why)
        self.switch.setChecked(True)
        self._show_open()

    def show_ready(self, closed: str) -> None:
        """Lock or free what can be touched."""
        self.switch.setEnabled(not closed)
        for part in (self.scan, self.volume, self.drawn):
            part.setEnabled(not closed)
        locked = closed or self._missing()
        self.apply.setEnabled(not locked)
        self.apply.show_words("Record PRP", locked, "check")

    def _missing(self) -> str:
        if not self.tube_id:
            return "scan the tube first"
        if not self.drawn.value():
            return "say when it was drawn"
        return "" if self.reason.choice() else "choose why it is used"

    def _toggled(self, on: bool) -> None:
        self._show_open()
        self.switched.emit(on)

    def _show_open(self) -> None:
        on = self.switch.isChecked()
        for part in (self.scan, self.volume, self.apply, self._applied, self._whose, self._room, self._when, self._why,
                     self.reason):
            part.setVisible(on)
        self._match.setVisible(on and bool(self._match.text()))
        self._off.setVisible(not on)
        self._mark.setVisible(bool(self._note.text()))


class UsedCard(Card):
    """What has been recorded, and the way «none used». ``none_wanted`` by hand."""

    none_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self.lines, self.needled = RecordLines("serum.record"), DoneMap()
        self._empty = Label("", "body", "ink2", wrap=True)
        self._count = Label("", "label", "ink3")
        self.none = Button("None used", "x", "normal", "l", "reason needed", name="serum.none")
        self.none.triggered.connect(self.none_wanted)
        self.body.addLayout(row(Label("Recorded", "heading"), None, self._count))
        self.body.addWidget(self._empty)
        self.body.addWidget(self.lines)
        self.body.addWidget(self.needled, 1)
        self.body.addWidget(self.none)

    def show_used(self, lines: list[RecordLine], skipped: str, refused: str) -> None:
        """Show what is recorded; ``skipped`` is the reason for none, ``refused`` what consent says."""
        shown = lines or ([RecordLine("None used", skipped)] if skipped else [])
        self.lines.show_lines(shown)
        self._empty.setVisible(not shown)
        self._empty.show_text("Serum and plasma were refused in the consent. Confirm that none is used." if refused
                              else "Nothing yet. Record what was put on, or say that none is used.")
        self._count.show_text(f"{len(lines)} recorded" if lines else "")
        self.none.setEnabled(not shown)
        self.none.show_words("None used", "" if shown else "as the patient wished" if refused else "reason needed",
                             "x", "primary" if refused and not shown else "normal")
