"""Competences of staff: who may do what until when; what ends soon stands first."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.competences import Competence, CompetenceRule
from console.domain.people import Staff
from console.services.competence_desk import CompetenceDesk
from console.services.console import Console
from ui.desk.clinic_page import ClinicPage, RecordList, RecordRow
from ui.desk.walk_in import field, titled
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import OneOf, ReasonSheet
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments, Stepper
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, column, row, scrolled

RULES = ((CompetenceRule.WARN.value, "Ask why"), (CompetenceRule.BLOCK.value, "Block"),
         (CompetenceRule.OFF.value, "Do not ask"))
RULE_PX, MOST_DAYS = 392, 365
WITHDRAWALS = ("Left the clinic", "Training lapsed", "Entered by mistake")


class CompetenceSheet(QWidget):
    """Who may do what until when. ``given(Competence)``; ``withdrawn()`` for one that stands."""

    given = Signal(object)
    withdrawn = Signal()

    def __init__(self, staff: list[Staff], choices: list[tuple[str, str]], one: Competence | None = None) -> None:
        super().__init__()
        self._one = one or Competence("", "", "")
        self._ids = {f"{member.name}, {member.staff_id}": member.staff_id for member in staff}
        self._covers = {words: key for key, words in choices}
        self._who, self._what = OneOf(list(self._ids), "who", 800), OneOf(list(self._covers), "covers", 780)
        self._until = field("2027-03-31, or empty: without end", "competence.until")
        self._note = field("Certificate, course, who examined", "competence.note")
        self._until.setText(self._one.valid_until)
        self._note.setText(self._one.note)
        self._who.choose(next((words for words, key in self._ids.items() if key == self._one.staff_id), ""))
        self._what.choose(next((words for words, key in self._covers.items() if key == self._one.covers), ""))
        keep = Button("Save", "check", "primary", "l", name="competence.save")
        keep.triggered.connect(self._give)
        away = Button("Withdraw", "x", "quiet", "l", name="competence.withdraw")
        away.setVisible(one is not None)
        away.triggered.connect(self.withdrawn)
        what = scrolled(self._what)
        what.setMinimumHeight(160)
        acts = row(keep, away)
        acts.setStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(Label("Who", "strong"), self._who, Label("May do", "strong"), what,
                             titled("Until and including, the year first", self._until), titled("Note", self._note),
                             acts, spacing=8))

    def _give(self) -> None:
        self.given.emit(replace(
            self._one, staff_id=self._ids.get(self._who.choice(), ""), covers=self._covers.get(self._what.choice(), ""),
            valid_until=self._until.text().strip(), note=self._note.text().strip()))


class CompetencesPage(ClinicPage):
    """The list left, the clinic's rule right."""

    title, section = "Staff competences", "competences"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._held: list[Competence] = []
        self._ending = 0
        self._list, self._none, self._rule_card = RecordList(), Card(), Card(20, 12)
        self._none.body.addWidget(EmptyState(
            "user", "No competence is kept", "While there is none, nobody is asked at a session's start."))
        self._rule = Segments(RULES, "competence.rule", 56)
        self._days = Stepper(30, 1, 0, MOST_DAYS, 1, 0, "days", "Notice", "competence.days")
        self._rule.chosen.connect(self._save_rule)
        self._days.changed.connect(self._save_rule)
        self._build_rule()
        self.stand(self._list, self._none, self._rule_card, stretch=(0, 1))

    def _build_rule(self) -> None:
        self._rule_card.setFixedWidth(RULE_PX)
        words = ("At a session's start the console looks whether the person signed in holds a valid competence "
                 "for the plan, its indication, the pen or every treatment.")
        for part in (Label("The clinic's rule", "heading"), Label(words, "body", "ink2", wrap=True),
                     Label("Where one is missing or expired", "label", "ink2"), self._rule,
                     Label("Shown to the manager before it ends", "label", "ink2"), self._days):
            self._rule_card.body.addWidget(part)
        self._rule_card.body.addStretch(1)

    @property
    def _desk(self) -> CompetenceDesk:
        return self.console.clinic.staff

    def draw(self) -> None:
        desk, today = self._desk, self._desk.today()
        self._held, notice_days = desk.held(), desk.notice_days
        self._ending = sum(one.ends_within(today, notice_days) for one in self._held)
        names = {one.staff_id: one.name for one in self.console.registry.staff()}
        rows = []
        for one in self._held:
            ended = not one.valid_on(today)
            soon = one.ends_within(today, notice_days)
            word, tone = ("Expired", "stop") if ended else ("Ends soon", "caution") if soon else ("Valid", "done")
            detail = ", ".join(part for part in (desk.words_of(one.covers), one.note) if part)
            rows.append(RecordRow(f"competence.{one.competence_id}", f"{names.get(one.staff_id, '')} {one.staff_id}",
                                  detail, word, f"until {one.valid_until}" if one.valid_until else "no end", tone))
        self._list.show_rows(rows, self._edit)
        self._list.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self._rule.set_choice(desk.rule.value)
        self._days.set_value(notice_days)
        for part in (self._rule, self._days):
            part.setEnabled(desk.may_edit)

    def _save_rule(self, *_: object) -> None:
        chosen = CompetenceRule(self._rule.choice())
        self.attempt(lambda: self._desk.save_rule(chosen, self._days.value()))

    def _edit(self, competence_id: str) -> None:
        one = next((held for held in self._held if held.competence_id == competence_id), None)
        if one is None or not self._desk.may_edit:
            self.shell.tell("Only a manager changes competences; nothing was changed.")
            return
        sheet = self._sheet(one)
        sheet.withdrawn.connect(lambda: self._withdraw(one))
        self.shell.show_overlay(sheet, "Change a competence", 860)

    def _withdraw(self, one: Competence) -> None:
        self.shell.close_overlay()
        sheet = ReasonSheet("It does not count from now on; it stays on record.", WITHDRAWALS, "Withdraw", kind="stop")

        def give(why: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self._desk.withdraw(one, why), "Withdrawn.")

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "Withdraw a competence", 560)

    def _sheet(self, one: Competence | None = None) -> CompetenceSheet:
        staff = [member for member in self.console.registry.staff() if member.active]
        sheet = CompetenceSheet(staff, self._desk.choices(), one)
        sheet.given.connect(self._save)
        return sheet

    def _save(self, one: Competence) -> None:
        if self.attempt(lambda: self._desk.save(one), "Saved."):
            self.shell.close_overlay()

    def status(self) -> StatusText:
        ending = f"{self._ending} ended or ending" if self._ending else "None ends soon"
        return StatusText("Staff competences", (ending,))

    def page_actions(self) -> Actions:
        may = self._desk.may_edit
        add = Action("competence", "New competence", self._add, icon="plus", enabled=may,
                     hint="" if may else "managers only")
        return Actions([], [add])

    def _add(self) -> None:
        self.shell.show_overlay(self._sheet(), "A new competence", 860)
