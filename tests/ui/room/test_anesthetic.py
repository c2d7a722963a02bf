"""The anesthetic: dose against the label, the clock, removal by a hold, the ways round."""

import pytest
from console_rig import barcode, gtin_of, start_session, walk_to
from rig_walk import answer_all, bind_cartridge

from console.domain import consenting, intake, needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.people import CatalogProduct, Patient
from console.domain.workflow import Phase
from ui.room.anesthetic_words import countdown, span_words
from ui.room.needling_view import map_looks
from ui.room.removal_sheet import RemovalSheet


@pytest.fixture
def numbing(stage):
    walk_to(stage.console, Phase.ANESTHETIC)
    stage.live()
    return stage


def put_on(stage, minutes_ago: int = 0) -> None:
    stage.window._scanned(barcode("numb-lmx4"))
    stage.live()
    if minutes_ago:
        stage.click(f"backtime.{minutes_ago}")
    stage.click("anesthetic.apply")


def test_scan_apply_wait_remove_and_on(numbing) -> None:
    assert not numbing.button("anesthetic.apply").isEnabled()
    put_on(numbing)
    applied = next(iter(numbing.state.anesthetics.values())).applied
    assert (applied.product.lot, applied.mass_mg, applied.area_mm2) == ("L24-0871", 21_500, 14_130)
    assert not numbing.button("anesthetic.removed").isEnabled()
    assert numbing.forward_hint() == "after removal is confirmed"
    numbing.live(29 * 60)
    assert not numbing.button("anesthetic.removed").isEnabled()
    numbing.live(60)
    numbing.hold("anesthetic.removed")
    assert numbing.state.anesthetics_on() == []
    numbing.click("action.forward")
    assert numbing.state.phase is Phase.PREPARATION


def test_an_unknown_anesthetic_is_added_with_its_label_and_applied(numbing) -> None:
    numbing.window._scanned(f"]d201{gtin_of(78)}10N1\x1d17281231")
    numbing.live()
    numbing.click("role.anesthetic")
    numbing.click("newProduct.entry.emla")
    numbing.click("newProduct.add")
    assert numbing.console.products.catalogue.find(gtin_of(78))[0].clinical_id == "emla"
    numbing.click("anesthetic.apply")
    applied = next(iter(numbing.state.anesthetics.values())).applied
    assert (applied.product.lot, applied.onset_s) == ("N1", numbing.console.library.anesthetic("emla").onset_s)


def test_a_start_before_now_is_back_timed(numbing) -> None:
    put_on(numbing, 15)
    applied = next(iter(numbing.state.anesthetics.values())).applied
    assert applied.back_timed
    assert numbing.console.clock.utc_us() - applied.applied_at_us == 15 * 60_000_000


def test_the_ring_counts_to_ready_then_to_remove_then_over(numbing) -> None:
    put_on(numbing)
    ring, page = numbing.window.page().ring, numbing.window.page()
    numbing.live(22 * 60 + 48)
    assert (ring._look.state, ring._look.numeral, ring._look.caption) == ("onset", "7:12", "Ready in")
    numbing.live(8 * 60)
    assert (ring._look.state, page.status().title) == ("ready", "Ready: remove and cleanse")
    numbing.live(5 * 3600)
    assert ring._look.state == "over"
    assert page.status().title == "Over time: remove and cleanse now"


@pytest.mark.parametrize(("code", "words"), [
    (barcode("numb-lmx4", expiry="260331"), "Expired"),
    (barcode("serum-ha"), "Hyaluronic serum, sterile is a serum"),
    ("]d20199999999999993", "The check digit"),
    ("hello world", "damaged or no product code"),
])
def test_a_wrong_code_is_refused_in_the_field_and_aloud(numbing, code: str, words: str) -> None:
    numbing.window._scanned(code)
    numbing.live()
    assert numbing.find("scan.product").state == "bad"
    assert words.lower() in numbing.told().lower()
    assert not numbing.button("anesthetic.apply").isEnabled()


def test_over_the_label_it_cannot_be_put_on(numbing) -> None:
    numbing.window._scanned(barcode("numb-lmx4"))
    numbing.live()
    numbing.window.page().card.amount.put(40_000)
    numbing.live()
    assert not numbing.button("anesthetic.apply").isEnabled()
    assert numbing.button("anesthetic.apply").hint == "over the label's limit"
    assert "above the label's 0.20" in numbing.window.page().card._finding.text()


def test_stepper_keys_move_the_amount(numbing) -> None:
    numbing.window._scanned(barcode("numb-lmx4"))
    numbing.live()
    numbing.click("stepper.amount.plus")
    assert numbing.window.page().card.amount.value() == 22_000


def test_removing_early_takes_a_reason_and_a_hold(numbing) -> None:
    put_on(numbing)
    numbing.click("action.remove_early")
    numbing.click("reason.skin_reacts")
    numbing.hold("reason.confirm")
    one = next(iter(numbing.state.anesthetics.values()))
    assert one.early_reason == "Skin reacts" and one.removed_at_us is not None


def test_skipping_takes_a_reason_and_can_be_taken_back(numbing) -> None:
    numbing.click("action.skip")
    numbing.click("reason.patient_declines")
    assert numbing.state.anesthetic_skipped == "Patient declines"
    assert numbing.button("action.forward").isEnabled()
    numbing.click("notice.undo")
    assert numbing.state.anesthetic_skipped == ""
    assert not numbing.button("action.forward").isEnabled()


def test_a_compounded_product_asks_who_authorised_it(numbing) -> None:
    numbing.window._scanned(barcode("numb-blt", "B7"))
    numbing.live()
    page = numbing.window.page()
    assert not page.card.cover.part("film").isEnabled(), "its label forbids a cover"
    page.card.amount.put(4_000)
    page.card.area.put(3_000)
    numbing.live()
    numbing.click("anesthetic.apply")
    assert numbing.state.anesthetics == {}
    assert not numbing.button("order.confirm").isEnabled()
    numbing.find("order.prescriber").setText("Dr Sato")
    numbing.find("order.until").setText("2020-01-01")
    numbing.click("order.confirm")
    assert "not valid today" in numbing.told() and numbing.state.anesthetics == {}
    numbing.find("order.until").setText("")
    numbing.click("order.confirm")
    applied = next(iter(numbing.state.anesthetics.values())).applied
    assert (applied.authorised_by, applied.authorised_on) == ("Dr Sato", str(numbing.console.day.today()))


def test_two_products_are_shown_one_by_one_and_both_must_come_off(numbing) -> None:
    page = numbing.window.page()
    put_on(numbing)
    numbing.click("anesthetic.add")
    numbing.window._scanned(barcode("numb-lmx4", "L25"))
    numbing.live()
    page.card.area.put(2_000)
    page.card.amount.put(3_000)
    numbing.live()
    numbing.click("anesthetic.apply")
    assert len(numbing.state.anesthetics_on()) == 2
    numbing.live(31 * 60)
    numbing.hold("anesthetic.removed")
    assert len(numbing.state.anesthetics_on()) == 1
    assert not numbing.button("action.forward").isEnabled()
    numbing.hold("anesthetic.removed")
    assert numbing.button("action.forward").isEnabled()


def test_each_product_has_its_own_longest_time(numbing) -> None:
    put_on(numbing)
    numbing.click("anesthetic.add")
    numbing.window._scanned(barcode("numb-blt", "B7"))
    numbing.live()
    page = numbing.window.page()
    page.card.area.put(3_000)
    page.card.amount.put(3_000)
    numbing.live()
    numbing.click("anesthetic.apply")
    numbing.find("order.prescriber").setText("Dr Sato")
    numbing.click("order.confirm")
    longest = [one.applied.max_contact_s for one in numbing.state.anesthetics.values()]
    assert longest == [5 * 3600, 3600]


def test_a_code_without_its_separator_is_asked_about(numbing) -> None:
    numbing.window._scanned(barcode("numb-lmx4").replace("\x1d", ""))
    numbing.live()
    assert numbing.window.page().card.lot is None
    place = next(number for number in range(1, 9)
                 if numbing.button(f"reading.{number}").text().startswith("Lot L24-0871, expiry"))
    numbing.click(f"reading.{place}")
    assert (numbing.window.page().card.lot.lot, numbing.window.page().card.lot.expiry) == ("L24-0871", "2027-03-31")


def test_a_recalled_lot_is_refused(numbing) -> None:
    numbing.console.registry.recalled.add(("numb-lmx4", "L24-0871"))
    numbing.window._scanned(barcode("numb-lmx4"))
    numbing.live()
    assert "recall" in numbing.told().lower()
    assert numbing.window.page().card.lot is None


def test_a_product_can_be_chosen_and_its_lot_typed(numbing) -> None:
    numbing.click("product.list")
    numbing.click("product.lidocaine_cream_4")
    assert not numbing.button("product.confirm").isEnabled()
    numbing.find("product.lot").setText("L9")
    numbing.find("product.expiry").setText("2026-01-31")
    numbing.click("product.confirm")
    assert "Expired" in numbing.told() and numbing.window.page().card.lot is None
    numbing.find("product.expiry").setText("2027-01-31")
    numbing.click("product.confirm")
    assert numbing.window.page().card.lot.entry == "typed"


def test_pin_test_and_reaction_are_events(numbing) -> None:
    put_on(numbing)
    numbing.click("pin.dull")
    assert numbing.state.numbness == "dull"
    numbing.click("action.reaction")
    numbing.click("sign.metallic_taste")
    numbing.click("reaction.confirm")
    assert numbing.state.reactions[-1][1].signs == ("metallic_taste",)


def test_where_screening_closes_the_step_only_skipping_is_left(stage) -> None:
    walk_to(stage.console, Phase.SCREENING)
    stage.console.desk.do(intake.answer("anesthetic_allergy", "yes"))
    walk_to(stage.console, Phase.ANESTHETIC)
    stage.live()
    assert stage.window.page().status().notice == "caution"
    stage.window._scanned(barcode("numb-lmx4"))
    assert "closed today" in stage.told()
    stage.click("action.skip")
    stage.click("reason.screening_closes_this_step")
    assert stage.button("action.forward").isEnabled()


def test_going_back_is_locked_while_it_is_on(numbing) -> None:
    assert numbing.button("action.back").isEnabled()
    put_on(numbing)
    assert not numbing.button("action.back").isEnabled()


def test_it_goes_on_some_areas_and_comes_off_in_stages(numbing) -> None:
    numbing.window._scanned(barcode("numb-lmx4"))
    numbing.live()
    numbing.click("numb.areas")
    numbing.click("area.all")
    for area_id in ("face.forehead", "face.nose"):
        numbing.click(f"area.{area_id}")
    numbing.click("finding.confirm")
    sizes = {one: area.plan.area_mm2 for one, area in numbing.state.areas.items()}
    assert numbing.window.page().card.area.value() == sizes["face.forehead"] + sizes["face.nose"]
    numbing.click("anesthetic.apply")
    applied = next(iter(numbing.state.anesthetics.values())).applied
    assert applied.area_ids == ("face.forehead", "face.nose")
    assert numbing.button("action.forward").isEnabled(), "the other areas are free"
    numbing.live(31 * 60)
    numbing.click("anesthetic.some")
    numbing.click("area.face.nose")
    numbing.hold("removal.confirm")
    assert numbing.state.numbed_areas() == {"face.forehead"}
    numbing.click("area.face.forehead")
    numbing.hold("removal.confirm")
    assert numbing.state.anesthetics_on() == [] and not numbing.there("removal.confirm")


def test_a_start_past_the_longest_time_is_asked_about(numbing) -> None:
    numbing.window._scanned(barcode("numb-blt", "B7"))
    numbing.live()
    page = numbing.window.page()
    page.card.amount.put(2_000)
    page.card.area.put(3_000)
    numbing.live()
    numbing.click("backtime.90")
    numbing.click("anesthetic.apply")
    numbing.click("reason.put_on_at_home")
    numbing.click("reason.confirm")
    numbing.find("order.prescriber").setText("Dr Sato")
    numbing.click("order.confirm")
    applied = next(iter(numbing.state.anesthetics.values())).applied
    assert applied.over_reason == "Put on at home" and page.ring._look.state == "over"


def test_a_jump_of_the_clock_is_asked_about(numbing) -> None:
    put_on(numbing)
    assert not numbing.there("dwell.since")
    numbing.console.desk.do(needling.facts(ev.ClockJumped(-600_000)))
    numbing.live(1200)
    assert numbing.there("dwell.since") and not numbing.there("dwell.earlier")
    numbing.click("dwell.other")
    numbing.click("start.ago.minus")
    numbing.click("start.confirm")
    one = next(iter(numbing.state.anesthetics.values()))
    assert (numbing.console.clock.utc_us() - one.since_us) // 60_000_000 == 25
    assert not one.in_doubt and not numbing.there("dwell.since")


def test_words() -> None:
    assert (countdown(432), countdown(0.2), countdown(0)) == ("7:12", "0:01", "0:00")
    assert (span_words(1800), span_words(18_000), span_words(3600)) == ("30 min", "5 h", "60 min")


def test_while_needling_the_rest_is_taken_off_and_disinfected_in_one_act(numbing) -> None:
    numbing.window._scanned(barcode("numb-lmx4"))
    numbing.live()
    numbing.click("numb.areas")
    numbing.click("area.face.chin")  # all but the chin
    numbing.click("finding.confirm")
    numbing.click("anesthetic.apply")
    numbing.live(31 * 60)
    on_skin = numbing.state.anesthetics_on()[0]
    numbing.console.doses.remove(on_skin, "", [one for one in on_skin.applied.area_ids if one != "face.nose"])
    for command in (intake.enter_phase(Phase.PREPARATION), intake.disinfect(), intake.choose_glide(None),
                    intake.choose_manual_mode("no pen")):
        numbing.console.desk.do(command)
    bind_cartridge(numbing.console)
    numbing.console.desk.do(intake.enter_phase(Phase.NEEDLING))
    numbing.live()
    looks = map_looks(numbing.state, frozenset(numbing.state.areas))
    assert [one for one, look in looks.items() if look.state == "blocked"] == ["face.nose"]
    with pytest.raises(Refusal, match="still on Nose"):
        numbing.console.desk.do(needling.start_area("face.nose"))
    sheet = RemovalSheet(numbing.console, lambda words: None)
    sheet.done.connect(numbing.window.close_overlay)
    numbing.window.show_overlay(sheet, "Remove the anesthetic", 960)
    numbing.live()
    numbing.click("area.all")
    numbing.hold("removal.confirm")
    last = numbing.console.desk.front.history[-1].what
    assert (last.area_ids, last.disinfected) == (("face.nose",), True)
    numbing.console.desk.do(needling.start_area("face.nose"))


def test_a_weight_the_label_asks_for_is_taken_by_the_keys_from_nothing_on(stage) -> None:
    console = stage.console
    console.registry.save_patient(Patient("P-0600", "Mia Roth", "2023-06-30", "II"), "PR-02")
    console.registry.save_product(CatalogProduct("emla", gtin_of(9), "EMLA cream", "anesthetic", "emla"), "PR-02")
    start_session(console, "P-0600")
    console.desk.do(intake.confirm_patient(("name", "birth_date")))
    console.screening.begin()
    answer_all(console)
    console.desk.do(intake.enter_phase(Phase.CONSENT))
    for kind in ("treatment", "photos", "serum"):
        console.screening.decide_consent(kind, True)
    console.desk.do(consenting.record_chaperone("K. Weber"))
    signed = ev.SignatureDrawn("consent", "guardian", ((1, 2, 3, 4),), "", "", "Jana Roth", "Mother", "Passport")
    console.desk.do(consenting.sign_consent(signed))
    console.desk.do(intake.enter_phase(Phase.ANESTHETIC))
    stage.live()
    stage.window._scanned(f"]d201{gtin_of(9)}10N1\x1d17281231")
    stage.live()
    card = stage.window.page().card
    assert card.height() >= card.minimumSizeHint().height(), "the card is cut off"
    assert not stage.button("anesthetic.apply").isEnabled()
    stage.click("stepper.weight.plus")
    assert stage.state.weight_g == 2_000
    for _ in range(17):
        stage.click("stepper.weight.plus")
    assert stage.state.weight_g == 10_500, "EMLA: over 10 kg from one year on"
