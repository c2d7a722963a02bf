"""Facets of a session: by what it is found, and what it adds to the monthly sums of each."""

import hashlib
from dataclasses import astuple, dataclass
from functools import lru_cache

from console.domain.ports import SessionRow
from console.domain.session_list import FacetKind
from console.services.local_time import local
from console.services.session_marks import COUNTED, DEVIATIONS

PLACE_BITS = 12
ANY = "any"


@dataclass(frozen=True, slots=True)
class Sums:
    """What one session adds to a month, in the order of ``month_figure``'s columns."""

    sessions: int = 1
    treated: int = 0
    needling_s: int = 0
    alarms: int = 0
    overrides: int = 0
    off_label: int = 0
    deviations: int = 0
    reactions: int = 0
    gaps: int = 0


SUM_NAMES = tuple(Sums.__slots__)


@lru_cache(maxsize=20_000)
def facet_id(kind: FacetKind, value: str) -> int:
    """Give a facet's number: 47 bits of a hash, so that it needs no looking up and stays short."""
    return int.from_bytes(hashlib.sha256(f"{kind.value}\0{value}".encode()).digest()[:6]) >> 1


ALL_ID = facet_id(FacetKind.ALL, "")


def first_place(opened_us: int) -> int:
    """Give the lowest place of a moment."""
    return opened_us << PLACE_BITS


def place_of(row: SessionRow) -> int:
    """Give where a session stands in the list, unless another stands there."""
    return first_place(row.opened_us) | row.session_id.int & ((1 << PLACE_BITS) - 1)


def facets_of(row: SessionRow) -> dict[int, tuple[FacetKind, str]]:
    """Give a session's facets by their number."""
    single = (
        (FacetKind.KIND, row.kind), (FacetKind.STATE, row.state), (FacetKind.STANDING, row.standing),
        (FacetKind.CLINIC, row.clinic), (FacetKind.PRACTITIONER, row.practitioner_id), (FacetKind.ROOM, row.room),
        (FacetKind.MAP, row.map_id), (FacetKind.INDICATION, row.indication), (FacetKind.PLAN, row.plan_id),
        (FacetKind.PEN, row.pen_serial))
    several = (
        (FacetKind.AREA, row.area_ids), (FacetKind.LOT, row.lots), (FacetKind.MARK, row.marks),
        (FacetKind.MARK, (ANY,) if set(row.marks) & set(DEVIATIONS) else ()), (FacetKind.MISSING, row.missing),
        (FacetKind.ALARM, (ANY, *row.alarm_kinds) if row.alarms else ()))
    found = [(FacetKind.ALL, ""), *((kind, value) for kind, value in single if value)]
    found += [(kind, value) for kind, values in several for value in values if value]
    return {facet_id(kind, value): (kind, value) for kind, value in found}


def month_of(opened_us: int) -> int:
    """Give the month of the clinic's own calendar, as 202611."""
    moment = local(opened_us)
    return moment.year * 100 + moment.month


def sums_of(row: SessionRow) -> Sums:
    """Give what a session adds; one that is open, or did not finish as a treatment, only that it was."""
    if row.standing != COUNTED:
        return Sums()
    return Sums(
        treated=1, needling_s=row.needling_s, alarms=row.alarms, overrides=int("override" in row.marks),
        off_label=int("off_label" in row.marks), deviations=len(set(row.marks) & set(DEVIATIONS)),
        reactions=int("reaction" in row.marks), gaps=row.gaps)


def numbers(sums: Sums, sign: int = 1) -> tuple[int, ...]:
    """Give sums as numbers, or their opposite."""
    return tuple(sign * number for number in astuple(sums))
