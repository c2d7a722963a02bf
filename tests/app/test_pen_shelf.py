"""The pen profile in use: chosen, kept in a setting, found again at the next start."""

import pytest
from console_rig import PRODUCTS, walk_to
from fake_clock import FakeClock

from console.app.compose import compose
from console.domain import labelling, needling
from console.domain.errors import OperatorError
from console.domain.people import Patient, Role, Staff
from console.domain.workflow import Phase
from console.services.day_desk import Place
from db.data_folder import DEMO, open_or_create_folder


def composed(path, pen=None):
    clock = FakeClock()
    return compose(open_or_create_folder(path, DEMO, clock), clock, Place("Room 1", "station-1", "demo"), pen=pen)


def test_a_chosen_profile_is_used_now_and_at_the_next_start(tmp_path) -> None:
    first = composed(tmp_path / "c")
    station = first.console.station
    assert station.profiles.chosen().pen_id == "pen-link"
    station.choose_profile("skinpen_precision")
    station.drain()
    assert "entered by hand" in station.notice.reason
    station.choose_profile("example-vesc")
    with pytest.raises(OperatorError, match="no pen profile «nil»"):
        station.choose_profile("nil")
    assert first.close()
    second = composed(tmp_path / "c")
    assert second.console.station.profiles.chosen().pen_id == "example-vesc"
    assert second.close()
    third = composed(tmp_path / "c", pen="manual")
    assert third.console.station.profiles.chosen().kind == "manual"
    assert third.close()


def test_the_label_of_a_chosen_pen_that_sends_nothing_holds_by_hand(tmp_path) -> None:
    made = composed(tmp_path / "c")
    console, station = made.console, made.console.station
    console.registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04", fitzpatrick="II"), "PR-02")
    for product in PRODUCTS:
        console.registry.save_product(product, "PR-02")
    console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    station.choose_profile("skinpen_precision")
    console.day.start("P-0412", "facial_acne_scars")
    assert {area.plan.rate_low_chz for area in console.desk.front.state.areas.values()} == {11_667}, "its one speed"
    walk_to(console, Phase.PREPARATION)
    front = console.desk.front
    station.go_by_hand(front, "It sends no readings")
    assert front.state.label.pen == "SkinPen Precision" and front.state.label.standing == "on_label"
    console.desk.do(needling.change_target("face.cheek_left", 1600, "Deeper scars"))
    assert front.state.label.standing == "not_evaluated" and "1.50 mm" in front.state.label.why
    station.choose_profile("exceed")
    assert front.state.by_hand.pen_id == "exceed" and front.state.label.standing == "off_label"
    console.desk.do(labelling.accept_off_label("Agreed"))
    walk_to(console, Phase.NEEDLING)
    console.desk.do(needling.start_area("face.cheek_left"))
    assert station._limits_of(front).ceiling_um == 1500, "the label's line, not the plan's"
    station.choose_profile("pen-link")
    assert front.state.by_hand.pen_id == "" and front.state.label.standing == "not_evaluated"
    assert station._limits_of(front).ceiling_um is None
    assert made.close()
