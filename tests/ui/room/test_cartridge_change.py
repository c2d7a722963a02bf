"""A cartridge changed while the needle is in use: by one scan and one touch, and never a used one."""

import pytest
from console_rig import barcode, walk_to

from console.domain import needling
from console.domain import session_events as ev
from console.domain.workflow import Phase

NEW = barcode("cart-12", "C9", "280131", "N77")


@pytest.fixture
def at_work(stage):
    walk_to(stage.console, Phase.NEEDLING)
    stage.console.desk.do(needling.forward())
    stage.live()
    return stage


def scan(stage, text: str) -> None:
    stage.window._scanned(text)
    stage.live()


def test_a_new_one_is_scanned_the_reason_touched_and_the_pass_goes_on(at_work) -> None:
    before = at_work.state.cartridge
    scan(at_work, NEW)
    assert at_work.state.cartridge is before, "nothing changes before the reason is given"
    at_work.click("reason.needles_worn")
    assert at_work.state.cartridge.product.serial == "N77"
    assert at_work.kinds()[-2:] == ["cartridge_unbound", "cartridge_bound"]
    assert at_work.state.active_pass is not None


def test_a_broken_one_says_what_to_look_for(at_work) -> None:
    scan(at_work, NEW)
    before = at_work.state.cartridge
    at_work.click("reason.broken")
    assert at_work.state.cartridge is before and not at_work.find("break.record").isEnabled()
    at_work.click("fragments.no_fragment_found")
    at_work.click("piece.piece_kept_and_labelled")
    at_work.click("break.record")
    off = next(event.what for _, event in at_work.state.log if isinstance(event.what, ev.CartridgeUnbound))
    assert (off.broken, off.used, off.piece_kept, off.fragments) == (True, True, True, "No fragment found")
    assert (off.area_id, off.pass_number) == (at_work.state.active_area, 1)
    assert at_work.state.cartridge.product.serial == "N77" and "broken piece" in at_work.told()


def test_one_without_a_serial_number_is_asked_about_before_it_is_bound(at_work) -> None:
    scan(at_work, barcode("cart-12", "C9", "280131"))
    at_work.click("reason.blocked")
    at_work.click("reason.from_a_new_sealed_pack")
    assert at_work.state.cartridge.from_sealed_pack and at_work.state.cartridge.product.serial == ""


def test_one_used_on_another_patient_is_refused_before_anything_is_taken_off(at_work) -> None:
    product = next(one for one in at_work.console.registry.products() if one.product_id == "cart-12")
    elsewhere = next(iter(at_work.console.recorder.story))
    at_work.console.registry.used_cartridges[product.product_id, "C9", "N77"] = elsewhere
    before = at_work.state.cartridge
    scan(at_work, NEW)
    assert "used in another session" in at_work.told()
    assert not at_work.there("reason.broken")
    assert at_work.state.cartridge is before


def test_the_one_in_use_and_one_taken_off_are_told_apart_from_a_new_one(at_work) -> None:
    scan(at_work, NEW)
    at_work.click("reason.dropped")
    scan(at_work, NEW)
    assert "the one in use" in at_work.told()
    scan(at_work, barcode("cart-12", "C9", "280131", "N78"))
    at_work.click("reason.blocked")
    scan(at_work, NEW)
    assert "taken off before" in at_work.told()
    assert at_work.state.cartridge.product.serial == "N78"


def test_a_serum_is_no_cartridge(at_work) -> None:
    before = at_work.state.cartridge
    scan(at_work, barcode("serum-ha"))
    assert "is a serum" in at_work.told()
    assert at_work.state.cartridge is before
