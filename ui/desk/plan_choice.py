"""Choosing a treatment plan for a patient, and starting their session."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.people import Patient
from console.domain.treatment_plan import missing
from console.services.console import Console
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

COLUMNS = 2


class PlanChoice(QWidget):
    """The clinic's plans as buttons and a start below. ``start_wanted(patient_id, plan_id)``."""

    start_wanted = Signal(str, str)

    def __init__(self, console: Console, name: str = "plan") -> None:
        super().__init__()
        self._console, self._name = console, name
        self._patient_id, self._plan_id = "", ""
        self._buttons: dict[str, Button] = {}
        self._start = Button("Start session", "", "primary", "l", "choose a plan", "right", name=f"{name}.start")
        self._start.triggered.connect(self._begin)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._lead = Label("Treatment plan", "strong")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._lead)
        box.addLayout(self._grid)
        box.addStretch(1)
        box.addWidget(self._start)
        self._fill()

    def _fill(self) -> None:
        for place, plan in enumerate(self._console.day.plans()):
            gaps = missing(plan, self._console.day.pen_class)
            hint = f"waits for the clinic: {gaps[0]}" if gaps else _areas(len(plan.area_ids))
            button = Button(plan.name, kind="quiet", size="l", hint=hint, name=f"{self._name}.{plan.plan_id}")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setEnabled(not gaps)
            button.triggered.connect(partial(self.choose, plan.plan_id))
            self._buttons[plan.plan_id] = button
            self._grid.addWidget(button, place // COLUMNS, place % COLUMNS)

    def show_patient(self, patient: Patient) -> None:
        """Ask for this patient's plan; the plan of a running course is chosen already."""
        self._patient_id = patient.patient_id
        courses = [one for one in self._console.registry.courses(patient.patient_id)
                   if not one.length or one.done < one.length]
        wanted = courses[-1].plan_id if courses else ""
        self.choose(wanted if wanted in self._buttons and self._buttons[wanted].isEnabled() else "")

    def choose(self, plan_id: str) -> None:
        """Choose a plan; empty chooses none."""
        self._plan_id = plan_id
        for key, button in self._buttons.items():
            on = key == plan_id
            button.show_words(button.text(), button.hint, "check" if on else "", "live" if on else "quiet")
        self._start.setEnabled(bool(plan_id) and bool(self._patient_id))
        self._start.show_words(
            "Start session", f"{self._patient_id}, check-in first" if plan_id else "choose a plan first")

    def _begin(self) -> None:
        self.start_wanted.emit(self._patient_id, self._plan_id)


def _areas(count: int) -> str:
    return f"{count} area{'' if count == 1 else 's'}"
