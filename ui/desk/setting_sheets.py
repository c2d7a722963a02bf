"""Sheets of the settings page: why a change is made and who answers for it; the versions there were."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.clinical_edits import ClinicalEdit
from console.domain.people import Staff
from console.domain.rights import Right, allows
from console.services.console import Console
from console.services.local_time import clock_text, local_day
from ui.desk.letter_keys import LetterKeys
from ui.desk.patient_rows import birth_words
from ui.desk.pin_gate import PinGate
from ui.desk.staff_tiles import StaffTiles
from ui.desk.walk_in import field
from ui.room.choice_sheets import chip_rows
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.states import EmptyState
from ui.widgets.texts import Label, Rule, column, row, scrolled

REASONS = ("Our medical lead decided", "A newer source", "Measured here", "Entered wrongly before")
SAVE_PX, VERSIONS_PX, MOST_LINES, REASONS_PX, SAVE_HIGH_PX = 1160, 720, 6, 440, 480


class SaveSheet(QWidget):
    """Says what changes and asks why; who may not change it hands over to one who may, by PIN.

    ``confirmed(reason, editor)``.
    """

    confirmed = Signal(str, object)

    def __init__(self, console: Console, changes: Sequence[str]) -> None:
        super().__init__()
        self._console = console
        self._chips = {text: ChoiceChip(text, name=f"saving.reason.{place}") for place, text in enumerate(REASONS)}
        self._words = field("or in other words", "saving.words")
        self._save = Button("Save", "check", "primary", "l", name="saving.save")
        self._tiles, self._gate = StaffTiles(1), PinGate(console, "saving.pin")
        self._views = QStackedWidget()
        self._views.addWidget(self._why_view(changes))
        self._views.addWidget(self._who_view())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._views)
        self.setMinimumHeight(SAVE_HIGH_PX)
        self._connect()
        self._show_ready()

    def _connect(self) -> None:
        for text, chip in self._chips.items():
            chip.chosen.connect(lambda on, wanted=text: self._pick(wanted if on else ""))
        self._words.textChanged.connect(self._show_ready)
        self._save.triggered.connect(self._go_on)
        self._tiles.chosen.connect(self._gate.ask)
        self._gate.passed.connect(lambda editor: self.confirmed.emit(self.reason(), editor))

    def _why_view(self, changes: Sequence[str]) -> QWidget:
        told = [Label(one, "strong", wrap=True) for one in changes[:MOST_LINES]]
        if len(changes) > MOST_LINES:
            told.append(Label(f"and {len(changes) - MOST_LINES} more", "body", "ink2"))
        left = column(
            *told, Label("It counts from the next session on; those before keep theirs.", "label", "ink2", wrap=True),
            Rule(), Label("Why?", "heading"), chip_rows(list(self._chips.values()), REASONS_PX), self._words, None,
            self._save)
        keys = column(LetterKeys(self._words, name="saving.keys"), None)
        both = row(left, keys, spacing=24)
        both.setStretch(0, 1)
        view = QWidget()
        view.setLayout(both)
        return view

    def _who_view(self) -> QWidget:
        words = Label("A manager or an administrator answers for it.", "body", "ink2", wrap=True)
        both = row(column(words, scrolled(self._tiles)), self._gate, spacing=24)
        both.setStretch(0, 1)
        view = QWidget()
        view.setLayout(both)
        return view

    def _pick(self, text: str) -> None:
        for name, chip in self._chips.items():
            chip.setChecked(name == text)
        self._show_ready()

    def reason(self) -> str:
        """Give the reason as it stands: the chip, the words, or both."""
        chosen = next((text for text, chip in self._chips.items() if chip.isChecked()), "")
        return ". ".join(filter(None, (chosen, " ".join(self._words.text().split()))))

    def _show_ready(self) -> None:
        actor = self._console.desk.actor
        may = allows(actor, Right.EDIT_CLINIC)
        ready = bool(self.reason())
        self._save.setEnabled(ready)
        hint = "choose or write why" if not ready else "" if may else "then a manager's PIN"
        self._save.show_words("Save" if may else "Go on", hint)

    def _go_on(self) -> None:
        actor = self._console.desk.actor
        if actor is not None and allows(actor, Right.EDIT_CLINIC):
            self.confirmed.emit(self.reason(), actor)
            return
        editors = [one for one in self._console.registry.staff() if allows(one, Right.EDIT_CLINIC)]
        self._tiles.show_staff(editors)
        first: Staff | None = editors[0] if len(editors) == 1 else None
        self._tiles.select(first.staff_id if first else "")
        self._gate.ask(first)
        self._views.setCurrentIndex(1)


class VersionsSheet(QWidget):
    """Every version of a setting, the newest first: when, by whom, why."""

    def __init__(self, versions: Sequence[ClinicalEdit]) -> None:
        super().__init__()
        inner = QWidget()
        lines: list[QWidget] = []
        for one in versions:
            day = birth_words(local_day(one.changed_us).isoformat()) if one.changed_us else "just now"
            time = f" {clock_text(one.changed_us)}" if one.changed_us else ""
            what = f"Version {one.rev}" if one.in_force else f"Version {one.rev}, back to the files"
            part = QWidget()
            part.setLayout(column(
                row(Label(what, "strong"), None, Label(f"{day}{time}", "tabular_label", "ink2"),
                    Label(one.changed_by, "code", "ink2"), spacing=16),
                Label(one.reason, "body", "ink2", wrap=True), Rule(), spacing=6))
            lines.append(part)
        if not lines:
            lines.append(EmptyState("file", "As in the files", "The clinic has not set anything here yet."))
        inner.setLayout(column(*lines, None))
        self.setLayout(column(scrolled(inner)))
        self.setMinimumHeight(320)
