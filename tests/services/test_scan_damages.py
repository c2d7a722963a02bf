"""Barcodes good and bad: whatever happens to a code, a field is right, or empty with a sentence."""

import random
import re
from datetime import date

import pytest
from label_codes import DAMAGES, TODAY, Label, fault_of, random_label, whole, written

from console.domain.products import check_digit
from console.services.scan import ScanKind, read_scan

GS, GTIN = "\x1d", "09506000134352"
SEED = 4
PLAIN = Label(GTIN, "LOT42A", date(2027, 12, 31), "SN0007")
GOOD = f"01{GTIN}1727123110LOT42A{GS}21SN0007"


def read(text):
    return read_scan(text, None, TODAY)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_no_damage_stores_anything_wrongly(damage):
    dice = random.Random(f"{SEED} {damage.__name__}")
    answered = 0
    for _ in range(400):
        label = random_label(dice)
        result = read(damage(label, dice))
        assert fault_of(label, result) == "", result
        answered += bool(result.problems)
    assert answered > 60  # the rest were read right all the same


def test_whole_codes_are_read_as_printed_whatever_types_them():
    dice, asked = random.Random(SEED), 0
    for _ in range(3000):
        label = random_label(dice)
        result = read(whole(label, dice))
        assert fault_of(label, result) == "", result
        asked += bool(result.problems)
    assert asked < 210  # where a lot looks as if it held another field


@pytest.mark.parametrize("label", [
    PLAIN, Label(GTIN, "21A10B17C", date(2027, 2, 28), "10-21/17", end_of_month=True), Label("00000000000017", "5" * 20,
    date(2030, 1, 1), "9" * 20), Label(GTIN, "a.B_c-D", TODAY, "x%Y&z", (("11", "250101"), ("240", "REF-9")))])
@pytest.mark.parametrize("head", ["", "]d2", "]C1", GS, "]Q3"])
def test_fields_with_their_separators_need_no_question(label, head):
    result = read(head + written(label.fields))
    found = (result.gtin, result.lot, result.expiry, result.serial, result.problems)
    assert found == (label.gtin, label.lot, label.expiry.isoformat(), label.serial, ())


@pytest.mark.parametrize("code", [
    f"10L24031{GS}17271231", f"10SP240315{GS}1727123121SN7", f"17271231{GS}240REF9{GS}10B3012",
    f"172712313012{GS}10A24017", "1727123110SP240315", "1727123110L241231", "1727123110A21", "1727123110B17",
    f"102110X{GS}17271231"])
def test_a_lot_that_only_looks_like_another_field_is_not_asked_about(code):
    result = read(f"01{GTIN}{code}")
    assert result.problems == () and re.search(rf"10{result.lot}($|{GS})", code)


@pytest.mark.parametrize("code", [
    f"10LOT21SN7{GS}17271231", "1727123110LOT240REF9", f"1727123110LOT{GS}21SN7240REF9",
    f"1727123110LOT{GS}21SN724094803456"])
def test_what_is_plainly_a_swallowed_field_is_asked_about(code):
    assert "separator may be missing" in " ".join(read(f"01{GTIN}{code}").problems)


@pytest.mark.parametrize("separator", [
    "<GS>", "<gs>", "{GS}", "[GS]", "^]", "\\x1d", "\\u001d", "<FNC1>", "{F8}", "\u241d", "\u2194", "\x1e", "\x1c"])
def test_the_separator_as_scanners_spell_it(separator):
    result = read(GOOD.replace(GS, separator))
    assert (result.lot, result.serial, result.problems) == ("LOT42A", "SN0007", ())


@pytest.mark.parametrize("text", [
    f"(01){GTIN}(17)271231(10)LOT42A(21)SN0007", f"(01) {GTIN} (17) 271231 (10) LOT42A (21) SN0007",
    "(01) 0 9506000 13435 2 (17)271231(10)LOT42A(21)SN0007 ", f"(10)LOT42A{GS}(21)SN0007(17)271231(01){GTIN}",
    f"(01){GTIN}\n(17)271231\r\n (10)LOT42A\n(21)SN0007\n",
    f"\x02{GOOD}\x03", f"  {GOOD}\r\n", f"#{GOOD}#", f"{GOOD}~", f"*{GOOD}*", f"\ufeff{GOOD}",
])
def test_what_people_and_scanners_add_is_taken_off(text):
    result = read(text)
    assert (result.gtin, result.lot, result.expiry, result.serial) == (GTIN, "LOT42A", "2027-12-31", "SN0007")
    assert result.problems == ()


@pytest.mark.parametrize(("text", "word"), [
    (f"]D201{GTIN}10lot42a", "Caps Lock"), (f"01{GTIN}1727123110lot42a", "Caps Lock"),
    ("+a123bjc5d6e71g", "Caps Lock"), (f"+d201{GTIN}10LOT42A", "keyboard layout"),
    (f"01{GTIN}1727123110LOTß42", "keyboard layout"), ("à&àç(à-ààà&\"'\"(é", "Shift"), (")!)(%)^))!#$#%@", "Shift"),
    (GOOD + GOOD, "ran together"), (f"(01){GTIN}\n(10)A\n(01){GTIN}\n(10)B", "ran together"),
    (GOOD[:30] + GOOD, "ran together"), (f"{GOOD}]d2{GOOD}", "ran together"),
    (f"01{GTIN}17271331", "271331 is no date"), (f"01{GTIN}1126133117271231", "manufacture 261331"),
    (f"(01){GTIN}(17)270230(10)A", "270230 is no date"), (f"01{GTIN}1727", "cut off"),
    ("0109506" + check_digit("0109506"), "piece of a longer code"),
    ("1727123110123" + check_digit("1727123110123"), "piece of a longer code"),
    (f"01{GTIN} 17271231 10LOT", "brackets"), (f"(01){GTIN}(10)LOT(42A", "brackets"),
    ("(01)00000000000000(17)271231(10)A", "no product number"), (f"(01){GTIN}(10){'A' * 21}", "more than 20"),
    (f"01{GTIN}1727123110LOT42A21SN0007", "separator may be missing"), (f"(01){GTIN}(10)LOT 42A", "space"),
    (f"01{GTIN}1727123110LOT42A;", "ends with «;»"), ("=W12345678901200", "ISBT 128"),
    (f"01{GTIN}1727123110LOT42A02921SN0007", "separator may be missing"),
    ("https://example.org/x", "web address"), ("10LOT42A\x1d21SN0007", "names no product"),
])
def test_each_damage_has_its_own_words(text, word):
    result = read(text)
    assert any(word in problem for problem in result.problems), result
    assert (result.lot, result.serial) == ("", "") and not result.usable


def test_the_true_reading_is_offered_where_the_separator_was_typed_as_digits():
    offered = read(f"01{GTIN}1727123110LOT42A02921SN0007").alternatives
    assert ("LOT42A", "SN0007") in [(one.lot, one.serial) for one in offered]


def test_an_expired_code_is_refused_even_while_it_is_asked_about():
    result = read(f"01{GTIN}1726112110LOT42A21SN0007")
    assert result.refused and result.problems[0] == "Expired on 2026-11-21. Do not use it" and result.alternatives


def test_without_a_catalogue_an_unknown_product_is_no_problem():
    assert read(GOOD).kind is ScanKind.PRODUCT and read(GOOD).problems == ()


@pytest.mark.parametrize(("text", "code"), [
    ("+A123BJC5D6E71G", "+A123BJC5D6E71G"), ("]C0+A123BJC5D6E71G\r\n", "+A123BJC5D6E71G"),
    ("*+A123BJC5D6E71G*", "+A123BJC5D6E71G"), ("+A99912345/$$52001510X3N", "+A99912345/$$52001510X3N"),
])
def test_hibc_is_recognised_in_every_wrapping(text, code):
    result = read(text)
    assert (result.kind, result.code, result.gtin) == (ScanKind.HIBC, code, "")
