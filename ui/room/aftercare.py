"""Aftercare: the sheet the patient takes home, how it was given, and the day of the next session."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from console.domain import closing
from console.domain.errors import OperatorError
from console.domain.photos import AFTER, standing, why_no_photos
from console.domain.session_state import SessionState
from console.domain.sheet_language import SheetLanguage
from console.domain.workflow import Phase, aftercare_gate
from console.services.console import Console
from console.services.event_words import counted
from console.services.local_time import day_text, long_day_text
from ui.documents.aftercare_sheet import paint_preview
from ui.documents.sheet_case import AftercareSheet, sheet_of_front
from ui.page import Action, Actions, StatusText
from ui.paint import PaintedWidget
from ui.room.aftercare_sheets import ChoicesSheet, ShowSheet
from ui.room.done_map import DoneMap
from ui.room.photo_sheet import WIDTH_PX, PhotoSheet
from ui.room.record_lines import RecordLines
from ui.room.room_page import RoomPage
from ui.room.so_far import alarm_words, session_lines, session_minutes
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.date_window import DateWindow
from ui.widgets.fields import Segments
from ui.widgets.texts import Card, Label, Rule, column, row

WEEKS = 6  # a window of 31 days may touch six
MONTH_DAYS = 30
SHOW_WIDTH, CHOICES_WIDTH, HEAD_HEIGHT, SEGMENT_WIDTH = 900, 720, 48, 60  # px


class SheetPreview(PaintedWidget):
    """The sheet as it will be given, its languages at the top."""

    def __init__(self, languages: Sequence[SheetLanguage]) -> None:
        super().__init__()
        self.setObjectName("aftercare.preview")
        self.sheet: AftercareSheet | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.languages = Segments(
            tuple((one.code, one.code.upper()) for one in languages), "aftercare.language", HEAD_HEIGHT)
        self.languages.setFixedWidth(SEGMENT_WIDTH * len(languages))
        self.languages.setAccessibleName("Language of the sheet")
        for one in languages:
            self.languages.part(one.code).setAccessibleName(one.name)
        self.setLayout(column(row(None, self.languages), None))

    def show_sheet(self, sheet: AftercareSheet) -> None:
        """Show this sheet."""
        if sheet != self.sheet:
            self.sheet = sheet
            self.languages.set_choice(sheet.language.code)
            lines = "; ".join(f"{line.text} {sheet.when(line)}".strip() for line in sheet.lines)
            self.say(f"{sheet.say('title')}, {sheet.heading()}", lines)
            self.update()

    def paint(self, painter: QPainter) -> None:
        if self.sheet is not None:
            paint_preview(painter, QRectF(self.rect()), self.sheet, color, self.languages.width() + 12)


class NextCard(Card):
    """The calendar of the next session: the plan's window tinted, its proposal filled."""

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self._title, self._window = Label("Next session", "heading"), Label("", "label", "ink2")
        self.dates = DateWindow(weeks=WEEKS)
        self._day, self._ahead = Label("", "strong"), Label("", "label", "ink2")
        self._words = Label("", "label", "ink2", wrap=True)
        self.body.addLayout(row(self._title, None, self._window))
        self.body.addWidget(self.dates)
        self.body.addWidget(Rule())
        self.body.addLayout(row(self._day, None, self._ahead))
        self.body.addWidget(self._words)
        self.body.addStretch(1)

    def show_title(self, number: int, length: int) -> None:
        """Say which session of the course comes next."""
        self._title.show_text(f"Session {number + 1} of {length}" if 0 < number < length else "Next session")

    def show_none(self) -> None:
        """Say that the plan proposes nothing."""
        for part in (self.dates, self._day, self._ahead, self._window):
            part.hide()
        self._words.show_text("The plan names no interval, so no day is proposed.")

    def show_day(self, day: date | None, days_ahead: int, recorded: bool) -> None:
        """Show the day chosen and whether the record holds it."""
        self.dates.show()
        self._day.show()
        self._ahead.show()
        self._day.show_text(long_day_text(day) if day else "No day chosen", "ink")
        self._ahead.show_text(f"in {weeks_words(days_ahead)}" if day else "")
        self._words.show_text("On the record and on the sheet." if recorded
                              else "A proposal. It is recorded when the sheet is given.")

    def show_window(self, first: date, last: date, chosen: date | None, words: str) -> None:
        """Tint the plan's window."""
        self._window.show()
        self._window.show_text(words)
        self.dates.show_window(first, last, chosen)


def weeks_words(days: int) -> str:
    """Write days ahead as «5 weeks» or, where they are no whole weeks, «33 days»."""
    return counted(days // 7, "week") if days and not days % 7 else counted(days, "day")


def window_words(first_days: int, last_days: int) -> str:
    """Write the plan's interval: «1 to 2 months from today», or in days."""
    low, high = first_days / MONTH_DAYS, last_days / MONTH_DAYS
    if round(low) and abs(low - round(low)) < 0.1 and abs(high - round(high)) < 0.1:
        return f"{round(low)} to {round(high)} months"
    return f"{first_days} to {last_days} days"


class AftercarePage(RoomPage):
    """The session so far left, the sheet in the middle, the next session right."""

    title = "Aftercare"

    def __init__(self, console: Console, save_aftercare: Callable[[SheetLanguage], Path]) -> None:
        super().__init__(console)
        self._save_aftercare = save_aftercare
        self._chosen: date | None = None
        self._language = ""
        self.preview, self.next = SheetPreview(console.library.languages), NextCard()
        self.lines = RecordLines("aftercare.record")
        self.needled = DoneMap()
        self._print = Button("Print", "print", "normal", "m", name="aftercare.print")
        self._save = Button("Save PDF", "file", "normal", "m", name="aftercare.save")
        self._show = Button("Show", "phone", "normal", "m", name="aftercare.show")
        self._choices = Button("Choices", "list", "quiet", "m", name="aftercare.choices")
        self._photos = Button("Photos after", "user", "normal", "m", name="photos.after")
        self._untranslated = Label("", "label_strong", "caution", wrap=True)
        self._build()

    def _build(self) -> None:
        so_far = Card(padding=20, spacing=12)
        so_far.body.addWidget(Label("This session", "heading"))
        so_far.body.addWidget(self.lines)
        so_far.body.addWidget(self.needled, 1)
        so_far.body.addWidget(self._photos)
        so_far.setFixedWidth(332)
        sheet = Card(padding=24, spacing=12)
        sheet.body.addWidget(self._untranslated)
        sheet.body.addWidget(self.preview, 1)
        sheet.body.addLayout(row(self._print, self._save, self._show, self._choices, None, spacing=8))
        self.next.setFixedWidth(388)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(so_far)
        line.addWidget(sheet, 1)
        line.addWidget(self.next)
        self._photos.triggered.connect(self._show_photos)
        self._print.triggered.connect(self._give_print)
        self._save.triggered.connect(self._give_pdf)
        self._show.triggered.connect(self._show_code)
        self._choices.triggered.connect(self._show_choices)
        self.preview.languages.chosen.connect(self._speak)
        self.next.dates.date_chosen.connect(self._choose)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        recorded = self.state.next_session
        if recorded:
            self._chosen = date.fromisoformat(recorded)
        else:
            self._chosen = self.console.closing.proposal() if self.console.desk.front else None
        self._language = self._first_language()

    def _first_language(self) -> str:
        """Give the language the sheet was given in, else that of the patient's record."""
        if self.state.aftercare is not None:
            return self.console.library.language(self.state.aftercare.language).code
        return self.console.closing.language().code if self.console.desk.front else ""

    # --- what it shows --------------------------------------------------------------------------------------

    def show_state(self, state: SessionState) -> None:
        self.lines.show_lines(session_lines(state))
        self.needled.show_state(state)
        sheet = self._sheet()
        self.preview.show_sheet(sheet)
        self._show_untranslated(sheet)
        self._choices.setVisible(any(item.choice for item in self.console.library.aftercare))
        self._photos.setEnabled(not why_no_photos(state))
        kept = len(standing(state, AFTER))
        self._photos.show_words(f"{counted(kept, 'photo')} after" if kept else "Photos after", icon="user")
        self._show_next(state)

    def _sheet(self) -> AftercareSheet:
        """Give the sheet as it is printed, but for the name: a room shows the id."""
        language = self.console.library.language(self._language)
        return sheet_of_front(
            self.console, language, self.patient_id, self._chosen.isoformat() if self._chosen else "")

    def _show_untranslated(self, sheet: AftercareSheet) -> None:
        wanted, languages = self.console.closing.language_wanted(), self.console.library.languages
        english = sum(line.in_english for line in sheet.lines)
        words = ""
        if wanted not in {one.code for one in languages}:
            words = f"The patient's record says «{wanted}». There is no sheet in that language."
        elif english:
            words = f"{counted(english, 'line')} not translated: in English on the sheet, and marked."
        self._untranslated.show_text(words)
        self._untranslated.setVisible(bool(words))

    def _show_next(self, state: SessionState) -> None:
        opened, window = state.opened, self.console.closing.window()
        self.next.show_title(opened.course_number if opened else 0, opened.course_length if opened else 0)
        if window is None:
            self.next.show_none()
            return
        ahead = self.console.closing.days_ahead
        self.next.show_window(window.earliest, window.latest, self._chosen,
                              f"{window_words(ahead(window.earliest), ahead(window.latest))} from today")
        recorded = self._chosen is not None and state.next_session == self._chosen.isoformat()
        self.next.show_day(self._chosen, ahead(self._chosen) if self._chosen else 0, recorded)

    def status(self) -> StatusText:
        state = self.state
        minutes = session_minutes(state, self.console.clock.utc_us())
        facts = (*self.saving_facts(), f"Session {minutes} min, {alarm_words(state)}")
        if state.aftercare is None:
            return StatusText("Give the aftercare sheet", facts, dot="live")
        return StatusText("Aftercare given", facts, dot="done")

    def page_actions(self) -> Actions:
        locked = "give the sheet first" if aftercare_gate(self.state) else ""
        return Actions([Action("back", "Serum", self.go(Phase.SERUM), icon="left", kind="quiet")],
                       [self.forward("Continue to sign-off", Phase.SIGN_OFF, locked=locked)])

    # --- what it does ---------------------------------------------------------------------------------------

    def _show_photos(self) -> None:
        front = self.console.desk.front
        if front is not None:
            sheet = PhotoSheet(self.console, self.shell, front, AFTER)
            sheet.changed.connect(self.show_again)
            self.shell.show_overlay(sheet, "Photos after", WIDTH_PX)

    def _choose(self, iso: str) -> None:
        self._chosen = date.fromisoformat(iso)
        if self.state.aftercare is None:
            self.show_again()
            return
        if self.attempt(lambda: self.console.desk.do(closing.propose_next(iso))):
            self.shell.tell(f"{day_text(self._chosen)} is recorded; the sheet given before names another day.",
                            "caution")

    def _give_print(self) -> None:
        self._give("printed")

    def _give_pdf(self) -> None:
        self._give("pdf")

    def _speak(self, code: str) -> None:
        self._language = code
        self.show_again()

    def _show_code(self) -> None:
        """Let the patient take the sheet along by phone; given only once somebody says it was."""
        shown = ShowSheet(self._sheet())
        shown.taken.connect(self._give_shown)
        self.shell.show_overlay(shown, "For the patient's phone", SHOW_WIDTH)

    def _give_shown(self) -> None:
        self.shell.close_overlay()
        self._give("shown")

    def _show_choices(self) -> None:
        self.shell.show_overlay(ChoicesSheet(self.console.library), "Where sources differ", CHOICES_WIDTH)

    def _give(self, how: str) -> None:
        """Record the day first, so that it stands on the sheet; write the sheet; record that it was given."""
        chosen, language = self._chosen, self.console.library.language(self._language)

        def act() -> str:
            if chosen is not None:
                self.console.desk.do(closing.propose_next(chosen.isoformat()))
            where = str(self._save_aftercare(language)) if how != "shown" else ""
            self.console.closing.give(how, language.code)
            return where

        try:
            where = act()
        except OperatorError as error:
            self.shell.tell(str(error), kind="stop")
        else:
            self.shell.tell(f"The sheet is at {where}." if where else "Recorded: the patient has it on the phone.",
                            "done")
        self.show_again()
