"""Photos: files developed, kept with a session, struck, and the album of a patient. Slow work is the query thread's."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from console.domain import photos
from console.domain import session_events as ev
from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.photo_ports import Developed, PhotoRow, PhotoShelf, PhotoStudio
from console.domain.ports import Registry, SessionReader
from console.domain.rights import Right
from console.domain.session import Command, Session
from console.domain.session_fold import fold
from console.services.ids import new_id
from console.services.newest_files import newest_files
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.session_desk import Receipt, SessionDesk

LONG_EDGE_SETTING, LONG_EDGE_PX = "photo.long_edge_px", 2400
FOLDER_SETTING = "photo.folder"
MOST_BYTES = 60_000_000
FILE_ENDINGS = (".png", ".jpg", ".jpeg", ".heic", ".heif")
FILES_SHOWN = 24

T = TypeVar("T")
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Negative(Generic[T]):
    """A picture developed and not kept yet, or the sentence why a file gives none."""

    name: str
    picture: Developed | None
    preview: T | None = None
    problem: str = ""
    origin: str = "file"


@dataclass(frozen=True, slots=True)
class AlbumPhoto(Generic[T]):
    """A kept picture of a past or present session with its preview; ``preview`` None where it is missing."""

    session_id: UUID
    session_number: int
    taken: ev.PhotoTaken
    at_us: int
    struck: str
    preview: T | None


@dataclass(frozen=True, slots=True)
class Album(Generic[T]):
    """A patient's pictures, oldest first. ``withheld``: how many are not shown, as their consent was withdrawn."""

    patient_id: str
    photos: tuple[AlbumPhoto[T], ...]
    withheld: int = 0


class PhotoDesk:
    """Use cases of photos; called on the GUI thread, answers come back there."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, queries: QueryThread, shelf: PhotoShelf, studio: PhotoStudio,
        reader: SessionReader, clock: Clock,
    ) -> None:
        self._desk, self._registry, self._queries = desk, registry, queries
        self._shelf, self._studio, self._reader, self._clock = shelf, studio, reader, clock
        self._gate = ReadingGate(desk, registry)

    # --- files -----------------------------------------------------------------------------------------

    def folder(self) -> Path:
        """Give the folder to look for pictures in: the one used last, else the user's pictures."""
        kept = self._registry.setting(FOLDER_SETTING)
        return Path(kept) if kept else Path.home() / "Pictures"

    def use_folder(self, folder: Path) -> None:
        """Remember a folder."""
        if str(folder) != self._registry.setting(FOLDER_SETTING):
            self._registry.remember_setting(FOLDER_SETTING, str(folder), self._desk.actor_id)

    def list_files(self, folder: Path, answer: Callable[[tuple[Path, ...]], None], failed: Failed) -> None:
        """Ask for the newest picture files of a folder, newest first."""
        self._queries.ask(
            lambda: tuple(one.path for one in newest_files(folder, FILE_ENDINGS, FILES_SHOWN)), answer, failed)

    def develop(
        self, paths: Sequence[Path], preview: Callable[[bytes], T], answer: Callable[[tuple[Negative[T], ...]], None],
        failed: Failed,
    ) -> None:
        """Read files and make pictures of them; each that is none says why. Nothing is kept yet."""
        edge_px, chosen = self._long_edge_px(), tuple(paths)
        self._queries.ask(
            lambda: tuple(self._negative(path, edge_px, preview) for path in chosen), answer, failed)

    def develop_shot(
        self, shot: Callable[[], bytes], preview: Callable[[bytes], T], answer: Callable[[Negative[T]], None],
        failed: Failed,
    ) -> None:
        """Make a picture of what the camera gave; ``shot`` gives its bytes, off the GUI thread."""
        edge_px = self._long_edge_px()

        def made() -> Negative[T]:
            picture = self._studio.develop(shot(), edge_px)
            return Negative("camera", picture, preview(picture.thumb), origin="camera")

        self._queries.ask(made, answer, failed)

    def _long_edge_px(self) -> int:
        said = self._registry.setting(LONG_EDGE_SETTING)
        return min(max(int(said), 800), 6000) if said.isdecimal() else LONG_EDGE_PX

    def _negative(self, path: Path, edge_px: int, preview: Callable[[bytes], T]) -> Negative[T]:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise OperatorError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB", "nothing was taken",
                                    "save it smaller")
            picture = self._studio.develop(path.read_bytes(), edge_px)
            return Negative(path.name, picture, preview(picture.thumb))
        except OperatorError as error:
            return Negative(path.name, None, problem=f"{path.name}: {error}")
        except OSError as error:
            problem = f"{path.name} cannot be read ({error.strerror}); nothing was taken."
            return Negative(path.name, None, problem=problem)

    # --- keeping ---------------------------------------------------------------------------------------

    def keep(
        self, session: Session, moment: str, laid: Mapping[str, Negative[T]], answer: Callable[[Receipt], None],
        failed: Failed,
    ) -> None:
        """Store pictures by view, then record them in the session's history; Refusal where consent is missing."""
        self._require_writer(session)
        rows = [self._row(session, moment, view, one.picture) for view, one in laid.items() if one.picture]
        origins = [one.origin for one in laid.values() if one.picture]
        command = photos.keep_photos([taken_of(row, origin) for row, origin in zip(rows, origins, strict=True)])
        command(session.state)  # refused before a byte is stored
        actor = self._desk.actor_id

        def record(_: None) -> None:
            try:
                receipt = self._do(command, session)
            except OperatorError as error:
                failed(error)
            else:
                answer(receipt)

        self._queries.ask(lambda: self._shelf.keep(rows, actor), record, failed)

    def strike(self, session: Session, photo_id: str, reason: str) -> Receipt:
        """Mark a picture as struck; it is kept."""
        self._require_writer(session)
        return self._do(photos.strike_photo(photo_id, reason), session)

    def _require_writer(self, session: Session) -> None:
        self._desk.access.require(Right.TREAT if self._holds(session) else Right.EDIT_PATIENTS)

    def _holds(self, session: Session) -> bool:
        return any(one.session_id == session.session_id for one in self._desk.sessions)

    def _do(self, command: Command, session: Session) -> Receipt:
        held = self._holds(session)
        if not held:
            self._desk.take_up(session)
        try:
            return self._desk.do(command, session.session_id)
        finally:
            if not held:
                self._desk.put_away(session.session_id)

    def _row(self, session: Session, moment: str, view: str, picture: Developed) -> PhotoRow:
        opened = session.state.opened
        if opened is None:
            raise Refusal("The session has no patient", "nothing was recorded")
        return PhotoRow(
            str(new_id()), session.session_id, opened.patient_id, moment, view, self._clock.utc_us(), picture,
            hashlib.sha256(picture.body).digest())

    # --- looking ---------------------------------------------------------------------------------------

    def album(
        self, patient_id: str, preview: Callable[[bytes], T], answer: Callable[[Album[T]], None], failed: Failed,
    ) -> None:
        """Ask for a patient's pictures; ``preview`` turns bytes into what is painted, off the GUI thread."""
        self._gate.note("photo_viewed", patient_id, "previews")
        here = {one.session_id: tuple(one.history) for one in self._desk.sessions}
        self._queries.ask(partial(self._album, patient_id, here, preview), answer, failed)

    def picture(
        self, photo: ev.PhotoTaken, patient_id: str, read: Callable[[bytes], T], answer: Callable[[T], None],
        failed: Failed,
    ) -> None:
        """Ask for a picture at full size; one that is missing or altered is not shown."""
        self._gate.note("photo_viewed", patient_id, photo.photo_id)
        self._queries.ask(lambda: read(self._proved(photo)), answer, failed)

    def last_session(self, patient_id: str, answer: Callable[[Session], None], failed: Failed) -> None:
        """Ask for a patient's last finished session, to add follow-up pictures to it; OperatorError without one."""
        if (refused := self._desk.access.refused(Right.EDIT_PATIENTS)) is not None:
            failed(refused)
            return
        now_us = self._clock.utc_us()

        def found() -> Session:
            row = self._reader.last_of_patient(patient_id, now_us)
            if row is None or row.state != "sealed":
                raise OperatorError(f"No session of {patient_id} is sealed", "nothing was changed",
                                    "take photos in a session first")
            return Session(row.session_id, (one.event for one in self._reader.events(row.session_id)))

        self._queries.ask(found, answer, failed)

    def _proved(self, photo: ev.PhotoTaken) -> bytes:
        body = self._shelf.body(photo.photo_id)
        what = "is missing" if body is None else "was altered"
        if body is None or hashlib.sha256(body).hexdigest() != photo.sha256:
            raise OperatorError(
                f"The photo {photos.view_label(photo.view).lower()}, {photo.moment}, {what}", "the record is kept",
                "tell the manager")
        return body

    def _album(
        self, patient_id: str, here: Mapping[UUID, tuple[ev.SessionEvent, ...]], preview: Callable[[bytes], T],
    ) -> Album[T]:
        thumbs, found, withheld = self._shelf.thumbs(patient_id), [], 0
        for session_id in self._shelf.sessions_of(patient_id):
            history = here.get(session_id) or tuple(one.event for one in self._reader.events(session_id))
            state = fold(history)
            if photos.why_no_photos(state):
                withheld += len(state.pictures)
                continue
            number = state.opened.course_number if state.opened else 0
            for kept in state.pictures.values():
                small = thumbs.get(kept.taken.photo_id)
                whole = small is not None and hashlib.sha256(small).hexdigest() == kept.taken.thumb_sha256
                found.append(AlbumPhoto(
                    session_id, number, kept.taken, kept.at_us, kept.struck,
                    preview(small) if small is not None and whole else None))
        return Album(patient_id, tuple(sorted(found, key=lambda one: one.at_us)), withheld)


def taken_of(row: PhotoRow, origin: str) -> ev.PhotoTaken:
    """Give the entry of the history for a picture to be stored."""
    picture = row.picture
    return ev.PhotoTaken(
        row.photo_id, row.view, row.moment, row.sha256.hex(), len(picture.body),
        hashlib.sha256(picture.thumb).hexdigest(), picture.width_px, picture.height_px, picture.form, origin)
