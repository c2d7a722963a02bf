"""The photo set of a session: one frame a view, files laid out over them, kept, taken again or struck."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from console.domain import photos
from console.domain.errors import OperatorError
from console.domain.session import Session
from console.domain.session_events import PhotoTaken
from console.domain.session_state import KeptPhoto
from console.services.console import Console
from console.services.event_words import counted
from console.services.local_time import clock_text
from console.services.photo_desk import Album, Negative
from console.services.session_desk import Receipt
from ui.page import Shell
from ui.photo_camera import Camera, find_camera, shot_bytes
from ui.photo_pixels import read_picture
from ui.room.choice_sheets import ReasonSheet
from ui.room.photo_files import PhotoFiles
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.photo_frame import FrameLook, PhotoFrame
from ui.widgets.tags import Tag
from ui.widgets.texts import Label, column, row

WIDTH_PX = 1320
STRIKE = ("Blurred", "Eyes closed", "Wrong view", "Wrong patient", "Wrong light")


class PhotoSheet(QWidget):
    """Lay it over a page with ``show_overlay``; ``changed`` after something was kept or struck."""

    changed = Signal()

    def __init__(
        self, console: Console, shell: Shell, session: Session, moment: str, camera: Camera | None = None,
    ) -> None:
        super().__init__()
        self._camera = camera or find_camera()
        self._live: QImage | None = None  # the camera's last picture while it runs
        self._console, self._shell, self._session, self._moment = console, shell, session, moment
        plan = session.state.plan
        self._set = console.shelf.for_session(session).photo_set(plan.map_id if plan else "face")
        self._laid: dict[str, Negative[QImage]] = {}
        self._kept: dict[str, QImage] = {}  # previews by photo id
        self._ghosts: dict[str, QImage] = {}  # the last one of each view, of another session or moment
        self._picked, self._busy = "", ""
        self._frames = {view: PhotoFrame(view) for view in self._set.views}
        self._words = Label("", "label", "ink2", wrap=True)
        self._tag = Tag("")
        self._import = Button("Import files", "export", "normal", "l", name="photo.import")
        self._shoot = Button("Camera", "face", "normal", "l", name="photo.camera")
        self._shoot.setVisible(self._camera is not None)
        self._ghost = ChoiceChip("Last one over it", name="photo.ghost", height=48)
        self._strike = Button("Strike", "x", "quiet", "l", name="photo.strike")
        self._keep = Button("Keep", "check", "primary", "l", name="photo.keep")
        self._files = PhotoFiles(console.photos, len(self._set.views))
        self._layers = QStackedWidget()
        self._build()
        self._ask_album()
        self.show_set()

    def _build(self) -> None:
        level = "Head level: dashed line from ear to orbit" if self._set.frankfurt else ""
        hints = [self._set.distance_words, level, *self._set.reminders]
        head = row(Label(". ".join(one for one in hints if one), "label", "ink2", wrap=True), self._tag)
        head.setStretch(0, 1)
        frames = row(*self._frames.values(), spacing=12)
        for place, frame in enumerate(self._frames.values()):
            frames.setStretch(place, 1)
            frame.clicked.connect(self._touched(frame.view_id))
        acts = row(self._import, self._shoot, self._ghost, self._strike, None, self._keep, spacing=12)
        page = QWidget()
        whole = column(head, frames, self._words, acts, spacing=10)
        whole.setStretch(1, 1)
        page.setLayout(whole)
        self._layers.addWidget(page)
        self._layers.addWidget(self._files)
        self.setLayout(column(self._layers))
        self._keep.setMinimumWidth(300)
        self._import.triggered.connect(self._choose_files)
        self._shoot.triggered.connect(self._start_or_shoot)
        self._ghost.chosen.connect(lambda _on: self.show_set())
        self._strike.triggered.connect(self._ask_strike)
        self._keep.triggered.connect(self.keep)
        self._files.picked.connect(self.lay)
        self._files.left.connect(lambda: self._layers.setCurrentIndex(0))

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def refused(self) -> str:
        """Why no photo may be kept, empty where one may."""
        return photos.why_no_photos(self._session.state)

    def show_set(self) -> None:
        """Draw the frames and what can be done."""
        kept = photos.latest(self._session.state, self._moment)
        for view, frame in self._frames.items():
            frame.show_look(self._look(view, kept))
        standing = len(kept)
        self._tag.show_tag(f"{standing} of {len(self._frames)} kept",
                           "done" if standing == len(self._frames) else "neutral",
                           "check" if standing == len(self._frames) else "")
        refused = self.refused
        count = len(self._laid)
        self._keep.setEnabled(bool(count) and not self._busy and not refused)
        self._keep.show_words(f"Keep {counted(count, 'photo')}" if count else "Keep", self._busy or refused
                              or ("" if count else "import files first"))
        self._import.setEnabled(not self._busy and not refused)
        self._shoot.setEnabled(not self._busy and not refused)
        self._shoot.show_words("Take" if self._live is not None else "Camera",
                               photos.view_label(self._aim()).lower() if self._live is not None else "", "face")
        self._ghost.setEnabled(bool(self._ghosts))
        closed = self._session.state.closed
        self._strike.setEnabled((self._picked in kept and not closed) or self._picked in self._laid)
        self._strike.show_words("Take away" if self._picked in self._laid else "Strike")
        if refused:
            self._words.show_text(f"No photo is kept: {refused}.", "stop")

    def _look(self, view: str, kept: dict[str, KeptPhoto]) -> FrameLook:
        label, picked = photos.view_label(view), self._picked == view
        frankfurt, over = self._set.frankfurt, self._ghost.isChecked()
        ghost = self._ghosts.get(view)
        if self._live is not None and view == self._aim():
            return FrameLook(label, "Live", "waiting", self._live, ghost, frankfurt, picked, True)
        if view in self._laid:
            one = self._laid[view]
            return FrameLook(label, f"{one.name}, not kept yet", "waiting", one.preview, ghost if over else None,
                             frankfurt, picked)
        if view in kept:
            shown = self._kept.get(kept[view].taken.photo_id)
            return FrameLook(label, f"Kept {clock_text(kept[view].at_us)}", "kept", shown, ghost if over else None,
                             frankfurt, picked)
        return FrameLook(label, "Last one as a ghost" if ghost else "Not taken", "empty", None, ghost, frankfurt,
                         picked)

    def _ask_album(self) -> None:
        opened = self._session.state.opened
        if opened is not None:
            self._console.photos.album(opened.patient_id, read_picture, self._show_album, self._failed)

    def _show_album(self, album: Album[QImage]) -> None:
        if not isValid(self):
            return
        for one in album.photos:
            here = one.session_id == self._session.session_id and one.taken.moment == self._moment
            if one.preview is not None and here:
                self._kept[one.taken.photo_id] = one.preview
            elif one.preview is not None and not one.struck:
                self._ghosts[one.taken.view] = one.preview
        self.show_set()

    # --- camera -------------------------------------------------------------------------------------------

    def _aim(self) -> str:
        """Give the view the camera is for: the one picked, else the first empty one."""
        filled = [*photos.latest(self._session.state, self._moment), *self._laid]
        return self._picked or photos.laid_out(1, self._set.views, filled)[0]

    def _start_or_shoot(self) -> None:
        if self._camera is None:
            return
        if self._live is None:
            if said := self._camera.start(self._show_live):
                self._say(said, "stop")
            return
        view, live = self._aim(), self._live
        self._console.photos.develop_shot(
            lambda: shot_bytes(live), read_picture, lambda one: self._took(view, one), self._failed)

    def _show_live(self, picture: QImage) -> None:
        if isValid(self):
            begun, self._live = self._live is None, picture
            view = self._aim()
            if begun:
                self.show_set()
            else:
                self._frames[view].show_look(self._look(view, photos.latest(self._session.state, self._moment)))

    def _took(self, view: str, shot: Negative[QImage]) -> None:
        if isValid(self):
            self._laid[view], self._picked = shot, ""
            self.show_set()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._camera is not None:
            self._camera.stop()
        self._live = None
        super().hideEvent(event)

    # --- acts ---------------------------------------------------------------------------------------------

    def _touched(self, view: str) -> Callable[[], None]:
        def touch() -> None:
            other, self._picked = self._picked, ""
            if other and other != view and other in self._laid:
                mine, theirs = self._laid.pop(other), self._laid.pop(view, None)
                self._laid[view] = mine
                if theirs is not None:
                    self._laid[other] = theirs
            elif other != view:
                self._picked = view
            self._say(f"{photos.view_label(view)} picked. Touch the view it belongs to."
                      if self._picked in self._laid else "")
            self.show_set()

        return touch

    def _choose_files(self) -> None:
        self._layers.setCurrentIndex(1)
        self._files.open()

    def lay(self, paths: tuple[Path, ...]) -> None:
        """Develop files and lay them out over the views, the empty ones first."""
        self._layers.setCurrentIndex(0)
        self._busy = "reading the files"
        self.show_set()
        self._console.photos.develop(paths, read_picture, self._lay_out, self._failed)

    def _lay_out(self, negatives: tuple[Negative[QImage], ...]) -> None:
        if not isValid(self):
            return
        self._busy = ""
        good = [one for one in negatives if one.picture is not None]
        filled = [*photos.latest(self._session.state, self._moment), *self._laid]
        views = photos.laid_out(len(good), self._set.views, filled)
        self._laid |= dict(zip(views, good, strict=False))
        problems = [one.problem for one in negatives if one.problem]
        if len(good) > len(views):
            problems.append(f"{counted(len(good) - len(views), 'picture')} more than there are views: not taken.")
        self._say(" ".join(problems) or "Touch two frames to change their places, then keep the set.",
                  "stop" if problems else "ink2")
        self.show_set()

    def keep(self) -> None:
        """Keep what is laid out."""
        laid = dict(self._laid)
        self._busy = "keeping"
        self.show_set()
        try:
            self._console.photos.keep(self._session, self._moment, laid, self._was_kept, self._failed)
        except OperatorError as error:
            self._failed(error)

    def _was_kept(self, receipt: Receipt) -> None:
        if not isValid(self):
            return
        self._busy, self._picked = "", ""
        taken = {one.what.view: one.what for one in receipt.events if isinstance(one.what, PhotoTaken)}
        for view, what in taken.items():
            done = self._laid.pop(view, None)
            if done is not None and done.preview is not None:
                self._kept[what.photo_id] = done.preview
        self._say(f"{counted(len(taken), 'photo')} kept, encrypted in the record.", "done")
        self.show_set()
        self.changed.emit()

    def _ask_strike(self) -> None:
        if self._picked in self._laid:
            self._laid.pop(self._picked)
            self._picked = ""
            self.show_set()
            return
        kept = photos.latest(self._session.state, self._moment).get(self._picked)
        if kept is None:
            return
        sheet = ReasonSheet("The photo no longer counts. It stays in the record, marked as struck.", STRIKE, "Strike",
                            at_once=True)

        def strike(reason: str) -> None:
            self._shell.close_overlay()
            try:
                self._console.photos.strike(self._session, kept.taken.photo_id, reason)
            except OperatorError as error:
                self._failed(error)
                return
            self._picked = ""
            self._say("Struck. The photo stays in the record.")
            self.show_set()
            self.changed.emit()

        sheet.given.connect(strike)
        self._shell.show_overlay(sheet, f"Strike {photos.view_label(self._picked).lower()}", 560)

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self._busy = ""
            self._say(str(error), "stop")
            self.show_set()

    def _say(self, words: str, tone: str = "ink2") -> None:
        self._words.show_text(words, tone)
