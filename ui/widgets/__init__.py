"""The parts pages are built from; import them from here. A part's module is loaded when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.widgets.area_map import AreaLook, AreaMap, MapLegend
    from ui.widgets.area_source import MAP_IDS, area_labels, load_map
    from ui.widgets.buttons import Button, ChoiceChip, ConfirmHold, PaintedButton, Switch, TapArea
    from ui.widgets.date_window import DateWindow
    from ui.widgets.fields import Segments, Stepper, YesNo
    from ui.widgets.figure_table import FigureTable, TableColumn, TableRow
    from ui.widgets.key_pads import NumberPad, PinPad
    from ui.widgets.lists import AreaList, AreaRow, EventLog, EventRow, PhaseList, PhaseRow
    from ui.widgets.pen_chip import PenChip, PenLook
    from ui.widgets.readout import BandGauge, BigReadout, GaugeLook, ReadoutLook, ReadoutRow
    from ui.widgets.rings import CountdownRing, DoseBar, DoseLook, RingLook
    from ui.widgets.scan_field import ScanField
    from ui.widgets.signature_pad import SignaturePad
    from ui.widgets.states import EmptyState, LoadingRows, SearchField
    from ui.widgets.status_line import StatusLine
    from ui.widgets.step_rail import Step, StepRail
    from ui.widgets.tags import CourseBar, IntervalScale, PassBars, SealBadge, Tag
    from ui.widgets.texts import Card, IconMark, Label, Rule, TextLine, column, fact, row, scrolled

__all__ = [
    "MAP_IDS", "AreaList", "AreaLook", "AreaMap", "AreaRow", "BandGauge", "BigReadout", "Button", "Card",
    "ChoiceChip", "ConfirmHold", "CountdownRing", "CourseBar", "DateWindow", "DoseBar", "DoseLook", "EmptyState",
    "EventLog", "EventRow", "FigureTable", "GaugeLook", "IconMark", "IntervalScale", "Label", "LoadingRows",
    "MapLegend", "NumberPad", "PaintedButton", "PassBars", "PenChip", "PenLook", "PhaseList", "PhaseRow", "PinPad",
    "ReadoutLook", "ReadoutRow", "RingLook", "Rule", "ScanField", "SealBadge", "SearchField", "Segments",
    "SignaturePad", "StatusLine", "Step", "StepRail", "Stepper", "Switch", "TableColumn", "TableRow", "Tag",
    "TapArea", "TextLine", "YesNo", "area_labels", "column", "fact", "load_map", "row", "scrolled",
]

_HOMES = {
    "area_map": "AreaLook AreaMap MapLegend",
    "area_source": "MAP_IDS area_labels load_map",
    "buttons": "Button ChoiceChip ConfirmHold PaintedButton Switch TapArea",
    "date_window": "DateWindow",
    "fields": "Segments Stepper YesNo",
    "figure_table": "FigureTable TableColumn TableRow",
    "key_pads": "NumberPad PinPad",
    "lists": "AreaList AreaRow EventLog EventRow PhaseList PhaseRow",
    "pen_chip": "PenChip PenLook",
    "readout": "BandGauge BigReadout GaugeLook ReadoutLook ReadoutRow",
    "rings": "CountdownRing DoseBar DoseLook RingLook",
    "scan_field": "ScanField",
    "signature_pad": "SignaturePad",
    "states": "EmptyState LoadingRows SearchField",
    "status_line": "StatusLine",
    "step_rail": "Step StepRail",
    "tags": "CourseBar IntervalScale PassBars SealBadge Tag",
    "texts": "Card IconMark Label Rule TextLine column fact row scrolled",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    part: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = part
    return part
