"""Amending a sealed record: which entry, what holds instead and why, the PIN. What was sealed stays."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.session_events import Amended
from console.services.amend_desk import Amendable
from console.services.amending_desk import AmendingDesk
from console.services.local_time import clock_text
from console.services.pin_guard import NotProved
from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field, titled
from ui.widgets.buttons import Button
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import Label, column, row

WIDTH_PX, PIN_PX = 1180, 420
SHOWN, WORDS = 4, 46
WHOLE = "The record as a whole"


class AmendSheet(QWidget):
    """Three steps: the entry, the words, the PIN. ``amended(Amended)`` once it is saved."""

    amended = Signal(object)

    def __init__(self, desk: AmendingDesk, session_id: UUID) -> None:
        super().__init__()
        self._desk, self._session_id = desk, session_id
        self._entries: Sequence[Amendable] = ()
        self._about: Amendable | None = None
        self._search = field("a word of the entry", "amend.search")
        self._found = QVBoxLayout()
        self._found.setSpacing(8)
        self._was = Label("", "body", "ink2", wrap=True)
        self._was.setObjectName("amend.was")
        self._text, self._reason = field("as it should read", "amend.text"), field("why", "amend.reason")
        self._to_pin = Button("Go on to the PIN", "", "primary", "l", trailing="right", name="amend.to_pin")
        self._pad = PinPad("Your PIN signs the amendment", name="amend.pin")
        self._complaint, self._steps = Complaint("amend.words"), QStackedWidget()
        for step in (self._entry_step(), self._words_step(), self._pin_step()):
            self._steps.addWidget(step)
        self.setLayout(column(self._complaint, self._steps, spacing=12))
        self._search.textChanged.connect(self._show_found)
        for line in (self._text, self._reason):
            line.textChanged.connect(self._show_ready)
        self._to_pin.triggered.connect(lambda: self._steps.setCurrentIndex(2))
        self._pad.entered.connect(self._entered)
        self._show_ready()
        desk.ask_entries(session_id, self._answered, lambda error: self._complaint.say(str(error)))

    def _entry_step(self) -> QWidget:
        left = column(titled("Which entry is wrong", self._search), self._found, None, spacing=12)
        return _beside(left, LetterKeys(self._search, name="amend.search_keys"))

    def _words_step(self) -> QWidget:
        left = column(self._was, titled("What holds instead", self._text), titled("Reason", self._reason), None,
                      self._to_pin, spacing=12)
        return _beside(left, LetterKeys(self._text, self._reason, name="amend.keys"))

    def _pin_step(self) -> QWidget:
        self._pad.setFixedWidth(PIN_PX)
        signing = QWidget()
        signing.setLayout(row(None, self._pad, None))
        return signing

    # --- the entry ----------------------------------------------------------------------------------------

    def _answered(self, entries: Sequence[Amendable]) -> None:
        self._entries = entries
        self._show_found()

    def _show_found(self, *_: object) -> None:
        while (taken := self._found.takeAt(0)) is not None:
            old = taken.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        wanted = self._search.text().casefold().split()
        fitting = [one for one in self._entries if all(word in one.words.casefold() for word in wanted)]
        for one in reversed(fitting[-SHOWN:]):
            words = one.words if len(one.words) <= WORDS else f"{one.words[: WORDS - 1]}…"
            self._offer(f"{clock_text(one.at_us)}  {words}", one, f"amend.entry.{one.seq}")
        self._offer(WHOLE, None, "amend.whole")

    def _offer(self, words: str, about: Amendable | None, name: str) -> None:
        button = Button(words, "", "quiet", "m", name=name)
        button.triggered.connect(partial(self._choose, about))
        self._found.addWidget(button)

    def _choose(self, about: Amendable | None) -> None:
        self._about = about
        self._was.show_text(f"Sealed: «{about.words}»" if about is not None else WHOLE)
        self._complaint.say("")
        self._steps.setCurrentIndex(1)
        self._text.setFocus()

    # --- the words and the PIN ------------------------------------------------------------------------------

    def _show_ready(self, *_: object) -> None:
        self._to_pin.setEnabled(bool(self._text.text().strip()) and bool(self._reason.text().strip()))

    def _entered(self, pin: str) -> None:
        self._pad.setEnabled(False)
        self._pad.show_message("Saving the amendment…", "ink2")
        seq = self._about.seq if self._about is not None else None
        try:
            self._desk.amend(self._session_id, self._text.text(), self._reason.text(), seq, pin, self._done,
                             self._refused)
        except OperatorError as error:
            self._ask_again(error)

    def _ask_again(self, error: OperatorError) -> None:
        self._pad.setEnabled(True)
        self._pad.clear()
        self._pad.show_message(f"{error.happened}.")

    def _done(self, made: Amended) -> None:
        self.amended.emit(made)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, NotProved):
            self._ask_again(error)
            return
        self._complaint.say(str(error))
        self._pad.setEnabled(True)
        self._pad.clear()
        self._steps.setCurrentIndex(1)


def _beside(left: QVBoxLayout, keys: LetterKeys) -> QWidget:
    both = row(left, column(keys, None), spacing=24)
    both.setStretch(0, 1)
    step = QWidget()
    step.setLayout(both)
    return step
