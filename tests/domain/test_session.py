"""A whole treatment as commands and events: gates, undo, stops, and the fold."""

import dataclasses

import pytest
import treatments as t

from console.domain import cartridges, closing, consenting, intake, needling, numbing
from console.domain import session_events as ev
from console.domain.consent import ConsentCheck
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.session_fold import fold
from console.domain.session_state import AnswerGiven
from console.domain.workflow import PHASES, TRANSITIONS, Phase, why_not


def do(session: Session, command: object, minute: int = 90) -> list[ev.SessionEvent]:
    return session.decide(command, t.START_US + minute * t.MINUTE_US, "PR-02")  # type: ignore[arg-type]


def test_whole_treatment_ends_sealed():
    session = t.walk()
    assert session.state.lifecycle == "sealed"
    assert session.state.outcome == "finished"
    assert session.state.ended is not None and session.state.ended.untreated == ()
    assert [area.passes_done for area in session.state.areas.values()] == [2, 3]
    assert session.state.phase is Phase.SIGN_OFF


def test_golden_history_of_kinds():
    kinds = [event.what.kind for event in t.walk().history]
    assert kinds[:4] == ["session_opened", "plan_chosen", "patient_confirmed", "phase_entered"]
    assert kinds[-3:] == ["session_ended", "signed", "sealed"]
    assert kinds.count("pass_started") == kinds.count("pass_finished") == 5


def test_folding_the_history_again_gives_the_same_state():
    session = t.walk()
    assert fold(session.history) == session.state


def test_every_event_survives_its_payload():
    for event in t.walk().history:
        assert ev.from_payload(event.what.kind, ev.to_payload(event.what)) == event.what


@pytest.mark.parametrize("left_out", range(1, len(t.steps()) - 1))
def test_no_step_but_the_optional_ones_can_be_left_out(left_out):
    session, refused = Session(t.SESSION_ID), False
    for minute, command in enumerate(t.steps()):
        if minute == left_out:
            continue
        try:
            do(session, command, minute)
        except Refusal:
            refused = True
    optional = t.steps()[left_out].__qualname__.split(".")[0] in {"propose_next", "forward"}
    assert refused or session.state.lifecycle != "sealed" or optional or session.state.ended.untreated


@pytest.mark.parametrize(("phase", "to"), [(a, b) for a in PHASES for b in PHASES if (a, b) not in TRANSITIONS])
def test_phases_not_in_the_table_never_follow(phase, to):
    session = t.walk(3) if phase is Phase.CHECK_IN else t.walk_to(phase)
    assert why_not(session.state, to)


def test_a_stop_that_allows_no_override_blocks():
    session = t.walk_to(Phase.SCREENING)
    for rule in t.RULES:
        do(session, intake.answer(rule.rule_id, "yes" if rule is t.HARD_STOP else "no"))
    with pytest.raises(Refusal, match="screening says stop: keloid"):
        do(session, intake.enter_phase(Phase.CONSENT))
    with pytest.raises(Refusal, match="no override"):
        do(session, intake.override("keloid", "I want to", "PR-02", "A. Meyer"))
    do(session, closing.defer("keloid history"))
    assert session.state.lifecycle == "abandoned" and session.state.outcome == "deferred"


def test_an_area_stop_blocks_that_area_only():
    session = t.walk_to(Phase.SCREENING)
    for rule in t.RULES:
        given = "yes" if rule is t.STOP_RULE else "no"
        areas = ("face.forehead",) if rule is t.STOP_RULE else ()
        do(session, intake.answer(rule.rule_id, given, areas))
    do(session, intake.enter_phase(Phase.CONSENT))
    assert [area.plan.area_id for area in session.state.treatable_areas()] == ["face.cheek_left"]


def test_changing_an_answer_needs_a_reason_and_keeps_both():
    session = t.walk_to(Phase.SCREENING)
    do(session, intake.answer("open_wound", "yes"))
    with pytest.raises(Refusal, match="reason"):
        do(session, intake.answer("open_wound", "no"))
    do(session, intake.answer("open_wound", "no", reason="misheard"))
    answers = [e.what.answer for e in session.history if isinstance(e.what, ev.ScreeningAnswered)]
    assert answers == ["yes", "no"]


def test_a_yes_to_a_precaution_needs_its_note():
    session = t.walk_to(Phase.SCREENING)
    for rule in t.RULES:
        do(session, intake.answer(rule.rule_id, "yes" if rule is t.PRECAUTION else "no"))
    with pytest.raises(Refusal, match="note"):
        do(session, intake.enter_phase(Phase.CONSENT))
    do(session, intake.answer("diabetes", "yes", note="Type 2, agreed"))
    do(session, intake.enter_phase(Phase.CONSENT))


def test_a_group_is_confirmed_as_last_time_but_never_its_stops():
    session = t.walk_to(Phase.SCREENING)
    last = {"diabetes": AnswerGiven("yes", 0, note="Type 2"), "allergy_la": AnswerGiven("no", 0),
            "open_wound": AnswerGiven("no", 0)}
    do(session, intake.confirm_group("health", last))
    assert session.state.answers["diabetes"].note == "Type 2"
    with pytest.raises(Refusal, match="Nothing is left"):
        do(session, intake.confirm_group("skin_stops", last))


def test_anesthetic_gates_needling_until_removed():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, numbing.apply_anesthetic(t.applied(t.START_US + 60 * t.MINUTE_US), t.START_US + 60 * t.MINUTE_US), 60)
    with pytest.raises(Refusal, match="removed and cleansed"):
        do(session, intake.enter_phase(Phase.PREPARATION), 95)
    with pytest.raises(Refusal, match="has not had its time"):
        do(session, numbing.remove_anesthetic("A1", t.START_US + 80 * t.MINUTE_US), 80)
    do(session, numbing.remove_anesthetic("A1", t.START_US + 80 * t.MINUTE_US, "patient asked"), 80)
    do(session, intake.enter_phase(Phase.PREPARATION), 95)


def test_a_blocked_anesthetic_can_only_be_skipped():
    session = t.walk_to(Phase.SCREENING)
    for rule in t.RULES:
        do(session, intake.answer(rule.rule_id, "yes" if rule is t.NUMB_ONLY else "no"))
    do(session, intake.enter_phase(Phase.CONSENT))
    for kind in ("treatment", "photos", "serum"):
        do(session, consenting.record_consent(t.consent(kind)))
    do(session, consenting.sign_consent(ev.SignatureDrawn("consent", "patient", (), "PR-01", "cannot hold a pen")))
    do(session, intake.enter_phase(Phase.ANESTHETIC))
    with pytest.raises(Refusal, match="blocks the anesthetic"):
        do(session, numbing.apply_anesthetic(t.applied(t.START_US), t.START_US))
    do(session, numbing.skip_anesthetic("allergy"))
    do(session, intake.enter_phase(Phase.PREPARATION))


def test_a_used_cartridge_is_refused():
    session = t.walk_to(Phase.PREPARATION)
    with pytest.raises(Refusal, match="used in another session"):
        do(session, cartridges.bind_cartridge(t.CARTRIDGE, 12, True))
    do(session, cartridges.bind_cartridge(t.CARTRIDGE, 12, False))
    do(session, cartridges.unbind_cartridge("dropped", True))
    with pytest.raises(Refusal, match="un-bound before"):
        do(session, cartridges.bind_cartridge(t.CARTRIDGE, 12, False))


def test_forward_and_its_undo():
    session = t.walk_to(Phase.NEEDLING)
    assert needling.forward_label(session.state) == ("Start", "Forehead")
    do(session, needling.forward())
    first = len(session.history)
    do(session, needling.forward())
    assert session.state.active_pass.number == 2
    do(session, session.undo(range(first, len(session.history)), "slipped"))
    assert session.state.active_pass.number == 1 and session.state.areas["face.forehead"].passes_done == 0
    assert fold(session.history) == session.state


def test_an_entry_that_is_not_a_mark_cannot_be_undone():
    session = t.walk_to(Phase.NEEDLING)
    with pytest.raises(Refusal, match="cannot be taken back"):
        do(session, session.undo([0], "no"))


def test_pause_holds_the_area_clock():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward(), 100)
    do(session, needling.pause(), 102)
    do(session, needling.resume(), 107)
    now = t.START_US + 110 * t.MINUTE_US
    assert session.state.area_time_us("face.forehead", now) == 5 * t.MINUTE_US


def test_turning_to_another_area_leaves_the_first_open():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward())
    do(session, needling.start_area("face.cheek_left"))
    assert session.state.active_area == "face.cheek_left"
    assert not session.state.areas["face.forehead"].finished
    with pytest.raises(Refusal, match="Forehead has passes left"):
        do(session, needling.end_needling())
    do(session, needling.end_needling("patient had enough"))
    assert session.state.phase is Phase.SERUM
    assert session.state.areas["face.forehead"].short_reason == "patient had enough"


def test_stop_keeps_everything_and_can_be_continued():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward())
    do(session, closing.stop())
    with pytest.raises(Refusal, match="stopped"):
        do(session, needling.forward())
    do(session, closing.explain_stop("fainted"))
    do(session, closing.continue_session())
    assert session.state.paused
    do(session, needling.resume())
    do(session, needling.forward())
    assert session.state.areas["face.forehead"].passes_done == 1


def test_a_stopped_session_is_sealed_as_unfinished():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward())
    do(session, closing.stop())
    signed = ev.Signed("PR-02", "A. Meyer", "I performed this treatment", "pin")
    with pytest.raises(Refusal, match="not finished"):
        do(session, closing.seal(signed, 0, 0))
    do(session, closing.seal(signed, 0, 0, "patient fainted"))
    assert session.state.outcome == "unfinished" and session.state.lifecycle == "sealed"
    assert session.state.ended.untreated == ("face.forehead", "face.cheek_left")


def test_after_the_seal_only_amendments():
    session = t.walk()
    for command in (needling.mark("x"), closing.stop(), numbing.report_reaction(["tingling"])):
        with pytest.raises(Refusal, match="closed"):
            do(session, command)
    do(session, closing.amend("Lot was S3, not S2", "read wrongly"))
    assert len(session.state.amendments) == 1 and session.state.lifecycle == "sealed"


def test_opened_in_error_only_before_the_needle():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, closing.opened_in_error("wrong patient"))
    assert session.state.lifecycle == "abandoned"
    needled = t.walk_to(Phase.NEEDLING)
    do(needled, needling.forward())
    with pytest.raises(Refusal, match="Needling has begun"):
        do(needled, closing.opened_in_error("wrong patient"))


def test_another_pen_is_refused_until_accepted():
    session = t.walk_to(Phase.NEEDLING)
    other = ev.PenBound("Aria M1", "A1-000099", "1.4.0", 8, 4000, 15000, 31, 12, "")
    with pytest.raises(Refusal, match="Another pen"):
        do(session, intake.bind_pen(other))
    do(session, intake.bind_pen(ev.PenBound("Aria M1", "A1-000099", "1.4.0", 8, 4000, 15000, 31, 12, "", True)))
    assert [pen.serial for pen in session.state.pens] == ["A1-000042", "A1-000099"]


def test_target_change_moves_the_band_and_is_kept():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.change_target("face.forehead", 1250, "thick skin"))
    plan = session.state.areas["face.forehead"].plan
    assert (plan.band_low_um, plan.target_depth_um, plan.band_high_um) == (1100, 1250, 1400)


def test_time_never_runs_backwards_within_a_history():
    session = t.walk_to(Phase.SCREENING)
    last = session.state.last_at_us
    do(session, intake.answer("keloid", "no"), minute=-500)
    assert session.state.last_at_us == last


def test_prp_tube_must_be_the_patients():
    session = t.walk_to(Phase.SERUM)
    with pytest.raises(Refusal, match="not this patient's"):
        do(session, closing.apply_prp(ev.PrpApplied("T-0500-1", 3000)))
    do(session, closing.apply_prp(ev.PrpApplied("T-0412-3", 3000)))


def test_nothing_but_amendments_follows_the_seal_not_even_an_acknowledgement():
    session = t.walk(len(t.steps()) - 1)
    alarm = ev.AlarmRaised("depth-1", "depth", "high", "Too deep", 1600, 1500, "face.forehead", t.START_US)
    do(session, needling.facts(alarm))
    do(session, t.steps()[-1])
    assert do(session, needling.acknowledge(["depth-1"])) == []
    assert session.history[-1].what.kind == "sealed"


def test_a_restart_ends_the_alarms_that_stood_when_the_console_died():
    session = t.walk_to(Phase.NEEDLING)
    alarm = ev.AlarmRaised("depth-1", "depth", "high", "Too deep", 1600, 1500, "face.forehead", t.START_US)
    do(session, needling.facts(alarm), 80)
    do(session, closing.restart(), 95)
    assert session.state.standing_alarms() == [] and session.state.restarts == 1
    assert session.state.alarms["depth-1"].ended_at_us == t.START_US + 80 * t.MINUTE_US, "the last that was known"


def test_the_area_clock_leaves_out_the_time_the_console_was_off():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.start_area("face.forehead"), 80)
    do(session, closing.restart(t.START_US + 83 * t.MINUTE_US), 95)
    minute = t.MINUTE_US
    assert session.state.area_time_us("face.forehead", t.START_US + 97 * minute) == 5 * minute
    do(session, needling.pause(), 97)
    do(session, closing.restart(), 100)  # killed on hold: no time is left out twice
    do(session, needling.resume(), 101)
    do(session, needling.forward(), 102)
    assert session.state.area_time_us("face.forehead", t.START_US + 200 * minute) == 6 * minute + 98 * minute
    assert fold(session.history) == session.state


def test_a_restart_of_an_older_version_still_reads():
    assert ev.from_payload("console_restarted", {"phase": "needling"}) == ev.ConsoleRestarted("needling", None)
    assert ev.to_payload(ev.ConsoleRestarted("needling", 5)) == {"phase": "needling", "off_since_us": 5}


def test_an_area_nobody_was_asked_about_comes_in_at_check_in_only_and_is_asked_of_anew():
    session = t.walk_to(Phase.CONSENT)
    nose = t.area("face.nose", "Nose")
    more = ev.PlanChosen("acne_scars", "Facial acne scars", 1, "acne_scars", "face", (t.FOREHEAD, t.CHEEK, nose))
    with pytest.raises(Refusal, match="Nose was not screened"):
        do(session, intake.choose_plan(more))
    do(session, intake.enter_phase(Phase.SCREENING))
    do(session, intake.enter_phase(Phase.CHECK_IN))
    do(session, intake.choose_plan(more))
    do(session, intake.enter_phase(Phase.SCREENING, 3, (*t.RULES, t.STOP_RULE)))
    assert len(session.state.rules) == 5, "the rules of the new areas are asked"
    assert session.state.screening_verdict().unanswered[0] == "open_wound"
    assert "keloid" in session.state.answers, "what is asked of the patient stands"


def test_the_skin_is_disinfected_again_after_a_further_anesthetic():
    session = t.walk_to(Phase.NEEDLING)
    do(session, intake.enter_phase(Phase.PREPARATION), 70)
    do(session, intake.enter_phase(Phase.ANESTHETIC), 70)
    again = ev.AnestheticApplied(
        "A2", t.CREAM, 1000, 5000, False, t.START_US + 71 * t.MINUTE_US, False, 1800, 3600, "label")
    do(session, numbing.apply_anesthetic(again, t.START_US + 71 * t.MINUTE_US), 71)
    do(session, numbing.remove_anesthetic("A2", t.START_US + 102 * t.MINUTE_US), 102)
    do(session, intake.enter_phase(Phase.PREPARATION), 103)
    assert why_not(session.state, Phase.NEEDLING) == "the skin is not disinfected"


def test_a_jump_of_the_wall_clock_leaves_the_dwell_as_it_was():
    session = t.walk_to(Phase.ANESTHETIC)
    at_us = t.START_US + 20 * t.MINUTE_US
    do(session, numbing.apply_anesthetic(t.applied(at_us), at_us), 20)
    do(session, needling.facts(ev.ClockJumped(3_600_000)), 81)
    assert session.state.anesthetics["A1"].since_us == at_us + 60 * t.MINUTE_US, "a minute on the skin, not an hour"
    with pytest.raises(Refusal, match="has not had its time"):
        do(session, numbing.remove_anesthetic("A1", t.START_US + 82 * t.MINUTE_US), 82)
    do(session, numbing.remove_anesthetic("A1", t.START_US + 111 * t.MINUTE_US), 111)


def test_a_session_turned_to_asks_for_the_right_patient_before_needling_goes_on():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward())
    do(session, needling.pause())
    assert [event.what.kind for event in do(session, intake.turn_to())] == ["turned_to"]
    assert do(session, intake.turn_to()) == [], "asked for once"
    for command in (needling.resume(), needling.forward(), needling.start_area("face.cheek_left")):
        with pytest.raises(Refusal, match="The patient is not confirmed again"):
            do(session, command)
    do(session, closing.stop())
    do(session, closing.continue_session())
    do(session, intake.confirm_patient(("name", "card")))
    assert [event.what.kind for event in do(session, needling.resume())] == ["needling_resumed"]


def test_needling_does_not_start_before_a_session_turned_to_is_confirmed():
    session = t.walk_to(Phase.PREPARATION)
    do(session, intake.turn_to())
    assert why_not(session.state, Phase.NEEDLING) == "the patient is not confirmed again"
    fresh = t.walk(2)
    assert do(fresh, intake.turn_to()) == [], "check-in asks anyway"


def young_session():
    session = Session(t.SESSION_ID)
    opened = dataclasses.replace(t.OPENED, age_years=16, adult_age_years=18)
    for minute, command in enumerate([intake.open_session(opened), *t.steps()[1:]]):
        session.decide(command, t.START_US + minute * t.MINUTE_US, "PR-02")
        if session.state.phase is Phase.CONSENT:
            return session
    raise AssertionError


def test_below_the_clinic_s_age_only_a_named_guardian_signs_and_a_chaperone_is_decided():
    session = young_session()
    for kind in ("treatment", "photos", "serum"):
        do(session, consenting.record_consent(t.consent(kind)))
    own = ev.SignatureDrawn("consent", "patient", ((1, 2, 3, 4),))
    with pytest.raises(Refusal, match="A guardian consents at this age"):
        do(session, consenting.sign_consent(own))
    guardian = dataclasses.replace(own, signer="guardian", signer_name="A. Roe", relation="Mother",
                                   identity_check="Passport")
    for missing in ("signer_name", "relation", "identity_check"):
        with pytest.raises(Refusal, match=r"guardian's .* is missing"):
            do(session, consenting.sign_consent(dataclasses.replace(guardian, **{missing: " "})))
    with pytest.raises(Refusal, match="is missing"):
        do(session, consenting.sign_consent(ev.SignatureDrawn("consent", "witness", (), "PR-01", "cannot write")))
    do(session, consenting.sign_consent(guardian))
    assert why_not(session.state, Phase.ANESTHETIC) == "a chaperone is not named or declined"
    with pytest.raises(Refusal, match="a name, or a reason"):
        do(session, consenting.record_chaperone(" "))
    do(session, consenting.record_chaperone("", "Guardian declines"))
    assert why_not(session.state, Phase.ANESTHETIC) == ""


def test_where_the_age_or_the_rule_is_not_known_either_may_sign():
    session = t.walk_to(Phase.CONSENT)
    assert session.state.guardian_needed is None
    assert do(session, consenting.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2, 3, 4),))))


def test_a_signature_is_bound_to_what_was_decided():
    history = t.walk_to(Phase.ANESTHETIC).history
    assert all(ConsentCheck().fault_of(event.what) == "" for event in history if not isinstance(
        event.what, ev.SignatureDrawn))

    def faults(change):
        check = ConsentCheck()
        return [fault for event in history if (fault := check.fault_of(change(event.what)))]

    def redrawn(what):
        return dataclasses.replace(what, strokes=((9, 9, 9, 9),)) if isinstance(what, ev.SignatureDrawn) else what

    def reworded(what):
        return dataclasses.replace(what, text_sha256="1" * 64) if isinstance(what, ev.ConsentRecorded) else what

    def turned(what):
        serum = isinstance(what, ev.ConsentRecorded) and what.consent == "serum"
        return dataclasses.replace(what, given=False) if serum else what

    def other_text(what):
        return dataclasses.replace(what, shown_text="another") if isinstance(what, ev.ConsentRecorded) else what

    assert faults(lambda what: what) == []
    for change in (redrawn, reworded, turned):
        assert faults(change) == ["holds a signature that does not match what was signed"]
    assert len(faults(other_text)) == 3


def test_a_withdrawn_consent_stops_the_needling_and_lets_nothing_on():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward())
    do(session, consenting.withdraw_consent("treatment", "had enough"))
    assert session.state.stopped and session.state.stop_reason == consenting.WITHDRAWN
    do(session, closing.continue_session())
    for command in (needling.resume(), needling.forward(), needling.start_area("face.cheek_left")):
        with pytest.raises(Refusal, match="withdrawn"):
            do(session, command)
    do(session, needling.end_needling("consent withdrawn"))
    with pytest.raises(Refusal, match="withdrawn"):
        do(session, closing.apply_serum(ev.SerumApplied(t.SERUM, 2000)))
    assert why_not(session.state, Phase.NEEDLING) == "consent to the treatment is withdrawn"


def test_a_consent_withdrawn_before_the_needle_can_be_given_again():
    session = t.walk_to(Phase.PREPARATION)
    do(session, consenting.withdraw_consent("treatment", "not sure"))
    do(session, closing.continue_session())
    assert why_not(session.state, Phase.NEEDLING) == "consent to the treatment is withdrawn"
    for phase in (Phase.ANESTHETIC, Phase.CONSENT):
        do(session, intake.enter_phase(phase))
    assert why_not(session.state, Phase.ANESTHETIC) == "consent to the treatment is withdrawn"
    do(session, consenting.record_consent(t.consent("treatment")))
    do(session, consenting.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2, 3, 4),))))
    for phase in (Phase.ANESTHETIC, Phase.PREPARATION):
        do(session, intake.enter_phase(phase))
    assert why_not(session.state, Phase.NEEDLING) == "the skin is not disinfected"


def test_a_withdrawn_photo_consent_stops_nothing_but_photos():
    session = t.walk_to(Phase.NEEDLING)
    do(session, consenting.withdraw_consent("photos", "changed their mind"))
    assert not session.state.stopped
    with pytest.raises(Refusal, match="refused photographs"):
        do(session, intake.record_photos("after", 3))
    do(session, needling.forward())
    with pytest.raises(Refusal, match="was not given"):
        do(session, consenting.withdraw_consent("photos", "again"))


def test_answers_of_another_day_expire_until_the_needle_touches():
    session = t.walk_to(Phase.SCREENING)
    for rule in t.RULES:
        do(session, intake.answer(rule.rule_id, "no", asked_on="2026-11-17"))
    assert do(session, intake.expire_screening("2026-11-17")) == []
    do(session, intake.expire_screening("2026-11-18"))
    assert session.state.answers == {}
    with pytest.raises(Refusal, match="not answered"):
        do(session, intake.enter_phase(Phase.CONSENT))


def test_with_cream_on_the_skin_midnight_alone_asks_nothing_again():
    session = t.walk_to(Phase.SCREENING)
    for rule in t.RULES:
        do(session, intake.answer(rule.rule_id, "no", asked_on="2026-11-17"))
    for command in t.steps()[8:15]:
        do(session, command)
    assert session.state.phase is Phase.ANESTHETIC
    assert do(session, intake.expire_screening("2026-11-18")) == []
    assert do(session, intake.expire_screening("2026-11-19"))


def test_an_override_needs_a_finding_a_reason_and_a_signature():
    session = t.walk_to(Phase.SCREENING)
    with pytest.raises(Refusal, match="nothing to override"):
        do(session, intake.override("open_wound", "small", "PR-02", "A. Meyer"))
    do(session, intake.answer("open_wound", "yes"))
    for reason, signer in (("", "PR-02"), ("small", "")):
        with pytest.raises(Refusal, match="needs a"):
            do(session, intake.override("open_wound", reason, signer, "A. Meyer"))
    do(session, intake.override("open_wound", "small", "PR-02", "A. Meyer"))
    assert session.state.overrides["open_wound"].signer_name == "A. Meyer"


def test_last_visit_s_areas_and_dates_are_carried_with_a_group():
    session = t.walk_to(Phase.SCREENING)
    last = {"diabetes": AnswerGiven("yes", 0, ("face.forehead", "neck"), "Type 2"), "allergy_la": AnswerGiven("no", 0)}
    do(session, intake.confirm_group("health", last, "2026-11-17"))
    assert session.state.answers["diabetes"].area_ids == ("face.forehead",)
    assert session.state.answers["diabetes"].asked_on == "2026-11-17"
    elsewhere = {"diabetes": AnswerGiven("yes", 0, ("neck",), "Type 2"), "allergy_la": AnswerGiven("no", 0)}
    with pytest.raises(Refusal, match="not planned today"):
        do(t.walk_to(Phase.SCREENING), intake.confirm_group("health", elsewhere, "2026-11-17"))


def test_a_consent_decided_after_the_signature_is_signed_again():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, intake.enter_phase(Phase.CONSENT))
    do(session, consenting.record_consent(t.consent("photos", given=False)))
    assert why_not(session.state, Phase.ANESTHETIC) == "the consent is not signed"
    do(session, consenting.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2, 3, 4),))))
    assert why_not(session.state, Phase.ANESTHETIC) == "" and len(session.state.signatures) == 2


def test_a_session_being_recorded_is_not_closed_under_its_readings():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.facts(ev.RecordingBegan("A1-000042", 7, 0)))
    for command in (closing.opened_in_error("wrong patient"), closing.defer("a cold sore")):
        with pytest.raises(Refusal, match="still being recorded"):
            do(session, command)
    do(session, needling.facts(ev.RecordingEnded("A1-000042", 7, 24, 25, 0)))
    assert do(session, closing.opened_in_error("wrong patient"))


def test_the_pause_of_a_stop_is_not_taken_back():
    session = t.walk_to(Phase.NEEDLING)
    do(session, needling.forward())
    do(session, closing.stop())
    pause = next(place for place, event in enumerate(session.history) if event.what.kind == "needling_paused")
    with pytest.raises(Refusal, match="A later step stands on that entry"):
        do(session, session.undo([pause], "slip"))
