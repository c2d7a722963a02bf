"""One run of the window: first run, unlocking, the demo clinic being made, then the stage."""

import argparse
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.app.awake import AWAKE_LOOK_EVERY, Awake, AwakeCalls
from console.app.awake_ways import grip_of_this_system
from console.app.behind import Behind
from console.app.capture_calls import CAPTURE_LOOK_EVERY, CaptureCalls
from console.app.cli import TRAINING_SCENARIO
from console.app.compose import Composition, compose
from console.app.damage_watch import LOOK_EVERY, DamageWatch
from console.app.demo_clinic import SESSIONS, WITH_PEN, is_whole, renew_day
from console.app.demo_codes import FRESH_SERIAL
from console.app.door import Door
from console.app.front import Front
from console.app.live_waits import LiveWaits
from console.app.logs import start_logs
from console.app.opening import open_for_writing
from console.app.page_acts import make_acts
from console.app.pages import page_recipes
from console.app.settings import default_demo_folder, default_training_folder, read_secrets
from console.app.simulated_pen import SimulatedPen, start_pen
from console.app.stage import Stage
from console.app.system_watch import BusWatch
from console.app.voice import voice_of_this_system
from console.app.warming import Warming
from console.domain.clinical_edits import THIS_CLINIC
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from console.services.day_desk import Place
from db.clinic_keys import LockedOut
from db.data_folder import (
    CLINIC,
    DEMO,
    INVENTED,
    TRAINING,
    DataFolder,
    create_folder,
    folder_kind,
    open_or_create_folder,
)
from db.engine import DatabaseDamaged
from db.folder_file import FOLDER_FILE
from db.recovery_text import put_key_file_back
from db.registry import RegistryReader
from db.session_store import SessionStore
from devices.playback import is_capture
from devices.port_way import PortWay, way_to
from devices.profile import PEN_LINK
from ui import garbage
from ui.desk.first_run import ClinicSetUp, FirstRunPage
from ui.desk.sign_in import SignInPage
from ui.desk.unlock import RECOVERY_SHEET, UnlockPage
from ui.page import Page
from ui.sounds import AlarmSounds, open_sounds

if TYPE_CHECKING:
    from console.app.damaged_door import DamagedDoor

DEMO_PRACTITIONER = "PR-02"
_PAST = {DEMO: (SESSIONS, WITH_PEN), TRAINING: (60, 4)}  # past sessions, and those with samples
ALSO_WARMED = ("biip", "rapidfuzz.fuzz")  # what a page needs at the first scan or search
ROOM, STATION = "Room 1", "station-1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ready:
    """A console that only wants its window: where its pen is, and the page it begins with."""

    composition: Composition
    port: str
    first: str


class WindowRun:
    """One run of the window, from its first page to its end."""

    def __init__(self, app: QApplication, args: argparse.Namespace, path: Path, short: str = "",
                 front: Front | None = None) -> None:
        self._app, self._args, self._path, self._short = app, args, path, short
        self._clock = SystemClock()
        self._front = front or Front(self._clock)
        self._making = self._front.frames.subscribe(garbage.keep, name="making")
        self._behind: Behind | None = None
        self._door: Door | None = None
        self._damaged: DamagedDoor | None = None
        self._composition: Composition | None = None
        self._stage: Stage | None = None
        self._pen: SimulatedPen | None = None
        self._sounds: AlarmSounds | None = None
        self._awake: Awake | None = None
        self._watch: BusWatch | None = None
        self._warming: Warming | None = None
        self._way = PortWay(self._clock)
        self._passphrase: str | None = None
        self.failure: BaseException | None = None

    @property
    def stands(self) -> bool:
        """Tell whether the record is open and the window shows what is in it."""
        return self._stage is not None

    # --- beginning --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Show what comes first; OperatorError for what is wrong with the words it was started with.

        The record is opened behind the page; what stands in its way then is ``failure``.
        """
        if is_capture(self._args.port or "") and not (self._args.demo or self._args.training):
            raise OperatorError("A capture is not played into a clinic's record", "nothing was opened",
                                "add --demo or --training, or name it to the command record")
        self._way = way_to(self._args.port or "auto", self._clock, self._args.capture)
        if self._args.training:
            self._open_invented(TRAINING)
        elif self._args.demo:
            self._open_invented(DEMO)
        elif not (self._path / FOLDER_FILE).exists():
            self._show_door({"first_run": FirstRunPage(self._look_around, self._set_up, self._train)}, "first_run")
        else:
            self._open_clinic()

    def _show_door(self, pages: Mapping[str, Page], first: str) -> None:
        self._making.cancel()
        self._door = self._door or Door(self._clock, front=self._front)
        self._door.open(pages, first)

    def _close_door(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None

    # --- opening behind the page ----------------------------------------------------------------------------

    def _do_behind(self, work: Callable[[], T], done: Callable[[T], None],
                   failed: Callable[[BaseException], None]) -> None:
        """Do slow work on a thread of its own; one of the two follows in a later frame of the window."""
        self._behind = self._behind or Behind(self._front.frames)
        self._make()
        self._front.frames.start()
        self._behind.ask(work, done, failed)

    def _given_up(self) -> bool:
        behind = self._behind
        return behind is not None and behind.given_up

    def _make(self) -> None:
        """Until all is made and imported look at none of it: there is no garbage to speak of yet."""
        self._making.cancel()
        self._making = self._front.frames.subscribe(self._keep_what_is_made, name="making")

    def _keep_what_is_made(self) -> None:
        garbage.keep()
        if self._warming is not None and self._warming.done:
            self._making.cancel()

    def _end_failed(self, error: BaseException) -> None:
        self.failure = error
        self._app.exit(1)

    # --- a clinic ------------------------------------------------------------------------------------------

    def _open_clinic(self) -> None:
        passphrase = read_secrets(getattr(self._args, "passphrase_fd", None)).passphrase
        if self._front.window.page_key != "sign_in":
            self._show_door({"sign_in": SignInPage()}, "sign_in")
        self._open_behind(passphrase, lambda error: self._not_opened(error, passphrase))

    def _open_behind(self, passphrase: str | None, failed: Callable[[BaseException], None]) -> None:
        self._passphrase = passphrase
        self._do_behind(
            lambda: self._ready(open_for_writing(self._path, passphrase, quick=True, given_up=self._given_up)),
            self._show_ready, failed)

    def _not_opened(self, error: BaseException, passphrase: str | None) -> None:
        if isinstance(error, DatabaseDamaged):
            self._show_damaged(passphrase)
        elif isinstance(error, OperatorError) and passphrase is None and _wants_passphrase(self._path):
            self._ask_passphrase()
        elif isinstance(error, LockedOut):
            page = UnlockPage(self._bring_key_file_back, str(self._path), RECOVERY_SHEET)
            self._show_door({"recovery_sheet": page}, "recovery_sheet")
        else:
            self._end_failed(error)

    def _ask_passphrase(self) -> None:
        self._show_door({"unlock": UnlockPage(self._unlock, str(self._path))}, "unlock")

    def _bring_key_file_back(self, code: str, refused: Callable[[str], None]) -> None:
        def failed(error: BaseException) -> None:
            if isinstance(error, OperatorError):
                refused(str(error))
            else:
                self._end_failed(error)

        self._do_behind(lambda: put_key_file_back(self._path, code, folder_kind(self._path)[1]),
                        lambda _: self._ask_passphrase(), failed)

    def _unlock(self, passphrase: str, refused: Callable[[str], None]) -> None:
        def failed(error: BaseException) -> None:
            if isinstance(error, DatabaseDamaged):
                self._show_damaged(passphrase)
            elif isinstance(error, OperatorError):
                refused(str(error))
            else:
                self._end_failed(error)

        self._open_behind(passphrase, failed)

    def _show_damaged(self, passphrase: str | None) -> None:
        if self._damaged is not None:
            self._damaged.page.show_refused("The record is damaged still; nothing was changed; run main.py check.")
            return
        from console.app.damaged_door import DamagedDoor  # seldom

        self._damaged = DamagedDoor(
            self._path, passphrase, lambda: self._open_behind(passphrase, self._still_closed), self._app.quit)
        self._show_door({"damaged": self._damaged.page}, "damaged")
        if self._door is not None:
            self._door.every_frame(self._damaged.deliver, "damaged")
        self._damaged.begin()

    def _still_closed(self, error: BaseException) -> None:
        if self._damaged is not None and isinstance(error, OperatorError):
            self._damaged.page.show_refused(str(error))
        else:
            self._end_failed(error)

    def _set_up(self, wanted: ClinicSetUp) -> None:
        folder = create_folder(self._path, CLINIC, self._clock, wanted.passphrase)
        composition = self._compose(folder)
        first = composition.console.clinic.people.add(wanted.person_name, (), wanted.pin)
        shelf, own = composition.console.shelf, {"name": wanted.clinic_name, "source": THIS_CLINIC}
        shelf.save("clinic", "clinic", own, "First set-up", first)
        self._show_stage(composition, "sign_in", self._port(folder.kind))

    # --- the invented clinic ---------------------------------------------------------------------------------------

    def _look_around(self) -> None:
        self._path = default_demo_folder()
        self._leave_the_door_for(DEMO)

    def _train(self) -> None:
        self._path = default_training_folder()
        self._leave_the_door_for(TRAINING)

    def _leave_the_door_for(self, kind: str) -> None:
        try:
            self._open_invented(kind)
        except OperatorError as error:
            if self._door is not None:
                self._door.window.tell(str(error), "stop")

    def _open_invented(self, kind: str) -> None:
        folder = open_or_create_folder(self._path, kind, self._clock, quick=True)
        if not _is_seeded(folder):
            folder.close()
            folder = self._anew(kind)
            self._seed(folder)
        else:
            self._open_stage(folder)

    def _anew(self, kind: str) -> DataFolder:
        """Make an invented clinic's folder anew; one cut off while it was filled would never be whole."""
        for name in ("needling.db", "needling.db-wal", "needling.db-shm", "folder.json", "database.key"):
            (self._path / name).unlink(missing_ok=True)
        for name in ("heads", "spill"):
            shutil.rmtree(self._path / name, ignore_errors=True)
        return create_folder(self._path, kind, self._clock)

    def _seed(self, folder: DataFolder) -> None:
        self._door = self._door or Door(self._clock, front=self._front)
        self._door.seed(
            folder, self._clock, self._clock.utc_us(), lambda error: self._seeded(folder, error), *_PAST[folder.kind])

    def _seeded(self, folder: DataFolder, error: Exception | None) -> None:
        if error is not None:
            folder.close()
            self.failure = error if isinstance(error, OperatorError) else OperatorError(
                f"The demo clinic could not be made ({error})", "no record was touched", "try again")
            self._app.exit(1)
            return
        self._open_stage(folder)

    # --- the stage ------------------------------------------------------------------------------------------------

    def _open_stage(self, folder: DataFolder) -> None:
        self._do_behind(lambda: self._ready(folder), self._show_ready, self._end_failed)

    def _ready(self, folder: DataFolder) -> Ready:
        """Wire the console over a folder and get its pen ready; not on the window's thread."""
        composition = self._compose(folder)
        if folder.kind in INVENTED:
            registry = composition.console.registry
            renew_day(registry, self._clock.utc_us())
            composition.console.desk.actor = next(
                one for one in registry.staff() if one.staff_id == DEMO_PRACTITIONER)
        return Ready(composition, self._port(folder.kind), "today" if folder.kind in INVENTED else "sign_in")

    def _show_ready(self, ready: "Ready") -> None:
        try:
            self._show_stage(ready.composition, ready.first, ready.port)
        except Exception as error:  # noqa: BLE001  a frame's boundary would log it and leave the first page for ever
            self._end_failed(error)
            return
        if self._behind is not None:
            self._behind.end()
            self._behind = None

    def _compose(self, folder: DataFolder) -> Composition:
        start_logs(self._path / "logs")
        place = Place(ROOM, STATION, folder.marked_as)
        try:
            self._composition = compose(folder, self._clock, place, self._way, self._profile(folder.kind))
        except BaseException:
            folder.close()  # whoever mends it and tries again would meet this program's own lock
            raise
        return self._composition

    def _profile(self, kind: str) -> str | None:
        """Give the profile asked for; the simulated pen of an invented clinic speaks Pen Link, whatever was chosen."""
        simulated = kind in INVENTED and not self._args.port
        return self._args.pen or self._way.pen_id or (PEN_LINK.pen_id if simulated else None)

    def _show_stage(self, composition: Composition, first: str, port: str) -> None:
        self._make()
        console = composition.console
        acts = make_acts(self._app, composition, composition.folder.exports_path)
        self._sounds = open_sounds(console.alarms)
        acts.voice = voice_of_this_system()
        recipes = page_recipes(console, acts)
        self._watch = watch = BusWatch()
        self._stage = Stage(self._app, console, recipes, acts.set_theme, self._sounds,
                            watch=watch, voice=acts.voice, front=self._front)
        acts.open_page = self._stage.window.open_page
        composition.recorder.live_on_by(LiveWaits(self._stage.window).live)
        self._close_door()
        waiting = self._stage.window.page()
        if isinstance(waiting, SignInPage):
            waiting.know(console, acts.signed_in)
        self._stage.window.closing.connect(self._app.quit)
        if self._way.capture is not None:
            calls = CaptureCalls(self._way.capture, self._stage.window.tell)
            self._stage.frames.subscribe(calls.look, every=CAPTURE_LOOK_EVERY, name="capture")
        self._awake = Awake(grip_of_this_system())
        awake = AwakeCalls(self._awake, lambda: console.desk.sessions, self._clock.utc_us, self._stage.window.tell)
        self._stage.frames.subscribe(awake.look, every=AWAKE_LOOK_EVERY, name="awake")
        if console.page_check is not None:
            hands = self._stage.hands
            damage = DamageWatch(  # left behind the frame, which still works with what is given back
                console.page_check, self._stage.window.tell, lambda: hands.active_s, self._clock,
                lambda: QTimer.singleShot(0, self._leave_for_the_door))
            self._stage.frames.subscribe(damage.look, every=LOOK_EVERY, name="damage")
        console.station.connect(port)
        self._stage.open(first)
        self._warming = Warming((*(recipe.module for recipe in recipes.values()), *ALSO_WARMED))
        if self._short:
            self._stage.window.tell(self._short, "caution")

    def _port(self, kind: str) -> str:
        if self._args.port:
            return str(self._args.port)
        if kind not in INVENTED:
            return "auto"
        scenario = ("--scenario", self._args.training or TRAINING_SCENARIO) if kind == TRAINING else ()
        self._pen = start_pen(*scenario, "--cartridge", FRESH_SERIAL, hand=False)
        if self._composition is not None:
            self._composition.console.station.always_stream = True
        return self._pen.url

    # --- the end ---------------------------------------------------------------------------------------------------

    def _leave_for_the_door(self) -> None:
        """Give the record back that was found damaged, and show its door in a window of its own."""
        if self._stage is None:
            return
        former = self._stage.window
        former.closing.disconnect(self._app.quit)
        self._app.setQuitOnLastWindowClosed(False)  # for a moment there is none
        self._end_stage()
        former.deleteLater()
        if self._damaged is not None:  # of a former time
            self._damaged.close()
            self._damaged = None
        self._front = Front(self._clock)
        self._way = way_to(self._args.port or "auto", self._clock, self._args.capture)
        self._show_damaged(self._passphrase)
        self._app.setQuitOnLastWindowClosed(True)

    def end(self) -> None:
        """Stop everything in order; an open treatment stays open and is offered for resume."""
        if self._behind is not None:
            self._front.window.hide()  # nobody should look at a page that does not answer
            self._behind.end()
        if self._damaged is not None:
            self._damaged.close()
        self._close_door()
        self._end_stage()

    def _end_stage(self) -> None:
        if self._warming is not None:
            self._warming.end()
        if self._stage is not None:
            self._stage.close()
        else:
            self._front.close(self._app)
        if self._awake is not None:
            self._awake.close()
        if self._watch is not None:
            self._watch.close()
        if self._sounds is not None:
            self._sounds.close()
        if self._composition is not None:
            self._composition.close()
        self._way.close()
        if self._pen is not None:
            self._pen.stop()
        self._warming = self._stage = self._awake = self._watch = None
        self._sounds = self._composition = self._pen = None


def _wants_passphrase(path: Path) -> bool:
    return (path / "keys.json").exists()


def _is_seeded(folder: DataFolder) -> bool:
    store = SessionStore(folder)
    try:
        return is_whole(RegistryReader(store))
    finally:
        store.close()
