"""The room log: one touch notes that a duty was done; beside it what was done, and when it is due again."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.room_log import Duty, DutyStanding, RoomEntry
from console.services.console import Console
from console.services.emergency_desk import EmergencyPlan
from console.services.local_time import clock_text, day_text, local_day
from console.services.room_log_desk import RoomLogDesk
from ui.desk.clinic_page import LIST_PX, ClinicPage, RecordList, RecordRow, clear
from ui.desk.emergency_sheet import SHEET_PX, EmergencySheet
from ui.desk.walk_in import field, titled
from ui.page import Action, Actions, StatusText
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.states import EmptyState
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

INTERVALS = (("0", "When done"), ("1", "Each day"), ("7", "Each week"), ("30", "30 days"), ("90", "90 days"))
MOST_SHOWN = 200


class DutySheet(QWidget):
    """A duty of the clinic's list: its words, how often, what is read. ``given(text, days, reading)``."""

    given = Signal(str, int, str)
    removed = Signal()

    def __init__(self, duty: Duty | None = None) -> None:
        super().__init__()
        self._text = field("What is to be done", "duty.text")
        self._reading = field("May be empty: what is read with it", "duty.reading")
        self._days = Segments(INTERVALS, "duty.days", 56)
        self._days.set_choice("1")
        self._keep = Button("Save", "check", "primary", "l", name="duty.save")
        remove = Button("Take off the list", "x", "quiet", "l", "what was done stays in the log", name="duty.remove")
        remove.setVisible(duty is not None)
        remove.triggered.connect(self.removed)
        self._keep.triggered.connect(self._give)
        if duty is not None:
            self._text.setText(duty.text)
            self._reading.setText(duty.reading)
            self._days.set_choice(str(duty.every_days))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(titled("Duty", self._text), titled("Reading", self._reading),
                             Label("How often", "label", "ink2"), self._days, 4, self._keep, remove))

    def _give(self) -> None:
        self.given.emit(self._text.text(), int(self._days.choice() or 0), self._reading.text())


class ReadingLine(QWidget):
    """Asks for what a duty's instrument shows. ``given(str)``."""

    given = Signal(str)

    def __init__(self, duty: Duty) -> None:
        super().__init__()
        self._line = field(duty.reading, "duty.value")
        keep = Button("Note it", "check", "primary", "l", name="duty.note")
        keep.triggered.connect(lambda: self.given.emit(self._line.text()))
        self._line.returnPressed.connect(lambda: self.given.emit(self._line.text()))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(titled(f"{duty.reading}, as it shows", self._line), keep))
        self.setFocusProxy(self._line)


class _DutyLine(QWidget):
    def __init__(self, one: DutyStanding, words: str, look: tuple[str, str, str], done: Callable[[], None],
                 edit: Callable[[], None] | None) -> None:
        super().__init__()
        tag = Tag()
        tag.show_tag(*look)
        touch = Button("Done now", "check", "live" if look[1] == "caution" else "normal", "nav",
                       name=f"duty.{one.duty.duty_id}.done")
        touch.setAccessibleName(f"{one.duty.text}: done now")
        touch.triggered.connect(done)
        texts = column(TextLine(one.duty.text, "strong"), TextLine(words, "label", "ink2"), spacing=2)
        line = row(texts, tag, touch, spacing=16)
        if edit is not None:
            change = Button("", "filter", "quiet", "nav", name=f"duty.{one.duty.duty_id}.edit")
            change.setAccessibleName(f"Change {one.duty.text}")
            change.triggered.connect(edit)
            line.addWidget(change)
        line.setContentsMargins(0, 6, 0, 6)
        line.setStretch(0, 1)
        self.setLayout(line)


class RoomLogPage(ClinicPage):
    """The clinic's list with a touch each; the log right."""

    title, section = "Room log", "room_log"

    def __init__(self, console: Console, export: Callable[[], Path] | None = None) -> None:
        super().__init__(console)
        self._export = export
        self._standings: list[DutyStanding] = []
        self._entries: list[RoomEntry] = []
        self._duties, self._log, self._none = QVBoxLayout(), RecordList(), Card()
        self._none.body.addWidget(EmptyState("list", "Nothing noted yet", "What is done in this room stands here."))
        left, inner = Card(20, 8), QWidget()
        holding = column(self._duties, None)
        holding.setContentsMargins(0, 0, 12, 0)
        self._duties.setSpacing(0)
        inner.setLayout(holding)
        self._title = Label("", "heading")
        left.body.addWidget(self._title)
        left.body.addWidget(scrolled(inner), 1)
        for part in (self._log, self._none):
            part.setFixedWidth(LIST_PX)
        self.stand(left, self._log, self._none, stretch=(0,))

    @property
    def _desk(self) -> RoomLogDesk:
        return self.console.clinic.room

    def draw(self) -> None:
        self._title.show_text(f"To be done in {self._desk.room}")
        self._standings, self._entries = self._desk.standings(), self._desk.entries()
        clear(self._duties)
        for place, one in enumerate(self._standings):
            if place:
                self._duties.addWidget(Rule())
            edit = partial(self._edit, one.duty) if self._desk.may_edit else None
            self._duties.addWidget(
                _DutyLine(one, self._words(one), self._look(one), partial(self._note, one.duty), edit))
        rows = [RecordRow(f"entry.{one.entry_id}", one.text,
                          f"{one.room}, {one.by}{', ' + one.reading if one.reading else ''}",
                          clock_text(one.at_us), day_text(local_day(one.at_us)))
                for one in self._entries[:MOST_SHOWN] if not one.taken_back]
        self._log.show_rows(rows, lambda _: None)
        self._log.setVisible(bool(rows))
        self._none.setVisible(not rows)

    def _look(self, one: DutyStanding) -> tuple[str, str, str]:
        if one.due_on is None:
            return ("When done", "neutral", "")
        if one.due(self._desk.today()):
            return ("Due today", "caution", "clock")
        return (f"Next {day_text(one.due_on)}", "done", "check")

    @staticmethod
    def _words(one: DutyStanding) -> str:
        if one.last is None:
            return "Not noted yet"
        reading = f", {one.last.reading}" if one.last.reading else ""
        return f"Last {day_text(local_day(one.last.at_us))}, {clock_text(one.last.at_us)}, {one.last.by}{reading}"

    def _note(self, duty: Duty) -> None:
        if not duty.reading:
            self._noted(duty, "")
            return
        sheet = ReadingLine(duty)

        def give(reading: str) -> None:
            self.shell.close_overlay()
            self._noted(duty, reading)

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, duty.text, 480)

    def _noted(self, duty: Duty, reading: str) -> None:
        made: list[RoomEntry] = []
        if self.attempt(lambda: made.append(self._desk.note(duty, reading))):
            self.shell.tell(f"{duty.text}: noted.", "done",
                            undo=lambda: self.attempt(lambda: self._desk.take_back(made[0])))

    def _edit(self, duty: Duty) -> None:
        sheet = DutySheet(duty)
        others = self._desk.duties()

        def give(text: str, days: int, reading: str) -> None:
            made = Duty(duty.duty_id, text.strip(), days, reading.strip())
            self._save(tuple(made if one.duty_id == duty.duty_id else one for one in others))

        sheet.given.connect(give)
        sheet.removed.connect(lambda: self._save(tuple(one for one in others if one.duty_id != duty.duty_id)))
        self.shell.show_overlay(sheet, "Change a duty", 640)

    def _save(self, duties: tuple[Duty, ...]) -> None:
        self.shell.close_overlay()
        self.attempt(lambda: self._desk.save_duties(duties), "Saved.")

    def _add(self) -> None:
        sheet = DutySheet()

        def give(text: str, days: int, reading: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self._desk.add_duty(text, days, reading), "Saved.")

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "A new duty", 640)

    def _change_card(self) -> None:
        desk = self.console.clinic.emergency
        sheet = EmergencySheet(desk.plan())

        def give(plan: EmergencyPlan) -> None:
            if self.attempt(lambda: desk.save_plan(plan), "Saved. It stands on the card in every session."):
                self.shell.close_overlay()

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "Emergency card", SHEET_PX)

    def status(self) -> StatusText:
        due = sum(one.due(self._desk.today()) for one in self._standings)
        return StatusText("Room log", (f"{due} due today" if due else "Nothing due today",))

    def page_actions(self) -> Actions:
        left = [Action("csv", "CSV", self._write, icon="export", kind="quiet")] if self._export is not None else []
        may = self._desk.may_edit
        left.append(Action("emergency_card", "Emergency card", self._change_card, icon="phone", kind="quiet",
                           enabled=may))
        return Actions(left, [Action("duty", "New duty", self._add, icon="plus", enabled=may,
                                     hint="" if may else "managers only")])

    def _write(self) -> None:
        export, paths = self._export, list[Path]()
        if export is not None and self.attempt(lambda: paths.append(export())):
            self.shell.tell(f"Written to {paths[0]}", "done")
