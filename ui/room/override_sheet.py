"""Overriding a finding: why, then the PIN of who is signed in."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.intake import OVERRIDE_MEANING
from ui.room.choice_sheets import OneOf
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import Entry, Label, column

PAD_PX = 346


class OverrideSheet(QWidget):
    """The reason left, the signature right. ``signed(reason, pin)`` with the PIN's last digit."""

    signed = Signal(str, str)

    def __init__(self, differ: str, reasons: Sequence[str], who: str) -> None:
        super().__init__()
        self._chips = OneOf(reasons, "reason", 500)
        self._words = Entry()
        self._words.setObjectName("reason.text")
        self._words.setPlaceholderText("Other words, if needed")
        self._words.setAccessibleName("Reason in other words")
        self.pad = PinPad("First say why")
        self.pad.setFixedWidth(PAD_PX)
        self.pad.entered.connect(self._sign)
        self._chips.picked.connect(self._show_ready)
        self._words.textChanged.connect(self._show_ready)
        left = column(Label("What the sources say", "label", "ink3"), Label(differ, "body", "ink2", wrap=True),
                      Label("Why it goes on", "strong"), self._chips, self._words, None,
                      Label("Signed by", "label", "ink3"), Label(who, "strong"),
                      Label(f"«{OVERRIDE_MEANING}»", "body", "ink2", wrap=True), spacing=12)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(24)
        line.addLayout(left, 1)
        line.addWidget(self.pad)
        self._show_ready()

    def reason(self) -> str:
        """Give the reason as it stands: the chip, the words, or both."""
        return ": ".join(part for part in (self._chips.choice(), self._words.text().strip()) if part)

    def _show_ready(self) -> None:
        ready = bool(self.reason())
        self.pad.setEnabled(ready)
        self.pad.show_message("Enter your PIN: the fourth digit signs" if ready else "First say why", "ink2")

    def _sign(self, pin: str) -> None:
        if self.reason():
            self.signed.emit(self.reason(), pin)

    def wait(self) -> None:
        """Say that the PIN is being checked."""
        self.pad.show_checking()

    def refuse(self, words: str) -> None:
        """Say on the pad why a PIN did not sign."""
        self._show_ready()
        self.pad.clear()
        self.pad.show_message(words)
