"""The audit for managers: who saw and changed what, in plain sentences; emergency access waits here for an answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.audit import AuditChange, AuditEntry, AuditFilter, AuditKind
from console.domain.emergency_access import EmergencyAccess
from console.domain.errors import OperatorError
from console.domain.ports import ChainFault
from console.services.audit_desk import AuditPage
from console.services.audit_words import KIND_WORDS, change_words, period_words, sentence, who_words
from console.services.console import Console
from console.services.event_words import counted
from console.services.list_periods import span_us
from console.services.local_time import clock_seconds_text, clock_text, day_text, local_day
from ui.desk.clinic_page import ClinicPage, RecordList, RecordRow, clear
from ui.desk.day_span_sheet import WIDTH_PX, DaySpanSheet
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.states import EmptyState, SearchField
from ui.widgets.texts import Card, Label, Rule, column, row, scrolled

PAGE_ROWS, TYPING_REST_MS, CARD_PX, PERIOD_PX = 60, 250, 470, 372
KINDS = (("", "All"), *((kind.value, words) for kind, words in KIND_WORDS.items()))
DAYS = "days"
PERIODS = (("1", "Today"), ("30", "30 days"), ("", "Ever"), (DAYS, "Days…"))
ANSWERS = ("Talked it over; it was right", "Not needed; talked it over", "Reported further")


class EntryCard(Card):
    """One entry with everything it tells, old and new values among it."""

    def __init__(self) -> None:
        super().__init__(20, 10)
        self.setFixedWidth(CARD_PX)
        self._title = Label("", "heading", wrap=True)
        self._title.setObjectName("audit.title")
        self._facts, self._changes = QVBoxLayout(), QVBoxLayout()
        self._facts.setSpacing(6)
        self._changes.setSpacing(6)
        inner = QWidget()
        inner.setLayout(column(self._facts, Rule(), self._changes, None, spacing=12))
        self.body.addWidget(self._title)
        self.body.addWidget(scrolled(inner), 1)

    def show_entry(self, entry: AuditEntry, who: str) -> None:
        """Show it; its changes come in a later frame."""
        self._title.show_text(sentence(entry))
        clear(self._facts)
        clear(self._changes)
        when = f"{day_text(local_day(entry.at_us))} {local_day(entry.at_us).year}, {clock_seconds_text(entry.at_us)}"
        about = entry.subject if entry.subject != entry.patient_id else ""
        for name, value in (("Who", who), ("When", when), ("Patient", entry.patient_id), ("About", about),
                            ("Emergency", entry.why), ("Entry", f"{entry.seq}, {entry.hash.hex()[:8]}")):
            if value:
                label = Label(name, "label", "ink2")
                label.setFixedWidth(96)
                line = row(label, Label(value, "body", "caution" if name == "Emergency" else "ink", wrap=True))
                line.setStretch(1, 1)
                self._facts.addLayout(line)

    def show_changes(self, changes: list[AuditChange]) -> None:
        """Show old and new values."""
        clear(self._changes)
        for one in changes:
            self._changes.addWidget(Label(change_words(one), "body", wrap=True))


class EmergencyCard(Card):
    """Emergency access nobody answered for yet. ``answer`` gets the one touched."""

    def __init__(self, answer: Callable[[EmergencyAccess], None]) -> None:
        super().__init__(16, 8, look="caution")
        self.setFixedWidth(CARD_PX)
        self._answer = answer
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.body.addWidget(Label("Emergency access to answer for", "heading"))
        self.body.addLayout(self._lines)

    def show_open(self, found: list[EmergencyAccess]) -> None:
        """Show these; without any the card is gone."""
        clear(self._lines)
        for one in found[:3]:
            when = f"{day_text(local_day(one.began_us))} {clock_text(one.began_us)}"
            words = Label(f"{one.staff_id}, {when}: {one.reason}", "body", wrap=True)
            touch = Button("Answer", "check", "normal", "nav", name=f"emergency.{one.access_id}")
            touch.triggered.connect(lambda which=one: self._answer(which))
            line = row(words, touch)
            line.setStretch(0, 1)
            self._lines.addLayout(line)
        if len(found) > 3:
            self._lines.addWidget(Label(f"and {len(found) - 3} more", "label", "ink2"))
        self.setVisible(bool(found))


class AuditLogPage(ClinicPage):
    """The list left with its filters; one entry right. Everything is read on the query thread."""

    title, section = "Audit", "audit"

    def __init__(self, console: Console, save: Callable[[str], Path]) -> None:
        super().__init__(console)
        self._save = save
        self._entries: list[AuditEntry] = []
        self._names: dict[str, str] = {}
        self._days: tuple[date | None, date | None]
        self._wanted, self._total, self._asked, self._reading = AuditFilter(), 0, 0, False
        self._chosen = 0
        self._list, self._card = RecordList(), EntryCard()
        self._emergencies = EmergencyCard(self._ask_answer)
        self._none = EmptyState("filter", "Nothing matches", "Change the filters.")
        self._search = SearchField("Patient or person: P-0412, PR-02", "audit.search", 48)
        self._kind, self._period = Segments(KINDS, "audit.kind", 48), Segments(PERIODS, "audit.period", 48)
        self._kind.set_choice("")
        self._period.set_choice("30")
        self._chosen_period, self._days = "30", (None, None)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_REST_MS)
        self._build()

    def _build(self) -> None:
        self._period.setFixedWidth(PERIOD_PX)
        left, right = QWidget(), QWidget()
        filters = Card(12, 8)
        first = row(self._search, self._period, spacing=12)
        first.setStretch(0, 1)
        filters.body.addLayout(first)
        filters.body.addWidget(self._kind)
        left.setLayout(column(filters, self._list, self._none))
        right.setLayout(column(self._emergencies, self._card))
        self._card.setMinimumHeight(200)
        right.setFixedWidth(CARD_PX)
        self.stand(left, right, stretch=(0,))
        self._search.textChanged.connect(self._typing.start)
        self._typing.timeout.connect(self._ask)
        self._kind.chosen.connect(self._ask)
        self._period.chosen.connect(self._turn_period)

    # --- asking ------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        self._entries, self._total, self._chosen = [], 0, 0
        super().enter(**context)
        try:
            self.console.audit.note_reading()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self._names = {one.staff_id: one.name for one in self.console.registry.staff()}
        self._ask()

    def leave(self) -> None:
        self._entries = []

    def _turn_period(self, key: str) -> None:
        if key != DAYS:
            self._chosen_period = key
            self._ask()
            return
        self._period.set_choice(self._chosen_period)  # until days are given
        sheet = DaySpanSheet(*self._days, "audit.span")
        sheet.given.connect(self._take_days)
        self.shell.show_overlay(sheet, "Entries of which days", WIDTH_PX)

    def _take_days(self, first: date | None, last: date | None) -> None:
        self.shell.close_overlay()
        self._days, self._chosen_period = (first, last), DAYS
        self._period.set_choice(DAYS)
        self._ask()

    def _span_us(self) -> tuple[int | None, int | None]:
        if self._chosen_period == DAYS:
            return span_us(*self._days)
        days = int(self._chosen_period or 0)
        today = local_day(self.console.clock.utc_us())
        return span_us(today - timedelta(days=days - 1) if days else None, None)

    def _ask(self) -> None:
        text, kind = self._search.text().strip().upper(), self._kind.choice()
        since_us, until_us = self._span_us()
        self._wanted = AuditFilter(kind=AuditKind(kind) if kind else None, since_us=since_us, until_us=until_us)
        if text:
            patient = text.startswith("P-")
            self._wanted = replace(self._wanted, patient_id=text if patient else "", person="" if patient else text)
        self._asked += 1
        number = self._asked
        self._reading = True
        self.console.audit.page(self._wanted, PAGE_ROWS, None, lambda page: self._first(number, page), self._failed)
        self.shell.update_chrome()

    def _first(self, number: int, page: AuditPage) -> None:
        if number == self._asked:
            self._entries, self._total, self._reading = list(page.entries), page.total, False
            self._chosen = self._entries[0].seq if self._entries else 0
            self._wanted = replace(self._wanted, up_to_seq=self._chosen)  # what comes later is not among these
            self.draw()
            self._show_chosen()

    def _older(self) -> None:
        number = self._asked
        self.console.audit.page(self._wanted, PAGE_ROWS, self._entries[-1].seq, lambda page: self._more(number, page),
                                self._failed)

    def _more(self, number: int, page: AuditPage) -> None:
        if number == self._asked:
            self._entries += page.entries
            self.draw()

    def _failed(self, error: BaseException) -> None:
        self._reading = False
        self.shell.tell(str(error) if isinstance(error, OperatorError)
                        else "The audit could not be read; nothing was changed.", "stop")

    # --- showing -----------------------------------------------------------------------------------------

    def draw(self) -> None:
        rows = [self._row(one) for one in self._entries]
        self._list.show_rows(rows, self._choose, str(self._chosen))
        self._list.setVisible(bool(rows))
        self._none.setVisible(not rows and not self._reading)
        self._card.setVisible(bool(rows))
        may = self.console.audit.may_read
        self._emergencies.show_open(self.console.clinic.emergencies.unanswered() if may else [])
        self.shell.update_chrome()

    def _row(self, one: AuditEntry) -> RecordRow:
        tone = "caution" if one.why or one.kind is AuditKind.EMERGENCY else (
            "stop" if one.action.endswith("_refused") else "ink2")
        return RecordRow(f"audit.{one.seq}", sentence(one), who_words(one, self._names),
                         clock_seconds_text(one.at_us), day_text(local_day(one.at_us)), tone)

    def _choose(self, key: str) -> None:
        self._chosen = int(key)
        for one in self._list.rows:
            one.set_selected(one.objectName() == f"audit.{key}")
        self._show_chosen()

    def _show_chosen(self) -> None:
        entry = next((one for one in self._entries if one.seq == self._chosen), None)
        if entry is None:
            return
        self._card.show_entry(entry, who_words(entry, self._names))
        self.console.audit.changes(entry, lambda found: self._take_changes(entry.seq, found), self._failed)

    def _take_changes(self, seq: int, found: list[AuditChange]) -> None:
        if seq == self._chosen:
            self._card.show_changes(found)

    def status(self) -> StatusText:
        if self._reading:
            return StatusText("Audit", ("Reading",))
        shown = len(self._entries)
        words = f"{shown:,} of {self._total:,}" if shown < self._total else counted(self._total, "entry")
        period = period_words(self._wanted)
        return StatusText("Audit", (words, period) if period else (words,))

    # --- acts --------------------------------------------------------------------------------------------

    def page_actions(self) -> Actions:
        may = self.console.audit.may_read
        older = len(self._entries) < self._total
        return Actions(
            [Action("verify", "Verify the chain", self._verify, icon="seal", kind="quiet", enabled=may)],
            [Action("older", "Older entries", self._older, icon="down", enabled=older),
             Action("csv", "Write as CSV", self._csv, icon="export", kind="primary", width=316,
                    enabled=may and bool(self._entries), hint=f"all {counted(self._total, 'entry')} the filters show")])

    def _verify(self) -> None:
        self.console.audit.verify(self._verified, self._failed)

    def _verified(self, fault: ChainFault | None) -> None:
        if fault is None:
            self.shell.tell("Every entry of the audit is as it was written.", "done")
        else:
            self.shell.tell(f"Entry {fault.seq} of the audit does not verify: {fault.what}", "stop")

    def _csv(self) -> None:
        self.console.audit.csv(self._wanted, self._write, self._failed)

    def _write(self, text: str) -> None:
        try:
            path = self._save(text)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self.shell.tell(f"Written to {path}", "done")

    def _ask_answer(self, access: EmergencyAccess) -> None:
        sheet = ReasonSheet("What was found; it stays with the access, with your name and the time.", ANSWERS, "Answer")

        def give(words: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self.console.clinic.emergencies.answer(access, words), "Answered.")

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, f"Emergency access of {access.staff_id}", 560)
