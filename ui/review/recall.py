"""Recall: a lot, a cartridge or a product, scanned or typed; the patients it reached, how far the calls have come."""

from collections.abc import Callable, Sequence
from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.quality_ports import LotUse
from console.domain.session_list import FacetKind, SessionFilter
from console.services.console import Console
from console.services.event_words import counted
from console.services.local_time import local_day
from console.services.recall_desk import STATE_WORDS, STATES, Recall, RecallCase
from ui.desk.clinic_page import clear
from ui.page import Action, Actions, StatusText
from ui.review.quality_page import QualityPage
from ui.widgets import Button, SearchField
from ui.widgets.fields import Segments
from ui.widgets.figure_table import FigureTable, TableColumn, TableRow
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, Rule, TextLine, column, fact, row

LIST_PX, ROW_PX, DAYS_SHOWN = 640, 48, 4
TONES = {"to_call": "stop", "not_reached": "caution", "told": "live", "answered": "live", "closed": "done"}
CASES = (TableColumn("Patient", 92, "code"), TableColumn("Name"), TableColumn("Telephone", 150),
         TableColumn("Last treated", 116), TableColumn("Status", 118, strong=True))
LOTS = (TableColumn("Lot", 200, "code"), TableColumn("Product"), TableColumn("Sessions", 110, "figure"))

Write = Callable[[str], Path]
WriteLetters = Callable[
    [Recall, Sequence[RecallCase], Callable[[Path], None], Callable[[BaseException], None]], None]


class RecallPage(QualityPage):
    """The patients left, one of them right. ``write`` writes the contact list, ``letters`` the letters."""

    title, section = "Recall", "recall"

    def __init__(self, console: Console, write: Write, letters: WriteLetters) -> None:
        super().__init__(console)
        self._desk, self._write, self._write_letters = console.quality.recalls, write, letters
        self._recall = Recall("", ())
        self._chosen, self._writing = "", False
        self._field = SearchField("Lot, serial number or product", "recall.search")
        self._words = Label("", "label", "ink2", wrap=True)
        self._list = FigureTable(CASES, "recall.list", "Patients reached", touched=True, row_px=ROW_PX)
        self._who, self._name = Label("", "code_title"), TextLine("", "heading")
        self._facts = column(spacing=6)
        self._marked = Label("", "label", "ink2")
        self._state = Segments(tuple((one, STATE_WORDS[one]) for one in STATES), "recall.state", 56)
        self._open = Button("Newest session", "play", "quiet", "m", name="recall.open")
        self._log = Button("All in the log", "list", "quiet", "m", name="recall.log")
        self._letter = Button("Letter", "print", "quiet", "m", name="recall.letter")
        self._right, self._none = Card(20, 12), Card()
        self._build()

    def _build(self) -> None:
        left = Card(1, 0)
        left.setFixedWidth(LIST_PX)
        self._field.setFixedWidth(LIST_PX - 32)
        below = column(self._list)
        below.setContentsMargins(7, 0, 7, 12)  # the table's ground must not cover the card's corners
        head = column(self._field, self._words, spacing=10)
        head.setContentsMargins(15, 15, 15, 10)
        left.body.addLayout(head)
        left.body.addLayout(below, 1)
        self._right.body.addWidget(self._who)
        self._right.body.addWidget(self._name)
        self._right.body.addWidget(Rule())
        self._right.body.addLayout(self._facts)
        self._right.body.addStretch(1)
        self._right.body.addLayout(row(Label("How far it has come", "label", "ink2"), None, self._marked))
        self._right.body.addWidget(self._state)
        self._right.body.addLayout(row(self._open, self._log, self._letter, None))
        self._none.body.addWidget(EmptyState(
            "scan", "Scan the package or type its lot", "Everybody it was used on is found, with a telephone number. "
            "A product's name gives its lots."))
        whole = row(left, self._right, self._none)
        whole.setStretch(1, 1)
        whole.setStretch(2, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._field.returnPressed.connect(lambda: self.ask_for(self._field.text()))
        self._list.row_chosen.connect(self._choose)
        self._state.chosen.connect(self._mark)
        self._open.triggered.connect(self._open_session)
        self._log.triggered.connect(self._open_log)
        self._letter.triggered.connect(self._write_one)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        lot = context.get("lot")
        if isinstance(lot, str):
            self._field.setText(lot)
            self.ask_for(lot)
        self._draw()

    def on_scan(self, text: str) -> bool:
        """Find what a package names."""
        scan = self.console.products.read(text)
        wanted = scan.serial or scan.lot
        if not wanted:
            self.shell.tell(f"{scan.problems[0] if scan.problems else 'This code holds no lot'}.", "caution")
            return True
        self._field.setText(wanted)
        self.ask_for(wanted)
        return True

    def ask_for(self, text: str) -> None:
        """Ask whom a lot or serial number reached, or which lots of a product were used."""
        self._words.show_text("Reading…")
        self._desk.ask(text, self._found, self._not_found)

    def _not_found(self, error: BaseException) -> None:
        self._words.show_text("")
        self.failed(error)

    def _found(self, recall: Recall) -> None:
        self._recall = recall
        if self._chosen not in [one.patient_id for one in recall.cases]:
            self._chosen = recall.cases[0].patient_id if recall.cases else ""
        self._words.show_text(_found_words(recall))
        self._draw()

    def _draw(self) -> None:
        cases = self._recall.cases
        if self._recall.lots:
            self._list.show_rows([TableRow((one.lot, one.product, f"{one.sessions:,}"), key=one)
                                  for one in self._recall.lots], LOTS)
        else:
            self._list.show_rows([_line(one) for one in cases], CASES)
            self._list.mark_row(next((place for place, one in enumerate(cases) if one.patient_id == self._chosen), -1))
        self._show_case()

    def _choose(self, key: object) -> None:
        if isinstance(key, LotUse):
            self._field.setText(key.lot)
            self.ask_for(key.lot)
        elif isinstance(key, str):
            self._chosen = key
            self._show_case()

    @property
    def _case(self) -> RecallCase | None:
        return next((one for one in self._recall.cases if one.patient_id == self._chosen), None)

    def _show_case(self) -> None:
        one = self._case
        self._right.setVisible(one is not None)
        self._none.setVisible(one is None)
        if one is not None:
            self._who.show_text(one.patient_id)
            self._name.show_text(one.patient.name if one.patient else "Erased; only the number is kept")
            clear(self._facts)
            for name, value in (("Telephone", one.patient.phone if one.patient else ""),
                                ("Language", one.patient.language if one.patient else ""),
                                ("Treated", _days(one)), ("Product", ", ".join(self._recall.products))):
                self._facts.addLayout(fact(name, value or "Not noted"))
            self._marked.show_text(one.marked_words)
            self._state.set_choice(one.state)
            self._state.setEnabled(self._desk.may)
            self._letter.setEnabled(one.patient is not None and not self._writing)
        self.shell.update_chrome()

    def _mark(self, state: str) -> None:
        if self.attempt(lambda: self._desk.mark(self._recall.text, self._chosen, state)):
            self.ask_for(self._recall.text)

    def _open_session(self) -> None:
        one = self._case
        if one is not None:
            self.shell.open_page("session", session_id=one.uses[0].session_id, came_from="recall")

    def _open_log(self) -> None:
        self.shell.open_page("sessions", wanted=SessionFilter().having(FacetKind.LOT, self._recall.text))

    def status(self) -> StatusText:
        return StatusText("Recall")

    def page_actions(self) -> Actions:
        some, waiting = bool(self._recall.cases), len(self._to_write())
        words = "Writing…" if self._writing else f"Write {counted(waiting, 'letter')}" if waiting else "Letters"
        return Actions([], [
            Action("letters", words, lambda: self._letters(self._to_write()), icon="print",
                   enabled=bool(waiting) and not self._writing),
            Action("contacts", "Contact list CSV", self._write_contacts, icon="export", kind="primary", enabled=some,
                   width=316)])

    # --- writing ----------------------------------------------------------------------------------------------

    def _to_write(self) -> list[RecallCase]:
        return [one for one in self._recall.cases if one.waits and one.patient is not None]

    def _write_one(self) -> None:
        one = self._case
        if one is not None:
            self._letters([one])

    def _letters(self, cases: Sequence[RecallCase]) -> None:
        if not self._writing:
            self._writing = True
            self._write_letters(self._recall, cases, self._written, self._not_written)
            self._show_case()

    def _written(self, path: Path) -> None:
        self._writing = False
        self._show_case()
        self.shell.tell(f"Written to {path}", "done")

    def _not_written(self, error: BaseException) -> None:
        self._writing = False
        self._show_case()
        self.failed(error)

    def _write_contacts(self) -> None:
        try:
            path = self._write(self._desk.csv(self._recall))
        except OperatorError as error:
            self.failed(error)
            return
        self.shell.tell(f"{counted(len(self._recall.cases), 'patient')} written to {path}", "done")


def _found_words(recall: Recall) -> str:
    if recall.lots:
        return f"{counted(len(recall.lots), 'lot')} of «{recall.text}» used: choose one."
    if not recall.cases:
        return f"{recall.text} was used on nobody by this record, and no product is called so."
    waiting = sum(one.waits for one in recall.cases)
    return (f"{recall.text}{', ' if recall.products else ''}{', '.join(recall.products)}: "
            f"{counted(len(recall.cases), 'patient')}, {counted(recall.sessions, 'session')}; {waiting} to tell.")


def _line(one: RecallCase) -> TableRow:
    who = one.patient
    cells = (one.patient_id, who.name if who else "Erased", who.phone or "Not noted" if who else "",
             local_day(one.uses[0].opened_us).isoformat(), STATE_WORDS[one.state])
    return TableRow(cells, tone=TONES[one.state], key=one.patient_id)


def _days(one: RecallCase) -> str:
    days = list(dict.fromkeys(local_day(use.opened_us).isoformat() for use in one.uses))
    more = f" and {len(days) - DAYS_SHOWN} more" if len(days) > DAYS_SHOWN else ""
    return ", ".join(days[:DAYS_SHOWN]) + more
