"""A capture played back through the real reader: ``capture:FILE[?speed=8]``, ``?speed=max`` as fast as it is read.

The playback is the port and the link's clock in one, for every limit of the link is in the pen's time.
What the console writes is not answered: the answers stand in the capture. Only one thing is waited
for: where the captured console asked for samples, the playback stays for two seconds for this one
to ask too, so that a recording begins where the captured one began.
"""

import math
import threading
from pathlib import Path
from typing import NamedTuple

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from devices.byte_port import PortGone
from devices.capture import ASKED, CLOSED, FROM_PEN, GONE, HAPPENED, OPENED, READ_AS, TO_PEN, CaptureFile, CaptureLine
from devices.framing import FrameReader
from devices.messages import MalformedBody, Stream, UnknownType, decode_console_message

SCHEME = "capture:"
_FASTEST = 1_000.0
_IDLE_PACE = 16.0  # of the clock while no port is open, where the rest goes as fast as it is read
_STEP_S = 0.02  # of capture time, between two looks of the link
_ASK_WAIT_S = 2.0  # less than the silence after which a link takes its pen for lost


class CaptureOver(PortGone):
    """The port of a playback is not there; ``said`` is why."""

    def __init__(self, happened: str, todo: str) -> None:
        self.said = OperatorError(happened, "what was recorded stays", todo)
        super().__init__(happened)


def is_capture(port: str) -> bool:
    """Tell whether a port is a capture to be played back."""
    return port.lower().startswith(SCHEME)


def parse_capture_url(url: str) -> tuple[Path, float]:
    """Read ``capture:FILE[?speed=N|max]``; OperatorError for a speed that is none. ``inf`` is ``max``."""
    name, asked, speed = url[len(SCHEME) :].rpartition("?speed=")
    if not asked:
        name, speed = speed, "1"
    try:
        pace = math.inf if speed == "max" else float(speed)
    except ValueError:
        pace = 0.0
    if not name or not (0 < pace <= _FASTEST or speed == "max"):
        raise OperatorError(
            f"«{url}» names no capture", "nothing was played", "write capture:FILE, capture:FILE?speed=8 or ?speed=max")
    return Path(name), pace


class _Asked:
    """Whether a console asked for samples, told from the bytes it sent."""

    def __init__(self) -> None:
        self._reader = FrameReader()
        self.on = False

    def hear(self, outgoing: bytes) -> None:
        for frame in self._reader.feed(outgoing):
            try:
                request = decode_console_message(frame)
            except (MalformedBody, UnknownType):
                continue
            if isinstance(request, Stream):
                self.on = request.on


class _Life(NamedTuple):
    """How long it has lived, since when (real), and how fast it lives now."""

    lived_s: float
    since_s: float
    pace: float


class Playback:
    """One capture from its beginning to its end; a clock, and a way to open its port again and again."""

    def __init__(self, url: str, base: Clock) -> None:
        path, self._speed = parse_capture_url(url)
        self._base, self._quiet = base, threading.Event()
        self.file = CaptureFile(path)
        self._lines = self.file.lines()
        self._next: CaptureLine | None = next(self._lines, None)
        self.pen_id = self._read_pen_id()  # of the profile the captured pen was read by; empty: unknown
        self._captured, self._own = _Asked(), _Asked()
        self._began_utc_us = base.utc_us()
        self._life = _Life(0.0, base.monotonic_s(), 0.0)
        self._rest()
        self._shift_s: float | None = None  # what is added to the capture's times
        self._asked_until_s: float | None = None  # while this console is waited for
        self._plugged = False
        self.ended = False  # all of it was played

    def _read_pen_id(self) -> str:
        if self._next is None or not _is(self._next, READ_AS):
            return ""
        return self._next.said.decode(errors="replace").removeprefix(READ_AS).strip()

    # --- Clock ----------------------------------------------------------------------------------------

    def monotonic_s(self) -> float:
        """Give seconds of the playback's own life."""
        life = self._life  # taken whole: other threads ask too
        return life.lived_s + (self._base.monotonic_s() - life.since_s) * life.pace

    def utc_us(self) -> int:
        """Give the wall time of its beginning plus its life."""
        return self._began_utc_us + round(self.monotonic_s() * 1e6)

    def _go(self, pace: float) -> None:
        """Let the clock run at another pace from now on."""
        self._life = _Life(self.monotonic_s(), self._base.monotonic_s(), pace)

    def _play(self) -> None:
        self._go(0.0 if self._speed == math.inf else self._speed)

    def _rest(self) -> None:
        self._go(_IDLE_PACE if self._speed == math.inf else self._speed)

    # --- the port -------------------------------------------------------------------------------------

    def open_port(self, url: str) -> "Playback":
        """Open the port again, from where the playback stands; OSError while the captured port was away."""
        if not self._plugged:
            self._plug_in()
        self._own, self._asked_until_s = _Asked(), None
        self._play()
        return self

    def _plug_in(self) -> None:
        while self._next is None or not _is(self._next, OPENED):
            self._take()
        now_s = self.monotonic_s()
        if self._shift_s is not None and now_s < self._next.at_s + self._shift_s:
            raise CaptureOver("the pen's port was gone at this time of the capture", "it comes back by itself")
        self._shift_s = now_s - self._next.at_s
        self._take()
        self._captured = _Asked()
        self._plugged = True

    def _take(self) -> CaptureLine:
        taken = self._next
        if taken is None:
            self.ended, self._plugged = True, False
            raise CaptureOver("the capture has ended", "play it again from its beginning, or close")
        self._next = next(self._lines, None)
        return taken

    def read_some(self, wait_s: float) -> bytes:
        """Give the bytes that are due, waiting at most ``wait_s`` (real) for them; PortGone where they ended."""
        if self._next is not None and self._asked_until_s is None:
            left_s = self._next.at_s + (self._shift_s or 0.0) - self.monotonic_s()
            if left_s > 0 and not self._pass(wait_s, left_s):
                return b""
        if self._waits_to_be_asked():
            self._quiet.wait(wait_s)
            return b""
        return self._play_one()

    def _waits_to_be_asked(self) -> bool:
        line = self._next
        if line is None or self._captured.on or not (_is(line, ASKED) or (line.mark == TO_PEN and _asks(line.said))):
            return False
        now_s = self.monotonic_s()
        if self._asked_until_s is None:
            self._asked_until_s = now_s + _ASK_WAIT_S
            self._go(1.0)
        if not self._own.on and now_s < self._asked_until_s:
            return True
        self._asked_until_s, self._shift_s = None, now_s - line.at_s
        self._play()
        return False

    def _pass(self, wait_s: float, left_s: float) -> bool:
        """Let time pass; False when the next line is not due after it."""
        if self._speed == math.inf:
            self._life = self._life._replace(lived_s=self._life.lived_s + min(left_s, _STEP_S))
            return left_s <= _STEP_S
        real_s = left_s / self._speed
        self._quiet.wait(min(wait_s, real_s))
        return real_s <= wait_s

    def _play_one(self) -> bytes:
        line = self._take()
        if line.mark == FROM_PEN:
            return line.said
        if line.mark == TO_PEN:
            self._captured.hear(line.said)
        elif _is(line, ASKED):
            self._captured.on = True
        elif _is(line, GONE) or _is(line, CLOSED):
            self._plugged, self.ended = False, self._next is None
            raise CaptureOver("the pen's port went at this time of the capture", "it is being looked for")
        return b""

    def write(self, outgoing: bytes) -> None:
        """Listen for the asking for samples; nothing is answered."""
        self._own.hear(outgoing)

    def asked(self) -> None:
        """Take note that this console asks for samples."""
        self._own.on = True

    def close(self) -> None:
        """Close the port; the playback stands where it is."""
        self._rest()


def _is(line: CaptureLine, what: str) -> bool:
    return line.mark == HAPPENED and f"{line.said.decode(errors='replace')} ".startswith(f"{what} ")


def _asks(outgoing: bytes) -> bool:
    asked = _Asked()
    asked.hear(outgoing)
    return asked.on
