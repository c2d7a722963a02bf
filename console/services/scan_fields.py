"""Fields of a GS1 code: how it splits, its dates, and the readings a lost separator leaves possible.

A field of changing length (lot, serial) ends with the separator GS or with the code. Without GS,
``10LOT42A21SN0007`` is the lot «LOT42A21SN0007» or the lot «LOT42A» with the serial «SN0007»; only the
label can tell.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from console.domain.products import gtin_problem
from console.services.scan_text import GS

if TYPE_CHECKING:
    from biip.gs1_element_strings import GS1ElementString

DATES = {"11": "date of manufacture", "12": "due date", "13": "packing date", "15": "best-before date",
         "16": "sell-by date", "17": "expiry"}
_CHANGING = ("10", "21", "240")
_COUNTS = ("30", "37")
_STORED = ("10", "21")
_MOST_CHARACTERS = 20
_MOST_RUN = 60
_MOST_READINGS = 8
_MOST_TRIED = 400
_PRODUCT_INSIDE = re.compile(r"01([0-9]{14})(?=$|1[01567]|21)")
_LOT_OF_2024 = re.compile(r"[0-9]{1,4}")  # what follows 240 in lots such as L24031 and L2403157
_DAY_OF_2024 = re.compile(r"[1-9](?:0[1-9]|[12][0-9]|3[01])")
_TYPED_GS = "029"  # the keys of Alt+029, typed as digits where the machine does not know that way


class ScanFault(Exception):
    """A code cannot be read; its text is the sentence that says why."""


@dataclass(frozen=True, slots=True)
class ScanReading:
    """One way to read a code; texts are empty where this reading has none, ``expiry`` is ISO."""

    lot: str
    expiry: str
    serial: str

    def __str__(self) -> str:
        named = (("lot", self.lot), ("serial", self.serial), ("expiry", self.expiry))
        return ", ".join(f"{name} {value}" for name, value in named if value)


@dataclass(frozen=True, slots=True)
class Element:
    """A field as the code writes it. ``open_ended``: of changing length, with nothing that marks its end."""

    ai: str
    value: str
    open_ended: bool = False


# --- splitting ---------------------------------------------------------------------------------------


def split_elements(body: str) -> list[Element]:
    """Split an element string; a field that runs on past its most characters is given whole. ScanFault if torn."""
    elements: list[Element] = []
    rest = body.strip(GS)
    while rest:
        taken = _first_element(rest)
        elements.append(taken)
        rest = rest[len(taken.ai) + len(taken.value):].lstrip(GS)
    return elements


def _extracted(text: str, whole: bool = False) -> "GS1ElementString | None":
    """Take the first field off, or the ``whole`` as one, by GS1's own table, dates as printed; None if it is none."""
    from biip import ParseConfig, ParseError  # not before it is needed: a twentieth of the start
    from biip.gs1_element_strings import GS1ElementString

    take = GS1ElementString.parse if whole else GS1ElementString.extract
    try:
        return take(text, config=ParseConfig(gs1_element_strings_verify_date=False))
    except ParseError:
        return None


def _first_element(rest: str) -> Element:
    found = _extracted(rest)
    if found is None:
        raise ScanFault(_what_is_torn(rest))
    ai = found.ai.ai
    if not found.ai.separator_required:
        return Element(ai, found.value)
    run = rest[len(ai):].split(GS)[0]
    if len(run) > len(found.value) and (ai not in _STORED or len(run) > _MOST_RUN or not _allowed(run)):
        raise ScanFault("The code is damaged or no product code")
    if any(not gtin_problem(match[1]) for match in _PRODUCT_INSIDE.finditer(run)):
        raise ScanFault("Two scans ran together")
    return Element(ai, run, open_ended=GS not in rest)


def _allowed(run: str) -> bool:
    return re.fullmatch(r"[!%-?A-Z_a-z\"]+", run) is not None


def _what_is_torn(rest: str) -> str:
    name = DATES.get(rest[:2])
    if name and re.match(r"[0-9]{6}", rest[2:8]):
        return f"The {name} {rest[2:8]} is no date"
    if rest[:2] == "01":
        return "The code is cut off in its product number"
    if name:
        return f"The code is cut off or damaged in its {name}"
    return "The code is damaged or no product code"


def split_printed(text: str) -> list[Element]:
    """Split the form printed for people, as ``(01)…(10)…``; ScanFault if anything lies between the fields."""
    if re.fullmatch(r"(?:\([0-9]{2,4}\)[^()]+)+", text) is None:
        raise ScanFault("The brackets of the code do not fit together")
    elements = []
    for ai, printed in re.findall(r"\(([0-9]{2,4})\)([^()]+)", text):
        value = printed.strip(f" {GS}")
        solid = value.replace(" ", "")
        found = _extracted(f"{ai}{solid}", whole=True)
        if found is None:
            raise ScanFault(_what_is_wrong(ai, solid))
        elements.append(Element(ai, solid if found.ai.ai == ai and solid.isdigit() else value))
    return elements


def _what_is_wrong(ai: str, value: str) -> str:
    if ai in DATES and value.isdigit() and len(value) == 6:
        return f"The {DATES[ai]} {value} is no date"
    if ai in _STORED and len(value) > _MOST_CHARACTERS:
        return f"The field ({ai}) holds more than {_MOST_CHARACTERS} characters"
    return f"The field ({ai}) is damaged"


# --- dates -------------------------------------------------------------------------------------------


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


# --- what one field may have swallowed --------------------------------------------------------------------


def doubtful(elements: Sequence[Element], today: date) -> tuple[str, ...]:
    """Give the fields that may have swallowed the next one, because its separator is missing.

    A separator that came through proves that the scanner types them: a field is then doubted only where what it
    may have swallowed is plain to see, since keys do get lost.
    """
    seen = frozenset(element.ai for element in elements)
    separators = any(not element.open_ended and element.ai in (*_CHANGING, *_COUNTS) for element in elements)
    return tuple(
        element.ai for element in elements
        if (element.ai in _CHANGING or element.open_ended) and _may_hold_more(element, seen, separators, today))


def _may_hold_more(element: Element, seen: frozenset[str], separators: bool, today: date) -> bool:
    if element.ai in _STORED and len(element.value) > _MOST_CHARACTERS:
        return True
    if "17" not in seen and re.search(r".17[0-9]{6}", element.value):
        return True  # also where those six digits are no date: then both are damaged
    return any((_plain if separators else _possible)(parts) for parts in _splits(element.value, seen, today))


def _plain(parts: Mapping[str, str]) -> bool:
    """Tell whether what was swallowed is plainly a field: no mere count, and no (240) as lots of 2024 hold."""
    return bool(set(parts) - {"", "240", *_COUNTS}) or not _LOT_OF_2024.fullmatch(parts.get("240", "0"))


def _possible(parts: Mapping[str, str]) -> bool:
    """Tell whether a lost separator may explain these parts; a lot named after a day of 2024 holds no (240)."""
    return set(parts) != {"", "240"} or _DAY_OF_2024.fullmatch(parts["240"]) is None


def possible_readings(elements: Sequence[Element], today: date) -> tuple[ScanReading, ...]:
    """Give every reading of a code whose separators are missing, as scanned first; at most eight."""
    fields = {element.ai: element.value for element in elements}
    readings: dict[ScanReading, None] = {}
    for whole in islice(_wholes(fields, elements, today), _MOST_TRIED):
        if all(len(whole.get(ai, "")) <= _MOST_CHARACTERS for ai in _STORED):
            readings[reading_of(whole, today)] = None
    return tuple(readings)[:_MOST_READINGS]


def _wholes(
    fields: Mapping[str, str], elements: Sequence[Element], today: date
) -> Iterator[Mapping[str, str]]:
    yield fields
    for element in elements:
        if element.ai not in _CHANGING and not element.open_ended:
            continue
        for parts in _splits(element.value, frozenset(fields), today):
            own = parts[""]
            inner = {ai: value for ai, value in parts.items() if ai}
            yield {**fields, **inner, element.ai: own}
            if own.removesuffix(_TYPED_GS) not in ("", own):
                yield {**fields, **inner, element.ai: own.removesuffix(_TYPED_GS)}


def reading_of(fields: Mapping[str, str], today: date) -> ScanReading:
    """Give lot, expiry and serial of fields; an expiry that is no date stays empty."""
    expiry = calendar_day(fields.get("17") or fields.get("7003", "")[:6], today)
    return ScanReading(fields.get("10", ""), expiry.isoformat() if expiry else "", fields.get("21", ""))


def other_case(reading: ScanReading) -> ScanReading:
    """Give the reading as it is if Caps Lock turned its letters round."""
    return replace(reading, lot=reading.lot.swapcase(), serial=reading.serial.swapcase())


def _splits(value: str, taken: frozenset[str], today: date) -> Iterator[dict[str, str]]:
    """Give the ways to cut a value into its own part (key "") and fields it swallowed."""
    for at in range(1, len(value)):
        for following in _fields_from(value[at:], taken, today):
            yield {"": value[:at], **following}


def _fields_from(text: str, taken: frozenset[str], today: date) -> Iterator[dict[str, str]]:
    """Give the ways to read a text as one or more whole fields, none of them already taken."""
    for ai, length in (*((ai, 6) for ai in DATES), ("7003", 10)):
        value = text[len(ai):len(ai) + length]
        if ai not in taken and text.startswith(ai) and len(value) == length and calendar_day(value[:6], today):
            field = {ai: value}
            if len(text) == len(ai) + length:
                yield field
            else:
                rest = text[len(ai) + length:]
                yield from ({**field, **more} for more in _fields_from(rest, taken | {ai}, today))
    for ai in _CHANGING:
        if ai not in taken and text.startswith(ai) and len(text) > len(ai):
            value = text[len(ai):]
            yield {ai: value}
            for parts in _splits(value, taken | {ai}, today):
                own = parts.pop("")
                yield {ai: own, **parts}
    for ai in _COUNTS:
        if ai not in taken and re.fullmatch(ai + "[0-9]{1,8}", text):
            yield {ai: text[2:]}
