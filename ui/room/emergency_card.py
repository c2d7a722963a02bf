"""The emergency card: whom to call, what was done when, what is on the skin. It hides no reading and no alarm."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from console.domain.anesthesia import ToxicitySign
from console.domain.quantities import quantity
from console.domain.session_state import SessionState
from console.domain.sources import cite
from console.services.clinical_library import ClinicalLibrary
from console.services.console import Console
from console.services.emergency_desk import EmergencyPlan
from console.services.local_time import clock_text
from ui.desk.clinic_page import clear, drop
from ui.room.choice_sheets import slug
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.lists import EventLog, EventRow
from ui.widgets.texts import Card, IconMark, Label, Rule, column, row, scrolled

VIEWS = (("log", "Log"), ("patient", "Patient"), ("kit", "Kit"))
STAGES = (("early", "Early signs"), ("late", "Late signs"))


class EmergencyCard(Card):
    """``logged(entry)``, ``incident_wanted()`` and ``closed()`` by hand; ``closable`` where it lies over a page."""

    logged = Signal(str)
    incident_wanted = Signal()
    closed = Signal()

    def __init__(self, closable: bool = False) -> None:
        super().__init__(padding=16, spacing=8)
        self.setObjectName("emergency")
        self.setAccessibleName("Emergency card")
        self._plan: EmergencyPlan | None = None
        self._views = Segments(VIEWS, "emergency.view", 48)
        self._stack, self._keys = QStackedWidget(), QGridLayout()
        self._number, self._where = Label("", "title", wrap=True), Label("", "label", "ink2", wrap=True)
        self.log = EventLog("emergency.log")
        self._patient, self._kit = QVBoxLayout(), QVBoxLayout()
        self._build(closable)
        self._views.chosen.connect(self.show_view)
        self.show_view("log")

    def _build(self, closable: bool) -> None:
        head = row(self._views)
        if closable:
            leave = Button("", "x", "quiet", "m", name="emergency.close")
            leave.setAccessibleName("Close the emergency card")
            leave.triggered.connect(self.closed)
            head.addWidget(leave)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        call = row(IconMark("phone", "ink", 24), column(self._number, self._where, spacing=2), spacing=12)
        call.setStretch(1, 1)
        self.body.addLayout(call)
        self.body.addWidget(Rule())
        self.body.addWidget(self._stack, 1)
        incident = Button("Report an incident", "note", "quiet", "m", name="emergency.incident")
        incident.triggered.connect(self.incident_wanted)
        self.body.addWidget(incident)
        self._keys.setSpacing(8)
        log = QVBoxLayout()
        log.addLayout(self._keys)
        log.addWidget(self.log, 1)
        for layout in (log, self._patient, self._kit):
            self._stack.addWidget(_page(layout))

    def show_view(self, key: str) -> None:
        """Turn to the log, the patient or the kit."""
        self._views.set_choice(key)
        self._stack.setCurrentIndex([one for one, _ in VIEWS].index(key))

    def show_clinic(self, name: str, address: str, phone: str, plan: EmergencyPlan) -> None:
        """Show whom to call and from where; the words of the log are the clinic's."""
        self._number.show_text(f"Call {plan.number}" if plan.number else "No emergency number is set",
                               "ink" if plan.number else "caution")
        own = f"{name}, {address}" if address else "The clinic's address is not set"
        self._where.show_text(f"{own}. Telephone {phone}" if phone else own)
        if plan == self._plan:
            return
        self._plan = plan
        while (taken := self._keys.takeAt(0)) is not None:
            if (old := taken.widget()) is not None:
                drop(old)
        for place, entry in enumerate(plan.entries):
            key = Button(entry, "", "normal", "s", name=f"emergency.{slug(entry)}")
            key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # two abreast, however narrow
            key.triggered.connect(partial(self.logged.emit, entry))
            self._keys.addWidget(key, place // 2, place % 2)
        _fill(self._kit, [("Where it is", (plan.kit_place or "The clinic has not said where its kit is",)),
                          ("In it", plan.kit or ("The clinic has not listed its kit",))])

    def show_log(self, rows: list[EventRow]) -> None:
        """Show what happened, newest first."""
        self.log.show_rows(rows)

    def show_patient(self, lines: list[tuple[str, tuple[str, ...]]]) -> None:
        """Show what is known of the patient, heading by heading."""
        _fill(self._patient, lines)


def _page(layout: QVBoxLayout) -> QWidget:
    inner = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    inner.setLayout(layout)
    return scrolled(inner)


def _fill(box: QVBoxLayout, lines: list[tuple[str, tuple[str, ...]]]) -> None:
    clear(box)
    for title, words in lines:
        part = QWidget()
        part.setLayout(column(
            Label(title, "strong"), *(Label(one, "body", "ink2", wrap=True) for one in words), spacing=2))
        box.addWidget(part)
    box.addStretch(1)


def log_lines(state: SessionState) -> list[EventRow]:
    """Give the emergency log alone, newest first."""
    return [EventRow(clock_text(at_us), f"{one.entry}{f', {one.note}' if one.note else ''}", "", True)
            for at_us, one in reversed(state.emergency)]


def patient_lines(state: SessionState, note: str, library: ClinicalLibrary) -> list[tuple[str, tuple[str, ...]]]:
    """Give what helpers ask: anesthetic on the skin, precautions and allergies, the signs of toxicity with source."""
    on = tuple(f"{one.applied.product.name}, {quantity('mass_mg').with_unit(one.applied.mass_mg)}, "
               f"since {clock_text(one.since_us)}" for one in state.anesthetics_on())
    questions = {rule.rule_id: rule.question for rule in state.rules}
    told = tuple(f"{questions.get(rule_id, rule_id)}{f': {given.note}' if given.note else ''}"
                 for rule_id, given in state.answers.items() if given.answer == "yes")
    who = ((note,) if note else ()) + told
    lines = [("On the skin", on or ("No anesthetic",)), ("Allergies and precautions", who or ("None told",))]
    return [*lines, *(_signs(library.toxicity_signs, stage, title) for stage, title in STAGES)]


def _signs(signs: tuple[ToxicitySign, ...], stage: str, title: str) -> tuple[str, tuple[str, ...]]:
    of_stage = [one for one in signs if one.stage == stage]
    sources = dict.fromkeys(one.source for one in of_stage)
    words = ", ".join(one.text.lower() for one in of_stage)
    return f"{title} of anesthetic toxicity", (words.capitalize(), f"Source: {cite(tuple(sources))}") if words else (
        "No signs in the clinical data",)


def fill_card(card: EmergencyCard, console: Console, state: SessionState, rows: Callable[[], list[EventRow]]) -> None:
    """Show a session on the card."""
    clinic, library = console.library.clinic, console.library
    card.show_clinic(clinic.name, clinic.address, clinic.phone, console.clinic.emergency.plan())
    note = console.registry.patient(state.opened.patient_id).note if state.opened else ""
    card.show_log(rows())
    card.show_patient(patient_lines(state, note, library))
