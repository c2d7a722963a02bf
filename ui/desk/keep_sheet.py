"""How long one patient's record is kept; from here it is held, given out, or erased."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain.retention import rule_words
from console.services.keeping_desk import KeepingDesk, RecordStanding
from ui.desk.walk_in import Complaint
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, Label, column, row


class KeepSheet(QWidget):
    """Reads how the record stands. ``erase_wanted(RecordStanding)``, ``hold_wanted(bool)`` (True: to be set)."""

    erase_wanted = Signal(object)
    hold_wanted = Signal(bool)

    def __init__(self, desk: KeepingDesk, patient_id: str) -> None:
        super().__init__()
        self._desk, self._patient_id = desk, patient_id
        self._standing: RecordStanding | None = None
        self._kept, self._rule = Label("Reading the record…", "heading"), Label("", "body", "ink2", wrap=True)
        self._held, self._said = Card(14, 12, look="stop"), Label("", "body", "ink2", wrap=True)
        self._hold_words = Label("", "body", wrap=True)
        self._kept.setObjectName("keep.until")
        self._said.setObjectName("keep.said")
        self._complaint = Complaint("keep.words")
        self._write = Button("Write all for the patient", "export", "quiet", "l",
                             "history, readings, photos, consents, in open formats", name="keep.write")
        self._hold = Button("Legal hold", "lock", "quiet", "l", "nothing may be erased", name="keep.hold")
        self._erase = Button("Erase the patient", "x", "quiet", "l", "for good; the proof of the rest stays",
                             name="keep.erase")
        self._held.body.addWidget(self._hold_words)
        self.setLayout(column(self._kept, self._rule, self._held, self._complaint, self._said, self._write,
                              row(self._hold, self._erase, spacing=12), spacing=14))
        self._held.hide()
        self._said.hide()
        self._write.triggered.connect(self._write_all)
        self._hold.triggered.connect(self._ask_hold)
        self._erase.triggered.connect(lambda: self.erase_wanted.emit(self._standing))
        self._show_ready()
        desk.ask(patient_id, self._answered, self._failed)

    def _answered(self, standing: RecordStanding) -> None:
        self._standing = standing
        keeping = standing.keeping
        until = f"kept until {_day(keeping.keep_until)}" if keeping.keep_until else "kept without an end"
        self._kept.show_text(f"Last visit {_day(keeping.visit.day)}, {until}")
        self._rule.show_text(rule_words(standing.rule))
        self._held.setVisible(keeping.hold is not None)
        if keeping.hold is not None:
            self._hold_words.show_text(f"Under a legal hold: {keeping.hold.reason} ({keeping.hold.by})")
            self._hold.show_words("Lift the legal hold")
        self._show_ready()

    def _failed(self, error: BaseException) -> None:
        self._kept.show_text("The record could not be read")
        self._complaint.say(str(error))

    def _show_ready(self) -> None:
        standing = self._standing
        for button in (self._write, self._hold):
            button.setEnabled(standing is not None)
        self._erase.setEnabled(standing is not None and standing.keeping.hold is None)

    def _ask_hold(self) -> None:
        if self._standing is not None:
            self.hold_wanted.emit(self._standing.keeping.hold is None)

    def _write_all(self) -> None:
        self._write.setEnabled(False)
        self._tell("Writing…")
        self._desk.write_all(self._patient_id, self._written, self._not_written)

    def _written(self, path: Path) -> None:
        self._tell(f"Written to {path.name} among the exports. It is not encrypted: hand it over and delete it.")

    def _not_written(self, error: BaseException) -> None:
        self._said.hide()
        self._complaint.say(str(error))
        self._write.setEnabled(True)

    def _tell(self, words: str) -> None:
        self._complaint.say("")
        self._said.show_text(words)
        self._said.show()


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
