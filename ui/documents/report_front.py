"""The head of a session report: letterhead, mark, facts, seal, areas and charts."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from console.domain.history import short_head
from console.domain.ports import AreaSummary
from console.domain.session_state import SessionState
from console.services.area_figures import contact_kind, contact_of
from console.services.area_words import direction_words, pain_words
from console.services.density_words import against_plan
from console.services.event_words import counted, plain
from console.services.label_words import label_words
from console.services.local_time import clock_text, local, long_day_text
from console.services.record_words import led_by
from ui.documents import tables
from ui.documents.brush import (
    LEFT,
    RIGHT,
    face,
    fill_box,
    hue,
    line_height,
    put,
    put_icon,
    put_lines,
    rule,
    width_of,
    wrapped,
)
from ui.documents.flow import Block, paragraph
from ui.documents.pdf_file import CONTENT_WIDTH
from ui.documents.report_case import (
    DASH,
    NOTHING,
    PROVENANCE,
    ReportCase,
    born_words,
    count,
    hz,
    length,
    mm,
    span_mm,
    stamp,
    zone_words,
)
from ui.documents.report_chart import SessionCharts, paint_alarm_square, paint_hatch

_TITLES = {"bench": "Bench capture", "training": "Training record"}


def report_title(case: ReportCase) -> str:
    """Give the document's title."""
    return _TITLES.get(case.state.kind, "Treatment record")


def masthead(case: ReportCase) -> Block:
    """Give the letterhead of the first page."""
    address = wrapped(case.clinic.address, face(25), 760)
    opened = local(case.state.opened_at_us)

    def paint(painter: QPainter, box: QRectF) -> None:
        put_icon(painter, "mark", QRectF(box.left() - 6, box.top() - 4, 84, 84), hue("ink"))
        left = box.left() + 100
        name = case.clinic.name or "Needling Console"
        put(painter, QRectF(left, box.top() - 6, 800, 50), name, face(36, 600), hue("ink"))
        top = put_lines(painter, QPointF(left, box.top() + 44), address, face(25), hue("ink2"), 760)
        if case.clinic.phone:
            put(painter, QRectF(left, top, 760, 36), case.clinic.phone, face(25), hue("ink2"))
        half = QRectF(box.center().x(), box.top() - 12, box.width() / 2, 64)
        put(painter, half, report_title(case), face(54, 600), hue("ink"), RIGHT)
        day = f"{long_day_text(opened.date())} {opened.year}"
        put(painter, half.translated(0, 62), day, face(30), hue("ink2"), RIGHT)
        zone = f"Times in {zone_words(case.state.opened_at_us)}"
        put(painter, half.translated(0, 104), zone, face(25), hue("ink3"), RIGHT)

    return Block(max(130, 44 + (len(address) + bool(case.clinic.phone)) * line_height(face(25))) + 26, paint)


NOT_CLINICAL = "No patient was treated. This record proves nothing about care."


def ribbon(mark: str, words: str = NOT_CLINICAL) -> Block:
    """Give the box that says what is particular about a record: not clinical, or entered afterwards."""
    def paint(painter: QPainter, box: QRectF) -> None:
        place = box.adjusted(0, 0, 0, -22)
        fill_box(painter, place, 14, hue("caution_tint"), hue("caution"), 2.4)
        put_icon(painter, "caution", QRectF(place.left() + 22, place.center().y() - 22, 44, 44), hue("caution"))
        put(painter, place.adjusted(84, 0, -20, 0), mark, face(32, 700), hue("caution"), LEFT)
        put(painter, place.adjusted(720 if len(mark) > 26 else 400, 0, -24, 0), words, face(26), hue("caution"), RIGHT)

    return Block(98, paint)


def session_facts(case: ReportCase) -> Block:
    """Give who, when, where and with what."""
    if case.state.kind == "bench":
        return tables.facts(_bench_pairs(case), 3)
    return tables.facts(_treatment_pairs(case))


def _times(case: ReportCase) -> str:
    state = case.state
    end_us = state.sealed_at_us or state.ended_at_us
    until = clock_text(end_us) if end_us else "open"
    return f"{stamp(state.opened_at_us)} to {until}"


def _pen_words(case: ReportCase) -> str:
    pens = [f"{pen.model}, {pen.serial}" for pen in case.state.pens]
    by_hand = case.state.by_hand
    hand_pen = f"{by_hand.pen_name}, " if by_hand is not None and by_hand.pen_name else ""
    hand = [f"{hand_pen}by hand, no readings"] if by_hand is not None or not pens else []
    return "; ".join(dict.fromkeys([*pens, *hand]))


def _practitioners(case: ReportCase) -> str:
    """Name everybody who led the session, with the hour of each hand-over."""
    return "; ".join(f"from {clock_text(at_us)} {case.person(who)}" if at_us is not None else case.person(who)
                     for who, at_us in led_by(case.state))


def _treatment_pairs(case: ReportCase) -> list[tuple[str, str]]:
    state, row, patient = case.state, case.dossier.row, case.patient
    opened = state.opened
    course = f"{row.course_number} of {row.course_length}" if row.course_length else NOTHING
    skin = opened.fitzpatrick if opened and opened.fitzpatrick else NOTHING
    plan = f"{state.plan.plan_name}, version {state.plan.plan_version}" if state.plan else NOTHING
    outcome = plain(state.outcome or row.state).capitalize()
    return [
        ("Patient", patient.name if patient else NOTHING), ("Patient number", row.patient_id or NOTHING),
        ("Born", born_words(patient, opened.age_years if opened else None)), ("Skin type (Fitzpatrick)", skin),
        ("Practitioner", _practitioners(case)), ("Session of the course", course),
        ("Opened to closed", _times(case)), ("Room", row.room or NOTHING),
        ("Treatment plan", plan), ("Indication", plain(row.indication).capitalize() or NOTHING),
        ("Pen", _pen_words(case)), ("Outcome", outcome + (f": {state.stop_reason}" if state.stop_reason else "")),
    ]


def _bench_pairs(case: ReportCase) -> list[tuple[str, str]]:
    state, ended = case.state, case.state.bench_ended
    figures = DASH
    if ended is not None:
        figures = f"{counted(ended.crc_errors, 'damaged frame')}, {ended.duplicates} twice, {ended.resent} resent"
    return [
        ("Port", state.bench_port or NOTHING), ("Pen", _pen_words(case)), ("Opened to closed", _times(case)),
        ("Readings", f"{count(len(case.dossier.table))}, {counted(len(state.gaps), 'gap')}"), ("Link", figures),
    ]


def key_figures(case: ReportCase) -> Block:
    """Give the row of large numbers."""
    row, areas = case.dossier.row, case.dossier.areas
    touching = [area.contact_s for area in areas if area.contact_s is not None]
    missing = sum(gap.count for gap in case.state.gaps)
    figures = [
        (length(row.needling_s), "needling, min"), (length(sum(touching)) if touching else DASH, "on skin, min"),
        (f"{row.areas_done} of {row.areas_planned}", "areas"),
        (str(sum(area.passes_done for area in areas)), "passes"), (str(len(case.state.alarms)), "alarms"),
        (count(len(case.dossier.table)), f"readings, {missing:,} missing" if missing else "readings, none missing"),
    ]

    def paint(painter: QPainter, box: QRectF) -> None:
        fill_box(painter, box, 16, hue("sunken"))
        step = (box.width() - 60) / (len(figures) + 0.6)
        for place, (number, label) in enumerate(figures):
            left = box.left() + 36 + place * step
            room = step - 10 if place < len(figures) - 1 else step * 1.6
            put(painter, QRectF(left, box.top() + 18, room, 56), number, face(46, 600), hue("ink"))
            put(painter, QRectF(left, box.top() + 74, room, 34), label, face(24), hue("ink3"))

    return Block(128, paint)


def seal_box(case: ReportCase) -> Block:
    """Give the seal: when, by whom, the head of the chain, and what the check said."""
    state, fault = case.state, case.dossier.fault
    good = fault is None and state.sealed is not None
    token = "stop" if fault else "done" if good else "caution"
    if state.sealed is not None and state.sealed_at_us is not None:
        title = f"Sealed {stamp(state.sealed_at_us)} {zone_words(state.sealed_at_us)}"
    else:
        title = f"Not sealed, {plain(state.lifecycle)}"
    title += ", but the record is not whole" if fault else ""
    checked = f"Entry {fault.seq} is not as it was recorded: {fault.what}" if fault else case.verified_text
    lines = wrapped(checked, face(25), CONTENT_WIDTH - 640)

    def paint(painter: QPainter, box: QRectF) -> None:
        place = box.adjusted(0, 22, 0, 0)
        fill_box(painter, place, 16, hue(f"{token}_tint"))
        sign = QRectF(place.left() + 28, place.top() + 26, 60, 60)
        put_icon(painter, "seal" if good else "caution", sign, hue(token))
        left = place.left() + 116
        put(painter, QRectF(left, place.top() + 14, 900, 46), title, face(32, 600), hue(token))
        put_lines(painter, QPointF(left, place.top() + 62), lines, face(25), hue("ink2"), CONTENT_WIDTH - 640)
        right = QRectF(place.right() - 500, place.top() + 12, 470, 46)
        put(painter, right, short_head(case.dossier.head), face(40, 600, "code"), hue(token), RIGHT)
        put(painter, right.translated(0, 46), "chain head", face(24), hue("ink3"), RIGHT)
        full = QRectF(left, place.bottom() - 46, place.width() - 146, 34)
        put(painter, full, case.dossier.head.hex(), face(23, 400, "code"), hue("ink2"))

    return Block(22 + 62 + max(1, len(lines)) * line_height(face(25)) + 62, paint)


# --- areas ------------------------------------------------------------------------------------------

AREA_COLUMNS = tables.spread([
    tables.Column("", 42, True, "tabular", token="ink3"), tables.Column("Area", 0, weight=600),
    tables.Column("Plan, mm", 142, True, "tabular"), tables.Column("Against plan", 260),
    tables.Column("Median depth, mm", 100, True, "tabular", 600),
    tables.Column(f"p5{DASH}p95, mm", 142, True, "tabular"), tables.Column("Speed, Hz", 78, True, "tabular"),
    tables.Column("Time, min", 76, True, "tabular"), tables.Column("On skin, min", 88, True, "tabular"),
    tables.Column("Passes", 80, True, "tabular"), tables.Column("Over band, s", 82, True, "tabular"),
    tables.Column("Est. per cm²", 108, True, "tabular"),
])


def area_blocks(case: ReportCase) -> list[Block]:
    """Give a row for each planned area, then what the columns mean."""
    top = max([area.planned_high_um for area in case.dossier.areas]
              + [area.p95_depth_um or area.median_depth_um or 0 for area in case.dossier.areas], default=1)
    blocks = [
        tables.row(AREA_COLUMNS, [
            str(number), area.label, span_mm(area.planned_low_um, area.planned_high_um),
            _envelope(area, top * 1.12),
            mm(area.median_depth_um), span_mm(area.p5_depth_um, area.p95_depth_um), hz(area.median_rate_chz),
            length(area.area_time_s), length(area.contact_s), f"{area.passes_done}/{area.passes_planned}",
            f"{area.over_band_s:.1f}", count(area.punctures_per_cm2),
        ])
        for number, area in enumerate(case.dossier.areas, 1)
    ]
    return [*blocks, _gap(14), *(paragraph(text, 25, "ink3", room=4) for text in _area_notes(case))]


def _envelope(area: AreaSummary, top_um: float) -> tables.Cell:
    return lambda painter, box: paint_envelope(painter, box, area, top_um)


def _gap(height: float) -> Block:
    return Block(height, lambda painter, box: None)


SKIN_BY = {
    "flag": "Time on skin is by the pen's contact flag.", "load": "Time on skin is by the motor's current.",
    "none": "There is no time on skin: no contact was told.",
    "mixed": "Time on skin is by what each pen told; there is none where it told nothing.",
}


def _contact_kind(state: SessionState) -> str:
    kinds = {contact_kind(state, area) for area in state.areas.values() if area.begun}
    return contact_of(state).kind if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"


def _area_notes(case: ReportCase) -> list[str]:
    kinds = sorted({area.provenance for area in case.dossier.areas})
    by_kind = [
        f"{PROVENANCE[kind]}: {', '.join(area.label for area in case.dossier.areas if area.provenance == kind)}"
        for kind in kinds
    ]
    depth = PROVENANCE[kinds[0]] if len(kinds) == 1 else "; ".join(by_kind)
    seen = [f"{area.label}: {plain(area.endpoint)}" for area in case.dossier.areas if area.endpoint]
    short = [
        f"{one.plan.label} left short: {one.short_reason}" for one in case.state.areas.values() if one.short_reason]
    notes = [f"{one.plan.label}: {text}" for one in case.state.areas.values() for text in one.notes]
    label, aim = label_words(case.state), against_plan(case.state, case.dossier.areas)
    return [
        *([f"Label: {label}"] if label else []),
        f"Depth is {depth}. It is how far the needles stand out of the cartridge while on the skin.",
        "Punctures per cm² are an estimate: speed × time on skin × needles / area. Time is without holds. "
        f"{SKIN_BY[_contact_kind(case.state)]}",
        *([f"The plan's range of the estimate. {aim}."] if aim else []),
        *([f"Endpoints seen. {'; '.join(seen)}."] if seen else []),
        *(f"{name}: {words}." for name, words in (
            ("Pain", pain_words(case.state)), ("Directions of the passes", direction_words(case.state))) if words),
        *short, *notes,
    ]


def paint_envelope(painter: QPainter, box: QRectF, area: AreaSummary, top_um: float) -> None:
    """Draw the planned band, and over it from the 5th to the 95th percentile and the median."""
    y, scale = box.center().y(), box.width() / top_um
    fill_box(painter, QRectF(box.left(), y - 3, box.width(), 6), 3, hue("track"))
    band = QRectF(box.left() + area.planned_low_um * scale, y - 13,
                  (area.planned_high_um - area.planned_low_um) * scale, 26)
    fill_box(painter, band, 5, hue("done", 0.22))
    if area.p5_depth_um is not None and area.p95_depth_um is not None:
        span = QRectF(box.left() + area.p5_depth_um * scale, y - 4, (area.p95_depth_um - area.p5_depth_um) * scale, 8)
        fill_box(painter, span, 4, hue("live"))
    if area.median_depth_um is not None:
        x = box.left() + area.median_depth_um * scale
        fill_box(painter, QRectF(x - 8, y - 8, 16, 16), 8, hue("live"), hue("surface"), 2.6)


# --- charts -----------------------------------------------------------------------------------------


def chart_blocks(case: ReportCase) -> list[Block]:
    """Give depth, speed, the strip of areas and the key."""
    charts = SessionCharts(case.state, case.dossier.table, CONTENT_WIDTH)
    depth = f"{'measured' if charts.by_sensor else 'set'}, {'on the skin' if charts.on_skin else 'motor running'}"

    def paint(painter: QPainter, box: QRectF) -> None:
        _chart_title(painter, box.top() + 6, box.left(), f"Depth, {depth}, mm")
        charts.paint_depth(painter, QRectF(box.left(), box.top() + 44, box.width(), 330))
        _chart_title(painter, box.top() + 402, box.left(), "Speed, measured, strokes per second")
        charts.paint_rate(painter, QRectF(box.left(), box.top() + 446, box.width(), 140))
        charts.paint_strip(painter, QRectF(box.left(), box.top() + 606, box.width(), 80))
        _paint_key(painter, QRectF(box.left(), box.top() + 690, box.width(), 36), case.state)

    return [Block(730, paint)]


def _chart_title(painter: QPainter, top: float, left: float, text: str) -> None:
    put(painter, QRectF(left, top, 600, 36), text, face(26, 600), hue("ink"))


def _paint_key(painter: QPainter, box: QRectF, state: SessionState) -> None:
    y, left = box.center().y(), box.left() + 76
    entries = (
        ("mean, and from lowest to highest in each step", 60, True), ("planned band", 44, state.areas),
        ("readings missing", 44, state.gaps), ("on hold", 44, state.pauses), ("alarm", 30, state.alarms))
    for place, (text, wide, shown) in enumerate(entries):
        if not shown:
            continue
        swatch = QRectF(left, y - 12, wide, 24)
        _paint_swatch(painter, place, swatch)
        font = face(23)
        words = QRectF(left + wide + 12, box.top(), width_of(text, font) + 6, box.height())
        put(painter, words, text, font, hue("ink2"))
        left += wide + 12 + width_of(text, font) + 40


def _paint_swatch(painter: QPainter, place: int, swatch: QRectF) -> None:
    y = swatch.center().y()
    if place == 0:
        fill_box(painter, swatch.adjusted(0, 3, 0, -3), 0, hue("live", 0.28))
        rule(painter, swatch.left(), swatch.right(), y, hue("live"), 3.2)
    elif place == 1:
        fill_box(painter, swatch, 4, hue("done_tint"))
    elif place == 2:
        paint_hatch(painter, swatch)
    elif place == 3:
        fill_box(painter, QRectF(swatch.left(), y - 4, swatch.width(), 8), 0, hue("ink2"))
    else:
        paint_alarm_square(painter, swatch.center(), "medium")
