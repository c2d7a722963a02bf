import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from console.domain.aftercare import sheet_lines
from console.domain.sheet_language import DISCLAIMER, Translation
from console.services.clinical_library import ClinicalLibrary

LIBRARY = ClinicalLibrary.load(Path(__file__).parents[2] / "resources")
OTHERS = [one for one in LIBRARY.languages if one.code != "en"]
MOMENT = datetime(2026, 11, 17, 12, 50)


def digits(text):
    return re.findall(r"\d+", text)


def test_english_spanish_french_and_german_are_there_english_first():
    assert [one.code for one in LIBRARY.languages] == ["en", "de", "es", "fr"]
    assert [one.name for one in LIBRARY.languages] == ["English", "Deutsch", "Español", "Français"]


@pytest.mark.parametrize("language", OTHERS, ids=lambda one: one.code)
def test_every_line_is_translated_from_the_words_of_now_with_the_same_numbers(language):
    found = {one.item_id: one for one in language.translations}
    wanted = {item.item_id: (item.text, item.detail) for item in LIBRARY.aftercare}
    wanted[DISCLAIMER] = (LIBRARY.sheet.disclaimer, "")
    assert {key: (one.english, one.english_detail) for key, one in found.items()} == wanted
    for one in found.values():
        assert digits(one.text) == digits(one.english), one.item_id
        assert digits(one.detail) == digits(one.english_detail), one.item_id
        assert bool(one.detail) == bool(one.english_detail), one.item_id
        assert one.text != one.english


def test_a_line_of_the_clinic_s_own_stays_english_and_is_marked():
    german = LIBRARY.language("de")
    own = replace(LIBRARY.aftercare[0], item_id="own", text="Drink plenty of water", detail="As we said")
    kept, known = german.worded(sheet_lines([own, LIBRARY.aftercare[0]], MOMENT))
    assert (kept.text, kept.detail, kept.in_english) == ("Drink plenty of water (auf Englisch)", "As we said", True)
    assert (known.text, known.in_english) == ("Keine Sonne", False)


def test_a_line_the_clinic_reworded_is_no_longer_the_translated_one():
    spanish = LIBRARY.language("es")
    item = next(one for one in LIBRARY.aftercare if one.item_id == "sunscreen")
    (line,) = spanish.worded(sheet_lines([replace(item, text="Sunscreen SPF 50 or more")], MOMENT))
    assert line.text == "Sunscreen SPF 50 or more (en inglés)" and line.in_english
    assert spanish.disclaimer("Our own words") == "Our own words (en inglés)"
    assert spanish.disclaimer("") == ""


@pytest.mark.parametrize(("code", "short", "long"), [
    ("en", "Tue 1 Dec", "Tuesday 1 December 2026"), ("es", "mar 1 dic", "martes 1 de diciembre de 2026"),
    ("fr", "mar. 1er déc.", "mardi 1er décembre 2026"), ("de", "Di. 1. Dez.", "Dienstag, 1. Dezember 2026")])
def test_days_are_written_the_language_s_way(code, short, long):
    language = LIBRARY.language(code)
    assert (language.day(date(2026, 12, 1)), language.day(date(2026, 12, 1), "day_year")) == (short, long)


def test_a_detail_that_was_not_translated_makes_the_whole_line_english():
    german = LIBRARY.language("de")
    bare = replace(german, translations=(Translation("no_sun", "No sun", "Keine Sonne"),))
    item = replace(LIBRARY.aftercare[0], detail="Not even behind glass")
    (line,) = bare.worded(sheet_lines([item], MOMENT))
    assert line.in_english and line.detail == "Not even behind glass"
