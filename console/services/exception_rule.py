"""By what sessions are put in order for a manager's reading: the deviations, their points, and when each happened."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from console.domain import session_events as ev
from console.domain.ports import SessionRow
from console.domain.session_state import SessionState
from console.services.local_time import local_day
from console.services.resources import resource_text

EARLY, OVER, GAP = "early_interval", "over_depth", "gap"
EACH = ("once", "second", "gap")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One line of the rule: ``points`` for ``each`` (once, second, gap), at most ``most``."""

    deviation_id: str
    points: int
    each: str
    most: int
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a session stands where it does: a deviation, how much of it, and its points."""

    deviation_id: str
    words: str
    points: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A session with its reasons, the weightiest first."""

    row: SessionRow
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        """Give the sum of its reasons."""
        return sum(one.points for one in self.reasons)


@cache
def shipped_rule() -> tuple[Deviation, ...]:
    """Read the rule that is shipped, in its order."""
    found = tomllib.loads(resource_text("exceptions.toml"))["deviation"]
    return tuple(Deviation(one["id"], one["points"], one["each"], one["most"], one["words"], one["why"])
                 for one in found)


def rank(row: SessionRow, former_us: int | None, intervals: Mapping[str, int],
         rule: Sequence[Deviation]) -> Ranked | None:
    """Judge a session; None without a deviation. ``intervals``: least days between treatments, by plan."""
    amounts = _amounts(row, former_us, intervals)
    reasons = [_reason(one, amounts[one.deviation_id]) for one in rule if amounts.get(one.deviation_id, 0) > 0]
    return Ranked(row, tuple(sorted(reasons, key=lambda one: -one.points))) if reasons else None


def _amounts(row: SessionRow, former_us: int | None, intervals: Mapping[str, int]) -> dict[str, float]:
    amounts: dict[str, float] = dict.fromkeys(row.marks, 1)
    if row.over_band_ms:
        amounts[OVER] = row.over_band_ms / 1_000
    if row.gaps:
        amounts[GAP] = row.gaps
    least_days = intervals.get(row.plan_id, 0)
    if former_us is not None and least_days:
        short = least_days - (local_day(row.opened_us) - local_day(former_us)).days
        amounts[EARLY] = max(short, 0)
    return amounts


def _reason(one: Deviation, amount: float) -> Reason:
    words = one.words
    if one.deviation_id == OVER:
        words = f"{amount:.1f} s over the plan's depth"
    elif one.deviation_id == EARLY:
        words = f"{amount:.0f} days earlier than the plan's interval"
    elif one.deviation_id == GAP and amount > 1:
        words = f"{amount:.0f} gaps in the samples"
    times = 1 if one.each == "once" else amount
    return Reason(one.deviation_id, words, min(max(round(one.points * times), 1), one.most))


def moment_of(state: SessionState, deviation_id: str) -> int:
    """Give when a deviation happened (UTC µs); of one without a moment of its own, when the session was opened."""
    asked = _MOMENTS.get(deviation_id)
    found = asked(state) if asked is not None else None
    return state.opened_at_us if found is None else found


def _first(*kinds: type[ev.Payload]) -> Callable[[SessionState], int | None]:
    return lambda state: next((event.at_us for _, event in state.log if isinstance(event.what, kinds)), None)


def _alarm(*words: str) -> Callable[[SessionState], int | None]:
    def found(state: SessionState) -> int | None:
        times = [one.raised.arose_at_us for one in state.alarms.values()
                 if any(word in one.raised.rule_id for word in words)]
        return min(times, default=None)

    return found


def _removed(state: SessionState) -> int | None:
    early = [one.removed_at_us for one in state.anesthetics.values() if one.early_reason and one.removed_at_us]
    return min(early, default=None)


def _left_on(state: SessionState) -> int | None:
    over = [one.earliest_us + one.applied.max_contact_s * 1_000_000 for one in state.anesthetics.values()
            if one.removed_at_us is not None
            and one.removed_at_us - one.earliest_us > one.applied.max_contact_s * 1_000_000]
    return min(over, default=None)


_MOMENTS: dict[str, Callable[[SessionState], int | None]] = {
    "override": _first(ev.ScreeningOverridden), "consent_withdrawn": _first(ev.ConsentWithdrawn),
    "left_on_long": _left_on, OVER: _alarm("depth"), "removed_early": _removed,
    "not_competent": _first(ev.CompetenceAccepted), "cartridge_broken": _first(ev.CartridgeUnbound),
    "lot_missing": _first(ev.CartridgeBound, ev.AnestheticApplied, ev.SerumApplied),
    "passes_short": _first(ev.AreaFinished), GAP: _first(ev.GapRecorded), "target_changed": _first(ev.TargetChanged)}
