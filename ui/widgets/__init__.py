"""The parts pages are built from; import them from here."""

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
