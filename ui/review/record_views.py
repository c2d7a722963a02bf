"""The parts of a session's page below the tape: its areas, its events, what was used and agreed, its proof."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.services.area_sheet import HEADS, area_sheet, sheet_cells
from console.services.event_words import counted
from console.services.list_columns import DASH, seal_state
from console.services.local_time import clock_seconds_text
from console.services.record_words import (
    RecordLine,
    agreed_lines,
    amendment_lines,
    deviation_lines,
    people_lines,
    product_lines,
    proof_lines,
    signatures_of,
)
from console.services.review_desk import SessionDossier
from console.services.session_story import ALARM, DECISION, GAP, MARK, NEEDLING, OVER, StoryLine
from ui.widgets.fields import Segments
from ui.widgets.figure_table import FigureTable, TableColumn, TableRow
from ui.widgets.signature_pad import SignaturePad
from ui.widgets.texts import Card, Label, column, row, scrolled

CHOICES = (("all", "Everything"), (NEEDLING, "Needling"), (ALARM, "Alarms"), (OVER, "Over depth"), (GAP, "Gaps"),
           (MARK, "Marks and notes"), (DECISION, "Decisions"))
_WIDTHS = (150, 112, 88, 124, 92, 76, 82, 72, 80, 116, 150, 0)


class AreasView(Card):
    """Each area in one line; ``area_chosen(area_id)`` moves the tape to its begin."""

    area_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(padding=12, spacing=4)
        looks = {"Area": "words", "Endpoint": "words", "Note": "words"}
        columns = [TableColumn(head, width, looks.get(head, "figure"), head == "Area")
                   for head, width in zip(HEADS, _WIDTHS, strict=True)]
        self.table = FigureTable(columns, "session.areas", "Areas against plan", touched=True)
        self._foot = Label("", "caption", "ink3", wrap=True)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._foot)
        self.table.row_chosen.connect(lambda key: self.area_chosen.emit(str(key)))

    def show_dossier(self, dossier: SessionDossier) -> None:
        """Show a session's areas."""
        lines = area_sheet(dossier.state, dossier.table, dossier.areas)
        self.table.show_rows([TableRow(sheet_cells(one), key=one.summary.area_id) for one in lines])
        self._foot.show_text("Depth in mm, medians on the skin. Punctures per cm² are an estimate: strokes while on "
                             "the skin, times needles, by the area's entered size.")

    def mark(self, area_id: str) -> None:
        """Light up the area the tape is in."""
        places = [place for place, one in enumerate(self.table.rows()) if one.key == area_id]
        self.table.mark_row(places[0] if places else -1)


class EventsView(Card):
    """Every entry with its actor, to choose among; ``moment_chosen(utc_us)`` moves the tape."""

    moment_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(padding=12, spacing=8)
        self._story: tuple[StoryLine, ...] = ()
        self._which = Segments(CHOICES, "session.events", 44)
        self._which.set_choice("all")
        self._count = Label("", "label", "ink3")
        columns = (TableColumn("Time", 92, "figure"), TableColumn("What", 0, "words", True),
                   TableColumn("By", 100, "code"), TableColumn("Entry", 76, "figure"))
        self.table = FigureTable(columns, "session.story", "Events", touched=True)
        self.body.addLayout(row(self._which, None, self._count))
        self.body.addWidget(self.table, 1)
        self._which.chosen.connect(lambda _: self._show())
        self.table.row_chosen.connect(self.moment_chosen)

    def show_story(self, story: Sequence[StoryLine]) -> None:
        """Show these lines."""
        self._story = tuple(story)
        self._which.set_choice("all")
        self._show()

    def _show(self) -> None:
        kind = self._which.choice()
        entries = [one for one in self._story if one.kind != OVER]
        shown = [one for one in (self._story if kind == OVER else entries) if kind in ("all", one.kind)]
        self.table.show_rows([
            TableRow((clock_seconds_text(one.at_us), one.words, one.actor_id, str(one.seq) if one.seq else DASH),
                     one.priority, one.taken_back, key=one.at_us) for one in shown])
        self._count.show_text(counted(len(shown), "stretch") if kind == OVER
                              else f"{len(shown)} of {len(entries)} entries")

    def mark(self, utc_us: int) -> None:
        """Light up the last entry up to a moment."""
        keys = [one.key for one in self.table.rows()]
        past = [place for place, key in enumerate(keys) if isinstance(key, int) and key <= utc_us]
        self.table.mark_row(past[-1] if past else -1)


class _Lines(QWidget):
    """A quiet name over its words, and a code below them."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 4, 0)
        self._box.setSpacing(9)

    def show_lines(self, lines: Sequence[RecordLine]) -> None:
        """Show these lines."""
        clear(self._box)
        for one in lines:
            parts = [Label(one.name, "label", "ink3")] if one.name else []
            if one.words:
                parts.append(Label(one.words, "body", one.tone or "ink", wrap=True))
            if one.code:
                parts.append(Label(one.code, "code_label", "ink2", wrap=True))
            self._box.addLayout(column(*parts, spacing=1))
        self._box.addStretch(1)


def clear(box: QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while (taken := box.takeAt(0)) is not None:
        inner = taken.layout()
        if isinstance(inner, QVBoxLayout):
            clear(inner)
        elif inner is not None:
            while (part := inner.takeAt(0)) is not None:
                _drop(part.widget())
            inner.deleteLater()
        _drop(taken.widget())


def _drop(old: QWidget | None) -> None:
    if old is not None:
        old.hide()
        old.deleteLater()


def _cards(*parts: tuple[str, QWidget]) -> QHBoxLayout:
    line = row()
    for head, inner in parts:
        card = Card(16, 8)
        card.body.addWidget(Label(head, "heading"))
        card.body.addWidget(scrolled(inner), 1)
        line.addWidget(card, 1)
    return line


class UsedView(QWidget):
    """Products with their lots, consents with version and drawn signatures, who did what."""

    def __init__(self) -> None:
        super().__init__()
        self._products, self._agreed, self._people = _Lines(), _Lines(), _Lines()
        self._pads = QVBoxLayout()
        self._pads.setSpacing(8)
        signed = QWidget()
        signed.setLayout(column(self._pads, None))
        self.setLayout(_cards(("Used", self._products), ("Agreed", self._agreed), ("Signatures", signed),
                              ("Who did what", self._people)))

    def show_dossier(self, dossier: SessionDossier) -> None:
        """Show a session's products, agreements and people."""
        self._products.show_lines(product_lines(dossier.state))
        self._agreed.show_lines(agreed_lines(dossier.state))
        self._people.show_lines(people_lines(dossier.events, dossier.state))
        clear(self._pads)
        for number, (words, strokes) in enumerate(signatures_of(dossier.state)):
            pad = SignaturePad(words, f"session.signature.{number}")
            pad.set_strokes(strokes)
            pad.show_signed(words)
            self._pads.addWidget(pad)


class ProofView(QWidget):
    """The seal with its head, what was amended, and everything off the plan."""

    def __init__(self) -> None:
        super().__init__()
        self._proof, self._changes, self._off = _Lines(), _Lines(), _Lines()
        self.setLayout(_cards(("Seal", self._proof), ("Amendments", self._changes), ("Off plan", self._off)))

    def show_dossier(self, dossier: SessionDossier) -> None:
        """Show how a session is proved, amended and off its plan."""
        self._proof.show_lines(proof_lines(dossier))
        amended = amendment_lines(dossier)
        self._changes.show_lines(amended or [RecordLine("", "Nothing was amended.", "ink3")])
        off = deviation_lines(dossier.state)
        self._off.show_lines(off or [RecordLine("", "Nothing was off the plan.", "ink3")])


def badge_state(dossier: SessionDossier) -> str:
    """Give the seal badge's state of a session that was proved."""
    if dossier.fault is not None:
        return "broken"
    state = seal_state(dossier.row)
    return "verified" if state == "sealed" else state
