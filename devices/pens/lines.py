"""Pens that send text, a line or a few lines a sample."""

import re

from devices.pens.line_formats import DelimitedLines, JsonLines, KeyValueLines, LineParser, Lookup
from devices.pens.listening import ListeningDriver
from devices.pens.records import LineCounts, Record, RecordMaker
from devices.pens.teleplot import TeleplotSets, read_points
from devices.profile import FieldRule, LineCheck, LineFormat, LineLayout, PenProfile

_BREAKS = re.compile(rb"[\r\n]")
_STRIPPED = " \t\0\ufeff"


class LineCutter:
    """Cuts bytes into lines; one longer than the bound is let go to its end."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self.start_over()

    def start_over(self) -> None:
        """Forget half a line; the next may have lost its beginning."""
        self._rest, self._skipping, self._from_start = b"", False, False

    def feed(self, received: bytes) -> list[tuple[bytes, bool]]:
        """Give whole lines, each with whether its beginning was surely seen; empty for one too long."""
        *pieces, rest = _BREAKS.split(self._rest + received)
        lines = []
        for piece in pieces:
            too_long = self._skipping or len(piece) > self._longest
            lines.append((b"" if too_long else piece, self._from_start))
            self._skipping, self._from_start = False, True
        if len(rest) > self._longest:
            self._skipping, rest = True, b""
        self._rest = rest
        return lines


class LineDecoder:
    """Fulfils ``devices.pens.listening.Decoder`` for lines of any layout."""

    def __init__(self, profile: PenProfile, layout: LineLayout) -> None:
        self.counts = LineCounts()
        self._layout = layout
        self._cutter = LineCutter(layout.longest)
        self._maker = RecordMaker(profile.fields, self.counts, layout.decimal)
        self._identity = _template(layout.identity_line) if layout.identity_line else None
        self._sets = TeleplotSets(profile.fields, layout.opens) if layout.format is LineFormat.TELEPLOT else None
        self._parser = _parser(layout, profile.fields)
        self._stumbled = False

    def start_over(self) -> None:
        """A port was opened: the first line may be half of one."""
        self._cutter.start_over()
        if self._sets is not None:
            self._sets.start_over()

    def feed(self, received: bytes) -> list[Record | None]:
        """Give the records the bytes complete; None for one that came damaged."""
        self.counts.bytes_read += len(received)
        records: list[Record | None] = []
        for raw, from_start in self._cutter.feed(received):
            text = raw.decode(errors="replace").strip(_STRIPPED)
            if text:
                records += self._line(text, from_start)
        return records

    def _line(self, text: str, from_start: bool) -> list[Record | None]:
        if self._identity is not None and (named := self._identity.fullmatch(text)):
            self.counts.records += 1
            said = named.groupdict()
            return [Record(
                serial=said.get("serial", ""), firmware=said.get("firmware", ""),
                cartridge=said.get("cartridge_id", ""))]
        if self._layout.comment and text.startswith(self._layout.comment):
            return self._ignore()
        body = self._checked(text)
        if body is None:
            return self._broken() if from_start else self._ignore()
        if self._layout.prefix:
            whole = text.startswith(self._layout.prefix)  # it may hold what the checksum leaves out
            gone = self._layout.check.start if whole and self._layout.check is not None else ""
            prefix = self._layout.prefix.removeprefix(gone)
            if not body.startswith(prefix):
                return self._ignore()
            body = body[len(prefix) :]
        proven = from_start or self._layout.check is not None or bool(self._layout.prefix)
        return self._parsed(body, proven)

    def _checked(self, text: str) -> str | None:
        """Give a line without its checksum; None where it does not hold."""
        check = self._layout.check
        if check is None:
            return text
        body, mark, digits = text.rpartition(check.mark)
        body = body.removeprefix(check.start)
        return body if mark and _holds(check, body, digits.strip()) else None

    def _parsed(self, body: str, proven: bool) -> list[Record | None]:
        if self._sets is not None:
            if not (proven or body.startswith(">")):
                return self._ignore()
            found = [values for point in read_points(body) for values in self._sets.add(point)]
            return [record for values in found for record in self._made(values)]
        look_up = self._parser.parse(body, proven) if self._parser is not None else None
        return self._broken() if look_up is None else self._made(look_up)

    def _made(self, look_up: Lookup) -> list[Record | None]:
        record = self._maker.make(look_up)
        if not record.says_anything:
            return self._ignore()
        self.counts.records += 1
        self.counts.resyncs += self._stumbled
        self._stumbled = False
        return [record]

    def _ignore(self) -> list[Record | None]:
        self.counts.ignored += 1
        return []

    def _broken(self) -> list[Record | None]:
        self._stumbled = True
        return [None]


def _parser(layout: LineLayout, fields: tuple[FieldRule, ...]) -> LineParser | None:
    match layout.format:
        case LineFormat.DELIMITED:
            return DelimitedLines(layout, fields)
        case LineFormat.KEY_VALUE:
            return KeyValueLines(layout)
        case LineFormat.JSON:
            return JsonLines()
        case LineFormat.TELEPLOT:
            return None


def _holds(check: LineCheck, body: str, digits: str) -> bool:
    if not re.fullmatch(r"[0-9]{1,10}" if check.decimal else r"(0[xX])?[0-9a-fA-F]{1,8}", digits, re.ASCII):
        return False
    return int(digits, 10 if check.decimal else 16) == check.kind.of(body.encode())


def _template(line: str) -> re.Pattern[str]:
    """Turn «pen {serial} fw {firmware}» into a pattern; ``{*}`` is any word."""
    pattern = re.escape(" ".join(line.split())).replace(r"\ ", r"\s+").replace(r"\{\*\}", r"\S+")
    for name in ("serial", "firmware", "cartridge_id"):
        pattern = pattern.replace(rf"\{{{name}\}}", rf"(?P<{name}>[^\s,;]+)")
    return re.compile(pattern)


def make_driver(profile: PenProfile) -> ListeningDriver:
    """Give the driver of a pen that sends lines."""
    layout = profile.layout
    if not isinstance(layout, LineLayout):
        raise TypeError(f"{profile.pen_id} has no layout of lines")
    return ListeningDriver(profile, LineDecoder(profile, layout), "{serial}" in layout.identity_line)
