"""Finding a patient by name, id, birth date or card, and starting their session."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from console.domain.errors import OperatorError
from console.domain.people import Patient
from console.services.console import Console
from console.services.scan import ScanKind, read_scan
from ui.desk.letter_keys import LetterKeys
from ui.desk.patient_rows import PatientRows, birth_words
from ui.desk.plan_choice import PlanChoice
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState, SearchField
from ui.widgets.texts import Label, column, row

LIST_PX, SHEET_PX, HEIGHT_PX = 400, 1120, 440


def card_id(console: Console, text: str) -> str:
    """Give the patient id on a scanned card, empty if the scan is something else."""
    result = read_scan(text, (), console.day.today())
    return result.code if result.kind is ScanKind.PATIENT else ""


class FindPatient(QWidget):
    """Search left, keys right; a chosen patient turns the keys into the clinic's plans.

    ``start_wanted(patient_id, plan_id)``, ``add_wanted(text)`` when nobody is found.
    """

    start_wanted = Signal(str, str)
    add_wanted = Signal(str)

    def __init__(self, console: Console, patient_id: str = "") -> None:
        super().__init__()
        self._console = console
        self.setMinimumHeight(HEIGHT_PX)
        self._search = SearchField("Name, id or birth date", "find.text")
        self._rows = PatientRows("find")
        self._nobody = EmptyState("search", "Nobody is found", "Check the spelling, or add a walk-in.", "Add walk-in",
                                  "plus", name="find.add")
        self._lists, self._right = QStackedWidget(), QStackedWidget()
        self._who, self._born = Label("", "code_title"), Label("", "body", "ink2")
        self._plans = PlanChoice(console, "find.plan")
        self._build()
        self._find()
        if patient_id:
            self.choose(patient_id)

    def _build(self) -> None:
        self._lists.addWidget(self._rows)
        self._lists.addWidget(self._nobody)
        self._lists.setFixedWidth(LIST_PX)
        self._search.setFixedWidth(LIST_PX)
        keys = QWidget()
        keys.setLayout(column(LetterKeys(self._search, name="find.keys"), None))
        chosen = QWidget()
        again = Button("Another patient", "left", "quiet", "m", name="find.again")
        again.triggered.connect(self._again)
        head = row(self._who, self._born, None, again, spacing=16)
        chosen.setLayout(column(head, self._plans))
        self._right.addWidget(keys)
        self._right.addWidget(chosen)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(24)
        line.addLayout(column(self._search, self._lists))
        line.addWidget(self._right, 1)
        self._search.textChanged.connect(self._find)
        self._search.returnPressed.connect(self._take_only)
        self._rows.chosen.connect(self.choose)
        self._nobody.acted.connect(self._add)
        self._plans.start_wanted.connect(self.start_wanted)
        self.setFocusProxy(self._search)

    def _find(self) -> None:
        self._show(lambda: self._console.day.find_patients(self._search.text().strip()))

    def _show(self, read: Callable[[], list[Patient]]) -> None:
        try:
            found = read()
        except OperatorError:
            found = []
        self._rows.show_patients(found)
        self._lists.setCurrentIndex(0 if found else 1)

    def _take_only(self) -> None:
        ids = self._rows.patient_ids()
        if len(ids) == 1:
            self.choose(ids[0])

    def choose(self, patient_id: str) -> None:
        """Choose a patient; their plans come up."""
        try:
            patient = self._console.day.patient(patient_id)
        except OperatorError as error:
            self._nobody.title.show_text(str(error))
            self._lists.setCurrentIndex(1)
            return
        self._rows.show_patients([patient], patient_id)
        self._lists.setCurrentIndex(0)
        self._who.show_text(patient.patient_id)
        self._born.show_text(f"{patient.initials}, born {birth_words(patient.birth_date)}")
        self._plans.show_patient(patient)
        self._right.setCurrentIndex(1)

    def _again(self) -> None:
        self._right.setCurrentIndex(0)
        self._search.clear()
        self._find()
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> None:
        self.add_wanted.emit(self._search.text().strip())

    def on_scan(self, text: str) -> bool:
        """Take a patient's card."""
        patient_id = card_id(self._console, text)
        if patient_id:
            self.choose(patient_id)
        return bool(patient_id)
