"""The catalogue: what may be added by whom, and that a recall is refused with its reason."""

import pytest
from console_rig import PRODUCTS, barcode, close_console, gtin_of, make_console

from console.domain.errors import Refusal
from console.domain.people import CatalogProduct, Role
from console.services.catalogue_desk import LIFTED, RECALLED

NEW = f"]d201{gtin_of(77)}10X1\x1d17281231"


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def catalogue(console):
    console.desk.actor = next(one for one in console.registry.staff() if one.role is Role.MANAGER)
    return console.products.catalogue


def test_products_are_found_by_name_role_and_number(catalogue):
    assert [one.product_id for one in catalogue.find("12 cartridge")] == ["cart-12"]
    assert {one.role for one in catalogue.find("SERUM")} == {"serum"}
    assert len(catalogue.find()) == len(PRODUCTS) and catalogue.find("nothing like it") == []


def test_an_unknown_product_is_added_by_its_scan_alone_and_known_from_then_on(console, catalogue):
    console.desk.actor = next(one for one in console.registry.staff() if one.role is Role.PRACTITIONER)
    added = catalogue.add_scanned(console.products.read(NEW), "glide")
    assert (added.gtin, added.role, added.name) == (gtin_of(77), "glide", f"Product {gtin_of(77)}")
    again = console.products.read(NEW)
    assert again.usable and again.product == added
    with pytest.raises(Refusal, match="no unknown product"):
        catalogue.add_scanned(again, "glide")


@pytest.mark.parametrize(("product", "words"), [
    (CatalogProduct("", gtin_of(77), " ", "glide"), "no name"),
    (CatalogProduct("", gtin_of(77), "Gel", "soap"), "role is not chosen"),
    (CatalogProduct("", "123", "Gel", "glide"), "8, 12, 13 or 14 digits"),
    (CatalogProduct("", gtin_of(3)[:-1] + "9", "Gel", "glide"), "check digit"),
    (CatalogProduct("", gtin_of(3).lstrip("0"), "Gel", "glide"), "12-needle cartridge has this number"),
])
def test_a_product_that_is_not_sound_is_not_saved(console, catalogue, product, words):
    with pytest.raises(Refusal, match=words):
        catalogue.save(product)
    assert console.registry.added == []


def test_a_recall_is_refused_with_its_reason_until_it_is_lifted(console, catalogue):
    code = barcode("cart-12", "C9", "280131", "S1")
    catalogue.recall("cart-12", " C9 ", "bent needles")
    scan = console.products.read(code)
    assert scan.refused and scan.problems == ("Lot C9 is recalled: bent needles. Do not use it",)
    assert [(one.lot, one.state, one.reason) for one in catalogue.recalls("cart-12")] == [
        ("C9", RECALLED, "bent needles")]
    catalogue.lift("cart-12", "C9", "maker took it back")
    assert console.products.read(code).usable
    assert [(one.state, one.changed_by) for one in catalogue.recalls("cart-12")] == [(LIFTED, "MG-01")]


@pytest.mark.parametrize(("lot", "reason", "words"), [(" ", "bent", "lot is missing"), ("C9", " ", "needs a reason")])
def test_a_recall_needs_lot_and_reason(console, catalogue, lot, reason, words):
    with pytest.raises(Refusal, match=words):
        catalogue.recall("cart-12", lot, reason)
    assert console.registry.recalled == set()


def test_only_a_manager_changes_what_is_there(console, catalogue):
    console.desk.actor = next(one for one in console.registry.staff() if one.role is Role.PRACTITIONER)
    for act in (lambda: catalogue.save(PRODUCTS[0]), lambda: catalogue.recall("cart-12", "C9", "bent")):
        with pytest.raises(Refusal, match="Only a manager"):
            act()
    assert console.registry.added == [] and console.registry.recalled == set()
