"""The aftercare sheet: what to do and for how long, what is normal, when to call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from console.domain.sources import Source


class SheetPart(StrEnum):
    """Which part of the sheet an item belongs to."""

    RULE = "rule"
    NORMAL = "normal"
    CALL = "call"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class AftercareAdvice:
    """One line of advice; hours count from the end of the session.

    Items that share a ``choice`` are the conflicting advice of different sources: the clinic picks
    one ``option`` of each choice; ``shipped`` marks the one picked until it does.
    """

    item_id: str
    part: SheetPart
    icon: str
    text: str
    detail: str
    from_hours: int
    until_hours: int | None
    choice: str
    option: str
    shipped: bool
    conflict: str
    sources: tuple[Source, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An item with its dates worked out; ``start`` and ``end`` are shares of the sheet's span, for a bar."""

    item_id: str
    part: SheetPart
    icon: str
    text: str
    detail: str
    from_day: date
    until_day: date | None
    start: float
    end: float
    in_english: bool = False  # on a sheet of another language that has no words for it


def chosen_items(
    items: Sequence[AftercareAdvice], choices: Mapping[str, str]
) -> tuple[AftercareAdvice, ...]:
    """Leave out the advice the clinic did not choose; ``choices`` maps a choice to its option."""
    return tuple(
        item for item in items
        if not item.choice
        or (choices[item.choice] == item.option if item.choice in choices else item.shipped)
    )


def sheet_lines(items: Sequence[AftercareAdvice], finished_local: datetime) -> tuple[SheetLine, ...]:
    """Work out the sheet for a session that ended at a local time.

    Bars are scaled to the longest item, the first day to the last.
    """
    span = max((item.until_hours for item in items if item.until_hours is not None), default=0)
    return tuple(_line(item, finished_local, span) for item in items)


def _line(item: AftercareAdvice, finished: datetime, span_hours: int) -> SheetLine:
    until = item.until_hours
    return SheetLine(
        item.item_id, item.part, item.icon, item.text, item.detail,
        (finished + timedelta(hours=item.from_hours)).date(),
        (finished + timedelta(hours=until)).date() if until is not None else None,
        item.from_hours / span_hours if span_hours else 0.0,
        until / span_hours if until is not None and span_hours else 0.0,
    )
