"""Today: who comes, who is here, what is open; and the way into a session."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.errors import OperatorError, Refusal
from console.domain.people import Appointment
from console.services.console import Console
from console.services.event_words import counted
from console.services.local_time import clock_text, long_day_text
from console.services.session_desk import Receipt
from ui.desk.clinic_due import due_words
from ui.desk.day_entries import DayEntry, next_entry, read_entries
from ui.desk.day_list import DayList
from ui.desk.elsewhere_sheet import open_elsewhere
from ui.desk.find_patient import SHEET_PX as FIND_PX
from ui.desk.find_patient import FindPatient, card_id
from ui.desk.next_card import LastVisit, NextCard, PenCard, last_visit
from ui.desk.pen_sheet import open_pen_sheet
from ui.desk.pen_words import pen_words
from ui.desk.walk_in import SHEET_PX as WALK_IN_PX
from ui.desk.walk_in import WalkIn
from ui.page import Action, Actions, Chip, Page, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.theme import current_theme
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, column, row

SIDE_PX = 392
GO_ON_REASONS = ("Under supervision", "Renewal is under way", "Nobody else is here")
READ_EVERY = 60  # refreshes: about six seconds


def _no_theme(name: str) -> None:
    return None


class TodayPage(Page):
    """The day's list, the chosen patient large, the pen; forward starts or continues their session."""

    title, frame, tab = "Today", "desk", "today"

    def __init__(self, console: Console, on_theme: Callable[[str], None] = _no_theme) -> None:
        super().__init__()
        self._console, self._on_theme = console, on_theme
        self._entries: list[DayEntry] = []
        self._key, self._stale, self._age, self._read_us = "", True, 0, 0
        self._trouble, self._first, self._hidden = "", True, False
        self._due: tuple[str, ...] = ()
        self._last: dict[str, LastVisit] = {}
        self._list, self._card, self._pen, self._none = DayList(), NextCard(), PenCard(), Card()
        self._find = Button("Find patient", "search", "quiet", "s", name="today.find")
        self._stack, self._side = QStackedWidget(), QWidget()
        self._build()
        console.desk.on_events(self._note_change)

    def _build(self) -> None:
        empty = Card()
        nobody = EmptyState("calendar", "No patients today", "Add a walk-in, or find a patient.", "Add walk-in", "plus",
                            name="today.empty.walkin")
        nobody.acted.connect(self._add_walk_in)
        empty.body.addWidget(nobody)
        hidden = Card()
        hidden.body.addWidget(EmptyState(
            "lock", "The day's list is for who reads records",
            "Clinic and Settings are yours above; emergency access, with a reason, is in the menu."))
        for part in (self._list, empty, hidden):
            self._stack.addWidget(part)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(12)
        side.addWidget(self._card, 1)
        self._none.body.addWidget(EmptyState("user", "Nobody is chosen", "Find a patient to start a session."))
        side.addWidget(self._none, 1)
        self._side.setFixedWidth(SIDE_PX)
        right = column(self._side, self._pen)
        right.setStretch(0, 1)
        self._pen.setFixedWidth(SIDE_PX)
        whole = row(self._stack, right)
        whole.setStretch(0, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._list.row_chosen.connect(self._row_touched)
        self._find.triggered.connect(self.find_patient)
        self._pen.tapped.connect(self._show_pen)

    # --- reading ------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        self._last.clear()
        self._read()
        chosen = (self._left_open() if self._first else None) or next_entry(self._entries)
        self._first = False
        self._key = chosen.key if chosen else ""
        self._draw()
        self._list.show_row(self._key)

    def _left_open(self) -> DayEntry | None:
        """Give a session that was open already when the program began: it is offered before anybody new."""
        return next((one for one in self._entries if one.status == "open"), None)

    def refresh(self) -> None:
        self._age += 1
        if self._stale or self._age >= READ_EVERY:
            self._read()
            self._draw()
        self._pen.show_words(pen_words(self._console))

    def _note_change(self, receipt: Receipt) -> None:
        self._stale = True

    def _read(self) -> None:
        self._stale, self._age = False, 0
        self._hidden = False
        try:
            self._entries = read_entries(self._console)
        except Refusal:
            self._entries, self._hidden = [], True
            self._last.clear()
        except OperatorError as error:
            self._trouble = str(error)
            return
        self._trouble, self._read_us = "", self._console.clock.utc_us()
        self._due = due_words(self._console)

    def _entry(self) -> DayEntry | None:
        return next((one for one in self._entries if one.key == self._key), None)

    def _draw(self) -> None:
        entry = self._entry()
        if entry is None:
            entry = next_entry(self._entries)
            self._key = entry.key if entry else ""
        self._list.show_entries(self._entries, self._key, self._console.day.today())
        self._stack.setCurrentIndex(2 if self._hidden else 0 if self._entries else 1)
        self._find.setEnabled(not self._hidden)
        self._card.setVisible(entry is not None)
        self._none.setVisible(entry is None and not self._hidden)
        if entry is not None:
            self._card.show_entry(entry, self._last_visit(entry.patient.patient_id), self._console)

    def _last_visit(self, patient_id: str) -> LastVisit:
        if patient_id not in self._last:
            self._last[patient_id] = last_visit(self._console, patient_id)
        return self._last[patient_id]

    def _changed(self) -> None:
        self._read()
        self._draw()
        self.shell.update_chrome()

    # --- choosing ------------------------------------------------------------------------------------

    def _row_touched(self, key: str) -> None:
        entry = next(one for one in self._entries if one.key == key)
        self._key = key
        self._draw()
        self.shell.update_chrome()
        if entry.status == "open":
            self._continue(entry)

    def on_scan(self, text: str) -> bool:
        patient_id = card_id(self._console, text)
        if not patient_id:
            return False
        lines = [one for one in self._entries if one.patient.patient_id == patient_id]
        if not lines:
            self.find_patient(patient_id)
            return True
        self._key = next((one for one in lines if not one.over), lines[0]).key
        self._draw()
        self._list.show_row(self._key)
        self.shell.update_chrome()
        return True

    def on_key(self, key: str) -> bool:
        if key != "Ctrl+K":
            return False
        self.find_patient()
        return True

    # --- acts --------------------------------------------------------------------------------------------

    def _attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return False
        finally:
            self._stale = True
        return True

    def _start(self) -> None:
        entry = self._entry()
        if entry is None:
            return
        if entry.status == "open":
            self._continue(entry)
        elif entry.plan is not None:
            self._begin(entry.patient.patient_id, entry.plan.plan_id)

    def _begin(self, patient_id: str, plan_id: str) -> None:
        waiting = next((one for one in self._entries if one.patient.patient_id == patient_id and not one.over
                        and one.appointment is not None and one.plan is not None
                        and one.plan.plan_id == plan_id), None)
        appointment = waiting.appointment if waiting else None
        question = self._console.clinic.staff.question(plan_id)
        if question is not None and not question.blocked:
            self._ask_competence(question.words, partial(self._open, patient_id, plan_id, appointment))
        else:
            self._open(patient_id, plan_id, appointment)

    def _open(self, patient_id: str, plan_id: str, appointment: Appointment | None, reason: str = "") -> None:
        if self._attempt(lambda: self._console.clinic.staff.start(patient_id, plan_id, appointment, reason)):
            self._to_front()

    def _ask_competence(self, words: str, go_on: Callable[[str], None]) -> None:
        """Say what is missing; the reason for going on is part of the session's record."""
        sheet = ReasonSheet(f"{words}. The reason goes on the record.", GO_ON_REASONS, "Start all the same")

        def give(reason: str) -> None:
            self.shell.close_overlay()
            go_on(reason)

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "No valid competence", 560)

    def _continue(self, entry: DayEntry) -> None:
        if entry.session_id is None:
            return
        try:
            self._console.desk.turn_to(entry.session_id)
        except KeyError:
            self.shell.tell("This session is not open on this console; nothing was changed.", "caution")
            return
        self._to_front()

    def _to_front(self) -> None:
        front = self._console.desk.front
        if front is not None:
            self.shell.open_page(front.state.phase.value)

    def _mark_arrived(self) -> None:
        entry = self._entry()
        appointment = entry.appointment if entry else None
        if appointment is not None and self._attempt(lambda: self._console.day.mark_arrived(appointment)):
            self._changed()

    def _add_walk_in(self, name: str = "") -> None:
        sheet = WalkIn(self._console, name)
        sheet.added.connect(self._walk_in_added)
        sheet.open_wanted.connect(self._open_found)
        self.shell.show_overlay(sheet, "Add walk-in", WALK_IN_PX)

    def _walk_in_added(self, patient_id: str) -> None:
        self.shell.close_overlay()
        self.shell.tell(f"{patient_id} is added.", "done")
        self.find_patient(patient_id)

    def _open_found(self, patient_id: str) -> None:
        self.shell.close_overlay()
        self.find_patient(patient_id)

    def find_patient(self, patient_id: str = "") -> None:
        """Open the search, with a patient chosen if one is given."""
        sheet = FindPatient(self._console, patient_id if isinstance(patient_id, str) else "")
        sheet.start_wanted.connect(self._start_found)
        sheet.add_wanted.connect(self._add_instead)
        self.shell.show_overlay(sheet, "Find patient", FIND_PX)

    def _start_found(self, patient_id: str, plan_id: str) -> None:
        self.shell.close_overlay()
        self._begin(patient_id, plan_id)

    def _add_instead(self, name: str) -> None:
        self.shell.close_overlay()
        self._add_walk_in(name)

    def _show_pen(self) -> None:
        open_pen_sheet(self.shell, self._console)

    def _toggle_theme(self) -> None:
        self._on_theme("light" if current_theme().dark else "dim")

    # --- the window's bars ---------------------------------------------------------------------------------

    def status(self) -> StatusText:
        today = long_day_text(self._console.day.today())
        if self._trouble:
            age = f"List of {clock_text(self._read_us)}" if self._read_us else "No list"
            return StatusText(self._trouble, (age,), notice="caution")
        people = len({one.patient.patient_id for one in self._entries})
        sealed = sum(1 for one in self._entries if one.status == "sealed")
        running = sum(1 for one in self._entries if one.status == "open")
        words = [self._console.day.place.room] + (
            [] if self._hidden else [counted(people, "patient")])
        words += [f"{running} open"] if running else []
        words += [f"{sealed} sealed"] if sealed else []
        backups = self._console.backups
        notice = backups.short_notice if backups is not None else ""
        chips = (Chip(notice, "caution", "caution"),) if notice else ()
        return StatusText(today, (*self._due, ", ".join(words)), chips)

    def status_right(self) -> QWidget | None:
        return self._find

    def page_actions(self) -> Actions:
        dim = current_theme().dark
        left = [Action("walkin", "Add walk-in", partial(self._add_walk_in, ""), icon="plus",
                       enabled=not self._hidden),
                Action("dim", "Bright room" if dim else "Dim room", self._toggle_theme, icon="sun" if dim else "moon",
                       shortcut="F2")]
        if self._elsewhere:
            left.append(Action("elsewhere", "Other rooms", partial(open_elsewhere, self.shell, self._console),
                               hint=f"{self._elsewhere} open", icon="globe"))
        if self._trouble:
            left.append(Action("again", "Try again", self._changed, icon="undo"))
        right = []
        entry = self._entry()
        if entry is not None and entry.status == "due" and entry.appointment is not None:
            right.append(Action("arrived", "Mark arrived", self._mark_arrived, icon="user"))
        return Actions(left, [*right, self._forward(entry)])

    @property
    def _elsewhere(self) -> int:
        leases = self._console.leases
        return len(leases.elsewhere()) if leases is not None and not self._hidden else 0

    def _forward(self, entry: DayEntry | None) -> Action:
        text, hint, on = "Start session", "nobody is chosen", False
        if entry is not None:
            who = entry.patient.patient_id
            text, hint, on = {
                "open": ("Continue session", f"{who}, {entry.phase.value.replace('_', '-') if entry.phase else ''}",
                         True),
                "due": ("Start session", f"{who}, check-in first", True),
                "arrived": ("Start session", f"{who}, check-in first", True),
            }.get(entry.status, ("Start session", f"{who} is done for today", False))
            if self._console.desk.actor is None:
                hint, on = "sign in first", False
        return Action("start", text, self._start, hint=hint, kind="primary", enabled=on, width=SIDE_PX,
                      shortcut="PgDown")
