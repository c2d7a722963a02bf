"""One session as a whole page: its tape, and below it what was done, used, agreed and proved."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.history import short_head
from console.domain.ports import SessionRow
from console.domain.session_list import SessionFilter
from console.services.console import Console
from console.services.list_columns import course_words
from console.services.local_time import clock_text, local
from console.services.replay_tape import TapeMoment
from console.services.review_desk import SessionDossier, SessionOpening
from ui.page import Action, Actions, Page, StatusText
from ui.paint import RIGHT
from ui.review.export_sheet import SHEET_PX, ExportSheet, export_action
from ui.review.record_views import AreasView, EventsView, ProofView, UsedView, badge_state
from ui.review.replay_view import ReplayView
from ui.review.tape_card import LOW_TAPE_PX, TAPE_PX, TapeCard
from ui.room.photo_album import ALBUM_PX, PhotoAlbum
from ui.widgets import EmptyState, LoadingRows, SealBadge, Segments, TextLine, column, row

Export = Callable[[UUID, str, Callable[[Path], None], Callable[[BaseException], None]], None]

REPLAY, AREAS, EVENTS, USED, PROOF = "replay", "areas", "events", "used", "proof"
VIEWS = ((REPLAY, "Replay"), (AREAS, "Areas"), (EVENTS, "Events"), (USED, "Used and agreed"), (PROOF, "Proof"))
MOST_S = 0.2  # of a frame: a window that stood still does not leap over a moment


class SessionPage(Page):
    """Read only. Open it with ``session_id``; ``wanted`` names the list it was opened from, for its neighbours."""

    title, frame, tab = "Session", "desk", "sessions"

    def __init__(self, console: Console, export: Export) -> None:
        super().__init__()
        self._console, self._export = console, export
        self._session_id: UUID | None = None
        self._wanted = SessionFilter()
        self._row: SessionRow | None = None
        self._dossier: SessionDossier | None = None
        self._newer: SessionRow | None = None
        self._older: SessionRow | None = None
        self._writing = ""
        self._came_from = "sessions"
        self._last_s: float | None = None
        self.tape = TapeCard()
        self.replay, self.areas, self.events = ReplayView(), AreasView(), EventsView()
        self.used, self.proof = UsedView(), ProofView()
        self._views = Segments(VIEWS, "session.view", 48)
        self._badge, self._what, self._right = SealBadge(), TextLine("", "label", "ink2", RIGHT), QWidget()
        self._box = QVBoxLayout()
        self._layers, self._below = QStackedWidget(), QStackedWidget()
        self._empty = EmptyState("list", "No session is open", "Choose one in the list.", "To the list", "list",
                                 name="session.none")
        self._build()

    def _build(self) -> None:
        whole = QWidget()
        box = self._box
        whole.setLayout(box)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(12)
        box.addWidget(self.tape)
        box.addWidget(self._below)
        self._share_room()
        for view in (self.replay, self.areas, self.events, self.used, self.proof):
            self._below.addWidget(view)
        for layer in (self._empty, LoadingRows(8), whole):
            self._layers.addWidget(layer)
        self.setLayout(column(self._layers))
        self._right.setLayout(row(self._what, self._badge))
        self._views.set_choice(REPLAY)
        self._views.chosen.connect(self.show_view)
        self.tape.moved.connect(self._moved)
        self.areas.area_chosen.connect(self.tape.show_area)
        self.events.moment_chosen.connect(self.tape.show_moment)
        self.replay.map.area_chosen.connect(self.tape.show_area)
        self._empty.acted.connect(lambda: self.shell.open_page("sessions"))

    # --- page ------------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        wanted, asked = context.get("wanted"), context.get("session_id")
        came_from = context.get("came_from")
        self._came_from = came_from if isinstance(came_from, str) else "sessions"
        if isinstance(wanted, SessionFilter):
            self._wanted = wanted
        moment = context.get("moment_us")
        if isinstance(asked, UUID):
            self.open(asked, moment if isinstance(moment, int) else None)

    def leave(self) -> None:
        self.tape.playing = False
        self._last_s = None

    def frame_tick(self) -> None:
        now_s = self._console.clock.monotonic_s()
        if self._last_s is not None:
            self.tape.advance(min(MOST_S, now_s - self._last_s))
        self._last_s = now_s

    def status(self) -> StatusText:
        return StatusText("Session" if self._row is None else self._row.patient_id or self._row.kind.capitalize())

    def status_left(self) -> QWidget | None:
        return self._views

    def status_right(self) -> QWidget | None:
        return self._right

    def _say_which(self, line: SessionRow) -> None:
        moment = local(line.opened_us)
        course = f"Session {course_words(line)}, " if line.patient_id and line.course_length else ""
        plan = line.plan_name or "No plan"
        self._what.show_text(f"{course}{plan}, {moment.day} {moment:%b %Y} {clock_text(line.opened_us)}")

    def page_actions(self) -> Actions:
        free = self._row is not None and not self._writing
        pictures = self._dossier is not None and bool(self._dossier.state.pictures)

        return Actions(
            [Action("back", "Back", self._back, icon="left", kind="quiet"),
             Action("newer", "", self._to_newer, icon="up", kind="quiet", enabled=self._newer is not None,
                    said="Session above in the list", shortcut="PgUp"),
             Action("older", "", self._to_older, icon="down", kind="quiet", enabled=self._older is not None,
                    said="Session below in the list", shortcut="PgDown"),
             Action("photos", "Photos", self._show_photos, icon="user", kind="quiet", enabled=pictures)],
            [Action("compare", "Compare", self._compare, icon="chart", enabled=self._row is not None,
                    hint="with the visit before"),
             export_action(self._writing, self._choose_form, free),
             Action("pdf", "Report PDF", lambda: self._write("pdf"), icon="file", kind="primary", enabled=free)])

    def on_key(self, key: str) -> bool:
        acts: dict[str, Callable[[], object]] = {
            "Space": self.tape.toggle, "Left": lambda: self.tape.move_by(-1), "Right": lambda: self.tape.move_by(1),
            ",": lambda: self.tape.step(-1), ".": lambda: self.tape.step(1),
            "[": lambda: self.tape.jump(-1), "]": lambda: self.tape.jump(1),
            "P": lambda: self.tape.jump(-1), "N": lambda: self.tape.jump(1),
            "J": lambda: self.tape.jump(1, alarms=True), "K": lambda: self.tape.jump(-1, alarms=True),
            "+": lambda: self.tape.change_speed(1), "-": lambda: self.tape.change_speed(-1)}
        views = {str(number): key for number, (key, _) in enumerate(VIEWS, 1)}
        if key in views:
            self.show_view(views[key])
            return True
        act = acts.get(key)
        if act is not None:
            act()
        return act is not None

    # --- showing ---------------------------------------------------------------------------------------------

    def open(self, session_id: UUID, moment_us: int | None = None) -> None:
        """Read a session; its tape is there first, figures and proof follow."""
        self._session_id, self._dossier = session_id, None
        self._newer = self._older = None
        if self._row is None or self._row.session_id != session_id:
            self._row = None
            self._layers.setCurrentIndex(1)
        self.tape.playing = False
        self._console.review.open(session_id, self._proved, self._failed,
                                  lambda opening: self._begun(opening, moment_us))

    def _begun(self, opening: SessionOpening, moment_us: int | None) -> bool:
        if opening.row.session_id != self._session_id:
            return False
        self._row = opening.row
        self._say_which(opening.row)
        self._badge.show_seal("open" if opening.row.state == "open" else "checking")
        self._layers.setCurrentIndex(2)
        self.replay.show_session(opening.tape, ())
        self.tape.show_opening(opening)
        self.replay.show_session(opening.tape, self.tape.story)
        self.events.show_story(self.tape.story)
        if moment_us is not None:
            self.tape.show_moment(moment_us)
        else:
            self.tape.show_at(self.tape.position_s)
        self._console.review.lists.neighbours(self._wanted, opening.row.place, self._placed, self._failed)
        self.shell.update_chrome()
        return True

    def _proved(self, dossier: SessionDossier) -> None:
        if dossier.row.session_id != self._session_id:
            return
        self._dossier = dossier
        self._badge.show_seal(badge_state(dossier), short_head(dossier.row.head))
        self.areas.show_dossier(dossier)
        self.used.show_dossier(dossier)
        self.proof.show_dossier(dossier)
        self.shell.update_chrome()

    def _placed(self, neighbours: tuple[SessionRow | None, SessionRow | None]) -> None:
        self._newer, self._older = neighbours
        self.shell.update_chrome()

    def show_view(self, key: str) -> None:
        """Show a part of the record below the tape."""
        self._views.set_choice(key)
        self._below.setCurrentIndex([name for name, _ in VIEWS].index(key))
        self._share_room()
        if self._row is not None:
            self.tape.show_at(self.tape.position_s)

    def _share_room(self) -> None:
        """Let the replay have a high tape, and lists the room below it."""
        replayed = self._below.currentIndex() <= 0
        self.tape.timeline.setMinimumHeight(TAPE_PX if replayed else LOW_TAPE_PX)
        self._box.setStretch(0, 42 if replayed else 0)
        self._box.setStretch(1, 58 if replayed else 1)

    def _moved(self, moment: TapeMoment, seconds: float) -> None:
        tape = self.tape.tape
        if tape is None:
            return
        shown = self._below.currentIndex()
        if shown == 0:
            self.replay.show_moment(tape, moment, seconds)
        elif shown == 1:
            self.areas.mark(moment.area_id)
        elif shown == 2:
            self.events.mark(moment.utc_us)

    # --- acts ----------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        self.shell.open_page(self._came_from)

    def _to_newer(self) -> None:
        if self._newer is not None:
            self.open(self._newer.session_id)

    def _to_older(self) -> None:
        if self._older is not None:
            self.open(self._older.session_id)

    def _compare(self) -> None:
        if self._row is not None:
            self.shell.open_page("compare", with_former=self._row, came_from="session")

    def _show_photos(self) -> None:
        if self._row is not None:
            album = PhotoAlbum(self._console.photos, self._row.patient_id, self._row.course_number)
            self.shell.show_overlay(album, f"Photos of {self._row.patient_id}", ALBUM_PX)

    def _choose_form(self) -> None:
        sheet = ExportSheet(self._dossier is not None and bool(self._dossier.state.pictures))

        def chosen(form: str) -> None:
            self.shell.close_overlay()
            self._write(form)

        sheet.chosen.connect(chosen)
        self.shell.show_overlay(sheet, "Export this session", SHEET_PX)

    def _write(self, form: str) -> None:
        if self._row is None or self._writing:
            return
        self._writing = form
        self.shell.update_chrome()
        self._export(self._row.session_id, form, self._written, self._not_written)

    def _written(self, path: Path) -> None:
        self._writing = ""
        self.shell.update_chrome()
        self.shell.tell(f"Written to {path}", "done")

    def _not_written(self, error: BaseException) -> None:
        self._writing = ""
        self.shell.update_chrome()
        self._failed(error, "The file could not be written; the record is untouched.")

    def _failed(self, error: BaseException,
                plain: str = "The session could not be read; the record is untouched.") -> None:
        if self._row is None:
            self._layers.setCurrentIndex(0)
        self.shell.tell(str(error) if isinstance(error, OperatorError) else plain, "stop")
