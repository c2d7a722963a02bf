"""The emergency card: one touch on every page, a timed log, nothing live hidden, an incident in two touches."""

import pytest
import rig_walk
from console_rig import walk_to
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from rig_walk import apply_anesthetic

from console.domain.workflow import Phase
from console.services.emergency_desk import EmergencyPlan
from ui.room.emergency_card import patient_lines

ALL = (Phase.CHECK_IN, Phase.SCREENING, Phase.CONSENT, Phase.ANESTHETIC, Phase.PREPARATION, Phase.NEEDLING, Phase.SERUM,
       Phase.AFTERCARE, Phase.SIGN_OFF)


def on_window(stage, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(stage.window, widget.rect().topLeft()), widget.size())


@pytest.mark.parametrize("phase", ALL)
def test_it_is_one_touch_away_in_every_phase(stage, phase):
    walk_to(stage.console, phase)
    stage.live()
    stage.click("action.emergency")
    stage.click("emergency.called_for_help")
    assert [one.entry for _, one in stage.state.emergency] == ["Called for help"]
    stage.click("emergency.close")
    assert not stage.there("emergency")


def test_while_needling_it_covers_no_reading_no_alarm_and_no_pause(stage):
    walk_to(stage.console, Phase.NEEDLING)
    stage.live()
    stage.click("action.emergency")
    card = on_window(stage, stage.find("emergency"))
    page = stage.window.page()
    for live in (page.live, page.areas, stage.window.status_line, stage.find("action.pause"), stage.find("action.stop"),
                 stage.find("action.forward")):
        assert not card.intersects(on_window(stage, live)), live
    assert on_window(stage, page).contains(card)


def test_each_touch_has_its_time_and_can_be_taken_back(stage):
    stage.click("action.emergency")
    stage.click("emergency.called_for_help")
    stage.live(65)
    stage.click("emergency.laid_flat")
    first, second = stage.state.emergency
    assert second[0] - first[0] >= 65_000_000
    assert stage.find("emergency.log").rows()[0].text == "Laid flat"
    stage.click("notice.undo")
    assert [one.entry for _, one in stage.state.emergency] == ["Called for help"]


def test_an_incident_from_needling_in_two_touches_stays_on_the_page(stage):
    walk_to(stage.console, Phase.NEEDLING)
    stage.live()
    before = stage.touches
    stage.click("action.emergency")
    stage.click("emergency.incident")
    assert stage.touches - before == 2 and stage.there("incident.report")
    stage.click("incident.kind.needlestick")
    stage.click("incident.happened.practitioner_hurt")
    stage.click("incident.report")
    (made,) = stage.console.clinic.incidents.all()
    assert stage.window.page_key == "needling"
    assert made.patient_id == "P-0412" and made.session_id == str(stage.console.desk.front.session_id)
    assert "C7" in made.cartridge


def test_the_stop_page_carries_the_card_with_the_whole_story(stage):
    stage.hold("action.stop")
    stage.click("emergency.laid_flat")
    rows = [one.text for one in stage.find("emergency.log").rows()]
    assert rows[0] == "Emergency: Laid flat" and "Stopped" in rows


def test_it_says_what_helpers_ask(stage):
    walk_to(stage.console, Phase.ANESTHETIC)
    apply_anesthetic(stage.console)
    lines = dict(patient_lines(stage.state, "Type 2 diabetes", stage.console.library))
    assert lines["On the skin"][0].startswith("Lidocaine cream 4 %, 30.0 g, since ")
    assert lines["Allergies and precautions"][0] == "Type 2 diabetes"
    assert any("Prophylaxis taken" in one for one in lines["Allergies and precautions"])
    assert lines["Late signs of anesthetic toxicity"][1].startswith("Source: ")


def test_nothing_is_shipped_as_number_drug_or_dose(stage):
    plan = stage.console.clinic.emergency.plan()
    assert plan.number == "" and plan.kit == () and not any(one.isdigit() for one in "".join(plan.entries))


def test_the_card_bears_what_the_clinic_wrote(stage):
    stage.console.desk.actor = stage.console.registry.staff()[2]
    stage.console.clinic.emergency.save_plan(EmergencyPlan("144", "Corridor", ("Oxygen",), ("Kit brought",)))
    stage.click("action.emergency")
    assert stage.there("emergency.kit_brought") and not stage.there("emergency.laid_flat")


def test_a_closed_session_takes_no_entry(stage):
    walk_to(stage.console, Phase.SIGN_OFF)
    rig_walk.sign_and_seal(stage.console, "1234")
    stage.live()
    assert not stage.there("action.emergency")
