"""Turned to from another session: the right patient is asked again before needling starts or goes on."""

from console_rig import start_session, walk_to

from console.domain.workflow import Phase


def test_needling_waits_for_the_right_patient_after_turning_to_another_session(stage):
    console = stage.console
    first = console.desk.front.session_id
    walk_to(console, Phase.NEEDLING)
    start_session(console, "P-0460")
    assert stage.window.page_key == "check_in"
    console.desk.turn_to(first)
    stage.window.open_page("needling")
    assert stage.window.page_key == "right_patient" and stage.kinds()[-1] == "turned_to"
    stage.live()
    assert stage.there("action.stop"), "Stop is one hold away here too"
    assert not stage.there("action.forward")
    stage.click("match.name")
    assert stage.window.page_key == "right_patient"
    stage.click("match.birth_date")
    assert stage.window.page_key == "needling" and stage.kinds()[-1] == "patient_confirmed"


def test_another_patient_s_card_is_no_match(stage):
    console = stage.console
    first = console.desk.front.session_id
    walk_to(console, Phase.PREPARATION)
    start_session(console, "P-0460")
    console.desk.turn_to(first)
    stage.window.open_page("preparation")
    assert stage.window.page().on_scan("P-0460")
    assert stage.told().startswith("It says P-0460, and P-0412 is in front")
    assert stage.window.page().on_scan("P-0412")
    stage.click("match.name")
    assert stage.window.page_key == "preparation" and stage.state.patient_confirmed == ("name", "card")
