"""The anesthetic of a past visit: dose by the label, the dwell, its removal, and what may go wrong."""

from uuid import UUID

from console.app.demo_book import DemoProduct
from console.app.demo_script import SECOND_US, Script
from console.domain import closing, intake, needling, numbing
from console.domain import session_events as ev
from console.domain.anesthesia import Anesthetic, Occlusion
from console.domain.dose import Application, check_dose
from console.domain.workflow import Phase

LATE_S = (45, 170)  # past the longest time, where a removal came late
MM2_PER_CM2 = 100
MG_STEP = 500
UNSIZED_MM2 = 10_000  # typed by hand where no size is known


def tell_anesthetic(script: Script) -> bool:
    """Put it on, wait, take it off; False where the visit ends here."""
    if script.state.screening_verdict().blocks_anesthetic:
        script.do(numbing.skip_anesthetic("Allergy to local anesthetic"), 10, 20)
    elif script.is_twist("no_anesthetic"):
        script.do(numbing.skip_anesthetic(script.word("no_anesthetic")), 10, 20)
    else:
        applied = _applied(script)
        script.do(numbing.apply_anesthetic(applied, script.at_us))
        if script.is_twist("deferred_reaction"):
            _react(script, applied)
            return False
        _dwell(script, applied)
    script.do(intake.enter_phase(Phase.PREPARATION), 10, 30)
    return True


def _product(script: Script) -> DemoProduct:
    who, book = script.visit.who, script.book
    if script.is_twist("removed_late"):  # the longest time is within reach with this one only
        return next(one for one in book.products.values() if one.product.clinical_id == "pliaglis")
    return book.products[who.anesthetic_id] if who.anesthetic_id else book.product_for("anesthetic")


def _applied(script: Script) -> ev.AnestheticApplied:
    script.wait(45, 100)
    product, opened = _product(script), script.state.opened
    label = script.library.anesthetic(product.product.clinical_id)
    months = opened.age_years * 12 if opened and opened.age_years is not None else None
    limits = [band.max_area_mm2 for band in label.bands[-1:] if band.max_area_mm2]
    area_mm2 = min([sum(one.plan.area_mm2 or 0 for one in script.state.areas.values()) or UNSIZED_MM2, *limits])
    covered = label.occlusion is Occlusion.REQUIRED
    mass_mg = _mass_mg(label, area_mm2, covered, months)
    check = check_dose([Application(label, mass_mg, area_mm2, covered)], months)
    back_s = script.chance.choice((0, 0, 0, 60, 120))
    return ev.AnestheticApplied(
        str(UUID(int=script.chance.getrandbits(128), version=4)), script.lot(product), mass_mg, area_mm2, covered,
        script.at_us - back_s * SECOND_US, back_s > 0, label.onset_s, check.max_contact_s or 0, label.source)


def _mass_mg(label: Anesthetic, area_mm2: int, covered: bool, months: int | None) -> int:
    """Give the most that the label allows, a little less, in half grams."""
    per_cm2 = label.mg_per_cm2_low or label.mg_per_cm2_high or 150
    mass_mg = per_cm2 * area_mm2 // MM2_PER_CM2 // MG_STEP * MG_STEP
    while mass_mg > MG_STEP and any(
        one.severity == "over" for one in check_dose([Application(label, mass_mg, area_mm2, covered)], months).findings
    ):
        mass_mg -= MG_STEP
    return mass_mg


def _dwell(script: Script, applied: ev.AnestheticApplied) -> None:
    ready_us = applied.applied_at_us + applied.onset_s * SECOND_US
    longest_us = applied.applied_at_us + applied.max_contact_s * SECOND_US
    early = ""
    alarm_id = ""
    if script.is_twist("removed_early"):
        early = script.word("early_removal")
        script.at_us = ready_us - round(script.chance.uniform(300, 600) * SECOND_US)
    elif script.is_twist("removed_late") and applied.max_contact_s:
        script.at_us = longest_us
        alarm_id = script.raise_alarm("anesthetic_longest", longest_us)
        script.wait(8, 30)
        script.do(needling.acknowledge([alarm_id] if alarm_id else []))
        script.wait(*LATE_S)
    else:
        most_s = 300.0 if script.visit.number < 2 else 420.0
        latest_us = longest_us - 60 * SECOND_US if applied.max_contact_s else ready_us + 600 * SECOND_US
        script.at_us = min(ready_us + round(script.chance.uniform(30, most_s) * SECOND_US), latest_us)
    script.do(numbing.record_numbness("dull" if early else script.chance.choice(("numb", "numb", "dull"))))
    script.do(numbing.remove_anesthetic(applied.application_id, script.at_us, early), 8, 20)
    script.end_alarm(alarm_id, script.at_us)


def _react(script: Script, applied: ev.AnestheticApplied) -> None:
    sign = script.library.toxicity_signs[0]
    script.do(numbing.report_reaction((sign.sign_id,), sign.text), 400, 900)
    script.do(numbing.remove_anesthetic(applied.application_id, script.at_us, sign.text), 20, 60)
    script.do(closing.defer(script.word("deferred_reaction")), 1_200, 1_800)
