"""The verdict is kept between two questions, and never outlives what it judged."""

import treatments as t

from console.domain import intake
from console.domain.phases import Phase
from console.domain.session_fold import fold


def test_the_same_question_is_judged_once_and_a_new_answer_anew():
    session = t.walk_to(Phase.SCREENING)
    rules = session.state.rules
    assert rules
    for moment, rule in enumerate(rules * 2, 1):
        before = session.state.screening_verdict()
        assert session.state.screening_verdict() is before
        answer = "no" if moment <= len(rules) else "yes"
        session.decide(intake.answer(rule.rule_id, answer, note="told", reason="told later"),
                       session.state.last_at_us + 1, "PR-02")
        kept, fresh = session.state.screening_verdict(), fold(session.history).screening_verdict()
        assert kept == fresh
        assert kept != before


def test_areas_chosen_later_are_judged_too():
    state = fold(t.walk_to(Phase.SCREENING).history)
    before = state.screening_verdict()
    taken = next(iter(state.areas))
    del state.areas[taken]
    assert state.screening_verdict() is not before
