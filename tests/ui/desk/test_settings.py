import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from backup_shelf import BackupShelf, look
from console_rig import rig_load
from desk_touch import enter_pin, part, touch
from fake_clock import FakeClock
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from console.domain.backups import KeepRule
from console.domain.clinical_edits import ClinicalEdit
from console.domain.errors import OperatorError
from console.domain.people import Role, Staff
from console.services.backup_desk import KEEP_SETTING, PLACE_SETTING, BackupDesk
from console.services.clinical_shelf import ClinicalShelf
from console.services.console import Console
from console.services.hands_settings import read_pedal
from ui.desk.settings import SettingsPage
from ui.hands_free import HandsFree
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.fields import Stepper
from ui.widgets.texts import Label, TextLine

Window = Callable[[str, Page], MainWindow]
MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)
TARGET = "setting.area.face.forehead.target_mm"


@pytest.fixture
def window(desk_window: Window, console: Console) -> MainWindow:
    return desk_window("settings", SettingsPage(console))


@pytest.fixture
def manager(console: Console) -> None:
    console.desk.actor = MANAGER


def to_forehead(window: MainWindow) -> None:
    touch(window, "settings.section.plan")
    touch(window, "settings.entry.facial_acne_scars")
    touch(window, "setting.parts")
    touch(window, "setting.part.face.forehead")


def save(window: MainWindow, reason: int = 0) -> None:
    touch(window, "action.save")
    touch(window, f"saving.reason.{reason}")
    touch(window, "saving.save")


def test_every_section_opens_with_its_first_entry(window: MainWindow) -> None:
    for key in ("clinic", "plan", "wait", "anesthetic", "product", "aftercare", "area_size", "alarm", "place"):
        touch(window, f"settings.section.{key}")
        assert part(window, "setting.title", TextLine).text()
        assert not window.action_bar.button("save").isEnabled()


def test_a_manager_moves_a_target_and_the_next_session_has_it(
        window: MainWindow, console: Console, manager: None) -> None:
    to_forehead(window)
    before = part(window, TARGET, Stepper).value()
    touch(window, f"{TARGET}.plus")
    save(window)
    assert part(window, TARGET, Stepper).value() == before + 50
    plan = console.shelf.current.plan("facial_acne_scars")
    assert {area.area_id: area.target_depth_um for area in plan.areas}["face.forehead"] == before + 50
    assert window.notice.text == "Saved. It counts from the next session on."
    assert console.shelf.edits()[0].reason == "Our medical lead decided"
    assert console.shelf.edits()[0].changed_by == "MG-01"


def test_a_practitioner_sees_all_and_a_manager_s_pin_saves(window: MainWindow, console: Console) -> None:
    touch(window, "settings.section.wait")
    touch(window, "setting.wait.number.plus")
    save(window)
    assert console.shelf.edits() == ()
    enter_pin(window, "1234", "saving.pin")
    assert [edit.changed_by for edit in console.shelf.edits()] == ["MG-01"]


def test_the_source_of_a_wait_is_chosen_by_one_touch(window: MainWindow, console: Console, manager: None) -> None:
    touch(window, "settings.section.wait")
    touch(window, "settings.entry.filler")
    touch(window, "setting.wait.1")
    save(window, 1)
    rule = next(one for one in console.shelf.current.rules if one.rule_id == "filler")
    assert str(rule.wait) == "12 months" and "balancedayspa.com" in part(window, "setting.wait.0").accessibleName()


def test_a_bad_figure_is_one_sentence_before_anybody_is_asked_why(
        window: MainWindow, console: Console, manager: None) -> None:
    to_forehead(window)
    part(window, TARGET, Stepper).put(5000)
    touch(window, "action.save")
    assert "«target_mm»" in window.notice.text and "nothing was saved" in window.notice.text
    assert window.overlay is None and console.shelf.edits() == ()


def test_no_reason_no_saving(window: MainWindow, manager: None) -> None:
    to_forehead(window)
    touch(window, f"{TARGET}.plus")
    touch(window, "action.save")
    assert not part(window, "saving.save").isEnabled()
    part(window, "saving.words", QLineEdit).setText("thin skin here")
    assert part(window, "saving.save").isEnabled()


def test_the_files_stand_beside_and_can_be_gone_back_to(
        window: MainWindow, console: Console, manager: None) -> None:
    to_forehead(window)
    touch(window, f"{TARGET}.plus")
    shown = [one.text() for one in window.findChildren(TextLine) if one.isVisibleTo(window)]
    assert "in the files: 0.60 mm" in shown
    save(window)
    touch(window, "action.back_to_files")
    touch(window, "saving.reason.3")
    touch(window, "saving.save")
    assert console.shelf.edits() == ()
    touch(window, "action.versions")
    told = [one.text() for one in window.findChildren(Label) if one.isVisibleTo(window)]
    assert "Version 2, back to the files" in told and "Entered wrongly before" in told and "Version 1" in told


def test_changes_of_several_areas_are_kept_until_saved(window: MainWindow, console: Console, manager: None) -> None:
    to_forehead(window)
    touch(window, f"{TARGET}.plus")
    touch(window, "setting.parts")
    touch(window, "setting.part.face.nose")
    touch(window, "setting.area.face.nose.passes.plus")
    touch(window, "setting.parts")
    touch(window, "setting.part.face.forehead")
    assert part(window, TARGET, Stepper).text() == "0.65"
    save(window)
    areas = {area.area_id: area for area in console.shelf.current.plan("facial_acne_scars").areas}
    assert areas["face.forehead"].target_depth_um == 650 and areas["face.nose"].passes == 3


def test_leaving_an_entry_drops_what_was_not_saved_and_says_so(window: MainWindow) -> None:
    to_forehead(window)
    touch(window, f"{TARGET}.plus")
    touch(window, "settings.section.alarm")
    assert window.notice.text == "1 change not saved and dropped."


def test_a_figure_nobody_has_set_is_entered_on_the_pad(window: MainWindow, console: Console, manager: None) -> None:
    touch(window, "settings.section.wait")
    touch(window, "setting.ask_again_days.enter")
    touch(window, "numberPad.9")
    touch(window, "numberPad.0")
    touch(window, "numberPad.enter")
    save(window)
    (edit,) = console.shelf.edits()
    rule = next(one for one in console.shelf.current.rules if one.rule_id == edit.entry_id)
    assert rule.ask_again_days == 90


def test_the_clinic_is_named_with_the_keys_on_screen(window: MainWindow, console: Console, manager: None) -> None:
    part(window, "setting.name", QLineEdit).clear()
    touch(window, "action.keys")
    for key in "north":
        touch(window, f"settings.keys.{key}")
    touch(window, "overlay.close")
    save(window)
    assert console.shelf.current.clinic.name == "North"


def test_the_room_is_that_of_sessions_begun_from_now_on(window: MainWindow, console: Console, manager: None) -> None:
    touch(window, "settings.section.place")
    part(window, "setting.room", QLineEdit).setText("Room 7")
    touch(window, "setting.pen_class.1")
    save(window)
    assert console.day.place.room == "Room 7" and console.day.place.pen_class != "any"
    assert console.registry.setting("room") == "Room 7"
    part(window, "setting.room", QLineEdit).setText(" ")
    save(window)
    assert "needs a name" in window.notice.text and console.day.place.room == "Room 7"


def test_a_setting_that_no_longer_fits_is_told(desk_window: Window, console: Console) -> None:
    old = ClinicalEdit("plan", "old", {"id": "old"}, "of an older program")
    console.registry.save_record(old.record(), "MG-01")
    console = dataclasses.replace(console, shelf=ClinicalShelf(rig_load, console.registry, console.clock))
    window = desk_window("settings", SettingsPage(console))
    status = window.page().status()
    assert "old no longer fits" in status.title and status.notice == "caution"


# --- backups -----------------------------------------------------------------------------------------------


@pytest.fixture
def backups(console: Console) -> BackupDesk:
    return BackupDesk(console.desk, console.registry, BackupShelf(console.clock), console.clock, nightly=True)


@pytest.fixture
def with_backups(desk_window: Window, console: Console, backups: BackupDesk) -> MainWindow:
    console.desk.actor = Staff("AD-01", "A. Ruiz", Role.ADMINISTRATOR)
    look(backups)
    shown = desk_window("settings", SettingsPage(dataclasses.replace(console, backups=backups)))
    touch(shown, "settings.section.place")
    touch(shown, "settings.entry.backups")
    return shown


def test_a_backup_is_made_on_demand_and_its_age_shown(with_backups: MainWindow, backups: BackupDesk) -> None:
    shelf = backups._keeper
    shelf.free.clear()
    touch(with_backups, "action.back_up")
    page = with_backups.page()
    page.refresh()
    assert with_backups.action_bar.button("back_up").text() == "Backing up…"
    assert not with_backups.action_bar.button("back_up").isEnabled()
    shelf.free.set()
    look(backups)
    page.refresh()
    assert with_backups.action_bar.button("back_up").isEnabled()
    assert shelf.made == [("", "by_hand")]
    assert any("last good one: today" in one.summary for one in page._found())


def test_place_and_rule_are_the_clinic_s(with_backups: MainWindow, backups: BackupDesk) -> None:
    lines = {key: part(with_backups, f"setting.{key}", QLineEdit) for key in (PLACE_SETTING, KEEP_SETTING)}
    lines[PLACE_SETTING].setText("/media/disk")
    lines[KEEP_SETTING].setText("7,4,12")
    save(with_backups)
    look(backups)
    assert backups.place == "/media/disk" and backups.rule == KeepRule(7, 4, 12)
    part(with_backups, f"setting.{KEEP_SETTING}", QLineEdit).setText("some")
    save(with_backups)
    assert backups.rule == KeepRule(7, 4, 12)


def test_only_who_may_backs_up_by_hand(with_backups: MainWindow, console: Console) -> None:
    console.desk.actor = console.registry.staff()[0]
    with_backups.update_chrome()
    assert not with_backups.action_bar.button("back_up").isEnabled()


# --- the recovery sheet ----------------------------------------------------------------------------------------


def test_an_administrator_writes_the_recovery_sheet_where_there_is_one(
        desk_window: Window, console: Console, backups: BackupDesk) -> None:
    look(backups)
    console.desk.actor = MANAGER
    answers: list[Path | OperatorError] = [
        Path("recovery-sheet.pdf"), OperatorError("The disk is full", "nothing was written", "free space")]

    def write() -> Path:
        answer = answers.pop(0)
        if isinstance(answer, OperatorError):
            raise answer
        return answer

    shown = desk_window("settings", SettingsPage(dataclasses.replace(console, backups=backups), write))
    touch(shown, "settings.section.place")
    touch(shown, "settings.entry.backups")
    assert not shown.action_bar.button("recovery_sheet").isEnabled()
    console.desk.actor = Staff("AD-01", "A. Ruiz", Role.ADMINISTRATOR)
    shown.update_chrome()
    touch(shown, "action.recovery_sheet")
    assert "Written to recovery-sheet.pdf" in shown.notice.text
    touch(shown, "action.recovery_sheet")
    assert "The disk is full" in shown.notice.text


def test_a_folder_without_wrapped_keys_offers_no_sheet(with_backups: MainWindow) -> None:
    assert with_backups.findChild(QAbstractButton, "action.recovery_sheet") is None


def test_a_key_of_the_pedal_is_learned_from_the_foot(window: MainWindow, console: Console, manager: None) -> None:
    hands = HandsFree(FakeClock())
    window.hands = hands
    touch(window, "settings.section.place")
    touch(window, "settings.entry.pedal")
    touch(window, "setting.pedal_key")
    assert "press the switch" in part(window, "learn.words", Label).text()
    for key in (Qt.Key.Key_L, Qt.Key.Key_2):
        hands.eventFilter(window, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "x"))
    hands._clock.advance(0.2)
    hands.poll()
    assert "scanner" in part(window, "learn.words", Label).text()
    hands.eventFilter(window, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F16, Qt.KeyboardModifier.NoModifier))
    hands._clock.advance(0.2)
    hands.poll()
    assert window.overlay is None and part(window, "setting.pedal_key", QAbstractButton).text() == "F16"
    save(window)
    assert read_pedal(console.registry).key == "F16"
    assert window.notice.text == "Saved. It counts from now on."
