"""Incidents by touch: reported, owned, acted upon, closed; only who may closes."""

from pathlib import Path

import pytest
from desk_touch import part, touch

from console.domain.incidents import IncidentState
from ui.desk.incidents import IncidentsPage
from ui.room.choice_sheets import slug


@pytest.fixture
def page(desk_window, console):
    console.desk.actor = next(one for one in console.registry.staff() if one.role.value == "manager")
    page = IncidentsPage(console, lambda form: Path(f"incidents.{form}"))
    page.window_ = desk_window("incidents", page)
    return page


def report(page):
    window = page.window_
    touch(window, "action.report")
    touch(window, "incident.kind.broken_piece")
    touch(window, "incident.happened.piece_missing")
    touch(window, "incident.measure.skin_inspected")
    touch(window, "incident.report")
    return page.console.clinic.incidents.all()[0]


def test_a_report_by_touch_alone(page):
    made = report(page)
    assert (made.incident_id, made.happened, made.measures) == ("I-0001", ("Piece missing",), ("Skin inspected",))
    assert "I-0001" in page.window_.notice.text


def test_a_report_without_a_tick_says_what_is_missing(page):
    touch(page.window_, "action.report")
    touch(page.window_, "incident.report")
    assert "Nothing is said" in part(page.window_, "incident.words").text()
    assert not page.console.clinic.incidents.all()


def test_owner_deadline_action_and_closing(page):
    report(page)
    page.draw()
    window = page.window_
    window.update_chrome()
    assert not window.action_bar.button("close").isEnabled()
    touch(window, "action.owner")
    owner = page.console.clinic.incidents.owners()[0]
    touch(window, f"owner.{slug(f'{owner.name}, {owner.staff_id}')}")
    touch(window, "deadline.3")
    touch(window, "owner.confirm")
    touch(window, "action.act")
    touch(window, "reason.maker_told")
    touch(window, "reason.confirm")
    touch(window, "action.close")
    touch(window, "reason.cause_found_and_mended")
    touch(window, "reason.confirm")
    made = page.console.clinic.incidents.all()[0]
    assert made.state is IncidentState.CLOSED and made.owner_id == owner.staff_id
    assert [step.what for step in made.steps] == ["reported", "action", "assigned", "action", "closed"]
    assert made.due == "2026-11-20"


def test_a_colleague_may_act_but_not_close(page):
    report(page)
    page.console.desk.actor = page.console.registry.staff()[0]
    page.draw()
    page.window_.update_chrome()
    assert not page.window_.action_bar.button("close").isEnabled()
    assert page.window_.action_bar.button("act").isEnabled()
    assert not page.attempt(lambda: page.console.clinic.incidents.assign("I-0001", "PR-02", 3))


def test_the_list_is_written_where_it_says(page):
    report(page)
    page.draw()
    page.window_.update_chrome()
    touch(page.window_, "action.pdf")
    assert "incidents.pdf" in page.window_.notice.text
