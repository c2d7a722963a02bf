"""Recall: a lot or a cartridge, scanned or typed; the patients it reached, and how far the calls have come."""

from collections.abc import Callable
from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.session_list import FacetKind, SessionFilter
from console.services.console import Console
from console.services.event_words import counted
from console.services.local_time import local_day
from console.services.recall_desk import STATE_WORDS, STATES, Recall, RecallCase
from ui.desk.clinic_page import RecordList, clear
from ui.page import Action, Actions, StatusText
from ui.review.quality_page import QualityPage, SessionLine
from ui.widgets import Button, SearchField
from ui.widgets.fields import Segments
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, Rule, TextLine, column, fact, row

LIST_PX = 600
TONES = {"to_call": "stop", "told": "live", "answered": "live", "closed": "done"}


class RecallPage(QualityPage):
    """The patients left, one of them right. ``write`` writes the contact list and names the file."""

    title, section = "Recall", "recall"

    def __init__(self, console: Console, write: Callable[[str], Path]) -> None:
        super().__init__(console)
        self._desk, self._write = console.quality.recalls, write
        self._recall = Recall("", ())
        self._chosen = ""
        self._field = SearchField("Lot or serial number, scanned or typed", "recall.search")
        self._words = Label("", "label", "ink2", wrap=True)
        self._list = RecordList()
        self._who, self._name = Label("", "code_title"), TextLine("", "heading")
        self._facts = column(spacing=6)
        self._state = Segments(tuple((one, STATE_WORDS[one]) for one in STATES), "recall.state", 56)
        self._open = Button("Open the newest session", "play", "quiet", "m", name="recall.open")
        self._log = Button("Its sessions in the log", "list", "quiet", "m", name="recall.log")
        self._right, self._none = Card(20, 12), Card()
        self._build()

    def _build(self) -> None:
        left = Card(0, 0)
        left.setFixedWidth(LIST_PX)
        self._field.setFixedWidth(LIST_PX - 32)
        head = column(self._field, self._words, spacing=10)
        head.setContentsMargins(15, 15, 15, 10)
        left.body.addLayout(head)
        left.body.addWidget(self._list, 1)
        self._right.body.addWidget(self._who)
        self._right.body.addWidget(self._name)
        self._right.body.addWidget(Rule())
        self._right.body.addLayout(self._facts)
        self._right.body.addStretch(1)
        self._right.body.addWidget(Label("How far it has come", "label", "ink2"))
        self._right.body.addWidget(self._state)
        self._right.body.addLayout(row(self._open, self._log, None))
        self._none.body.addWidget(EmptyState(
            "scan", "Scan the package or type its lot", "Everybody it was used on is found, with a telephone number."))
        whole = row(left, self._right, self._none)
        whole.setStretch(1, 1)
        whole.setStretch(2, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._field.returnPressed.connect(lambda: self.ask_for(self._field.text()))
        self._state.chosen.connect(self._mark)
        self._open.triggered.connect(self._open_session)
        self._log.triggered.connect(self._open_log)

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
        """Ask whom a lot or serial number reached."""
        self._words.show_text("Reading…")
        self._desk.ask(text, self._found, self._not_found)

    def _not_found(self, error: BaseException) -> None:
        self._words.show_text("")
        self.failed(error)

    def _found(self, recall: Recall) -> None:
        self._recall = recall
        if self._chosen not in [one.patient_id for one in recall.cases]:
            self._chosen = recall.cases[0].patient_id if recall.cases else ""
        waiting = sum(one.state == "to_call" for one in recall.cases)
        self._words.show_text(
            f"{recall.text}: {counted(len(recall.cases), 'patient')}, {counted(recall.sessions, 'session')}; "
            f"{waiting} to call." if recall.cases else f"{recall.text} was used on nobody by this record.")
        self._draw()

    def _draw(self) -> None:
        self._list.show_rows([
            SessionLine(f"recall.{one.patient_id}", "", one.patient_id, _detail(one), STATE_WORDS[one.state], "",
                        TONES[one.state]) for one in self._recall.cases], self._choose, self._chosen)
        self._show_case()

    def _choose(self, patient_id: str) -> None:
        self._chosen = patient_id
        for one in self._list.rows:
            one.set_selected(one.objectName().partition(".")[2] == patient_id)
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
            days = ", ".join(local_day(use.opened_us).isoformat() for use in one.uses[:4])
            for name, value in (("Telephone", one.patient.phone if one.patient else ""),
                                ("Language", one.patient.language if one.patient else ""), ("Treated", days)):
                self._facts.addLayout(fact(name, value or "Not noted"))
            self._state.set_choice(one.state)
            self._state.setEnabled(self._desk.may)
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
        some = bool(self._recall.cases)
        return Actions([], [Action("contacts", "Contact list CSV", self._write_contacts, icon="export",
                                   kind="primary", enabled=some, width=316)])

    def _write_contacts(self) -> None:
        try:
            path = self._write(self._desk.csv(self._recall))
        except OperatorError as error:
            self.failed(error)
            return
        self.shell.tell(f"{counted(len(self._recall.cases), 'patient')} written to {path}", "done")


def _detail(one: RecallCase) -> str:
    name = one.patient.name if one.patient else "erased"
    phone = one.patient.phone if one.patient and one.patient.phone else "no telephone noted"
    return f"{name}, {phone}; {counted(len(one.uses), 'session')}, last {local_day(one.uses[0].opened_us)}"
