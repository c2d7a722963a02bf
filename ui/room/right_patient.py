"""The right-patient check again: asked when the console is turned to a session, before it is needled."""

from PySide6.QtWidgets import QHBoxLayout

from console.domain import intake
from console.domain import session_events as ev
from console.domain.session_state import SessionState
from console.services.console import Console
from console.services.event_words import plain
from console.services.local_time import clock_text
from console.services.scan import ScanKind
from ui.page import Action, Actions, StatusText
from ui.room.patient_check import PatientCheck
from ui.room.room_page import RoomPage
from ui.widgets.texts import Card, Label, Rule, row

CHECK_PX = 480


class RightPatientPage(RoomPage):
    """Stands before preparation and needling until two identifiers agree again."""

    title = "Right patient"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.check = PatientCheck()
        self.check.setFixedWidth(CHECK_PX)
        self.check.matched.connect(self._confirm)
        self.check.card_read.connect(self._card)
        self._facts = {name: Label("", "label_strong") for name in ("Plan", "Step", "Practitioner", "Turned to")}
        self._build()

    def _build(self) -> None:
        told = Card(padding=20, spacing=12)
        told.body.addWidget(Label("Who lies there now?", "title"))
        told.body.addWidget(Label(
            "You turned to this session. Needling starts, or goes on, once the patient is confirmed.",
            "body", "ink2", wrap=True))
        told.body.addWidget(Rule())
        for name, value in self._facts.items():
            told.body.addLayout(row(Label(name, "label", "ink3"), None, value))
        told.body.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self.check)
        line.addWidget(told, 1)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        opened = self.state.opened
        if opened is not None:
            self.check.forget()
            self.check.show_patient(self.console.day.patient(opened.patient_id), opened.age_years)

    def show_state(self, state: SessionState) -> None:
        if not state.check_again:
            self.shell.open_page(state.phase.value)
            return
        self.check.show_check((), "")
        turned = [event.at_us for _, event in state.log if isinstance(event.what, ev.TurnedTo)]
        words = (state.plan.plan_name if state.plan else "", plain(state.phase.value).capitalize(),
                 state.practitioner_id, clock_text(turned[-1]))
        for label, text in zip(self._facts.values(), words, strict=True):
            label.show_text(text)

    def status(self) -> StatusText:
        return StatusText("Is this the right patient?", self.saving_facts(), notice="caution")

    def page_actions(self) -> Actions:
        return Actions([Action("today", "Today", self._to_today, icon="left", kind="quiet")])

    def on_scan(self, text: str) -> bool:
        if self.console.products.read(text).kind is not ScanKind.PATIENT:
            return False
        self._card(text)
        return True

    def _card(self, text: str) -> None:
        if complaint := self.check.read_card(self.console.products.read(text), self.patient_id):
            self.shell.tell(complaint, kind="stop")

    def _confirm(self, matched: tuple[str, ...]) -> None:
        if self.state.check_again:
            self.attempt(lambda: self.console.desk.do(intake.confirm_patient(matched)))

    def _to_today(self) -> None:
        self.shell.open_page("today")
