"""Follow-up: calls and visits, patients due for treatment, adverse events; a list left, one of them right."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from console.domain.adverse_events import AdverseEvent
from console.domain.courses import OVERDUE
from console.domain.errors import OperatorError
from console.domain.follow_up import CallRule
from console.domain.reactions import Told
from console.services.console import Console
from console.services.course_desk import DuePatient
from console.services.follow_up_desk import ContactRow
from console.services.local_time import day_text
from ui.desk.adverse_sheet import SHEET_PX, AdverseSheet
from ui.desk.case_rows import CaseRow, CaseRows
from ui.desk.contact_card import KINDS, ContactCard
from ui.desk.event_card import EventCard
from ui.desk.visit_sheet import SHEET_PX as VISIT_PX
from ui.desk.visit_sheet import VisitSheet
from ui.page import Action, Actions, Page, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments, Stepper
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, column, row

LIST_PX = 400
CALLS, COMING_BACK, EVENTS = "calls", "back", "events"
LISTS = ((CALLS, "Calls"), (COMING_BACK, "Due back"), (EVENTS, "Events"))
HEADINGS = (("overdue", "Overdue"), ("due", "To call now"), ("coming", "Later"), ("done", "Done"))
TONES = {"overdue": "stop", "due": "live", "coming": "ink2", "done": "done"}
NO_CALLS = ("No answer, several days", "The patient asked not to be called", "No number that works")


class CallRuleCard(Card):
    """When the clinic calls after a session. ``decided(from_hours, until_hours)``; ``declined()``."""

    decided = Signal(int, int)
    declined = Signal()

    def __init__(self) -> None:
        super().__init__(16, 10, look="sunken")
        self.first = Stepper(24, 1, 0, 336, unit="h", label="From", name="call_rule.from")
        self.last = Stepper(72, 1, 1, 336, unit="h", label="Until", name="call_rule.until")
        self._words = Label("", "label", "ink2", wrap=True)
        confirm = Button("Call after sessions", "phone", "live", "m", name="call_rule.confirm")
        no = Button("No calls", "", "quiet", "m", name="call_rule.none")
        confirm.triggered.connect(lambda: self.decided.emit(self.first.value(), self.last.value()))
        no.triggered.connect(self.declined)
        self._parts = (self.first, self.last, confirm, no)
        self.body.addWidget(Label("The clinic's own rule", "strong"))
        self.body.addWidget(self._words)
        for name, stepper in (("From", self.first), ("Until", self.last)):
            self.body.addLayout(row(Label(name, "label", "ink2"), None, stepper))
        self.body.addLayout(row(no, None, confirm))

    def show_may(self, may: bool) -> None:
        """Show whether who looks may decide."""
        self._words.show_text(
            "When does this clinic call after a session? No source gives the hours, so none are set for you."
            + ("" if may else " A manager decides it here."))
        for part in self._parts:
            part.setEnabled(may)

    def show_rule(self, rule: CallRule | None) -> None:
        """Begin with the hours decided so far."""
        if rule is not None:
            self.first.set_value(rule.from_hours)
            self.last.set_value(rule.until_hours)


class FollowUpPage(Page):
    """The list of the day after the day."""

    title, frame, tab = "Follow-up", "desk", "follow_up"

    def __init__(self, console: Console, save_medwatch: Callable[[str, str], Path]) -> None:
        super().__init__()
        self._console, self._save_medwatch = console, save_medwatch
        self._contacts: list[ContactRow] = []
        self._due: list[DuePatient] = []
        self._events: list[AdverseEvent] = []
        self._chosen = ""
        self._changing_rule = False
        self.which = Segments(LISTS, "follow_up.which", 48)
        self.rows, self.rule = CaseRows("follow_up"), CallRuleCard()
        self.contact, self.case = ContactCard(), EventCard()
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
        for part in (nobody, self.contact, self.case):
            self._right.addWidget(part)
        whole = row(left, self._right)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self.which.set_choice(CALLS)
        self.which.chosen.connect(self._turn_list)
        self.rows.chosen.connect(self.choose)
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
        try:
            self._console.follow_up.catch_up()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
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
        self._contacts, self._events = self._lists()
        self.rule.show_may(self._console.follow_up.may_decide)
        asked = self._console.follow_up.undecided or self._changing_rule
        self._rule_room.setVisible(asked and self.which.choice() == CALLS)
        if self.which.choice() == COMING_BACK:
            self._console.courses.ask_due(self._take_due, lambda error: self.shell.tell(str(error), "stop"))
        self._show_list()

    def _lists(self) -> tuple[list[ContactRow], list[AdverseEvent]]:
        try:
            return self._console.follow_up.rows(), self._console.adverse.all()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return [], []

    def _take_due(self, due: list[DuePatient]) -> None:
        self._due = due
        self._show_list()

    def _show_list(self) -> None:
        which = self.which.choice()
        if which == EVENTS:
            self.rows.empty.title.show_text("No adverse events")
            self.rows.show_cases(self._event_cases(), self._chosen)
        elif which == COMING_BACK:
            self.rows.empty.title.show_text("Nobody is due without an appointment")
            self.rows.show_cases(self._due_cases(), self._chosen)
        else:
            self.rows.empty.title.show_text("Nobody to call")
            self.rows.show_cases([
                (heading, [_contact_case(one) for one in self._contacts if one.standing == standing])
                for standing, heading in HEADINGS], self._chosen)
        self.shell.update_chrome()

    def _due_cases(self) -> list[tuple[str, list[CaseRow]]]:
        late = [_due_case(one) for one in self._due if one.standing.due == OVERDUE]
        now = [_due_case(one) for one in self._due if one.standing.due != OVERDUE]
        return [("Later than the plan expects", late), ("Due now", now)]

    def _event_cases(self) -> list[tuple[str, list[CaseRow]]]:
        cases = [(one.state, CaseRow(one.event_id, self._console.registry.patient(one.patient_id),
                                     f"{one.event_id}: {one.what}", _event_words(one, self._console.day.today()),
                                     "ink2" if one.state == "closed" else "caution")) for one in self._events]
        return [("Open", [row for state, row in cases if state != "closed"]),
                ("Closed", [row for state, row in cases if state == "closed"])]

    # --- one of them ------------------------------------------------------------------------------------------

    def choose(self, key: str) -> None:
        """Open a line of the list shown."""
        which = self.which.choice()
        if which == COMING_BACK:
            self.shell.open_page("patients", patient_id=key)
            return
        try:
            if which == EVENTS:
                self._show_event(key)
            else:
                self._show_contact(key)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self._chosen = key
        self.rows.mark(key)
        self.shell.update_chrome()

    def _show_contact(self, contact_id: str) -> None:
        standing = next((one.standing for one in self._contacts if one.contact.contact_id == contact_id), "done")
        self.contact.show_view(self._console.follow_up.open(contact_id), standing, self._console.follow_up.today())
        self._right.setCurrentIndex(1)

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

    def _attempt(self, act: Callable[[], object], done: str) -> bool:
        try:
            act()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return False
        self.shell.tell(done, "done")
        return True

    def _record(self, reached: bool) -> None:
        told = self.contact.told(self._console.follow_up.today()) if reached else []
        key, note = self._chosen, self.contact.plain_note()
        words = "The call is recorded." if reached else "Noted. The line stays on the list."
        if self._attempt(lambda: self._console.follow_up.record(key, reached, told, note), words):
            self._read()
            self.choose(key)

    def _ask_give_up(self) -> None:
        sheet = ReasonSheet("The line leaves the list; the tries stay in the record.", NO_CALLS, "Give up")
        sheet.given.connect(self._give_up)
        self.shell.show_overlay(sheet, "Stop trying", 560)

    def _give_up(self, reason: str) -> None:
        self.shell.close_overlay()
        key = self._chosen
        if self._attempt(lambda: self._console.follow_up.give_up(key, reason), "The line is off the list."):
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
        late = f"{count['overdue']} overdue" if count["overdue"] else "none overdue"
        open_events = sum(1 for one in self._events if one.state != "closed")
        facts = (f"{open_events} adverse event{'' if open_events == 1 else 's'} open",) if open_events else ()
        return StatusText(f"{count['due'] or 'Nobody'} to call now, {late}", facts, dot="live" if count["due"] else "")

    def page_actions(self) -> Actions:
        left = [Action("today", "Today", lambda: self.shell.open_page("today"), icon="left", kind="quiet")]
        view = self.contact.view if self._right.currentIndex() == 1 else None
        follow_up = self._console.follow_up
        if view is None:
            if self.which.choice() == CALLS and follow_up.may_decide and not follow_up.undecided:
                left.append(Action("rule", "When we call", self._change_rule, icon="clock", kind="quiet"))
            return Actions(left, [])
        signed, due = self._console.desk.actor is not None, not view.contact.done
        ready = signed and due
        hint = "" if ready else ("it is done" if signed else "sign in first")
        words = f"Record the {KINDS[view.contact.kind].lower()}"
        return Actions(
            [*left, Action("visit", "Agree a visit", self._ask_visit, icon="calendar", kind="quiet", enabled=signed),
             Action("give_up", "Stop trying", self._ask_give_up, kind="quiet", enabled=ready)],
            [Action("not_reached", "Not reached", lambda: self._record(False), icon="x", enabled=ready),
             Action("record", words, lambda: self._record(True), icon="check", kind="primary", enabled=ready, hint=hint,
                    width=392)])


def _contact_case(one: ContactRow) -> CaseRow:
    contact = one.contact
    day = day_text(date.fromisoformat(contact.first if one.standing == "coming" else contact.due))
    words = {"coming": f"from {day}", "done": "Given up" if contact.state == "given_up" else "Done"}.get(
        one.standing, f"by {day}")
    tries = sum(1 for try_ in contact.attempts if not try_.reached)
    second = KINDS[contact.kind] + (f", tried {tries} time{'' if tries == 1 else 's'}" if tries else "")
    return CaseRow(contact.contact_id, one.patient, second, words, TONES[one.standing])


def _due_case(one: DuePatient) -> CaseRow:
    window, course = one.standing.window, one.standing.course
    done = f"{course.done} of {course.length} done" if course.length else f"{course.done} done"
    words = f"by {day_text(window.latest)}" if window is not None else ""
    late = one.standing.due == OVERDUE
    return CaseRow(one.patient.patient_id, one.patient, f"{one.plan_name}, {done}", words, "stop" if late else "live")


def _event_words(event: AdverseEvent, today: date) -> str:
    if event.state == "closed":
        return "Closed"
    if not event.due:
        return event.severity.capitalize()
    day = date.fromisoformat(event.due)
    return f"{'overdue since' if day < today else 'by'} {day_text(day)}"
