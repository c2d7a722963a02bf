"""The phases of a treatment and the one table that says which may follow which.

A gate is a pure question to the session's state: it gives the reason why the way is shut, or an
empty string. The table is the whole truth about order: pages, pedal and tests read it.
"""

from collections.abc import Callable

from console.domain.errors import Refusal
from console.domain.phases import PHASES as PHASES
from console.domain.phases import RAIL as RAIL
from console.domain.phases import Phase as Phase
from console.domain.session_state import SessionState

Gate = Callable[[SessionState], str]


def check_in_gate(state: SessionState) -> str:
    """A plan with areas, and the right patient."""
    if state.plan is None or not state.areas:
        return "no areas are chosen yet"
    if not state.patient_confirmed:
        return "the patient is not confirmed yet"
    return ""


def screening_gate(state: SessionState) -> str:
    """Every question answered and no stop left standing."""
    verdict = state.screening_verdict()
    if verdict.unanswered:
        count = len(verdict.unanswered)
        return f"{count} screening question{'s are' if count > 1 else ' is'} not answered"
    if verdict.note_missing:
        return "a precaution answered with yes needs its note"
    if verdict.kind == "stop":
        question = next(one.question for one in verdict.reasons if not one.overridden)
        return f"screening says stop: {question.lower()}"
    if not state.treatable_areas():
        return "screening blocks every area of the plan"
    return ""


def consent_gate(state: SessionState) -> str:
    """Treatment consent given and signed (or witnessed); photos and serum decided."""
    treatment = state.consents.get("treatment")
    if treatment is None or not treatment.given:
        return "consent to the treatment is not given"
    if not state.consent_signed:
        return "the consent is not signed"
    if missing := [kind for kind in ("photos", "serum") if kind not in state.consents]:
        return f"consent for {missing[0]} is not decided"
    if state.guardian_needed and state.chaperone is None:
        return "a chaperone is not named or declined"
    return ""


def treatment_consent_gate(state: SessionState) -> str:
    """What was consented to and not withdrawn."""
    return "consent to the treatment is withdrawn" if "treatment" in state.withdrawn else ""


def anesthetic_gate(state: SessionState) -> str:
    """Taken off and cleansed where needling is to begin, or skipped with a reason."""
    if state.anesthetics_on() and not state.free_areas():
        return "the anesthetic is not confirmed as removed and cleansed"
    if not state.anesthetics and not state.anesthetic_skipped:
        return "no anesthetic is recorded and it is not skipped"
    return ""


def preparation_gate(state: SessionState) -> str:
    """Clean skin, a cartridge and a glide product, a pen or manual mode."""
    if reason := anesthetic_gate(state) or right_patient_gate(state):
        return reason
    if not state.disinfected:
        return "the skin is not disinfected"
    if state.cartridge is None:
        return "no cartridge is bound"
    if doubt := tag_gate(state):
        return doubt
    if not state.glide_decided:
        return "the glide product is not decided"
    if state.pen is None and not state.manual_mode:
        return "no pen is bound and manual mode is not chosen"
    return ""


def tag_gate(state: SessionState) -> str:
    """The pen reads the cartridge that was scanned, or the practitioner said that it is the same."""
    bound, tag = state.cartridge, state.pen_tag
    if bound is None or not tag or state.manual_mode or tag in state.accepted_tags:
        return ""
    serial = bound.product.serial
    if not serial or serial in tag or tag in serial:
        return ""
    return f"the pen reads cartridge {tag}, the package says {serial}"


def right_patient_gate(state: SessionState) -> str:
    """Who lies there is checked again after the console was turned from one session to another."""
    return "the patient is not confirmed again" if state.check_again else ""


def needling_gate(state: SessionState) -> str:
    """No pass running, and every area finished or left out with a reason."""
    if state.active_pass is not None:
        return "a pass is still running"
    if open_areas := [area for area in state.treatable_areas() if not area.finished]:
        return f"{open_areas[0].plan.label} is not finished"
    return all_removed_gate(state)


def all_removed_gate(state: SessionState) -> str:
    """Nothing is left on any area when the needling is over."""
    return "the anesthetic is not confirmed as removed and cleansed" if state.anesthetics_on() else ""


def serum_gate(state: SessionState) -> str:
    """A serum recorded, or none used with a reason."""
    if not state.serums and not state.serum_skipped:
        return "no serum is recorded and none is not confirmed"
    return ""


def aftercare_gate(state: SessionState) -> str:
    """The sheet was given."""
    return "" if state.aftercare is not None else "the aftercare sheet is not given"


def no_gate(state: SessionState) -> str:
    """Always open."""
    return ""


def nothing_on_skin_gate(state: SessionState) -> str:
    """Going back before the anesthetic is possible only while none is on the skin."""
    return "the anesthetic is on the skin" if state.anesthetics_on() else ""


def not_needled_gate(state: SessionState) -> str:
    """Going back before the needling is possible only until the first pass."""
    return "needling has begun" if state.needling_begun else ""


TRANSITIONS: dict[tuple[Phase, Phase], Gate] = {
    (Phase.CHECK_IN, Phase.SCREENING): check_in_gate,
    (Phase.SCREENING, Phase.CONSENT): screening_gate,
    (Phase.CONSENT, Phase.ANESTHETIC): consent_gate,
    (Phase.ANESTHETIC, Phase.PREPARATION): anesthetic_gate,
    (Phase.PREPARATION, Phase.NEEDLING): preparation_gate,
    (Phase.NEEDLING, Phase.SERUM): needling_gate,
    (Phase.SERUM, Phase.AFTERCARE): serum_gate,
    (Phase.AFTERCARE, Phase.SIGN_OFF): aftercare_gate,
    # and back, as long as nothing has happened that cannot be taken back
    (Phase.SCREENING, Phase.CHECK_IN): no_gate,
    (Phase.CONSENT, Phase.SCREENING): no_gate,
    (Phase.ANESTHETIC, Phase.CONSENT): nothing_on_skin_gate,
    (Phase.PREPARATION, Phase.ANESTHETIC): no_gate,
    (Phase.NEEDLING, Phase.PREPARATION): not_needled_gate,
    (Phase.SERUM, Phase.NEEDLING): right_patient_gate,
    (Phase.AFTERCARE, Phase.SERUM): no_gate,
    (Phase.SIGN_OFF, Phase.AFTERCARE): no_gate,
}


def _standing_gate(state: SessionState) -> str:
    """What was settled before and may have fallen since: an answer expires, a consent is withdrawn."""
    return treatment_consent_gate(state) or screening_gate(state)


_CONSENTED = (Phase.ANESTHETIC, Phase.PREPARATION, Phase.NEEDLING)


def why_not(state: SessionState, to: Phase) -> str:
    """Give the reason why ``to`` cannot be entered now, empty if it can."""
    if state.closed:
        return "the session is closed"
    if state.stopped:
        return "the session is stopped; continue it first"
    gate = TRANSITIONS.get((state.phase, to))
    if gate is None:
        return f"{to.value.replace('_', ' ')} does not follow {state.phase.value.replace('_', ' ')}"
    on = to is Phase.NEEDLING or (to in _CONSENTED and PHASES.index(to) > PHASES.index(state.phase))
    return (_standing_gate(state) if on else "") or gate(state)


def require_open(state: SessionState) -> None:
    """Raise Refusal if the session is closed; what must be recordable during a stop asks no more."""
    if state.closed:
        raise Refusal("The session is closed", "its record is kept", "use an amendment")


def require(state: SessionState, *phases: Phase) -> None:
    """Raise Refusal unless the session is open, not stopped and in one of ``phases``."""
    require_open(state)
    if state.stopped:
        raise Refusal("The session is stopped", "everything is kept", "continue it or end it")
    if phases and state.phase not in phases:
        names = " or ".join(phase.value.replace("_", " ") for phase in phases)
        raise Refusal(f"This belongs to {names}, and the session is in {state.phase.value.replace('_', ' ')}")
