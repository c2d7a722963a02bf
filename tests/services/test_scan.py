from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.people import CatalogProduct
from console.domain.products import Recall
from console.services.scan import ScanKind, choose_reading, read_scan
from console.services.scan_fields import ScanReading, calendar_day

GS = "\x1d"
GTIN = "09506000134352"
TODAY = date(2026, 11, 22)
CARTRIDGE = CatalogProduct("cart-12", "9506000134352", "Cartridge 12", "cartridge", needles=12)


def scan(text: str, *recalls: Recall):
    return read_scan(text, [CARTRIDGE], TODAY, recalls)


WHOLE = [
    f"]d201{GTIN}1727123110LOT42A{GS}21SN0007",
    f"01{GTIN}1727123110LOT42A{GS}21SN0007",
    f"{GS}01{GTIN}1727123110LOT42A{GS}21SN0007{GS}\r\n",
    f"]C101{GTIN}10LOT42A{GS}1727123121SN0007",
    f"01{GTIN}1727123110LOT42A<GS>21SN0007",
    f"(01){GTIN}(17)271231(10)LOT42A(21)SN0007",
    f"https://id.gs1.org/01/{GTIN}/10/LOT42A/21/SN0007?17=271231",
]


@pytest.mark.parametrize("text", WHOLE)
def test_whole_code_in_every_form_reads_the_same(text):
    result = scan(text)
    assert (result.gtin, result.lot, result.expiry, result.serial) == (GTIN, "LOT42A", "2027-12-31", "SN0007")
    assert result.product == CARTRIDGE
    assert result.usable and result.problems == () and not result.refused


@pytest.mark.parametrize("text", [
    "", "   ", GS, "hello", f"01{GTIN[:-1]}31727123110LOT42A", f"01{GTIN[:9]}", f"01{GTIN}17271331",
    f"01{GTIN}1727023010LOT{GS}", f"01{GTIN}10", f"01{GTIN}10LOT|21SN", "9506000134353", "17271231",
    f"01{GTIN}10LOT{GS}01{GTIN[:-2]}69", f"01{GTIN}10A{GS}10B", f"]D201{GTIN}10LOT42A", "]d2",
    f"01{GTIN}1126112417271231", f"01{GTIN}1126010117251231", "(01)95060", "https://example.org/shop",
])
def test_damaged_code_yields_a_sentence_and_stores_nothing(text):
    result = scan(text)
    assert result.kind is ScanKind.UNREADABLE
    assert result.refused and not result.usable
    assert (result.gtin, result.lot, result.expiry, result.serial, result.product) == ("", "", "", "", None)
    assert len(result.problems) == 1 and len(result.problems[0]) > 20


@pytest.mark.parametrize(("text", "true_reading"), [
    (f"01{GTIN}1727123110LOT42A21SN0007", ScanReading("LOT42A", "2027-12-31", "SN0007")),
    (f"01{GTIN}10LOT42A1727123121SN0007", ScanReading("LOT42A", "2027-12-31", "SN0007")),
    (f"01{GTIN}10LOT42A17271231", ScanReading("LOT42A", "2027-12-31", "")),
    (f"01{GTIN}1727123121SN000710LOT42A", ScanReading("LOT42A", "2027-12-31", "SN0007")),
    (f"01{GTIN}1727123110LOT42A", None),
    (f"01{GTIN}1727123110S-22107", ScanReading("S-22107", "2027-12-31", "")),
    (f"01{GTIN}1727123110LOTNUMBER0421SERIAL000712", ScanReading("LOTNUMBER04", "2027-12-31", "SERIAL000712")),
    (f"01{GTIN}1727123110LOTNUM2112345678901217", ScanReading("LOTNUM", "2027-12-31", "12345678901217")),
])
def test_lost_separator_is_asked_about_and_never_stored(text, true_reading):
    result = scan(text)
    if true_reading is None:
        assert result.usable and result.lot == "LOT42A"
        return
    assert true_reading in result.alternatives
    assert (result.lot, result.serial) == ("", "")
    assert not result.usable and "Choose what the label says" in result.problems[0]
    chosen = choose_reading(result, true_reading, TODAY)
    assert (chosen.lot, chosen.serial, chosen.expiry) == (true_reading.lot, true_reading.serial, true_reading.expiry)
    assert chosen.usable


def test_a_full_lot_followed_by_more_without_separator_is_asked_about():
    # 20 characters fill the field, and what follows happens to parse: biip sees nothing wrong.
    result = scan(f"01{GTIN}10ABCDEFGH21123456789017271231")
    assert result.lot == "" and not result.usable


def test_a_stranger_among_readings_is_a_bug():
    result = scan(f"01{GTIN}1727123110LOT42A21SN0007")
    with pytest.raises(ValueError, match="none of those"):
        choose_reading(result, ScanReading("X", "", ""), TODAY)


lots = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-/", min_size=1, max_size=20)


@given(lot=lots, serial=lots, expiry_first=st.booleans())
def test_dropping_every_separator_never_stores_a_wrong_lot(lot, serial, expiry_first):
    head = f"01{GTIN}17271231" if expiry_first else f"01{GTIN}"
    result = scan(f"{head}10{lot}21{serial}")
    assert result.lot == "" and result.serial == "" and not result.usable
    if result.alternatives and len(result.alternatives) < 8:
        assert any(one.lot == lot and one.serial == serial for one in result.alternatives)


@given(lot=lots, serial=lots)
def test_separated_fields_come_back_as_printed_or_are_asked_about(lot, serial):
    result = scan(f"]d201{GTIN}1727123110{lot}{GS}21{serial}")
    assert (result.lot, result.serial) == (lot, serial) or result.alternatives
    assert not (result.usable and result.alternatives)


@given(st.text(max_size=60))
def test_any_text_is_answered(text):
    result = read_scan(text, [], TODAY)
    assert result.problems or result.kind in (ScanKind.PATIENT, ScanKind.STAFF, ScanKind.PRP_TUBE)


@given(place=st.integers(2, 15), digit=st.sampled_from("0123456789"))
def test_a_misread_digit_of_the_product_number_is_caught(place, digit):
    code = f"01{GTIN}1727123110LOT42A"
    damaged = code[:place] + digit + code[place + 1:]
    result = scan(damaged)
    assert result.usable if damaged == code else (result.kind is ScanKind.UNREADABLE and result.gtin == "")


def test_expired_and_recalled_are_refused_with_the_reason():
    expired = scan(f"01{GTIN}1726112110LOT42A")
    assert expired.refused and expired.problems == ("Expired on 2026-11-21. Do not use it",)
    assert not scan(f"01{GTIN}1726112210LOT42A").refused  # the day itself still counts
    recalled = scan(f"01{GTIN}1727123110LOT42A", Recall("9506000134352", "LOT42A", reason="bent needles"))
    assert recalled.refused and recalled.problems == ("Lot LOT42A is recalled: bent needles. Do not use it",)
    assert not scan(f"01{GTIN}1727123110LOT42B", Recall(GTIN, "LOT42A")).refused


def test_a_recall_strikes_after_a_reading_is_chosen_too():
    result = scan(f"01{GTIN}1727123110LOT42A21SN0007")
    chosen = choose_reading(result, ScanReading("LOT42A", "2027-12-31", "SN0007"), TODAY, [Recall(GTIN, "LOT42A")])
    assert chosen.refused and not chosen.usable


def test_unknown_product_keeps_its_fields_and_says_so():
    result = read_scan(f"01{GTIN}1727123110LOT42A", [], TODAY)
    assert result.kind is ScanKind.UNKNOWN_PRODUCT
    assert (result.gtin, result.lot) == (GTIN, "LOT42A")
    assert "not in the catalogue" in result.problems[0]


def test_bare_product_number_asks_for_lot_and_expiry():
    result = scan("9506000134352")
    assert result.kind is ScanKind.PRODUCT and result.product == CARTRIDGE
    assert result.problems == ("The code holds no lot and no expiry date; enter it from the label",)


@pytest.mark.parametrize(("text", "problems"), [("+A123BJC5D6E71G", 1), ("+A123BJC5D6E71X", 2)])
def test_hibc_is_kept_whole(text, problems):
    result = scan(text)
    assert result.kind is ScanKind.HIBC and result.code == text
    assert len(result.problems) == problems and not result.usable and result.lot == ""


@pytest.mark.parametrize(("text", "kind", "code"), [
    ("P-0412", ScanKind.PATIENT, "P-0412"), ("]C0P-0412\n", ScanKind.PATIENT, "P-0412"),
    ("pr-02", ScanKind.STAFF, "PR-02"), ("T-0412-3", ScanKind.PRP_TUBE, "T-0412-3"),
])
def test_cards_are_other_kinds(text, kind, code):
    assert (scan(text).kind, scan(text).code, scan(text).problems) == (kind, code, ())


@pytest.mark.parametrize(("written", "day"), [
    ("271231", date(2027, 12, 31)), ("280200", date(2028, 2, 29)), ("270200", date(2027, 2, 28)),
    ("270230", None), ("271301", None), ("270001", None), ("990101", date(1999, 1, 1)),
    ("760101", date(2076, 1, 1)), ("770101", date(1977, 1, 1)), ("27123", None), ("２71231", None),
])
def test_gs1_dates(written, day):
    assert calendar_day(written, TODAY) == day
