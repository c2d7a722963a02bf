"""Pens that talk by themselves: they are listened to, and nothing is ever sent to them."""

from typing import Protocol

from console.domain.telemetry import LinkCounters
from devices.clock_map import Moment
from devices.messages import ConsoleMessage, Identify, PenMessage
from devices.pens.records import LineCounts, Record
from devices.pens.translator import Translator
from devices.profile import Channel, PenProfile


class Decoder(Protocol):
    """Cuts bytes into records; None stands for one that came damaged. Never raises; memory is bounded."""

    counts: LineCounts

    def start_over(self) -> None: ...
    def feed(self, received: bytes) -> list[Record | None]: ...


class ListeningDriver:
    """Fulfils ``devices.driver.PenDriver`` for any decoder of a pen that cannot be asked."""

    def __init__(self, profile: PenProfile, decoder: Decoder, names_itself: bool = False) -> None:
        self.patience_s = profile.patience_s
        self.knows_restarts = profile.maps(Channel.COUNTER, Channel.TIME)
        self._decoder = decoder
        self._translator = Translator(profile, decoder.counts)
        if names_itself:
            self._translator.expect_serial()

    def start_over(self, place: str, moment: Moment) -> None:
        """Begin anew on a fresh connection."""
        self._decoder.start_over()
        self._translator.start_over(place)

    def ask(self, message: ConsoleMessage) -> None:
        """Remember that the link wants to know who is there; the rest cannot be asked."""
        if isinstance(message, Identify):
            self._translator.who()

    def take_outgoing(self, moment: Moment) -> bytes:
        """Give nothing, ever."""
        return b""

    def drop_outgoing(self) -> None:
        """There is nothing to drop."""

    def feed(self, received: bytes, moment: Moment) -> list[PenMessage]:
        """Give what the bytes say."""
        for record in self._decoder.feed(received):
            if record is None:
                self._translator.damage()
            else:
                self._translator.take(record, moment)
        return self._translator.speak(moment)

    def tick(self, moment: Moment) -> list[PenMessage]:
        """Give nothing: only bytes make words."""
        return []

    @property
    def heard(self) -> int:
        """How many whole lines or records came."""
        return self._decoder.counts.records

    @property
    def damaged(self) -> int:
        """How many came damaged."""
        return self._decoder.counts.damaged

    @property
    def foreign_version(self) -> int:
        """There are no versions to tell."""
        return 0

    def counts(self) -> LinkCounters:
        """Give what was seen on the line."""
        return self._translator.link_counts()
