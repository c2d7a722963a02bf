"""What the invented patients' outcome scales say at check-in: most get better over a course, slowly, and not all."""

from random import Random

from console.app.demo_script import Script
from console.domain.outcomes import grade_outcome, graded

GRADED_SHARE = 0.6  # of patients; those are graded at every visit
BETTER, WORSE = 0.45, 0.07  # chances of a visit
OF_CHANGE, USUAL = "gais", ("gais", "patient")  # compares with before: not graded at the first visit
BY_PLAN = {
    "facial_acne_scars": ("goodman_baron", "practitioner"),
    "abdominal_scar": ("vas_scar", "practitioner"),
}
FIRST = {"goodman_baron": (2, 4), "gais": (3, 4), "vas_scar": (40, 85)}
STEP = {"goodman_baron": (1, 1), "gais": (1, 1), "vas_scar": (4, 14)}


def tell_outcome(script: Script) -> None:
    """Grade the scale that suits the plan, where the patient is one of those who are graded."""
    who = script.visit.who
    scale_id, by = BY_PLAN.get(who.plan_id, USUAL)
    if Random(f"{who.patient.patient_id} graded").random() >= GRADED_SHARE:
        return
    if scale_id == OF_CHANGE and script.last is None:
        return
    # A chance of its own and no time: all else that befalls the visit stays as it is without a grading.
    chance = Random(f"{script.visit.session_id} outcome")
    scale = next(one for one in script.library.scales if one.scale_id == scale_id)
    value = min(max(_value(script, scale_id, chance), scale.low), scale.high)
    script.do(grade_outcome(graded(scale, value, by)))


def _value(script: Script, scale_id: str, chance: Random) -> int:
    before = [] if script.last is None else [
        one.value for _, one in script.last.outcomes if one.scale_id == scale_id]
    if not before:
        return chance.randint(*FIRST[scale_id])
    fate, step = chance.random(), chance.randint(*STEP[scale_id])
    return before[-1] - step if fate < BETTER else before[-1] + step if fate > 1.0 - WORSE else before[-1]
