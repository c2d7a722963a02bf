"""What a scanned text means: a product's UDI, a patient card, a staff badge, a plasma tube.

GS1 element strings are read with or without symbology prefix, with the group separator, or in their
human-readable form. A scanner that drops the separator makes one field swallow the next without any
error: such a code is never taken as read, its possible readings are offered instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import biip
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from console.domain.people import CatalogProduct
from console.domain.products import (
    Recall,
    expiry_problem,
    gtin14,
    gtin_problem,
    recall_problem,
)
from console.services.scan_fields import (
    GS,
    ScanReading,
    calendar_day,
    possible_readings,
    strip_symbology,
    swallowed,
    unescape_separator,
)


class ScanKind(StrEnum):
    """What a code is."""

    PRODUCT = "product"
    UNKNOWN_PRODUCT = "unknown_product"
    HIBC = "hibc"
    PATIENT = "patient"
    STAFF = "staff"
    PRP_TUBE = "prp_tube"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A scan read. Texts are empty where the code holds none; ``problems`` are sentences.

    ``alternatives`` are to be chosen from when the separator was lost; until then lot, serial and the
    rest stay empty. ``refused``: expired, recalled or misread; not to be used whatever is entered.
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


_CARDS = (
    (ScanKind.PATIENT, re.compile(r"P-\d{3,8}")),
    (ScanKind.STAFF, re.compile(r"PR-\d{1,4}")),
    (ScanKind.PRP_TUBE, re.compile(r"T-\d{3,8}-\d{1,3}")),
)
_HIBC = re.compile(r"\+[A-Z$0-9][A-Z0-9\-. $/+%]{3,}")
_HIBC_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_SCAN_AGAIN = "Scan it again, or enter the product by hand"


def read_scan(
    text: str, catalogue: Sequence[CatalogProduct], today: date, recalled: Sequence[Recall] = (),
) -> ScanResult:
    """Read a scanned or typed code. Never raises: what cannot be read says so in ``problems``."""
    raw = text.strip(" \t\r\n\0")
    body, caps_lock = strip_symbology(unescape_separator(raw))
    if caps_lock:
        return _unreadable(raw, "The scanner types with Caps Lock on; switch it off and scan again")
    if not body.strip(GS):
        return _unreadable(raw, f"The scan is empty. {_SCAN_AGAIN}")
    for kind, pattern in _CARDS:
        if pattern.fullmatch(body.upper()):
            return ScanResult(kind, raw, code=body.upper())
    if _HIBC.fullmatch(body):
        return _hibc(raw, body)
    if body.isdigit() and body.isascii() and len(body) in (8, 12, 13, 14):
        return _bare_gtin(raw, body, catalogue, recalled, today)
    return _gs1(raw, body, catalogue, today, recalled)


def choose_reading(
    result: ScanResult, chosen: ScanReading, today: date, recalled: Sequence[Recall] = (),
) -> ScanResult:
    """Settle a code whose separator was lost by the reading the label shows; ValueError for a stranger."""
    if chosen not in result.alternatives:
        raise ValueError("the reading is none of those the scan offered")
    return _judged(replace(
        result, lot=chosen.lot, expiry=chosen.expiry, serial=chosen.serial, alternatives=(), problems=(),
        refused=False), today, recalled)


def _unreadable(raw: str, problem: str) -> ScanResult:
    return ScanResult(ScanKind.UNREADABLE, raw, problems=(problem,), refused=True)


def _hibc(raw: str, body: str) -> ScanResult:
    total = sum(_HIBC_ALPHABET.index(letter) for letter in body[:-1])
    problems = ["This is an HIBC code; it is kept whole. Enter product, lot and expiry from the label"]
    if _HIBC_ALPHABET[total % 43] != body[-1]:
        problems.append("Its check character does not fit; compare it with the label")
    return ScanResult(ScanKind.HIBC, raw, code=body, problems=tuple(problems))


def _bare_gtin(
    raw: str, body: str, catalogue: Sequence[CatalogProduct], recalled: Sequence[Recall], today: date,
) -> ScanResult:
    problem = gtin_problem(body)
    if problem:
        return _unreadable(raw, f"{problem}. {_SCAN_AGAIN}")
    return _judged(_with_product(ScanResult(ScanKind.PRODUCT, raw, gtin=body), catalogue), today, recalled)


def _with_product(result: ScanResult, catalogue: Sequence[CatalogProduct]) -> ScanResult:
    product = next((one for one in catalogue if gtin14(one.gtin) == gtin14(result.gtin) and one.gtin), None)
    kind = ScanKind.PRODUCT if product else ScanKind.UNKNOWN_PRODUCT
    return replace(result, kind=kind, product=product)


def _elements(body: str) -> tuple[list[GS1ElementString], bool]:
    """Split into fields, and tell whether the form marks where each one ends; ParseError from biip."""
    if body.startswith("("):
        return list(GS1Message.parse_hri(body).element_strings), True
    if body.lower().startswith(("http://", "https://")):
        link = biip.parse(body).gs1_digital_link_uri
        return (list(link.element_strings) if link else []), True
    return list(GS1Message.parse(body.strip(GS)).element_strings), False


def _cut_short(body: str, elements: Sequence[GS1ElementString]) -> bool:
    """Tell whether a field ended only because it was full: the separator behind it is missing."""
    return any(
        element.ai.separator_required and f"{element.ai.ai}{element.value}{GS}" not in body
        for element in elements[:-1]
    )


def _gs1(
    raw: str, body: str, catalogue: Sequence[CatalogProduct], today: date, recalled: Sequence[Recall],
) -> ScanResult:
    try:
        elements, marked = _elements(body)
    except biip.ParseError:
        return _torn(raw, body, catalogue, today)
    if not marked and _cut_short(body, elements):
        return _torn(raw, body, catalogue, today)
    fields: dict[str, str] = {}
    for element in elements:
        if fields.setdefault(element.ai.ai, element.value) != element.value:
            return _unreadable(
                raw, f"The code holds ({element.ai.ai}) twice; two codes ran together. {_SCAN_AGAIN}")
    gtin = fields.get("01", "")
    if not gtin:
        return _unreadable(raw, f"The code names no product; scan the label's other code. {_SCAN_AGAIN}")
    if gtin_problem(gtin):
        return _unreadable(raw, f"{gtin_problem(gtin)}. {_SCAN_AGAIN}")
    result = _with_product(ScanResult(ScanKind.PRODUCT, raw, gtin=gtin), catalogue)
    if not marked and swallowed(fields, separator_seen=GS in body, today=today):
        return _ask_which(result, possible_readings(fields, today))
    return _dated(result, fields, today, recalled)


def _dated(
    result: ScanResult, fields: dict[str, str], today: date, recalled: Sequence[Recall]
) -> ScanResult:
    written = fields.get("17") or fields.get("7003", "")[:6]
    expiry = calendar_day(written, today) if written else None
    if written and expiry is None:
        return _unreadable(result.raw, f"The expiry {written} is no date. {_SCAN_AGAIN}")
    made = calendar_day(fields["11"], today) if "11" in fields else None
    if made is not None and (made > today or (expiry is not None and expiry < made)):
        return _unreadable(
            result.raw, f"The dates contradict each other: made {made.isoformat()}. {_SCAN_AGAIN}")
    return _judged(replace(
        result, lot=fields.get("10", ""), serial=fields.get("21", ""),
        expiry=expiry.isoformat() if expiry else ""), today, recalled)


def _torn(raw: str, body: str, catalogue: Sequence[CatalogProduct], today: date) -> ScanResult:
    """Read what biip could not: a field grown too long by a lost separator is offered, the rest refused."""
    match = re.fullmatch(r"01(\d{14})((?:1[1-7]\d{6})*)(10|21)([^\x1d]{21,60})", body.strip(GS))
    if match is None or gtin_problem(match[1]):
        return _unreadable(raw, f"The code is damaged or no product code. {_SCAN_AGAIN}")
    fields = {"01": match[1], match[3]: match[4]}
    for at in range(0, len(match[2]), 8):
        fields[match[2][at:at + 2]] = match[2][at + 2:at + 8]
    readings = possible_readings(fields, today)
    if not readings:
        return _unreadable(raw, f"The code is damaged or no product code. {_SCAN_AGAIN}")
    return _ask_which(_with_product(ScanResult(ScanKind.PRODUCT, raw, gtin=match[1]), catalogue), readings)


def _ask_which(result: ScanResult, readings: Sequence[ScanReading]) -> ScanResult:
    question = (
        "The scanner dropped a separator, so this code reads in more than one way. "
        "Choose what the label says"
    )
    return replace(result, problems=(question, *_unknown(result)), alternatives=tuple(readings))


def _unknown(result: ScanResult) -> tuple[str, ...]:
    if result.product is not None:
        return ()
    return (f"Product number {result.gtin} is not in the catalogue; add it or scan another",)


def _judged(result: ScanResult, today: date, recalled: Sequence[Recall]) -> ScanResult:
    barred = [problem for problem in (
        expiry_problem(result.expiry, today),
        recall_problem(recalled, result.gtin, result.lot, result.serial)) if problem]
    problems = [f"{problem}. Do not use it" for problem in barred]
    absent = [name for name, value in (("lot", result.lot), ("expiry date", result.expiry)) if not value]
    if absent:
        problems.append(f"The code holds no {' and no '.join(absent)}; enter it from the label")
    return replace(result, problems=(*problems, *_unknown(result)), refused=bool(barred))
