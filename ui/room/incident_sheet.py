"""Reporting an incident by touch: its kind, what happened, what was done at once."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.incidents import HAPPENED, KIND_WORDS, MEASURES, Incident, IncidentKind
from console.services.incident_desk import IncidentDesk
from ui.desk.walk_in import Complaint, field
from ui.page import Shell
from ui.room.choice_sheets import OneOf, chip_rows, slug
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.texts import Label, column

SHEET_PX, CHIPS_PX = 900, 850
KINDS = {words: kind for kind, words in KIND_WORDS.items()}


class _Ticks(QWidget):
    """Chips of which several may be on."""

    def __init__(self, words: Sequence[str], prefix: str) -> None:
        super().__init__()
        self._chips = [ChoiceChip(one, name=f"{prefix}.{slug(one)}") for one in words]
        rows = chip_rows(self._chips, CHIPS_PX)
        rows.setContentsMargins(0, 0, 0, 0)
        self.setLayout(rows)

    def chosen(self) -> tuple[str, ...]:
        return tuple(one.text() for one in self._chips if one.isChecked())


class IncidentSheet(QWidget):
    """``reported(Incident)`` once it is saved with its number; it is linked to the session in front."""

    reported = Signal(object)

    def __init__(self, desk: IncidentDesk, kind: IncidentKind = IncidentKind.NEEDLESTICK, note: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._kinds = OneOf(list(KINDS), "incident.kind", CHIPS_PX)
        self._happened = {one: _Ticks(HAPPENED[one], "incident.happened") for one in IncidentKind}
        self._measures = {one: _Ticks(MEASURES[one], "incident.measure") for one in IncidentKind}
        self._stacks = (QStackedWidget(), QStackedWidget())
        for stack, parts in zip(self._stacks, (self._happened, self._measures), strict=True):
            for part in parts.values():
                stack.addWidget(part)
        self._note = field("In other words, if needed", "incident.note")
        self._note.setText(note)
        self._linked = Label("", "label", "ink2", wrap=True)
        self._complaint = Complaint("incident.words")
        self._save = Button("Report the incident", "check", "primary", "l", name="incident.report")
        self._kinds.picked.connect(self._picked)
        self._save.triggered.connect(self._report)
        self._kind = kind
        self._build()
        self._kinds.choose(KIND_WORDS[kind])
        self._picked(KIND_WORDS[kind])

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(
            self._kinds, Label("What happened", "strong"), self._stacks[0], self._note,
            Label("Done at once", "strong"), self._stacks[1], self._linked, self._complaint, self._save, spacing=10))

    def _picked(self, words: str) -> None:
        self._kind = KINDS.get(words, self._kind)
        self._kinds.choose(KIND_WORDS[self._kind])
        for stack, parts in zip(self._stacks, (self._happened, self._measures), strict=True):
            stack.setCurrentWidget(parts[self._kind])
        self._linked.show_text(_links(self._desk.blank(self._kind)))

    def _report(self) -> None:
        blank = self._desk.blank(self._kind)
        try:
            made = self._desk.report(replace(
                blank, happened=self._happened[self._kind].chosen(), note=self._note.text(),
                measures=self._measures[self._kind].chosen()))
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self.reported.emit(made)


def _links(incident: Incident) -> str:
    parts = (incident.patient_id, incident.room, incident.pen, incident.cartridge)
    return f"Goes with it: {'; '.join(part for part in parts if part)}. The manager sets owner and deadline."


def open_incident_sheet(shell: Shell, desk: IncidentDesk, kind: IncidentKind = IncidentKind.NEEDLESTICK,
                        note: str = "") -> None:
    """Lay the form over the page; once saved it says so, and the page stays."""
    sheet = IncidentSheet(desk, kind, note)

    def done(incident: Incident) -> None:
        shell.close_overlay()
        shell.tell(f"Incident {incident.incident_id} is saved. The manager sees it.", "done")

    sheet.reported.connect(done)
    shell.show_overlay(sheet, "Report an incident", SHEET_PX)
