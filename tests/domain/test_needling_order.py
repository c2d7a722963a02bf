"""By area and by rounds, directions and pain: what the pedal's forward does, and what is refused."""

import pytest
import treatments as t
from hypothesis import given
from hypothesis import strategies as st

from console.domain import needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.workflow import Phase

FOREHEAD, CHEEK = "face.forehead", "face.cheek_left"  # two passes and three


def do(session: Session, command: object) -> list[ev.Payload]:
    return [one.what for one in session.decide(command, session.state.last_at_us + 1_000_000, "PR-02")]  # type: ignore


@pytest.fixture
def session() -> Session:
    return t.walk_to(Phase.NEEDLING)


def walked(session: Session) -> list[tuple[str, int, str]]:
    """Press forward to the end; give each pass with its direction."""
    made = []
    while not all(area.finished for area in session.state.areas.values()):
        text, hint = needling.forward_label(session.state)
        started = [one for one in do(session, needling.forward()) if isinstance(one, ev.PassStarted)]
        for one in started:
            label = session.state.areas[one.area_id].plan.label
            assert text in ("Start", "Next pass", "Next area") and (text == "Next pass" or hint.startswith(label))
        made += [(one.area_id, one.pass_number, one.direction) for one in started]
    return made


def test_by_area_every_pass_of_one_then_the_next_in_crossed_directions(session: Session) -> None:
    assert walked(session) == [
        (FOREHEAD, 1, "horizontal"), (FOREHEAD, 2, "vertical"),
        (CHEEK, 1, "horizontal"), (CHEEK, 2, "vertical"), (CHEEK, 3, "oblique")]


def test_by_rounds_one_pass_of_every_area_then_the_next(session: Session) -> None:
    do(session, needling.choose_order("rounds"))
    assert [(area, number) for area, number, _ in walked(session)] == [
        (FOREHEAD, 1), (CHEEK, 1), (FOREHEAD, 2), (CHEEK, 2), (CHEEK, 3)]


def test_the_order_can_change_under_way_and_loses_no_pass(session: Session) -> None:
    do(session, needling.forward())
    do(session, needling.choose_order("rounds"))
    do(session, needling.forward())
    assert session.state.active_area == CHEEK
    do(session, needling.choose_order("area"))
    assert [(area, number) for area, number, _ in walked(session)] == [(CHEEK, 2), (CHEEK, 3), (FOREHEAD, 2)]
    assert do(session, needling.choose_order("area")) == []
    with pytest.raises(Refusal, match="no order"):
        do(session, needling.choose_order("sideways"))


@given(st.lists(st.sampled_from(["forward", "rounds", "area", "cheek", "forehead", "pause", "resume"]), max_size=25))
def test_whatever_the_order_every_area_gets_its_passes(touches: list[str]) -> None:
    session = t.walk_to(Phase.NEEDLING)
    commands = {"forward": needling.forward, "rounds": lambda: needling.choose_order("rounds"),
                "area": lambda: needling.choose_order("area"), "cheek": lambda: needling.start_area(CHEEK),
                "forehead": lambda: needling.start_area(FOREHEAD), "pause": needling.pause, "resume": needling.resume}
    for touch in touches:
        try:
            do(session, commands[touch]())
        except Refusal:
            continue
    do(session, needling.resume())
    walked(session)
    assert all(area.passes_done >= area.plan.passes for area in session.state.areas.values())


def test_a_direction_is_the_running_pass_s_or_the_next_one_s(session: Session) -> None:
    assert do(session, needling.choose_direction(CHEEK, "oblique")) == [ev.DirectionChosen(CHEEK, 1, "oblique")]
    do(session, needling.forward())
    do(session, needling.choose_direction(FOREHEAD, "vertical"))
    assert do(session, needling.choose_direction(FOREHEAD, "vertical")) == []
    assert walked(session)[1:] == [(CHEEK, 1, "oblique"), (CHEEK, 2, "vertical"), (CHEEK, 3, "oblique")]
    assert session.state.areas[FOREHEAD].directions == ("vertical", "vertical")
    with pytest.raises(Refusal, match="no direction"):
        do(session, needling.choose_direction(FOREHEAD, "round"))


def test_an_older_history_keeps_the_words_it_had(session: Session) -> None:
    do(session, needling.facts(ev.PassStarted(FOREHEAD, 1, "diagonal"), ev.PassFinished(FOREHEAD, 1)))
    assert session.state.areas[FOREHEAD].directions == ("diagonal",)


@pytest.mark.parametrize(("vas_mm", "area_id"), [(-1, ""), (101, ""), (50, "face.nowhere")])
def test_pain_off_the_scale_or_off_the_plan_is_refused(session: Session, vas_mm: int, area_id: str) -> None:
    with pytest.raises(Refusal):
        do(session, needling.rate_pain(vas_mm, area_id))


def test_pain_is_kept_by_area_and_for_the_session_each_time(session: Session) -> None:
    for vas_mm, area_id in ((30, FOREHEAD), (50, FOREHEAD), (100, ""), (0, "")):
        do(session, needling.rate_pain(vas_mm, area_id))
    assert [vas for _, vas in session.state.areas[FOREHEAD].pain] == [30, 50]
    assert [vas for _, vas in session.state.pain] == [100, 0]


def test_no_first_pass_on_an_answer_that_expired_meanwhile_but_what_runs_goes_on(session: Session) -> None:
    expired = ev.ScreeningExpired(("keloid",), "2026-11-18")
    do(session, needling.facts(expired))
    for command in (needling.forward(), needling.start_area(CHEEK)):
        with pytest.raises(Refusal, match="1 screening question is not answered"):
            do(session, command)
    begun = t.walk_to(Phase.NEEDLING)
    do(begun, needling.forward())
    do(begun, needling.facts(expired))
    assert do(begun, needling.forward())
