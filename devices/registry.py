"""The kinds of pen the console knows. A new kind is one file in ``devices/pens`` and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.ports import LinkSink, PenLink
from devices.discovery import PenSearcher
from devices.link import SerialPenLink
from devices.pens import manual


@dataclass(frozen=True, slots=True)
class PenKind:
    """How to reach one kind of pen; ``needs_port`` is False where there is nothing to plug in."""

    name: str
    title: str
    needs_port: bool
    make_link: Callable[[LinkSink, Clock], PenLink]


def _pen_link(sink: LinkSink, clock: Clock) -> PenLink:
    return SerialPenLink(sink, clock, search=PenSearcher(clock))


PEN_KINDS = {
    kind.name: kind
    for kind in (
        PenKind("pen-link", "Pen Link 1", True, _pen_link),
        PenKind("manual", "No pen: entered by hand", False, manual.make_link),
    )
}


def pen_kind(name: str) -> PenKind:
    """Give a kind by its name; OperatorError names those there are."""
    kind = PEN_KINDS.get(name)
    if kind is None:
        raise OperatorError(f"there is no kind of pen «{name}»", todo=f"choose one of {', '.join(PEN_KINDS)}")
    return kind
