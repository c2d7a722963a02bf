"""Screening: nothing filled in, each stop by itself, a group as last time by one hold, a stop that stands."""

import pytest
from console_rig import walk_to
from rig_ports import PIN

from console.domain.workflow import Phase


@pytest.fixture
def screening(stage):
    walk_to(stage.console, Phase.SCREENING)
    stage.live()
    return stage


def rules_of(stage, group_id: str) -> list[str]:
    return [rule.rule_id for rule in stage.state.rules if rule.group_id == group_id]


def answer_stops(stage) -> None:
    for group_id in ("skin_stops", "health_stops"):
        stage.click(f"group.{group_id}")
        for rule_id in rules_of(stage, group_id):
            stage.click(f"answer.{rule_id}.no")


def test_nothing_is_filled_in_and_the_way_on_is_locked(screening) -> None:
    panel = screening.window.page()._panel
    assert all(row.answer.choice() == "" for row in panel._rows)
    assert screening.forward_hint() == "39 screening questions are not answered"


def test_a_face_takes_at_most_thirty_touches(screening) -> None:
    screening.touches = 0
    for group_id in ("skin_stops", "health_stops"):
        for rule_id in rules_of(screening, group_id):
            screening.click(f"answer.{rule_id}.no")
        screening.live(0.1)
        screening.live(0.4)  # the next group comes by itself
    for group_id in ("skin_precautions", "health_precautions", "anesthetic"):
        screening.hold(f"confirm_group.{group_id}")
        screening.live(0.1)
        screening.live(0.4)
    screening.click("action.forward")
    assert screening.state.phase is Phase.CONSENT
    assert screening.touches <= 30
    assert screening.state.answers["herpes_history"].answer == "yes"


def test_the_next_group_comes_after_the_last_answer_was_seen(screening) -> None:
    for rule_id in rules_of(screening, "skin_stops"):
        screening.click(f"answer.{rule_id}.no")
    screening.live(0.1)
    assert screening.there("answer.active_acne.no")
    screening.live(0.4)
    assert screening.there("answer.keloid.no") and not screening.there("answer.active_acne.no")


def test_stops_cannot_be_confirmed_as_a_group(screening) -> None:
    assert not screening.there("confirm_group.skin_stops")
    screening.click("group.skin_precautions")
    assert screening.there("confirm_group.skin_precautions")


def test_a_standing_stop_turns_the_page_and_leads_to_defer(screening) -> None:
    session_id = screening.console.desk.front.session_id
    screening.click("group.health_stops")
    screening.click("answer.keloid.yes")
    page = screening.window.page()
    assert page.status().notice == "stop"
    assert page.status().title == "Stop: keloid or hypertrophic scars, ever"
    assert not screening.button("action.locked").isEnabled()
    assert not screening.there("stop.override")
    screening.click("action.defer")
    ended = screening.console.recorder.story[session_id][-1].what
    assert (ended.outcome, ended.reason) == ("deferred", "screening: Keloid or hypertrophic scars, ever")
    assert screening.window.page_key == "today"


def test_a_stop_can_be_corrected_with_a_reason_and_both_answers_stay(screening) -> None:
    screening.click("group.health_stops")
    screening.click("answer.keloid.yes")
    screening.click("stop.correct")
    screening.click("reason.touched_by_mistake")
    assert screening.state.answers["keloid"].answer == "no"
    given = [event.what for event in screening.console.desk.front.history if event.what.kind == "screening_answered"]
    assert [(one.answer, one.reason) for one in given] == [("yes", ""), ("no", "Touched by mistake")]


def test_the_first_answer_stands_until_a_reason_is_given(screening) -> None:
    screening.click("answer.active_acne.no")
    screening.click("answer.active_acne.yes")
    assert screening.state.answers["active_acne"].answer == "no"
    screening.window.close_overlay()
    screening.live()
    assert screening.window.page()._panel._rows[0].answer.choice() == "no"


def test_an_override_takes_a_reason_and_a_pin_where_the_rule_allows_it(screening) -> None:
    screening.click("group.health_stops")
    screening.click("answer.blood_thinners.yes")
    screening.click("stop.override")
    assert not screening.find("pinPad").isEnabled()
    screening.click("reason.prescriber_approved_in_writing")
    screening.type_pin("9999")
    assert screening.state.overrides == {}
    screening.type_pin(PIN)
    signed = screening.state.overrides["blood_thinners"]
    assert (signed.reason, signed.signer_id, signed.method) == ("Prescriber approved in writing", "PR-02", "pin")
    assert signed.signer_name and signed.meaning
    assert screening.window.page().status().notice == ""


def test_a_stop_of_an_area_asks_where_and_leaves_only_that_out(screening) -> None:
    screening.click("answer.skin_infection.yes")
    assert "skin_infection" not in screening.state.answers
    assert not screening.button("finding.confirm").isEnabled()
    screening.click("area.face.upper_lip")
    screening.click("finding.confirm")
    assert screening.state.answers["skin_infection"].area_ids == ("face.upper_lip",)
    assert screening.state.screening_verdict().blocked_areas == ("face.upper_lip",)
    assert any(chip.text == "Upper lip left out" for chip in screening.window.page().status().chips)


def test_a_precaution_asks_for_its_note_by_chips(screening) -> None:
    screening.click("group.health_precautions")
    screening.click("answer.herpes_history.yes")
    assert screening.there("note.prophylaxis_taken"), "last visit's note comes first"
    assert not screening.button("finding.confirm").isEnabled()
    screening.click("note.prophylaxis_taken")
    screening.click("finding.confirm")
    assert screening.state.answers["herpes_history"].note == "Prophylaxis taken"


def test_closing_the_sheet_records_nothing(screening) -> None:
    screening.click("answer.active_acne.yes")
    screening.click("overlay.close")
    assert "active_acne" not in screening.state.answers
    assert screening.window.page()._panel._rows[0].answer.choice() == ""


def test_deferring_without_a_stop_asks_why(screening) -> None:
    screening.click("action.defer")
    screening.click("reason.patient_needs_time")
    session_id = screening.console.desk.front.session_id
    screening.click("reason.confirm")
    assert screening.console.recorder.story[session_id][-1].what.reason == "Patient needs time"


def test_going_back_keeps_the_answers(screening) -> None:
    screening.click("answer.active_acne.no")
    screening.click("action.back")
    assert screening.state.phase is Phase.CHECK_IN
    screening.click("action.forward")
    assert screening.state.answers["active_acne"].answer == "no"


def test_a_refused_numbing_step_is_told_in_the_status_line(screening) -> None:
    answer_stops(screening)
    screening.click("group.anesthetic")
    screening.click("answer.anesthetic_allergy.yes")
    assert any(chip.text == "No numbing today" for chip in screening.window.page().status().chips)


def test_a_wait_asks_when_and_shows_until_when(screening) -> None:
    screening.click("group.skin_precautions")
    screening.click("answer.filler.yes")
    screening.click("area.face.chin")
    screening.click("note.long_ago_healed")
    assert screening.button("finding.confirm").hint == "choose when"
    screening.click("when.3_months_ago")
    screening.click("finding.confirm")
    given = screening.state.answers["filler"]
    assert given.since_about and given.since < given.asked_on
    words = next(row for row in screening.window.page()._panel._rows if row.rule_id == "filler")._detail.text()
    assert "About" in words and "Wait until" in words


def test_what_is_over_its_wait_is_recorded_and_blocks_nothing(screening) -> None:
    screening.click("answer.young_scar.yes")
    screening.click("area.all")
    screening.click("when.over_6_months_ago")
    screening.click("finding.confirm")
    assert screening.state.screening_verdict().blocked_areas == ()
    assert screening.window.page().status().notice == ""


def test_a_typed_day_counts_before_the_chips_and_a_wrong_one_is_said(screening) -> None:
    screening.click("answer.plastic_surgery.yes")
    screening.click("area.face.chin")
    screening.find("when.day").setText("31.12.2020")
    assert screening.button("finding.confirm").hint == "write the day as 2026-05-31"
    screening.find("when.day").setText("2020-12-31")
    screening.click("finding.confirm")
    given = screening.state.answers["plastic_surgery"]
    assert (given.since, given.since_about) == ("2020-12-31", False)


def test_answers_left_open_over_midnight_are_asked_again(screening) -> None:
    screening.click("answer.active_acne.no")
    screening.live(24 * 3600)
    screening.console.screening.expire()
    screening.live()
    assert screening.state.answers == {}
    assert screening.window.page()._panel._rows[0].answer.choice() == ""
