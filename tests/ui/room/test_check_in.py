"""Check-in: two matches, the plan's areas, the way out."""

from console_rig import make_console

from console.domain.workflow import Phase
from ui.room.patient_check import day_words
from ui.room.visit_story import count_of, settings_of, short_source, weeks_text


def test_two_matches_confirm_the_patient_and_unlock_the_way_on(stage) -> None:
    assert stage.forward_hint() == "the patient is not confirmed yet"
    assert not stage.button("action.forward").isEnabled()
    stage.click("match.name")
    assert stage.state.patient_confirmed == ()
    stage.click("match.birth_date")
    assert stage.state.patient_confirmed == ("name", "birth_date")
    stage.click("action.forward")
    assert stage.state.phase is Phase.SCREENING
    assert stage.window.page_key == "screening"


def test_the_own_card_counts_as_one_match(stage) -> None:
    stage.window._scanned("P-0412")
    assert stage.state.patient_confirmed == ()
    stage.click("match.birth_date")
    assert set(stage.state.patient_confirmed) == {"birth_date", "card"}


def test_another_patients_card_confirms_nothing_and_says_so(stage) -> None:
    stage.click("match.name")
    stage.window._scanned("P-0460")
    assert stage.state.patient_confirmed == ()
    assert "P-0460" in stage.told() and "P-0412" in stage.told()
    assert stage.find("scan.card").state == "bad"


def test_a_photo_cannot_match_where_none_is_kept(stage) -> None:
    assert not stage.button("match.photo").isEnabled()


def test_a_touch_on_the_map_takes_an_area_out_and_brings_it_back(stage) -> None:
    stage.window.page().map.area_chosen.emit("face.nose")
    assert "face.nose" not in stage.state.areas
    stage.window.page().map.area_chosen.emit("face.nose")
    assert list(stage.state.areas)[1] == "face.nose"


def test_an_area_the_plan_has_no_figures_for_is_refused_in_words(stage) -> None:
    before = list(stage.state.areas)
    stage.window.page().map.area_chosen.emit("face.glabella")
    assert list(stage.state.areas) == before
    assert "Glabella is not part of the plan" in stage.told()


def test_the_last_area_stays(stage) -> None:
    for area_id in list(stage.state.areas):
        stage.window.page().map.area_chosen.emit(area_id)
    assert len(stage.state.areas) == 1
    assert stage.told().startswith("One area must stay")


def test_the_list_is_the_other_way_to_any_area(stage) -> None:
    stage.click("areas.list")
    stage.click("area.face.chin")
    assert "face.chin" not in stage.state.areas
    stage.click("area.face.chin")
    assert "face.chin" in stage.state.areas


def test_another_plan_is_two_touches_away(stage) -> None:
    stage.click("plan.choose")
    stage.click("plan.facial_wrinkles")
    assert stage.state.plan.plan_id == "facial_wrinkles"
    assert stage.window.overlay is None


def test_opened_in_error_needs_a_reason_and_keeps_the_session(stage) -> None:
    session_id = stage.console.desk.front.session_id
    stage.click("action.error")
    assert not stage.button("reason.confirm").isEnabled()
    stage.click("reason.wrong_patient_chosen")
    stage.click("reason.confirm")
    story = stage.console.recorder.story[session_id]
    assert story[-1].what.outcome == "opened_in_error"
    assert story[-1].what.reason == "Wrong patient chosen"
    assert stage.console.desk.front is None
    assert stage.window.page_key == "today"


def test_the_status_line_says_when_nothing_is_saved(stage) -> None:
    stage.console.recorder.failing = "The disk is full"
    assert "Not saved yet: kept in memory" in stage.window.page().status().facts


def test_settings_that_are_alike_stand_together_deepest_first(stage) -> None:
    settings = settings_of([area.plan for area in stage.state.areas.values()])
    assert (settings[0].areas, settings[0].depth, settings[0].passes) == ("Cheek, both", "1.00 mm", 3)
    assert [float(one.depth.split()[0]) for one in settings] == sorted(
        (float(one.depth.split()[0]) for one in settings), reverse=True)


def test_a_first_visit_says_so(qtbot) -> None:
    from console_rig import close_console, start_session

    from ui.room.check_in import CheckInPage

    console = make_console(last_visit=False)
    start_session(console, "P-0460")
    page = CheckInPage(console)
    qtbot.addWidget(page)
    page.refresh()
    assert page._since.text() == "First session here"
    close_console(console)


def test_words() -> None:
    assert day_words("1992-03-04") == "4 March 1992"
    assert day_words("") == "not known"
    assert weeks_text(36) == "5 wk 1 d"
    assert (count_of(1, "area"), count_of(9, "area"), count_of(2, "pass", "es")) == ("1 area", "9 areas", "2 passes")
    assert short_source("Exceed manual p. 34 (an.address/1) [M]; LMX4") == "Exceed manual p. 34; LMX4"


def test_an_outcome_is_graded_by_a_touch_on_its_level(stage) -> None:
    stage.click("action.outcome")
    stage.click("scale.goodman_baron.3_moderate_seen_at_50_cm_flattens_when_stretched")
    [(_, what)] = stage.state.outcomes
    assert (what.scale_id, what.value, what.graded_by) == ("goodman_baron", 3, "practitioner")


def test_the_plan_tells_how_it_stands_to_the_label_of_the_pen_to_come(stage, monkeypatch) -> None:
    page = stage.window.page()
    station = stage.console.station
    monkeypatch.setattr(type(station), "pen", None)
    page.refresh()
    assert (page._label.text(), page._label_why.text()) == ("Label: waits for the pen", "Judged once a pen is bound.")
    station._memory.model = "Exceed"
    page.refresh()
    assert (page._label.text(), page._label_why.text()) == ("On label", "Exceed: every area is within its label.")
    station._memory.model = "Nobody's Pen"
    page.refresh()
    assert page._label.text() == "Not evaluated"
