"""Pens, cartridges and what was put on the skin as Device, Medication and MedicationAdministration."""

from console.domain import session_events as ev
from console.domain.areas import labels_of
from console.domain.event_base import ProductLot
from console.domain.products import gtin14
from console.domain.session_state import Application, SessionState
from console.exports.fhir_parts import ABSENT, GTIN, Entries, Resource, code, instant, ours, period, quantity_of

_ENTRY = {"scan": "barcode", "typed": "manual", "chosen": "manual", "tag": "rfid"}


def key_of(lot: ProductLot) -> str:
    """Name a product of the session: as an adverse event's suspect does."""
    return " ".join(part for part in (lot.role, lot.product_id, lot.lot, lot.serial) if part)


def add_products(entries: Entries, state: SessionState, about: Resource) -> None:
    """Keep every device and medication the session used; ``about``: subject and encounter."""
    for pen in state.pens:
        _add_pen(entries, pen)
    lots = [one.product for one in (*state.cartridges, *state.spent_cartridges)]
    if state.glide is not None and state.glide.product is not None:
        lots.append(state.glide.product)
    for lot in lots:
        _add_device(entries, lot)
    for key, application in state.anesthetics.items():
        _add_anesthetic(entries, key, application, state, about)
    for number, (at_us, serum) in enumerate(state.serums, 1):
        _add_serum(entries, number, at_us, serum, about)


def _add_pen(entries: Entries, pen: ev.PenBound) -> None:
    unknown = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    entries.add(f"pen {pen.serial}", {
        "resourceType": "Device", "status": "active",
        "udiCarrier": [{"_deviceIdentifier": unknown, "entryType": "unknown"}],  # pens do not tell theirs
        "serialNumber": pen.serial, "deviceName": [{"name": pen.model, "type": "model-name"}],
        "type": code("Micro-needling pen"), "version": [{"type": code("Firmware"), "value": pen.firmware}],
        "owner": entries.ref("clinic")}, [f"Micro-needling pen {pen.model}, serial number {pen.serial}"])


def _add_device(entries: Entries, lot: ProductLot) -> None:
    entries.add(key_of(lot), {
        "resourceType": "Device", "status": "active", "udiCarrier": _carrier(lot), "lotNumber": lot.lot,
        "expirationDate": lot.expiry, "serialNumber": lot.serial,
        "deviceName": [{"name": lot.name, "type": "user-friendly-name"}], "type": code(lot.role.capitalize()),
        "owner": entries.ref("clinic")}, [_lot_words(lot)])


def _carrier(lot: ProductLot) -> list[Resource]:
    if not lot.gtin:
        return []
    parts = [("01", gtin14(lot.gtin)), ("17", lot.expiry.replace("-", "")[2:]), ("10", lot.lot), ("21", lot.serial)]
    return [{"deviceIdentifier": gtin14(lot.gtin), "issuer": GTIN, "entryType": _ENTRY.get(lot.entry, "unknown"),
             "carrierHRF": "".join(f"({name}){value}" for name, value in parts if value)}]


def _lot_words(lot: ProductLot) -> str:
    told = ((" lot ", lot.lot), (" serial number ", lot.serial), (" use by ", lot.expiry))
    return lot.name + ",".join([""] + [f"{words}{value}" for words, value in told if value])


def _add_medication(entries: Entries, lot: ProductLot) -> Resource | None:
    number = [{"system": GTIN, "value": gtin14(lot.gtin)}] if lot.gtin else []
    entries.add(key_of(lot), {
        "resourceType": "Medication", "identifier": number, "code": code(lot.name),
        "batch": {"lotNumber": lot.lot, "expirationDate": lot.expiry}}, [_lot_words(lot)])
    return entries.ref(key_of(lot), lot.name)


def _add_anesthetic(
    entries: Entries, key: str, one: Application, state: SessionState, about: Resource,
) -> None:
    given, lot = one.applied, one.applied.product
    where = labels_of(given.area_ids or tuple(state.areas))
    notes = (f"Removed early: {one.early_reason}" if one.early_reason else "",
             f"Authorised by {given.authorised_by}" if given.authorised_by else "",
             "Start in doubt: the clock jumped or the console was off" if one.in_doubt else "")
    said = f"{lot.name}, {given.mass_mg / 1000:g} g on {where or 'the skin'}" + (", occluded" if given.occluded else "")
    entries.add(f"anesthetic {key}", {
        "resourceType": "MedicationAdministration",
        "status": "completed" if one.removed_at_us is not None else "unknown" if state.closed else "in-progress",
        "category": code("Topical anesthetic"), "medicationReference": _add_medication(entries, lot), **_given(about),
        "effectivePeriod": period(given.applied_at_us, one.removed_at_us),
        "performer": [{"actor": entries.ref(f"staff {state.practitioner_id}")}] if state.practitioner_id else [],
        "note": [{"text": words} for words in notes if words],
        "dosage": _dosage(given.mass_mg, "mg", "mg", where, "Occluded" if given.occluded else ""),
    }, [said])


def _add_serum(
    entries: Entries, number: int, at_us: int, serum: ev.SerumApplied | ev.PrpApplied, about: Resource,
) -> None:
    if isinstance(serum, ev.SerumApplied):
        name = serum.product.name
        what: Resource = {"medicationReference": _add_medication(entries, serum.product)}
    else:
        name = f"The patient's own plasma, tube {serum.tube_id}"
        what = {"medicationCodeableConcept": ours("medication", "own_plasma", name)}
    why = f"Used outside its label: {serum.off_label_reason}" if serum.off_label_reason else ""
    entries.add(f"serum {number}", {
        "resourceType": "MedicationAdministration", "status": "completed", "category": code("Serum"), **what,
        **_given(about), "effectiveDateTime": instant(at_us), "note": [{"text": why}] if why else [],
        "dosage": _dosage(serum.volume_ul / 1000, "mL", "mL", "", ""),
    }, [f"{name}, {serum.volume_ul / 1000:g} mL"])


def _given(about: Resource) -> Resource:
    """Give what an administration shares; its encounter is called context."""
    shared = {name: value for name, value in about.items() if name != "encounter"}
    return {**shared, "context": about.get("encounter")}


def _dosage(amount: float, unit: str, ucum: str, where: str, how: str) -> Resource | None:
    if amount <= 0:  # not known: a dosage without a dose is not allowed
        return None
    return {"site": code(where) if where else None, "route": code("Topical"),
            "method": code(how) if how else None, "dose": quantity_of(amount, unit, ucum)}
