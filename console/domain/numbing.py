"""Commands of the anesthetic: put on, tested, taken off area by area, skipped; its clock confirmed after a doubt."""

from collections.abc import Sequence

from console.domain import session_events as ev
from console.domain.areas import labels_of
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import Application, SessionState
from console.domain.workflow import Phase, require, require_open, treatment_consent_gate

SECOND_US = 1_000_000
LEAST_WEIGHT_G, MOST_WEIGHT_G = 2_000, 400_000  # against slips of the finger, outside anyone treated


def take_weight(weight_g: int) -> Command:
    """Keep the patient's weight, asked where a label's limits go by it."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if not LEAST_WEIGHT_G <= weight_g <= MOST_WEIGHT_G:
            raise Refusal(f"{weight_g / 1000:g} kg is no weight of a patient", "nothing was recorded")
        return [] if state.weight_g == weight_g else [ev.WeightTaken(weight_g)]

    return command


def apply_anesthetic(applied: ev.AnestheticApplied, now_us: int) -> Command:
    """Start a dwell clock. A start before now is back-timed and marked so; a later one is refused.

    One that lies further back than the label's longest time needs a word why.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.ANESTHETIC)
        if reason := treatment_consent_gate(state):
            raise Refusal(reason.capitalize(), "nothing was recorded")
        if applied.applied_at_us > now_us:
            raise Refusal("The anesthetic cannot be applied in the future")
        if now_us - applied.applied_at_us >= applied.max_contact_s * SECOND_US and not applied.over_reason:
            raise Refusal("That start is past the label's longest time", "nothing was recorded",
                          "say why, and take it off at once")
        if strange := [one for one in applied.area_ids if one not in state.areas]:
            raise Refusal(f"{labels_of(strange)} is not in the plan", "nothing was recorded")
        if state.screening_verdict().blocks_anesthetic:
            raise Refusal("Screening blocks the anesthetic for this patient", todo="skip it with that reason")
        if applied.application_id in state.anesthetics:
            raise Refusal("This application is already recorded")
        return [applied]

    return command


def record_numbness(result: str) -> Command:
    """Record the pin test."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.ANESTHETIC)
        return [ev.NumbnessTested(result)]

    return command


def _on_skin(state: SessionState, application_id: str) -> Application:
    application = state.anesthetics.get(application_id)
    if application is None or application.removed_at_us is not None:
        raise Refusal("No such anesthetic is on the skin")
    return application


def remove_anesthetic(application_id: str, now_us: int, early_reason: str = "",
                      area_ids: Sequence[str] = ()) -> Command:
    """Confirm «removed and cleansed», also during a stop; before onset it needs a reason.

    ``area_ids``: only there, the rest stays on. While needling, the skin is disinfected in the same act.
    """

    def command(state: SessionState) -> list[Payload]:
        require_open(state)
        application = _on_skin(state, application_id)
        ready_us = application.since_us + application.applied.onset_s * SECOND_US
        if now_us < ready_us and not early_reason:
            raise Refusal("The anesthetic has not had its time", todo="wait, or give a reason to remove it early")
        on = application.on_areas(state.areas)
        wanted = tuple(area_ids) or on
        if strange := [one for one in wanted if one not in on]:
            raise Refusal(f"The anesthetic is not on {labels_of(strange)}", "nothing was recorded")
        needling = state.phase is Phase.NEEDLING
        if set(wanted) == set(on) and not application.cleared and not needling:
            return [ev.AnestheticRemoved(application_id, early_reason)]
        return [ev.AnestheticRemovedFrom(application_id, wanted, early_reason, needling)]

    return command


def confirm_dwell(
    application_id: str, since_us: int, now_us: int, wall_less_steady_ms: int | None = None,
) -> Command:
    """Confirm since when it is on the skin, after the clock jumped or the console was started again."""

    def command(state: SessionState) -> list[Payload]:
        require_open(state)
        _on_skin(state, application_id)
        if since_us > now_us:
            raise Refusal("The anesthetic cannot be applied in the future")
        return [ev.DwellConfirmed(application_id, since_us, wall_less_steady_ms)]

    return command


def doubt_dwell() -> Command:
    """Note that nobody knows whether the wall clock was changed while the console was closed."""

    def command(state: SessionState) -> list[Payload]:
        return [] if state.closed or not state.anesthetics_on() else [ev.DwellDoubted()]

    return command


def skip_anesthetic(reason: str) -> Command:
    """Go on without anesthetic, with a reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.ANESTHETIC)
        if not reason.strip():
            raise Refusal("Skipping the anesthetic needs a reason")
        if state.anesthetics_on():
            raise Refusal("An anesthetic is on the skin", todo="remove it first")
        return [ev.AnestheticSkipped(reason.strip())]

    return command


def report_reaction(signs: Sequence[str], text: str = "") -> Command:
    """Record signs of a reaction, at any time, also during a stop."""

    def command(state: SessionState) -> list[Payload]:
        require_open(state)
        if not signs and not text:
            raise Refusal("A reaction needs a sign or a word")
        return [ev.ReactionReported(tuple(signs), text)]

    return command
