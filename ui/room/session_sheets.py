"""Sheets of the session in front that any page may lay: signs of a reaction, a consent taken back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain import consenting, numbing
from console.domain.errors import OperatorError
from console.domain.session import Command
from console.domain.session_state import SessionState
from console.services.console import Console
from ui.page import Shell
from ui.room.choice_sheets import OneOf
from ui.room.reaction_sheet import ReactionSheet
from ui.widgets.buttons import ConfirmHold
from ui.widgets.texts import Label, column

WHY = ("Changed their mind", "Does not accept the risks", "No reason given")
CONSENTS = {"Treatment": "treatment", "Photographs": "photos", "Serum or plasma": "serum"}
WHAT_FOLLOWS = {
    "treatment": "The session stops at once. What was done is kept.",
    "photos": "No further photographs are taken. The treatment goes on.",
    "serum": "No serum is put on. The treatment goes on.",
}
WIDTH_PX = 560


def given_consents(state: SessionState) -> list[str]:
    """Give the consents that stand and can be taken back."""
    return [kind for kind in CONSENTS.values() if kind in state.consents and state.consents[kind].given]


class WithdrawalSheet(QWidget):
    """Asks which consent is taken back, and why. ``withdrawn(kind, reason)`` once held."""

    withdrawn = Signal(str, str)

    def __init__(self, given: list[str]) -> None:
        super().__init__()
        names = [name for name, kind in CONSENTS.items() if kind in given]
        self._which, self._why = OneOf(names, "withdraw", WIDTH_PX - 48), OneOf(WHY, "withdraw.why", WIDTH_PX - 48)
        self._follows = Label("", "body", "ink2", wrap=True)
        self._hold = ConfirmHold("Hold: consent withdrawn", name="withdraw.confirm")
        self._which.picked.connect(self._show_ready)
        self._why.picked.connect(self._show_ready)
        self._hold.confirmed.connect(lambda: self.withdrawn.emit(self._kind(), self._why.choice()))
        self.setLayout(column(Label("Which consent", "strong"), self._which, self._follows,
                              Label("Why", "strong"), self._why, self._hold, spacing=12))
        self._show_ready()

    def _kind(self) -> str:
        return CONSENTS.get(self._which.choice(), "")

    def _show_ready(self) -> None:
        missing = "choose which" if not self._kind() else "say why" if not self._why.choice() else ""
        self._follows.show_text(WHAT_FOLLOWS.get(self._kind(), "The others stand."))
        self._hold.setEnabled(not missing)
        self._hold.show_words(self._hold.text(), missing, "lock" if missing else "check")


def open_withdrawal(shell: Shell, console: Console) -> None:
    """Let a consent be taken back in mid-session."""
    front = console.desk.front
    if front is None:
        return
    sheet = WithdrawalSheet(given_consents(front.state))

    def withdraw(kind: str, reason: str) -> None:
        shell.close_overlay()
        _do(shell, console, consenting.withdraw_consent(kind, reason),
            f"Consent to {'the treatment' if kind == 'treatment' else kind} is withdrawn.")

    sheet.withdrawn.connect(withdraw)
    shell.show_overlay(sheet, "Consent withdrawn", WIDTH_PX)


def open_reaction(shell: Shell, console: Console) -> None:
    """Let signs of a reaction be recorded, those of the clinical files to hand."""
    if console.desk.front is None:
        return
    sheet = ReactionSheet(console.library.toxicity_signs)

    def report(signs: tuple[str, ...], text: str) -> None:
        shell.close_overlay()
        _do(shell, console, numbing.report_reaction(signs, text), "The reaction is recorded with its time.")

    sheet.reported.connect(report)
    shell.show_overlay(sheet, "Report a reaction", 760)


def _do(shell: Shell, console: Console, command: Command, words: str) -> None:
    try:
        console.desk.do(command)
    except OperatorError as error:
        shell.tell(str(error), "stop")
    else:
        shell.tell(words, "done")
    shell.update_chrome()
