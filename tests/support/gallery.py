"""Every widget in its states, drawn off screen to PNG files: `python tests/support/gallery.py OUT`."""

import sys
from datetime import date
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from ui.page import AlarmText, Chip, StatusText
from ui.plots import AreaSpan, PlotFlag, ReplayTimeline, TargetBandPlot, TimelineMark
from ui.theme import THEME_NAMES, apply_theme
from ui.widgets import (
    AreaList,
    AreaLook,
    AreaMap,
    AreaRow,
    BandGauge,
    BigReadout,
    Button,
    Card,
    ChoiceChip,
    ConfirmHold,
    CountdownRing,
    CourseBar,
    DateWindow,
    DoseBar,
    DoseLook,
    EmptyState,
    EventLog,
    EventRow,
    GaugeLook,
    IntervalScale,
    LoadingRows,
    MapLegend,
    NumberPad,
    PassBars,
    PenChip,
    PenLook,
    PhaseList,
    PhaseRow,
    PinPad,
    ReadoutLook,
    ReadoutRow,
    RingLook,
    ScanField,
    SealBadge,
    SearchField,
    Segments,
    SignaturePad,
    StatusLine,
    Step,
    Stepper,
    StepRail,
    Switch,
    Tag,
    YesNo,
    column,
    row,
)

FACE = {
    "face.forehead": AreaLook("done", 2, 2), "face.cheek_right": AreaLook("done", 3, 3),
    "face.jawline_right": AreaLook("done", 2, 2), "face.chin": AreaLook("done", 2, 2),
    "face.cheek_left": AreaLook("active", 3, 2), "face.nose": AreaLook("planned", 2),
    "face.upper_lip": AreaLook("planned", 2), "face.perioral": AreaLook("planned", 2),
    "face.jawline_left": AreaLook("planned", 2), "face.periorbital_left": AreaLook("blocked"),
}
GAUGE = GaugeLook(1.02, (0.85, 1.15), words="Plan 1.00, band 0.85 to 1.15")


def _wave(columns: int, centre: float, swing: float, lifts: bool = True) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    at = np.linspace(0, 30, columns)
    middle = centre + swing * np.sin(at * 2.1) + rng.normal(0, swing / 4, columns)
    low, high = middle - swing / 5, middle + swing / 5
    if lifts:
        lifted = (at % 5.4) < 0.7
        low[lifted] = np.nan
        high[lifted] = np.nan
    return low, high


def depth_plot(alarm: bool = False, lost: bool = False) -> TargetBandPlot:
    plot = TargetBandPlot("Depth", "mm", 0.45, 1.55, (0.5, 0.75, 1.0, 1.25, 1.5), framed=True)
    plot.resize(692, 182)
    plot.set_band((0.85, 1.15), 1.0)
    low, high = _wave(plot.columns(), 1.0, 0.05)
    missing = np.zeros(len(low), bool)
    if alarm:
        low[-34:] += np.linspace(0.1, 0.3, 34)
        high[-34:] += np.linspace(0.1, 0.3, 34)
        plot.set_alarm("above", "medium")
    if lost:
        low[-42:] = high[-42:] = np.nan
        missing[-42:] = True
    plot.set_flags([PlotFlag(16.4, "Pass 3")])
    plot.show_bins(low, high, missing, 0.4)
    return plot


def rate_plot() -> TargetBandPlot:
    plot = TargetBandPlot("Speed", "Hz", 88, 132, (90, 110, 130), 0, trace="trace2", foot=False, framed=True)
    plot.resize(692, 132)
    plot.set_band((100, 120))
    plot.show_bins(*_wave(plot.columns(), 112, 2, lifts=False))
    return plot


def plots_sheet() -> QWidget:
    cards = []
    for plot in (depth_plot(), depth_plot(alarm=True), depth_plot(lost=True), rate_plot()):
        plot.setFixedHeight(plot.height())
        cards.append(plot)
    replay = ReplayTimeline()
    replay.resize(552, 140)
    low, high = _wave(replay.columns(), 1000, 90)
    replay.show_session(1640, low, high, [
        AreaSpan(start, start + 150, f"Area {number}", (850, 1150))
        for number, start in enumerate(range(0, 1600, 170))
    ], [TimelineMark(200), TimelineMark(700, "Pass 2"), TimelineMark(1010, "Depth above plan", "medium")])
    replay.show_position(1018)
    card = Card()
    card.body.addWidget(replay)
    return _sheet(*cards, card, width=724)


def readouts_sheet() -> QWidget:
    looks = [
        (ReadoutLook("1.02", "in_band"), GAUGE),
        (ReadoutLook("1.32", "alarm", "0.17 over limit"), GaugeLook(1.32, GAUGE.band, words=GAUGE.words)),
        (ReadoutLook("", "stale", "Last 1.01 mm, 4 s ago"), GaugeLook(None, GAUGE.band, words=GAUGE.words)),
        (ReadoutLook("1.00", "plain", "entered by hand"), GAUGE),
    ]
    cards = []
    for look, gauge in looks:
        depth, speed = BigReadout("Depth", "mm", "glance", "left"), BigReadout("Speed", "Hz")
        clock = BigReadout("Area time")
        depth.show_look(look, gauge)
        speed.show_look(ReadoutLook("112" if look.state != "stale" else "", look.state if look.state == "stale"
                                    else "plain", footer="Plan 100 to 120"))
        clock.show_look(ReadoutLook("2:54", footer="About 4 min"))
        card = ReadoutRow(depth, speed, clock)
        card.setFixedHeight(200)
        cards.append(card)
    gauge = BandGauge(GAUGE)
    return _sheet(*cards, gauge, width=726)


def chrome_sheet() -> QWidget:
    rails = [
        StepRail((Step("screening", "Screening", "done"), Step("anesthetic", "Anesthetic", "done"),
                  Step("needling", "Needling", "current"), Step("serum", "Serum"))),
        StepRail((Step("screening", "Screening", "current"), Step("anesthetic", "Anesthetic", "locked"),
                  Step("needling", "Needling", "locked"), Step("serum", "Serum", "locked"))),
    ]
    lines = []
    for status, alarm in (
        (StatusText("Cheek, left: pass 3 of 3", ("250 readings a second, none lost", "Needling 16:52"), dot="live"),
         None),
        (StatusText("Screening and consent", chips=(Chip("12 of 12 answered", "done", "check"),
                                                    Chip("Consent signed", "done", "check"))), None),
        (StatusText("Stop: keloid or raised scars", ("Consent and later steps are locked",), notice="stop"), None),
        (StatusText(), AlarmText("a", "low", "Pen battery 15%", "About 12 minutes left.")),
        (StatusText(), AlarmText("b", "medium", "Depth above plan", "1.32 mm, limit 1.15. Lift the pen.", more=1)),
        (StatusText(), AlarmText("c", "high", "Record not saved", "28 min held in memory. Finish this area, then "
                                                                  "check the disk.")),
    ):
        line = StatusLine()
        line.show_status(status)
        line.show_alarm(alarm)
        lines.append(line)
    chips = row(*(PenChip(look) for look in (
        PenLook("ready", "Pen 02", 84), PenLook("live", "Pen 02", 82), PenLook("looking"), PenLook("low", "Pen 02", 15),
        PenLook("stale", "Pen 02", 80), PenLook("lost", "Pen 02", retries=3), PenLook("manual"),
        PenLook("person", "Manager"))), None)
    return _sheet(*lines, *rails, chips, width=1366)


def controls_sheet() -> QWidget:
    buttons = row(
        Button("Next area", kind="primary", size="l", hint="Jawline, left. Pedal: press", pedal=True, trailing="right"),
        Button("Pause", "pause", "pause", "l", "Pedal: press twice", pedal=True),
        _disabled(Button("Continue", kind="primary", size="l")), Button("Defer session", kind="quiet", size="l"),
        Button("Print", "print"), Button("", "list", "quiet"), Button("Last 30 days", "calendar", "live", "s"), None)
    half = ConfirmHold()
    half.set_held_share(0.6)
    holds = row(ConfirmHold(), half, _disabled(ConfirmHold(icon="lock")),
                Button("Stop", "stop", "stop", "l", hold=True), None)
    chips = row(ChoiceChip("Erythema", checked=True), ChoiceChip("Pinpoint bleeding"), _disabled(ChoiceChip("Numb")),
                Stepper(1000, 50, 0, 2000, 1000, 2, "mm", "Target", "target"), Switch("PRP", True), Switch("PRP"), None)
    answers = []
    for kind, answer in (("stop", ""), ("stop", "no"), ("precaution", "yes"), ("stop", "yes")):
        question = YesNo(kind)
        question.set_choice(answer)
        answers.append(question)
    cover = Segments((("film", "Film"), ("none", "None")), "cover")
    cover.set_choice("film")
    scans = []
    for state, title, detail in (("empty", "", ""), ("reading", "Reading code", "hold steady"),
                                 ("ok", "Lidocaine cream 5%", "Lot L24-0871, exp 2027-03"),
                                 ("bad", "Expired 2026-10-31", "Lot L24-0419. Use another tube"),
                                 ("fixed", "Hyaluronic serum, sterile", "Lot S-22107, exp 2027-08"),
                                 ("caution", "Not meant for the dermis", "Lot C-1, topical use")):
        field = ScanField(name="scan")
        field.show_state(state, title, detail)
        scans.append(field)
    grid = QGridLayout()
    for number, field in enumerate(scans):
        grid.addWidget(field, number // 3, number % 3)
    tags = row(Tag("Sealed 09:52", "done", "seal"), Tag("Arrived 11:21", "live", "dot"),
               Tag("Early, check", "caution", "caution"), Tag("Due"), Tag("Deferred", "stop", "stop"),
               CourseBar(2, 6, True), IntervalScale(36, (28, 56)), IntervalScale(22, (28, 56)), PassBars(3, 2, True),
               None)
    seals = row(SealBadge("verified", "8f3a 61c2"), SealBadge("open"), SealBadge("broken"), SearchField("Patient, lot"),
                None)
    return _sheet(buttons, holds, chips, row(*answers, cover, None), grid, tags, seals, width=1200)


def lists_sheet() -> QWidget:
    log = EventLog()
    log.show_rows([EventRow("12:32:57", "Depth above plan", "medium"), EventRow("12:32:35", "Pass 3 started"),
                   EventRow("12:32:24", "Pass 2 done", struck=True), EventRow("12:31:40", "Erythema, even")])
    log.setFixedSize(300, 130)
    areas = AreaList([AreaRow("face.forehead", "Forehead", "done", "2 of 2"),
                      AreaRow("face.cheek_left", "Cheek, left", "active", "pass 3 of 3", True),
                      AreaRow("face.nose", "Nose", "planned", "0 of 2"),
                      AreaRow("face.chin", "Chin", "not_planned", "not in plan")])
    areas.setFixedSize(420, 240)
    phases = PhaseList([PhaseRow("Applied", "Occluded with film", "11:41", "done"),
                        PhaseRow("Onset", "30 min for this product", "12:11", "current"),
                        PhaseRow("Ready", "Best from here", "12:11"), PhaseRow("Remove by", "60 min at most", "12:41")])
    dose = DoseBar()
    dose.show_dose(DoseLook(7500, 10000, 8000, "7.5 g", "second check 8.0"))
    over = DoseBar()
    over.show_dose(DoseLook(11000, 10000, None, "11.0 g, over the label's most", "most 10.0 g"))
    days = DateWindow()
    days.show_window(date(2026, 12, 17), date(2027, 1, 17), date(2026, 12, 22))
    days.setFixedWidth(306)
    pad = SignaturePad()
    pad.setFixedWidth(346)
    pad.set_strokes(((100, 380, 160, 200, 130, 400, 240, 300, 260, 390, 330, 290, 350, 390, 500, 240, 480, 380, 800,
                      300),))
    left = column(log, areas, None)
    middle = column(phases, dose, over, pad, None)
    right = column(days, EmptyState("calendar", "No patients today", "Add a walk-in, or pick another day.",
                                    "Add walk-in", "plus"), LoadingRows(3), None)
    return _sheet(row(left, middle, right, spacing=28), width=1200)


def maps_sheet() -> QWidget:
    maps = []
    for map_id, looks in (("face", FACE), ("scalp", {"scalp.mid": AreaLook("active", 2, 1), "scalp.vertex": AreaLook(
            "planned", 2), "scalp.frontal": AreaLook("done", 2, 2), "scalp.temporal_left": AreaLook("planned", 2)}),
            ("body", {"body.abdomen": AreaLook("planned", 3), "body.decolletage": AreaLook("active", 2, 1),
                      "neck": AreaLook("done", 2, 2), "body.thigh_left": AreaLook("planned", 3)})):
        shown = AreaMap(map_id)
        shown.set_areas(looks)
        shown.setFixedSize(360, 480)
        maps.append(shown)
    maps[0].set_selected("face.nose")
    cropped = AreaMap("face")
    cropped.set_areas(FACE)
    cropped.set_cropped(True)
    cropped.setFixedSize(268, 420)
    small = AreaMap("face", small=True)
    small.set_areas(dict.fromkeys(FACE, AreaLook("planned", 2)))
    small.setFixedSize(130, 200)
    legend = MapLegend()
    legend.setFixedWidth(268)
    return _sheet(row(*maps), row(cropped, small, legend, None), width=1200)


def rings_sheet() -> QWidget:
    rings = []
    for look in (
        RingLook("onset", 1320, 1800, 3600, "Ready in", "7:12", "22 min on skin", "Remove 12:41", "Ready 12:11"),
        RingLook("ready", 1940, 1800, 3600, "Ready, remove within", "27:40", "32 min on skin", "Remove 12:41",
                 "Ready 12:11"),
        RingLook("over", 3700, 1800, 3600, "Remove now, over by", "1:40", "61 min on skin", "", ""),
        RingLook("idle", 0, 3600, 7200, "", "", "Scan the product first", "", ""),
    ):
        ring = CountdownRing()
        ring.setFixedSize(560, 500)
        ring.show_look(look)
        rings.append(ring)
    return _sheet(row(*rings[:2]), row(*rings[2:]), width=1180)


def pads_sheet() -> QWidget:
    number, pin = NumberPad(0, 2000, 1000, 2, "mm"), PinPad()
    for key in ("1", ".", "0"):
        number.strike(key)
    pin.strike("1")
    pin.strike("2")
    number.setFixedWidth(330)
    return _sheet(row(number, pin, spacing=28), width=1200)


SHEETS = {
    "chrome": chrome_sheet, "controls": controls_sheet, "readouts": readouts_sheet, "plots": plots_sheet,
    "lists": lists_sheet, "maps": maps_sheet, "rings": rings_sheet, "pads": pads_sheet,
}


def _disabled(widget: QWidget) -> QWidget:
    widget.setEnabled(False)
    return widget


def _sheet(*parts: object, width: int) -> QWidget:
    ground = QWidget()
    ground.setObjectName("root")
    outer = QVBoxLayout(ground)
    card = Card()
    for part in parts:
        if isinstance(part, QWidget):
            card.body.addWidget(part)
        else:
            card.body.addLayout(part)
    outer.addWidget(card)
    ground.resize(width + 60, ground.sizeHint().height())
    return ground


def draw(name: str, out: Path) -> Path:
    """Draw one sheet in the theme of now and give the picture's path."""
    sheet = SHEETS[name]()
    path = out / f"{name}.png"
    sheet.grab().save(str(path))
    sheet.deleteLater()
    return path


def main(out: str) -> None:
    app = QApplication(sys.argv[:1])
    for theme in THEME_NAMES:
        apply_theme(app, theme)
        folder = Path(out) / theme
        folder.mkdir(parents=True, exist_ok=True)
        for name in SHEETS:
            draw(name, folder)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(sys.argv[1])

