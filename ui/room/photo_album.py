"""A patient's photos across the sessions: one view, two moments, a line to draw across or side by side."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain import photos
from console.services.event_words import counted
from console.services.local_time import local_day
from console.services.photo_desk import Album, AlbumPhoto, PhotoDesk
from ui.photo_pixels import read_picture
from ui.room.choice_sheets import OneOf
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.photo_compare import PhotoCompare
from ui.widgets.texts import Label, TextLine, column, row

ALBUM_PX, SIDE_PX, PICTURES_PX = 1320, 340, 470
MOMENTS = {"before": "before", "after": "after", "follow_up": "follow-up"}


def visit_words(shot: AlbumPhoto[QImage]) -> str:
    """Say which session and moment a picture is of."""
    session = f"Session {shot.session_number}, " if shot.session_number else ""
    return f"{session}{MOMENTS.get(shot.taken.moment, shot.taken.moment)}"


def shot_words(shot: AlbumPhoto[QImage]) -> str:
    """Say the same with its day."""
    day = local_day(shot.at_us)
    return f"{visit_words(shot)}, {day.day} {day:%b %Y}"


class _Side(QWidget):
    """Steps through the pictures of a view; ``stepped(+1 or -1)``."""

    stepped = Signal(int)

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self._words = TextLine("", "strong")
        self.earlier = Button("", "left", "quiet", "m", name=f"{name}.earlier")
        self.later = Button("", "right", "quiet", "m", name=f"{name}.later")
        self.earlier.setAccessibleName(f"{title}: earlier")
        self.later.setAccessibleName(f"{title}: later")
        self.earlier.triggered.connect(lambda: self.stepped.emit(-1))
        self.later.triggered.connect(lambda: self.stepped.emit(1))
        line = row(self.earlier, self._words, self.later, spacing=8)
        line.setStretch(1, 1)
        self.setLayout(column(Label(title, "label", "ink2"), line, spacing=4))

    def show_shot(self, words: str, has_earlier: bool, has_later: bool) -> None:
        """Show which picture it is."""
        self._words.show_text(words)
        self.earlier.setEnabled(has_earlier)
        self.later.setEnabled(has_later)


class PhotoAlbum(QWidget):
    """Lay it over a page with ``show_overlay``; it reads by itself, and its reading is audited.

    ``may_add`` offers follow-up pictures: ``follow_up_wanted``.
    """

    follow_up_wanted = Signal()

    def __init__(self, desk: PhotoDesk, patient_id: str, session_number: int = 0, may_add: bool = False) -> None:
        super().__init__()
        self._desk, self._patient_id, self._number = desk, patient_id, session_number
        self._shots: dict[str, list[AlbumPhoto[QImage]]] = {}
        self._view = ""
        self._places = [0, 0]
        self._whole: dict[str, QImage] = {}  # at full size, by photo id
        self.pictures = PhotoCompare()
        self.pictures.setMinimumHeight(PICTURES_PX)
        self._mode = Segments((("over", "Slider"), ("beside", "Side by side")), "compare.mode", 48)
        self._mode.set_choice("over")
        self._mode.chosen.connect(lambda key: self.pictures.show_beside(key == "beside"))
        self._sides = (_Side("Left", "compare.left"), _Side("Right", "compare.right"))
        for place, side in enumerate(self._sides):
            side.stepped.connect(self._stepper(place))
        self._chips = QVBoxLayout()
        self._words = Label("Reading the photos", "label", "ink2", wrap=True)
        self._add = Button("Add follow-up", "plus", "normal", "m", name="compare.follow_up")
        self._add.triggered.connect(self.follow_up_wanted)
        if not may_add:  # shown before it has a parent it would be a window of its own, and take the focus
            self._add.hide()
        controls = column(self._mode, Label("View", "label", "ink2"), self._chips, *self._sides, None, self._words,
                          self._add, spacing=10)
        holder = QWidget()
        holder.setFixedWidth(SIDE_PX)
        holder.setLayout(controls)
        whole = row(self.pictures, holder, spacing=20)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self._show_pair()
        desk.album(patient_id, read_picture, self._show_album, self._failed)

    def _show_album(self, album: Album[QImage]) -> None:
        if not isValid(self):
            return
        for one in album.photos:
            if not one.struck:
                self._shots.setdefault(one.taken.view, []).append(one)
        views = [view for view in photos.VIEW_IDS if view in self._shots]
        labels = {photos.view_label(view): view for view in views}
        if views:
            chips = OneOf(tuple(labels), "compare.view", SIDE_PX)
            chips.choose(photos.view_label(views[0]))
            chips.picked.connect(lambda label: self._choose_view(labels.get(label, self._view)))
            self._chips.addWidget(chips)
            self._choose_view(views[0])
        self._words.show_text(_album_words(album))

    def _choose_view(self, view: str) -> None:
        self._view = view
        shots = self._shots[view]
        last = max((place for place, one in enumerate(shots) if self._number in (0, one.session_number)),
                   default=len(shots) - 1)
        self._places = [0, last]
        self._show_pair()

    def _stepper(self, side: int) -> Callable[[int], None]:
        def step(by: int) -> None:
            self._places[side] = min(max(self._places[side] + by, 0), len(self._shots[self._view]) - 1)
            self._show_pair()

        return step

    def _show_pair(self) -> None:
        shots = self._shots.get(self._view, [])
        chosen = [shots[place] for place in self._places] if shots else []
        for side, place in zip(self._sides, self._places, strict=True):
            words = visit_words(shots[place]) if shots else "No photo"
            side.show_shot(words, bool(shots) and place > 0, place + 1 < len(shots))
        shown = [self._whole.get(one.taken.photo_id, one.preview) for one in chosen] or [None, None]
        told = [shot_words(one) for one in chosen] or ["", ""]
        self.pictures.show_pictures(shown[0], shown[1], (told[0], told[1]))
        for one in chosen:
            if one.taken.photo_id not in self._whole and one.preview is not None:
                self._ask_whole(one)

    def _ask_whole(self, shot: AlbumPhoto[QImage]) -> None:
        photo_id = shot.taken.photo_id
        if shot.preview is not None:
            self._whole[photo_id] = shot.preview  # asked for once

        def answer(picture: QImage) -> None:
            if isValid(self):
                self._whole[photo_id] = picture
                self._show_pair()

        self._desk.picture(shot.taken, self._patient_id, read_picture, answer, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self._words.show_text(str(error), "stop")


def _album_words(album: Album[QImage]) -> str:
    struck = sum(1 for one in album.photos if one.struck)
    missing = sum(1 for one in album.photos if one.preview is None)
    parts = [] if album.photos else ["No photo is kept for this patient."]
    if struck:
        parts.append(f"{counted(struck, 'photo')} struck, kept in the record.")
    if missing:
        parts.append(f"{counted(missing, 'photo')} missing or altered: verify the record and tell the manager.")
    if album.withheld:
        parts.append(f"{counted(album.withheld, 'photo')} not shown: the consent was withdrawn.")
    if album.photos:
        parts.append("Reading is noted in the audit.")
    return " ".join(parts)
