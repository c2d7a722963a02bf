import re
from pathlib import Path

import pytest

from console.domain.areas import (
    AREA_IDS,
    AREAS,
    MAP_IDS,
    area_at,
    area_of,
    areas_on,
    in_order,
    label_of,
    labels_of,
)

MAPS = Path(__file__).parents[2] / "resources" / "maps"


@pytest.mark.parametrize("map_id", MAP_IDS)
def test_every_drawn_region_is_an_area_with_the_drawing_s_label(map_id):
    drawn = dict(re.findall(
        r'<path id="(\w+)" class="region" data-label="([^"]+)"', (MAPS / f"{map_id}_map.svg").read_text("utf-8")))
    assert drawn
    found = {region: area_at(map_id, region) for region in drawn}
    assert {region: area.label for region, area in found.items() if area} == drawn
    assert {area.area_id for area in areas_on(map_id)} == {area.area_id for area in found.values() if area}


def test_neck_is_one_area_on_two_maps():
    assert area_at("face", "neck") is area_at("body", "neck") is area_of("neck")
    assert "scalp" not in dict(area_of("neck").regions)


def test_sides_are_spelled_out_in_ids():
    assert dict(area_of("scalp.temporal_left").regions)["scalp"] == "temporal_l"
    assert area_of("face.cheek_left").side == "left" and area_of("face.nose").side == ""
    assert len(set(AREA_IDS)) == len(AREAS)


def test_order_and_names():
    assert in_order(["neck", "face.nose", "face.forehead", "face.nose"]) == ("face.forehead", "face.nose", "neck")
    assert labels_of(["face.cheek_left", "face.cheek_right", "face.nose"]) == "Cheek, both; Nose"
    assert labels_of(["face.cheek_right"]) == "Cheek, right"
    assert label_of("moon.crater") == "moon.crater"
