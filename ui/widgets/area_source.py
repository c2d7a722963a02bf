"""The drawn maps: regions, outlines and fine lines, read from the bundled drawings."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from console.services.resources import resource_text

MAP_IDS = ("face", "scalp", "body")
_SVG = "{http://www.w3.org/2000/svg}"
_TOKENS = re.compile(r"[MCZ]|-?\d+(?:\.\d+)?")
FACE_CROP = QRectF(54, 20, 292, 450)  # where the neck is not in the plan


@dataclass(frozen=True)
class Region:
    """An area one can point at; ``inradius`` of the largest circle in it, in map units."""

    area_id: str
    label: str
    anchor: QPointF
    inradius: float
    path: QPainterPath


@dataclass(frozen=True)
class Stroke:
    """A line or shape of the drawing; ``kind`` is its class: band, lid, lips, outline, line, fine, lash, brow."""

    kind: str
    path: QPainterPath


@dataclass(frozen=True)
class AreaDrawing:
    """A whole map. ``left_is_right``: the patient's left is on the viewer's right."""

    map_id: str
    box: QRectF
    regions: tuple[Region, ...]
    backdrop: tuple[Stroke, ...]
    features: tuple[Stroke, ...]

    @property
    def left_is_right(self) -> bool:
        """Tell whether the patient's left is drawn on the right."""
        return self.map_id != "scalp"


def area_id_of(map_id: str, region: str) -> str:
    """Give the area's id: sides spelled out, the neck one area on two maps."""
    if region == "neck":
        return "neck"
    for short, side in (("_l", "_left"), ("_r", "_right")):
        if region.endswith(short):
            region = region.removesuffix(short) + side
    return f"{map_id}.{region}"


def parse_path(text: str) -> QPainterPath:
    """Turn absolute M, C and Z commands into a path, filled even-odd; ValueError for anything else."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    if leftover := _TOKENS.sub("", text).replace(",", "").strip():
        raise ValueError(f"the path holds {leftover[:12]!r}, which is none of M, C, Z and numbers")
    command, numbers = "", list[float]()
    for token in _TOKENS.findall(text):
        if token.isalpha():
            command, numbers = token, []
            if token == "Z":
                path.closeSubpath()
            continue
        numbers.append(float(token))
        if command == "M" and len(numbers) == 2:
            path.moveTo(*numbers)
            numbers = []
        elif command == "C" and len(numbers) == 6:
            path.cubicTo(*numbers)
            numbers = []
    if numbers:
        raise ValueError("the path ends in the middle of a command")
    return path


@cache
def load_map(map_id: str) -> AreaDrawing:
    """Read a map: face, scalp or body."""
    root = ElementTree.fromstring(resource_text("maps", f"{map_id}_map.svg"))
    x, y, width, height = (float(part) for part in root.attrib["viewBox"].split())
    groups = {group.attrib["id"]: group for group in root.iter(f"{_SVG}g") if "id" in group.attrib}
    return AreaDrawing(
        map_id,
        QRectF(x, y, width, height),
        tuple(_region(map_id, node) for node in groups["regions"].iter(f"{_SVG}path")),
        _strokes(groups["backdrop"]),
        _strokes(groups["features"]),
    )


def _region(map_id: str, node: "ElementTree.Element") -> Region:
    at = node.attrib
    anchor_x, anchor_y = (float(part) for part in at["data-anchor"].split())
    return Region(area_id_of(map_id, at["id"]), at["data-label"], QPointF(anchor_x, anchor_y),
                  float(at["data-inradius"]), parse_path(at["d"]))


def _strokes(group: "ElementTree.Element") -> tuple[Stroke, ...]:
    return tuple(Stroke(node.attrib.get("class", "line"), parse_path(node.attrib["d"]))
                 for node in group.iter(f"{_SVG}path"))


def area_labels() -> dict[str, str]:
    """Give the label of every area on every map by area id."""
    return {region.area_id: region.label for map_id in MAP_IDS for region in load_map(map_id).regions}
