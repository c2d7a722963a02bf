"""Stop by one hold on every page; why, going on, ending, and a colleague who takes over."""

import pytest
import rig_walk
from console_rig import PIN, walk_to

from console.domain import closing, needling
from console.domain.errors import Refusal
from console.domain.workflow import Phase


def stop(stage) -> None:
    stage.live()
    stage.hold("action.stop")
    assert stage.window.page_key == "stopped" and stage.state.stopped


@pytest.mark.parametrize("phase", [
    Phase.CHECK_IN, Phase.SCREENING, Phase.CONSENT, Phase.ANESTHETIC, Phase.SERUM, Phase.AFTERCARE, Phase.SIGN_OFF])
def test_stop_is_one_hold_away_and_continues_where_it_was(stage, phase: Phase) -> None:
    walk_to(stage.console, phase)
    stop(stage)
    assert not stage.there("action.stop")
    stage.click("stop.reason.had_enough")
    assert stage.state.stop_reason == "had_enough"
    stage.click("action.continue")
    assert not stage.state.stopped and stage.window.page_key == phase.value


def test_every_page_s_bar_has_room_for_stop(stage) -> None:
    for phase in Phase:
        walk_to(stage.console, phase)
        stage.live()
        needed = stage.window.action_bar.minimumSizeHint().width()
        assert needed <= stage.window.width() == 1366, f"{phase.value} needs {needed} px"


def test_a_tap_does_not_stop(stage) -> None:
    stage.click("action.stop")
    assert not stage.state.stopped


def test_a_stopped_session_brought_to_front_shows_its_stop(stage) -> None:
    stop(stage)
    stage.click("action.today")
    stage.window.open_page(stage.state.phase.value)
    assert stage.window.page_key == "stopped"


def test_ending_needs_a_reason_then_a_pin(stage) -> None:
    walk_to(stage.console, Phase.SERUM)
    stop(stage)
    assert stage.button("stopped.end").hint == "say why first"
    assert not stage.there("stopped.error"), "a needled session was not opened in error"
    stage.click("stop.reason.patient_fainted")
    stage.click("stopped.end")
    stage.click("action.back")
    stage.click("stopped.end")
    stage.type_pin(PIN)
    assert (stage.state.outcome, stage.state.ended.reason) == ("unfinished", "fainted")
    assert stage.state.sealed is not None
    stage.click("action.today")
    assert stage.console.desk.sessions == []


def test_the_anesthetic_comes_off_before_the_end(stage) -> None:
    walk_to(stage.console, Phase.ANESTHETIC)
    rig_walk.apply_anesthetic(stage.console)
    stop(stage)
    stage.click("stop.reason.patient_fainted")
    assert stage.button("stopped.end").hint == "confirm the anesthetic's removal first"
    assert not stage.there("stopped.error")
    stage.hold("stopped.removed")
    assert stage.state.anesthetics_on() == []
    assert next(iter(stage.state.anesthetics.values())).early_reason == "Session stopped"
    assert stage.button("stopped.end").isEnabled()


def test_a_reaction_is_recorded_during_the_stop(stage) -> None:
    walk_to(stage.console, Phase.ANESTHETIC)
    stop(stage)
    stage.click("stopped.reaction")
    stage.click("sign.metallic_taste")
    stage.click("reaction.confirm")
    assert stage.state.reactions[-1][1].signs == ("metallic_taste",)
    assert any("Reaction" in row.text for row in stage.window.page().card.log.rows())


def test_opened_in_error_before_the_needle(stage) -> None:
    stop(stage)
    stage.click("stopped.error")
    stage.click("reason.wrong_patient")
    stage.hold("reason.confirm")
    assert stage.window.page_key == "today" and stage.console.desk.sessions == []


def test_ending_in_mid_needling_ends_the_recording_first(stage) -> None:
    link, station = stage.console.station.link, stage.console.station
    link.show_pen()
    walk_to(stage.console, Phase.NEEDLING)
    stage.console.desk.do(needling.forward())
    stage.live(5)
    session_id = stage.console.desk.front.session_id
    assert not station.settled(session_id), "the pen is being recorded"
    stage.console.desk.do(closing.stop())
    stage.window.open_page("stopped")
    stage.click("stop.reason.reaction")
    with pytest.raises(Refusal, match="fetched"):
        rig_walk.sign_and_seal(stage.console, PIN, "reaction")
    stage.click("stopped.end")
    stage.until(lambda: station.settled(session_id))
    stage.type_pin(PIN)
    assert stage.state.outcome == "unfinished"
    stage.live(1)
    stage.live(1)
    assert stage.kinds()[-1] == "sealed", "nothing follows the seal"


def test_consent_withdrawn_takes_a_hold_and_no_needling_goes_on(stage) -> None:
    walk_to(stage.console, Phase.NEEDLING)
    stage.console.desk.do(needling.forward())
    stop(stage)
    stage.click("stop.reason.consent_withdrawn")
    assert "treatment" not in stage.state.withdrawn, "a touch alone withdraws nothing"
    stage.click("reason.changed_their_mind")
    stage.hold("reason.confirm")
    assert stage.state.withdrawn == {"treatment": "Changed their mind"}
    assert stage.state.stop_reason == "consent_withdrawn"
    with pytest.raises(Refusal, match="withdrawn"):
        stage.console.desk.do(closing.continue_session())
        stage.console.desk.do(needling.resume())
