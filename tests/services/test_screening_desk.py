"""The screening desk on a rig: what the last visit answered."""

import pytest
from console_rig import close_console, finish_session, make_console, start_session, walk_to
from rig_walk import answer_all

from console.domain.workflow import Phase

RULE = "herpes_history"


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    yield made
    close_console(made)


def last_answer(console) -> str | None:
    views = [view for group in console.screening.groups() for view in group.rules if view.rule.rule_id == RULE]
    return views[0].last.answer if views[0].last is not None else None


def test_last_time_is_the_visit_before_also_where_the_console_ran_all_the_while(console) -> None:
    for yes, expected in (({}, None), ({RULE: "Prophylaxis taken"}, "no"), ({}, "yes")):
        start_session(console)
        walk_to(console, Phase.SCREENING)
        assert last_answer(console) == expected
        answer_all(console, yes)
        finish_session(console)
        console.clock.advance(28 * 86_400)
