"""The demo clinic's codes, read by the real scanner reading."""

from collections.abc import Iterator
from datetime import UTC

import pytest
from demo_world import NOW_US

from console.app.demo_book import read_book
from console.app.demo_codes import DemoCodes, demo_codes
from console.domain.products import Recall, gtin_problem
from console.services.local_time import local_day, set_zone
from console.services.scan import ScanKind, ScanResult, read_scan


@pytest.fixture(autouse=True)
def _clinic_in_utc() -> Iterator[None]:
    set_zone(UTC)
    yield
    set_zone(None)


@pytest.fixture
def codes() -> DemoCodes:
    return demo_codes(NOW_US)


def read(code: str) -> ScanResult:
    book = read_book(NOW_US)
    recalled = [Recall(book.products[product_id].product.gtin, lot) for product_id, lot in book.recalled]
    return read_scan(code, [one.product for one in book.products.values()], local_day(NOW_US), recalled)


@pytest.mark.parametrize(("field", "role"), [
    ("anesthetic", "anesthetic"), ("cartridge", "cartridge"), ("spare_cartridge", "cartridge"),
    ("used_cartridge", "cartridge"), ("glide", "glide"), ("serum", "serum"), ("off_label_serum", "serum"),
    ("wrong_role", "serum"),
])
def test_a_fresh_package_is_usable_and_says_lot_and_expiry(codes: DemoCodes, field: str, role: str):
    scan = read(getattr(codes, field))
    assert scan.usable and scan.product is not None and scan.product.role == role
    assert scan.lot and scan.expiry > local_day(NOW_US).isoformat()
    assert (scan.serial != "") == (role == "cartridge")
    assert not scan.alternatives


def test_an_expired_and_a_recalled_lot_are_refused(codes: DemoCodes):
    assert "xpired" in " ".join(read(codes.expired_serum).problems)
    assert "recalled" in " ".join(read(codes.recalled_glide).problems)
    assert not read(codes.expired_serum).usable and not read(codes.recalled_glide).usable


def test_cards_and_tubes_are_told_apart(codes: DemoCodes):
    assert read(codes.patient_card).kind is ScanKind.PATIENT
    assert read(codes.staff_card).kind is ScanKind.STAFF
    assert read(codes.prp_tube).kind is ScanKind.PRP_TUBE
    assert read(codes.unknown_product).kind is ScanKind.UNKNOWN_PRODUCT
    assert codes.other_patient_card != codes.patient_card


def test_every_product_number_is_valid_and_lies_among_the_examples():
    book = read_book(NOW_US)
    numbers = [one.product.gtin for one in book.products.values()]
    assert len(set(numbers)) == len(numbers) >= 9
    for number in numbers:
        assert gtin_problem(number) == "" and number.startswith("0952")
    cartridges = [one.product for one in book.products.values() if one.product.role == "cartridge"]
    assert cartridges and all(one.needles > 0 for one in cartridges)
    assert {one.product.role for one in book.products.values()} == {"anesthetic", "serum", "glide", "cartridge"}
