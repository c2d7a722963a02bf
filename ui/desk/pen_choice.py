"""Choosing how the pen is read: Pen Link, a profile for a pen that speaks something else, or by hand."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.link_ports import PenChoice
from console.services.console import Console
from ui.desk.walk_in import Complaint
from ui.widgets.buttons import Button
from ui.widgets.texts import Label, scrolled

COLUMNS = 2
HEIGHT_PX = 440
KIND_WORDS = {
    "pen-link": "speaks Pen Link", "lines": "sends lines of text", "struct": "sends binary records",
    "vesc": "polled motor controller", "manual": "entered by hand",
}


class PenChoiceSheet(QWidget):
    """The profiles as buttons; a touch chooses. ``chosen()`` once another one is in use."""

    chosen = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.setObjectName("penChoice")
        self._console = console
        self._complaint = Complaint("penChoice.words")
        self._buttons: dict[str, tuple[PenChoice, Button]] = {}
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setSpacing(8)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(Label("Choose the pen in use. A clinic adds its own pens as files in the data folder.",
                            "body", "ink2", wrap=True))
        box.addWidget(self._complaint)
        box.addWidget(scrolled(inner))
        self.setFixedHeight(HEIGHT_PX)
        self._fill()
        self.show_now()

    def _fill(self) -> None:
        profiles = self._console.station.profiles
        for place, choice in enumerate(profiles.choices() if profiles is not None else ()):
            button = Button(choice.name, kind="quiet", size="l", name=f"penChoice.{choice.pen_id}")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.triggered.connect(partial(self._choose, choice.pen_id))
            self._buttons[choice.pen_id] = choice, button
            self._grid.addWidget(button, place // COLUMNS, place % COLUMNS)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def show_now(self) -> None:
        """Mark the profile in use; while needling it cannot be changed."""
        profiles = self._console.station.profiles
        in_use = profiles.chosen().pen_id if profiles is not None else ""
        waits = self._console.desk.needling is not None
        for choice, button in self._buttons.values():
            on = choice.pen_id == in_use
            button.show_words(choice.name, KIND_WORDS[choice.kind], "check" if on else "", "live" if on else "quiet")
            button.setEnabled(on or not waits)
        if waits:
            self._complaint.say("The pen is chosen again after the needling; the recording goes on.")

    def _choose(self, pen_id: str) -> None:
        try:
            self._console.station.choose_profile(pen_id)
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self._complaint.say("")
        self.show_now()
        self.chosen.emit()
