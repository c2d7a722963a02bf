"""Unlocking a clinic's record with its passphrase, or bringing its key file back from the recovery sheet."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field
from ui.page import Page, StatusText
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, IconMark, Label, row

FORM_PX, KEYS_PX, CARD_PX, SHEET_CARD_PX = 460, 640, 440, 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks for, in its words."""

    title: str
    words: str
    field: str
    act: str
    doing: str
    empty: str
    status: str


PASSPHRASE = Asked(
    "The record is locked", "Everything this clinic has recorded is encrypted. Enter its passphrase to open it.",
    "Passphrase", "Unlock", "Opening the record", "Enter the passphrase first.",
    "Nothing can be read without the passphrase")
RECOVERY_SHEET = Asked(
    "The key file is missing",
    "The record lies here without the file of its wrapped keys (keys.json). Scan the code on the recovery sheet to "
    "bring it back. Nothing was changed.",
    "Code on the recovery sheet", "Bring it back", "Bringing it back", "Scan the code first.",
    "Nothing can be read without the key file")


class UnlockPage(Page):
    """Asks for the passphrase of a data folder; ``unlock`` takes it and who is told, later, why it was refused.

    ``asked``: or for the code of the recovery sheet, where the key file is missing.
    """

    title, frame = "Unlock", "bare"

    def __init__(self, unlock: Callable[[str, Callable[[str], None]], None], path_text: str,
                 asked: Asked = PASSPHRASE) -> None:
        super().__init__()
        self._unlock, self._asked = unlock, asked
        self._phrase = field(asked.field, "unlock.passphrase", hidden=True)
        self._phrase.returnPressed.connect(self._try)
        self._complaint = Complaint("unlock.words")
        self._show = Button("Show", "", "quiet", "nav", name="unlock.show")
        self._show.triggered.connect(self._toggle_shown)
        self._go = Button(asked.act, "", "primary", "l", trailing="right", name="unlock.go")
        self._go.triggered.connect(self._try)
        form, keys = Card(28, 14), Card(24, 12)
        form.setFixedWidth(FORM_PX)
        form.body.addLayout(row(IconMark("lock", "ink", 28), Label(asked.title, "title"), None, spacing=14))
        form.body.addWidget(Label(asked.words, "body", "ink2", wrap=True))
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
            card.setFixedHeight(CARD_PX if asked is PASSPHRASE else SHEET_CARD_PX)
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

    def on_scan(self, text: str) -> bool:
        if self._asked is not RECOVERY_SHEET:
            return False
        self._phrase.setText(text)
        self._try()
        return True

    def _toggle_shown(self) -> None:
        hidden = self._phrase.echoMode() is QLineEdit.EchoMode.Password
        self._phrase.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.show_words("Hide" if hidden else "Show")
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self) -> None:
        if not self._go.isEnabled():
            return  # the former try is not answered yet
        if not self._phrase.text():
            self._complaint.say(self._asked.empty)
            return
        self._complaint.say("")
        self._turn(True)
        self._unlock(self._phrase.text(), self._refused)

    def _turn(self, busy: bool) -> None:
        self._go.setEnabled(not busy)
        self._go.show_words(self._asked.doing if busy else self._asked.act)

    def _refused(self, words: str) -> None:
        self._turn(False)
        self._complaint.say(words)
        self._phrase.selectAll()
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def status(self) -> StatusText:
        return StatusText("Needling Console", (self._asked.status,))
