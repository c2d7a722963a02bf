"""The anesthetic in the history: areas, stages, back-timed starts, clocks in doubt, weight."""

from dataclasses import replace

import pytest
import treatments as t

from console.domain import cartridges, closing, intake, needling, numbing
from console.domain import session_events as ev
from console.domain.anesthesia import DwellState, dwell
from console.domain.errors import Refusal
from console.domain.session_events import from_payload, to_payload
from console.domain.session_fold import fold
from console.domain.workflow import Phase, why_not

FOREHEAD, CHEEK = "face.forehead", "face.cheek_left"
MINUTE_US = t.MINUTE_US


class Visit:
    def __init__(self) -> None:
        self.session = t.walk_to(Phase.ANESTHETIC)
        self.now_us = self.session.state.last_at_us

    def do(self, command, minutes=0):
        self.now_us += minutes * MINUTE_US
        return self.session.decide(command, self.now_us, "PR-02")

    def on(self, *area_ids, minutes_ago=0, **fields):
        start_us = self.now_us - minutes_ago * MINUTE_US
        self.do(numbing.apply_anesthetic(replace(t.applied(start_us), area_ids=area_ids, **fields), self.now_us))

    @property
    def one(self):
        return self.session.state.anesthetics["A1"]

    def prepare(self):
        self.do(intake.enter_phase(Phase.PREPARATION))
        for command in (intake.disinfect(), cartridges.bind_cartridge(t.CARTRIDGE, 12, False),
                        intake.choose_glide(None), intake.bind_pen(t.PEN), intake.enter_phase(Phase.NEEDLING)):
            self.do(command)


@pytest.fixture
def visit():
    return Visit()


def test_needling_unlocks_area_by_area(visit) -> None:
    visit.on(FOREHEAD, CHEEK)
    assert "not confirmed" in why_not(visit.session.state, Phase.PREPARATION)
    visit.do(numbing.remove_anesthetic("A1", visit.now_us + 31 * MINUTE_US, "", [FOREHEAD]), 31)
    assert visit.one.on_areas(visit.session.state.areas) == (CHEEK,)
    visit.prepare()
    with pytest.raises(Refusal, match="still on Cheek"):
        visit.do(needling.start_area(CHEEK))
    for _ in range(3):
        visit.do(needling.forward())
    assert visit.session.state.areas[FOREHEAD].finished and visit.session.state.active_area is None
    with pytest.raises(Refusal, match="still on Cheek"):
        visit.do(needling.forward())
    assert needling.forward_label(visit.session.state)[0] == "Numb areas left"
    for leave in (needling.end_needling("enough"), needling.end_needling()):
        with pytest.raises(Refusal, match="not confirmed as removed"):
            visit.do(leave)
    events = visit.do(numbing.remove_anesthetic("A1", visit.now_us))
    assert events[0].what == ev.AnestheticRemovedFrom("A1", (CHEEK,), "", True), "disinfected in the same act"
    assert visit.one.removed_at_us == visit.now_us
    visit.do(needling.start_area(CHEEK))
    assert visit.session.state.active_area == CHEEK


def test_an_old_application_without_areas_lies_everywhere(visit) -> None:
    visit.on()
    assert visit.session.state.numbed_areas() == {FOREHEAD, CHEEK}
    visit.do(numbing.remove_anesthetic("A1", visit.now_us + 31 * MINUTE_US), 31)
    assert isinstance(visit.session.history[-1].what, ev.AnestheticRemoved)
    assert not visit.session.state.numbed_areas()


def test_two_products_on_one_area_both_hold_it(visit) -> None:
    visit.on(FOREHEAD)
    visit.on(FOREHEAD, CHEEK, application_id="A2")
    visit.do(numbing.remove_anesthetic("A1", visit.now_us, "asked"))
    assert visit.session.state.numbed_areas() == {FOREHEAD, CHEEK}


def test_removal_before_onset_takes_a_word_for_each_stage(visit) -> None:
    visit.on(FOREHEAD, CHEEK)
    with pytest.raises(Refusal, match="not had its time"):
        visit.do(numbing.remove_anesthetic("A1", visit.now_us, "", [FOREHEAD]))
    visit.do(numbing.remove_anesthetic("A1", visit.now_us, "reacts", [FOREHEAD]))
    assert visit.one.early_reason == "reacts" and visit.one.removed_at_us is None
    with pytest.raises(Refusal, match="not on Forehead"):
        visit.do(numbing.remove_anesthetic("A1", visit.now_us, "reacts", [FOREHEAD]))


@pytest.mark.parametrize(("minutes_ago", "reason", "ok"), [(0, "", True), (59, "", True), (60, "", False),
                                                           (60, "at home", True), (-1, "", False)])
def test_back_timed_starts(visit, minutes_ago, reason, ok) -> None:
    if not ok:
        with pytest.raises(Refusal):
            visit.on(FOREHEAD, minutes_ago=minutes_ago, over_reason=reason)
        assert not visit.session.state.anesthetics
        return
    visit.on(FOREHEAD, minutes_ago=minutes_ago, over_reason=reason)
    assert visit.one.since_us == visit.now_us - minutes_ago * MINUTE_US


def test_it_goes_on_planned_areas_only(visit) -> None:
    with pytest.raises(Refusal, match="Nose is not in the plan"):
        visit.on("face.nose")


@pytest.mark.parametrize(("jump_min", "state"), [
    (40, DwellState.OVER), (10, DwellState.ONSET), (-40, DwellState.ONSET)])
def test_a_jump_is_judged_by_the_safe_side_until_confirmed(visit, jump_min, state) -> None:
    visit.on(FOREHEAD)
    visit.do(needling.facts(ev.ClockJumped(jump_min * 60_000)))
    one, wall_us = visit.one, visit.now_us + (25 + jump_min) * MINUTE_US
    clock = dwell(one.since_us, 1800, 3600, wall_us, one.earliest_us)
    assert (clock.state, clock.elapsed_s) == (state, 25 * 60), "ready goes by the steady clock"
    visit.do(numbing.confirm_dwell("A1", wall_us - MINUTE_US, wall_us))
    assert not visit.one.in_doubt and visit.one.since_us == visit.one.earliest_us == wall_us - MINUTE_US


def test_a_doubt_stands_until_confirmed_and_nothing_else_changes(visit) -> None:
    assert visit.do(numbing.doubt_dwell()) == []
    visit.on(FOREHEAD)
    since_us = visit.one.since_us
    visit.do(numbing.doubt_dwell())
    assert visit.one.in_doubt and visit.one.since_us == since_us
    with pytest.raises(Refusal, match="future"):
        visit.do(numbing.confirm_dwell("A1", visit.now_us + 1, visit.now_us))


def test_weight_is_kept(visit) -> None:
    visit.do(numbing.take_weight(18_500))
    assert visit.session.state.weight_g == 18_500
    assert visit.do(numbing.take_weight(18_500)) == []
    with pytest.raises(Refusal, match="no weight"):
        visit.do(numbing.take_weight(18))


def test_a_session_with_product_on_cannot_be_closed(visit) -> None:
    visit.on(FOREHEAD, CHEEK)
    visit.do(numbing.remove_anesthetic("A1", visit.now_us, "asked", [CHEEK]))
    with pytest.raises(Refusal, match="on the skin"):
        visit.do(closing.defer("late"))


def test_the_history_gives_the_same_state_again(visit) -> None:
    visit.on(FOREHEAD, CHEEK)
    visit.do(numbing.doubt_dwell())
    visit.do(numbing.take_weight(60_000))
    visit.do(numbing.remove_anesthetic("A1", visit.now_us, "asked", [CHEEK]))
    again = [replace(one, what=from_payload(one.what.kind, to_payload(one.what))) for one in visit.session.history]
    assert fold(again) == visit.session.state


def test_fields_that_came_later_leave_older_bytes_alone() -> None:
    old = to_payload(t.applied(t.START_US))
    assert set(old) == {"application_id", "product", "mass_mg", "area_mm2", "occluded", "applied_at_us", "back_timed",
                        "onset_s", "max_contact_s", "source", "authorised_by"}
    new = to_payload(replace(t.applied(t.START_US), area_ids=(CHEEK,), repeat_allowed=True))
    assert new["area_ids"] == [CHEEK] and new["repeat_allowed"] is True
    assert from_payload("anesthetic_applied", new).area_ids == (CHEEK,)
