"""Pens that send binary records of one fixed length: sync bytes, fields, checksum, end bytes."""

import struct

from devices.pens.listening import ListeningDriver
from devices.pens.records import MISSING, LineCounts, Record, RecordMaker, Value
from devices.profile import FieldRule, PenProfile, StructLayout

# Field types of a profile -> letters of Python's struct.
TYPES = {
    "u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q", "i64": "q", "f16": "e",
    "f32": "f", "f64": "d",
}


class RecordDecoder:
    """Fulfils ``devices.pens.listening.Decoder`` for fixed records; bytes that are none are let go one by one."""

    def __init__(self, profile: PenProfile, layout: StructLayout) -> None:
        self.counts = LineCounts()
        self._layout = layout
        self._body = struct.Struct(layout.order + "".join(field.code for field in layout.fields))
        self._names = [field.name for field in layout.fields if field.name]
        self._length = (
            len(layout.sync) + self._body.size + (layout.check.length if layout.check else 0) + len(layout.end))
        self._maker = RecordMaker(profile.fields, self.counts)
        self.start_over()

    def start_over(self) -> None:
        """A port was opened: what is half there belongs to another connection."""
        self._rest = b""
        self._in_step = False  # the record before held, so a piece that fails now is a damaged one

    def feed(self, received: bytes) -> list[Record | None]:
        """Give the records the bytes complete; None for one that came damaged."""
        self.counts.bytes_read += len(received)
        stream = self._rest + received
        records: list[Record | None] = []
        at = 0
        while (begin := stream.find(self._layout.sync, at)) >= 0 and begin + self._length <= len(stream):
            piece = stream[begin : begin + self._length]
            if begin > at:
                records += self._lose_step()
            if self._holds(piece):
                records.append(self._made(piece))
                at = begin + self._length
            else:
                records += self._lose_step()
                at = begin + 1
        # Before the next sync there may be junk; keep only what can still become a record.
        keep_from = begin if begin >= 0 else max(at, len(stream) - len(self._layout.sync) + 1)
        if keep_from > at:
            records += self._lose_step()
        self._rest = stream[keep_from:]
        return records

    def _lose_step(self) -> list[Record | None]:
        """One damaged record where the step is lost; the search after it says nothing more."""
        was, self._in_step = self._in_step, False
        return [None] if was else []

    def _holds(self, piece: bytes) -> bool:
        layout = self._layout
        if layout.end and not piece.endswith(layout.end):
            return False
        check = layout.check
        if check is None:
            return True
        to = len(layout.sync) + self._body.size
        said = int.from_bytes(piece[to : to + check.length], "little" if layout.check_order == "<" else "big")
        return check.of(piece[0 if layout.check_with_sync else len(layout.sync) : to]) == said

    def _made(self, piece: bytes) -> Record:
        values: dict[str, Value] = dict(
            zip(self._names, self._body.unpack_from(piece, len(self._layout.sync)), strict=True))

        def look_up(rule: FieldRule) -> Value:
            return values.get(rule.name, MISSING)

        self.counts.records += 1
        self.counts.resyncs += not self._in_step and self.counts.damaged > 0
        self._in_step = True
        return self._maker.make(look_up)


def make_driver(profile: PenProfile) -> ListeningDriver:
    """Give the driver of a pen that sends records."""
    layout = profile.layout
    if not isinstance(layout, StructLayout):
        raise TypeError(f"{profile.pen_id} has no layout of records")
    return ListeningDriver(profile, RecordDecoder(profile, layout))
