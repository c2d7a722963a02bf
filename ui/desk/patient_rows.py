"""Patients as rows to choose from: initials on their colour, id, birth date. Names stay in the record."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.people import Patient
from ui.fonts import code_font, tabular_font, text_font
from ui.paint import CENTRE, LEFT, RIGHT, paint_box, paint_text
from ui.theme import color
from ui.widgets.list_row import ListRow
from ui.widgets.texts import scrolled

ROW_PX = 60


def birth_words(iso: str) -> str:
    """Write an ISO date as «4 Mar 1992»; as it is where it is no date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso or "not known"
    return f"{day.day} {day:%b %Y}"


def paint_initials(painter: QPainter, box: QRectF, patient: Patient, px: int) -> None:
    """Paint the patient's initials on their colour."""
    paint_box(painter, box, min(10.0, box.height() / 4), QColor(patient.colour))
    paint_text(painter, box, patient.initials, text_font(px, 600), QColor("#FFFFFF"), CENTRE, elide=False)


class _PatientRow(ListRow):
    def __init__(self, patient: Patient, prefix: str) -> None:
        said = f"{patient.patient_id}, {patient.initials}, born {birth_words(patient.birth_date)}"
        super().__init__(f"{prefix}.{patient.patient_id}", ROW_PX, said)
        self.patient = patient
        self.setText(patient.patient_id)

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        paint_initials(painter, QRectF(16, 11, 38, 38), self.patient, 14)
        paint_text(painter, QRectF(68, 0, 90, ROW_PX), self.patient.patient_id, code_font(17, 600), color("ink"), LEFT)
        words = f"born {birth_words(self.patient.birth_date)}"
        paint_text(painter, QRectF(160, 0, box.width() - 176, ROW_PX), words, tabular_font(14), color("ink2"), RIGHT)


class PatientRows(QWidget):
    """A list of patients. ``chosen(patient_id)``; rows are named ``<name>.<patient_id>``."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._patients: tuple[Patient, ...] = ()
        self._rows: dict[str, _PatientRow] = {}
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(self._inner)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._area)

    def show_patients(self, patients: Sequence[Patient], selected: str = "") -> None:
        """Show these patients; costs nothing when unchanged."""
        if tuple(patients) != self._patients:
            self._patients = tuple(patients)
            self._build()
        for patient_id, button in self._rows.items():
            button.set_selected(patient_id == selected)
        if selected in self._rows:
            self._area.ensureWidgetVisible(self._rows[selected], 0, ROW_PX)

    def _build(self) -> None:
        for old in self._rows.values():
            self._box.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._rows = {}
        for place, patient in enumerate(self._patients):
            button = _PatientRow(patient, self._name)
            button.clicked.connect(self._pressed)
            self._box.insertWidget(place, button)
            self._rows[patient.patient_id] = button

    def patient_ids(self) -> list[str]:
        """Give the ids shown, in order."""
        return list(self._rows)

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, _PatientRow):
            self.chosen.emit(sender.patient.patient_id)
