"""The stage: the window with its pages, led by what happens in the sessions."""

import logging
import math
from collections.abc import Callable, Mapping
from uuid import UUID

from PySide6.QtWidgets import QApplication

from console.app.chrome import Chrome
from console.app.emergency_watch import EmergencyWatch
from console.app.front import Front
from console.app.lock_guard import LockGuard
from console.app.ready_calls import ReadyCalls
from console.app.sheets import Sheets
from console.domain.audit import detail_of
from console.domain.computer_ports import SystemWatch, Voice
from console.domain.session_events import PhaseEntered, SessionContinued, SessionStopped
from console.services.clocks import SystemClock
from console.services.console import Console
from console.services.console_watch import ConsoleWatch
from console.services.hands_settings import read_pedal
from console.services.idle_lock import QUIET_SYSTEM, IdleLock
from console.services.session_desk import Receipt
from console.services.sound_settings import read_sound
from console.services.spoken_cues import NO_VOICE, SpokenCues
from ui.app_bar import Tab
from ui.page import Page
from ui.room.removal_sheet import RemovalSheet
from ui.sounds import Sounds

TABS = (
    Tab("today", "Today", "calendar"), Tab("sessions", "Sessions", "list"), Tab("follow_up", "Follow-up", "phone"),
    Tab("exceptions", "Quality", "seal"), Tab("incidents", "Clinic", "note"), Tab("settings", "Settings", "filter"),
)
REFRESH_EVERY = 6  # frames: ten times a second
SLOW_CHECKS_EVERY = 30  # frames: twice a second

log = logging.getLogger("console.stage")


class Stage:
    """Builds the window and keeps the page in front in step with the session in front."""

    def __init__(self, app: QApplication, console: Console, pages: Mapping[str, Callable[[], Page]],
                 set_theme: Callable[[str], None], sounds: Sounds | None = None, motion: bool = True,
                 watch: SystemWatch = QUIET_SYSTEM, voice: Voice = NO_VOICE, front: Front | None = None) -> None:
        self._app, self.console, self._sounds, self._sound_told = app, console, sounds, False
        self._front = front or Front(console.clock, motion)
        self._front.hands.install(app)
        self.window, self.frames, self.hands = self._front.window, self._front.frames, self._front.hands
        self.cues = SpokenCues(console.desk, console.station, console.registry, console.clock, voice,
                               lambda: sounds.silence_s if sounds is not None else math.inf)
        self._read_hands()
        for key, make in pages.items():
            self.window.add_recipe(key, make)
        self.window.set_tabs(TABS)
        self.chrome = Chrome(self.window, console)
        self.window.scan_goes_to = self.chrome.scan_goes_to
        self.sheets = Sheets(self.window, console, set_theme, sounds)
        self._watch = ConsoleWatch(console, lambda: sounds is not None and sounds.missing)
        lock = IdleLock(console.desk, console.registry, SystemClock(), watch)
        self.lock = LockGuard(self.window, console, self.hands, lock)
        self.emergency = EmergencyWatch(self.window, console)
        self.sheets.lock_wanted, self.sheets.emergency_wanted = self.lock.by_hand, self.emergency.turn
        self._ready = ReadyCalls(self._tell_ready,
                                 lambda: sounds.chime("ready") if sounds is not None else None)
        self.window.tab_chosen.connect(self.window.open_page)
        self.window.page_opened.connect(lambda _key: self._read_hands())  # they may have been changed on the page left
        self.window.clock_chosen.connect(self._to_session)
        self.frames.subscribe(self._drain, name="drain")
        self.frames.subscribe(self.chrome.show_news, name="alarms")
        self.frames.subscribe(self.chrome.refresh, every=REFRESH_EVERY, name="chrome")
        if sounds is not None:
            self.frames.subscribe(lambda: sounds.follow(console.alarms.shown()), every=REFRESH_EVERY, name="sounds")
        self.frames.subscribe(self.cues.look, name="cues")
        self.frames.subscribe(self._slow_checks, every=SLOW_CHECKS_EVERY, name="slow checks")
        console.desk.on_events(self._follow)

    def open(self, first: str) -> None:
        """Show the window on its first page and start the frames."""
        self.window.open_page(first)
        self.window.show()
        self.frames.start()
        if self.console.damaged:
            what = self.console.damaged[0].what
            self.window.tell(f"An open session's record does not verify: {what}. Ask the manager to look.", "stop")

    def close(self) -> None:
        """Stop the frames and close the window."""
        self._front.close(self._app)

    def _read_hands(self) -> None:
        self.hands.plan = read_pedal(self.console.registry)
        plan = read_sound(self.console.registry)
        self.console.alarms.pause_s = plan.pause_s
        if self._sounds is not None:
            self._sounds.set_level(plan.level)
            self._sounds.set_low(plan.low_sounds)
        self.cues.refresh()

    def show_front(self) -> None:
        """Open the page of the front session's phase."""
        front = self.console.desk.front
        if front is not None and self.window.page_key != front.state.phase.value:
            self.window.open_page(front.state.phase.value)

    def _to_session(self, session_id: str) -> None:
        front, page = self.console.desk.front, self.window.page()
        in_front = front is not None and str(front.session_id) == session_id
        if in_front and page is not None and page.frame == "session":  # its own clock: take it off in stages
            sheet = RemovalSheet(self.console, lambda words: self.window.tell(words, "stop"))
            sheet.done.connect(self.window.close_overlay)
            self.window.show_overlay(sheet, "Remove the anesthetic", 960)
            return
        self.console.desk.turn_to(UUID(session_id))
        front = self.console.desk.front
        if front is not None:
            self.window.open_page("stopped" if front.state.stopped else front.state.phase.value)

    def _follow(self, receipt: Receipt) -> None:
        """Turn to the page of a phase just entered, if its session is in front."""
        front = self.console.desk.front
        if front is None or receipt.session_id != front.session_id:
            return
        kinds = {type(event.what) for event in receipt.events}
        if SessionStopped in kinds:
            self.window.open_page("stopped")
        elif kinds & {PhaseEntered, SessionContinued}:
            self.show_front()

    def _tell_ready(self, words: str) -> None:
        self.window.tell("An anesthetic is ready. Unlock to see whose." if self.window.locked else words, "done")

    def _drain(self) -> None:
        self.console.station.drain()
        self.console.queries.deliver()
        if self.console.secrets is not None:
            self.console.secrets.deliver()
        if self.console.leases is not None:
            self.console.leases.deliver()

    def _slow_checks(self) -> None:
        self.lock.look()
        self.emergency.look()
        jump_ms = self.console.desk.check_clock()
        if jump_ms:
            self.console.registry.audit("console", "clock_jumped", self.console.day.place.station,
                                        detail_of(ms=jump_ms))
        self.console.screening.expire()
        if self.console.backups is not None:
            self.console.backups.look()
        if self.console.page_check is not None:
            self.console.page_check.look()
        self._watch_clocks()
        self._watch_recorder()
        self._tell_sound_test()

    def _watch_clocks(self) -> None:
        """Feed the rules that go by seconds past an anesthetic's longest time, for every open session."""
        alarms, running = self.console.alarms, self.console.doses.running_clocks()
        self._ready.follow(running)
        for session in self.console.desk.sessions:
            clocks = [one.dwell for one in running if one.session_id == session.session_id]
            alarms.feed_dwell(clocks, alarms.now_s(), str(session.session_id))

    def _tell_sound_test(self) -> None:
        """Say once how the audible test of the start went; a device that is missing has its alarm."""
        if self._sounds is not None and not self._sound_told and self._sounds.test_result:
            self._sound_told = True
            self.window.tell(self._sounds.test_result, "stop" if self._sounds.missing else "info")

    def _watch_recorder(self) -> None:
        for session_id, gap in self.console.recorder.take_unsaved():
            self.console.station.note_gap(session_id, gap)
        self._watch.look()
