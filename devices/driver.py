"""What every kind of pen is to the link: bytes and time in, the pen's words and bytes for it out.

A driver is pure: no port, no thread, no clock. ``LinkMachine`` turns its words into batches, gaps and
notices, the same way for every kind, and the one reader thread of ``devices.link`` runs it. The words
are those of Pen Link (``devices.messages``); a driver of a pen that speaks otherwise translates.
"""

from typing import Protocol

from console.domain.telemetry import LinkCounters
from devices.clock_map import Moment
from devices.messages import ConsoleMessage, PenMessage


class PenDriver(Protocol):
    """One way of speaking with a pen, over lost ports."""

    patience_s: float  # how long a port may stay silent before it is opened anew, at least 2.5
    knows_restarts: bool  # whether a new boot id means that the pen itself restarted

    def start_over(self, place: str, moment: Moment) -> None:
        """A port was opened; ``place`` is what tells this pen's plug from others (its USB serial number)."""
        ...

    def ask(self, message: ConsoleMessage) -> None:
        """Take what the console wants; a pen that cannot be asked is only listened to."""
        ...

    def take_outgoing(self, moment: Moment) -> bytes:
        """Give the bytes to send now: nothing but read-only requests (``devices.read_only``)."""
        ...

    def drop_outgoing(self) -> None:
        """Forget what was not sent: it was meant for a connection that is gone."""
        ...

    def feed(self, received: bytes, moment: Moment) -> list[PenMessage]:
        """Take bytes as they came, whatever they are; never raises, and holds a bounded number of them."""
        ...

    def tick(self, moment: Moment) -> list[PenMessage]:
        """Let time pass; give what is due though nothing came."""
        ...

    @property
    def heard(self) -> int:
        """How many whole words (frames, lines, records) of this kind came, understood or not."""
        ...

    @property
    def damaged(self) -> int:
        """How many of them came damaged."""
        ...

    @property
    def foreign_version(self) -> int:
        """Another version of the protocol that was seen; 0: none."""
        ...

    def counts(self) -> LinkCounters:
        """Give what was seen on the line; the link adds what it knows of samples."""
        ...
