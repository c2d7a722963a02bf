"""Alarms that are heard: the gravest one sounds and comes again until it ends or is acknowledged.

The device belongs to a thread of its own, so that a slow or missing sound system never holds up the
window or the thread that judges the pen. ``open_sounds`` gives ``AlarmSounds``; ``NullSounds`` is the
same without a device.
"""

import ctypes
import logging
import math
import queue
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol

from console.domain.alarms import AlarmChange
from console.services.alarm_board import AlarmBoard, ShownAlarm
from ui.tones import BURSTS, RATE_HZ, Samples, ToneMixer

LEVELS = (1, 2, 3, 4, 5)
STEP_DB = 6.0  # between two levels; the fifth is the loudest, the first is never silence
PRIORITIES = ("low", "medium", "high")
DEVICE_BUFFER_MS = 60
GONE_LOOKS = 20  # looks (two seconds) in which a device asked for nothing: it is gone
RETRY_LOOKS = 100  # looks (ten seconds) until a missing device is looked for again
NO_DEVICE = "No sound device answers; alarms are shown but not heard; connect a loudspeaker."

TEST_PLAYED = "Sound test: three tones were played. If none was heard, check the loudspeaker."

log = logging.getLogger("console.sounds")

Frames = Generator[Any, int, None]


class SoundDevice(Protocol):
    """A device that asks for samples until it is closed."""

    def start(self, callback_generator: Frames) -> None: ...
    def close(self) -> None: ...


class Sounds(Protocol):
    """What the window asks of the sounds; every call returns at once, from any thread."""

    @property
    def available(self) -> bool: ...
    @property
    def trouble(self) -> str: ...
    @property
    def missing(self) -> bool: ...
    @property
    def test_result(self) -> str: ...
    @property
    def sounding(self) -> str: ...
    @property
    def silence_s(self) -> float: ...
    @property
    def level(self) -> int: ...
    def play(self, priority: str, louder: int = 0, again_s: float = 0.0) -> None: ...
    def quiet(self) -> None: ...
    def chime(self, name: str) -> None: ...
    def follow(self, shown: Iterable[ShownAlarm]) -> None: ...
    def on_change(self, change: AlarmChange) -> None: ...
    def set_level(self, level: int) -> None: ...
    def set_low(self, heard: bool) -> None: ...
    def close(self) -> None: ...


class NullSounds:
    """Keeps the books of what would sound, and plays nothing: for machines without a device, and tours."""

    def __init__(self, board: AlarmBoard, low_sounds: bool = False, trouble: str = NO_DEVICE) -> None:
        self._board, self._low_sounds = board, low_sounds
        self._priorities = {rule.rule_id: rule.priority.value for rule in board.rules}
        self._sounding, self._level, self._trouble = "", 3, trouble
        self._manner = (0, 0.0)  # steps louder, silence between bursts
        self._turn = threading.Lock()

    @property
    def available(self) -> bool:
        """Tell whether anything can be heard."""
        return False

    @property
    def trouble(self) -> str:
        """Say why nothing can be heard, empty if it can."""
        return self._trouble

    @property
    def missing(self) -> bool:
        """Tell whether a device was looked for and none answers."""
        return False

    @property
    def test_result(self) -> str:
        """Say how the audible test went, empty before it is over."""
        return ""

    @property
    def sounding(self) -> str:
        """The priority that sounds now, or empty."""
        return self._sounding

    @property
    def silence_s(self) -> float:
        """Seconds until an alarm's tone: 0 while one sounds, without end where none will."""
        return math.inf

    @property
    def level(self) -> int:
        """The loudness, 1 to 5."""
        return self._level

    def play(self, priority: str, louder: int = 0, again_s: float = 0.0) -> None:
        """Sound a priority at once, and again after its silence, until ``quiet``; KeyError for another word.

        ``louder``: steps above the level, up to full; ``again_s``: the silence between bursts, 0: the priority's own.
        """
        if priority not in PRIORITIES:
            raise KeyError(priority)
        with self._turn:
            self._sounding, self._manner = priority, (louder, again_s)
            self._ask(priority)

    def quiet(self) -> None:
        """Sound no alarm."""
        with self._turn:
            if self._sounding:
                self._sounding = ""
                self._ask("")

    def chime(self, name: str) -> None:
        """Play a tone of information once: ready, scan_ok, scan_bad, area_done."""
        if name not in BURSTS:
            raise KeyError(name)

    def follow(self, shown: Iterable[ShownAlarm]) -> None:
        """Sound the gravest alarm that lasts and is not acknowledged; called ten times a second."""
        waiting = [one for one in shown if one.lasting and not one.alarm.acknowledged and self._sounds(one.priority)]
        wanted = max(waiting, key=lambda one: (PRIORITIES.index(one.priority), one.louder), default=None)
        self._look_at_device()
        self._keep_pause()
        if wanted is None:
            self.quiet()
        elif (wanted.priority, (wanted.louder, wanted.again_s)) != (self._sounding, self._manner):
            self.play(wanted.priority, wanted.louder, wanted.again_s)

    def on_change(self, change: AlarmChange) -> None:
        """Sound a new alarm at once where none as grave sounds; give this to ``AlarmBoard.on_change``."""
        priority = self._priorities.get(change.rule_id, "")
        if not change.raised or not self._sounds(priority):
            return
        if not self._sounding or PRIORITIES.index(priority) > PRIORITIES.index(self._sounding):
            self._keep_pause()
            self.play(priority)

    def set_level(self, level: int) -> None:
        """Set the loudness, 1 to 5; alarms cannot be set to nothing."""
        self._level = min(max(level, LEVELS[0]), LEVELS[-1])

    def set_low(self, heard: bool) -> None:
        """Let alarms of low priority be heard, or only shown."""
        self._low_sounds = heard

    def close(self) -> None:
        """End the sounds."""
        self.quiet()

    def _sounds(self, priority: str) -> bool:
        return priority in PRIORITIES and (priority != "low" or self._low_sounds)

    def _ask(self, priority: str) -> None:
        """Hand the priority on."""

    def _keep_pause(self) -> None:
        """Take over the board's pause."""

    def _look_at_device(self) -> None:
        """See whether the device is still there."""


_AlsaError = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
_say_nothing = _AlsaError(lambda *_: None)  # kept: the library calls it for as long as the program lives


def _silence_alsa() -> None:
    """Keep ALSA's forty lines about a missing sound card off the terminal; the window says it in one."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_say_nothing)
    except (OSError, AttributeError):  # no ALSA here, so nothing to keep quiet
        return


def open_device() -> SoundDevice:
    """Open the machine's sound device; an exception of miniaudio where there is none."""
    import miniaudio  # the command line must start without it

    _silence_alsa()
    found = miniaudio.PlaybackDevice(
        miniaudio.SampleFormat.SIGNED16, 1, RATE_HZ, DEVICE_BUFFER_MS, app_name="Needling Console")
    device: SoundDevice = found
    if found.backend.lower() == "null":  # it takes every sample and plays none
        device.close()
        raise OSError("only the null device answers")
    return device


class AlarmSounds(NullSounds):
    """The sounds with a device. ``start`` looks for one; until it has answered, ``available`` is False."""

    def __init__(self, board: AlarmBoard, low_sounds: bool = False,
                 open_with: Callable[[], SoundDevice] = open_device) -> None:
        super().__init__(board, low_sounds, trouble="The sound device has not answered yet.")
        self._open_with = open_with
        self._mixer = ToneMixer()
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._device: SoundDevice | None = None
        self._available = False
        self._probed = threading.Event()
        self._looks, self._pulls = 0, 0
        self._testing = False
        self._thread: threading.Thread | None = None
        self.set_level(3)

    @property
    def available(self) -> bool:
        return self._available

    @property
    def missing(self) -> bool:
        return self._probed.is_set() and not self._available

    @property
    def test_result(self) -> str:
        if self.missing:
            return NO_DEVICE
        if not self._available or not self._testing or self._mixer.chiming:
            return ""
        return TEST_PLAYED

    @property
    def silence_s(self) -> float:
        return self._mixer.silence_s if self._available else math.inf

    def start(self) -> None:
        """Look for the device on the sounds' own thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
            self._thread.start()
            self._orders.put("open")

    def wait_probed(self, timeout_s: float) -> bool:
        """Wait until the device has answered or failed (for tests and for a settings page)."""
        return self._probed.wait(timeout_s)

    def chime(self, name: str) -> None:
        super().chime(name)
        self._mixer.chime(name)
        self._orders.put("open")

    def set_level(self, level: int) -> None:
        super().set_level(level)
        self._mixer.gain = 10 ** ((self._level - LEVELS[-1]) * STEP_DB / 20)

    def close(self) -> None:
        """End the sounds and let the device go; waits at most two seconds."""
        super().close()
        thread, self._thread = self._thread, None
        if thread is not None:
            self._orders.put("end")
            thread.join(2.0)

    def _ask(self, priority: str) -> None:
        louder, again_s = self._manner
        self._mixer.ask(priority, 10 ** (louder * STEP_DB / 20), again_s)
        if priority:
            self._orders.put("open")

    def _look_at_device(self) -> None:
        """Let a device go that has stopped asking for samples, and look for a missing one now and then."""
        if self._thread is None or not self._probed.is_set():
            return
        alive = self._available and self._mixer.pulls != self._pulls
        self._looks, self._pulls = 0 if alive else self._looks + 1, self._mixer.pulls
        if self._looks >= (GONE_LOOKS if self._available else RETRY_LOOKS):
            self._looks = 0
            self._orders.put("anew" if self._available else "open")

    def _keep_pause(self) -> None:
        self._mixer.paused = self._board.audio_paused_s() > 0

    # --- the sounds' own thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while (order := self._orders.get()) != "end":
            if order == "anew" and self._device is not None:
                log.warning("the sound device takes no more samples")
                self._let_go(self._device)
            self._open()
        if self._device is not None:
            self._let_go(self._device)

    def _open(self) -> None:
        if self._device is not None:
            return
        try:
            device = self._open_with()
            frames = _frames(self._mixer)
            next(frames)
            device.start(frames)
        except Exception as error:  # noqa: BLE001  a sound system may fail in any way; the alarms stay on screen
            self._available, self._trouble = False, NO_DEVICE
            log.warning("no sound device: %s", error)
        else:
            self._device, self._available, self._trouble = device, True, ""
            if not self._testing:
                self._testing = True
                self._mixer.chime("self_test")
        self._probed.set()

    def _let_go(self, device: SoundDevice) -> None:
        self._device, self._available = None, False
        try:
            device.close()
        except Exception:  # the program ends; a device that will not close must not hold it
            log.exception("the sound device did not close")


def _frames(mixer: ToneMixer) -> Frames:
    """Feed the device: it sends how many samples it wants."""
    wanted = yield b""
    while True:
        samples: Samples = mixer.next_samples(wanted)
        wanted = yield samples.reshape(-1, 1)


def open_sounds(board: AlarmBoard, low_sounds: bool = False) -> AlarmSounds:
    """Give the sounds of this machine, begun, with the board's changes led to them."""
    sounds = AlarmSounds(board, low_sounds)
    sounds.start()
    board.on_change(sounds.on_change)
    return sounds
