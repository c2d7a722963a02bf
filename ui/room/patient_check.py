"""The right-patient check: who is meant to be here, and two matches before anything follows."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.people import Patient
from console.services.scan import ScanKind, ScanResult
from ui.fonts import display_font, text_font
from ui.icons import paint_icon
from ui.paint import CENTRE, LEFT, PaintedWidget, paint_box, paint_focus, paint_text
from ui.theme import color
from ui.widgets.buttons import PaintedButton
from ui.widgets.scan_field import ScanField
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, column, row

MATCHES_NEEDED = 2


class PhotoTile(PaintedWidget):
    """The patient's initials on their colour, where a photo will stand."""

    def __init__(self) -> None:
        super().__init__()
        self._initials, self._colour = "", "#3A49C9"
        self.setFixedSize(96, 96)

    def show_patient(self, patient: Patient) -> None:
        """Show a patient's initials and colour."""
        self._initials, self._colour = patient.initials, patient.colour
        self.say("Photo", f"no photo, initials {' '.join(self._initials)}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        paint_box(painter, box, 14, QColor(self._colour))
        paint_text(painter, box, self._initials, display_font(40), QColor("#FFFFFF"), CENTRE)


class MatchRow(PaintedButton):
    """One identifier to compare: what it is, what the record says, whether it matched."""

    def __init__(self, key: str, ask: str) -> None:
        super().__init__(f"match.{key}")
        self._ask, self._value = ask, ""
        self.setCheckable(True)
        self.setFixedHeight(60)

    def sizeHint(self) -> QSize:
        return QSize(300, 60)

    def show_value(self, value: str) -> None:
        """Show what the record says."""
        self._value = value
        self.setText(f"{self._ask}: {value}")
        self.setAccessibleName(self.text())
        self.update()

    def paint(self, painter: QPainter) -> None:
        box, on = self.rect().toRectF(), self.isChecked()
        fill = color("done_tint") if on else color("canvas") if self.isDown() else color("surface")
        paint_box(painter, box, 12, fill, color("done") if on else color("border" if self.isEnabled() else "line"))
        ring = QRectF(16, 18, 24, 24)
        if on:
            paint_icon(painter, "check", ring, "done")
        else:
            paint_box(painter, ring.adjusted(1, 1, -1, -1), 6, None, color("border"))
        paint_text(painter, QRectF(54, 8, box.width() - 66, 20), self._ask, text_font(14), color("ink2"), LEFT)
        paint_text(painter, QRectF(54, 28, box.width() - 66, 24), self._value, text_font(16, 600), color("ink"), LEFT)
        if self._ring:
            paint_focus(painter, box, 12)


class PatientCheck(Card):
    """The card of the check. ``matched(tuple)`` once two identifiers agree; ``card_read(str)`` for a scan."""

    matched = Signal(tuple)
    card_read = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._tile, self._name, self._id = PhotoTile(), Label("", "title", wrap=True), Label("", "code", "ink2")
        self._born = Label("", "body", "ink2")
        self._tag = Tag("Two matches", "neutral")
        self._rows = {"name": MatchRow("name", "They say their name"),
                      "birth_date": MatchRow("birth_date", "They say their birth date"),
                      "photo": MatchRow("photo", "Face and picture agree")}
        self._scan = ScanField("Scan patient card", "Counts as one match", "scan.card", "Type the id, P-0412")
        self._card_read = False
        self._note = Label("", "body", wrap=True)
        self._note_box = QWidget()
        self._build()

    def _build(self) -> None:
        self.body.addLayout(row(
            self._tile, column(self._name, self._born, self._id, None, spacing=4), spacing=16))
        self.body.addWidget(Rule())
        self.body.addLayout(row(Label("Right patient", "heading"), None, self._tag))
        for one in self._rows.values():
            one.clicked.connect(self._compared)
            self.body.addWidget(one)
        self.body.addWidget(self._scan)
        self._scan.scanned.connect(self.card_read)
        self._scan.typed.connect(self.card_read)
        self.body.addStretch(1)
        line = row(IconMark("caution", "caution", 24), self._note, spacing=12)
        line.setStretch(1, 1)
        self._note_box.setLayout(line)
        box = QVBoxLayout()
        box.setSpacing(12)
        box.addWidget(self._note_box)
        self.body.addLayout(box)

    def show_patient(self, patient: Patient, age_years: int | None) -> None:
        """Show who should be here."""
        born = day_words(patient.birth_date)
        self._tile.show_patient(patient)
        self._name.show_text(patient.name)
        self._born.show_text(f"{born}, {age_years} years" if age_years is not None else born)
        self._id.show_text(patient.patient_id)
        self._rows["name"].show_value(patient.name)
        self._rows["birth_date"].show_value(born)
        self._rows["photo"].show_value("No photo yet: colour and initials")
        self._rows["photo"].setEnabled(False)
        self._note.show_text(patient.note)
        self._note_box.setVisible(bool(patient.note))

    def show_check(self, confirmed: Sequence[str], words: str) -> None:
        """Show how the check stands; confirmed, nothing more can be touched."""
        done = bool(confirmed)
        for key, one in self._rows.items():
            if done:
                one.setChecked(key in confirmed)
            one.setEnabled(not done and key != "photo")
        if done and "card" in confirmed:
            self._scan.show_state("ok", "Card read", words)
        elif not self._card_read:
            self._scan.show_state("empty")
        self._scan.setEnabled(not done)
        count = len(self._found())
        text = words if done else f"{count} of {MATCHES_NEEDED} matches"
        self._tag.show_tag(text, "done" if done else "neutral", "check" if done else "")

    def read_card(self, scan: ScanResult, patient_id: str) -> str:
        """Count the patient's own card as a match; another's is refused, and why is given."""
        is_card = scan.kind is ScanKind.PATIENT
        if is_card and scan.code == patient_id:
            self._take_card()
            return ""
        why = f"It says {scan.code}" if is_card else "This is no patient card"
        self._card_read = False
        self._scan.show_state("bad", "Not this patient's card", why)
        return f"{why}, and {patient_id} is in front; nothing was confirmed."

    def _take_card(self) -> None:
        self._card_read = True
        self._scan.show_state("ok", "Card read", "It is this patient's card")
        self._compared()

    def forget(self) -> None:
        """Begin anew for another patient."""
        self._card_read = False
        for one in self._rows.values():
            one.setChecked(False)

    def _found(self) -> tuple[str, ...]:
        found = [key for key, one in self._rows.items() if one.isChecked()]
        return (*found, "card") if self._card_read else tuple(found)

    def _compared(self) -> None:
        found = self._found()
        self._tag.show_tag(f"{len(found)} of {MATCHES_NEEDED} matches", "neutral")
        if len(found) >= MATCHES_NEEDED:
            self.matched.emit(found)


def day_words(iso: str) -> str:
    """Write an ISO date as «4 March 1992»; as it is where it is no date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso or "not known"
    return f"{day.day} {day:%B} {day.year}"

