"""What the console needs of a pen's link, and where the link puts what it reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from console.domain.telemetry import Batch, Gap, LinkCounters, LinkNotice, PenDescription, PenEvent, PenStatus


class LinkSink(Protocol):
    """Where the pen's reader thread puts what it reads. Every call returns at once."""

    def on_samples(self, batch: Batch, window: int) -> None:
        """Take samples; ``window`` is the number of the recording window they belong to, 0: none."""
        ...

    def on_gap(self, gap: Gap) -> None: ...
    def on_notice(self, notice: LinkNotice) -> None: ...
    def on_pen_event(self, event: PenEvent) -> None: ...
    def on_pen_status(self, status: PenStatus) -> None: ...


class PenLink(Protocol):
    """The way to one pen. It never controls the pen: it asks who it is and for its samples."""

    def open(self, port: str) -> None:
        """Start looking for a pen on ``port`` (a pyserial URL, or ``auto``); returns at once."""
        ...

    def close(self) -> None:
        """Close and join the reader thread."""
        ...

    def set_streaming(self, on: bool) -> None:
        """Ask the pen to send samples, or to stop sending."""
        ...

    def begin_recording(self, window: int = 1) -> None:
        """Start a recording window, numbered by the caller, with the first sample after its own STREAM 1.

        A window whose end was called goes on beside it until it has settled.
        """
        ...

    def end_recording(self, wait_s: float) -> None:
        """Ask for what is missing for at most ``wait_s``, then close the window; the rest is gaps."""
        ...

    def recording_settled(self, window: int | None = None) -> bool:
        """Tell whether a window (None: every one) is closed and nothing is being asked for."""
        ...

    def accept_pen(self, serial: str) -> None:
        """Take another pen in place of the one this session began with."""
        ...

    def state(self) -> LinkNotice: ...
    def counters(self) -> LinkCounters: ...
    def pen(self) -> PenDescription | None: ...


@dataclass(frozen=True, slots=True)
class PenChoice:
    """A pen profile to choose. ``kind``: pen-link, lines, struct, vesc or manual."""

    pen_id: str
    name: str
    kind: str
    example: bool


class PenProfiles(Protocol):
    """The pen profiles there are, and the one pens are read by."""

    def choices(self) -> Sequence[PenChoice]:
        """Give all that can be chosen, the native pen and manual mode first."""
        ...

    def chosen(self) -> PenChoice: ...

    def choose(self, pen_id: str, actor_id: str) -> None:
        """Read pens by this profile from now on; OperatorError while samples are recorded."""
        ...
