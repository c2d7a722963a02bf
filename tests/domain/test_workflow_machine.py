"""A thousand random practitioners: no order of touches reaches a phase its gates forbid."""

import treatments as t
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.domain import closing, intake, needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.session_fold import fold
from console.domain.workflow import PHASES, Phase

RULE_IDS = [one.rule_id for one in t.RULES]
AREA_IDS = ["face.forehead", "face.cheek_left"]


class RandomPractitioner(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.session = Session(t.SESSION_ID)
        self.now_us = t.START_US

    @initialize(done=st.integers(1, len(t.steps()) - 1))
    def begin_somewhere(self, done: int) -> None:
        """Begin anywhere in a right treatment, so that wrong turns are tried from every phase."""
        self.session = t.walk(done)
        self.now_us = t.START_US + done * t.MINUTE_US

    def act(self, command: object) -> None:
        before = len(self.session.history)
        self.now_us += 30_000_000
        try:
            self.session.decide(command, self.now_us, "PR-02")  # type: ignore[arg-type]
        except Refusal:
            assert len(self.session.history) == before, "a refusal changes nothing"

    @rule(matches=st.lists(st.sampled_from(["name", "birth_date", "photo"]), max_size=3))
    def check_in(self, matches: list[str]) -> None:
        self.act(intake.choose_plan(t.PLAN))
        self.act(intake.confirm_patient(matches))

    @rule(to=st.sampled_from(PHASES))
    def go(self, to: Phase) -> None:
        self.act(intake.enter_phase(to, 3, t.RULES))

    @rule(rule_id=st.sampled_from(RULE_IDS), given=st.sampled_from(["no", "no", "no", "yes"]), reason=st.booleans())
    def screen(self, rule_id: str, given: str, reason: bool) -> None:
        self.act(intake.answer(rule_id, given, (), "note", "changed" if reason else ""))

    @rule()
    def screen_all(self) -> None:
        for rule_id in RULE_IDS:
            self.act(intake.answer(rule_id, "no", reason="asked again"))

    @rule(rule_id=st.sampled_from(RULE_IDS))
    def override(self, rule_id: str) -> None:
        self.act(intake.override(rule_id, "judged safe", "PR-02", "A. Meyer"))

    @rule(given=st.booleans())
    def consent(self, given: bool) -> None:
        for kind in ("treatment", "photos", "serum"):
            self.act(intake.record_consent(t.consent(kind, given or kind != "treatment")))
        self.act(intake.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2),))))

    @rule()
    def numb(self) -> None:
        self.act(intake.apply_anesthetic(t.applied(self.now_us), self.now_us))

    @rule(early=st.booleans(), wait=st.booleans())
    def remove(self, early: bool, wait: bool) -> None:
        self.now_us += 1_900_000_000 if wait else 0
        self.act(intake.remove_anesthetic("A1", self.now_us, "asked" if early else ""))

    @rule()
    def skip_numbing(self) -> None:
        self.act(intake.skip_anesthetic("not wanted"))

    @rule()
    def prepare(self) -> None:
        for command in (intake.disinfect(), intake.bind_cartridge(t.CARTRIDGE, 12, False),
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
            assert state.patient_confirmed and state.consents["treatment"].given and state.consent_signed
            assert state.screening_verdict().may_proceed or state.screening_verdict().blocked_areas
            assert state.anesthetic_skipped or all(one.removed_at_us for one in state.anesthetics.values())
            assert state.disinfected and state.cartridges and (state.pen or state.manual_mode)

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
