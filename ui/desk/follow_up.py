"""Follow-up: calls and visits, patients due for treatment, adverse events; a list left, one of them right."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from console.domain.adverse_events import AdverseEvent
from console.domain.errors import OperatorError
from console.domain.reactions import Told
from console.services.console import Console
from console.services.due_back import DuePatient
from console.services.follow_up_desk import ContactView
from console.services.follow_up_reading import After, CallFilter, CallList, ContactRow, standing_of
from console.services.local_time import day_text
from ui.desk.adverse_sheet import SHEET_PX, AdverseSheet
from ui.desk.call_filter import SHEET_PX as FILTER_PX
from ui.desk.call_filter import CallFilterSheet, filter_words
from ui.desk.call_rule import CallRuleCard
from ui.desk.case_rows import CaseRows
from ui.desk.contact_card import KINDS, ContactCard
from ui.desk.due_card import DueCard
from ui.desk.event_card import EventCard
from ui.desk.follow_up_rows import HEADINGS, call_sections, due_sections, event_sections
from ui.desk.visit_sheet import SHEET_PX as VISIT_PX
from ui.desk.visit_sheet import VisitSheet
from ui.page import Action, Actions, Page, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.widgets.fields import Segments
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, column, row

LIST_PX = 400
CALLS, COMING_BACK, EVENTS = "calls", "back", "events"
LISTS = ((CALLS, "Calls"), (COMING_BACK, "Due back"), (EVENTS, "Events"))
DUE_SHOWN = 100
NO_CALLS = ("No answer, several days", "The patient asked not to be called", "No number that works")


T = TypeVar("T")


class FollowUpPage(Page):
    """The list of the day after the day."""

    title, frame, tab = "Follow-up", "desk", "follow_up"

    def __init__(self, console: Console, save_medwatch: Callable[[str, str], Path],
                 save_list: Callable[[str, str], Path]) -> None:
        super().__init__()
        self._console, self._save_medwatch, self._save_list = console, save_medwatch, save_list
        self._wanted, self._asked, self._reading = CallFilter(), 0, False
        self._more: After | None = None
        self._contacts: list[ContactRow] = []
        self._due: list[DuePatient] = []
        self._events: list[AdverseEvent] = []
        self._due_shown, self._chosen = DUE_SHOWN, ""
        self._changing_rule = False
        self.which = Segments(LISTS, "follow_up.which", 48)
        self.rows, self.rule = CaseRows("follow_up"), CallRuleCard()
        self.contact, self.case, self.due = ContactCard(), EventCard(), DueCard()
        self._right = QStackedWidget()
        self._build()

    def _build(self) -> None:
        left = Card(1, 0)
        left.setFixedWidth(LIST_PX)
        left.body.addLayout(row(self.which, margins=15))
        left.body.addWidget(self.rows, 1)
        rule = QWidget()
        rule.setLayout(column(self.rule, margins=12))
        self._rule_room = rule
        left.body.addWidget(rule)
        nobody = Card()
        nobody.body.addWidget(EmptyState("phone", "Choose a line", "It opens what is known and what to ask for."))
        for part in (nobody, self.contact, self.case, self.due):
            self._right.addWidget(part)
        whole = row(left, self._right)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self.which.set_choice(CALLS)
        self.which.chosen.connect(self._turn_list)
        self.rows.chosen.connect(self.choose)
        self.rows.more_wanted.connect(self._show_more)
        self.rule.decided.connect(self._decide)
        self.rule.declined.connect(self._decline)
        self.contact.judge_wanted.connect(self._judge_told)
        self.case.judge_wanted.connect(self._judge_event)
        self.case.export_wanted.connect(self._export)

    # --- lists ----------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Take the stage; ``which`` in the context opens that list."""
        wanted = context.get("which")
        self.which.set_choice(wanted if isinstance(wanted, str) else CALLS)
        self._forget()
        self._read()

    def _turn_list(self) -> None:
        self._forget()
        self._read()

    def _forget(self) -> None:
        self._chosen = ""
        self._changing_rule = False
        self._right.setCurrentIndex(0)

    def _read(self) -> None:
        self._events, which = self._all_events(), self.which.choice()
        self.rule.show_may(self._console.follow_up.may_decide)
        asked = self._console.follow_up.undecided or self._changing_rule
        self._rule_room.setVisible(asked and which == CALLS)
        self._asked += 1
        self._reading = which != EVENTS
        if which == COMING_BACK:
            number = self._asked
            self._console.courses.ask_due(lambda due: self._take_due(number, due), self._not_read)
        else:
            self._ask_calls(None)
        self._show_list()

    def _all_events(self) -> list[AdverseEvent]:
        try:
            return self._console.adverse.all()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return []

    def _ask_calls(self, after: After | None) -> None:
        number = self._asked
        try:
            self._console.follow_up.ask_list(self._wanted, lambda found: self._take_calls(number, found, after),
                                             self._not_read, after)
        except OperatorError as error:
            self._contacts, self._more = [], None
            self._not_read(error)

    def _take_calls(self, number: int, found: CallList, after: After | None) -> None:
        if number != self._asked:
            return
        if after is None:
            self._contacts = list(found.rows)
        else:
            late = sum(one.standing == "overdue" for one in self._contacts)
            self._contacts[late:late] = found.rows
        self._more, self._reading = found.more, False
        self._show_list()

    def _take_due(self, number: int, due: list[DuePatient]) -> None:
        if number == self._asked:
            self._due, self._reading = due, False
            self._show_list()
            self._show_due_again()

    def _not_read(self, error: BaseException) -> None:
        self._reading = False
        self.shell.tell(str(error) if isinstance(error, OperatorError) else "The list could not be read.", "stop")
        self._show_list()

    def _show_more(self) -> None:
        if self.which.choice() == COMING_BACK:
            self._due_shown += DUE_SHOWN
            self._show_list()
        elif self._more is not None:
            self._ask_calls(self._more)

    def _show_list(self) -> None:
        which, nobody, more = self.which.choice(), "Nobody to call", ""
        if which == EVENTS:
            nobody = "No adverse events"
            sections = event_sections(self._events, self._console.registry.patient, self._console.day.today())
        elif which == COMING_BACK:
            nobody = "Nobody is due without an appointment"
            sections = due_sections(self._due[:self._due_shown])
            more = f"Show {DUE_SHOWN} more" if len(self._due) > self._due_shown else ""
        else:
            sections = call_sections(self._contacts)
            more = "Show more overdue" if self._more is not None else ""
        self.rows.empty.title.show_text("Reading…" if self._reading else nobody)
        self.rows.show_cases(sections, self._chosen, more)
        self.shell.update_chrome()

    def _ask_filter(self) -> None:
        def chosen(wanted: CallFilter) -> None:
            self.shell.close_overlay()
            self._wanted = wanted
            self._forget()
            self._read()

        sheet = CallFilterSheet(self._wanted, self._console.registry.staff(), self._console.follow_up.today(), chosen)
        self.shell.show_overlay(sheet, "Which calls and visits", FILTER_PX)

    def _write_list(self) -> None:
        back = self.which.choice() == COMING_BACK
        name = "due-back.csv" if back else "calls.csv"

        def written(text: str) -> None:
            self._attempt(lambda: self._save_list(name, text), "", lambda path: f"Written to {path}")

        try:
            if back:
                self._console.courses.ask_due_csv(written, self._not_read)
            else:
                self._console.follow_up.ask_csv(self._wanted, written, self._not_read)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")

    # --- one of them ------------------------------------------------------------------------------------------

    def choose(self, key: str) -> None:
        """Open a line of the list shown."""
        which = self.which.choice()
        try:
            if which == EVENTS:
                self._show_event(key)
            elif which == COMING_BACK:
                self._show_due(key)
            else:
                self._show_contact(key)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self._chosen = key
        self.rows.mark(key)
        self.shell.update_chrome()

    def _show_contact(self, contact_id: str) -> None:
        view, today = self._console.follow_up.open(contact_id), self._console.follow_up.today()
        self.contact.show_view(view, standing_of(view.contact, today), today)
        self._right.setCurrentIndex(1)

    def _show_due(self, course_id: str) -> None:
        one = next((one for one in self._due if one.standing.course.course_id == course_id), None)
        self._right.setCurrentIndex(3 if one is not None else 0)
        if one is not None:
            self.due.show_due(one)

    def _show_due_again(self) -> None:
        if self._chosen:
            self._show_due(self._chosen)
            self.shell.update_chrome()

    def _show_event(self, event_id: str) -> None:
        event = self._console.adverse.event(event_id)
        owner = next((one.name for one in self._console.adverse.owners() if one.staff_id == event.owner_id),
                     event.owner_id)
        self.case.show_event(event, self._console.registry.patient(event.patient_id), owner,
                              self._console.adverse.suspects(event))
        self._right.setCurrentIndex(2)

    # --- acts --------------------------------------------------------------------------------------------------

    def _decide(self, from_hours: int, until_hours: int) -> None:
        self._attempt(lambda: self._console.follow_up.decide(from_hours, until_hours), "The clinic calls from now on.")
        self.enter()

    def _decline(self) -> None:
        self._attempt(self._console.follow_up.decide_none, "No calls are noted.")
        self.enter()

    def _change_rule(self) -> None:
        self._changing_rule = not self._changing_rule
        self.rule.show_rule(self._console.follow_up.rule)
        self._read()

    def _ask_visit(self) -> None:
        sheet = VisitSheet(self._console.follow_up.today())
        sheet.agreed.connect(self._agree_visit)
        self.shell.show_overlay(sheet, "A visit after the session", VISIT_PX)

    def _agree_visit(self, day: date) -> None:
        self.shell.close_overlay()
        view = self.contact.view
        if view is not None and self._attempt(
                lambda: self._console.follow_up.agree_visit(view.contact.session_id, day),
                f"The visit on {day_text(day)} is on the list."):
            self._read()

    def _attempt(self, act: Callable[[], T], done: str, said: Callable[[T], str] | None = None,
                 undo: Callable[[], object] | None = None) -> bool:
        try:
            made = act()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return False
        self.shell.tell(said(made) if said is not None else done, "done", undo)
        return True

    def _mark_due(self, told: bool) -> None:
        one = self.due.due
        if one is None:
            return
        course, note = one.standing.course, self.due.plain_note()

        def back() -> None:
            if self._attempt(lambda: self._console.courses.mark_due(course, not told, note), "Taken back."):
                self._read()

        words = f"{one.patient.patient_id} was told." if told else f"{one.patient.patient_id} is to be told again."
        if self._attempt(lambda: self._console.courses.mark_due(course, told, note), words, undo=back):
            self._read()

    def _take_back(self, key: str) -> None:
        if self._attempt(lambda: self._console.follow_up.take_back(key), "The line is as it was before."):
            self._read()
            self.choose(key)

    def _record(self, reached: bool) -> None:
        told = self.contact.told(self._console.follow_up.today()) if reached else []
        key, note = self._chosen, self.contact.plain_note()
        words = "The call is recorded." if reached else "Noted. The line stays on the list."
        if self._attempt(lambda: self._console.follow_up.record(key, reached, told, note), words,
                         undo=lambda: self._take_back(key)):
            self._read()
            self.choose(key)

    def _ask_give_up(self) -> None:
        sheet = ReasonSheet("The line leaves the list; the tries stay in the record.", NO_CALLS, "Give up")
        sheet.given.connect(self._give_up)
        self.shell.show_overlay(sheet, "Stop trying", 560)

    def _give_up(self, reason: str) -> None:
        self.shell.close_overlay()
        key = self._chosen
        if self._attempt(lambda: self._console.follow_up.give_up(key, reason), "The line is off the list.",
                         undo=lambda: self._take_back(key)):
            self._read()
            self.choose(key)

    def _judge_told(self, told: Told) -> None:
        view = self.contact.view
        if view is not None:
            self._judge(lambda: self._console.adverse.begin(view.contact, told), "A new adverse event")

    def _judge_event(self) -> None:
        self._judge(lambda: self._console.adverse.event(self._chosen), f"Adverse event {self._chosen}")

    def _judge(self, event: Callable[[], AdverseEvent], title: str) -> None:
        try:
            self._show_sheet(event(), title)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")

    def _show_sheet(self, event: AdverseEvent, title: str) -> None:
        sheet = AdverseSheet(self._console, event)
        sheet.saved.connect(self._judged)
        self.shell.show_overlay(sheet, title, SHEET_PX)

    def _judged(self, event_id: str) -> None:
        self.shell.close_overlay()
        self.which.set_choice(EVENTS)
        self._read()
        self.choose(event_id)
        self._show_list()
        self.shell.tell(f"{event_id} is saved.", "done")

    def _export(self, form: str) -> None:
        try:
            path = self._save_medwatch(self._chosen, form)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self.shell.tell(f"Written to {path}", "done")

    # --- the window's bars ---------------------------------------------------------------------------------------

    def status(self) -> StatusText:
        count = {standing: sum(1 for one in self._contacts if one.standing == standing) for standing, _ in HEADINGS}
        late = f"{count['overdue']}{'+' if self._more else ''} overdue" if count["overdue"] else "none overdue"
        open_events = sum(1 for one in self._events if one.state != "closed")
        facts = (f"{open_events} adverse event{'' if open_events == 1 else 's'} open",) if open_events else ()
        only = filter_words(self._wanted)
        shown = (f"Only {only}", *facts) if only else facts
        return StatusText(f"{count['due'] or 'Nobody'} to call now, {late}", shown, dot="live" if count["due"] else "")

    def page_actions(self) -> Actions:
        left = [Action("today", "Today", lambda: self.shell.open_page("today"), icon="left", kind="quiet")]
        shown = self._right.currentIndex()
        if shown == 3 and self.due.due is not None:
            return self._due_actions(left, self.due.due)
        view = self.contact.view if shown == 1 else None
        return Actions([*left, *self._list_actions()], []) if view is None else self._contact_actions(left, view)

    def _list_actions(self) -> list[Action]:
        follow_up, which = self._console.follow_up, self.which.choice()
        found = []
        if which == CALLS:
            found.append(Action("filter", "Filter", self._ask_filter, icon="filter", kind="quiet"))
        if which != EVENTS:
            found.append(Action("listCsv", "List as CSV", self._write_list, icon="export", kind="quiet"))
        if which == CALLS and follow_up.may_decide and not follow_up.undecided:
            found.append(Action("rule", "When we call", self._change_rule, icon="clock", kind="quiet"))
        return found

    def _due_actions(self, left: list[Action], one: DuePatient) -> Actions:
        patient_id, told = one.patient.patient_id, one.mark is not None
        return Actions(
            [*left, Action("patient", "Open patient", lambda: self.shell.open_page("patients", patient_id=patient_id),
                           icon="user", kind="quiet")],
            [Action("told_back", "Take back", lambda: self._mark_due(False), icon="undo", enabled=told),
             Action("told", "Patient was told", lambda: self._mark_due(True), icon="check", kind="primary",
                    enabled=not told, hint=one.told_words, width=392)])

    def _contact_actions(self, left: list[Action], view: ContactView) -> Actions:
        signed, due = self._console.desk.actor is not None, not view.contact.done
        ready, key = signed and due, view.contact.contact_id
        hint = "" if ready else ("it is done" if signed else "sign in first")
        words = f"Record the {KINDS[view.contact.kind].lower()}"
        back = Action("take_back", "Take back", lambda: self._take_back(key), icon="undo", kind="quiet", enabled=signed)
        give_up = Action("give_up", "Stop trying", self._ask_give_up, kind="quiet", enabled=ready)
        return Actions(
            [*left, Action("visit", "Agree a visit", self._ask_visit, icon="calendar", kind="quiet", enabled=signed),
             give_up if due else back],
            [Action("not_reached", "Not reached", lambda: self._record(False), icon="x", enabled=ready),
             Action("record", words, lambda: self._record(True), icon="check", kind="primary", enabled=ready, hint=hint,
                    width=392)])
