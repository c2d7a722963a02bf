"""Unlocking a clinic's record with its passphrase."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field
from ui.page import Page, StatusText
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, IconMark, Label, row

FORM_PX, KEYS_PX, CARD_PX = 460, 640, 440


class UnlockPage(Page):
    """Asks for the passphrase of a data folder; ``unlock`` takes it and who is told, later, why it was refused."""

    title, frame = "Unlock", "bare"

    def __init__(self, unlock: Callable[[str, Callable[[str], None]], None], path_text: str) -> None:
        super().__init__()
        self._unlock = unlock
        self._phrase = field("Passphrase", "unlock.passphrase", hidden=True)
        self._phrase.returnPressed.connect(self._try)
        self._complaint = Complaint("unlock.words")
        self._show = Button("Show", "", "quiet", "nav", name="unlock.show")
        self._show.triggered.connect(self._toggle_shown)
        self._go = Button("Unlock", "", "primary", "l", trailing="right", name="unlock.go")
        self._go.triggered.connect(self._try)
        form, keys = Card(28, 14), Card(24, 12)
        form.setFixedWidth(FORM_PX)
        form.body.addLayout(row(IconMark("lock", "ink", 28), Label("The record is locked", "title"), None, spacing=14))
        form.body.addWidget(Label(
            "Everything this clinic has recorded is encrypted. Enter its passphrase to open it.", "body", "ink2",
            wrap=True))
        where = Label(path_text, "label", "ink3", wrap=True)
        where.setObjectName("unlock.path")
        form.body.addWidget(where)
        form.body.addLayout(row(self._phrase, self._show, spacing=8))
        form.body.addWidget(self._complaint)
        form.body.addStretch(1)
        form.body.addWidget(self._go)
        keys.body.addWidget(LetterKeys(self._phrase, name="unlock.keys"))
        keys.body.addStretch(1)
        whole = row(None, form, keys, None)
        for card in (form, keys):
            card.setFixedHeight(CARD_PX)
            whole.setAlignment(card, Qt.AlignmentFlag.AlignVCenter)
        keys.setFixedWidth(KEYS_PX)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self.setFocusProxy(self._phrase)  # a passphrase is typed at once

    def enter(self, **context: object) -> None:
        self._phrase.clear()
        self._complaint.say("")
        self._turn(False)
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        self._phrase.clear()

    def _toggle_shown(self) -> None:
        hidden = self._phrase.echoMode() is QLineEdit.EchoMode.Password
        self._phrase.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.show_words("Hide" if hidden else "Show")
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self) -> None:
        if not self._go.isEnabled():
            return  # the former try is not answered yet
        if not self._phrase.text():
            self._complaint.say("Enter the passphrase first.")
            return
        self._complaint.say("")
        self._turn(True)
        self._unlock(self._phrase.text(), self._refused)

    def _turn(self, busy: bool) -> None:
        self._go.setEnabled(not busy)
        self._go.show_words("Opening the record" if busy else "Unlock")

    def _refused(self, words: str) -> None:
        self._turn(False)
        self._complaint.say(words)
        self._phrase.selectAll()
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def status(self) -> StatusText:
        return StatusText("Needling Console", ("Nothing can be read without the passphrase",))
