"""The maps: every region parsed, named in the program's words, and hit where a glove lands."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.widgets import AreaLook, AreaMap, area_labels, load_map
from ui.widgets.area_source import parse_path

EXPECTED = {
    "face": 15,
    "scalp": 5,
    "body": 9,
}
SMALL_AT_1366 = ("face.upper_lip", "face.jawline_left", "face.perioral", "face.temple_right")


@pytest.mark.parametrize("map_id", EXPECTED)
def test_every_region_is_there_under_its_own_name(qapp: QApplication, map_id: str) -> None:
    regions = load_map(map_id).regions
    assert len({region.area_id for region in regions}) == EXPECTED[map_id]
    for region in regions:
        assert region.area_id == "neck" or region.area_id.startswith(f"{map_id}.")
        assert not region.area_id.endswith(("_l", "_r")), "sides are spelled out"
        assert region.path.contains(region.anchor), region.area_id


def test_neck_is_one_area_on_two_maps(qapp: QApplication) -> None:
    assert sum(region.area_id == "neck" for map_id in EXPECTED for region in load_map(map_id).regions) == 2
    assert len(area_labels()) == 28
    assert area_labels()["face.cheek_left"] == "Cheek, left"


@pytest.mark.parametrize("text", ["M0 0 L5 5 Z", "M0 0 C1 1 2 2 3", "M0 0 q1 1 2 2"])
def test_paths_of_another_kind_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        parse_path(text)


def test_every_anchor_is_hit_at_the_smallest_size(themed: QApplication) -> None:
    for map_id in EXPECTED:
        shown = AreaMap(map_id)
        shown.resize(268, 420)
        for region in shown.areas():
            assert shown.area_at(shown.point_of(region.area_id)) == region.area_id
        shown.deleteLater()


def test_small_regions_reach_beyond_their_edge(themed: QApplication) -> None:
    shown = AreaMap("face")
    shown.set_cropped(True)
    shown.resize(268, 420)
    drawn, meant = {}, {}
    for x in range(0, 268, 6):
        for y in range(120, 420, 6):
            spot = QPointF(x, y)
            inside = shown.transform().inverted()[0].map(spot)
            for region in shown.areas():
                drawn[region.area_id] = drawn.get(region.area_id, 0) + region.path.contains(inside)
            hit = shown.area_at(spot)
            meant[hit] = meant.get(hit, 0) + 1
    for area_id in SMALL_AT_1366:
        assert meant[area_id] > 1.2 * drawn[area_id], area_id
    assert shown.area_at(QPointF(2, 2)) == "", "far from everything is nothing"
    shown.deleteLater()


def test_closed_eyes_cannot_be_hit_as_skin(qapp: QApplication) -> None:
    eye = QPointF(260, 210)
    around = next(region for region in load_map("face").regions if region.area_id == "face.periorbital_left")
    assert not around.path.contains(eye)


def test_patients_left_is_on_the_right_of_a_face_and_on_the_left_of_a_scalp(qapp: QApplication) -> None:
    def across(map_id: str, area_id: str) -> float:
        return next(region.anchor.x() for region in load_map(map_id).regions if region.area_id == area_id)

    assert across("face", "face.cheek_left") > across("face", "face.cheek_right")
    assert across("body", "body.hand_left") > across("body", "body.hand_right")
    assert across("scalp", "scalp.temporal_left") < across("scalp", "scalp.temporal_right")


def test_tap_points_at_an_area_and_a_small_map_at_none(themed: QApplication) -> None:
    for small, wanted in ((False, ["face.nose"]), (True, [])):
        shown, chosen = AreaMap("face", small), []
        shown.resize(300, 460)
        shown.area_chosen.connect(chosen.append)
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.point_of("face.nose").toPoint())
        assert chosen == wanted
        shown.deleteLater()


def test_states_change_the_picture_and_the_spoken_words(themed: QApplication) -> None:
    shown = AreaMap("face")
    shown.resize(268, 420)
    pictures = set()
    for state in ("not_planned", "planned", "active", "done", "blocked"):
        shown.set_areas({"face.forehead": AreaLook(state, 2, 1)})
        image = shown.grab().toImage()  # its bits live no longer than it does
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 5
    shown.set_areas({"face.forehead": AreaLook("done", 2, 2), "face.chin": AreaLook("planned", 2)})
    assert shown.accessibleName() == "Map of the face 1 of 2 areas done"
    shown.deleteLater()
