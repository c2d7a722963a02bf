"""Outcome scales: a grading keeps its scale's version, ends and direction, for papers run some the other way."""

from dataclasses import dataclass
from typing import Protocol

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState

GRADERS = {"practitioner": "Practitioner", "patient": "Patient"}


class ScaleFacts(Protocol):
    """What a grading takes from its scale."""

    @property
    def scale_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...
    @property
    def better(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Grading:
    """A grading as it lies in the course: when (UTC µs), in which session, and what."""

    at_us: int
    session_number: int
    what: ev.OutcomeGraded


def graded(scale: ScaleFacts, value: int, by: str) -> ev.OutcomeGraded:
    """Make a grading; Refusal where the value is off the scale."""
    if not scale.low <= value <= scale.high:
        raise Refusal(f"{value} is off the scale {scale.name}", "nothing was recorded",
                      f"choose {scale.low} to {scale.high}")
    if by not in GRADERS:
        raise Refusal("Who graded is not said", "nothing was recorded", "choose practitioner or patient")
    return ev.OutcomeGraded(scale.scale_id, scale.version, scale.name, value, scale.low, scale.high, scale.better, by)


def grade_outcome(what: ev.OutcomeGraded) -> Command:
    """Record a grading in the session, at any time before its seal; the last one of a scale and grader counts."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed", "nothing was recorded", "grade at the next visit")
        same = [one for _, one in state.outcomes if (one.scale_id, one.graded_by) == (what.scale_id, what.graded_by)]
        return [] if same and same[-1] == what else [what]

    return command


def change_words(first: ev.OutcomeGraded, last: ev.OutcomeGraded) -> str:
    """Say whether a scale got better or worse over a course; empty where its versions or ends differ."""
    if (first.scale_version, first.low, first.high, first.better) != (
            last.scale_version, last.low, last.high, last.better):
        return ""
    if first.value == last.value:
        return "Unchanged"
    if first.better not in ("lower", "higher"):
        return ""
    return "Better" if (last.value < first.value) == (first.better == "lower") else "Worse"
