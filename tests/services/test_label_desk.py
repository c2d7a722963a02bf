"""The label is judged by itself: at the pen, at another target, at an area blocked or freed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from console_rig import close_console, make_console, start_session, walk_to

from console.domain import intake, labelling, needling
from console.domain import session_events as ev
from console.domain.session_state import SessionState
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.label_desk import foreseen
from console.services.label_words import area_standing, label_words

DIAL = ev.PenBound("Exceed", "E-1", "", 1, 4000, 0, 31, 6, "")


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


def begin(console: Console, patient_id: str = "P-0412", pen: ev.PenBound = DIAL) -> SessionState:
    start_session(console, patient_id)
    walk_to(console, Phase.PREPARATION)
    console.desk.do(intake.bind_pen(pen))
    return state_of(console)


def state_of(console: Console) -> SessionState:
    assert console.desk.front is not None
    return console.desk.front.state


def judgements(console: Console) -> list[str]:
    assert console.desk.front is not None
    return [one.what.standing for one in console.desk.front.history if isinstance(one.what, ev.LabelJudged)]


def test_it_is_judged_with_the_pen_and_again_with_each_target_and_its_undo(console: Console) -> None:
    state = begin(console)
    assert state.label is not None and judgements(console) == ["on_label"]
    assert label_words(state) == "On label. Exceed: every area is within its label."
    deeper = console.desk.do(needling.change_target("face.forehead", 1600, "Deeper scars"))
    assert area_standing(state_of(console), "face.forehead") == "off_label"
    assert area_standing(state_of(console), "face.chin") == "on_label"
    console.desk.do(labelling.accept_off_label("Agreed"))
    assert label_words(state_of(console)) == (
        "Off label. Exceed reaches 1.50 mm at most. Gone on because: Agreed.")
    console.desk.undo(deeper)
    assert judgements(console) == ["on_label", "off_label", "on_label"]
    console.desk.do(needling.change_target("face.nose", 700, "Thicker skin"))
    assert judgements(console) == ["on_label", "off_label", "on_label"], "nothing changed: nothing is recorded"


def test_the_standing_is_foreseen_by_the_likely_pen_and_recorded_by_the_bound_one_only(console: Console) -> None:
    start_session(console, "P-0412")
    assert foreseen(state_of(console), console.library, "") is None
    likely = foreseen(state_of(console), console.library, "Exceed")
    assert likely is not None and likely.why == "Exceed: every area is within its label."
    stranger = foreseen(state_of(console), console.library, "Nobody's Pen")
    assert stranger is not None and stranger.why == "No label known for Nobody's Pen."
    assert judgements(console) == []
    walk_to(console, Phase.PREPARATION)
    console.desk.do(intake.bind_pen(DIAL))
    assert foreseen(state_of(console), console.library, "Nobody's Pen") == state_of(console).label == likely


def test_a_pen_nobody_knows_and_a_dial_by_hand_are_not_evaluated(console: Console) -> None:
    stranger = begin(console, pen=replace(DIAL, model="Nobody's Pen"))
    assert label_words(stranger) == "Not evaluated. No label known for Nobody's Pen."
    console.desk.do(intake.choose_manual_mode("No pen in this room"))
    assert label_words(state_of(console)) == "Not evaluated. By hand: no label known of the pen in use."
    assert labelling.unaccepted(state_of(console)) == {}


def test_before_a_pen_is_bound_nothing_is_claimed(console: Console) -> None:
    start_session(console, "P-0412")
    walk_to(console, Phase.PREPARATION)
    assert judgements(console) == [] and label_words(state_of(console)) == ""
    assert area_standing(state_of(console), "face.chin") is None
