"""Reads a pen profile's part for the link: ``[pen]``'s identity, ``[link]`` and its layout, ``[[field]]``.

Strict: what is not known is refused with file, line, field, found and allowed. The label's part of the
same file is read by ``console.services.pen_labels``.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from console.services.pen_labels import PEN_TABLES, only_this_pen
from console.services.toml_files import Row, fault, read_toml, rows_of
from devices.byte_port import DEFAULT_BAUD, LineSettings
from devices.checksums import CHECKSUMS
from devices.pens.struct_records import TYPES
from devices.profile import (
    FLAGS,
    UNITS,
    Channel,
    FieldRule,
    Layout,
    LineCheck,
    LineFormat,
    LineLayout,
    PenProfile,
    StructField,
    StructLayout,
    VescLayout,
)
from devices.profile_table import Table

KINDS = ("pen-link", "lines", "struct", "vesc", "manual")
_LABEL_FIELDS = (
    "depth_low_mm", "depth_high_mm", "depth_step_mm", "depth_tolerance_mm", "rate_low_hz", "rate_high_hz",
    "single_use", "note", "source", "cites", "reviewed",
)
_PARITIES = {"none": "N", "even": "E", "odd": "O"}
_ORDERS = {"little": "<", "big": ">"}
_NMEA = "nmea-xor"
_VESC_RATE = 50
_LONGEST_RECORD, _MOST_FIELDS = 1_024, 128


def read_profile(path: Path) -> PenProfile:
    """Read one profile; OperatorError names the first fault in it."""
    with only_this_pen():
        content, file = read_toml(path)
        rows = rows_of(content, file, PEN_TABLES)
        pens, links = rows.get("pen", []), rows.get("link", [])
        if len(pens) != 1 or len(links) > 1:
            what, count = ("pen", len(pens)) if len(pens) != 1 else ("link", len(links))
            raise fault(path.name, f"table «{what}»", f"{count} of it", "exactly one")
        link = links[0] if links else Row(file, {})
        return _profile(Table(pens[0], "pen", _LABEL_FIELDS), Table(link, "link"), [
            Table(row, f"field {place}") for place, row in enumerate(rows.get("field", []), 1)])


def _profile(pen: Table, link: Table, tables: Sequence[Table]) -> PenProfile:
    fields = tuple(_field(table) for table in tables)
    pen_id, name, kind = pen.ident(), pen.text("name", most=40), pen.word("link", KINDS)
    layout, period_us = _layout(kind, link, fields)
    model, serial = (link.text(field, most=40, optional=True) for field in ("model", "serial"))
    profile = PenProfile(
        pen_id, name, kind, model or pen_id, pen.maybe_whole("needles", 1, 200) or 0, pen.flag("example"),
        _line(link), _usb(link), period_us, link.amount("first_word_s", 2.5, 60, 5.0),
        link.maybe_whole("counter_span", 16, 1 << 32) or _span_by_type(layout, fields), serial, fields, layout)
    pen.finish()
    link.finish()
    _refuse_fields(link, profile, tables)
    return profile


def _span_by_type(layout: Layout | None, fields: tuple[FieldRule, ...]) -> int | None:
    """A record's unsigned counter turns where its type ends."""
    counter = next((rule.name for rule in fields if rule.channel is Channel.COUNTER and rule.scale == 1), None)
    if not isinstance(layout, StructLayout) or counter is None:
        return None
    code = next((field.code for field in layout.fields if field.name == counter), "")
    return {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32}.get(code)


# --- the port ------------------------------------------------------------------------------------


def _line(link: Table) -> LineSettings:
    baud = link.maybe_whole("baud", 50, 12_000_000)
    stop_bits = link.amount("stop_bits", 1, 2, 1.0)
    if stop_bits not in (1.0, 1.5, 2.0):
        raise link.fault("stop_bits", stop_bits, "1, 1.5, 2")
    return LineSettings(
        baud or DEFAULT_BAUD, _PARITIES[link.word("parity", tuple(_PARITIES), "none")], stop_bits,
        link.maybe_whole("byte_bits", 5, 8) or 8)


def _usb(link: Table) -> tuple[tuple[int, int], ...]:
    ids = []
    for written in link.texts("usb"):
        if not re.fullmatch(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", written):
            raise link.fault("usb", written, "vendor and product in hexadecimal such as 1a86:7523")
        vendor, product = written.split(":")
        ids.append((int(vendor, 16), int(product, 16)))
    return tuple(ids)


# --- the layouts ---------------------------------------------------------------------------------


def _layout(kind: str, link: Table, fields: tuple[FieldRule, ...]) -> tuple[Layout | None, int]:
    """Give a kind's layout and the time between samples, µs."""
    readers: dict[str, Callable[[Table, Table], Layout]] = {"lines": _lines, "struct": _struct, "vesc": _vesc}
    if kind not in readers:
        return None, 20_000
    inside = link.inner(kind)
    if inside is None:
        raise link.fault(kind, "nothing", f"the table [link.{kind}]")
    layout = readers[kind](inside, link)
    inside.finish()
    rate_hz = link.amount("samples_per_s", 0.5, 1_000, _VESC_RATE if kind == "vesc" else None)
    if kind == "vesc" and rate_hz > _VESC_RATE:
        raise link.fault("samples_per_s", f"{rate_hz:g}", f"at most {_VESC_RATE}, the polls a second")
    return layout, round(1e6 / rate_hz)


def _lines(table: Table, link: Table) -> LineLayout:
    form = table.choice("format", LineFormat)
    usual = "," if form is LineFormat.DELIMITED else ""
    layout = LineLayout(
        form, _raw(table, "delimiter", usual, 4), table.flag("header"), table.texts("columns"),
        _raw(table, "assign", "=", 2), _raw(table, "prefix", "", 32), _raw(table, "comment", "#", 8),
        table.word("decimal", (".", ","), "."), table.maybe_whole("longest", 16, 4_096) or 1_024,
        _line_check(table), table.text("identity_line", most=200, optional=True),
        table.text("opens", most=64, optional=True))
    if layout.decimal == "," and layout.delimiter == ",":
        raise table.fault("delimiter", ",", "another delimiter where the decimal sign is a comma")
    return layout


def _raw(table: Table, name: str, default: str, most: int) -> str:
    """Read text whose blanks count, such as a tab."""
    value = table.plain(name)
    if value is None:
        return default
    if not isinstance(value, str) or len(value) > most or (not value and default):
        raise table.fault(name, value, f"text of {1 if default else 0} to {most} characters")
    return value


def _line_check(table: Table) -> LineCheck | None:
    inside = table.inner("checksum")
    if inside is None:
        return None
    kind = inside.word("kind", (_NMEA, *CHECKSUMS))
    nmea = kind == _NMEA
    check = LineCheck(
        CHECKSUMS["xor8" if nmea else kind], _raw(inside, "mark", "*", 4),
        _raw(inside, "start", "$" if nmea else "", 4), inside.word("digits", ("hex", "decimal"), "hex") == "decimal")
    inside.finish()
    return check


def _struct(table: Table, link: Table) -> StructLayout:
    order = table.word("order", tuple(_ORDERS), "little")
    check = table.word("checksum", ("none", *CHECKSUMS), "none")
    return StructLayout(
        _bytes(table, "sync", 1, 8), _ORDERS[order], _struct_fields(table), CHECKSUMS.get(check),
        _ORDERS[table.word("checksum_order", tuple(_ORDERS), order)],
        table.word("checksum_of", ("fields", "sync_and_fields"), "fields") == "sync_and_fields",
        _bytes(table, "end", 0, 8))


def _struct_fields(table: Table) -> tuple[StructField, ...]:
    allowed = f"name:type with one of {', '.join(TYPES)}, or pad:N with 1 to 255 bytes"
    value = table.plain("fields")
    written = value if isinstance(value, list) else []
    if not 1 <= len(written) <= _MOST_FIELDS:
        raise table.fault("fields", value, f"a list of 1 to {_MOST_FIELDS} texts, {allowed}")
    fields: list[StructField] = []
    for one in written:
        name, colon, kind = (part.strip() for part in str(one).partition(":"))
        if colon and name == "pad" and kind.isascii() and kind.isdigit() and 1 <= int(kind) <= 255:
            fields.append(StructField("", f"{int(kind)}x"))
        elif colon and name and kind in TYPES and name not in [field.name for field in fields]:
            fields.append(StructField(name, TYPES[kind]))
        else:
            raise table.fault("fields", one, f"each name once, {allowed}")
    return tuple(fields)


def _bytes(table: Table, name: str, least: int, most: int) -> bytes:
    text = table.text(name, most=64, optional=not least)
    try:
        read = bytes.fromhex(text.replace("0x", "").replace(",", " "))
    except ValueError:
        read = b"" if least else bytes(most + 1)
    if not least <= len(read) <= most:
        raise table.fault(name, text, f"{least} to {most} bytes in hexadecimal such as AA 55")
    return read


def _vesc(table: Table, link: Table) -> VescLayout:
    return VescLayout(
        table.whole("pole_pairs", 1, 100), table.amount("strokes_per_turn", 0.01, 100, 1.0),
        table.word("current", ("motor", "input"), "motor"), round(table.amount("running_above_hz", 0, 650, 1.0) * 100))


# --- the fields ----------------------------------------------------------------------------------


def _field(table: Table) -> FieldRule:
    channel = table.choice("channel", Channel)
    units = UNITS.get(channel, {})
    unit = table.text("unit", most=10, optional=not _needs_unit(channel)).lower()
    if unit and unit not in units:
        raise table.fault("unit", unit, ", ".join(units) or "no unit for this channel")
    scale = table.amount("scale", -1e9, 1e9, 1.0)
    if not scale:
        raise table.fault("scale", 0, "a number other than 0")
    column = table.maybe_whole("column", 1, 256)
    rule = FieldRule(
        channel, table.text("name", most=64, optional=True), None if column is None else column - 1, unit, scale,
        table.amount("offset", -1e9, 1e9, 0.0), table.maybe_whole("bit", 0, 63),
        table.maybe_amount("above", -1e9, 1e9), table.flag("inverted"),
        table.flag("derived"))
    for name, stated in (("bit", rule.bit is not None), ("above", rule.above is not None), ("inverted", rule.inverted)):
        if stated and channel not in FLAGS:
            raise table.fault(name, "a rule for flags", f"this only with {', '.join(FLAGS)}")
    table.finish()
    return rule


def _needs_unit(channel: Channel) -> bool:
    return channel in UNITS and channel is not Channel.BATTERY


def _refuse_fields(link: Table, profile: PenProfile, tables: Sequence[Table]) -> None:
    """Refuse fields that could never be found in what the pen sends."""
    channels = [rule.channel for rule in profile.fields]
    if not isinstance(profile.layout, LineLayout | StructLayout):
        if channels:
            raise tables[0].fault("channel", channels[0], f"no [[field]] with a pen of kind {profile.kind}")
        return
    if not any(channel in _SAMPLE_WORDS for channel in channels):
        raise link.fault("field", "nothing of a sample", f"a [[field]] of {', '.join(_SAMPLE_WORDS)}")
    for place, (rule, table) in enumerate(zip(profile.fields, tables, strict=True)):
        if rule.channel in channels[:place]:
            raise table.fault("channel", rule.channel, "each channel once")
        _refuse_lost_field(table, rule, profile.layout)


_SAMPLE_WORDS = ("set_depth", "depth", "rate", "load", *(channel.value for channel in FLAGS))


def _refuse_lost_field(table: Table, rule: FieldRule, layout: LineLayout | StructLayout) -> None:
    form = layout.format if isinstance(layout, LineLayout) else None
    by_place = form in (LineFormat.DELIMITED, LineFormat.JSON)
    stamp = form is LineFormat.TELEPLOT and rule.channel is Channel.TIME
    if rule.column is not None and not by_place:
        raise table.fault("column", rule.column + 1, "a name here; columns are of delimited lines")
    if rule.column is None and not rule.name and not stamp:
        raise table.fault("name", "nothing", "the name of the field in what the pen sends")
    if isinstance(layout, StructLayout) and rule.name not in [field.name for field in layout.fields]:
        names = ", ".join(field.name for field in layout.fields if field.name)
        raise table.fault("name", rule.name, f"one of the record's fields: {names}")
    columns = layout.columns if isinstance(layout, LineLayout) and not layout.header else None
    if form is LineFormat.DELIMITED and columns is not None and rule.column is None and rule.name not in columns:
        raise table.fault(
            "name", rule.name, "a column by its number, or header = true, or the name in «columns»")
