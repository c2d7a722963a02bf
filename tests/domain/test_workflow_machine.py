"""A thousand random practitioners: no order of touches reaches a phase its gates forbid."""

import dataclasses

import treatments as t
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.domain import cartridges, closing, consenting, intake, needling, numbing
from console.domain import session_events as ev
from console.domain.consent import ConsentCheck
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.session_fold import fold
from console.domain.session_state import AnswerGiven, SessionState
from console.domain.workflow import PHASES, TRANSITIONS, Phase

WAIT = ev.RuleRef("scar", "skin_stops", "Scar younger than 6 months", "stop", "area", False, "EX", 6, "months")
RULES = (*t.RULES, WAIT)
RULE_IDS = [one.rule_id for one in RULES]
DAYS = ["2026-11-17", "2026-11-18", "2026-11-20"]
SINCE = ["", "2025-01-01", "2026-10-01"]
AREA_IDS = ["face.forehead", "face.cheek_left"]


FORWARD = {(one, two) for one, two in TRANSITIONS if PHASES.index(two) > PHASES.index(one)}


def assert_gates_of(state: SessionState) -> None:
    """Ask again, in other words than the gates', what must be so in the phase just entered."""
    reached = PHASES.index(state.phase)
    assert state.patient_confirmed and state.areas
    needled = PHASES.index(Phase.NEEDLING)
    if PHASES.index(Phase.CONSENT) <= reached <= needled:
        verdict = state.screening_verdict()
        assert verdict.may_proceed and state.treatable_areas()
        assert {one.rule_id for one in state.rules} == set(state.answers)
    if PHASES.index(Phase.ANESTHETIC) <= reached <= needled:
        assert state.consents["treatment"].given and state.consent_signed and not state.withdrawn.get("treatment")
    if PHASES.index(Phase.PREPARATION) <= reached <= needled:
        assert state.anesthetics or state.anesthetic_skipped
        assert {area.plan.area_id for area in state.treatable_areas()} - state.numbed_areas() or not (
            state.anesthetics_on()), "somewhere the product is off"
    if state.phase is Phase.NEEDLING:
        assert state.disinfected and state.cartridge is not None and not state.check_again
    if reached > needled:
        assert state.active_pass is None and all(area.finished for area in state.treatable_areas())
        assert not state.anesthetics_on()


class RandomPractitioner(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.session = Session(t.SESSION_ID)
        self.now_us = t.START_US

    @initialize(done=st.integers(1, len(t.steps()) + 3), age=st.sampled_from([16, 34]),
                adult=st.sampled_from([18, None]), chaperone=st.booleans(), asked_on=st.sampled_from(["", DAYS[0]]),
                found=st.sampled_from(["", "", "scar", "open_wound", "keloid", "diabetes"]))
    def begin_somewhere(self, done: int, age: int, adult: int | None, chaperone: bool, asked_on: str,
                        found: str) -> None:
        """Begin anywhere in a right treatment, or one with a flaw, so that wrong turns are tried from every phase."""
        steps = list(t.steps())
        steps[0] = intake.open_session(dataclasses.replace(t.OPENED, age_years=age, adult_age_years=adult))
        steps[3:4 + len(t.RULES)] = [
            intake.enter_phase(Phase.SCREENING, 3, RULES),
            *(intake.answer(one, "yes", AREA_IDS[:1], asked_on=DAYS[0]) if one == found
              else intake.answer(one, "no", asked_on=asked_on) for one in RULE_IDS)]
        if adult is not None and age < adult:
            sign = next(place for place, one in enumerate(steps) if "sign_consent" in one.__qualname__)
            steps[sign] = consenting.sign_consent(ev.SignatureDrawn(
                "consent", "guardian", ((1, 2),), signer_name="A. Roe", relation="Mother", identity_check="Passport"))
            steps.insert(sign, consenting.record_chaperone("B. Roe" if chaperone else ""))
        self.session = Session(t.SESSION_ID)
        for command in steps[:done]:
            self.act(command)
            self.now_us += t.MINUTE_US // 2

    def act(self, command: object) -> None:
        before = len(self.session.history)
        was = self.session.state
        withdrawn, blocked = "treatment" in was.withdrawn, set(was.screening_verdict().blocked_areas)
        held = was.stopped or was.cartridge is None
        self.now_us += 30_000_000
        try:
            self.session.decide(command, self.now_us, "PR-02")  # type: ignore[arg-type]
        except Refusal:
            assert len(self.session.history) == before, "a refusal changes nothing"
        for event in self.session.history[before:]:
            if isinstance(event.what, ev.PassStarted):
                assert not withdrawn and not held and event.what.area_id not in blocked
            if isinstance(event.what, ev.SerumApplied):
                assert not withdrawn
            if isinstance(event.what, ev.ScreeningOverridden):
                assert event.what.signer_id and event.what.rule_id == t.STOP_RULE.rule_id

    @rule(matches=st.lists(st.sampled_from(["name", "birth_date", "photo"]), max_size=3))
    def check_in(self, matches: list[str]) -> None:
        self.act(intake.choose_plan(t.PLAN))
        self.act(intake.confirm_patient(matches))

    @rule(to=st.sampled_from(PHASES))
    def go(self, to: Phase) -> None:
        self.enter(to)

    def enter(self, to: Phase) -> None:
        before = self.session.state.phase
        self.act(intake.enter_phase(to, 3, RULES))
        state = self.session.state
        if state.phase is not before and (before, state.phase) in FORWARD:
            assert_gates_of(state)

    @rule(rule_id=st.sampled_from(RULE_IDS), given=st.sampled_from(["no", "no", "no", "yes"]), reason=st.booleans())
    def screen(self, rule_id: str, given: str, reason: bool) -> None:
        self.act(intake.answer(rule_id, given, (), "note", "changed" if reason else ""))

    @rule(rule_id=st.sampled_from(RULE_IDS), areas=st.sets(st.sampled_from([*AREA_IDS, "neck"]), max_size=2),
          since=st.sampled_from(SINCE), day=st.sampled_from(DAYS), note=st.sampled_from(["", "note"]))
    def find(self, rule_id: str, areas: set[str], since: str, day: str, note: str) -> None:
        self.act(intake.answer(rule_id, "yes", sorted(areas), note, "found", since=since, asked_on=day))

    @rule(day=st.sampled_from(DAYS))
    def confirm_group(self, day: str) -> None:
        last = {one.rule_id: AnswerGiven("no", 0) for one in RULES}
        self.act(intake.confirm_group("health", last, day))

    @rule(today=st.sampled_from(DAYS))
    def midnight(self, today: str) -> None:
        self.act(intake.expire_screening(today))
        state = self.session.state
        if state.phase is Phase.SCREENING and not state.closed:
            assert all(given.asked_on >= today for given in state.answers.values() if given.asked_on)

    @rule()
    def screen_all(self) -> None:
        for rule_id in RULE_IDS:
            self.act(intake.answer(rule_id, "no", reason="asked again"))

    @rule(rule_id=st.sampled_from(RULE_IDS), signed=st.booleans())
    def override(self, rule_id: str, signed: bool) -> None:
        self.act(intake.override(rule_id, "judged safe", "PR-02" if signed else "", "A. Meyer"))

    @rule(kind=st.sampled_from(["treatment", "photos", "serum"]))
    def withdraw(self, kind: str) -> None:
        self.act(consenting.withdraw_consent(kind, "changed their mind"))

    @rule(withdrawn=st.booleans())
    def carry_on_in_spite_of_it(self, withdrawn: bool) -> None:
        if withdrawn:
            self.act(consenting.withdraw_consent("treatment", "had enough"))
        for command in (closing.continue_session(), needling.resume(), needling.forward()):
            self.act(command)
        self.enter_next()

    def enter_next(self) -> None:
        self.enter(PHASES[min(PHASES.index(self.session.state.phase) + 1, len(PHASES) - 1)])

    @rule(today=st.sampled_from(DAYS))
    def go_on_after_midnight(self, today: str) -> None:
        self.act(intake.expire_screening(today))
        self.enter_next()

    @rule(named=st.booleans())
    def chaperone(self, named: bool) -> None:
        self.act(consenting.record_chaperone("B. Roe" if named else ""))

    @rule(given=st.booleans())
    def guardian(self, given: bool) -> None:
        self.act(consenting.sign_consent(ev.SignatureDrawn(
            "consent", "guardian", ((1, 2),), signer_name="A. Roe", relation="Mother" if given else "",
            identity_check="Passport")))

    @rule(given=st.booleans())
    def consent(self, given: bool) -> None:
        for kind in ("treatment", "photos", "serum"):
            self.act(consenting.record_consent(t.consent(kind, given or kind != "treatment")))
        self.act(consenting.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2),))))

    @rule()
    def numb(self) -> None:
        self.act(numbing.apply_anesthetic(t.applied(self.now_us), self.now_us))

    @rule(early=st.booleans(), wait=st.booleans())
    def remove(self, early: bool, wait: bool) -> None:
        self.now_us += 1_900_000_000 if wait else 0
        self.act(numbing.remove_anesthetic("A1", self.now_us, "asked" if early else ""))

    @rule(area_ids=st.lists(st.sampled_from(AREA_IDS), max_size=2, unique=True), only=st.booleans())
    def numb_some(self, area_ids: list[str], only: bool) -> None:
        applied = dataclasses.replace(t.applied(self.now_us), area_ids=tuple(area_ids))
        self.act(numbing.apply_anesthetic(applied, self.now_us))
        if only:
            self.now_us += 1_900_000_000
            self.act(numbing.remove_anesthetic("A1", self.now_us, "", area_ids[:1]))

    @rule(area_id=st.sampled_from(AREA_IDS))
    def remove_from(self, area_id: str) -> None:
        self.act(numbing.remove_anesthetic("A1", self.now_us, "asked", [area_id]))

    @rule()
    def doubt_and_confirm(self) -> None:
        self.act(numbing.doubt_dwell())
        self.act(numbing.confirm_dwell("A1", self.now_us, self.now_us))

    @rule()
    def skip_numbing(self) -> None:
        self.act(numbing.skip_anesthetic("not wanted"))

    @rule()
    def prepare(self) -> None:
        for command in (intake.disinfect(), cartridges.bind_cartridge(t.CARTRIDGE, 12, False),
                        intake.choose_glide(None), intake.bind_pen(t.PEN)):
            self.act(command)

    @rule(area_id=st.sampled_from(AREA_IDS))
    def start(self, area_id: str) -> None:
        self.act(needling.start_area(area_id))

    @rule()
    def forward(self) -> None:
        asked, before = self.session.state.check_again, len(self.session.history)
        self.act(needling.forward())
        assert not asked or len(self.session.history) == before, "nothing starts on a patient not confirmed again"

    @rule()
    def turn_to(self) -> None:
        self.act(intake.turn_to())

    @rule(jump_ms=st.integers(-3_600_000, 3_600_000))
    def jump(self, jump_ms: int) -> None:
        self.act(needling.facts(ev.ClockJumped(jump_ms)))

    @rule(reason=st.booleans())
    def end_needling(self, reason: bool) -> None:
        self.act(needling.end_needling("enough" if reason else ""))

    @rule(paused=st.booleans())
    def hold(self, paused: bool) -> None:
        self.act(needling.pause() if paused else needling.resume())

    @rule(on=st.booleans())
    def stop(self, on: bool) -> None:
        self.act(closing.stop() if on else closing.continue_session())

    @rule()
    def take_the_cartridge_off(self) -> None:
        self.act(cartridges.unbind_cartridge("dropped", False))

    @rule(back=st.integers(1, 4))
    def undo(self, back: int) -> None:
        if len(self.session.history) > back:
            self.act(self.session.undo([len(self.session.history) - back], "slip"))

    @rule()
    def finish(self) -> None:
        self.act(closing.apply_serum(ev.SerumApplied(t.SERUM, 2000)))
        self.act(closing.give_aftercare(ev.AftercareGiven("s", 1, "en", "pdf")))
        self.act(closing.seal(ev.Signed("PR-02", "A", "m", "pin"), 0, 0))

    @invariant()
    def the_state_is_the_fold(self) -> None:
        assert fold(self.session.history) == self.session.state

    @invariant()
    def needling_is_reached_only_through_its_gates(self) -> None:
        state = self.session.state
        if state.needling_begun:
            assert state.patient_confirmed and state.consent_signed
            assert state.consents["treatment"].given or "treatment" in state.withdrawn
            assert state.screening_verdict().may_proceed or state.screening_verdict().blocked_areas
            assert state.anesthetic_skipped or state.anesthetics
            assert state.disinfected and state.cartridges and (state.pen or state.manual_mode)

    @invariant()
    def a_needled_child_has_a_guardian_and_a_chaperone(self) -> None:
        state = self.session.state
        if state.needling_begun and state.guardian_needed:
            assert state.chaperone is not None
            assert all(drawn.signer == "guardian" and drawn.relation for _, drawn in state.signatures)

    @invariant()
    def every_signature_is_bound_to_what_was_decided(self) -> None:
        check = ConsentCheck()
        assert not any(check.fault_of(event.what) for event in self.session.history)

    @invariant()
    def no_needle_meets_an_area_with_product_on_it(self) -> None:
        state = self.session.state
        touched = {area_id for area_id, area in state.areas.items() if area.begun}
        assert not touched & state.numbed_areas()
        if state.outcome == "finished" or state.serums:
            assert not state.anesthetics_on()

    @invariant()
    def at_most_one_pass_runs(self) -> None:
        running = [s for area in self.session.state.areas.values() for s in area.passes if s.ended_us is None]
        assert len(running) <= 1
        assert (self.session.state.active_pass is not None) == bool(running)

    @invariant()
    def a_sealed_finish_left_nothing_out(self) -> None:
        if self.session.state.outcome == "finished":
            assert all(area.finished for area in self.session.state.treatable_areas())


RandomPractitioner.TestCase.settings = settings(max_examples=1000, stateful_step_count=40, deadline=None)
TestRandomPractitioner = RandomPractitioner.TestCase
