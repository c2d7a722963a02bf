"""Serum: scan, warning and its reason, plasma of the right patient, or none and why."""

import pytest
from console_rig import barcode, walk_to

from console.domain import consenting, intake
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.workflow import Phase


@pytest.fixture
def after(stage):
    walk_to(stage.console, Phase.SERUM)
    stage.live()
    return stage


def scan(stage, code: str) -> None:
    stage.window._scanned(code)
    stage.live()


def test_a_serum_is_scanned_warned_of_and_recorded(after) -> None:
    assert after.forward_hint() == "record a serum, or none used"
    scan(after, barcode("serum-ha", "S-44"))
    assert "cleared to carry" in after.window.page().card._warning.text()
    assert not after.button("serum.apply").isEnabled()
    after.click("offlabel.agreed_with_the_patient")
    after.click("stepper.volume.plus")
    after.click("serum.apply")
    applied = after.state.serums[-1][1]
    assert (applied.product.lot, applied.volume_ul, applied.off_label_reason) == (
        "S-44", 2500, "Agreed with the patient")
    after.click("action.forward")
    assert after.state.phase is Phase.AFTERCARE


def test_a_recorded_serum_can_be_taken_back_at_once(after) -> None:
    scan(after, barcode("serum-ha"))
    after.click("offlabel.prescribed")
    after.click("serum.apply")
    assert not after.button("serum.none").isEnabled()
    after.click("notice.undo")
    assert after.state.serums == []
    assert after.button("serum.none").isEnabled() and not after.button("action.forward").isEnabled()


def test_the_reason_is_asked_anew_for_each_product(after) -> None:
    scan(after, barcode("serum-ha"))
    after.click("offlabel.prescribed")
    scan(after, barcode("serum-c", "C1"))
    assert "granulomas" in after.window.page().card._warning.text()
    assert not after.button("serum.apply").isEnabled()


@pytest.mark.parametrize(("code", "words"), [
    (barcode("serum-ha", expiry="260331"), "Expired"), (barcode("numb-lmx4"), "is an anesthetic"),
    ("]d20199999999999993", "check digit"),
])
def test_a_wrong_code_is_refused(after, code: str, words: str) -> None:
    scan(after, code)
    assert after.find("scan.serum").state == "bad"
    assert words.lower() in after.told().lower()
    assert not after.button("serum.apply").isEnabled()


def test_a_serum_can_be_chosen_and_its_lot_typed(after) -> None:
    after.click("product.list")
    after.click("product.hyaluronic_serum_sterile")
    after.find("product.lot").setText("L9")
    after.click("product.confirm")
    after.click("offlabel.clinic_protocol")
    after.click("serum.apply")
    assert after.state.serums[-1][1].product.entry == "typed"


def test_plasma_of_another_patient_is_refused_of_this_one_taken(after) -> None:
    after.click("prp.switch")
    assert not after.button("prp.apply").isEnabled()
    scan(after, "T-0460-1")
    assert "not this patient's" in after.told() and not after.button("prp.apply").isEnabled()
    scan(after, "T-0412-3")
    after.click("stepper.prp.minus")
    assert not after.button("prp.apply").isEnabled()
    for _ in range(4):
        after.click("stepper.drawn.plus")
    after.click("prp.offlabel.prescribed")
    after.click("prp.apply")
    plasma = after.state.serums[-1][1]
    assert (plasma.tube_id, plasma.volume_ul, plasma.off_label_reason) == ("T-0412-3", 1500, "Prescribed")
    assert plasma.drawn_at_us == after.console.clock.utc_us() - 20 * 60_000_000


def test_an_allergy_answered_in_the_screening_is_shown_with_the_product(stage) -> None:
    walk_to(stage.console, Phase.SCREENING)
    stage.console.desk.do(intake.answer("serum_allergy", "yes", note="hyaluronic acid"))
    walk_to(stage.console, Phase.PREPARATION)
    gel = stage.console.products.lot_of(stage.console.products.read(barcode("glide-ha", "G3")), "glide")
    with pytest.raises(Refusal, match="hyaluronic acid"):
        stage.console.products.choose_glide(gel)
    stage.console.products.choose_glide(gel, "Prescribed")
    walk_to(stage.console, Phase.SERUM)
    stage.live()
    scan(stage, barcode("serum-ha"))
    assert "Allergy to a gel or serum ingredient: hyaluronic acid" in stage.window.page().card._warning.text()
    stage.click("offlabel.prescribed")
    stage.click("serum.apply")
    assert "hyaluronic acid" in stage.state.serums[-1][1].warning_shown


def test_none_takes_a_reason_and_a_serum_afterwards_overrules_it(after) -> None:
    after.click("serum.none")
    after.click("reason.skin_reacts")
    assert after.state.serum_skipped == "Skin reacts"
    assert after.button("action.forward").isEnabled()
    scan(after, barcode("serum-ha"))
    after.click("offlabel.prescribed")
    after.click("serum.apply")
    assert after.state.serum_skipped == "" and len(after.state.serums) == 1


def test_where_consent_refused_it_only_none_is_left(stage) -> None:
    walk_to(stage.console, Phase.CONSENT)
    for kind in ("treatment", "photos"):
        stage.console.screening.decide_consent(kind, True)
    stage.console.screening.decide_consent("serum", False, "Prefers none")
    stage.console.desk.do(consenting.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2, 3, 4),))))
    stage.console.desk.do(intake.enter_phase(Phase.ANESTHETIC))
    walk_to(stage.console, Phase.SERUM)
    stage.live()
    scan(stage, barcode("serum-ha"))
    assert "refused" in stage.told() and not stage.button("serum.apply").isEnabled()
    assert not stage.button("prp.switch").isEnabled()
    stage.click("serum.none")
    assert stage.state.serum_skipped == "Refused in the consent"
    assert stage.button("action.forward").isEnabled()
