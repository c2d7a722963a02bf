"""What a scanned text means: a product's UDI, a patient card, a staff badge, a plasma tube.

GS1 element strings are read with or without symbology prefix, with the group separator, or in their
human-readable form. A scanner that drops the separator makes one field swallow the next without any
error: such a code is never taken as read, its possible readings are offered instead. So is whatever
else leaves a doubt (Caps Lock, an added sign, a space): a field is right, or empty with a sentence.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from console.domain.people import CatalogProduct
from console.domain.products import (
    Recall,
    expiry_problem,
    gtin14,
    gtin_problem,
    recall_problem,
)
from console.services.scan_fields import (
    DATES,
    Element,
    ScanFault,
    ScanReading,
    calendar_day,
    doubtful,
    other_case,
    possible_readings,
    reading_of,
    split_elements,
    split_printed,
)
from console.services.scan_foreign import hibc_problems, is_isbt_128
from console.services.scan_text import ScanText, clean


class ScanKind(StrEnum):
    """What a code is."""

    PRODUCT = "product"
    UNKNOWN_PRODUCT = "unknown_product"
    HIBC = "hibc"
    ISBT_128 = "isbt_128"
    PATIENT = "patient"
    STAFF = "staff"
    PRP_TUBE = "prp_tube"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A scan read. Texts are empty where the code holds none; ``problems`` are sentences.

    ``alternatives`` are to be chosen from where the code leaves a doubt; until then lot and serial
    stay empty. ``refused``: expired, recalled or misread; not to be used whatever is entered.
    """

    kind: ScanKind
    raw: str
    code: str = ""
    product: CatalogProduct | None = None
    gtin: str = ""
    lot: str = ""
    expiry: str = ""
    serial: str = ""
    problems: tuple[str, ...] = ()
    alternatives: tuple[ScanReading, ...] = ()
    refused: bool = False

    @property
    def usable(self) -> bool:
        """Tell whether the code names a known product and nothing is wrong or open."""
        return self.kind is ScanKind.PRODUCT and not self.problems


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What a code is compared with. ``catalogue`` None: there is none to ask."""

    catalogue: Sequence[CatalogProduct] | None
    recalled: Sequence[Recall]
    today: date


_CARDS = (
    (ScanKind.PATIENT, re.compile(r"P-[0-9]{3,8}")),
    (ScanKind.STAFF, re.compile(r"PR-[0-9]{1,4}")),
    (ScanKind.PRP_TUBE, re.compile(r"T-[0-9]{3,8}-[0-9]{1,3}")),
)
_SCAN_AGAIN = "Scan it again, or enter the product by hand"
_CHOOSE = "Choose what the label says"
_LOST = f"A separator may be missing, so this code reads in more than one way. {_CHOOSE}"
_SMALL = f"All its letters are small, so Caps Lock may be on. {_CHOOSE}"
_SPACED = f"A field holds a space, which no GS1 code does. {_CHOOSE}"
_ISBT = "This is an ISBT 128 code of blood or tissue; it is kept whole. Enter product, lot and expiry from the label"
_TAILS = "*;,.:!?'\"="  # what scanners add behind a code, and no lot ends with
_BARE_LENGTHS = (8, 12, 13, 14)
_MOST_OFFERED = 8


def read_scan(
    text: str, catalogue: Sequence[CatalogProduct] | None, today: date, recalled: Sequence[Recall] = (),
) -> ScanResult:
    """Read a scanned or typed code. Never raises: what cannot be read says so in ``problems``.

    Where ``catalogue`` is None there is none, and a product not in it is no problem.
    """
    raw, scan = text.strip(" \t\r\n\0"), clean(text)
    if scan.fault:
        return ScanResult(ScanKind.UNREADABLE, raw, problems=(scan.fault,), refused=True)
    for kind, pattern in _CARDS:
        if pattern.fullmatch(scan.body.upper()):
            return ScanResult(kind, raw, code=scan.body.upper())
    hibc = hibc_problems(scan.body)
    if hibc is not None:
        return ScanResult(ScanKind.HIBC, raw, code=hibc[0], problems=hibc[1])
    if is_isbt_128(scan.body):
        return ScanResult(ScanKind.ISBT_128, raw, code=scan.body, problems=(_ISBT,))
    try:
        return _product(raw, scan, _Shelf(catalogue, recalled, today))
    except ScanFault as fault:
        return ScanResult(ScanKind.UNREADABLE, raw, problems=(f"{fault}. {_SCAN_AGAIN}",), refused=True)


def choose_reading(
    result: ScanResult, chosen: ScanReading, today: date, recalled: Sequence[Recall] = (),
) -> ScanResult:
    """Settle a doubtful code by the reading the label shows; ValueError for a stranger."""
    if chosen not in result.alternatives:
        raise ValueError("the reading is none of those the scan offered")
    settled = replace(
        result, lot=chosen.lot, expiry=chosen.expiry, serial=chosen.serial, alternatives=(), problems=(), refused=False)
    return _judged(settled, _Shelf(None, recalled, today))


# --- a product's code ----------------------------------------------------------------------------------


def _product(raw: str, scan: ScanText, shelf: _Shelf) -> ScanResult:
    if _is_bare_number(scan):
        return _bare_gtin(raw, scan.body, shelf)
    elements, marked = _elements(scan.body)
    fields = _fields(elements)
    gtin = fields.get("01", "")
    if not gtin:
        raise ScanFault("The code names no product; scan the label's other code")
    if gtin_problem(gtin):
        raise ScanFault(gtin_problem(gtin))
    _check_dates(fields, shelf.today)
    result = _with_product(ScanResult(ScanKind.PRODUCT, raw, gtin=gtin), shelf)
    readings = (_plain_readings if marked else possible_readings)(elements, shelf.today)
    questions = _questions(elements, scan, shelf.today, marked)
    if questions:
        expiry = reading_of(fields, shelf.today).expiry
        return _asked(replace(result, expiry=expiry), questions, readings, shelf)
    reading = readings[0]
    return _judged(replace(result, lot=reading.lot, expiry=reading.expiry, serial=reading.serial), shelf)


def _is_bare_number(scan: ScanText) -> bool:
    if not scan.body.isdigit() or scan.is_gs1:
        return False
    return len(scan.body) in _BARE_LENGTHS


def _bare_gtin(raw: str, body: str, shelf: _Shelf) -> ScanResult:
    if gtin_problem(body):
        raise ScanFault(gtin_problem(body))
    if _may_be_piece(body, shelf.today):
        raise ScanFault("These digits may be a piece of a longer code")
    return _judged(_with_product(ScanResult(ScanKind.PRODUCT, raw, gtin=body), shelf), shelf)


def _may_be_piece(body: str, today: date) -> bool:
    """Tell whether digits that pass as a product number are as likely a GS1 code cut off or without its number."""
    if len(body) == 8:
        return body.startswith("0")  # no package's own number: a shop's, a shortened one, or the start of «01...»
    if len(body) in (13, 14) and body.startswith("01"):
        return True
    return body[:2] in DATES and calendar_day(body[2:8], today) is not None and body[8:10] in ("10", "21", "17")


def _elements(body: str) -> tuple[list[Element], bool]:
    """Split into fields, and tell whether the form itself marks where each one ends."""
    if body.startswith("("):
        return split_printed(body), True
    if body.lower().startswith(("http://", "https://")):
        import biip  # not before it is needed: its table of prefixes is a twentieth of the start

        try:
            link = biip.parse(body).gs1_digital_link_uri
        except biip.ParseError:
            link = None
        if link is None:
            raise ScanFault("This is a web address that names no product")
        return [Element(one.ai.ai, one.value) for one in link.element_strings], True
    if " " in body and body[:2].isdigit():
        raise ScanFault("There are spaces in the code; type it with brackets, as (01)...(17)...(10)...")
    return split_elements(body), False


def _fields(elements: Iterable[Element]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for element in elements:
        if fields.setdefault(element.ai, element.value) != element.value:
            raise ScanFault(f"The code holds ({element.ai}) twice; two codes ran together")
    return fields


def _check_dates(fields: dict[str, str], today: date) -> None:
    days = {ai: calendar_day(fields[ai], today) for ai in DATES if ai in fields}
    for ai, day in days.items():
        if day is None:
            raise ScanFault(f"The {DATES[ai]} {fields[ai]} is no date")
    timed = fields.get("7003", "")[:6]
    if timed and (calendar_day(timed, today) is None or timed != fields.get("17", timed)):
        raise ScanFault(f"The expiry {timed} is no date, or contradicts another")
    made, expiry = days.get("11"), days.get("17")
    if made is not None and (made > today or (expiry is not None and expiry < made)):
        raise ScanFault(f"The dates contradict each other: made {made.isoformat()}")


def _plain_readings(elements: Sequence[Element], today: date) -> tuple[ScanReading, ...]:
    return (reading_of({element.ai: element.value for element in elements}, today),)


# --- doubts ----------------------------------------------------------------------------------------------

_Question = tuple[str, Callable[[ScanReading], ScanReading]]


def _questions(
    elements: Sequence[Element], scan: ScanText, today: date, marked: bool
) -> list[_Question]:
    """Give what is doubtful about a code, each with how it would read otherwise."""
    reading = reading_of({element.ai: element.value for element in elements}, today)
    stored = reading.lot + reading.serial
    questions: list[_Question] = []
    if not marked and doubtful(elements, today):
        questions.append((_LOST, lambda one: one))
    if " " in stored:
        questions.append((_SPACED, _without_spaces))
    if elements[-1].ai in ("10", "21") and elements[-1].value[-1:] in _TAILS:
        sign = elements[-1].value[-1]
        questions.append((f"The code ends with «{sign}», which the scanner may have added. {_CHOOSE}", _without_tail))
    if not scan.is_gs1 and any(letter.islower() for letter in stored) and not any(map(str.isupper, stored)):
        questions.append((_SMALL, other_case))
    return questions


def _without_spaces(reading: ScanReading) -> ScanReading:
    return replace(reading, lot=reading.lot.replace(" ", ""), serial=reading.serial.replace(" ", ""))


def _without_tail(reading: ScanReading) -> ScanReading:
    return replace(reading, lot=reading.lot.rstrip(_TAILS), serial=reading.serial.rstrip(_TAILS))


def _asked(
    result: ScanResult, questions: Sequence[_Question], readings: Sequence[ScanReading], shelf: _Shelf
) -> ScanResult:
    for _, otherwise in questions:
        readings = [*readings, *(otherwise(one) for one in readings)]
    offered = tuple(dict.fromkeys(readings))[:_MOST_OFFERED]
    if not offered:
        raise ScanFault("The code is damaged or no product code")
    barred = [f"{problem}. Do not use it" for problem in (expiry_problem(result.expiry, shelf.today),) if problem]
    words = tuple(question for question, _ in questions)
    return replace(
        result, problems=(*barred, *words, *_unknown(result)), alternatives=offered, refused=bool(barred))


# --- what is known of the product --------------------------------------------------------------------------


def _with_product(result: ScanResult, shelf: _Shelf) -> ScanResult:
    if shelf.catalogue is None:
        return result
    product = next((one for one in shelf.catalogue if one.gtin and gtin14(one.gtin) == gtin14(result.gtin)), None)
    return replace(result, kind=ScanKind.PRODUCT if product else ScanKind.UNKNOWN_PRODUCT, product=product)


def _unknown(result: ScanResult) -> tuple[str, ...]:
    if result.kind is not ScanKind.UNKNOWN_PRODUCT:
        return ()
    return (f"Product number {result.gtin} is not in the catalogue; add it or scan another",)


def _judged(result: ScanResult, shelf: _Shelf) -> ScanResult:
    barred = [problem for problem in (
        expiry_problem(result.expiry, shelf.today),
        recall_problem(shelf.recalled, result.gtin, result.lot, result.serial)) if problem]
    problems = [f"{problem}. Do not use it" for problem in barred]
    identified = result.lot or result.serial
    absent = [name for name, value in (("lot", identified), ("expiry date", result.expiry)) if not value]
    if absent:
        problems.append(f"The code holds no {' and no '.join(absent)}; enter it from the label")
    return replace(result, problems=(*problems, *_unknown(result)), refused=bool(barred))
