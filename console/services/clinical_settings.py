"""What the settings page shows of the clinical data: entries by section, each with the fields a clinic changes.

Values are whole base units (µm, mm², s, ms, days); ``part`` names the area of a plan a field belongs to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from console.domain.anesthesia import Anesthetic
from console.domain.areas import AREAS, label_of
from console.domain.clinical_edits import THIS_CLINIC
from console.domain.screening import Rule
from console.domain.sources import Source, cite
from console.domain.treatment_plan import CoursePattern, PlannedArea, PunctureRange, TreatmentPlan
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_parts import ENDPOINTS, MOST_DAYS, MOST_PASSES, MOST_PER_CM2, PATIENT_ON_SHEET
from console.services.event_words import counted

SECTIONS = (
    ("clinic", "Clinic"), ("plan", "Plans and depths"), ("wait", "Waiting times"), ("anesthetic", "Anesthetics"),
    ("product", "Serums and gels"), ("aftercare", "Aftercare"), ("area_size", "Sizes of areas"), ("alarm", "Alarms"),
)
UNSET = "unset"
UNITS_OF_WAIT = ("days", "weeks", "months")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a field, with the source that speaks for it."""

    key: str
    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SettingField:
    """A number (``high`` above ``low``), a choice (``options``) or a text; ``below`` is what the files say."""

    key: str
    label: str
    value: int | str | None
    below: int | str | None = None
    part: str = ""
    unit: str = ""
    low: int = 0
    high: int = 0
    step: int = 1
    scale: int = 1
    decimals: int = 0
    options: tuple[Option, ...] = ()
    most: int = 0  # characters of a text
    compared: bool = True  # with what the files say
    learned: bool = False  # a key: pressed, not typed

    def words(self, value: int | str | None) -> str:
        """Write a value of this field for the eye."""
        if value is None or value == "":
            return "not set"
        if self.options:
            return next((one.words for one in self.options if one.key == value), str(value))
        if isinstance(value, int):
            return f"{value / self.scale:.{self.decimals}f} {self.unit}".strip()
        return value


@dataclass(frozen=True, slots=True)
class SettingEntry:
    """One entry of a section; ``revision`` 0: as the files have it."""

    kind: str
    entry_id: str
    key: str  # unlike the id it is one of its own in a section
    title: str
    summary: str
    source: str
    reviewed: date | None
    fields: tuple[SettingField, ...]
    note: str = ""
    revision: int = 0
    parts: tuple[tuple[str, str], ...] = ()

    def field(self, key: str) -> SettingField:
        """Give a field by its key."""
        return next(one for one in self.fields if one.key == key)


def entries_of(library: ClinicalLibrary, files: ClinicalLibrary, section: str) -> tuple[SettingEntry, ...]:
    """Give a section's entries with what the files say beside each value."""
    make = _SECTIONS[section]
    below = {(one.key, field.key): field.value for one in make(files) for field in one.fields}
    found = []
    for one in make(library):
        written = library.entries.get((one.kind, one.entry_id))
        revision = written.edit.rev if written is not None and written.edit is not None else 0
        fields = tuple(replace(field, below=below.get((one.key, field.key))) for field in one.fields)
        if one.key != one.entry_id and all(field.value == field.below for field in fields):
            revision = 0  # the entry it stands in was changed, but not here
        found.append(replace(one, fields=fields, revision=revision))
    return tuple(found)


def _id_of(source: Source) -> str:
    """Give a source's id as entries name it; every version of the clinic's own is one there."""
    return THIS_CLINIC if source.source_id.startswith(f"{THIS_CLINIC}.") else source.source_id


def _text(key: str, label: str, value: str, most: int) -> SettingField:
    return SettingField(key, label, value, most=most)


def _entry(kind: str, entry_id: str, title: str, summary: str, sources: Sequence[Source], reviewed: date | None,
           fields: Sequence[SettingField], note: str = "") -> SettingEntry:
    return SettingEntry(kind, entry_id, entry_id, title, summary, cite(tuple(sources)), reviewed, tuple(fields), note)


# --- clinic and aftercare ---------------------------------------------------------------------------------


def _clinic(library: ClinicalLibrary) -> list[SettingEntry]:
    clinic = library.clinic
    fields = (
        _text("name", "Name", clinic.name, 60), _text("address", "Address", clinic.address, 120),
        _text("phone", "Telephone", clinic.phone, 40),
        _text("after_hours_phone", "Telephone after hours", clinic.after_hours_phone, 40),
        SettingField("patient_on_sheet", "The aftercare sheet bears", PATIENT_ON_SHEET[clinic.names_patient],
                     options=(Option("nobody", "No name"), Option("name", "The patient's name"))),
        SettingField("adult_age_years", "Consent without a guardian from", clinic.adult_age_years, unit="years",
                     low=0, high=30))
    return [_entry("clinic", "clinic", "The clinic", clinic.name or "name not set", (), None, fields,
                   "Printed on the aftercare sheet and the report.")]


def _aftercare(library: ClinicalLibrary) -> list[SettingEntry]:
    found = []
    chosen = dict(library.clinic.choices)
    for choice in dict.fromkeys(item.choice for item in library.aftercare if item.choice):
        rivals = [item for item in library.aftercare if item.choice == choice]
        now = chosen.get(choice) or next(item.option for item in rivals if item.shipped)
        options = tuple(Option(item.option, f"{item.text}, {_hours(item.from_hours, item.until_hours)}",
                               cite(item.sources)) for item in rivals)
        picked = next(item for item in rivals if item.option == now)
        entry = _entry("clinic", "clinic", choice.replace("_", " ").capitalize(), picked.text, picked.sources,
                       picked.reviewed, (SettingField(f"choices.{choice}", "The sheet says", now, options=options),),
                       picked.conflict)
        found.append(replace(entry, key=choice))
    return found


def _hours(first: int, last: int | None) -> str:
    if last is None:
        return f"from {first} h"
    return f"{first} to {last} h" if last < 96 else f"{'from ' + str(first) + ' h, ' if first else ''}{last // 24} days"


# --- plans ------------------------------------------------------------------------------------------------


def _plans(library: ClinicalLibrary) -> list[SettingEntry]:
    return [_plan(plan, library) for plan in library.plans]


def _plan(plan: TreatmentPlan, library: ClinicalLibrary) -> SettingEntry:
    table = library.entries["plan", plan.plan_id].table
    passes = {area.passes for area in plan.areas}
    course = plan.course
    fields = [
        SettingField("depth_source", "Depths by", _followed(table), options=_depth_options(plan, table)),
        SettingField("passes", "Passes, every area", passes.pop() if len(passes) == 1 else None, low=1,
                     high=MOST_PASSES),
        SettingField("endpoint", "Endpoint", plan.endpoint, options=tuple(
            Option(one, one.replace("_", " ").capitalize()) for one in ENDPOINTS)),
        SettingField("course", "Course by", _course_key(course), options=tuple(
            Option(_course_key(one), _course_words(one), cite((one.source,)))
            for one in (*((course,) if course else ()), *plan.other_courses))),
        SettingField("course.length", "Sessions, 0 is open-ended", course.length if course else None, low=0, high=60),
        SettingField("course.interval_min_days", "Earliest after", course.interval_min_days if course else None,
                     unit="days", low=1, high=MOST_DAYS),
        SettingField("course.interval_max_days", "Latest after", course.interval_max_days if course else None,
                     unit="days", low=1, high=MOST_DAYS),
        *(SettingField(f"punctures.{key}", label, value, unit="per cm²", low=1, high=MOST_PER_CM2, step=50)
          for key, label, value in _puncture_ends(plan.punctures)),
    ]
    for area in plan.areas:
        fields += _area_fields(area)
    summary = f"{counted(len(plan.areas), 'area')}, version {plan.version}"
    entry = _entry("plan", plan.plan_id, plan.name, summary, plan.sources, plan.reviewed, fields, plan.note)
    return replace(entry, parts=tuple((area.area_id, label_of(area.area_id)) for area in plan.areas))


def _puncture_ends(aim: PunctureRange | None) -> tuple[tuple[str, str, int | None], ...]:
    return (("low_per_cm2", "Punctures, estimated, from", aim.low_per_cm2 if aim else None),
            ("high_per_cm2", "Punctures, estimated, to", aim.high_per_cm2 if aim else None))


def _followed(table: object) -> str:
    value = table.get("depth_source", "") if hasattr(table, "get") else ""
    return "; ".join(value) if isinstance(value, list) else str(value)


def _depth_options(plan: TreatmentPlan, table: object) -> tuple[Option, ...]:
    spans: dict[str, tuple[Source, list[int]]] = {}
    for area in plan.areas:
        for band in area.cited:
            if band.for_pens and band.high_um is not None:
                ends = spans.setdefault(band.source.source_id, (band.source, []))[1]
                ends += [band.high_um] if band.low_um is None else [band.low_um, band.high_um]
    options = [Option(key, f"{min(ends) / 1000:.2f} to {max(ends) / 1000:.2f} mm", cite((source,)))
               for key, (source, ends) in spans.items()]
    now = _followed(table)
    if now not in spans:
        words = "Several sources in turn" if now else "As entered, area by area"
        options.insert(0, Option(now, words, now.replace("; ", ", then ")))
    return tuple(options)


def _course_key(course: CoursePattern | None) -> str:
    if course is None:
        return ""
    return f"{_id_of(course.source)} {course.length} {course.interval_min_days} {course.interval_max_days}"


def _course_words(course: CoursePattern) -> str:
    number = f"{course.length} sessions" if course.length else "Open-ended"
    low, high = course.interval_min_days, course.interval_max_days
    if low is None or high is None:
        return number
    return f"{number}, {low} days apart" if low == high else f"{number}, {low} to {high} days apart"


def _area_fields(area: PlannedArea) -> list[SettingField]:
    def depth(key: str, label: str, value: int | None) -> SettingField:
        return SettingField(f"area.{area.area_id}.{key}", label, value, part=area.area_id, unit="mm", low=0,
                            high=5000, step=50, scale=1000, decimals=2)

    band = area.band
    return [
        depth("low_mm", "Band from", band.low_um if band else None),
        depth("high_mm", "Band to", band.high_um if band else None), depth("target_mm", "Target", area.target_depth_um),
        SettingField(f"area.{area.area_id}.passes", "Passes", area.passes, part=area.area_id, low=1, high=MOST_PASSES)]


# --- waits, products, sizes, alarms -----------------------------------------------------------------------


def _waits(library: ClinicalLibrary) -> list[SettingEntry]:
    return [_wait(rule) for rule in library.rules if rule.wait is not None]


def _wait(rule: Rule) -> SettingEntry:
    waits = [one for one in (rule.wait, *rule.other_waits) if one is not None]
    now = waits[0]
    fields = (
        SettingField("wait", "Wait by", f"{now} {_id_of(now.source)}", options=tuple(
            Option(f"{one} {_id_of(one.source)}", str(one), cite((one.source,))) for one in waits)),
        SettingField("wait.number", "Own wait", now.number, low=1, high=120),
        SettingField("wait.unit", "Counted in", str(now.unit), options=tuple(
            Option(one, one.capitalize()) for one in UNITS_OF_WAIT)),
        SettingField("ask_again_days", "An answer holds for", rule.ask_again_days, unit="days", low=1, high=MOST_DAYS))
    return _entry("rule", rule.rule_id, rule.question, f"wait {now}", rule.sources, rule.reviewed, fields,
                  rule.conflict or rule.detail)


def _anesthetics(library: ClinicalLibrary) -> list[SettingEntry]:
    return [_anesthetic(one) for one in library.anesthetics]


def _anesthetic(product: Anesthetic) -> SettingEntry:
    fields = [SettingField("onset_min", "Ready after", product.onset_s, unit="min", low=60, high=36_000, step=300,
                           scale=60)]
    for place, band in enumerate(product.bands):
        others = [(other.max_contact_s, other.source) for other in band.others]
        options = tuple(Option(f"{seconds} {source.source_id}", f"At most {seconds / 3600:g} h", cite((source,)))
                        for seconds, source in ((band.max_contact_s, band.source), *others))
        if len(options) > 1:
            ages = f"{band.from_months // 12} to {(band.to_months or 0) // 12} years"
            fields.append(SettingField(
                f"band.{place}.contact", f"On the skin, {ages}", options[0].key, options=options))
    return _entry("anesthetic", product.clinical_id, product.name, product.strength, product.sources,
                  product.reviewed, fields, product.conflict)


def _products(library: ClinicalLibrary) -> list[SettingEntry]:
    words = {True: "true", False: "false", None: UNSET}
    said = {True: "meant for the dermis", False: "not for the dermis", None: "no source says so"}
    options = (Option("true", "Yes"), Option("false", "No, warn"), Option(UNSET, "Not stated"))
    return [_entry("product", one.clinical_id, one.name, said[one.meant_for_dermis], one.sources, one.reviewed,
                   (SettingField("meant_for_dermis", "Meant for the dermis", words[one.meant_for_dermis],
                                 options=options),), one.warning) for one in library.skin_products]


def _sizes(library: ClinicalLibrary) -> list[SettingEntry]:
    found = []
    for area in AREAS:
        size = library.area_size(area.area_id)
        written = library.entries.get(("area_size", area.area_id))
        reviewed = written.table.get("reviewed") if written else None
        fields = (
            SettingField("cm2", "Size", size.area_mm2, unit="cm²", low=0, high=200_000, step=50, scale=100, decimals=1),
            SettingField("estimate", "The figure is", ("true" if size.estimate else "false") if size.area_mm2 else "",
                         options=(Option("true", "An estimate"), Option("false", "Measured"))))
        summary = fields[0].words(size.area_mm2) + (", estimate" if size.area_mm2 and size.estimate else "")
        found.append(SettingEntry(
            "area_size", area.area_id, area.area_id, label_of(area.area_id), summary, size.source,
            reviewed if isinstance(reviewed, date) else None, fields,
            "" if size.area_mm2 else "No source gives a size: no puncture density is shown for this area."))
    return found


MOST_HASTY_S = 5
_THRESHOLDS = {  # the unit a threshold is stored and entered in, and a step
    "battery_percent": ("%", 5), "rate_chz": ("Hz / 100", 100), "rate_spread_chz": ("Hz / 100", 100),
    "heartbeat_age_ms": ("ms", 500), "recorder_waiting_ms": ("ms", 500), "disk_free_mb": ("MB", 500),
}


def _alarms(library: ClinicalLibrary) -> list[SettingEntry]:
    found = []
    for rule in library.alarms:
        reviewed = library.entries["alarm", rule.rule_id].table.get("reviewed")
        fields = [SettingField("delay_s", "Told after", round(rule.delay_s * 1000), unit="s", low=0, high=600_000,
                               step=100, scale=1000, decimals=1)]
        if rule.threshold is not None:
            unit, step = _THRESHOLDS.get(rule.quantity, ("s", 60))
            fields.append(SettingField("threshold", "Limit", rule.threshold, unit=unit, low=0, high=100_000, step=step))
        if rule.escalation is not None:
            fields.append(SettingField("after_s", "Escalates unanswered after", round(rule.escalation.after_s),
                                       unit="s", low=MOST_HASTY_S, high=600, step=5))
        found.append(_entry(
            "alarm", rule.rule_id, rule.text.replace(" {value}", "").rstrip("."), f"{rule.priority}, "
            f"after {rule.delay_s:g} s", rule.sources, reviewed if isinstance(reviewed, date) else None, fields))
    return found


_SECTIONS: dict[str, Callable[[ClinicalLibrary], list[SettingEntry]]] = {
    "clinic": _clinic, "plan": _plans, "wait": _waits, "anesthetic": _anesthetics, "product": _products,
    "aftercare": _aftercare, "area_size": _sizes, "alarm": _alarms,
}
