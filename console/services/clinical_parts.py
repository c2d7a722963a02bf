"""From tables of the clinical files to the domain's types, one function a kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from console.domain.aftercare import AftercareAdvice, SheetPart
from console.domain.alarms import (
    DWELL_OVER,
    MEASURES,
    READ_QUANTITIES,
    AlarmRule,
    Compare,
    Escalation,
    OnlyWhen,
    Priority,
)
from console.domain.areas import AREA_IDS, MAP_IDS
from console.domain.consent import ConsentKind, ConsentText
from console.domain.label_matrix import SKIN_TYPES, LabelledUse, PenLabel
from console.domain.products import SkinProduct
from console.domain.screening import Concern, FactTest, Rule, RuleClass, RuleGroup, Scope
from console.domain.sources import Source, cite
from console.domain.treatment_plan import (
    CoursePattern,
    DepthBand,
    PlannedArea,
    PunctureRange,
    RateRange,
    TreatmentPlan,
)
from console.domain.waits import Wait, WaitUnit
from console.services.clinical_figures import FieldRule
from console.services.toml_entries import Entry

_Part = TypeVar("_Part")

ENDPOINTS = ("erythema", "pinpoint_bleeding")
PEN_LINKS = ("manual", "pen-link", "vesc", "lines", "struct")
# Field limits against slips of the pen (9.5 for 0.95), far outside anything clinical.
PATIENT_ON_SHEET = ("nobody", "name")
MOST_MM, MOST_HZ, MOST_PASSES, MOST_DAYS, MOST_HOURS = 5, 1000, 20, 3660, 24 * 366
MOST_PER_CM2 = 100_000


@dataclass(frozen=True, slots=True)
class AreaSize:
    """An area's size; None where no source gives one. ``estimate`` is to be shown as one."""

    area_id: str
    area_mm2: int | None
    estimate: bool
    source: str


@dataclass(frozen=True, slots=True)
class Scale:
    """An outcome scale from ``low`` to ``high``; its version is kept with every grading.

    ``better`` is lower, higher or none; ``levels`` name each step, or nothing where the scale runs through.
    """

    scale_id: str
    version: int
    name: str
    low: int
    high: int
    unit: str
    better: str
    smallest_change: int | None
    levels: tuple[str, ...]
    sources: tuple[Source, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class SheetHead:
    """Id, version and last line of the aftercare sheet."""

    sheet_id: str
    version: int
    disclaimer: str


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What the clinic says of itself, and its choices where sources conflict."""

    name: str = ""
    address: str = ""
    phone: str = ""
    adult_age_years: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    plasma_longest_min: int | None = None  # how long drawn plasma is used; no source gives one
    after_hours_phone: str = ""
    names_patient: bool = False  # on the aftercare sheet


def read_group(entry: Entry) -> RuleGroup:
    """Read a group of screening rules; groups carry no figures and so need no source."""
    return RuleGroup(
        entry.ident(), entry.text("title", most=32), entry.text("hint", most=44),
        entry.choice("class", RuleClass))


def read_rule(entry: Entry, groups: Mapping[str, RuleGroup]) -> Rule:
    """Read a screening rule; its class must be its group's."""
    group_id = entry.word("group", tuple(groups))
    rule_class = entry.choice("class", RuleClass)
    if rule_class is not groups[group_id].rule_class:
        raise entry.fault("class", rule_class, f"{groups[group_id].rule_class}, the class of its group")
    wait = entry.inner("wait")
    chosen = _wait(wait) if wait else None
    shown = str(chosen) if chosen else ""
    question, detail = entry.text("question", most=44), entry.text("detail", most=70, optional=True)
    if chosen is None and "{wait}" in question + detail:
        raise entry.fault("wait", "nothing", "the waiting time the question speaks of")
    question = question.replace("{wait}", shown)
    if len(question) > 44:
        raise entry.fault("question", question, "text of 1 to 44 characters with its waiting time")
    return Rule(
        entry.ident(), group_id, question, detail.replace("{wait}", shown), rule_class,
        entry.choice("scope", Scope), entry.flag("override_allowed"), entry.cited(),
        entry.day("reviewed"), chosen, tuple(_wait(one) for one in entry.inners("other_waits")),
        entry.text("conflict", optional=True),
        entry.texts("only_areas", optional=True, among=AREA_IDS), entry.flag("both_ways", False),
        entry.maybe_number("ask_again_days", 1, MOST_DAYS),
        FactTest(entry.maybe_number("below_age_years", 1, 120) or 0,
                 entry.texts("skin_types", optional=True, among=SKIN_TYPES)),
        entry.flag("closes_anesthetic", False),
        entry.choice("concerns", Concern, Concern.NOTHING),
    )


def _wait(entry: Entry) -> Wait:
    wait = Wait(entry.number("number", 1, 120), entry.choice("unit", WaitUnit).value, entry.one_source())
    entry.finish()
    return wait


def read_area_size(entry: Entry) -> AreaSize:
    """Read an area's size."""
    return AreaSize(
        entry.word("id", AREA_IDS), entry.number("cm2", 0, 2000, 100), entry.flag("estimate"),
        cite(entry.cited()))


@dataclass(frozen=True, slots=True)
class DepthRow:
    """One source's depth range, the areas it speaks of, and the one indication it holds for (empty: any)."""

    indication: str
    area_ids: tuple[str, ...]
    band: DepthBand


def read_depth(entry: Entry) -> DepthRow:
    """Read one source's depth range."""
    return DepthRow(
        entry.text("indication", optional=True, most=60), entry.texts("areas", among=AREA_IDS), _band(entry))


def _band(entry: Entry) -> DepthBand:
    low, high = entry.maybe_number("low_mm", 0, MOST_MM, 1000), entry.maybe_number("high_mm", 0, MOST_MM, 1000)
    if low is not None and high is not None and low > high:
        raise entry.fault("low_mm", f"{low / 1000:g}", f"at most high_mm, {high / 1000:g}")
    return DepthBand(
        low, high, entry.one_source(), entry.text("note", optional=True), entry.flag("for_pens", True))


def read_rate(entry: Entry) -> RateRange:
    """Read a speed range for a pen."""
    low, high = entry.number("low_hz", 0, MOST_HZ, 100), entry.number("high_hz", 0, MOST_HZ, 100)
    if low > high:
        raise entry.fault("low_hz", f"{low / 100:g}", f"at most high_hz, {high / 100:g}")
    return RateRange(entry.ident("pen"), low, high, entry.one_source())


def read_plan(
    entry: Entry, depths: Sequence[DepthRow], rates: Sequence[RateRange],
) -> TreatmentPlan:
    """Read a treatment plan; its areas take their bands from the first of ``depth_source`` that has one."""
    area_ids = entry.texts("areas", among=AREA_IDS)
    own = _own_areas(entry, area_ids)
    follow = tuple(source.source_id for source in entry.sources_named("depth_source"))
    indication = entry.ident("indication")
    passes = entry.maybe_number("passes", 1, MOST_PASSES)
    target = entry.maybe_number("target_mm", 0, MOST_MM, 1000)
    rows = [row for row in depths if row.indication in ("", indication)]
    cited = {area_id: tuple(row.band for row in rows if area_id in row.area_ids) for area_id in area_ids}
    areas = tuple(_planned(area_id, cited[area_id], follow, target, passes, own) for area_id in area_ids)
    _refuse_target_outside(entry, areas)
    course, punctures = entry.inner("course"), entry.inner("punctures")
    own_rates = tuple(_finished(one, read_rate(one)) for one in entry.inners("rates"))
    named = {rate.pen_class for rate in own_rates}
    return TreatmentPlan(
        entry.ident(), entry.text("name", most=40), entry.number("version", 1, 9999),
        indication, entry.word("map", MAP_IDS), areas,
        own_rates + tuple(rate for rate in rates if rate.pen_class not in named),
        entry.word("endpoint", ENDPOINTS, ""), _course(course) if course else None,
        tuple(_course(one) for one in entry.inners("other_courses")), entry.text("note", optional=True),
        entry.cited(), entry.day("reviewed"), _punctures(punctures) if punctures else None,
    )


def _punctures(entry: Entry) -> PunctureRange:
    low, high = (entry.number(name, 1, MOST_PER_CM2) for name in ("low_per_cm2", "high_per_cm2"))
    if low > high:
        raise entry.fault("low_per_cm2", low, f"at most high_per_cm2, {high}")
    return _finished(entry, PunctureRange(low, high, entry.one_source()))


def _refuse_target_outside(entry: Entry, areas: Sequence[PlannedArea]) -> None:
    for area in areas:
        band, target = area.band, area.target_depth_um
        if band is None or target is None:
            continue
        low, high = band.low_um or 0, band.high_um if band.high_um is not None else target
        if not low <= target <= high:
            raise entry.fault("target_mm", f"{target / 1000:g} for {area.area_id}", "a depth inside the band")


def _finished(entry: Entry, part: _Part) -> _Part:
    entry.finish()
    return part


def _own_areas(entry: Entry, area_ids: Sequence[str]) -> dict[str, PlannedArea]:
    own: dict[str, PlannedArea] = {}
    for one in entry.inners("area"):
        area_id = one.word("id", area_ids)
        band = _band(one) if one.has("low_mm") or one.has("high_mm") else None
        own[area_id] = PlannedArea(
            area_id, band, (), one.maybe_number("target_mm", 0, MOST_MM, 1000),
            one.maybe_number("passes", 1, MOST_PASSES), one.maybe_number("planned_s", 1, 7200))
        one.finish()
    return own


def _planned(
    area_id: str, cited: tuple[DepthBand, ...], follow: Sequence[str], target: int | None, passes: int | None,
    own: Mapping[str, PlannedArea],
) -> PlannedArea:
    for_pens = {band.source.source_id: band for band in reversed(cited) if band.for_pens}
    followed = next((for_pens[source_id] for source_id in follow if source_id in for_pens), None)
    stated = own.get(area_id)
    if stated is None:
        return PlannedArea(area_id, followed, cited, target, passes, None)
    return PlannedArea(
        area_id, stated.band or followed, cited,
        target if stated.target_depth_um is None else stated.target_depth_um,
        passes if stated.passes is None else stated.passes, stated.planned_s)


def _course(entry: Entry) -> CoursePattern:
    low = entry.maybe_number("interval_min_days", 1, MOST_DAYS)
    high = entry.maybe_number("interval_max_days", 1, MOST_DAYS)
    if (low is None) != (high is None) or (low is not None and high is not None and low > high):
        raise entry.fault("interval_min_days", low, "at most interval_max_days, both or neither")
    course = CoursePattern(entry.maybe_number("length", 0, 60) or 0, low, high, entry.one_source())
    entry.finish()
    return course


def read_skin_product(entry: Entry) -> SkinProduct:
    """Read a serum or glide product; one not meant for the dermis must say its warning."""
    meant = entry.maybe_flag("meant_for_dermis")
    warning = entry.text("warning", most=120, optional=True)
    if meant is False and not warning:
        raise entry.fault("warning", "nothing", "a warning, for it is not meant for the dermis")
    return SkinProduct(
        entry.ident(), entry.text("name", most=60), entry.texts("roles", among=("serum", "glide")), meant,
        warning, entry.cited(), entry.day("reviewed"))


def read_aftercare_item(entry: Entry, icons: Sequence[str]) -> AftercareAdvice:
    """Read a line of the aftercare sheet; an option belongs to a choice."""
    choice, option = entry.text("choice", optional=True, most=40), entry.text("option", optional=True, most=40)
    shipped = entry.flag("shipped", False)
    if bool(choice) != bool(option):
        raise entry.fault("option", option, "an option wherever there is a choice, and only there")
    first, last = entry.number("from_hours", 0, MOST_HOURS), entry.maybe_number("until_hours", 1, MOST_HOURS)
    if last is not None and last <= first:
        raise entry.fault("until_hours", last, f"more than from_hours, {first}")
    return AftercareAdvice(
        entry.ident(), entry.choice("part", SheetPart), entry.word("icon", icons),
        entry.text("text", most=60), entry.text("detail", most=80, optional=True), first, last, choice,
        option, shipped, entry.text("conflict", optional=True), entry.cited(), entry.day("reviewed"))


def read_consent(entry: Entry) -> ConsentText:
    """Read a consent text."""
    return ConsentText(
        entry.ident(), entry.number("version", 1, 9999), entry.choice("kind", ConsentKind),
        entry.text("title", most=60), entry.texts("summary"), entry.text("text", most=20_000),
        entry.flag("template"), entry.cited(), entry.day("reviewed"))


def read_scale(entry: Entry) -> Scale:
    """Read an outcome scale; it names every step or none."""
    low, high = entry.number("low", 0, 1000), entry.number("high", 1, 1000)
    if low >= high:
        raise entry.fault("low", low, f"less than high, {high}")
    levels = entry.texts("levels")
    if levels and len(levels) != high - low + 1:
        raise entry.fault("levels", f"{len(levels)} of them", f"{high - low + 1}, one a step, or none")
    return Scale(
        entry.ident(), entry.number("version", 1, 9999), entry.text("name", most=60), low, high,
        entry.text("unit", most=10, optional=True), entry.word("better", ("lower", "higher", "none")),
        entry.maybe_number("smallest_change", 1, 1000), levels, entry.cited(), entry.day("reviewed"))


def read_sheet(entry: Entry) -> SheetHead:
    """Read the head of the aftercare sheet."""
    return SheetHead(entry.ident(), entry.number("version", 1, 9999), entry.text("disclaimer", most=200))


def read_clinic(entry: Entry, choices: Mapping[str, Sequence[str]]) -> ClinicFacts:
    """Read what a clinic says of itself; ``choices`` are the options there are."""
    chosen = entry.inner("choices")
    picked: list[tuple[str, str]] = []
    if chosen is not None:
        asked = [(name, chosen.word(name, choices[name], "")) for name in choices]
        picked = [(name, option) for name, option in asked if option]
        chosen.finish()
    return ClinicFacts(
        entry.text("name", most=60, optional=True), entry.text("address", most=120, optional=True),
        entry.text("phone", most=40, optional=True), entry.maybe_number("adult_age_years", 0, 30),
        tuple(picked), entry.maybe_number("plasma_longest_min", 1, 1440),
        entry.text("after_hours_phone", most=40, optional=True),
        entry.word("patient_on_sheet", PATIENT_ON_SHEET, "nobody") == "name")


MOST_MA = 60_000


def read_pen(entry: Entry, uses: Sequence[Entry]) -> PenLabel:
    """Read a pen's label; a profile without any figure or use needs neither source nor date."""
    low, high, step, tolerance = (
        entry.maybe_number(f"depth_{part}_mm", 0, MOST_MM, 1000)
        for part in ("low", "high", "step", "tolerance"))
    rates = entry.maybe_number("rate_low_hz", 0, MOST_HZ, 100), entry.maybe_number("rate_high_hz", 0, MOST_HZ, 100)
    needles = entry.maybe_number("needles", 1, 200)
    loads = entry.maybe_number("idle_load_ma", 0, MOST_MA), entry.maybe_number("loaded_load_ma", 0, MOST_MA)
    _check_loads(entry, *loads)
    labelled = bool(uses) or any(
        figure is not None for figure in (low, high, step, tolerance, *rates, needles, *loads))
    label = PenLabel(
        entry.ident(), entry.text("name", most=40), entry.word("link", PEN_LINKS), low, high, step, tolerance, *rates,
        needles, _single_use(entry, labelled),
        tuple(_finished(one, _use(one)) for one in uses), entry.text("note", optional=True), entry.sources,
        entry.reviewed, entry.flag("example", False), *loads)
    for name, sort in (("source", "sources"), ("reviewed", "date")):
        entry.reading.note_rule(FieldRule(entry.kind, name, sort, optional=True))
    entry.finish(cited=labelled)
    return label


def _check_loads(entry: Entry, idle_ma: int | None, loaded_ma: int | None) -> None:
    if (idle_ma is None) != (loaded_ma is None):
        name = "idle_load_ma" if idle_ma is None else "loaded_load_ma"
        raise entry.fault(name, "nothing", "both idle_load_ma and loaded_load_ma, or neither")
    if idle_ma is not None and loaded_ma is not None and loaded_ma <= idle_ma:
        raise entry.fault("loaded_load_ma", loaded_ma, f"more than idle_load_ma, {idle_ma}")


def _single_use(entry: Entry, labelled: bool) -> bool:
    single_use = entry.maybe_flag("single_use")
    if single_use is None and labelled:
        raise entry.fault("single_use", "nothing", "true or false, for the label's figures are given")
    return single_use is not False


def _use(entry: Entry) -> LabelledUse:
    return LabelledUse(
        entry.ident("indication"), entry.texts("areas", among=AREA_IDS),
        entry.number("min_age_years", 0, 120), entry.texts("skin_types", optional=True, among=SKIN_TYPES),
        entry.maybe_number("evaluated_to_mm", 0, MOST_MM, 1000), entry.one_source())


_ALARM_LIMITS = ("", "band_low_um", "band_high_um", "ceiling_um", "reach_um", "rate_band")
_ALARM_QUANTITIES = ("", *READ_QUANTITIES, DWELL_OVER, *MEASURES)


def read_alarm(entry: Entry) -> AlarmRule:
    """Read an alarm rule; one that compares needs its quantity and one limit."""
    compare = entry.choice("compare", Compare)
    quantity = entry.word("quantity", _ALARM_QUANTITIES, "")
    limit = entry.word("limit", _ALARM_LIMITS, "")
    threshold = entry.maybe_number("threshold", 0, 100_000)
    if compare is not Compare.FLAG and not quantity:
        raise entry.fault("quantity", "nothing", ", ".join(_ALARM_QUANTITIES[1:]))
    if compare is not Compare.FLAG and bool(limit) == (threshold is not None):
        raise entry.fault("limit", limit or "nothing", "either a limit or a threshold")
    if (compare is Compare.OUTSIDE) != (limit == "rate_band"):
        raise entry.fault("limit", limit or "nothing", "rate_band with «outside», and only there")
    if quantity in MEASURES and threshold is None:
        raise entry.fault("threshold", "nothing", "a number, for this quantity has no other limit")
    priority = entry.choice("priority", Priority)
    return AlarmRule(
        entry.ident(), priority, entry.word("kind", ("technical", "clinical")),
        quantity, compare, limit, threshold, entry.number("delay_s", 0, 600, 1000) / 1000,
        entry.choice("only_when", OnlyWhen, OnlyWhen.ALWAYS), entry.flag("latch"),
        entry.text("supersedes", optional=True, most=60), entry.text("text", most=70),
        entry.text("text_when_set", most=70, optional=True), entry.text("ended_text", most=70, optional=True),
        entry.number("ended_shown_s", 0, 600), entry.cited(),
        (entry.maybe_number("release_s", 0, 600, 1000) or 0) / 1000, entry.flag("steps_back", False),
        _escalation(entry.inner("escalation"), priority), (entry.maybe_number("bridge_s", 0, 60, 1000) or 0) / 1000)


def _escalation(entry: Entry | None, usual: Priority) -> Escalation | None:
    """Read what becomes of an alarm left unanswered; it never grows less."""
    if entry is None:
        return None
    to = entry.choice("to", Priority, usual)
    if to.rank < usual.rank:
        raise entry.fault("to", to.value, f"{usual.value} or graver")
    again_s = (entry.maybe_number("again_s", 2, 60, 10) or 0) / 10
    made = Escalation(
        entry.number("after_s", 1, 3600, 10) / 10, to, entry.maybe_number("louder", 0, 4) or 0, again_s)
    entry.finish()
    return made
