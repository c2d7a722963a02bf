"""How a link gets its bytes, its time and its search: from a real port, through a capture, or from one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from console.domain.clock import Clock
from devices.byte_port import PLAIN_LINE, BytePort, LineSettings, open_byte_port
from devices.capture import ASKED, HAPPENED, READ_AS, CaptureWriter
from devices.link import PenSearch
from devices.playback import Playback, is_capture


@dataclass(frozen=True, slots=True)
class PortWay:
    """What ``SerialPenLink`` is made with; ``clock`` is the link's, a playback's own where one is played."""

    clock: Clock
    open_port: Callable[[str], BytePort] = open_byte_port
    playback: Playback | None = None
    capture: CaptureWriter | None = None

    @property
    def ended(self) -> bool:
        """Whether a playback has come to its end; a live port never does."""
        return self.playback is not None and self.playback.ended

    @property
    def pen_id(self) -> str:
        """Give the id of the profile a captured pen was read by; empty where none is played, or it does not say."""
        return self.playback.pen_id if self.playback is not None else ""

    def note_profile(self, pen_id: str) -> None:
        """Keep by which profile the pen is read from now on."""
        if self.capture is not None:
            self.capture.note(HAPPENED, f"{READ_AS} {pen_id}".encode())

    def note_asked(self) -> None:
        """Take note that samples were asked for, which no byte need tell of a pen that only speaks."""
        if self.capture is not None:
            self.capture.note(HAPPENED, ASKED.encode())
        if self.playback is not None:
            self.playback.asked()

    def search(self, searcher: PenSearch) -> PenSearch | None:
        """Give the search for lost pens; none while a capture is played, for no real pen may step in."""
        return searcher if self.playback is None else None

    def opener(self, line: LineSettings) -> Callable[[str], BytePort]:
        """Give the way to open a port whose line is set so; a capture that is played has no line."""
        if line == PLAIN_LINE or self.playback is not None:
            return self.open_port
        open_port = partial(open_byte_port, line=line)
        return self.capture.capturing(open_port) if self.capture is not None else open_port

    def close(self) -> None:
        """End what was captured or played; the link is closed before."""
        if self.capture is not None:
            self.capture.close()
        if self.playback is not None:
            self.playback.file.close()


def way_to(
    port: str, clock: Clock, capture_to: Path | None = None,
    open_port: Callable[[str], BytePort] = open_byte_port,
) -> PortWay:
    """Find the way to a port; OperatorError where a capture cannot be read or made."""
    playback = Playback(port, clock) if is_capture(port) else None
    link_clock: Clock = playback or clock
    opener: Callable[[str], BytePort] = playback.open_port if playback is not None else open_port
    capture = CaptureWriter(capture_to, port, link_clock) if capture_to is not None else None
    return PortWay(link_clock, capture.capturing(opener) if capture is not None else opener, playback, capture)
