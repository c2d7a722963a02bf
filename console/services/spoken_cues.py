"""What ears are told while eyes are on the skin: the area and its pass, each two minutes, a pen that is lost.

Off unless the clinic turns it on. No patient's word is ever spoken, nothing waits behind more than one, and an
alarm's tone goes before: a cue waits for silence long enough, and is dropped when it has grown old.
"""

import math
from collections.abc import Callable

from console.domain.areas import label_of
from console.domain.clock import Clock
from console.domain.computer_ports import NoVoice, Voice
from console.domain.ports import Registry
from console.domain.session_events import PassStarted
from console.domain.session_state import SessionState
from console.domain.telemetry import LinkState
from console.services.pen_station import PenStation
from console.services.session_desk import Receipt, SessionDesk

SPEECH_SETTING, ON, OFF = "spoken_cues", "on", "off"
EVERY_MIN = 2
CUE_S = 3.0  # the silence a cue needs before the next tone
OLD_S = 6.0
NO_VOICE = NoVoice()
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class SpokenCues:
    """``look`` is called with every frame; ``silence_s`` gives the seconds until an alarm's tone, 0 in one."""

    def __init__(self, desk: SessionDesk, station: PenStation, registry: Registry, clock: Clock,
                 voice: Voice = NO_VOICE, silence_s: Callable[[], float] = lambda: math.inf) -> None:
        self._desk, self._station, self._registry, self._clock = desk, station, registry, clock
        self._voice, self._silence_s = voice, silence_s
        self._waiting: tuple[str, float] | None = None
        self._area, self._minutes, self._lost = "", 0, False
        self.on = False
        self.refresh()
        desk.on_events(self._follow)

    def refresh(self) -> None:
        """Go by the setting as it is kept now."""
        self.on = bool(self._voice.name) and self._registry.setting(SPEECH_SETTING, OFF) == ON

    def look(self) -> None:
        """Say what waits where nothing sounds; fall silent where an alarm does."""
        if not self.on:
            self._waiting = None
            return
        state = self._needling()
        if state is not None:
            self._watch_minutes(state)
            self._watch_pen(state)
        self._speak()

    def _needling(self) -> SessionState | None:
        front = self._desk.front
        return front.state if front is not None and front.state.active_pass is not None else None

    def _follow(self, receipt: Receipt) -> None:
        front = self._desk.front
        if not self.on or front is None or receipt.session_id != front.session_id:
            return
        for event in receipt.events:
            if isinstance(event.what, PassStarted):
                self._cue(f"{label_of(event.what.area_id)}, pass {_number(event.what.pass_number)}")

    def _watch_minutes(self, state: SessionState) -> None:
        area = state.active_area or ""
        minutes = state.area_time_us(area, self._clock.utc_us()) // 60_000_000
        if area != self._area:
            self._area, self._minutes = area, minutes
        elif minutes > self._minutes:
            self._minutes = minutes
            if minutes % EVERY_MIN == 0:
                self._cue(f"{_number(minutes)} minutes")

    def _watch_pen(self, state: SessionState) -> None:
        lost = not state.manual_mode and self._station.notice.state is LinkState.LOST
        if lost and not self._lost:
            self._cue("Pen lost")
        self._lost = lost

    def _cue(self, words: str) -> None:
        self._waiting = (words, self._clock.monotonic_s())

    def _speak(self) -> None:
        silence_s = self._silence_s()
        if silence_s <= 0 and self._voice.speaking:
            self._voice.hush()
        if self._waiting is None:
            return
        words, since_s = self._waiting
        if self._clock.monotonic_s() - since_s > OLD_S:
            self._waiting = None
        elif silence_s >= CUE_S and not self._voice.speaking:
            self._waiting = None
            self._voice.say(words)


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
