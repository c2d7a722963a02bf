"""The kinds of pen the console knows. A new kind is one file in ``devices/pens`` and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from console.domain.errors import OperatorError
from console.domain.link_ports import LinkSink, PenLink
from console.services.pen_memory import PenMemory
from devices.byte_port import open_byte_port
from devices.discovery import PenSearcher
from devices.driver import PenDriver
from devices.driver_search import DriverSearcher
from devices.link import PenSearch, SerialPenLink
from devices.message_reader import MessageReader
from devices.pens import lines, struct_records, vesc
from devices.pens.manual import ManualLink
from devices.pens.pen_link import PenLinkDriver
from devices.pens.records import LineCounts
from devices.port_way import PortWay
from devices.profile import LineLayout, PenProfile, StructLayout


@dataclass(frozen=True, slots=True)
class PenKind:
    """One kind of pen; ``make_driver`` is None where there is nothing to plug in."""

    name: str
    title: str
    make_driver: Callable[[PenProfile], PenDriver] | None


PEN_KINDS = {
    kind.name: kind
    for kind in (
        PenKind("pen-link", "Pen Link 1", lambda profile: PenLinkDriver()),
        PenKind("lines", "Lines of text", lines.make_driver),
        PenKind("struct", "Binary records", struct_records.make_driver),
        PenKind("vesc", "VESC motor controller", vesc.make_driver),
        PenKind("manual", "No pen: entered by hand", None),
    )
}


def pen_kind(name: str) -> PenKind:
    """Give a kind by its name; OperatorError names those there are."""
    kind = PEN_KINDS.get(name)
    if kind is None:
        raise OperatorError(f"there is no kind of pen «{name}»", todo=f"choose one of {', '.join(PEN_KINDS)}")
    return kind


def make_link(profile: PenProfile, sink: LinkSink, way: PortWay, memory: PenMemory | None = None) -> PenLink:
    """Give the way to a pen of this profile."""
    return make_serial_link(profile, sink, way, memory) or ManualLink(sink)


def make_serial_link(
    profile: PenProfile, sink: LinkSink, way: PortWay, memory: PenMemory | None = None
) -> SerialPenLink | None:
    """Give the way to a pen with a port, which also finds it again on another one; None: entered by hand."""
    of_kind = pen_kind(profile.kind).make_driver
    if of_kind is None:
        return None
    make_driver = partial(of_kind, profile)
    open_port = way.opener(profile.line)
    way.note_profile(profile.pen_id)
    search: PenSearch
    if profile.kind == "pen-link":
        search = PenSearcher(way.clock, open_port=partial(open_byte_port, line=profile.line), memory=memory)
    else:
        search = DriverSearcher(profile, make_driver, way.clock, memory)
    return SerialPenLink(
        sink, way.clock, open_port=open_port, search=way.search(search), make_driver=make_driver,
        note_asked=way.note_asked)


class ByteDecoder(Protocol):
    """The part of a driver that meets bytes first; it never raises, and its memory is bounded."""

    def feed(self, received: bytes) -> object: ...


def make_decoder(profile: PenProfile) -> ByteDecoder:
    """Give a profile's decoder alone, to be tried with any bytes."""
    if isinstance(profile.layout, LineLayout):
        return lines.LineDecoder(profile, profile.layout)
    if isinstance(profile.layout, StructLayout):
        return struct_records.RecordDecoder(profile, profile.layout)
    return vesc.VescFrames(LineCounts()) if profile.kind == "vesc" else MessageReader()
