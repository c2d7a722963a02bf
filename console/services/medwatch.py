"""An adverse event as the fields of form FDA 3500 (voluntary MedWatch reporting). What is not known stays empty.

The edition and what each section asks for is in ``docs/medwatch.md``. Nothing is invented, nothing is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from console.domain.adverse_events import OUTCOMES, RELATIONS, SERIOUSNESS, AdverseEvent, Suspect, suspects_of
from console.domain.people import Patient, Role, Staff
from console.domain.session_events import SerumApplied
from console.domain.session_state import SessionState
from console.services.clinical_parts import ClinicFacts
from console.services.local_time import local_day

FORM, EDITION = "FDA 3500", "09/2025"
COMMON_NAMES = {"pen": "Microneedling pen", "cartridge": "Needle cartridge of a microneedling pen"}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: ``value`` None where the record does not know it."""

    key: str
    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class FormPart:
    """A section of the form, A to G; ``number`` counts products and devices of one section, else 0."""

    letter: str
    title: str
    fields: tuple[FormField, ...]
    number: int = 0

    @property
    def heading(self) -> str:
        """Write the section's heading."""
        return f"{self.letter}. {self.title}" + (f", #{self.number}" if self.number else "")


@dataclass(frozen=True, slots=True)
class MedWatchForm:
    """A whole form, of one event at one day."""

    event_id: str
    session_id: str
    day: date
    marked_as: str
    clinic: str
    parts: tuple[FormPart, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name every field the record does not know, by section."""
        return tuple(f"{part.heading}: {field.label}" for part in self.parts for field in part.fields
                     if field.value is None)


def fill_form(
    event: AdverseEvent, state: SessionState, patient: Patient, clinic: ClinicFacts, reporter: Staff | None, day: date,
) -> MedWatchForm:
    """Fill the form from what is on record; ``day`` is the day of the report."""
    used = suspects_of(state)
    blamed = [one for one in used if one.key in event.suspects]
    drugs = [one for one in blamed if not one.is_device]
    devices = [one for one in blamed if one.is_device]
    parts = [
        FormPart("A", "Patient information", _patient(patient, state)),
        FormPart("B", "Adverse event", _event(event, state, patient, day)),
        FormPart("C", "Product availability", (
            _field("available", "Product available for evaluation", ""), _field("returned", "Returned on", ""),
            _field("picture", "Picture of the product", ""))),
        *_numbered("D", "Suspect products", [_product(one, state) for one in drugs]),
        *_numbered("E", "Suspect medical device", [_device(one, state) for one in devices]),
        FormPart("F", "Other medical products", (
            _field("others", "Other products used in the session",
                   "; ".join(_named(one) for one in used if one.key not in event.suspects)),)),
        FormPart("G", "Reporter", _reporter(clinic, reporter)),
    ]
    marked = state.opened.marked_as if state.opened else ""
    return MedWatchForm(event.event_id, event.session_id, day, marked, clinic.name, tuple(parts))


def _field(key: str, label: str, value: str) -> FormField:
    return FormField(key, label, value or None)


def _patient(patient: Patient, state: SessionState) -> tuple[FormField, ...]:
    age = state.opened.age_years if state.opened else None
    return (
        _field("identifier", "Patient identifier", f"{patient.initials}, {patient.patient_id}"),
        _field("age", "Age", f"{age} years" if age is not None else ""), _field("sex", "Sex", ""),
        _field("weight", "Weight", f"{state.weight_g / 1000:.1f} kg" if state.weight_g else ""),
        _field("ethnicity", "Ethnicity", ""), _field("race", "Race", ""),
    )


def _event(event: AdverseEvent, state: SessionState, patient: Patient, day: date) -> tuple[FormField, ...]:
    serious = "; ".join(SERIOUSNESS[one] for one in event.serious)
    return (
        _field("kind", "Type of report", "Adverse event"),
        _field("outcomes", "Outcome attributed to the event", serious or "None of the serious outcomes"),
        _field("event_day", "Date of event", _day(event.began)), _field("report_day", "Date of this report", _us(day)),
        _field("description", "Description", _description(event, state)),
        _field("tests", "Relevant tests and laboratory data", ""),
        _field("history", "Other relevant history", _history(state, patient)),
    )


def _description(event: AdverseEvent, state: SessionState) -> str:
    name, opened = (state.plan.plan_name if state.plan else "Microneedling"), local_day(state.opened_at_us)
    areas = ", ".join(area.plan.label for area in state.areas.values() if area.finished)
    grade = f" CTCAE grade {event.grade}, as the clinic judged." if event.grade else ""
    parts = [
        f"{event.what}. Severity {event.severity}.{grade}",
        f"Relation to the treatment: {RELATIONS[event.relation].lower()}.",
        f"Outcome so far: {OUTCOMES[event.outcome].lower()}.",
        f"After microneedling ({name}) on {_us(opened)}, areas: {areas or 'none finished'}.",
        f"Done about it: {event.done_about_it}." if event.done_about_it else "",
        f"How it ended: {event.closing}." if event.closing else "",
    ]
    return " ".join(part for part in parts if part).replace("..", ".")


def _history(state: SessionState, patient: Patient) -> str:
    asked = {rule.rule_id: rule.question for rule in state.rules}
    found = [f"{asked.get(rule_id, rule_id)}: yes" + (f" ({given.note})" if given.note else "")
             for rule_id, given in state.answers.items() if given.answer == "yes"]
    skin = state.opened.fitzpatrick if state.opened else ""
    return "; ".join(part for part in (patient.note, f"Fitzpatrick type {skin}" if skin else "", *found) if part)


def _numbered(letter: str, title: str, found: Sequence[tuple[FormField, ...]]) -> list[FormPart]:
    if not found:
        return [FormPart(letter, title, (FormField("none", "Anything of this kind", "Not judged as suspect"),))]
    return [FormPart(letter, title, fields, place) for place, fields in enumerate(found, 1)]


def _product(one: Suspect, state: SessionState) -> tuple[FormField, ...]:
    opened = local_day(state.opened_at_us)
    return (
        _field("name", "Name", one.name), _field("manufacturer", "Manufacturer or compounder", ""),
        _field("lot", "Lot", one.lot), _field("ndc", "NDC or other number", f"GTIN {one.gtin}" if one.gtin else ""),
        _field("amount", "Dose or amount", _amount(one, state)), _field("frequency", "Frequency", "Once"),
        _field("route", "Route", "Topical"), _field("used", "Dates of use", _us(opened)),
        _field("reason", "Diagnosis or reason for use", _reason(one, state)),
        _field("type", "Product type (OTC, compounded, generic, biosimilar)", ""),
        _field("expiry", "Expiration date", _day(one.expiry)),
        _field("abated", "Event abated after use stopped", ""), _field("again", "Event reappeared after use", ""),
    )


def _reason(one: Suspect, state: SessionState) -> str:
    words = {"anesthetic": "Numbing before microneedling", "glide": "Gliding of the needles"}
    return words.get(one.role, state.plan.plan_name if state.plan else "")


def _amount(one: Suspect, state: SessionState) -> str:
    of_it = (one.product_id, one.lot)
    mass_mg = sum(given.applied.mass_mg for given in state.anesthetics.values()
                  if (given.applied.product.product_id, given.applied.product.lot) == of_it)
    volume_ul = sum(given.volume_ul for _, given in state.serums if isinstance(given, SerumApplied)
                    and (given.product.product_id, given.product.lot) == of_it)
    if mass_mg:
        return f"{mass_mg / 1000:.1f} g"
    return f"{volume_ul / 1000:.1f} mL" if volume_ul else ""


def _device(one: Suspect, state: SessionState) -> tuple[FormField, ...]:
    return (
        _field("brand", "Brand name", one.name), _field("common", "Common device name", COMMON_NAMES[one.role]),
        _field("procode", "Procode", ""), _field("manufacturer", "Manufacturer name, city and state", ""),
        _field("model", "Model number", one.model), _field("lot", "Lot number", one.lot),
        _field("catalog", "Catalog number", ""), _field("expiry", "Expiration date", _day(one.expiry)),
        _field("serial", "Serial number", one.serial), _field("udi", "Unique device identifier (UDI)", _udi(one)),
        _field("operator", "Operator of the device", "Health professional" if state.practitioner_id else ""),
        _field("implanted", "If implanted, date", "Not implanted"),
        _field("reprocessed", "Single-use device reprocessed and reused", ""),
    )


def _udi(one: Suspect) -> str:
    if not one.gtin:
        return ""
    parts = [f"(01){one.gtin.zfill(14)}"]
    if one.expiry:
        parts.append(f"(17){date.fromisoformat(one.expiry):%y%m%d}")
    parts += [f"(10){one.lot}"] if one.lot else []
    parts += [f"(21){one.serial}"] if one.serial else []
    return "".join(parts)


def _reporter(clinic: ClinicFacts, reporter: Staff | None) -> tuple[FormField, ...]:
    treats = reporter is not None and reporter.role is Role.PRACTITIONER
    return (
        _field("name", "Name", reporter.name if reporter else ""),
        _field("address", "Address", ", ".join(part for part in (clinic.name, clinic.address) if part)),
        _field("phone", "Phone", clinic.phone), _field("email", "Email", ""),
        _field("professional", "Health professional", "Yes" if treats else ""), _field("occupation", "Occupation", ""),
        _field("also_reported", "Also reported to", ""),
        _field("disclosure", "Identity disclosed to the manufacturer", ""),
    )


def _named(one: Suspect) -> str:
    return one.name + (f", lot {one.lot}" if one.lot else "") + (f", serial {one.serial}" if one.serial else "")


def _day(iso: str) -> str:
    return _us(date.fromisoformat(iso)) if iso else ""


def _us(day: date) -> str:
    """Write a day as the form wants it: 01-Jul-2015."""
    return f"{day:%d-%b-%Y}"
