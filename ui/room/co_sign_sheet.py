"""The second signature: who co-signs, and their own PIN. What was signed first is not asked for again."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.errors import OperatorError
from console.domain.people import Staff
from console.services.second_signature import MEANING, SecondSigner
from ui.desk.staff_tiles import StaffTiles
from ui.page import Shell
from ui.room.signing import refusal_words
from ui.widgets.key_pads import PinPad
from ui.widgets.states import EmptyState
from ui.widgets.texts import Label, column, row, scrolled

SHEET_PX, PAD_PX, HIGH_PX = 860, 346, 420

Sign = Callable[[SecondSigner, Callable[[], None], Callable[[BaseException], None]], None]


class CoSignSheet(QWidget):
    """Colleagues left, the pad right. ``given(SecondSigner)`` on the fourth digit."""

    given = Signal(object)

    def __init__(self, staff: Sequence[Staff]) -> None:
        super().__init__()
        self._staff: Staff | None = None
        self._tiles, self.pad = StaffTiles(1), PinPad("Choose who co-signs", name="coSign")
        self._tiles.show_staff(staff)
        self._tiles.chosen.connect(self._ask)
        self.pad.setFixedWidth(PAD_PX)
        self.pad.setEnabled(False)
        self.pad.entered.connect(self._entered)
        nobody = EmptyState("user", "Nobody else may co-sign", "A manager can turn the second signature off.")
        left = scrolled(self._tiles) if staff else nobody
        left.setMinimumHeight(HIGH_PX)
        both = row(left, self.pad, spacing=24)
        both.setStretch(0, 1)
        both.setAlignment(self.pad, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(Label(f"«{MEANING}»", "body", "ink2", wrap=True), both))

    def _ask(self, staff: Staff) -> None:
        self._staff = staff
        self.pad.clear()
        self.pad.setEnabled(True)
        self.pad.show_message(f"PIN of {staff.name}: the fourth digit co-signs", "ink2")
        self.pad.setFocus()

    def _entered(self, pin: str) -> None:
        if self._staff is not None:
            self.given.emit(SecondSigner(self._staff.staff_id, pin))

    def refuse(self, words: str) -> None:
        """Say on the pad why a PIN did not co-sign."""
        self.pad.setEnabled(self._staff is not None)
        self.pad.clear()
        self.pad.show_message(words)


def ask_second(shell: Shell, staff: Sequence[Staff], sign: Sign) -> None:
    """Ask for the second signature over a page; ``sign`` refuses by an OperatorError, at once or later."""
    sheet = CoSignSheet(staff)

    def give(second: SecondSigner) -> None:
        sheet.pad.show_checking()
        try:
            sign(second, sealed, refused)
        except OperatorError as error:
            refused(error)

    def sealed() -> None:
        if isValid(sheet):
            shell.close_overlay()

    def refused(error: BaseException) -> None:
        if isValid(sheet):
            sheet.refuse(refusal_words(error))

    sheet.given.connect(give)
    shell.show_overlay(sheet, "Second signature", SHEET_PX)
