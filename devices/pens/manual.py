"""No pen at all: what the practitioner dials in is entered by hand, and nothing streams."""

from console.domain.link_ports import LinkSink
from console.domain.telemetry import LinkCounters, LinkNotice, LinkState, PenDescription

_BY_HAND = LinkNotice(LinkState.CLOSED, "no pen is connected: depth and rate are entered by hand", "", None)


class ManualLink:
    """A link to nothing: always closed, always settled."""

    def __init__(self, sink: LinkSink) -> None:
        self._sink = sink

    def open(self, port: str) -> None:
        """Say that everything is entered by hand; ``port`` means nothing here."""
        self._sink.on_notice(_BY_HAND)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def set_streaming(self, on: bool) -> None:
        """Do nothing: there is nobody to ask."""

    def begin_recording(self, window: int = 1) -> None:
        """Do nothing: no samples will come."""

    def end_recording(self, wait_s: float) -> None:
        """Do nothing: nothing is missing."""

    def recording_settled(self, window: int | None = None) -> bool:
        """Tell that nothing is being asked for."""
        return True

    def accept_pen(self, serial: str) -> None:
        """Do nothing: no pen can answer."""

    def state(self) -> LinkNotice:
        """Give «closed», with the reason."""
        return _BY_HAND

    def counters(self) -> LinkCounters:
        """Give zeros."""
        return LinkCounters()

    def pen(self) -> PenDescription | None:
        """Give None: there is no pen."""
        return None
