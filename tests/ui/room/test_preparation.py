"""The preparation: four ticks, scans that find their field, the pen that binds itself, the plan and its label."""

from dataclasses import replace
from uuid import UUID

import pytest
from console_rig import PEN, PRODUCTS, barcode, gtin_of, start_session, walk_to

from console.domain import consenting, intake
from console.domain import session_events as ev
from console.domain.label_matrix import Standing
from console.domain.people import CatalogProduct
from console.domain.telemetry import LinkNotice, LinkState
from console.domain.workflow import Phase
from ui.room.preparation_pen import self_check
from ui.room.preparation_plan import off_label_reason, plan_rows, standing_of

CARTRIDGE = barcode("cart-12", "C7", "280131", "S90001")
GLIDE = barcode("glide-ha", "G3")
OTHER_PEN = replace(PEN, serial="A1-000058", boot_id=3)


@pytest.fixture
def ready(stage):
    walk_to(stage.console, Phase.PREPARATION)
    stage.live()
    return stage


def scan(stage, text: str) -> None:
    stage.window._scanned(text)
    stage.live()


def answer(stage, pen=PEN, state=LinkState.READY) -> None:
    stage.console.station.link.show_pen(pen, state)
    stage.live()


def page(stage):
    return stage.window.page()


def test_four_ticks_then_needling(ready) -> None:
    assert ready.forward_hint() == "the skin is not disinfected"
    ready.click("disinfected")
    assert ready.state.disinfected
    assert ready.forward_hint() == "no cartridge is bound"
    scan(ready, CARTRIDGE)
    bound = ready.state.cartridge
    assert (bound.product.name, bound.product.lot, bound.needles) == ("12-needle cartridge", "C7", 12)
    assert ready.forward_hint() == "the glide product is not decided"
    scan(ready, GLIDE)
    assert ready.state.glide.product.lot == "G3"
    assert ready.forward_hint() == "no pen is bound and manual mode is not chosen"
    answer(ready)
    assert ready.state.pen.serial == PEN.serial
    assert page(ready).status().title == "Ready to needle"
    ready.click("action.forward")
    assert ready.state.phase is Phase.NEEDLING
    assert ready.touches == 2


def test_disinfecting_can_be_taken_back(ready) -> None:
    ready.click("disinfected")
    assert not ready.there("disinfected")
    ready.click("notice.undo")
    assert not ready.state.disinfected
    assert ready.there("disinfected")


# --- scans --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "code", "words"), [
    ("cartridge", barcode("cart-12", "C7", "260131"), "Expired on 2026-01-31"),
    ("glide", barcode("glide-ha", "G3", "260131"), "Expired on 2026-01-31"),
    ("cartridge", barcode("numb-lmx4"), "Lidocaine cream 4 % is an anesthetic"),
    ("cartridge", "]d20199999999999993", "The check digit"),
    ("cartridge", "P-0412", "no product"),
])
def test_a_code_that_cannot_be_used_is_refused_in_its_field_and_aloud(ready, field, code, words) -> None:
    scan(ready, code)
    assert ready.find(f"scan.{field}").state == "bad"
    assert words.lower() in ready.told().lower()
    assert ready.state.cartridge is None
    assert not ready.state.glide_decided


def test_an_anesthetic_is_refused_by_the_glide_field_once_the_cartridge_is_bound(ready) -> None:
    scan(ready, CARTRIDGE)
    ready.find("scan.cartridge").setFocus()
    scan(ready, barcode("numb-lmx4"))
    assert ready.find("scan.glide").state == "bad"
    assert ready.find("scan.cartridge").state == "fixed"


def test_a_recalled_cartridge_is_refused(ready) -> None:
    ready.console.registry.recalled.add(("cart-12", "C7"))
    scan(ready, CARTRIDGE)
    assert ready.state.cartridge is None
    assert ready.find("scan.cartridge").title == "Lot C7 is recalled"


def test_a_cartridge_used_in_another_session_is_refused_and_a_new_one_taken(ready) -> None:
    ready.console.registry.used_cartridges["cart-12", "C7", "S90001"] = UUID(int=7)
    scan(ready, CARTRIDGE)
    assert ready.state.cartridge is None
    assert ready.find("scan.cartridge").title == "This cartridge was used in another session"
    scan(ready, barcode("cart-12", "C7", "280131", "S90002"))
    assert ready.state.cartridge.product.serial == "S90002"
    assert ready.find("scan.cartridge").state == "fixed"


def test_scanning_the_bound_cartridge_again_does_no_harm_and_another_waits_for_the_unbinding(ready) -> None:
    scan(ready, CARTRIDGE)
    scan(ready, CARTRIDGE)
    assert ready.told() == "This cartridge is bound already."
    scan(ready, barcode("cart-12", "C8", "280131", "S90003"))
    assert "already bound" in ready.told()
    assert ready.kinds().count("cartridge_bound") == 1
    assert ready.find("scan.cartridge").state == "fixed"


def unbound(stage) -> ev.CartridgeUnbound:
    return next(event.what for _, event in stage.state.log if isinstance(event.what, ev.CartridgeUnbound))


def test_a_cartridge_dropped_while_sealed_is_unbound_and_may_be_bound_again(ready) -> None:
    scan(ready, CARTRIDGE)
    ready.click("cartridge.unbind")
    ready.click("reason.dropped_while_sealed")
    assert ready.state.cartridge is None and unbound(ready).used is False
    scan(ready, CARTRIDGE)
    assert ready.state.cartridge.product.serial == "S90001"


def test_a_broken_cartridge_is_unbound_with_its_fragment_check_and_stays_out(ready) -> None:
    scan(ready, CARTRIDGE)
    ready.click("cartridge.unbind")
    ready.click("reason.broken")
    ready.click("fragments.found_and_removed")
    ready.click("piece.piece_not_kept")
    ready.click("break.record")
    assert ready.state.cartridge is None and unbound(ready).used and unbound(ready).piece_kept is False
    scan(ready, CARTRIDGE)
    assert "un-bound before" in ready.told()
    assert ready.state.cartridge is None


def test_another_tag_than_the_package_says_is_asked_about_before_needling(ready) -> None:
    scan(ready, CARTRIDGE)
    answer(ready, replace(PEN, cartridge="X-99"))
    ready.console.desk.do(intake.disinfect())
    ready.console.desk.do(intake.choose_glide(None))
    ready.live()
    ready.click("action.forward")
    ready.click("reason.it_is_the_one_fitted")
    assert ready.kinds()[-1] == "cartridge_tag_accepted"
    ready.click("action.forward")
    assert ready.state.phase is Phase.NEEDLING


def test_a_lost_separator_asks_which_the_package_says(ready) -> None:
    scan(ready, CARTRIDGE.replace("\x1d", ""))
    assert ready.state.cartridge is None
    ready.click("reading.2")
    assert (ready.state.cartridge.product.lot, ready.state.cartridge.product.serial) == ("C7", "S90001")


def test_a_cartridge_is_chosen_from_the_list_with_its_typed_lot(ready) -> None:
    ready.click("cartridge.list")
    ready.click("product.12_needle_cartridge")
    ready.find("product.lot").setText("C9")
    ready.find("product.expiry").setText("soon")
    ready.click("product.confirm")
    assert "not a date" in ready.told() and ready.state.cartridge is None
    ready.find("product.expiry").setText("2028-01-31")
    ready.click("product.confirm")
    assert ready.state.cartridge is None, "it has no serial number"
    ready.click("reason.from_a_new_sealed_pack")
    assert (ready.state.cartridge.product.lot, ready.state.cartridge.product.entry) == ("C9", "typed")


@pytest.mark.parametrize(("lot", "expiry", "words"), [
    ("C7", "2028-01-31", "recalled"), ("C9", "2026-01-31", "Expired"),
])
def test_a_typed_lot_is_held_to_the_same_rules(ready, lot, expiry, words) -> None:
    ready.console.registry.recalled.add(("cart-12", "C7"))
    ready.click("cartridge.list")
    ready.click("product.12_needle_cartridge")
    ready.find("product.lot").setText(lot)
    ready.find("product.expiry").setText(expiry)
    ready.click("product.confirm")
    assert words in ready.told()
    assert ready.state.cartridge is None


# --- glide --------------------------------------------------------------------------------------------------


def test_a_gels_warning_stands_with_it_and_is_recorded(ready) -> None:
    scan(ready, GLIDE)
    assert "no label clears it" in ready.state.glide.warning_shown
    assert "no label clears it" in page(ready).ticks._warning.text()
    ready.click("notice.undo")
    assert not ready.state.glide_decided


def test_nothing_used_is_one_touch_and_a_scan_changes_it(ready) -> None:
    ready.click("glide.none")
    ready.click("glide.none")
    assert ready.state.glide_decided and ready.state.glide.product is None
    assert ready.kinds().count("glide_chosen") == 1, "touching it twice records it once"
    scan(ready, GLIDE)
    assert ready.state.glide.product.lot == "G3"


def test_what_is_not_meant_for_the_dermis_is_recorded_only_after_its_warning_is_confirmed(ready) -> None:
    scan(ready, barcode("serum-c", "V1"))
    assert not ready.state.glide_decided
    assert page(ready).ticks._warning.text().startswith("Vitamin C on needled skin")
    assert page(ready).status().notice == "caution"
    ready.click("glide.discard")
    assert ready.find("scan.glide").state == "empty"
    scan(ready, barcode("serum-c", "V1"))
    ready.click("glide.confirm")
    assert not ready.state.glide_decided
    ready.click("reason.clinic_protocol")
    assert ready.state.glide.off_label_reason == "Clinic protocol"
    assert ready.state.glide.product.lot == "V1"
    assert ready.state.glide.warning_shown.startswith("Vitamin C on needled skin")


def test_a_product_without_clinical_facts_is_confirmed_too(ready, monkeypatch) -> None:
    stranger = CatalogProduct("glide-x", gtin_of(9), "Unknown gel", "glide")
    monkeypatch.setattr(ready.console.registry, "products", lambda: [*PRODUCTS, stranger])
    scan(ready, f"]d201{stranger.gtin}10X1\x1d17280131")
    assert not ready.state.glide_decided
    ready.click("glide.confirm")
    assert not ready.state.glide_decided
    ready.click("reason.clinic_protocol")
    assert ready.state.glide.off_label_reason == "Clinic protocol"
    assert ready.state.glide.product.name == "Unknown gel"


def test_a_serum_the_patient_refused_does_not_glide(stage) -> None:
    walk_to(stage.console, Phase.CONSENT)
    for kind, given in (("treatment", True), ("photos", True), ("serum", False)):
        stage.console.screening.decide_consent(kind, given)
    stroke = (100, 200, 300, 150, 500, 250)
    stage.console.desk.do(consenting.sign_consent(ev.SignatureDrawn("consent", "patient", (stroke,))))
    stage.console.desk.do(intake.record_photos("before", 3))
    stage.console.desk.do(intake.enter_phase(Phase.ANESTHETIC))
    walk_to(stage.console, Phase.PREPARATION)
    scan(stage, barcode("serum-ha", "S2"))
    assert not stage.state.glide_decided
    assert "refused a serum" in stage.told()


# --- pen ----------------------------------------------------------------------------------------------------


def test_a_pen_that_answers_is_bound_once_and_again_after_its_restart(ready) -> None:
    answer(ready)
    ready.live(1.0)
    assert ready.kinds().count("pen_bound") == 1
    answer(ready, replace(PEN, boot_id=8))
    assert ready.state.pen.boot_id == 8 and not ready.state.pen.swap


def test_another_pen_is_taken_only_when_accepted(ready) -> None:
    answer(ready)
    link = ready.console.station.link
    link.notice(LinkNotice(LinkState.LOST, "another pen answers", "sim://1", PEN, 1, OTHER_PEN))
    ready.live()
    assert ready.state.pen.serial == PEN.serial
    assert page(ready).status().title.startswith("Another pen answers")
    ready.click("pen.accept")
    assert (ready.state.pen.serial, ready.state.pen.swap) == (OTHER_PEN.serial, True)
    assert link.accepted == [OTHER_PEN.serial]


def test_another_pen_in_the_first_ones_place_is_not_bound_by_itself(ready) -> None:
    answer(ready)
    answer(ready, OTHER_PEN)
    assert ready.state.pen.serial == PEN.serial
    ready.click("pen.accept")
    assert ready.state.pen.serial == OTHER_PEN.serial


def test_a_stranger_before_any_is_bound_is_accepted_and_then_bound(ready) -> None:
    link = ready.console.station.link
    link.notice(LinkNotice(LinkState.LOST, "another pen answers", "sim://1", PEN, 1, OTHER_PEN))
    ready.live()
    assert ready.state.pen is None
    ready.click("pen.accept")
    assert link.accepted == [OTHER_PEN.serial] and ready.state.pen is None
    answer(ready, OTHER_PEN)
    assert (ready.state.pen.serial, ready.state.pen.swap) == (OTHER_PEN.serial, False)


def test_without_a_pen_it_goes_on_by_hand_with_a_reason(ready) -> None:
    assert "Connect a pen" in page(ready).pen._todo.text()
    ready.click("pen.manual")
    ready.click("reason.pen_is_charging")
    assert ready.state.manual_mode
    assert page(ready).pen._reason.text().startswith("Pen is charging.")
    answer(ready)
    assert ready.state.manual_mode, "a pen that answers later is not taken without being asked"
    ready.click("pen.use")
    assert not ready.state.manual_mode and ready.state.pen.serial == PEN.serial


def test_a_bound_pen_that_falls_silent_is_told(ready) -> None:
    answer(ready)
    ready.console.station.link.lose()
    ready.live()
    assert page(ready).status().title == "The bound pen does not answer"
    assert ready.there("pen.manual")
    assert page(ready).pen._reason.text() == "The cable is out."


def stream(stage, seconds: float = 3.0, **reading: int) -> None:
    for _ in range(round(seconds * 10)):
        stage.console.clock.advance(0.1)
        stage.console.station.link.push(25, **reading)
    stage.live()


def test_the_self_check_follows_the_readings(ready) -> None:
    answer(ready)
    assert {one.tone for one in self_check(ready.console).values()} == {"ink3"}
    answer(ready, state=LinkState.STREAMING)
    stream(ready, rate_chz=0, depth_um=0, set_depth_um=1250, contact=False)
    checks = self_check(ready.console)
    assert checks["Depth"].words == "1.25 mm at the dial"
    assert (checks["Readings"].words, checks["Lost"].words) == ("250 of 250 a second", "none lost")
    assert checks["Speed"].tone == "caution", "the rig's motor flag is on"
    ready.live(5.0)
    assert {one.tone for one in self_check(ready.console).values()} == {"ink3"}


def test_a_hole_in_the_readings_shows(ready) -> None:
    answer(ready, state=LinkState.STREAMING)
    stream(ready, 1.0)
    ready.console.station.link._index += 250
    ready.console.clock.advance(1.0)
    stream(ready, 0.5)
    assert self_check(ready.console)["Readings"].tone == "caution"


def test_needles_that_disagree_are_told(ready) -> None:
    answer(ready, replace(PEN, needles=36))
    scan(ready, CARTRIDGE)
    assert page(ready).ticks._needles.text().startswith("The package says 12 needles, the pen says 36")


# --- the plan and its label -----------------------------------------------------------------------------------


def test_the_plan_shows_every_area_and_waits_for_the_pen(ready) -> None:
    assert standing_of(ready.state) is None
    rows = plan_rows(ready.state)
    assert len(rows) == len(ready.state.areas) == len(page(ready).plan.table.rows)
    assert rows[0].cells == ("Forehead", "0.60 mm", "0.45 to 0.75", "100 to 120", "2", "3")
    answer(ready)
    assert standing_of(ready.state) is Standing.ON_LABEL
    assert not ready.there("label.reason")


def test_an_area_that_screening_blocks_is_marked_and_not_judged(stage) -> None:
    walk_to(stage.console, Phase.SCREENING)
    stage.console.desk.do(intake.answer("active_acne", "yes", ("face.forehead",)))
    walk_to(stage.console, Phase.PREPARATION)
    stage.live()
    answer(stage)
    rows = page(stage).plan.table.rows
    assert [row.cells[0] for row in rows if row.blocked] == ["Forehead"]
    assert (rows[0].cells[1], rows[0].sign) == ("blocked by screening", "")
    assert "8 areas" in page(stage).plan._sum.text()


def test_off_label_is_said_once_never_blocks_and_can_be_taken_back(stage) -> None:
    start_session(stage.console, "P-0231")  # twenty years old; the simulated pen's label starts at 22
    walk_to(stage.console, Phase.PREPARATION)
    stage.live()
    answer(stage)
    assert page(stage).plan._tag.text() == "Off label"
    assert page(stage).plan._why.text() == "The label starts at 22 years."
    stage.console.desk.do(intake.disinfect())
    scan(stage, CARTRIDGE)
    stage.click("glide.none")
    assert stage.button("action.forward").isEnabled()
    stage.click("label.reason")
    stage.click("reason.clinic_protocol")
    assert off_label_reason(stage.state) == "Clinic protocol"
    assert not stage.there("label.reason")
    stage.click("notice.undo")
    assert off_label_reason(stage.state) == ""
    assert stage.there("label.reason")


def test_an_unknown_pen_or_none_is_not_evaluated(ready) -> None:
    answer(ready, replace(PEN, model="Nobody's Pen"))
    assert standing_of(ready.state) is Standing.NOT_EVALUATED
    ready.console.desk.do(intake.choose_manual_mode("No pen in this room"))
    ready.live()
    assert standing_of(ready.state) is Standing.NOT_EVALUATED
    assert page(ready).plan._tag.text() == "Not evaluated"


def test_an_unknown_product_is_added_in_two_touches_and_taken(ready) -> None:
    scan(ready, f"]d201{gtin_of(78)}10N1\x1d1728013121SER1")
    assert "not in the catalogue" in ready.told()
    before = ready.touches
    ready.click("role.cartridge")
    ready.click("newProduct.add")
    assert ready.touches == before + 2
    assert ready.state.cartridge.product.serial == "SER1"
    assert ready.console.products.catalogue.find(gtin_of(78))[0].role == "cartridge"
