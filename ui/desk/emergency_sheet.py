"""What the clinic says on its emergency card: the number, the kit and its place, the words of the log."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.services.emergency_desk import EmergencyPlan
from ui.desk.walk_in import field, titled
from ui.widgets.buttons import Button
from ui.widgets.texts import Label, column

SHEET_PX = 720


class EmergencySheet(QWidget):
    """``given(EmergencyPlan)`` once saved."""

    given = Signal(object)

    def __init__(self, plan: EmergencyPlan) -> None:
        super().__init__()
        self._number = field("The local emergency number", "emergency.number")
        self._place = field("Where the kit is", "emergency.place")
        self._kit = field("What is in it, parted by semicolons", "emergency.kit")
        self._entries = field("Words to touch in an emergency, parted by semicolons", "emergency.entries")
        for line, text in ((self._number, plan.number), (self._place, plan.kit_place),
                           (self._kit, "; ".join(plan.kit)), (self._entries, "; ".join(plan.entries))):
            line.setText(text)
        keep = Button("Save", "check", "primary", "l", name="emergency.save")
        keep.triggered.connect(self._give)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(
            Label("Address and telephone are those of the settings. Doses and drugs stand here only if the clinic "
                  "writes them.", "body", "ink2", wrap=True),
            titled("Number to call", self._number), titled("Kit, where it is", self._place),
            titled("Kit, what is in it", self._kit), titled("Words of the log", self._entries), 4, keep))

    def _give(self) -> None:
        self.given.emit(EmergencyPlan(
            self._number.text().strip(), self._place.text().strip(), _parts(self._kit.text()),
            _parts(self._entries.text())))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
