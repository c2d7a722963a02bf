"""The photo set by touches: import, lay out, change places, keep, strike; and the album that compares."""

from pathlib import Path

import pytest
from camera_files import two_tone
from console_rig import walk_to
from photo_kit import FACE_VIEWS, keep_set, picture_files
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.domain import consenting, photos
from console.domain.workflow import Phase
from ui.room.photo_album import PhotoAlbum
from ui.room.photo_sheet import PhotoSheet


@pytest.fixture
def consent(stage, tmp_path: Path):
    walk_to(stage.console, Phase.CONSENT)
    stage.live()
    picture_files(tmp_path, 5)
    stage.console.photos.use_folder(tmp_path)
    return stage


def look(stage, view):
    return stage.find(f"photo.{view}").look


def import_newest(stage) -> None:
    stage.click("consent.photos.give")
    stage.click("photos.open")
    stage.click("photo.import")
    stage.until(lambda: stage.there("photo.file.0"))
    stage.click("photo.newest")
    stage.until(lambda: look(stage, "frontal").state == "waiting")


def test_a_set_is_open_only_with_consent(consent) -> None:
    assert not consent.button("photos.open").isEnabled()
    consent.click("consent.photos.refuse")
    assert not consent.button("photos.open").isEnabled()


def test_five_files_become_the_five_views(consent) -> None:
    import_newest(consent)
    assert [look(consent, view).words for view in FACE_VIEWS] == [
        f"IMG_{number:04d}.jpg, not kept yet" for number in range(5)]
    assert consent.state.pictures == {}, "nothing is kept before it is said"
    consent.click("photo.keep")
    consent.until(lambda: len(consent.state.pictures) == 5)
    consent.until(lambda: look(consent, "lateral_left").state == "kept")
    assert look(consent, "frontal").picture is not None
    consent.click("overlay.close")
    assert not consent.button("photos.none").isEnabled()


def test_two_frames_change_their_places_by_touch(consent) -> None:
    import_newest(consent)
    consent.click("photo.lateral_right")
    consent.click("photo.lateral_left")
    assert look(consent, "lateral_left").words.startswith("IMG_0003")
    assert look(consent, "lateral_right").words.startswith("IMG_0004")


def test_files_are_taken_in_the_order_they_are_touched(consent) -> None:
    consent.click("consent.photos.give")
    consent.click("photos.open")
    consent.click("photo.import")
    consent.until(lambda: consent.there("photo.file.3"))
    consent.click("photo.file.3")
    consent.click("photo.file.0")
    consent.click("photo.take")
    consent.until(lambda: look(consent, "oblique_right").state == "waiting")
    assert [look(consent, view).words[:8] for view in FACE_VIEWS[:3]] == ["IMG_0001", "IMG_0004", "Not take"]


def test_a_kept_photo_is_struck_with_a_reason_and_stays(consent) -> None:
    import_newest(consent)
    consent.click("photo.keep")
    consent.until(lambda: look(consent, "frontal").state == "kept")
    consent.click("photo.frontal")
    consent.click("photo.strike")
    consent.click("reason.eyes_closed")
    assert look(consent, "frontal").state == "empty"
    assert [one.struck for one in consent.state.pictures.values()].count("Eyes closed") == 1


def test_a_withdrawn_consent_is_said_on_the_sheet(consent, tmp_path) -> None:
    consent.click("consent.photos.give")
    keep_set(consent.console, tmp_path)
    consent.console.desk.do(consenting.withdraw_consent("photos", "changed their mind"))
    sheet = PhotoSheet(consent.console, consent.window, consent.console.desk.front, "before")
    consent.window.show_overlay(sheet, "Photos before", 1320)
    consent.live()
    assert not consent.button("photo.import").isEnabled()
    assert sheet.refused == "the patient withdrew the consent to photographs"


@pytest.fixture
def album(consent, tmp_path):
    consent.click("consent.photos.give")
    keep_set(consent.console, tmp_path, "before", 3)
    keep_set(consent.console, tmp_path, "after", 2)
    shown = PhotoAlbum(consent.console.photos, "P-0412")
    consent.window.show_overlay(shown, "Photos of P-0412", 1320)
    consent.until(lambda: consent.there("compare.view.frontal"))
    return shown


def test_before_and_after_stand_left_and_right(consent, album) -> None:
    assert "Session 3, before" in album.pictures.accessibleName()
    assert "Session 3, after" in album.pictures.accessibleName()
    consent.click("compare.view.oblique_left")
    assert "Session 3, after" not in album.pictures.accessibleName(), "that view has no after-photo"
    assert not consent.button("compare.right.later").isEnabled()


class ShownAlone(QObject):
    """Notes every part that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(watched.objectName())
        return False


def test_no_part_of_an_album_is_a_window_of_its_own(consent, qapp) -> None:
    watch = ShownAlone()
    qapp.installEventFilter(watch)
    made = PhotoAlbum(consent.console.photos, "P-0412", may_add=True)
    qapp.removeEventFilter(watch)
    made.deleteLater()
    assert watch.names == [], "it would take the focus from the console"


def test_the_line_follows_finger_and_keys(consent, album) -> None:
    pictures = album.pictures
    box = pictures._box()
    QTest.mouseClick(pictures, Qt.MouseButton.LeftButton, pos=QPoint(round(box.left() + box.width() / 4), 100))
    assert pictures.share == pytest.approx(0.25, abs=0.02)
    QTest.keyClick(pictures, Qt.Key.Key_End)
    assert pictures.share == 1.0
    QTest.keyClick(pictures, Qt.Key.Key_Left)
    assert pictures.share == pytest.approx(0.95)
    consent.click("compare.mode.beside")
    QTest.keyClick(pictures, Qt.Key.Key_Home)
    assert pictures.share == pytest.approx(0.95) and "side by side" in pictures.accessibleName()


def test_steps_go_through_the_pictures_of_a_view(consent, album) -> None:
    consent.click("compare.right.earlier")
    assert album.pictures.accessibleName().count("Session 3, before") == 2
    assert photos.view_label("frontal") == "Frontal"


def test_after_photos_are_taken_with_the_aftercare(stage, tmp_path: Path) -> None:
    walk_to(stage.console, Phase.AFTERCARE)
    stage.live()
    picture_files(tmp_path, 5)
    stage.console.photos.use_folder(tmp_path)
    stage.click("photos.after")
    stage.click("photo.import")
    stage.until(lambda: stage.there("photo.file.0"))
    stage.click("photo.newest")
    stage.until(lambda: look(stage, "frontal").state == "waiting")
    stage.click("photo.keep")
    stage.until(lambda: len(photos.standing(stage.state, "after")) == 5)
    assert stage.find("photos.after").text() == "5 photos after"


class PlayedCamera:
    """A camera whose pictures a test shows; ``missing`` says why it cannot begin."""

    def __init__(self, missing: str = "") -> None:
        self.missing, self.running, self.show = missing, False, None

    def start(self, show) -> str:
        self.show, self.running = show, not self.missing
        return self.missing

    def stop(self) -> None:
        self.running = False


def camera_sheet(stage, camera) -> PhotoSheet:
    stage.click("consent.photos.give")
    sheet = PhotoSheet(stage.console, stage.window, stage.console.desk.front, "before", camera)
    stage.window.show_overlay(sheet, "Photos before", 1320)
    stage.live()
    stage.click("photo.camera")
    return sheet


def test_the_camera_fills_view_after_view(consent) -> None:
    camera = PlayedCamera()
    camera_sheet(consent, camera)
    for view in ("frontal", "oblique_right"):
        camera.show(two_tone(300, 400))
        consent.live()
        assert look(consent, view).words == "Live"
        consent.click("photo.camera")
        consent.until(lambda one=view: look(consent, one).words == "camera, not kept yet")
    consent.click("photo.keep")
    consent.until(lambda: len(consent.state.pictures) == 2)
    assert {one.taken.origin for one in consent.state.pictures.values()} == {"camera"}
    consent.click("overlay.close")
    assert not camera.running


def test_a_missing_camera_is_said_and_nothing_hangs(consent) -> None:
    sheet = camera_sheet(consent, PlayedCamera("No camera is connected; nothing was taken; import files."))
    assert sheet._words.text().startswith("No camera is connected")


def test_without_the_extra_there_is_no_camera_button(consent, monkeypatch) -> None:
    monkeypatch.setattr("ui.photo_camera.find_spec", lambda name: None)
    consent.click("consent.photos.give")
    consent.click("photos.open")
    assert not consent.there("photo.camera")
