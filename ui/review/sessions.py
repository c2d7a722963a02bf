"""The manager's page: the list of sessions with its filters, and the chosen one beside it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from console.domain.errors import OperatorError, Refusal
from console.domain.ports import ChainFault, SessionRow
from console.domain.session_list import SessionFilter
from console.services.after_words import after_words
from console.services.console import Console
from console.services.event_words import EventWords, counted
from console.services.facet_words import FacetWords
from console.services.list_desk import ListStart
from console.services.list_periods import PERIODS
from console.services.local_time import clock_seconds_text, local
from console.services.review_desk import SessionDossier
from console.services.saved_views import SHIPPED, ListView, SavedViews
from ui.page import Action, Actions, Page
from ui.review.amend_sheet import WIDTH_PX as AMEND_PX
from ui.review.amend_sheet import AmendSheet
from ui.review.export_sheet import SHEET_PX as EXPORT_PX
from ui.review.export_sheet import ExportSheet, export_action
from ui.review.filter_bar import FilterBar
from ui.review.filter_sheet import SHEET_PX as FILTER_PX
from ui.review.filter_sheet import FilterSheet, period_words
from ui.review.session_panel import SessionPanel
from ui.review.session_table import SessionTable
from ui.review.views_sheet import SHEET_PX as VIEWS_PX
from ui.review.views_sheet import ColumnsSheet, ViewsSheet
from ui.room.photo_album import ALBUM_PX, PhotoAlbum
from ui.widgets import Button, Card, EmptyState, EventLog, EventRow, Label, SearchField, area_labels, column, row

TYPING_REST_MS = 200
OPENING_REST_MS = 120  # an arrow key held down opens nothing on its way
FIRST_ROWS = 64
LIST_CSV = "List as CSV"

Export = Callable[[UUID, str, Callable[[Path], None], Callable[[BaseException], None]], None]


class SessionsPage(Page):
    """Read only. ``export`` writes a session in a form of the export sheet and calls back in a later frame.

    ``list_file`` names the file a list is written to.
    """

    title, frame, tab = "Sessions", "desk", "sessions"

    def __init__(self, console: Console, export: Export, list_file: Callable[[], Path] | None = None) -> None:
        super().__init__()
        self._console, self._export, self._list_file = console, export, list_file
        self._lists = console.review.lists
        self._views = SavedViews(console.registry)
        self._writing = ""  # the form being written
        self._marked: SessionRow | None = None  # to be compared with another
        self._csv_words = LIST_CSV
        self._view = SHIPPED[0]
        self._wanted, self._asked, self._begun = SessionFilter(), 0, False
        self._words = FacetWords({}, {}, {}, {})
        self._table, self._panel = SessionTable(self._lists, self._failed), SessionPanel()
        self._count = Label("", "label", "ink3")
        self._search = SearchField("Patient, lot or pen", "sessions.search", 44)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_REST_MS)
        self._opening = QTimer(self, singleShot=True, interval=OPENING_REST_MS)
        self._empty = EmptyState("filter", "Nothing matches", "Change or clear the filters.", "Clear filters", "x",
                                 name="sessions.clear")
        self._bar = FilterBar(self.filter_by, self._more_filters)
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
        self._table.session_chosen.connect(lambda _: self._opening.start())
        self._table.session_opened.connect(lambda _: self._open_whole())
        self._table.left.connect(self._search.clear)
        self._opening.timeout.connect(self._open_chosen)
        self._search.textChanged.connect(self._typing.start)
        self._search.returnPressed.connect(self._to_list)
        self._search.installEventFilter(self)
        self._typing.timeout.connect(self._search_now)
        self._empty.acted.connect(self._clear)
        self._panel.history_wanted.connect(self._show_history)
        self._panel.photos_wanted.connect(self._show_photos)
        self._panel.whole_wanted.connect(self._open_whole)

    # --- page --------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        self._words = self._facet_words()
        if not self._begun:
            self._begun, self._wanted = True, self._view.filter_now(self._console.clock.utc_us())
        asked_for = context.get("wanted")
        self.filter_by(asked_for if isinstance(asked_for, SessionFilter) else self._wanted)
        wanted = context.get("session_id")
        if isinstance(wanted, UUID):
            self._open(wanted)

    def _facet_words(self) -> FacetWords:
        library = self._console.library
        return FacetWords(
            {one.staff_id: one.name for one in self._console.registry.staff()},
            {plan.plan_id: plan.name for plan in library.plans},
            {rule.rule_id: rule.text for rule in library.alarms}, area_labels())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self._to_list()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._search.clear()
                self._to_list()
                return True
        return super().eventFilter(watched, event)

    def on_key(self, key: str) -> bool:
        if key == "/":
            self._search.setFocus()
            return True
        return False

    def leave(self) -> None:
        self._panel.playing = False

    def frame_tick(self) -> None:
        now_s = self._console.clock.monotonic_s()
        if self._last_s is not None:
            self._panel.advance(min(0.2, now_s - self._last_s))
        self._last_s = now_s
        self._table.tend()
        self._say_count()

    def status_left(self) -> QWidget | None:
        return self._bar

    def status_right(self) -> QWidget | None:
        self._search.setFixedWidth(236)
        return self._search

    def page_actions(self) -> Actions:
        free = self._panel.dossier is not None and not self._writing

        return Actions(
            [Action("views", "Views", self._show_views, icon="list", kind="quiet"),
             Action("listCsv", self._csv_words, self._write_list, icon="export", kind="quiet",
                    enabled=self._list_file is not None and not self._csv_words.startswith("Writing")),
             self._compare_action(),
             Action("verify", "Verify all", self._verify_all, icon="seal", kind="quiet")],
            [export_action(self._writing, self._choose_form, free),
             Action("pdf", "Session PDF", lambda: self._write("pdf"), icon="file", kind="primary", enabled=free)])

    def _compare_action(self) -> Action:
        """Give what marks a session to compare, or compares the chosen one with those marked."""
        chosen, marked = self._chosen(), self._marked
        ready = chosen is not None and marked is not None and chosen.session_id != marked.session_id
        return Action("compare", "Compare" if marked is not None else "Mark", self._mark_or_compare,
                      icon="chart" if marked is not None else "marker", kind="quiet", enabled=chosen is not None,
                      said="Compare with the marked session" if ready else "Mark to compare")

    def _chosen(self) -> SessionRow | None:
        return self._table.rows.row_at(self._table.currentIndex().row())

    def _mark_or_compare(self) -> None:
        chosen, marked = self._chosen(), self._marked
        if chosen is None:
            return
        if marked is None:
            self._marked = chosen
            self.shell.tell("Marked. Choose another session, then Compare.", "info")
        elif marked.session_id == chosen.session_id:
            self._marked = None
        else:
            self._marked = None
            self.shell.open_page("compare", session_ids=(marked.session_id, chosen.session_id), came_from="sessions")
        self.shell.update_chrome()

    # --- the list --------------------------------------------------------------------------------------------

    def filter_by(self, wanted: SessionFilter, period: str = "") -> None:
        """Show the sessions of a filter."""
        self._wanted = wanted
        self._bar.show_filter(wanted, self._words, self._console.clock.utc_us())
        self._asked += 1
        number = self._asked
        self._lists.begin(wanted, FIRST_ROWS, lambda start: self._first(number, start), self._not_listed)

    def _search_now(self) -> None:
        typed = self._search.text().strip()
        if typed != self._wanted.text:
            self.filter_by(replace(self._wanted, text=typed))

    def _first(self, number: int, start: ListStart) -> None:
        if number != self._asked:
            return
        self._table.show_list(self._wanted, start, local(self._console.clock.utc_us()).year)
        self._table.setVisible(bool(start.rows))
        self._empty.setVisible(not start.rows)
        self._say_count()
        if start.rows:
            self._table.selectRow(0)
        else:
            self._panel.show_nothing()

    def _not_listed(self, error: BaseException) -> None:
        if isinstance(error, Refusal):  # what another person saw here is not for this one
            self._table.hide()
            self._panel.show_nothing()
        self._failed(error)

    def _say_count(self) -> None:
        shown = self._table.rows.rowCount()
        self._count.show_text(f"{shown:,}+ sessions" if self._table.rows.capped else counted(shown, "session"))

    def _to_list(self) -> None:
        self._table.setFocus()
        self._search_now()

    def _more_filters(self, kind: str) -> None:
        sheet = FilterSheet(self._lists, self._words, self._wanted, self._console.clock.utc_us(), self.filter_by,
                            self._go_to, kind)
        self.shell.show_overlay(sheet, "Filters", FILTER_PX)

    def _go_to(self, moment_us: int) -> None:
        def answer(newer: int) -> None:
            self.shell.close_overlay()
            self._table.go_to(newer)
            self._table.setFocus()

        self._lists.rank(self._wanted, moment_us, answer, self._failed)

    def _show_views(self) -> None:
        now = replace(self._view, wanted=replace(self._wanted, text=self._search.text().strip()),
                      columns=tuple(one.key for one in self._table.rows.columns), period=self._period_key())
        sheet = ViewsSheet(self._views, self._console.desk.actor_id, now, self._open_view, self._show_columns)
        self.shell.show_overlay(sheet, "Views", VIEWS_PX)

    def _period_key(self) -> str:
        said = period_words(self._wanted, self._console.clock.utc_us())
        return next((one.key for one in PERIODS if one.text == said), "")

    def _open_view(self, view: ListView) -> None:
        self._view = view
        self._table.show_columns(view.columns)
        self._search.setText(view.wanted.text)
        self.filter_by(view.filter_now(self._console.clock.utc_us()))
        self.shell.close_overlay()

    def _show_columns(self) -> None:
        keys = [one.key for one in self._table.rows.columns]
        self.shell.show_overlay(ColumnsSheet(keys, self._table.show_columns), "Columns", VIEWS_PX)

    def _clear(self) -> None:
        self._search.clear()
        self.filter_by(SessionFilter())

    def _write_list(self) -> None:
        if self._list_file is None:
            return
        path = self._list_file()

        def written(rows: int) -> None:
            self._csv_words = LIST_CSV
            self.shell.update_chrome()
            self.shell.tell(f"{counted(rows, 'session')} written to {path}", "done")

        def so_far(rows: int) -> None:
            self._csv_words = f"Writing, {rows:,}"
            self.shell.update_chrome()

        def failed(error: BaseException) -> None:
            self._csv_words = LIST_CSV
            self.shell.update_chrome()
            self._failed(error, "The list could not be written; the record is untouched.")

        so_far(0)
        self._lists.write_csv(self._wanted, self._table.rows.columns, path, so_far, written, failed)

    def _show_photos(self) -> None:
        dossier = self._panel.dossier
        if dossier is not None:
            album = PhotoAlbum(self._console.photos, dossier.row.patient_id, dossier.row.course_number)
            self.shell.show_overlay(album, f"Photos of {dossier.row.patient_id}", ALBUM_PX)

    # --- one session --------------------------------------------------------------------------------------------

    def _open_chosen(self) -> None:
        self._opening.stop()
        chosen = self._chosen()
        if chosen is not None:
            self._open(chosen.session_id)

    def _open_whole(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.shell.open_page("session", session_id=chosen.session_id, wanted=self._wanted)

    def _open(self, session_id: UUID) -> None:
        dossier = self._panel.dossier
        if dossier is None or dossier.row.session_id != session_id:
            self._panel.show_loading()
        self._console.review.open(session_id, self._opened, self._not_opened)

    def _not_opened(self, error: BaseException) -> None:
        self._panel.show_nothing()
        self._failed(error)

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
        rows = [EventRow(clock_seconds_text(one.event.at_us), words.say(one.event.what), who=one.event.actor_id)
                for one in reversed(dossier.events)]
        log.show_rows(rows)
        log.setMinimumHeight(420)
        sheet, amend = QWidget(), Button("Amend the record", "note", "quiet", "m", name="history.amend")
        amend.triggered.connect(lambda: self._amend(dossier))
        desk = self._console.amending
        amend.setVisible(dossier.state.sealed is not None and desk is not None and desk.may)
        sheet.setLayout(column(log, row(None, amend)))
        self.shell.show_overlay(sheet, f"History of {dossier.row.patient_id or 'this capture'}, newest first", 860)

    def _amend(self, dossier: SessionDossier) -> None:
        if self._console.amending is None:
            return
        sheet = AmendSheet(self._console.amending, dossier.row.session_id)
        sheet.amended.connect(lambda _: self._amended(dossier.row.session_id))
        self.shell.close_overlay()
        self.shell.show_overlay(sheet, f"Amend the record of {dossier.row.patient_id}", AMEND_PX)

    def _amended(self, session_id: UUID) -> None:
        self.shell.close_overlay()
        self.shell.tell("The amendment is saved; what was sealed stays beside it.", "done")
        self._open(session_id)

    def _choose_form(self) -> None:
        dossier = self._panel.dossier
        sheet = ExportSheet(dossier is not None and bool(dossier.state.pictures))

        def chosen(form: str) -> None:
            self.shell.close_overlay()
            self._write(form)

        sheet.chosen.connect(chosen)
        self.shell.show_overlay(sheet, "Export this session", EXPORT_PX)

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
