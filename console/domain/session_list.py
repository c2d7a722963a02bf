"""The words of the session list: by what it is filtered, and what is counted about it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID


class FacetKind(StrEnum):
    """By what a session can be found. Each session has values of most kinds, of some several."""

    ALL = "all"  # one value, the empty one: every session
    KIND = "kind"  # treatment, training, bench
    STATE = "state"  # open, sealed, cut_off, abandoned
    STANDING = "standing"  # see ``SessionRow.standing``
    CLINIC = "clinic"
    PRACTITIONER = "practitioner"
    ROOM = "room"
    MAP = "map"  # face, scalp, body
    AREA = "area"
    INDICATION = "indication"
    PLAN = "plan"
    PEN = "pen"
    LOT = "lot"
    ALARM = "alarm"  # any, its priority, its rule
    MARK = "mark"  # deviations and the like: ``services.session_marks``
    MISSING = "missing"  # what the record lacks, or nothing


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: the sessions with any of these values."""

    kind: FacetKind
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """What is asked for; empty means any. ``text`` is what was typed: patient, staff, lot, pen, forgiving of slips."""

    text: str = ""
    since_us: int | None = None
    until_us: int | None = None
    patient_id: str = ""
    facets: tuple[Facet, ...] = ()

    def values(self, kind: FacetKind) -> tuple[str, ...]:
        """Give the values asked for of a kind, none for any."""
        return next((one.values for one in self.facets if one.kind is kind), ())

    def having(self, kind: FacetKind, *values: str) -> "SessionFilter":
        """Give the same filter with these values of a kind; with none, any."""
        others = tuple(one for one in self.facets if one.kind is not kind)
        return replace(self, facets=(*others, Facet(kind, values)) if values else others)


@dataclass(frozen=True, slots=True)
class ListSpan:
    """A run of the list, newest first: the sessions with ``low <= place < high`` that match, and how many."""

    high: int
    low: int
    count: int


@dataclass(frozen=True, slots=True)
class ListOutline:
    """How long a list is, without its rows. ``capped``: there are more than could be counted in time."""

    spans: tuple[ListSpan, ...]
    capped: bool = False

    @property
    def count(self) -> int:
        """Give how many rows there are, or at least are."""
        return sum(span.count for span in self.spans)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value to filter by, and how many sessions have it; ``capped``: at least so many."""

    value: str
    count: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class SessionUse:
    """A session in which something was used: who was treated when."""

    session_id: UUID
    patient_id: str
    opened_us: int


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Sums over the closed sessions of one local month (``month`` is 202611) that have a value of a facet.

    All but ``sessions`` count finished treatments only: what was stopped, put off or opened in error is left out.
    """

    month: int
    sessions: int
    treated: int
    needling_s: int
    alarms: int
    overrides: int
    off_label: int
    deviations: int
    reactions: int
    gaps: int
