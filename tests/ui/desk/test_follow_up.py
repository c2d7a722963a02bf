"""The follow-up page by hand: the clinic's rule, a call, what was told, an event judged and written out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from console_rig import DAY_S, RigClock, finish_session, start_session
from desk_touch import part, touch
from PySide6.QtWidgets import QLineEdit
from rig_lists import answered, calls

from console.domain.people import Role
from console.services.after_words import after_words
from console.services.console import Console
from ui.desk.follow_up import FollowUpPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.fields import Stepper

Window = Callable[[str, Page], MainWindow]


def _as(console: Console, role: Role) -> None:
    console.desk.actor = next(one for one in console.registry.staff() if one.role is role)


@pytest.fixture
def written() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def window(desk_window: Window, console: Console, written: list[tuple[str, str]]) -> MainWindow:
    _as(console, Role.PRACTITIONER)
    start_session(console)
    finish_session(console)
    _as(console, Role.MANAGER)

    def save(event_id: str, form: str) -> Path:
        written.append((event_id, form))
        return Path(f"{event_id}.{form}")

    return desk_window("follow_up", FollowUpPage(console, save, lambda name, text: save(name, text) and Path(name)))


def _call_key(console: Console) -> str:
    return f"follow_up.{calls(console)[0].contact.contact_id}"


def test_the_clinic_decides_when_it_calls_and_the_list_fills(window: MainWindow, console: Console) -> None:
    assert calls(console) == []
    touch(window, "call_rule.confirm")
    assert console.follow_up.rule is not None and console.follow_up.rule.words == "24-72"
    assert part(window, _call_key(console)).accessibleName().startswith("P-0412, Call, from")
    assert not [one for one in window.findChildren(Stepper, "call_rule.from") if one.isVisibleTo(window)]


def test_a_practitioner_does_not_decide_it(window: MainWindow, console: Console) -> None:
    _as(console, Role.PRACTITIONER)
    window.page("follow_up").enter()
    assert not part(window, "call_rule.confirm").isEnabled() and not part(window, "call_rule.none").isEnabled()


def test_a_call_is_opened_ticked_and_recorded(window: MainWindow, console: Console, clock: RigClock) -> None:
    touch(window, "call_rule.confirm")
    clock.advance(2 * DAY_S)
    window.page("follow_up").enter()
    touch(window, _call_key(console))
    touch(window, "told.redness.mild")
    touch(window, "told.days_ago.plus")
    part(window, "told.other", QLineEdit).setText("Numb chin")
    window.action_bar.trigger("record")
    assert "no severity" in window.notice.text and calls(console)[0].standing == "due"
    touch(window, "told.other_severity.moderate")
    window.action_bar.trigger("record")
    told = console.follow_up.open(calls(console)[0].contact.contact_id).told
    assert [(one.told.text, one.told.severity, one.beyond != "") for one in told] == [
        ("Redness for 1 to 3 days", "mild", False), ("Numb chin", "moderate", True)]
    assert all(one.told.day == "2026-11-18" for one in told)
    assert not window.action_bar.button("record").isEnabled()


def test_who_is_not_reached_stays_and_a_reason_ends_the_tries(
    window: MainWindow, console: Console, clock: RigClock,
) -> None:
    touch(window, "call_rule.confirm")
    clock.advance(2 * DAY_S)
    window.page("follow_up").enter()
    touch(window, _call_key(console))
    window.action_bar.trigger("not_reached")
    assert "tried 1 time" in part(window, _call_key(console)).accessibleName()
    window.action_bar.trigger("give_up")
    touch(window, "reason.no_answer_several_days")
    touch(window, "reason.confirm")
    assert calls(console)[0].contact.state == "given_up"


def test_an_event_is_judged_by_hand_closed_and_written_out(
    window: MainWindow, console: Console, clock: RigClock, written: list[tuple[str, str]],
) -> None:
    touch(window, "call_rule.confirm")
    clock.advance(2 * DAY_S)
    window.page("follow_up").enter()
    touch(window, _call_key(console))
    touch(window, "told.blisters.severe")
    window.action_bar.trigger("record")
    assert console.adverse.all() == []
    touch(window, "told.judge.0")
    for name in ("adverse.serious.intervention", "adverse.relation.possible", "adverse.outcome.recovered",
                 "adverse.suspect.0", "adverse.due_in.plus", "adverse.save"):
        touch(window, name)
    event = console.adverse.event("AE-0001")
    assert after_words(console.adverse.all(session_id=event.session_id), console.follow_up.told_after(
        event.session_id)) == (f"Adverse event AE-0001, {event.state}. Told afterwards: Blisters, yellow crust or pus, "
                               "severe (beyond its course).")
    assert after_words((), ()) == ""
    assert (event.serious, event.relation, event.outcome, event.severity, event.due) == (
        ("intervention",), "possible", "recovered", "severe", "2026-11-20")
    assert len(event.suspects) == 1
    touch(window, "event.pdf")
    touch(window, "event.json")
    assert written == [("AE-0001", "pdf"), ("AE-0001", "json")]
    touch(window, "event.judge")
    touch(window, "adverse.close")
    assert "how it ended" in part(window, "adverse.words").text()  # type: ignore[attr-defined]
    part(window, "adverse.ended", QLineEdit).setText("Healed in six days")
    touch(window, "adverse.close")
    assert console.adverse.event("AE-0001").state == "closed"
    assert not part(window, "event.judge").isEnabled()


def test_who_is_due_leads_to_their_record(window: MainWindow, console: Console, clock: RigClock) -> None:
    clock.advance(70 * DAY_S)
    window.page("follow_up").enter()
    touch(window, "follow_up.which.back")
    while console.queries.busy:
        console.queries.deliver()
    assert "Facial acne scars, 3 of 6 done" in part(window, "follow_up.C-0412").accessibleName()
    touch(window, "follow_up.C-0412")
    window.action_bar.trigger("patient")
    assert window.page_key == "patients"


def test_who_is_due_back_is_marked_as_told_with_a_note_and_that_is_taken_back(
    window: MainWindow, console: Console, clock: RigClock, written: list[tuple[str, str]],
) -> None:
    clock.advance(70 * DAY_S)
    window.page("follow_up").enter()
    touch(window, "follow_up.which.back")
    answered(console)
    touch(window, "follow_up.C-0412")
    part(window, "due.note", QLineEdit).setText("comes in spring")
    window.action_bar.trigger("told")
    answered(console)
    assert part(window, "follow_up.C-0412").accessibleName().endswith("Told")
    assert part(window, "due.note", QLineEdit).text() == "comes in spring"
    assert not window.action_bar.button("told").isEnabled()
    touch(window, "notice.undo")
    answered(console)
    assert "by " in part(window, "follow_up.C-0412").accessibleName()
    window.action_bar.trigger("told")
    answered(console)
    window.action_bar.trigger("told_back")
    answered(console)
    assert window.action_bar.button("told").isEnabled()
    window.page("follow_up").enter(which="back")
    answered(console)
    window.action_bar.trigger("listCsv")
    answered(console)
    name, text = written[-1]
    assert name == "due-back.csv" and "P-0412,Anna Keller" in text and text.count("\n") == 2


def test_a_recorded_call_is_taken_back_and_the_list_filtered_and_written(
    window: MainWindow, console: Console, clock: RigClock, written: list[tuple[str, str]],
) -> None:
    touch(window, "call_rule.confirm")
    clock.advance(2 * DAY_S)
    touch(window, _call_key(console))
    touch(window, "told.redness.mild")
    window.action_bar.trigger("record")
    assert calls(console)[0].standing == "done"
    touch(window, "notice.undo")
    assert calls(console)[0].standing == "due" and not calls(console)[0].contact.told
    window.page("follow_up").enter()
    answered(console)
    window.action_bar.trigger("filter")
    touch(window, "calls.kind.visit")
    touch(window, "calls.show")
    answered(console)
    assert window.page("follow_up").rows.empty.isVisibleTo(window)
    window.action_bar.trigger("filter")
    touch(window, "calls.kind.")
    touch(window, "calls.by.PR-02")
    touch(window, "calls.show")
    answered(console)
    assert part(window, _call_key(console)).isEnabled()
    window.action_bar.trigger("listCsv")
    answered(console)
    assert written[-1][0] == "calls.csv" and ",PR-02," in written[-1][1]


def test_the_hours_of_the_call_can_be_changed_later_and_calls_given_up(window: MainWindow, console: Console) -> None:
    touch(window, "call_rule.confirm")
    window.action_bar.trigger("rule")
    touch(window, "call_rule.from.plus")
    touch(window, "call_rule.confirm")
    assert console.follow_up.rule is not None and console.follow_up.rule.words == "25-72"
    assert not [one for one in window.findChildren(Stepper, "call_rule.from") if one.isVisibleTo(window)]
    window.action_bar.trigger("rule")
    touch(window, "call_rule.none")
    assert console.follow_up.rule is None and not console.follow_up.undecided
    _as(console, Role.PRACTITIONER)
    window.page("follow_up").enter()
    assert "rule" not in [one.key for one in window.page("follow_up").page_actions().left]


def test_a_visit_is_agreed_from_a_call_and_stands_on_the_list(window: MainWindow, console: Console) -> None:
    touch(window, "call_rule.confirm")
    touch(window, _call_key(console))
    window.action_bar.trigger("visit")
    touch(window, "visit.days.plus")
    touch(window, "visit.agree")
    visit = next(one.contact for one in calls(console) if one.contact.kind == "visit")
    assert (visit.due, visit.patient_id) == ("2026-11-19", "P-0412") and "19 Nov" in window.notice.text
    assert part(window, f"follow_up.{visit.contact_id}").accessibleName().startswith("P-0412, Visit")
