"""Judging an adverse event: how grave, what from, whose it is; saved by a person, never by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain.adverse_events import GRADES, OUTCOMES, RELATIONS, SERIOUSNESS, AdverseEvent, Suspect
from console.domain.errors import OperatorError
from console.domain.reactions import SEVERITIES
from console.services.console import Console
from ui.desk.walk_in import Complaint, field, titled
from ui.room.choice_sheets import OneOf, chip_rows
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.fields import Segments, Stepper
from ui.widgets.texts import Label, Rule, column, row, scrolled

SHEET_PX, HALF_PX, MOST_DAYS = 1120, 520, 90
GRADE_WORDS = "CTCAE grade: the clinic's free choice, the console cites no source for it"


def suspect_words(suspect: Suspect) -> str:
    """Write a thing used as a chip."""
    mark = f"lot {suspect.lot}" if suspect.lot else (f"serial {suspect.serial}" if suspect.serial else "no lot kept")
    return f"{suspect.name}, {mark}"


class AdverseSheet(QWidget):
    """All that is judged of one event. ``saved(event_id)`` after saving or closing."""

    saved = Signal(str)

    def __init__(self, console: Console, event: AdverseEvent) -> None:
        super().__init__()
        self._console, self._desk, self._event = console, console.adverse, event
        self.what, self.about = field("What happened", "adverse.what"), field("What was done about it", "adverse.about")
        self.ended = field("How it ended", "adverse.ended")
        self.severity = Segments(tuple((one, one.capitalize()) for one in SEVERITIES), "adverse.severity")
        self.grade = Segments(tuple((one or "none", one or "None") for one in GRADES), "adverse.grade")
        self.outcome = OneOf(tuple(OUTCOMES.values()), "adverse.outcome", HALF_PX)
        self.relation = OneOf(tuple(RELATIONS.values()), "adverse.relation", HALF_PX)
        self._serious = {key: ChoiceChip(words, checked=key in event.serious, name=f"adverse.serious.{key}")
                         for key, words in SERIOUSNESS.items()}
        self._suspects = {one.key: ChoiceChip(suspect_words(one), checked=one.key in event.suspects,
                                              name=f"adverse.suspect.{place}")
                          for place, one in enumerate(self._desk.suspects(event))}
        self._staff = {one.name: one.staff_id for one in self._desk.owners()}
        self.owner = OneOf(tuple(self._staff), "adverse.owner", HALF_PX)
        self.due_in = Stepper(_days_left(event, console.day.today()), 1, 0, MOST_DAYS, unit="days", label="Due in",
                              name="adverse.due_in")
        self._complaint = Complaint("adverse.words")
        self._save = Button("Save the event", "check", "primary", "l", name="adverse.save")
        self._close = Button("Close the event", "seal", "normal", "l", name="adverse.close")
        self._fill()
        self._build()

    def _fill(self) -> None:
        event = self._event
        self.what.setText(event.what)
        self.about.setText(event.done_about_it)
        self.severity.set_choice(event.severity)
        self.grade.set_choice(event.grade or "none")
        self.outcome.choose(OUTCOMES[event.outcome])
        self.relation.choose(RELATIONS[event.relation])
        self.owner.choose(next((name for name, key in self._staff.items() if key == event.owner_id), ""))

    def _build(self) -> None:
        left = column(
            titled("What happened", self.what), Label("Severity", "label", "ink2"), self.severity,
            Label("Serious, if any of these", "label", "ink2"), chip_rows(list(self._serious.values()), HALF_PX),
            Label(GRADE_WORDS, "label", "ink2", wrap=True), self.grade, titled("What was done about it", self.about),
            None, spacing=8)
        right = column(
            Label("It may come from", "label", "ink2"), chip_rows(list(self._suspects.values()), HALF_PX),
            Label("Relation to the treatment", "label", "ink2"), self.relation,
            Label("Outcome", "label", "ink2"), self.outcome, Label("Who sees it to its end", "label", "ink2"),
            self.owner, row(Label("Due in, 0 is no deadline", "label", "ink2"), None, self.due_in), None, spacing=8)
        inner = QWidget()
        halves = row(left, right, spacing=24)
        halves.setContentsMargins(0, 0, 8, 0)
        halves.setStretch(0, 1)
        halves.setStretch(1, 1)
        inner.setLayout(halves)
        area = scrolled(inner)
        area.setMinimumHeight(400)
        foot = row(self._save)
        if self._event.event_id:
            foot = row(self.ended, self._close, self._save)
            foot.setStretch(0, 1)
        self.setLayout(column(area, Rule(), self._complaint, foot))
        self._save.triggered.connect(self.save)
        self._close.triggered.connect(self.close_event)

    def _judged(self) -> AdverseEvent:
        days = self.due_in.value()
        grade = self.grade.choice()
        return replace(
            self._event, what=" ".join(self.what.text().split()), severity=self.severity.choice(),
            serious=_ticked(self._serious), outcome=_key_of(OUTCOMES, self.outcome.choice()),
            relation=_key_of(RELATIONS, self.relation.choice()), grade="" if grade == "none" else grade,
            suspects=_ticked(self._suspects), done_about_it=" ".join(self.about.text().split()),
            owner_id=self._staff.get(self.owner.choice(), ""),
            due=(self._console.day.today() + timedelta(days=days)).isoformat() if days else "")

    def save(self) -> None:
        """Save what stands here, or say why not."""
        try:
            self._event = self._desk.save(self._judged())
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self.saved.emit(self._event.event_id)

    def close_event(self) -> None:
        """Save what stands here and close the event."""
        try:
            self._event = self._desk.save(self._judged())
            self._event = self._desk.close(self._event.event_id, self.ended.text())
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self.saved.emit(self._event.event_id)


def _ticked(chips: Mapping[str, ChoiceChip]) -> tuple[str, ...]:
    return tuple(key for key, chip in chips.items() if chip.isChecked())


def _key_of(words: Mapping[str, str], chosen: str) -> str:
    return next((key for key, text in words.items() if text == chosen), "")


def _days_left(event: AdverseEvent, today: date) -> int:
    return max(0, (date.fromisoformat(event.due) - today).days) if event.due else 0
