"""The treatment areas: their ids, labels, sides and places on the drawn maps.

An area id is ``<map>.<region>`` with sides spelled out; the neck is one area, ``neck``, drawn on
two maps. Left and right are the patient's. Sizes are clinical figures and live in the data files.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MAP_IDS = ("face", "scalp", "body")


@dataclass(frozen=True, slots=True)
class Area:
    """One area; ``regions`` pairs each map it is drawn on with the region's id in that drawing."""

    area_id: str
    label: str
    side: str  # "", "left" or "right"
    regions: tuple[tuple[str, str], ...]

    @property
    def map_id(self) -> str:
        """Give the map on which the area is chosen first."""
        return self.regions[0][0]


def _area(map_id: str, region: str, label: str, drawn_as: str = "") -> Area:
    side = next((side for side in ("left", "right") if region.endswith(f"_{side}")), "")
    return Area(f"{map_id}.{region}", label, side, ((map_id, drawn_as or region),))


def _pair(map_id: str, region: str, label: str, short: bool = False) -> tuple[Area, Area]:
    left, right = (
        _area(map_id, f"{region}_{side}", f"{label}, {side}", f"{region}_{side[0]}" if short else "")
        for side in ("left", "right")
    )
    return left, right


# The order is the one in which a plan is walked where it names no other.
AREAS: tuple[Area, ...] = (
    _area("face", "forehead", "Forehead"),
    _area("face", "glabella", "Glabella"),
    *_pair("face", "temple", "Temple"),
    *_pair("face", "periorbital", "Periorbital"),
    _area("face", "nose", "Nose"),
    *_pair("face", "cheek", "Cheek"),
    _area("face", "upper_lip", "Upper lip"),
    _area("face", "perioral", "Perioral"),
    _area("face", "chin", "Chin"),
    *_pair("face", "jawline", "Jawline"),
    Area("neck", "Neck", "", (("face", "neck"), ("body", "neck"))),
    _area("scalp", "frontal", "Frontal"),
    _area("scalp", "mid", "Mid scalp"),
    _area("scalp", "vertex", "Vertex"),
    *_pair("scalp", "temporal", "Temporal", short=True),
    _area("body", "decolletage", "Décolletage"),
    _area("body", "abdomen", "Abdomen"),
    *_pair("body", "upper_arm", "Upper arm", short=True),
    *_pair("body", "hand", "Hand", short=True),
    *_pair("body", "thigh", "Thigh", short=True),
)

AREA_IDS: tuple[str, ...] = tuple(area.area_id for area in AREAS)
_BY_ID = {area.area_id: area for area in AREAS}
_BY_REGION = {place: area for area in AREAS for place in area.regions}


def area_of(area_id: str) -> Area:
    """Give the area of an id; an unknown id raises KeyError (a bug or a damaged record)."""
    return _BY_ID[area_id]


def label_of(area_id: str) -> str:
    """Give the label of an area, or the id itself where this version does not know it."""
    known = _BY_ID.get(area_id)
    return known.label if known else area_id


def areas_on(map_id: str) -> tuple[Area, ...]:
    """Give the areas drawn on a map, in the default order."""
    return tuple(area for area in AREAS if any(place[0] == map_id for place in area.regions))


def area_at(map_id: str, region: str) -> Area | None:
    """Give the area drawn as ``region`` on a map; None for a region that is no area."""
    return _BY_REGION.get((map_id, region))


def in_order(area_ids: Iterable[str]) -> tuple[str, ...]:
    """Sort known area ids into the default order, each once."""
    wanted = set(area_ids)
    return tuple(area_id for area_id in AREA_IDS if area_id in wanted)


def labels_of(area_ids: Iterable[str]) -> str:
    """Name areas in one short text, a pair as one: ``Cheeks`` is ``Cheek, both``."""
    ids = list(area_ids)
    parts: list[str] = []
    for area_id in ids:
        area = _BY_ID.get(area_id)
        twin = _twin(area_id)
        if area is None or not area.side or twin not in ids:
            parts.append(label_of(area_id))
        elif area.side == "left":
            parts.append(area.label.replace(", left", ", both"))
    return "; ".join(parts)


def _twin(area_id: str) -> str:
    if area_id.endswith("_left"):
        return area_id.removesuffix("_left") + "_right"
    return area_id.removesuffix("_right") + "_left"
