"""Parts of a GS1 code: separators, dates, and the readings a lost separator leaves possible.

A field of changing length (lot, serial) ends with the separator GS or with the code. Without GS,
``10LOT42A21SN0007`` is the lot «LOT42A21SN0007» or the lot «LOT42A» with the serial «SN0007»; only the
label can tell.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

GS = "\x1d"
_SPELLED_GS = ("<GS>", "{GS}", "[GS]", "␝", "\\x1d", "\\u001d", "\x1e")
_SYMBOLOGY = re.compile(r"\]([A-Za-z])[0-9A-Za-z]")
_GS1_LETTERS = "dCQeJ"  # DataMatrix, GS1-128, QR, DataBar, DotCode; the case tells Caps Lock
_DATES = ("11", "12", "13", "15", "16", "17")
_CHANGING = ("10", "21", "240")
_MOST_CHARACTERS = 20
_MOST_READINGS = 8


@dataclass(frozen=True, slots=True)
class ScanReading:
    """One way to read a code; texts are empty where this reading has none, ``expiry`` is ISO."""

    lot: str
    expiry: str
    serial: str

    def __str__(self) -> str:
        named = (("lot", self.lot), ("serial", self.serial), ("expiry", self.expiry))
        return ", ".join(f"{name} {value}" for name, value in named if value)


def unescape_separator(text: str) -> str:
    """Put GS where a scanner spells it out, as ``<GS>`` and the like."""
    for spelled in _SPELLED_GS:
        text = text.replace(spelled, GS)
    return text


def strip_symbology(text: str) -> tuple[str, bool]:
    """Take off a prefix such as ``]d2``; tell whether its case shows that Caps Lock is on."""
    match = _SYMBOLOGY.match(text)
    if match is None:
        return text, False
    letter = match[1]
    caps_lock = letter not in _GS1_LETTERS and letter.swapcase() in _GS1_LETTERS and letter in "Dcq"
    return text[3:], caps_lock


def calendar_day(written: str, today: date) -> date | None:
    """Read YYMMDD as GS1 does: day 00 is the month's last, the century is the one nearest today."""
    if not re.fullmatch(r"[0-9]{6}", written):
        return None
    year, month, day = int(written[:2]), int(written[2:4]), int(written[4:])
    century = today.year // 100
    apart = year - today.year % 100
    full_year = (century - 1 if apart >= 51 else century + 1 if apart <= -50 else century) * 100 + year
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(full_year, month)[1]
    if day > last:
        return None
    return date(full_year, month, day or last)


def swallowed(fields: Mapping[str, str], separator_seen: bool, today: date) -> bool:
    """Tell whether a field may have swallowed the next one.

    Where the scanner is known to send separators, only a whole date inside a field is suspicious.
    """
    for ai in ("10", "21"):
        for parts in _splits(fields.get(ai, ""), frozenset(fields), today):
            if not separator_seen or any(inner in _DATES for inner in parts if inner):
                return True
    return False


def possible_readings(fields: Mapping[str, str], today: date) -> tuple[ScanReading, ...]:
    """Give every reading of a code without separators, as scanned first; at most eight."""
    readings: dict[ScanReading, None] = {}
    if all(len(fields.get(ai, "")) <= _MOST_CHARACTERS for ai in ("10", "21")):
        readings[_reading(fields, today)] = None
    for ai in ("10", "21"):
        for parts in _splits(fields.get(ai, ""), frozenset(fields), today):
            whole = {**fields, **{inner: value for inner, value in parts.items() if inner}, ai: parts[""]}
            if all(len(whole.get(one, "")) <= _MOST_CHARACTERS for one in ("10", "21")):
                readings[_reading(whole, today)] = None
    return tuple(readings)[:_MOST_READINGS]


def _reading(fields: Mapping[str, str], today: date) -> ScanReading:
    expiry = calendar_day(fields.get("17", ""), today)
    return ScanReading(fields.get("10", ""), expiry.isoformat() if expiry else "", fields.get("21", ""))


def _splits(value: str, taken: frozenset[str], today: date) -> Iterator[dict[str, str]]:
    """Give the ways to cut a value into its own part (key "") and fields it swallowed."""
    for at in range(1, len(value)):
        for following in _fields_from(value[at:], taken, today):
            yield {"": value[:at], **following}


def _fields_from(text: str, taken: frozenset[str], today: date) -> Iterator[dict[str, str]]:
    """Give the ways to read a text as one or more whole fields, none of them already taken."""
    for ai in _DATES:
        if ai not in taken and text.startswith(ai) and calendar_day(text[2:8], today):
            field = {ai: text[2:8]}
            if len(text) == 8:
                yield field
            else:
                yield from ({**field, **more} for more in _fields_from(text[8:], taken | {ai}, today))
    for ai in _CHANGING:
        if ai not in taken and text.startswith(ai) and len(text) > len(ai):
            value = text[len(ai):]
            yield {ai: value}
            for parts in _splits(value, taken | {ai}, today):
                own = parts.pop("")
                yield {ai: own, **parts}
