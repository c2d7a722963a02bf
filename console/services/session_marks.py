"""What a manager looks a session up by beside its plain facts: deviations, and what its record lacks.

Both are derived from the history alone, so that they can be built anew. Times are compared with what the
history itself names (a label's onset, a plan's passes), never with a figure of the program's own.
"""

from collections.abc import Callable

from console.domain import session_events as ev
from console.domain.session_state import Application, SessionState

STANDINGS = ("open", "finished", "stopped", "deferred", "opened_in_error", "abandoned", "cut_off", "bench", "erased")
COUNTED = "finished"  # the only standing that statistics go by
COMPLETE = "complete"  # the value where nothing is missing

# Deviations first; what only tells a session apart follows.
DEVIATIONS = ("override", "removed_early", "left_on_long", "passes_short", "target_changed",
              "gap", "lot_missing", "not_competent", "cartridge_broken", "consent_withdrawn")
OTHERS = ("off_label", "by_hand", "amended", "reaction", "emergency", "handed_over", "restarted", "entered_afterwards")


def standing_of(state: SessionState) -> str:
    """Give the one list a session belongs to, a word of ``STANDINGS``."""
    if state.kind == "bench":
        return "bench"
    if state.ended is None:
        return "open"
    return {"unfinished": "stopped"}.get(state.outcome, state.outcome if state.outcome in STANDINGS else "abandoned")


def reason_of(state: SessionState) -> str:
    """Give why a session ended as it did, empty where it simply finished."""
    return (state.ended.reason if state.ended is not None else "") or state.stop_reason


def marks_of(state: SessionState) -> tuple[str, ...]:
    """Give the marks of a session, in the order of ``DEVIATIONS`` and ``OTHERS``."""
    return tuple(name for name in (*DEVIATIONS, *OTHERS) if _MARKS[name](state))


def missing_of(state: SessionState) -> tuple[str, ...]:
    """Give what a finished treatment's record lacks; ``complete`` where nothing, empty where none is expected."""
    if standing_of(state) != COUNTED:
        return ()
    return tuple(name for name, lacks in _MISSING.items() if lacks(state)) or (COMPLETE,)


def _removed_early(one: Application) -> bool:
    return bool(one.early_reason)


def _left_on_long(one: Application) -> bool:
    end_us = one.removed_at_us
    return end_us is not None and end_us - one.earliest_us > one.applied.max_contact_s * 1_000_000


def _lot_missing(state: SessionState) -> bool:
    products = [one.applied.product for one in state.anesthetics.values()]
    products += [one.product for one in state.cartridges]
    products += [one.product for _, one in state.serums if isinstance(one, ev.SerumApplied)]
    no_cartridge = state.needling_begun and not state.cartridges
    return no_cartridge or any(not product.lot for product in products)


def _pictured(state: SessionState, moment: str) -> bool:
    consent = state.consents.get("photos")
    if consent is not None and not consent.given:
        return True
    counted = any(one.moment == moment and (one.count or one.declined_reason) for one in state.photos)
    return counted or any(one.taken.moment == moment and not one.struck for one in state.pictures.values())


def _goes_on(state: SessionState) -> bool:
    return state.opened is not None and state.opened.course_number < state.opened.course_length


_MARKS: dict[str, Callable[[SessionState], bool]] = {
    "override": lambda state: bool(state.overrides),
    "off_label": lambda state: bool(state.off_label) or any(
        one.off_label_reason for _, one in state.serums) or bool(state.glide and state.glide.off_label_reason),
    "removed_early": lambda state: any(_removed_early(one) for one in state.anesthetics.values()),
    "left_on_long": lambda state: any(_left_on_long(one) for one in state.anesthetics.values()),
    "passes_short": lambda state: any(area.short_reason for area in state.areas.values()),
    "target_changed": lambda state: any(isinstance(one.what, ev.TargetChanged) for _, one in state.log),
    "gap": lambda state: bool(state.gaps),
    "lot_missing": _lot_missing,
    "not_competent": lambda state: state.competence is not None,
    "cartridge_broken": lambda state: any(
        isinstance(one.what, ev.CartridgeUnbound) and one.what.broken for _, one in state.log),
    "consent_withdrawn": lambda state: bool(state.withdrawn),
    "by_hand": lambda state: state.manual_mode,
    "amended": lambda state: bool(state.amendments),
    "reaction": lambda state: bool(state.reactions),
    "emergency": lambda state: bool(state.emergency),
    "handed_over": lambda state: any(isinstance(one.what, ev.HandedOver) for _, one in state.log),
    "restarted": lambda state: bool(state.restarts),
    "entered_afterwards": lambda state: state.afterwards is not None,
}

_MISSING: dict[str, Callable[[SessionState], bool]] = {
    "signature": lambda state: state.sealed is None,
    "consent": lambda state: not state.consent_signed and not state.signatures,
    "photos_before": lambda state: not _pictured(state, "before"),
    "photos_after": lambda state: not _pictured(state, "after"),
    "lot": _lot_missing,
    "endpoint": lambda state: any(area.begun and not area.endpoints for area in state.areas.values()),
    "aftercare": lambda state: state.aftercare is None,
    "next_session": lambda state: _goes_on(state) and not state.next_session,
}

EXPECTED = tuple(_MISSING)  # what a finished treatment's record should hold
