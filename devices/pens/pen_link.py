"""Pens that speak Pen Link 1."""

from console.domain.clock import Clock
from console.domain.ports import LinkSink, PenLink
from devices.discovery import PenSearcher
from devices.link import SerialPenLink


def make_link(sink: LinkSink, clock: Clock) -> PenLink:
    """Give a link that also finds its pen again on another port of this machine."""
    return SerialPenLink(sink, clock, search=PenSearcher(clock))
