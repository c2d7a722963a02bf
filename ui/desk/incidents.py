"""Incidents for the manager: overdue first, each with owner, deadline and every step up to its closing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.incidents import KIND_WORDS, MEASURES, STATE_WORDS, Incident
from console.domain.people import Staff
from console.services.console import Console
from console.services.incident_desk import IncidentDesk
from console.services.local_time import clock_text, day_text, local_day
from ui.desk.clinic_page import LIST_PX, ClinicPage, RecordList, RecordRow, clear
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import OneOf, ReasonSheet
from ui.room.incident_sheet import open_incident_sheet
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.states import EmptyState
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, column, row, scrolled

DEADLINES = (("1", "1 day"), ("3", "3 days"), ("7", "1 week"), ("14", "2 weeks"), ("30", "30 days"))
CLOSINGS = ("Cause found and mended", "Nothing more to do", "Reported and answered")
STEP_WORDS = {"reported": "Reported", "action": "Done", "assigned": "Owner and deadline", "closed": "Closed",
              "reopened": "Opened again"}


class OwnerSheet(QWidget):
    """Who sees to it and until when. ``given(staff_id, days)``."""

    given = Signal(str, int)

    def __init__(self, staff: list[Staff], owner_id: str) -> None:
        super().__init__()
        self._ids = {f"{one.name}, {one.staff_id}": one.staff_id for one in staff}
        self._owner, self._days = OneOf(list(self._ids), "owner", 650), Segments(DEADLINES, "deadline", 56)
        self._owner.choose(next((words for words, one in self._ids.items() if one == owner_id), ""))
        self._days.set_choice("7")
        self._confirm = Button("Set owner and deadline", "check", "primary", "l", name="owner.confirm")
        self._confirm.triggered.connect(self._give)
        self._owner.picked.connect(self._show_ready)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(Label("Owner", "strong"), self._owner, Label("Deadline, from today", "strong"),
                             self._days, 4, self._confirm))
        self._show_ready()

    def _show_ready(self) -> None:
        self._confirm.setEnabled(bool(self._owner.choice()))

    def _give(self) -> None:
        self.given.emit(self._ids[self._owner.choice()], int(self._days.choice()))


class IncidentCard(Card):
    """One incident with all its steps."""

    def __init__(self) -> None:
        super().__init__(24, 12)
        self._title, self._tag = Label("", "title"), Tag()
        self._facts, self._steps = QVBoxLayout(), QVBoxLayout()
        self._facts.setSpacing(6)
        self._steps.setSpacing(14)
        inner = QWidget()
        holding = column(self._steps, None)
        holding.setContentsMargins(0, 0, 12, 0)
        inner.setLayout(holding)
        for part in (row(self._title, None, self._tag), self._facts):
            self.body.addLayout(part)
        self.body.addWidget(Rule())
        self.body.addWidget(Label("Steps", "heading"))
        self.body.addWidget(scrolled(inner), 1)

    def show_incident(self, one: Incident, overdue: bool) -> None:
        """Show it."""
        self._title.show_text(f"{one.incident_id}  {one.title}")
        look = ("Overdue", "stop", "stop") if overdue else {
            "open": ("Open", "caution", "caution"), "in_hand": ("In hand", "live", "dot"),
            "closed": ("Closed", "done", "check")}[one.state.value]
        self._tag.show_tag(*look)
        clear(self._facts)
        clear(self._steps)
        when = f"{day_text(local_day(one.happened_us))}, {clock_text(one.happened_us)}"
        where = "; ".join(part for part in (one.room, one.patient_id) if part)
        owner = f"{one.owner_id}, until {one.due}" if one.owner_id else "Not set"
        for name, value in (("Kind", KIND_WORDS[one.kind]), ("Happened", f"{when}; {where}" if where else when),
                            ("Session", one.session_id[:13]), ("Pen", one.pen), ("Cartridge", one.cartridge),
                            ("Owner", owner)):
            if value:
                label = Label(name, "label", "ink2")
                label.setFixedWidth(110)
                line = row(label, Label(value, "body", wrap=True))
                line.setStretch(1, 1)
                self._facts.addLayout(line)
        for step in one.steps:
            stamp = f"{day_text(local_day(step.at_us))} {clock_text(step.at_us)}, {step.by}"
            head = row(Label(STEP_WORDS[step.what], "strong"), None, Label(stamp, "label", "ink2"))
            part = QWidget()
            part.setLayout(column(head, Label(step.words, "body", wrap=True), spacing=2))
            self._steps.addWidget(part)


class IncidentsPage(ClinicPage):
    """The list left, one incident right; its next step in the action bar."""

    title, section = "Incidents", "incidents"

    def __init__(self, console: Console, export: Callable[[str], Path] | None = None) -> None:
        super().__init__(console)
        self._export = export
        self._chosen = ""
        self._all: list[Incident] = []
        self._list, self._card = RecordList(), IncidentCard()
        self._list.setFixedWidth(LIST_PX)
        self._none = Card()
        self._none.body.addWidget(EmptyState("check", "No incident", "What goes wrong is reported in two touches, "
                                             "on every page of a session."))
        self.stand(self._list, self._card, self._none, stretch=(1, 2))

    @property
    def _desk(self) -> IncidentDesk:
        return self.console.clinic.incidents

    def draw(self) -> None:
        self._all = self._desk.all()
        today = self._desk.today()
        if self._incident() is None:
            self._chosen = self._all[0].incident_id if self._all else ""
        rows = [RecordRow(f"incident.{one.incident_id}", one.title,
                          f"{one.incident_id}, {day_text(local_day(one.happened_us))}"
                          f"{', ' + one.patient_id if one.patient_id else ''}", *_word(one, today))
                for one in self._all]
        self._list.show_rows(rows, self._choose, self._chosen)
        found = self._incident()
        self._list.setVisible(bool(rows))
        self._card.setVisible(found is not None)
        self._none.setVisible(found is None)
        if found is not None:
            self._card.show_incident(found, found.overdue(today))

    def _incident(self) -> Incident | None:
        return next((one for one in self._all if one.incident_id == self._chosen), None)

    def _choose(self, incident_id: str) -> None:
        self._chosen = incident_id
        self.draw()
        self.shell.update_chrome()

    def status(self) -> StatusText:
        running = [one for one in self._all if not one.closed]
        late = sum(one.overdue(self._desk.today()) for one in running)
        words = f"{len(running)} open" if running else "None open"
        return StatusText("Incidents", (words, f"{late} overdue") if late else (words,))

    def page_actions(self) -> Actions:
        left = [Action("report", "Report", self._report, icon="plus")]
        if self._export is not None and self._all:
            left += [Action("pdf", "PDF", lambda: self._write("pdf"), icon="file", kind="quiet"),
                     Action("json", "JSON", lambda: self._write("json"), icon="export", kind="quiet")]
        one = self._incident()
        if one is None:
            return Actions(left)
        lead = self._desk.may_lead(one)
        hint = "" if lead else "manager or owner"
        if one.closed:
            return Actions(left, [Action("reopen", "Open again", self._reopen, icon="undo", enabled=lead, hint=hint)])
        close = Action("close", "Close", self._close, kind="primary", enabled=lead and bool(one.owner_id),
                       hint=hint or ("" if one.owner_id else "needs an owner"), width=240)
        return Actions(left, [
            Action("owner", "Owner and deadline", self._assign, icon="user", enabled=lead, hint=hint),
            Action("act", "Add what was done", self._act, icon="note"), close])

    def _report(self) -> None:
        open_incident_sheet(self.shell, self._desk)

    def _assign(self) -> None:
        one = self._incident()
        if one is None:
            return
        sheet = OwnerSheet(self._desk.owners(), one.owner_id)

        def give(owner_id: str, days: int) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self._desk.assign(one.incident_id, owner_id, days), "Saved.")

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "Owner and deadline", 720)

    def _act(self) -> None:
        one = self._incident()
        if one is not None:
            self._ask("What was done", MEASURES[one.kind], "Add", self._desk.act)

    def _close(self) -> None:
        self._ask("Why it is closed", CLOSINGS, "Close the incident", self._desk.close)

    def _reopen(self) -> None:
        self._ask("Why it is opened again", ("It happened again", "Closed by mistake"), "Open again",
                  self._desk.reopen)

    def _ask(self, title: str, words: tuple[str, ...], confirm: str, act: Callable[[str, str], Incident]) -> None:
        sheet = ReasonSheet("It stays with the incident, with your name and the time.", words, confirm)

        def give(reason: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: act(self._chosen, reason), "Saved.")

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, title, 560)

    def _write(self, form: str) -> None:
        export = self._export
        if export is not None:
            paths: list[Path] = []
            if self.attempt(lambda: paths.append(export(form))):
                self.shell.tell(f"Written to {paths[0]}", "done")


def _word(one: Incident, today: date) -> tuple[str, str, str]:
    if one.overdue(today):
        return "Overdue", f"since {one.due}", "stop"
    tone = {"open": "caution", "in_hand": "live", "closed": "ink2"}[one.state.value]
    return STATE_WORDS[one.state], f"until {one.due}" if one.due and not one.closed else "", tone
