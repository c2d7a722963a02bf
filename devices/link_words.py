"""What the link tells the rest of the house: outputs, and its state in one sentence."""

from dataclasses import dataclass

from console.domain.telemetry import (
    Batch,
    Gap,
    LinkNotice,
    LinkState,
    PenDescription,
    PenEvent,
    PenStatus,
)
from devices.framing import VERSION
from devices.messages import Event, Status

_NO_BATTERY, _NO_TEMPERATURE = 255, -32768
SILENT = "the pen has said nothing for 2.5 s; it is being looked for"


@dataclass(frozen=True, slots=True)
class SamplesRead:
    """Samples, and the number of the recording window they belong to (0: none)."""

    batch: Batch
    window: int


LinkOutput = SamplesRead | Gap | LinkNotice | PenEvent | PenStatus


class NoticeBoard:
    """The link's present state; a change of it is an output."""

    def __init__(self) -> None:
        self.port = ""
        self.retries = 0
        self.pen: PenDescription | None = None  # the last one taken as ours
        self.other_pen: PenDescription | None = None  # answers on the port, but is refused
        self.version = 0  # the protocol version of a pen that speaks another one
        self._current = LinkNotice(LinkState.CLOSED, "the port is closed", "", None)

    @property
    def current(self) -> LinkNotice:
        """Give the link's state now."""
        return LinkNotice(
            self._current.state, self._current.reason, self.port, self.pen, self.retries, self.other_pen
        )

    def publish(self, state: LinkState, reason: str) -> list[LinkNotice]:
        """Set the state; give the notice if anything but the number of retries changed."""
        before = self._current
        self._current = LinkNotice(state, reason, self.port, self.pen, self.retries, self.other_pen)
        told = (before.state, before.reason, before.port, before.pen, before.other_pen)
        changed = told != (state, reason, self.port, self.pen, self.other_pen)
        return [self._current] if changed else []

    def publish_version(self, version: int) -> list[LinkNotice]:
        """Tell once that a pen speaks another version."""
        if self.version:
            return []
        self.version = version
        told = f"the pen speaks Pen Link {version}, this console speaks {VERSION}; such frames are ignored"
        return self.publish(self._current.state, told)

    def nobody_answered(self, recording: bool) -> str:
        """Say that five times IDENTIFY had no answer."""
        if self.version:
            return f"the pen on {self.port} speaks Pen Link {self.version}, this console speaks {VERSION}"
        kept = "what was recorded stays" if recording and self.pen else "nothing was recorded"
        return (
            f"no pen answered on {self.port}; {kept}; check the cable, that the pen is switched on, "
            "and that this is its port"
        )


def refusal_of(pen: PenDescription) -> str:
    """Say that another pen answers and is refused."""
    return (
        f"another pen answers, {pen.model} {pen.serial}; nothing of it is recorded; accept it or "
        "connect the first one again"
    )


def state_of_connected(
    pen: PenDescription, streaming_wanted: bool, stale: bool, any_sample: bool
) -> tuple[LinkState, str]:
    """Give the state of a link whose pen is known and speaks."""
    name = f"{pen.model} {pen.serial}"
    if not streaming_wanted:
        return LinkState.READY, f"{name} is connected"
    if stale:
        return LinkState.STALE, "no new sample for 0.5 s"
    if not any_sample:
        return LinkState.READY, f"{name} was asked for its samples"
    return LinkState.STREAMING, f"{name} sends its samples"


def pen_status(pen: PenDescription, status: Status, next_index: int) -> PenStatus:
    """Turn STATUS into the house's words; missing is None."""
    return PenStatus(
        pen.serial,
        status.boot_id,
        next_index,
        None if status.battery == _NO_BATTERY else status.battery,
        None if status.temperature == _NO_TEMPERATURE else status.temperature,
        status.overruns,
    )


def pen_event(pen: PenDescription, event: Event, utc_us: int) -> PenEvent:
    """Turn EVENT into the house's words."""
    return PenEvent(pen.serial, event.boot_id, event.t_us, utc_us, event.code, event.value, event.detail)
