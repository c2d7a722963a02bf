"""A plan of anesthetics written as JSON, and its judgement by the labels (``docs/anesthetic-json.md``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.domain.anesthesia import Anesthetic
from console.domain.areas import AREA_IDS, label_of
from console.domain.dose import Application, DoseCheck, DoseFinding, ProductDose, check_dose
from console.domain.sources import Source, cite
from console.services.clinical_library import ClinicalLibrary
from console.services.plan_fields import PlanFields, refuse

NEEDLING = "needling"
PLAN_FIELDS = ("patient", "procedure", "products", "earlier")
PATIENT_FIELDS = ("age_years", "age_months", "birth_date", "weight_kg")
PRODUCT_FIELDS = ("product", "grams", "cm2", "areas", "covered", "applied_at", "removed_at", "prescription")
PRESCRIPTION_FIELDS = ("prescriber", "date", "until", "repeat_allowed")
MOST_G, MOST_CM2, MOST_KG, MOST_YEARS = 500, 20_000, 400, 130


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An application of the plan with the times as they were written."""

    application: Application
    applied_at: datetime | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnestheticPlan:
    """Who, for what, and what goes on the skin."""

    age_months: int | None
    weight_g: int | None
    procedure: str
    rows: tuple[PlanRow, ...]
    earlier: tuple[PlanRow, ...] = ()


def procedures(library: ClinicalLibrary) -> tuple[str, ...]:
    """Give the procedures a plan may name: needling, and what the labels name."""
    return (NEEDLING, *dict.fromkeys(use.use_id for one in library.anesthetics for use in one.uses))


def read_plan(value: object, library: ClinicalLibrary, today: date) -> AnestheticPlan:
    """Read a plan; OperatorError names the field and what is allowed."""
    fields = PlanFields(value, "The plan", PLAN_FIELDS)
    procedure = fields.text("procedure", procedures(library)) or NEEDLING
    rows = [_row(one, f"Product {place}", library, procedure, False)
            for place, one in enumerate(fields.objects("products"), 1)]
    if not rows:
        refuse("The plan, field «products»", "none", f"one or more of {', '.join(_ids(library))}")
    earlier = [_row(one, f"Earlier product {place}", library, procedure, True)
               for place, one in enumerate(fields.objects("earlier"), 1)]
    days = [row.applied_at.date() for row in rows if row.applied_at is not None]
    age_months, weight_g = _patient(fields.get("patient"), min(days, default=today))
    return AnestheticPlan(age_months, weight_g, procedure, tuple(rows), tuple(earlier))


def _ids(library: ClinicalLibrary) -> list[str]:
    return [one.clinical_id for one in library.anesthetics]


def _patient(value: object, on_day: date) -> tuple[int | None, int | None]:
    fields = PlanFields(value if value is not None else {}, "The patient", PATIENT_FIELDS)
    given = [name for name in PATIENT_FIELDS[:3] if fields.has(name)]
    if len(given) > 1:
        refuse("The patient", " and ".join(given), "one of age_years, age_months, birth_date")
    weight_g = fields.number("weight_kg", 0.3, MOST_KG, 1000, down=True)
    born = fields.day("birth_date")
    if born is not None:
        if born > on_day:
            refuse(fields.place("birth_date"), born, f"a day up to {on_day}")
        return months_between(born, on_day), weight_g
    if fields.has("age_months"):
        return fields.number("age_months", 0, MOST_YEARS * 12, 1, down=True), weight_g
    years = fields.number("age_years", 0, MOST_YEARS, 12, down=True)
    return years, weight_g


def months_between(born: date, on_day: date) -> int:
    """Give an age in whole months."""
    return (on_day.year - born.year) * 12 + on_day.month - born.month - (on_day.day < born.day)


def _row(value: object, where: str, library: ClinicalLibrary, procedure: str, earlier: bool) -> PlanRow:
    fields = PlanFields(value, where, PRODUCT_FIELDS)
    known = _ids(library)
    if not fields.has("product"):
        refuse(fields.place("product"), "nothing", ", ".join(known))
    product = library.anesthetic(fields.text("product", known))
    mass_mg = fields.number("grams", 0, MOST_G, 1000)
    if mass_mg is None:
        refuse(fields.place("grams"), "nothing", f"a number from 0 to {MOST_G}")
    areas = fields.texts("areas", AREA_IDS)
    area_mm2 = fields.number("cm2", 0, MOST_CM2, 100)
    applied, removed = fields.moment("applied_at"), fields.moment("removed_at")
    if removed is not None and (applied is None or removed < applied):
        refuse(fields.place("removed_at"), removed.isoformat(), "a time after applied_at")
    authorised, repeat = _prescription(fields, where, applied)
    return PlanRow(Application(
        product, mass_mg, area_mm2 if area_mm2 is not None else _summed_mm2(areas, library, where),
        fields.flag("covered"), areas, procedure if product.use(procedure) else "", _us(applied), _us(removed),
        authorised, repeat, earlier), applied, removed)


def _prescription(fields: PlanFields, where: str, applied: datetime | None) -> tuple[bool, bool]:
    if not fields.has("prescription"):
        return False, False
    order = PlanFields(fields.get("prescription"), f"{where}, prescription", PRESCRIPTION_FIELDS)
    prescriber, since, until = order.text("prescriber"), order.day("date"), order.day("until")
    if not prescriber or since is None:
        refuse(f"{where}, prescription", "no prescriber or no date", "both: prescriber and date")
    if applied is not None and (applied.date() < since or (until is not None and applied.date() > until)):
        refuse(order.place("until" if applied.date() >= since else "date"), f"not valid on {applied.date()}",
               "a prescription that is valid when the product is put on")
    return True, order.flag("repeat_allowed")


def _summed_mm2(areas: Sequence[str], library: ClinicalLibrary, where: str) -> int:
    sizes = library.sizes_mm2()
    for area_id in areas:
        if sizes[area_id] is None:
            refuse(f"{where}, field «areas»", f"{label_of(area_id)}, whose size is not known", "cm2 beside it")
    return sum(sizes[area_id] or 0 for area_id in areas)


def _us(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1_000_000)


def judge_plan(plan: AnestheticPlan, library: ClinicalLibrary) -> DoseCheck:
    """Judge a plan by the labels."""
    return check_dose([row.application for row in (*plan.rows, *plan.earlier)], plan.age_months, plan.weight_g,
                      library.exposure)


# --- the answer ------------------------------------------------------------------------------------------


def answer(plan: AnestheticPlan, library: ClinicalLibrary) -> dict[str, object]:
    """Give the judgement for programs; lengths in minutes, masses in g, areas in cm²."""
    check = judge_plan(plan, library)
    each = [one for one in check.each if not one.application.earlier]
    rows = [_product_answer(row, one, plan.age_months) for row, one in zip(plan.rows, each, strict=True)]
    on = [row for row in rows if row["removed_at"] is None]
    return {
        "schema": "needling-console/anesthetic", "schema_version": 1, "within_label": check.within_label,
        "age_months": plan.age_months, "weight_kg": _thousandth(plan.weight_g), "procedure": plan.procedure,
        "share": _share(check.share), "earlier_counted": len(check.each) - len(each),
        "ready_at": _bound(on, "ready_at", latest=True), "maximum_at": _bound(on, "maximum_at", latest=False),
        "findings": [_finding(one) for one in check.findings], "products": rows,
    }


def _product_answer(row: PlanRow, dose: ProductDose, age_months: int | None) -> dict[str, object]:
    product, band = row.application.product, dose.band
    use = product.use(row.application.use_id)
    label, of_use = product.source, cite((use.source,)) if use else product.source
    of_band = cite((band.source,)) if band else label
    high = use.mg_per_cm2_high if use and use.mg_per_cm2_high is not None else product.mg_per_cm2_high
    return {
        "product": product.clinical_id, "name": product.name, "strength": product.strength,
        "areas": list(row.application.area_ids), "grams": _thousandth(row.application.mass_mg),
        "cm2": row.application.area_mm2 / 100 or None, "g_per_cm2": _density(row.application),
        "covered": row.application.occluded, "cover": product.occlusion.value,
        "max_g": _thousandth(band.max_mass_mg) if band else None,
        "max_g_here": _thousandth(dose.max_mass_mg) if row.application.area_mm2 else None,
        "max_cm2": band.max_area_mm2 / 100 if band and band.max_area_mm2 is not None else None,
        "max_g_per_cm2": _thousandth(high), "max_contact_min": _minutes(dose.max_contact_s),
        "onset_min": _minutes(dose.onset_s), "onset_to_min": _minutes(dose.onset_to_s),
        "sources": {"max_g": of_band, "max_g_here": label, "max_cm2": of_band, "max_g_per_cm2": of_use,
                    "max_contact_min": of_use if use and use.max_contact_s else of_band, "onset_min": of_use},
        "other_max_contact": _others(dose, age_months), "conflict": product.conflict,
        "share": _share(dose.share), "applied_at": _iso(row.applied_at),
        "ready_at": _iso(_after(row.applied_at, dose.onset_s)),
        "maximum_at": _iso(_after(row.applied_at, dose.max_contact_s)), "removed_at": _iso(row.removed_at),
        "removal": product.removal, "cautions": list(product.cautions),
        "within_label": all(one.severity.value == "note" for one in dose.findings),
        "findings": [_finding(one) for one in dose.findings],
    }


def _others(dose: ProductDose, age_months: int | None) -> list[dict[str, object]]:
    return [{"max_contact_min": _minutes(one.max_contact_s), "source": cite((one.source,))}
            for one in (dose.band.others if dose.band else ())
            if one.to_months is None or age_months is None or age_months < one.to_months]


def _finding(one: DoseFinding) -> dict[str, object]:
    return {"severity": one.severity.value, "text": one.text, "source": one.source}


def _density(application: Application) -> float | None:
    return round(application.mass_mg / 10 / application.area_mm2, 4) if application.area_mm2 else None


def _thousandth(value: int | None) -> float | None:
    return None if value is None else value / 1000


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _after(at: datetime | None, seconds: int | None) -> datetime | None:
    return None if at is None or seconds is None else at + timedelta(seconds=seconds)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _bound(rows: Sequence[Mapping[str, object]], name: str, latest: bool) -> str | None:
    times = [datetime.fromisoformat(str(row[name])) for row in rows if row[name] is not None]
    if not times or len(times) < len(rows):
        return None
    return (max(times) if latest else min(times)).isoformat()


# --- products and schema ----------------------------------------------------------------------------------


def products_answer(library: ClinicalLibrary) -> list[dict[str, object]]:
    """Name every product with the limits of its label, band by band."""
    return [_label(one) for one in library.anesthetics]


def _label(one: Anesthetic) -> dict[str, object]:
    return {
        "product": one.clinical_id, "name": one.name, "strength": one.strength, "onset_min": _minutes(one.onset_s),
        "onset_to_min": _minutes(one.onset_to_s), "max_g_per_cm2": _thousandth(one.mg_per_cm2_high),
        "cover": one.occlusion.value, "prescription_asked": one.needs_authorisation,
        "not_under_months": one.least_months, "not_on_areas": list(one.avoid_areas), "source": one.source,
        "reviewed": one.reviewed.isoformat(),
        "procedures": [
            {"procedure": use.use_id, "name": use.name, "onset_min": _minutes(use.onset_s),
             "max_contact_min": _minutes(use.max_contact_s), "source": _cited(use.source)} for use in one.uses],
        "bands": [
            {"from_months": band.from_months, "to_months": band.to_months, "over_kg": _thousandth(band.min_weight_g),
             "max_contact_min": _minutes(band.max_contact_s), "max_g": _thousandth(band.max_mass_mg),
             "max_cm2": band.max_area_mm2 / 100 if band.max_area_mm2 is not None else None,
             "source": _cited(band.source)} for band in one.bands],
        "table": [{"cm2": step.area_mm2 / 100, "max_g": _thousandth(step.mass_mg)} for step in one.table],
    }


def _cited(source: Source) -> str:
    return cite((source,))


def plan_schema(library: ClinicalLibrary) -> dict[str, object]:
    """Give the JSON Schema of a plan, with the products and procedures of now."""
    text, moment = {"type": "string"}, {"type": "string", "description": "ISO 8601 with its UTC offset"}
    day = {"type": "string", "description": "ISO 8601 date"}

    def number(most: int, least: float = 0) -> dict[str, object]:
        return {"type": "number", "minimum": least, "maximum": most}

    prescription = _object({"prescriber": text, "date": day, "until": day, "repeat_allowed": {"type": "boolean"}},
                           ["prescriber", "date"])
    product = _object({
        "product": {"enum": _ids(library)}, "grams": number(MOST_G), "cm2": number(MOST_CM2),
        "areas": {"type": "array", "items": {"enum": list(AREA_IDS)}}, "covered": {"type": "boolean"},
        "applied_at": moment, "removed_at": moment, "prescription": prescription,
    }, ["product", "grams"])
    rows = {"type": "array", "items": product}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "needling-console/anesthetic-plan",
        **_object({
            "patient": _object({"age_years": number(MOST_YEARS), "age_months": number(MOST_YEARS * 12),
                                "birth_date": day, "weight_kg": number(MOST_KG, 0.3)}, []),
            "procedure": {"enum": list(procedures(library))}, "products": {**rows, "minItems": 1}, "earlier": rows,
        }, ["products"]),
    }


def _object(properties: Mapping[str, object], required: Sequence[str]) -> dict[str, object]:
    return {"type": "object", "properties": dict(properties), "required": list(required),
            "additionalProperties": False}
