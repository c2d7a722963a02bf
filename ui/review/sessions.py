"""The manager's page: the list of sessions with its filters, and the chosen one beside it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from console.domain.errors import OperatorError
from console.domain.ports import ChainFault
from console.domain.session_list import FacetKind, SessionFilter
from console.services.after_words import after_words
from console.services.console import Console
from console.services.event_words import EventWords, counted
from console.services.local_time import clock_seconds_text
from console.services.review_desk import ListPage, SessionDossier
from ui.page import Action, Actions, Page
from ui.review.session_panel import SessionPanel
from ui.review.session_table import SessionTable
from ui.room.photo_album import ALBUM_PX, PhotoAlbum
from ui.widgets import Button, Card, ChoiceChip, EmptyState, EventLog, EventRow, Label, SearchField, column, row

PAGE_ROWS = 60
DAYS_US = 30 * 86_400 * 1_000_000
AREAS = (("", "All areas"), ("face", "Face"), ("scalp", "Scalp"), ("body", "Body"))
TYPING_REST_MS = 200
UNSEALED = ("open", "abandoned", "cut_off")

Export = Callable[[UUID, str, Callable[[Path], None], Callable[[BaseException], None]], None]


class SessionsPage(Page):
    """Read only. ``export`` writes a session as ``pdf``, ``csv`` or ``json`` and calls back in a later frame."""

    title, frame, tab = "Sessions", "desk", "sessions"

    def __init__(self, console: Console, export: Export) -> None:
        super().__init__()
        self._console, self._export = console, export
        self._writing = ""  # the form being written
        self._wanted, self._total, self._asked = SessionFilter(), 0, 0
        self._staff: list[str] = [""]
        self._area = 0
        self._table, self._panel = SessionTable(), SessionPanel()
        self._count = Label("", "label", "ink3")
        self._search = SearchField("Patient, lot or pen", "sessions.search", 44)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_REST_MS)
        self._empty = EmptyState("filter", "Nothing matches", "Change or clear the filters.", "Clear filters", "x",
                                 name="sessions.clear")
        self._filters = self._built_filters()
        self._last_s: float | None = None
        self._build()

    def _build(self) -> None:
        footer = row(self._count, None, Label("Time in min, depth in mm, medians", "label", "ink3"))
        footer.setContentsMargins(16, 8, 16, 8)
        card = Card(padding=1, spacing=0)
        card.body.setContentsMargins(1, 8, 1, 4)  # the table's ground must not cover the card's corners
        card.body.addWidget(self._table, 1)
        card.body.addWidget(self._empty, 1)
        card.body.addLayout(footer)
        self._empty.hide()
        halves = row(spacing=12)
        halves.setContentsMargins(16, 12, 16, 12)
        halves.addWidget(card, 728)
        halves.addWidget(self._panel, 594)
        self.setLayout(halves)
        self._table.session_chosen.connect(self._choose)
        self._table.rows.wants_more.connect(self._ask_more)
        self._search.textChanged.connect(self._typing.start)
        self._typing.timeout.connect(self._search_now)
        self._empty.acted.connect(self._clear)
        self._panel.history_wanted.connect(self._show_history)
        self._panel.photos_wanted.connect(self._show_photos)

    def _built_filters(self) -> QWidget:
        self._recent = ChoiceChip("Last 30 days", "calendar", True, "filter.recent", height=44)
        self._by = Button("All practitioners", icon="user", size="s", kind="quiet", name="filter.practitioner")
        self._where = Button("All areas", icon="face", size="s", kind="quiet", name="filter.area")
        self._alarms = ChoiceChip("With alarms", "bell", False, "filter.alarms", height=44)
        self._unsealed = ChoiceChip("Not sealed", "lock", False, "filter.unsealed", height=44)
        self._recent.chosen.connect(self._filter)
        self._alarms.chosen.connect(self._filter)
        self._unsealed.chosen.connect(self._filter)
        self._by.triggered.connect(self._next_person)
        self._where.triggered.connect(self._next_area)
        holder = QWidget()
        holder.setLayout(row(self._recent, self._by, self._where, self._alarms, self._unsealed, spacing=12))
        return holder

    # --- page --------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        self._staff = ["", *(one.staff_id for one in self._console.registry.staff() if one.role == "practitioner")]
        self._filter()
        wanted = context.get("session_id")
        if isinstance(wanted, UUID):
            self._open(wanted)

    def leave(self) -> None:
        self._panel.playing = False

    def frame_tick(self) -> None:
        now_s = self._console.clock.monotonic_s()
        if self._last_s is not None:
            self._panel.advance(min(0.2, now_s - self._last_s))
        self._last_s = now_s

    def status_left(self) -> QWidget | None:
        return self._filters

    def status_right(self) -> QWidget | None:
        self._search.setFixedWidth(236)
        return self._search

    def page_actions(self) -> Actions:
        free = self._panel.dossier is not None and not self._writing

        def words(form: str, idle: str) -> str:
            return "Writing…" if form == self._writing else idle

        return Actions(
            [Action("verify", "Verify all seals", self._verify_all, icon="seal", kind="quiet")],
            [Action("pdf", words("pdf", "Session PDF"), lambda: self._write("pdf"), icon="file", enabled=free),
             Action("csv", words("csv", "Readings CSV"), lambda: self._write("csv"), icon="export", enabled=free),
             Action("bundle", words("json", "Sealed history"), lambda: self._write("json"), icon="lock",
                    kind="primary", enabled=free)])

    # --- asking ----------------------------------------------------------------------------------------------

    def _filter(self) -> None:
        since_us = self._console.clock.utc_us() - DAYS_US if self._recent.isChecked() else None
        wanted = replace(self._wanted, text=self._search.text().strip(), since_us=since_us)
        wanted = wanted.having(FacetKind.ALARM, *(["any"] if self._alarms.isChecked() else []))
        wanted = wanted.having(FacetKind.STATE, *(UNSEALED if self._unsealed.isChecked() else ()))
        self._wanted = wanted.having(FacetKind.MAP, *filter(None, [AREAS[self._area][0]]))
        self._asked += 1
        number = self._asked
        self._console.review.list_page(
            self._wanted, PAGE_ROWS, None, lambda page: self._first(number, page), self._failed)

    def _search_now(self) -> None:
        if self._search.text().strip() != self._wanted.text:
            self._filter()

    def _first(self, number: int, page: ListPage) -> None:
        if number != self._asked:
            return
        self._total = page.total
        self._table.rows.show_first(page.rows, page.total)
        self._table.setVisible(bool(page.rows))
        self._empty.setVisible(not page.rows)
        self._say_count()
        if page.rows:
            self._table.selectRow(0)
        else:
            self._panel.show_nothing()

    def _ask_more(self) -> None:
        last = self._table.rows.last()
        if last is not None:
            number = self._asked
            self._console.review.list_page(
                self._wanted, PAGE_ROWS, last.place, lambda page: self._more(number, page),
                self._failed)

    def _more(self, number: int, page: ListPage) -> None:
        if number == self._asked:
            self._table.rows.add(page.rows)
            self._say_count()

    def _say_count(self) -> None:
        shown = self._table.rows.rowCount()
        self._count.show_text(f"{shown:,} of {counted(self._total, 'session')}" if shown < self._total
                              else counted(self._total, "session"))

    def _next_person(self) -> None:
        now = self._wanted.values(FacetKind.PRACTITIONER)
        place = (self._staff.index(now[0] if now else "") + 1) % len(self._staff)
        self._wanted = self._wanted.having(FacetKind.PRACTITIONER, *filter(None, [self._staff[place]]))
        self._by.show_words(self._staff[place] or "All practitioners", icon="user")
        self._filter()

    def _next_area(self) -> None:
        self._area = (self._area + 1) % len(AREAS)
        self._where.show_words(AREAS[self._area][1], icon="face")
        self._filter()

    def _clear(self) -> None:
        self._search.clear()
        for chip in (self._recent, self._alarms, self._unsealed):
            chip.setChecked(False)
        self._area = 0
        self._wanted = SessionFilter()
        self._by.show_words("All practitioners", icon="user")
        self._where.show_words("All areas", icon="face")
        self._filter()

    def _show_photos(self) -> None:
        dossier = self._panel.dossier
        if dossier is not None:
            album = PhotoAlbum(self._console.photos, dossier.row.patient_id, dossier.row.course_number)
            self.shell.show_overlay(album, f"Photos of {dossier.row.patient_id}", ALBUM_PX)

    # --- one session --------------------------------------------------------------------------------------------

    def _choose(self, place: int) -> None:
        chosen = self._table.rows.row_at(place)
        if chosen is not None:
            self._open(chosen.session_id)

    def _open(self, session_id: UUID) -> None:
        dossier = self._panel.dossier
        if dossier is None or dossier.row.session_id != session_id:
            self._panel.show_loading()
        self._console.review.open(session_id, self._opened, self._failed)

    def _opened(self, dossier: SessionDossier) -> None:
        session_id = str(dossier.row.session_id)
        self._panel.show_dossier(dossier, after_words(
            self._console.adverse.all(session_id=session_id), self._console.follow_up.told_after_row(dossier.row)))
        self.shell.update_chrome()

    def _show_history(self) -> None:
        dossier = self._panel.dossier
        if dossier is None:
            return
        words, log = EventWords(dossier.state), EventLog("history.log")
        rows = [EventRow(clock_seconds_text(one.event.at_us), f"{words.say(one.event.what)}  {one.event.actor_id}")
                for one in reversed(dossier.events)]
        log.show_rows(rows)
        log.setMinimumHeight(420)
        sheet = QWidget()
        sheet.setLayout(column(log))
        self.shell.show_overlay(sheet, f"History of {dossier.row.patient_id or 'this capture'}, newest first", 860)

    def _write(self, form: str) -> None:
        dossier = self._panel.dossier
        if dossier is None or self._writing:
            return
        self._writing = form
        self.shell.update_chrome()
        self._export(dossier.row.session_id, form, self._written, self._not_written)

    def _written(self, path: Path) -> None:
        self._writing = ""
        self.shell.update_chrome()
        self.shell.tell(f"Written to {path}", "done")

    def _not_written(self, error: BaseException) -> None:
        self._writing = ""
        self.shell.update_chrome()
        self._failed(error, "The file could not be written; the record is untouched.")

    def _verify_all(self) -> None:
        self.shell.tell("Checking every seal", "info")
        self._console.review.verify_all(self._verified, self._failed)

    def _verified(self, faults: list[ChainFault]) -> None:
        if faults:
            first = faults[0]
            self.shell.tell(f"{len(faults)} sessions do not verify; the first is {str(first.session_id)[:13]}, "
                            f"entry {first.seq}: {first.what}", "stop")
        else:
            self.shell.tell("Every entry of every session is as it was written", "done")

    def _failed(self, error: BaseException,
                plain: str = "The log could not be read; the record is untouched.") -> None:
        self.shell.tell(str(error) if isinstance(error, OperatorError) else plain, "stop")
