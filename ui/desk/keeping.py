"""Whose record need no longer be kept by the clinic's rule, whose soon will not, and whose is held.

Patients are named by their number only: who erases need not be somebody who reads records.
"""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.retention import Keeping, rule_words
from console.services.console import Console
from console.services.event_words import counted
from console.services.keeping_desk import RecordStanding
from console.services.local_time import day_text, local_day
from console.services.record_keeping import DueList
from ui.desk.clinic_page import ClinicPage, RecordList, RecordRow, clear
from ui.desk.erase_sheet import gone_words
from ui.desk.keeping_acts import KeepingActs
from ui.page import Action, Actions, StatusText
from ui.widgets.fields import Segments
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, Rule, column, row, scrolled

OVER, SOON, HELD = "over", "soon", "held"
PAGE_ROWS, CARD_PX, PARTS_PX, NAME_PX = 60, 520, 560, 120
NOTHING = {OVER: ("No record is past its time", "The rule proposes nothing for erasure today."),
           SOON: ("None within a year", "No other record comes to its end by the rule within twelve months."),
           HELD: ("No legal hold", "A hold is set here or on the patient's page; it forbids every erasure.")}
NO_RULE = "Set it with its source among the settings, Retention of records; until then nothing is proposed."


class StandingCard(Card):
    """One record: last visit, until when it is kept, the hold, and what an erasure would take."""

    def __init__(self) -> None:
        super().__init__(20, 12)
        self.setFixedWidth(CARD_PX)
        self._title, self._facts = Label("", "heading"), QVBoxLayout()
        self._title.setObjectName("keeping.title")
        self._goes = Label("", "body", "ink2", wrap=True)
        self._goes.setObjectName("keeping.goes")
        self._facts.setSpacing(8)
        inner = QWidget()
        inner.setLayout(column(self._facts, Rule(), Label("An erasure would take", "strong"), self._goes, None,
                               spacing=12))
        self.body.addWidget(self._title)
        self.body.addWidget(scrolled(inner), 1)

    def show_keeping(self, one: Keeping) -> None:
        """Show how it stands; what an erasure takes comes in a later frame."""
        self._title.show_text(f"The record of {one.visit.patient_id}")
        self._goes.show_text("Reading the record…")
        clear(self._facts)
        hold = one.hold
        held = "" if hold is None else (
            f"{hold.reason} ({hold.by}, {day_text(local_day(hold.at_us))} {local_day(hold.at_us).year})")
        for name, value, tone in (
                ("Last visit", _day(one.visit.day), "ink"),
                ("Kept until", _day(one.keep_until) if one.keep_until else "without an end", "ink"),
                ("Legal hold", held or "none", "stop" if held else "ink")):
            title = Label(name, "label", "ink2")
            title.setFixedWidth(NAME_PX)
            line = row(title, Label(value, "body", tone, wrap=True))
            line.setStretch(1, 1)
            self._facts.addLayout(line)

    def show_goes(self, words: str) -> None:
        """Say what an erasure takes."""
        self._goes.show_text(words)


class KeepingPage(ClinicPage):
    """The list left with its three parts, one record right. Everything is read on the query thread."""

    title, section = "Records to erase", "people"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._due: DueList | None = None
        self._standing: RecordStanding | None = None
        self._chosen, self._shown, self._reading = "", PAGE_ROWS, False
        self._parts = Segments(((OVER, "May be erased"), (SOON, "Within a year"), (HELD, "Held")), "keeping.part", 48)
        self._parts.set_choice(OVER)
        self._parts.setFixedWidth(PARTS_PX)
        self._rule = Label("", "label", "ink2", wrap=True)
        self._rule.setObjectName("keeping.rule")
        self._list, self._card = RecordList(), StandingCard()
        self._none = EmptyState("note", "", NO_RULE)
        self._acts: KeepingActs | None = None
        if console.keeping is not None:
            self._acts = KeepingActs(self, console.keeping)
            self._acts.hold_changed.connect(self._ask)
            self._acts.erased.connect(lambda _made: self._ask())
        left, filters = QWidget(), Card(12, 8)
        filters.body.addLayout(row(self._parts, None))
        filters.body.addWidget(self._rule)
        left.setLayout(column(filters, self._list, self._none))
        self.stand(left, self._card, stretch=(0,))
        self._parts.chosen.connect(self._turn)

    # --- asking ------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        self._due, self._standing, self._chosen = None, None, ""
        super().enter(**context)
        self._ask()

    def leave(self) -> None:
        self._due = None

    def _ask(self) -> None:
        if self.console.keeping is None:
            return
        self._reading = True
        self.console.keeping.due(self._take, self._failed)
        self.shell.update_chrome()

    def _take(self, due: DueList) -> None:
        self._due, self._reading, self._shown = due, False, PAGE_ROWS
        self.draw()
        self._show_chosen()

    def _failed(self, error: BaseException) -> None:
        self._reading = False
        self.shell.tell(str(error) if isinstance(error, OperatorError)
                        else "The records could not be read; nothing was changed.", "stop")
        self.draw()

    # --- showing -----------------------------------------------------------------------------------------

    def _turn(self, _part: str) -> None:
        self._chosen, self._shown = "", PAGE_ROWS
        self.draw()
        self._show_chosen()

    def _part(self) -> tuple[Keeping, ...]:
        due = self._due
        if due is None:
            return ()
        return {OVER: due.over, SOON: due.soon, HELD: due.held}[self._parts.choice()]

    def draw(self) -> None:
        found = self._part()
        if self._chosen not in {one.visit.patient_id for one in found}:
            self._chosen = found[0].visit.patient_id if found else ""
        self._list.show_rows([self._row(one) for one in found[:self._shown]], self._choose, self._chosen)
        self._list.setVisible(bool(found))
        self._card.setVisible(bool(found))
        title, text = NOTHING[self._parts.choice()]
        if self._due is not None and self._due.rule is None and self._parts.choice() != HELD:
            title, text = "No retention rule is set", NO_RULE
        self._none.title.show_text(title)
        self._none.text.show_text(text)
        self._none.setVisible(self._due is not None and not found)
        self._rule.show_text(rule_words(self._due.rule) if self._due is not None else "Reading the records…")
        self.shell.update_chrome()

    def _row(self, one: Keeping) -> RecordRow:
        until = _day(one.keep_until) if one.keep_until else "no end"
        word, tone = {OVER: ("Kept until", "caution"), SOON: ("Kept until", "ink2"), HELD: ("Held", "stop")}[
            self._parts.choice()]
        detail = f"last visit {_day(one.visit.day)}" + (f", {one.hold.reason}" if one.hold is not None else "")
        return RecordRow(f"keeping.{one.visit.patient_id}", one.visit.patient_id, detail, word, until, tone)

    def _choose(self, patient_id: str) -> None:
        self._chosen = patient_id
        for one in self._list.rows:
            one.set_selected(one.objectName() == f"keeping.{patient_id}")
        self._show_chosen()

    def _show_chosen(self) -> None:
        self._standing = None
        one = next((one for one in self._part() if one.visit.patient_id == self._chosen), None)
        if one is not None and self.console.keeping is not None:
            self._card.show_keeping(one)
            self.console.keeping.ask(self._chosen, partial(self._take_standing, self._chosen), self._failed)
        self.shell.update_chrome()

    def _take_standing(self, patient_id: str, standing: RecordStanding) -> None:
        if patient_id == self._chosen:
            self._standing = standing
            self._card.show_goes(gone_words(standing))
            self.shell.update_chrome()

    def status(self) -> StatusText:
        if self._due is None:
            return StatusText("Records to erase", ("Reading",) if self._reading else ())
        return StatusText("Records to erase", (f"{counted(len(self._due.over), 'record')} may be erased",
                                      f"{len(self._due.held):,} held"))

    # --- acts --------------------------------------------------------------------------------------------

    def page_actions(self) -> Actions:
        standing = self._standing
        held = standing is not None and standing.keeping.hold is not None
        more = len(self._part()) > self._shown
        left = [Action("people", "People", lambda: self.shell.open_page("people"), icon="left", kind="quiet")]
        if more:
            left.append(Action("more", "More", self._more, icon="down"))
        return Actions(left, [
            Action("hold", "Lift the legal hold" if held else "Legal hold", self._ask_hold, icon="lock",
                   enabled=standing is not None),
            Action("erase", "Erase the patient", self._ask_erasure, icon="x", kind="primary", width=348,
                   enabled=standing is not None and not held,
                   hint="under a legal hold" if held else "asks for ground, reason and PIN")])

    def _more(self) -> None:
        self._shown += PAGE_ROWS
        self.draw()

    def _ask_hold(self) -> None:
        if self._acts is not None and self._standing is not None:
            self._acts.ask_hold(self._chosen, self._standing.keeping.hold is None)

    def _ask_erasure(self) -> None:
        if self._acts is not None and self._standing is not None:
            self._acts.ask_erasure(self._standing)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
