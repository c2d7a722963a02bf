"""How the skin answers after a session: what is expected and until when, what was told, and what goes beyond."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.domain.aftercare import AftercareAdvice, SheetPart
from console.domain.sources import cite
from console.domain.waits import day_words

SEVERITIES = ("mild", "moderate", "severe")
OTHER = "other"  # told in the patient's own words, not one of the sheet's


@dataclass(frozen=True, slots=True)
class ExpectedReaction:
    """A line of the aftercare sheet as something to ask for; hours count from the end of the session.

    ``warns``: one of those the sheet asks to call about, so never an expected one.
    """

    response_id: str
    text: str
    until_hours: int | None
    warns: bool
    source: str

    def until(self, finished_local: datetime) -> date | None:
        """Give the last day it is expected on, None for one that never is."""
        if self.warns or self.until_hours is None:
            return None
        return (finished_local + timedelta(hours=self.until_hours)).date()


@dataclass(frozen=True, slots=True)
class Told:
    """One diary entry: what the patient had on a day (ISO), how much, told when and written down by whom."""

    day: str
    response_id: str
    text: str
    severity: str
    note: str = ""
    told_us: int = 0
    told_to: str = ""


def expected_reactions(items: Iterable[AftercareAdvice]) -> tuple[ExpectedReaction, ...]:
    """Give what to ask for after a session: what the sheet calls normal, then what it asks to call about."""
    found = [ExpectedReaction(one.item_id, one.text, one.until_hours, one.part is SheetPart.CALL, cite(one.sources))
             for one in items if one.part in (SheetPart.NORMAL, SheetPart.CALL)]
    return tuple(sorted(found, key=lambda one: one.warns))


def beyond_course(told: Told, expected: Sequence[ExpectedReaction], finished_local: datetime) -> str:
    """Say why an entry goes beyond its expected course; empty where it does not. A person decides what it is."""
    known = next((one for one in expected if one.response_id == told.response_id), None)
    if known is None:
        return "Not among the expected reactions"
    if known.warns:
        return "One of those the patient is asked to call about"
    last = known.until(finished_local)
    if last is None or date.fromisoformat(told.day) <= last:
        return ""
    return f"Expected until {day_words(last)}"
