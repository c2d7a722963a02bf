"""A «yes» that needs more: where, when, and why it goes on."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.waits import Wait
from ui.room.choice_sheets import AreaChips, OneOf
from ui.room.when_choice import WhenChoice
from ui.widgets.buttons import Button
from ui.widgets.texts import Entry, Label, column, row


class FindingSheet(QWidget):
    """A «yes» that needs more: its areas, when it was, its note.

    ``recorded(area_ids, note, since, about)`` once confirmed.
    """

    recorded = Signal(tuple, str, str, bool)

    def __init__(self, detail: str, area_ids: Sequence[str] = (), notes: Sequence[str] = (),
                 width: int = 900, chosen: Sequence[str] = (), confirm: str = "Record yes",
                 wait: Wait | None = None, today: date | None = None) -> None:
        super().__init__()
        self._areas = AreaChips(area_ids) if area_ids else None
        half = (width - 24) // 2 if notes and wait else width
        self._notes = OneOf(notes, "note", half) if notes else None
        self._when = WhenChoice(wait, today, half, self._show_ready) if wait and today else None
        self._words = Entry()
        self._words.setObjectName("note.text")
        self._words.setPlaceholderText("Note in other words, if needed")
        self._words.setAccessibleName("Note in other words")
        self._words.textChanged.connect(self._show_ready)
        self._confirm = Button(confirm, "check", "primary", "l", name="finding.confirm")
        self._confirm.triggered.connect(self._record)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        if detail:
            box.addWidget(Label(detail, "body", "ink2", wrap=True))
        if self._areas is not None:
            box.addWidget(Label("Where", "strong"))
            box.addWidget(self._areas)
            self._areas.choose(chosen)
            self._areas.changed.connect(self._show_ready)
        box.addLayout(self._when_and_why())
        box.addSpacing(4)
        if self._notes is None:
            box.addWidget(self._confirm)
        else:
            foot = row(self._words, self._confirm, spacing=12)
            foot.setStretch(0, 1)
            foot.setStretch(1, 1)
            box.addLayout(foot)
        self._show_ready()

    def _when_and_why(self) -> QHBoxLayout:
        parts: list[QWidget] = [self._when] if self._when is not None else []
        if self._notes is not None:
            why = QWidget()
            why.setLayout(column(Label("Note", "strong"), self._notes, None, spacing=12))
            parts.append(why)
            self._notes.picked.connect(self._show_ready)
        line = row(*parts, spacing=24)
        for place in range(len(parts)):
            line.setStretch(place, 1)
        return line

    def note(self) -> str:
        """Give the note as it stands."""
        picked = self._notes.choice() if self._notes is not None else ""
        return ". ".join(part for part in (picked, self._words.text().strip()) if part)

    def _missing(self) -> str:
        if self._areas is not None and not self._areas.areas():
            return "choose where"
        if self._when is not None and self._when.missing():
            return self._when.missing()
        return "choose a note" if self._notes is not None and not self.note() else ""

    def _show_ready(self) -> None:
        missing = self._missing()
        self._confirm.setEnabled(not missing)
        self._confirm.show_words(self._confirm.text(), missing, "lock" if missing else "check")

    def _record(self) -> None:
        if not self._missing():
            since, about = self._when.since() if self._when is not None else ("", False)
            self.recorded.emit(self._areas.areas() if self._areas is not None else (), self.note(), since, about)
