from datetime import date, datetime
from pathlib import Path

from console.domain.aftercare import SheetPart, chosen_items, sheet_lines
from console.services.clinical_library import ClinicalLibrary

ITEMS = ClinicalLibrary.load(Path(__file__).parents[2] / "resources").aftercare


def lines(choices):
    sheet = sheet_lines(chosen_items(ITEMS, choices), datetime(2026, 11, 17, 12, 50))
    return {line.item_id: line for line in sheet}


def test_dates_are_worked_out_from_the_end_of_the_session():
    sheet = lines({})
    assert sheet["no_sun"].until_day == date(2026, 11, 19)  # 48 h
    assert (sheet["sunscreen"].from_day, sheet["sunscreen"].until_day) == (date(2026, 11, 18), date(2026, 12, 1))
    assert sheet["no_anti_inflammatory"].until_day == date(2026, 12, 1)  # two weeks
    assert sheet["blisters"].until_day is None and sheet["blisters"].part is SheetPart.CALL


def test_bars_are_drawn_to_the_scale_of_the_longest():
    sheet = lines({})
    assert (sheet["no_sun"].start, sheet["no_sun"].end) == (0, 48 / 336)
    assert sheet["sunscreen"].start == 24 / 336 and sheet["sunscreen"].end == 1
    assert sheet_lines([], datetime(2026, 11, 17)) == ()


def test_the_clinic_s_choice_replaces_the_shipped_one():
    assert "wash_bottled" in lines({}) and "wash_lukewarm" not in lines({})
    chosen = lines({"washing": "lukewarm_24h", "sunscreen_start": "at_once"})
    assert "wash_lukewarm" in chosen and "wash_bottled" not in chosen
    assert chosen["sunscreen_at_once"].from_day == date(2026, 11, 17) and "sunscreen" not in chosen
