"""Pens that speak Pen Link 1."""

from console.domain.telemetry import LinkCounters
from devices.asking import Outbox
from devices.clock_map import Moment
from devices.message_reader import MessageReader
from devices.messages import ConsoleMessage, PenMessage


class PenLinkDriver:
    """The native driver: frames are the words themselves. Fulfils ``devices.driver.PenDriver``."""

    patience_s = 2.5
    knows_restarts = True

    def __init__(self) -> None:
        self._reader, self._outbox = MessageReader(), Outbox()

    def start_over(self, place: str, moment: Moment) -> None:
        """Begin anew on a fresh connection; the pen says itself who it is."""
        self._reader.start_over()
        self._outbox.start_over()

    def ask(self, message: ConsoleMessage) -> None:
        """Send it as a frame."""
        self._outbox.send(message)

    def take_outgoing(self, moment: Moment) -> bytes:
        """Give the frames to send now."""
        return self._outbox.take()

    def drop_outgoing(self) -> None:
        """Forget frames meant for a connection that is gone."""
        self._outbox.start_over()

    def feed(self, received: bytes, moment: Moment) -> list[PenMessage]:
        """Give the messages the bytes complete."""
        return self._reader.feed(received)

    def tick(self, moment: Moment) -> list[PenMessage]:
        """Give nothing: this pen speaks for itself."""
        return []

    @property
    def heard(self) -> int:
        """How many frames of this protocol's version came."""
        return self._reader.own_frames

    @property
    def damaged(self) -> int:
        """How many frames failed their check."""
        return self._reader.frames.crc_errors

    @property
    def foreign_version(self) -> int:
        """Another version that was seen; 0: none."""
        return self._reader.foreign_version

    def counts(self) -> LinkCounters:
        """Give what became of the frames."""
        reader, frames, sequence = self._reader, self._reader.frames, self._reader.sequence
        return LinkCounters(
            frames=frames.frames, crc_errors=frames.crc_errors, resyncs=frames.resyncs, malformed=reader.malformed,
            unknown_types=reader.unknown_types, bytes_read=frames.bytes_read, frames_missed=sequence.missed,
            frames_repeated=sequence.repeated, frames_reordered=sequence.reordered)
