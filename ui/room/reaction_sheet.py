"""The checklist of toxicity signs, to hand while an anesthetic is on the skin."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.anesthesia import ToxicitySign
from ui.room.choice_sheets import chip_rows
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.texts import Entry, Label

_STAGES = (("early", "Early signs"), ("late", "Late signs: call for help now"))


class ReactionSheet(QWidget):
    """``reported(sign_ids, text)`` once confirmed; several signs may be on."""

    reported = Signal(tuple, str)

    def __init__(self, signs: Sequence[ToxicitySign], width: int = 700) -> None:
        super().__init__()
        self._chips = {one.sign_id: ChoiceChip(one.text, name=f"sign.{one.sign_id}") for one in signs}
        self._words = Entry()
        self._words.setObjectName("reaction.text")
        self._words.setPlaceholderText("Something else")
        self._words.setAccessibleName("Something else")
        self._confirm = Button("Record the reaction", "check", "stop", "l", name="reaction.confirm")
        self._confirm.triggered.connect(self._report)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for stage, title in _STAGES:
            of_stage = [self._chips[one.sign_id] for one in signs if one.stage == stage]
            if of_stage:
                box.addWidget(Label(title, "strong", "stop" if stage == "late" else "ink"))
                box.addLayout(chip_rows(of_stage, width))
        box.addWidget(self._words)
        box.addWidget(self._confirm)
        for chip in self._chips.values():
            chip.chosen.connect(self._show_ready)
        self._words.textChanged.connect(self._show_ready)
        self._show_ready()

    def _signs(self) -> tuple[str, ...]:
        return tuple(sign_id for sign_id, chip in self._chips.items() if chip.isChecked())

    def _show_ready(self) -> None:
        self._confirm.setEnabled(bool(self._signs() or self._words.text().strip()))

    def _report(self) -> None:
        self.reported.emit(self._signs(), self._words.text().strip())
