"""Products put on or into skin: expiry, recalls, GTIN check digits, and what is meant for the dermis."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from console.domain.sources import Source, cite


@dataclass(frozen=True, slots=True)
class Recall:
    """A recalled product: ``lot`` or ``serial`` empty means any."""

    gtin: str
    lot: str = ""
    serial: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SkinProduct:
    """A serum, glide gel or other topical. ``meant_for_dermis`` None: no source says either way."""

    clinical_id: str
    name: str
    roles: tuple[str, ...]  # serum, glide
    meant_for_dermis: bool | None
    warning: str
    sources: tuple[Source, ...]
    reviewed: date

    @property
    def source(self) -> str:
        """Give the sources as one line."""
        return cite(self.sources)


def check_digit(digits: str) -> str:
    """Give the GS1 check digit for the digits before it (weights 3, 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin_problem(text: str) -> str:
    """Say what is wrong with a GTIN of 8, 12, 13 or 14 digits; empty when nothing is."""
    if not (text.isascii() and text.isdigit()) or len(text) not in (8, 12, 13, 14):
        return f"{text or 'The product number'} is not a product number of 8, 12, 13 or 14 digits"
    if not text.strip("0"):
        return f"{text} is no product number"
    if check_digit(text[:-1]) != text[-1]:
        return f"The check digit of product number {text} is wrong; the code was misread or misprinted"
    return ""


def gtin14(text: str) -> str:
    """Write a GTIN with 14 digits, so that equal ones compare equal."""
    return text.zfill(14) if text else ""


def expiry_problem(expiry: str, today: date) -> str:
    """Say that a product is expired; empty when in date or no date is known. The day itself counts."""
    if not expiry:
        return ""
    last_day = date.fromisoformat(expiry)
    return f"Expired on {last_day.isoformat()}" if today > last_day else ""


def recall_problem(recalls: Iterable[Recall], gtin: str, lot: str, serial: str = "") -> str:
    """Say that a product is recalled; empty when it is not."""
    for recall in recalls:
        same_lot = recall.lot in ("", lot)
        same_serial = recall.serial in ("", serial)
        if gtin14(recall.gtin) == gtin14(gtin) and same_lot and same_serial:
            what = f"Lot {lot}" if recall.lot else "This product"
            return f"{what} is recalled{': ' + recall.reason if recall.reason else ''}"
    return ""


def dermis_warning(product: SkinProduct | None) -> str:
    """Give the warning to show before a product meets needled skin; empty when none is known to be due."""
    if product is None:
        return "The clinical files do not know this product; check that it is meant for the dermis"
    if product.meant_for_dermis is False:
        return product.warning
    if product.meant_for_dermis is None:
        return product.warning or "No source says that this product is meant for the dermis"
    return ""


def is_tube_of(tube_id: str, patient_id: str) -> bool:
    """Tell whether a plasma tube bears a patient's number: «T-0412-3» is the third tube of P-0412."""
    parts = tube_id.split("-")
    return len(parts) == 3 and parts[0] == "T" and bool(parts[2]) and parts[1] == patient_id.removeprefix("P-") != ""


def plasma_problem(drawn_at_us: int, now_us: int, longest_min: int | None) -> str:
    """Say what is wrong with when plasma was drawn; ``longest_min`` is the clinic's own rule (None: it has none)."""
    if drawn_at_us > now_us:
        return "The plasma cannot be drawn in the future"
    minutes = (now_us - drawn_at_us) // 60_000_000
    if longest_min is not None and minutes > longest_min:
        return f"The plasma was drawn {minutes} min ago; this clinic uses it for {longest_min} min"
    return ""
