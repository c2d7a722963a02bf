"""One past visit from check-in to seal, told with the real commands."""

from datetime import date

from console.app.demo_needling import tell_needling
from console.app.demo_numbing import tell_anesthetic
from console.app.demo_outcomes import tell_outcome
from console.app.demo_photos import tell_photos
from console.app.demo_script import Script
from console.domain import closing, consenting, intake
from console.domain import session_events as ev
from console.domain.follow_up import next_window, propose
from console.domain.products import dermis_warning
from console.domain.screening import by_record
from console.domain.session_state import AnswerGiven
from console.domain.treatment_plan import area_plans, plan_map, retarget
from console.domain.workflow import Phase
from console.services.closing_desk import MEANING
from console.services.day_desk import PEN_CLASS_DEFAULT
from console.services.local_time import local_day

CONSENTS = ("treatment", "photos", "serum")
SIGNATURE = (
    (80, 420, 140, 260, 210, 180, 260, 300, 220, 430, 330, 350), (360, 380, 420, 300, 470, 390, 540, 280, 620, 360),
    (660, 330, 730, 310, 820, 350, 900, 290),
)


def tell(script: Script) -> None:
    """Tell the whole visit; it ends sealed, deferred or opened in error."""
    _open(script)
    if script.is_twist("opened_in_error"):
        script.do(closing.opened_in_error(script.word("opened_in_error")), 20, 60)
        return
    _check_in(script)
    if not _screen(script):
        return
    _consent(script)
    if not tell_anesthetic(script):
        return
    if tell_needling(script):
        _serum(script)
        _aftercare(script)
    _seal(script)


def _open(script: Script) -> None:
    visit, patient, course = script.visit, script.visit.who.patient, script.visit.course
    script.do(intake.open_session(ev.SessionOpened(
        "treatment", patient.patient_id, _age(patient.birth_date, visit.day), patient.fitzpatrick, course.course_id,
        course.done + 1, course.length, visit.room, visit.room.lower().replace(" ", "-"), script.actor_id,
        script.marked_as, script.library.clinic.adult_age_years, visit.clinic)))
    script.do(intake.choose_plan(_plan(script), script.noted))


def _age(birth_date: str, day: date) -> int:
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _plan(script: Script) -> ev.PlanChosen:
    plan, last = script.library.plan(script.visit.who.plan_id), script.last
    areas = area_plans(plan, (), PEN_CLASS_DEFAULT, script.library.sizes_mm2())
    if last is not None and last.plan is not None and last.plan.plan_id == plan.plan_id:
        areas = tuple(_carried(area, last.areas[area.area_id].plan) for area in areas)
    map_id = plan_map([area.area_id for area in areas])
    return ev.PlanChosen(plan.plan_id, plan.name, plan.version, plan.indication, map_id, areas)


def _carried(area: ev.AreaPlan, before: ev.AreaPlan) -> ev.AreaPlan:
    if before.target_depth_um == area.target_depth_um:
        return area
    return retarget(area, before.target_depth_um, "carried forward from the last session")


def _check_in(script: Script) -> None:
    script.do(intake.confirm_patient(("name", "birth_date")), 25, 60)
    if script.is_twist("clock_jumped"):
        script.fact(ev.ClockJumped(3_200))
    tell_outcome(script)
    rules = script.library.rule_refs(tuple(script.state.areas))
    script.do(intake.enter_phase(Phase.SCREENING, script.library.ruleset_version, rules), 5, 12)


# --- screening and consent ------------------------------------------------------------------------


def _screen(script: Script) -> bool:
    """Ask every question; False where the visit ends here."""
    for group in script.library.rule_groups:
        rules = [rule for rule in script.state.rules if rule.group_id == group.group_id]
        last, today = _answers_last_time(script), local_day(script.state.last_at_us).isoformat()
        carried = not any(intake.carried_not(script.state, rule, last.get(rule.rule_id), today) for rule in rules)
        if group.rule_class.value != "stop" and carried:
            script.do(intake.confirm_group(group.group_id, last, today), 4, 8)
            continue
        for rule in rules:
            _answer(script, rule)
    if script.is_twist("answer_corrected"):
        first = script.state.rules[-1].rule_id
        for given in ("yes", "no"):
            if script.state.answers[first].answer != given:
                script.do(intake.answer(first, given, note="Asked again", reason=script.word("answer_corrected")), 5, 9)
    if script.is_twist("deferred_skin"):
        script.do(closing.defer(script.word("deferred_skin")), 20, 60)
        return False
    script.do(intake.enter_phase(Phase.CONSENT), 4, 9)
    return True


def _answers_last_time(script: Script) -> dict[str, AnswerGiven]:
    return script.last.answers if script.last is not None else {}


def _answer(script: Script, rule: ev.RuleRef) -> None:
    who = script.visit.who
    if rule.rule_id == "active_acne" and script.is_twist("deferred_skin"):
        script.do(intake.answer(rule.rule_id, "yes", (), script.word("deferred_skin")), 2, 5)
    elif rule.rule_id == "open_wounds" and script.is_twist("blocked_area") and len(script.state.areas) > 1:
        blocked = list(script.state.areas)[-1]
        script.do(intake.answer(rule.rule_id, "yes", (blocked,), script.word("blocked_area")), 2, 5)
    elif rule.rule_id in who.answers:
        script.do(intake.answer(rule.rule_id, "yes", (), who.answers[rule.rule_id]), 2, 5)
        if rule.rule_id in who.overrides:
            signer = next(one for one in script.book.practitioners if one.staff_id == script.actor_id)
            script.do(intake.override(rule.rule_id, who.overrides[rule.rule_id], signer.staff_id, signer.name), 8, 20)
    elif record := by_record(rule, script.state.patient_facts()):
        script.do(intake.answer(rule.rule_id, "yes", (), f"Noted: {record}"), 2, 5)
    else:
        script.do(intake.answer(rule.rule_id, "no"), 0.8, 2.2)


def _consent(script: Script) -> None:
    refused = {"photos": "photos_declined", "serum": "serum_refused"}
    for kind in CONSENTS:
        text = script.library.consent(kind)
        given = not script.is_twist(refused.get(kind, "-"))
        reason = "" if given else script.word(refused[kind])
        script.do(consenting.record_consent(text.decided(given, reason)), 6, 20)
    if script.is_twist("witness"):
        witness = next(one for one in script.book.practitioners if one.staff_id != script.actor_id)
        script.do(consenting.sign_consent(ev.SignatureDrawn(
            "consent", "witness", (), witness.staff_id, script.word("witness_refused"))), 10, 20)
    else:
        script.do(consenting.sign_consent(ev.SignatureDrawn("consent", "patient", _signature(script))), 8, 15)
    script.do(intake.enter_phase(Phase.ANESTHETIC), 3, 6)


def _signature(script: Script) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(point + script.chance.randrange(-25, 26) for point in stroke) for stroke in SIGNATURE)


# --- after the needle --------------------------------------------------------------------------------


def _serum(script: Script) -> None:
    plan = script.state.plan
    volume_ul = script.book.volume_ul[plan.map_id if plan else "face"]
    script.wait(40, 90)
    if script.is_twist("no_serum", "serum_refused"):
        script.do(closing.skip_serum(script.word("no_serum")))
    elif script.is_twist("prp"):
        patient = script.visit.who.patient.patient_id.removeprefix("P-")
        script.do(closing.apply_prp(ev.PrpApplied(f"T-{patient}-1", volume_ul)))
    else:
        off_label = script.is_twist("off_label_serum")
        product = script.book.product_for("off_label_serum" if off_label else "serum")
        lot = script.lot(product)
        warned = dermis_warning(script.library.skin_product(product.product.clinical_id))
        reason = script.word("off_label") if off_label else ("Clinic's standing choice" if warned else "")
        script.do(closing.apply_serum(ev.SerumApplied(lot, volume_ul, reason)))
    if script.state.consents["photos"].given and not tell_photos(script, "after"):
        script.do(intake.record_photos("after", 3), 20, 40)
    script.do(intake.enter_phase(Phase.AFTERCARE), 15, 40)


def _aftercare(script: Script) -> None:
    sheet, course = script.library.sheet, script.visit.course
    language = script.library.language(script.visit.who.patient.language)
    how = script.chance.choice(("printed", "printed", "pdf"))
    script.do(closing.give_aftercare(ev.AftercareGiven(
        sheet.sheet_id, sheet.version, language.code, how)), 60, 140)
    if course.interval_max_days:
        window = next_window(script.visit.day, course.interval_min_days, course.interval_max_days)
        script.do(closing.propose_next(propose(script.visit.day, window).isoformat()), 10, 25)
    script.do(intake.enter_phase(Phase.SIGN_OFF), 5, 15)


def _seal(script: Script) -> None:
    staff = {one.staff_id: one for one in script.book.staff}
    signed = ev.Signed(script.actor_id, staff[script.actor_id].name, MEANING, "pin")
    samples = sum(reel.end - reel.first for reel in script.reels)
    unfinished = script.word("unfinished") if script.state.stopped else ""
    script.do(closing.seal(signed, samples, len(script.state.gaps), unfinished), 12, 30)
    if script.is_twist("amended"):
        text, reason = script.chance.choice(script.book.words["amendments"])
        script.actor_id = script.chance.choice((script.actor_id, "MG-01"))
        script.do(closing.amend(text, reason), 5_400, 8_000)

