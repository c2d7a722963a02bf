"""Erasing a patient: what goes and what stays, the ground, the reason, the number typed once more, and a PIN."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.erasure import GROUND_WORDS, KEPT_WORDS, Erasure, Ground
from console.domain.errors import OperatorError
from console.services.event_words import counted
from console.services.keeping_desk import KeepingDesk, RecordStanding
from console.services.pin_guard import NotProved
from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field, titled
from ui.room.choice_sheets import OneOf
from ui.widgets.buttons import Button
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import Label, Rule, column, row

CHIPS_PX, PIN_PX = 520, 420
WIDTH_PX = 1180


class EraseSheet(QWidget):
    """Three steps: the ground, the reason with the number, the PIN. ``erased(Erasure)`` once it is done."""

    erased = Signal(object)

    def __init__(self, desk: KeepingDesk, standing: RecordStanding) -> None:
        super().__init__()
        self._desk, self._patient_id = desk, standing.trace.patient_id
        self._grounds = OneOf(list(GROUND_WORDS.values()), "erase.ground", CHIPS_PX)
        self._reason = field("the clinic's own words", "erase.reason")
        self._number = field(self._patient_id, "erase.number")
        self._on = Button("Go on", "", "primary", "l", trailing="right", name="erase.go_on")
        self._to_pin = Button("Go on to the PIN", "", "primary", "l", trailing="right", name="erase.to_pin")
        self._complaint, self._steps = Complaint("erase.words"), QStackedWidget()
        self._pad = PinPad("Your PIN erases the patient for good", name="erase.pin")
        for step in (self._ground_step(standing), self._reason_step(), self._pin_step()):
            self._steps.addWidget(step)
        self.setLayout(column(self._complaint, self._steps, spacing=12))
        self._grounds.picked.connect(self._show_ready)
        for line in (self._reason, self._number):
            line.textChanged.connect(self._show_ready)
        self._on.triggered.connect(lambda: self._steps.setCurrentIndex(1))
        self._to_pin.triggered.connect(lambda: self._steps.setCurrentIndex(2))
        self._pad.entered.connect(self._entered)
        self._show_ready()

    def _ground_step(self, standing: RecordStanding) -> QWidget:
        goes = Label(gone_words(standing), "body", wrap=True)
        goes.setObjectName("erase.gone")
        stays = [Label(f"{what}, {why}.", "body", "ink2", wrap=True) for what, why in KEPT_WORDS]
        gone = column(Label("Goes for good", "strong"), goes, Rule(), spacing=10)
        left = column(gone, Label("Stays", "strong"), *stays, None, spacing=10)
        right = column(Label("Why it may be erased", "strong"), self._grounds, None, self._on, spacing=12)
        return _side_by_side(left, right)

    def _reason_step(self) -> QWidget:
        left = column(titled("Reason", self._reason), titled(f"Type {self._patient_id} once more", self._number), None,
                      self._to_pin, spacing=16)
        return _side_by_side(left, column(LetterKeys(self._reason, self._number, name="erase.keys"), None))

    def _pin_step(self) -> QWidget:
        self._pad.setFixedWidth(PIN_PX)
        signing = QWidget()
        signing.setLayout(row(None, self._pad, None))
        return signing

    def _ground(self) -> Ground | None:
        chosen = self._grounds.choice()
        return next((one for one, words in GROUND_WORDS.items() if words == chosen), None)

    def _show_ready(self, *_: object) -> None:
        typed = self._number.text().strip().upper() == self._patient_id.upper()
        self._on.setEnabled(self._ground() is not None)
        self._to_pin.setEnabled(bool(self._reason.text().strip()) and typed)

    def _entered(self, pin: str) -> None:
        ground = self._ground()
        if ground is None:
            return
        self._pad.setEnabled(False)
        self._pad.show_message("Erasing…", "ink2")
        try:
            self._desk.erase(self._patient_id, ground, self._reason.text(), self._number.text(), pin,
                             self._done, self._refused)
        except OperatorError as error:
            self._ask_again(error)

    def _ask_again(self, error: OperatorError) -> None:
        self._pad.setEnabled(True)
        self._pad.clear()
        self._pad.show_message(f"{error.happened}.")

    def _done(self, made: Erasure) -> None:
        self.erased.emit(made)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, NotProved):
            self._ask_again(error)
            return
        self._complaint.say(str(error))
        self._pad.setEnabled(True)
        self._pad.clear()
        self._steps.setCurrentIndex(0)


def _side_by_side(left: QVBoxLayout, right: QVBoxLayout) -> QWidget:
    both = row(left, right, spacing=24)
    both.setStretch(0, 1)
    step = QWidget()
    step.setLayout(both)
    return step


def gone_words(standing: RecordStanding) -> str:
    """Say what an erasure takes."""
    trace = standing.trace
    exports = f", {counted(len(trace.exports), 'file')} among the exports" if trace.exports else ""
    return (f"The content of {counted(trace.entries, 'entry')} in "
            f"{counted(len(trace.sessions), 'session')}, {counted(trace.photos, 'photo')}, "
            f"{counted(trace.clinic_records, 'record')} of the clinic{exports}, name, birth date, contact, courses and "
            "appointments. Backups made before still hold it until they age out.")
