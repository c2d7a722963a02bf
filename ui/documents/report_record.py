"""The record behind the figures: products, screening, consent, anesthetic, alarms, gaps, history, signature."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from console.domain import session_events as ev
from console.domain.quantities import quantity
from console.domain.session_events import ProductLot
from console.domain.session_fold import undone_ordinals
from console.domain.session_state import Application
from console.services.event_words import GAP_CAUSES, amendment_words, clinical_words, counted, plain, since_words
from console.services.local_time import clock_seconds_text, clock_text, local_day
from ui.documents import tables
from ui.documents.brush import face, hue, put, rule
from ui.documents.flow import Block, paragraph
from ui.documents.report_case import DASH, ReportCase, count, day_of, length, stamp, zone_words
from ui.documents.tables import Column, row, spread

Section = tuple[str, str, list[Block], Block | None]  # title, note beside it, blocks, table head


def _table(columns: list[Column], rows: list[list[tables.Cell]], empty: str) -> tuple[list[Block], Block | None]:
    if not rows:
        return [paragraph(empty)], None
    return [row(columns, cells) for cells in rows], tables.head_row(columns)


# --- products ---------------------------------------------------------------------------------------

_PRODUCTS = spread([
    Column("Use", 156, token="ink2"), Column("Product", 0, weight=600), Column("Lot", 180, kind="code"),
    Column("Expires", 172, kind="tabular"), Column("Serial", 164, kind="code"),
    Column("GTIN", 270, kind="code"), Column("Amount", 150, True, "tabular"), Column("Entered", 118, token="ink2"),
])


def products(case: ReportCase) -> Section:
    """Everything put on or into the skin, with lot and expiry."""
    state = case.state
    rows = [
        *(_product_row(one.applied.product, quantity("mass_mg").with_unit(one.applied.mass_mg))
          for one in state.anesthetics.values()),
        *(_product_row(one.product, counted(one.needles, "needle")) for one in state.cartridges),
        *([_product_row(state.glide.product, "")] if state.glide and state.glide.product else []),
        *(_serum_row(what) for _, what in state.serums),
    ]
    blocks, head = _table(_PRODUCTS, rows, "No product was recorded.")
    reasons = [
        f"{what.product.name}, off-label: {what.off_label_reason}"
        for _, what in state.serums if isinstance(what, ev.SerumApplied) and what.off_label_reason
    ]
    skipped = [f"No serum: {state.serum_skipped}"] if state.serum_skipped else []
    told = [paragraph(one, 25, "ink2") for one in reasons + skipped]
    return "Products", "Lots as scanned or entered", [*blocks, *told], head


def _product_row(product: ProductLot, amount: str) -> list[tables.Cell]:
    entered = {"scan": "scanned", "typed": "by hand", "chosen": "chosen", "tag": "tag"}
    return [
        product.role.capitalize(), product.name, product.lot or DASH, product.expiry or DASH, product.serial or DASH,
        product.gtin or DASH, amount or DASH, entered.get(product.entry, product.entry),
    ]


def _serum_row(what: ev.SerumApplied | ev.PrpApplied) -> list[tables.Cell]:
    volume = quantity("volume_ul").with_unit(what.volume_ul)
    if isinstance(what, ev.SerumApplied):
        return _product_row(what.product, volume)
    return ["PRP", "Patient's own plasma", what.tube_id, DASH, DASH, DASH, volume, "scanned"]


# --- screening, consent, anesthetic -------------------------------------------------------------------

_SCREENING = spread([
    Column("Answered yes", 440, weight=600), Column("Class", 190, token="ink2"), Column("Note", 0),
    Column("Overridden because", 460),
])
_CLASSES = {"stop": "stop", "precaution": "precaution", "anesthetic_only": "no anesthetic"}


def screening(case: ReportCase) -> Section:
    """What was answered yes, and on what grounds needling went on."""
    state = case.state
    rules = {rule.rule_id: rule for rule in state.rules}
    yes = [(rules[rule_id], given) for rule_id, given in state.answers.items()
           if given.answer == "yes" and rule_id in rules]
    rows: list[list[tables.Cell]] = [
        [one.question, _CLASSES.get(one.rule_class, one.rule_class),
         ". ".join(part for part in (case.words.areas(given.area_ids), since_words(given.since, given.since_about),
                                     given.note) if part) or DASH,
         _override_words(state.overrides.get(one.rule_id))]
        for one, given in yes
    ]
    no = sum(given.answer == "no" for given in state.answers.values())
    note = f"{len(state.answers)} of {len(state.rules)} asked, {no} answered no, rules version {state.ruleset_version}"
    return "Screening", note, *_table(_SCREENING, rows, "Nothing was answered yes.")


def _override_words(over: ev.ScreeningOverridden | None) -> str:
    if over is None:
        return DASH
    return f"{over.reason}. Signed by {over.signer_name}, {over.signer_id}" if over.signer_id else over.reason


_CONSENT = spread([
    Column("Consent to", 220, weight=600), Column("Answer", 190), Column("Text", 360, token="ink2"),
    Column("Reason", 0),
])


def consent(case: ReportCase) -> Section:
    """The consents by text version, and the drawn signature."""
    rows: list[list[tables.Cell]] = [
        [one.consent.capitalize(), "given" if one.given else "not given",
         f"version {one.form_version}, {one.text_sha256[:8]}", one.reason or DASH]
        for one in case.state.consents.values()
    ]
    blocks, head = _table(_CONSENT, rows, "No consent was recorded.")
    signed = [_drawn_signature(case, at_us, drawn) for at_us, drawn in case.state.signatures]
    present = case.state.chaperone
    told = [] if present is None else [paragraph(
        f"Chaperone: {present.name}" if present.name else f"No chaperone: {present.declined_reason}", 25)]
    return "Consent", "Text versions with the start of their SHA-256", [*blocks, *told, *signed], head


def _drawn_signature(case: ReportCase, at_us: int, drawn: ev.SignatureDrawn) -> Block:
    who = {"patient": "the patient", "guardian": "the guardian"}.get(drawn.signer, drawn.signer)
    if drawn.signer_name:
        who += f" {drawn.signer_name}, {drawn.relation.lower()}, identity checked by {drawn.identity_check.lower()}"
    by = f"Signed by {who}, {stamp(at_us)} {zone_words(at_us)}"
    if drawn.refused_reason:
        by = f"Not signed: {drawn.refused_reason}"
    by += f", witness {case.person(drawn.witness_id)}" if drawn.witness_id else ""
    height = 210 if drawn.strokes else 60

    def paint(painter: QPainter, box: QRectF) -> None:
        if drawn.strokes:
            _paint_strokes(painter, QRectF(box.left(), box.top() + 14, 560, 130), drawn.strokes)
            rule(painter, box.left(), box.left() + 560, box.bottom() - 56, hue("border"), 2)
        put(painter, QRectF(box.left(), box.bottom() - 48, box.width(), 36), by, face(25), hue("ink2"))

    return Block(height, paint)


def _paint_strokes(painter: QPainter, box: QRectF, strokes: tuple[tuple[int, ...], ...]) -> None:
    points = [QPolygonF([QPointF(x, y) for x, y in zip(run[::2], run[1::2], strict=False)]) for run in strokes]
    bounds = QRectF()
    for run in points:
        bounds = bounds.united(run.boundingRect())
    scale = min(box.width() / max(1.0, bounds.width()), box.height() / max(1.0, bounds.height()), 1.0)
    painter.save()
    painter.translate(box.left() - bounds.left() * scale, box.bottom() - bounds.bottom() * scale)
    painter.scale(scale, scale)
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(hue("ink"), 4 / scale, Qt.PenStyle.SolidLine, cap, join))
    for run in points:
        painter.drawPolyline(run)
    painter.restore()


_ANESTHETIC = spread([
    Column("Product", 0, weight=600), Column("Amount", 110, True, "tabular"), Column("Area", 130, True, "tabular"),
    Column("On", 170, kind="tabular"), Column("Ready", 110, kind="tabular"), Column("Removed", 130, kind="tabular"),
    Column("On skin, min", 130, True, "tabular"), Column("Longest, min", 130, True, "tabular"),
])


def anesthetic(case: ReportCase) -> Section:
    """Times on and off, against the label's."""
    state = case.state
    rows = [_anesthetic_row(one) for one in state.anesthetics.values()]
    empty = f"None: {state.anesthetic_skipped}" if state.anesthetic_skipped else "None was recorded."
    blocks, head = _table(_ANESTHETIC, rows, empty)
    tested = [paragraph(f"Numbness tested: {state.numbness}", 25)] if state.numbness else []
    early = [paragraph(f"Removed early: {one.early_reason}", 25)
             for one in state.anesthetics.values() if one.early_reason]
    signs = [paragraph(f"Reaction at {clock_text(at_us)}: {', '.join(map(plain, one.signs))} {one.text}".strip(), 25)
             for at_us, one in state.reactions]
    return "Anesthetic", "Removal confirmed before needling", [*blocks, *tested, *early, *signs], head


def _anesthetic_row(one: Application) -> list[tables.Cell]:
    on = one.applied
    ready_us = on.applied_at_us + on.onset_s * 1_000_000
    removed = clock_text(one.removed_at_us) if one.removed_at_us else "still on"
    worn_s = (one.removed_at_us - one.since_us) / 1_000_000 if one.removed_at_us else None
    return [
        on.product.name + (", under film" if on.occluded else ""), quantity("mass_mg").with_unit(on.mass_mg),
        quantity("area_mm2").with_unit(on.area_mm2),
        clock_text(on.applied_at_us) + (", back-timed" if on.back_timed else ""), clock_text(ready_us), removed,
        length(worn_s), length(on.max_contact_s),
    ]


# --- alarms, gaps ------------------------------------------------------------------------------------

_ALARMS = spread([
    Column("Arose", 140, kind="tabular"), Column("Priority", 130), Column("Alarm", 0, weight=600),
    Column("Area", 250), Column("Value", 140, True, "tabular"), Column("Limit", 140, True, "tabular"),
    Column("Acknowledged", 180, kind="tabular"), Column("Ended", 140, kind="tabular"),
])
_GAPS = spread([
    Column("Pen", 260, kind="code"), Column("Boot", 110, True, "tabular"),
    Column("First index", 190, True, "tabular"), Column("Readings", 160, True, "tabular"), Column("Why", 0),
])


_MEASURED_BY = {
    "depth": "depth_um", "rate": "rate_chz", "battery": "battery_percent", "heartbeat": "heartbeat_age_ms",
    "disk": "disk_free_mb", "recorder": "recorder_waiting_ms", "session": "needling_over_s",
}


def alarm_value(rule_id: str, stored: int | None) -> str:
    """Write an alarm's value or limit in the unit of its quantity."""
    name = _MEASURED_BY.get(rule_id.split("_", 1)[0])
    if stored is None:
        return DASH
    return quantity(name).with_unit(stored) if name else str(stored)


def _moment(utc_us: int | None) -> str:
    return DASH if utc_us is None else clock_seconds_text(utc_us)


def alarms(case: ReportCase) -> Section:
    """Every alarm with what became of it."""
    rows: list[list[tables.Cell]] = [
        [clock_seconds_text(one.raised.arose_at_us), one.raised.priority, one.raised.text,
         case.words.area(one.raised.area_id) or DASH,
         alarm_value(one.raised.rule_id, one.raised.value), alarm_value(one.raised.rule_id, one.raised.limit),
         _moment(one.acknowledged_at_us), _moment(one.ended_at_us)]
        for one in case.state.alarms.values()
    ]
    return "Alarms", "", *_table(_ALARMS, rows, "No alarm arose.")


def gaps(case: ReportCase) -> Section:
    """Readings known to be missing; nothing is filled in."""
    rows: list[list[tables.Cell]] = [
        [gap.pen_serial, str(gap.boot_id), count(gap.first_index), count(gap.count) if gap.count else "not known",
         GAP_CAUSES.get(gap.cause, plain(gap.cause)).capitalize()]
        for gap in case.state.gaps
    ]
    empty = "No reading is missing." if len(case.dossier.table) else "No readings were recorded."
    return "Missing readings", "Named, never filled in", *_table(_GAPS, rows, empty)


# --- afterwards, signature, history -----------------------------------------------------------------


def afterwards(case: ReportCase) -> Section:
    """Aftercare sheet and next session."""
    given, at_us = case.state.aftercare, case.state.aftercare_at_us
    sheet = "not given"
    if given is not None and at_us is not None:
        sheet = f"{given.how} at {clock_text(at_us)}, version {given.sheet_version}, {given.language}"
    following = day_of(case.state.next_session) if case.state.next_session else "not proposed"
    return "Afterwards", "", [tables.facts([("Aftercare sheet", sheet), ("Next session proposed", following)], 2)], None


_SIGNED = spread([
    Column("Printed name", 420, weight=600), Column("Number", 150, kind="code"), Column("Date and time", 460,
           kind="tabular"), Column("Meaning", 0), Column("By", 90, token="ink2"),
])


def signatures(case: ReportCase) -> Section:
    """Printed name, date and time, and meaning of each electronic signature, then amendments."""
    rows: list[list[tables.Cell]] = [
        [one.signer_name, one.signer_id, f"{stamp(at_us)}:{clock_seconds_text(at_us)[-2:]} {zone_words(at_us)}",
         one.meaning, one.method.upper()]
        for at_us, one in case.state.signed
    ]
    blocks, head = _table(_SIGNED, rows, "Not signed.")
    amended = [paragraph(f"{stamp(at_us)} {zone_words(at_us)}: {amendment_words(one)}", 26, "ink")
               for at_us, one in case.state.amendments]
    return "Electronic signature", "Bound to the record by its chain of hashes", [*blocks, *amended], head


def clinical(case: ReportCase) -> Section:
    """The clinical data the session went by, in small print."""
    noted = case.state.clinical
    if noted is None:
        return "Clinical data", "", [paragraph("Versions were not noted.", 23, "ink2")], None
    said = "; ".join(clinical_words(one) for one in noted.versions)
    own = f"The clinic's own versions: {', '.join(noted.edits)}." if noted.edits else "No settings of the clinic's own."
    blocks = [paragraph(f"{said}.", 23, "ink2"), paragraph(own, 23, "ink2")]
    return "Clinical data", "Versions with the start of their SHA-256", blocks, None


_HISTORY = spread([
    Column("No.", 64, True, "tabular", token="ink3"), Column("Time", 124, kind="tabular"),
    Column("By", 110, kind="code", token="ink2"), Column("What", 0),
])


def history(case: ReportCase) -> Section:
    """Every event in order; what was taken back stays, paler."""
    undone = undone_ordinals([one.event for one in case.dossier.events])
    blocks, day = [], None
    for ordinal, one in enumerate(case.dossier.events):
        back = ordinal in undone
        today = local_day(one.event.at_us)
        if day is not None and today != day:
            blocks.append(paragraph(day_of(today.isoformat()), 25, "ink3", 600))
        day = today
        said = case.words.say(one.event.what) + (" (taken back)" if back else "")
        blocks.append(row(_HISTORY, [
            str(ordinal + 1), clock_seconds_text(one.event.at_us), one.event.actor_id, said],
            muted=back, tight=True))
    note = f"{counted(len(case.dossier.events), 'event')}; times in {zone_words(case.state.opened_at_us)}"
    return "History", note, blocks, tables.head_row(_HISTORY)
