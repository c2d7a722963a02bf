"""Signing with a PIN and the seal that follows: one card, used at sign-off and for an unfinished session."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.ports import AreaSummary
from console.services.console import Console
from console.services.review_desk import SessionDossier
from console.services.session_desk import Saving
from ui.widgets.buttons import Button
from ui.widgets.key_pads import PinPad
from ui.widgets.tags import SealBadge
from ui.widgets.texts import Card, IconMark, Label, Rule, column, fact, row

HEAD_DIGITS = 8
PAD_PX = 346
NOT_WRITTEN = "The report could not be written; the record is untouched."

SIGNING = "signing… the seal follows once everything is saved"

SaveReport = Callable[[UUID, Callable[[Path], None], Callable[[BaseException], None]], None]


def refusal_words(error: BaseException) -> str:
    """Say why a signature did not seal."""
    if isinstance(error, OperatorError):
        return f"{error.happened}."
    return "The seal failed and nothing was sealed. The record is kept; sign once more."


class SealReading:
    """Reads the seal back from the store once the record is committed, and proves its chain."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._asked: UUID | None = None
        self.state, self.digest, self.trouble = "", "", ""
        self.areas: tuple[AreaSummary, ...] = ()  # figures made from what is stored

    def forget(self) -> None:
        """Be ready for another session."""
        self._asked = None
        self.state, self.digest, self.trouble, self.areas = "", "", "", ()

    def poll(self, session_id: UUID) -> None:
        """Ask once, as soon as all is committed."""
        if self._asked == session_id or self._console.desk.saving(session_id) is not Saving.SAVED:
            return
        self._asked = session_id
        self._console.review.open(session_id, self._read, self._failed)

    def _read(self, dossier: SessionDossier) -> None:
        if dossier.row.session_id != self._asked:
            return
        self.state = "broken" if dossier.fault is not None else "sealed"
        self.digest = dossier.head.hex()[:HEAD_DIGITS]
        self.areas = dossier.areas

    def _failed(self, error: BaseException) -> None:
        self.trouble = "The seal could not be read back; the record itself is kept."


class SigningCard(Card):
    """Who signs, what it means, the pad; then the seal. ``entered(pin)``, ``report_wanted`` by hand."""

    entered = Signal(str)
    report_wanted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__(padding=20, spacing=12)
        self._facts_shown: tuple[tuple[str, str], ...] = ()
        self._saved_whole, self._writing = False, 0  # the number of the report being written
        self._reports = 0
        self._title, self._who = Label(title, "heading"), Label("", "label", "ink2")
        self._meaning, self._note = Label("", "body", wrap=True), Label("", "label", "ink2", wrap=True)
        self.pad = PinPad("Enter your PIN: the fourth digit signs")
        self._lock_words, self._lock_part = Label("", "label", "ink2", wrap=True), QWidget()
        lock = row(IconMark("lock", "ink3", 20), self._lock_words, spacing=10)
        lock.setStretch(1, 1)
        self._lock_part.setLayout(lock)
        self._build()

    def _build(self) -> None:
        self.body.addLayout(row(self._title, None, self._who))
        self.body.addWidget(self._meaning)
        self.body.addWidget(self._note)
        self.body.addWidget(self._lock_part)
        self.pad.setFixedWidth(PAD_PX)
        self.body.addLayout(row(None, self.pad, None))
        self.sealed = self._sealed_part()
        self.body.addWidget(self.sealed, 1)
        self._rest = QWidget()
        self.body.addWidget(self._rest, 1)
        self.pad.entered.connect(self.entered)
        self.show_open("", "", "")

    def _sealed_part(self) -> QWidget:
        part = QWidget()
        self._badge = SealBadge("sealed")
        self._saved_mark, self._saved = IconMark("check", "done", 20), Label("", "strong")
        self._signed, self._where = Label("", "body", "ink2", wrap=True), Label("", "label", "ink2", wrap=True)
        self.report = Button("Session report", "file", "normal", "l", name="signoff.report")
        self.report.triggered.connect(self.report_wanted)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(10)
        words = Label("The record is locked. Later changes become dated additions.", "body", "ink2", wrap=True)
        part.setLayout(column(row(self._badge, None), row(self._saved_mark, self._saved, None, spacing=8), self._signed,
                              Rule(), self._facts, Rule(), words, None, self._where, self.report, spacing=16))
        return part

    def show_open(self, who: str, meaning: str, locked: str, note: str = "") -> None:
        """Show the pad; ``locked`` says why it cannot be used yet, ``note`` what else the signature covers."""
        self._who.show_text(who)
        self._meaning.show_text(f"«{meaning}»" if meaning else "")
        self._meaning.show()
        self._note.show_text(note)
        self._note.setVisible(bool(note))
        self._lock_words.show_text(f"{locked[:1].upper()}{locked[1:]}." if locked else "")
        self._lock_part.setVisible(bool(locked))
        self.pad.show()
        self.pad.setEnabled(not locked)
        self.sealed.hide()
        self._rest.show()

    def refuse(self, words: str) -> None:
        """Say on the pad why a PIN did not sign."""
        self.pad.setEnabled(True)
        self.pad.clear()
        self.pad.show_message(words)

    def show_sealed(self, signed: str, facts: Sequence[tuple[str, str]], saving: Saving,
                    reading: SealReading) -> None:
        """Show the seal with what it holds; «saved» only where everything is committed."""
        self._show_facts(tuple(facts))
        for part in (self._meaning, self._note, self._lock_part, self.pad, self._rest):
            part.hide()
        self._who.show_text("")
        self._title.show_text("Signed and sealed")
        self._signed.show_text(signed)
        self.sealed.show()
        self._badge.show_seal(reading.state or "sealed", reading.digest or "Head follows")
        words, tone, icon = {
            Saving.SAVED: ("Saved", "done", "check"), Saving.SAVING: ("Saving", "ink2", "clock"),
            Saving.NOT_SAVED: ("Not saved yet: kept in memory", "caution", "caution"),
        }[saving]
        self._saved.show_text(words, tone)
        self._saved_mark.show_icon(icon, tone)
        self._saved_whole = saving is Saving.SAVED
        self._show_report()
        if reading.trouble:
            self.tell(reading.trouble)

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        if facts == self._facts_shown:
            return
        self._facts_shown = facts
        while (line := self._facts.takeAt(0)) is not None:
            former = line.widget()
            if former is not None:
                former.hide()
                former.deleteLater()
        for name, value in facts:
            part = QWidget()
            made = fact(name, value, "medium")
            made.setContentsMargins(0, 0, 0, 0)
            part.setLayout(made)
            self._facts.addWidget(part)

    def tell(self, words: str) -> None:
        """Say where a report lies, or what went wrong."""
        self._where.show_text(words)

    def write_report(self, save: SaveReport, session_id: UUID) -> None:
        """Have the report written and say where it lies; a second touch meanwhile does nothing."""
        if self._writing:
            return
        self._reports += 1
        number = self._writing = self._reports
        self._show_report()
        save(session_id, lambda path: self._report_done(number, f"The report is at {path}"),
             lambda error: self._report_done(number, str(error) if isinstance(error, OperatorError) else NOT_WRITTEN))

    def _report_done(self, number: int, words: str) -> None:
        if number == self._writing:  # else it was another session's, put away meanwhile
            self._writing = 0
            self._show_report()
            self.tell(words)

    def _show_report(self) -> None:
        self.report.show_words("Writing…" if self._writing else "Session report", icon="file")
        self.report.setEnabled(self._saved_whole and not self._writing)

    def begin(self, title: str) -> None:
        """Be ready for another signature."""
        self._writing = 0
        self._title.show_text(title)
        self._where.show_text("")
        self.pad.clear()

