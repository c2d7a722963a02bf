"""What the link machine remembers of its asking: repeats under way, and words of an unknown pen."""

from dataclasses import dataclass, field

from devices.clock_map import Moment
from devices.messages import ConsoleMessage, Telemetry, encode_console_message

REPEAT_S = 0.5
REPEATS = 5
HELD_SAMPLES = 20_000  # of a pen that has not said yet who it is


@dataclass(slots=True)
class Repeater:
    """Says when a request is due: at once, then every half second, five times in all."""

    left: int = 0
    due_s: float = float("inf")

    def start(self, now_s: float) -> None:
        """Begin a round."""
        self.left, self.due_s = REPEATS, now_s

    def stop(self) -> None:
        """End the round: it was answered."""
        self.left, self.due_s = 0, float("inf")

    def due(self, now_s: float) -> bool:
        """Tell whether to send now; it then counts as sent."""
        if not self.left or now_s < self.due_s:
            return False
        self.left, self.due_s = self.left - 1, now_s + REPEAT_S
        return True

    def in_vain(self, now_s: float) -> bool:
        """Tell whether the last repeat has gone unanswered too."""
        return not self.left and now_s >= self.due_s


@dataclass(slots=True)
class HeldTelemetry:
    """Telemetry of a boot no HELLO has spoken of yet."""

    frames: list[tuple[Telemetry, Moment]] = field(default_factory=list)
    samples: int = 0

    def add(self, message: Telemetry, moment: Moment) -> None:
        """Keep a frame; the oldest make room beyond the bound."""
        self.frames.append((message, moment))
        self.samples += message.count + 1
        while self.samples > HELD_SAMPLES:
            self.samples -= self.frames.pop(0)[0].count + 1

    def take(self) -> list[tuple[Telemetry, Moment]]:
        """Give what was kept, oldest first, and forget it."""
        frames, self.frames, self.samples = self.frames, [], 0
        return frames


class Outbox:
    """Frames to send, numbered; a new connection starts at 0."""

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget what was not sent: it was meant for a connection that is gone."""
        self._waiting = bytearray()
        self._seq = 0

    def send(self, message: ConsoleMessage) -> None:
        """Add a frame."""
        self._waiting += encode_console_message(message, self._seq)
        self._seq = (self._seq + 1) & 0xFFFF

    def take(self) -> bytes:
        """Give the bytes to send now."""
        waiting, self._waiting = bytes(self._waiting), bytearray()
        return waiting
