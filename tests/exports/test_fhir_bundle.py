"""The FHIR document: taken by an independent model, sound by what it does not check, and true to the bytes."""

import base64
import copy
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dossiers import PATIENT, SESSION_ID, SMALL, STAFF, make_bench_dossier, make_dossier
from fhir.resources.R4B.bundle import Bundle

from console.domain.adverse_events import AdverseEvent
from console.exports.fhir_bundle import ExportedPhoto, FhirCase, fhir_bundle, fhir_bytes
from console.exports.fhir_check import problems
from console.exports.fhir_samples import binned, series_of
from console.services.review_desk import SessionDossier

EVENT = AdverseEvent(
    "AE-0001", PATIENT.patient_id, str(SESSION_ID), "Herpes after needling", "2026-11-19", "moderate",
    outcome="recovered", relation="possible", suspects=("serum serum-1 S-22107",), owner_id="PR-02")


def case(**more: Any) -> FhirCase:
    return FhirCase("3f0c", "Clinic <of> tests", "1 Street", "+49 30 1", PATIENT, STAFF, (EVENT,), **more)


@pytest.fixture(scope="module")
def dossier() -> SessionDossier:
    return make_dossier(SMALL)


@pytest.fixture(scope="module")
def bundle(dossier: SessionDossier) -> dict[str, Any]:
    return fhir_bundle(dossier, case())


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def test_an_independent_model_takes_it(bundle: dict[str, Any]) -> None:
    read = Bundle.model_validate_json(json.dumps(bundle))
    assert len(read.entry) == len(bundle["entry"])
    kinds = {one["resource"]["resourceType"] for one in bundle["entry"]}
    assert kinds == {
        "Composition", "Organization", "Practitioner", "Patient", "Encounter", "Procedure", "Device", "Medication",
        "MedicationAdministration", "Observation", "Consent", "AdverseEvent", "Binary", "DocumentReference",
        "Provenance"}


def test_the_invariants_hold(bundle: dict[str, Any]) -> None:
    assert problems(bundle) == []


def test_a_bench_recording_has_no_patient() -> None:
    bare = fhir_bundle(make_bench_dossier(), FhirCase("3f0c", ""))
    assert problems(bare) == []
    Bundle.model_validate_json(json.dumps(bare))
    assert not of_kind(bare, "Patient") and not of_kind(bare, "Procedure") and of_kind(bare, "Observation")


def test_an_open_session_is_preliminary() -> None:
    open_now = fhir_bundle(make_dossier(SMALL, sealed=False), case())
    assert problems(open_now) == []
    Bundle.model_validate_json(json.dumps(open_now))
    assert of_kind(open_now, "Composition")[0]["status"] == "preliminary"
    assert of_kind(open_now, "Procedure")[0]["status"] == "in-progress"


def test_photos_come_with_their_hash(dossier: SessionDossier) -> None:
    photo = ExportedPhoto("p1", "front", "before", dossier.state.opened_at_us, b"\xff\xd8picture")
    with_photo = fhir_bundle(dossier, case(photos=(photo,)))
    Bundle.model_validate_json(json.dumps(with_photo))
    content = of_kind(with_photo, "Media")[0]["content"]
    assert base64.b64decode(content["data"]) == b"\xff\xd8picture"
    assert base64.b64decode(content["hash"]) == hashlib.sha1(b"\xff\xd8picture", usedforsecurity=False).digest()


def test_the_raw_record_is_the_pens_bytes(dossier: SessionDossier, bundle: dict[str, Any]) -> None:
    told = of_kind(bundle, "DocumentReference")[0]
    place = told["content"][0]["attachment"]["url"]
    raw = base64.b64decode(next(one["resource"]["data"] for one in bundle["entry"] if one["fullUrl"] == place))
    assert told["identifier"][0]["value"] == hashlib.sha256(raw).hexdigest()
    chain = json.loads(raw)["chain"]
    sent = b"".join(base64.b64decode(one["samples"]) for one in chain if "samples" in one)
    assert sent == b"".join(chunk.samples for chunk in dossier.chunks)


def test_bins_are_those_of_the_samples(dossier: SessionDossier, bundle: dict[str, Any]) -> None:
    table = dossier.table
    rates = next(one for one in of_kind(bundle, "Observation") if one["code"]["coding"][0]["code"] == "rate_chz")
    least, mean, greatest = (one["valueSampledData"] for one in rates["component"])
    for one in (least, mean, greatest):
        assert re.fullmatch(r"(E|U|L|-?\d+(\.\d+)?)( (E|U|L|-?\d+(\.\d+)?))*", one["data"])
        assert (one["period"], one["dimensions"], one["origin"]["value"], one["factor"]) == (1000, 1, 0, 0.01)
    second = (table.utc_us - table.utc_us[0]) // 1_000_000
    tokens = (one["data"].split() for one in (least, mean, greatest))
    for place, (low, middle, high) in enumerate(zip(*tokens, strict=True)):
        inside = table.raw["rate_chz"][second == place].astype(float)
        if low == "E":
            assert not len(inside)
            continue
        assert (int(low), int(high)) == (inside.min(), inside.max())
        assert float(middle) == pytest.approx(inside.mean(), abs=0.051)
    assert len(least["data"].split()) == int(second[-1]) + 1


def test_a_resent_chunk_placed_a_little_earlier_does_not_cut_a_run_and_a_leap_does(dossier: SessionDossier) -> None:
    table = dossier.table
    moved = table.utc_us.copy()
    moved[100:110] -= 40_000
    (whole,) = series_of(replace(table, utc_us=moved))
    assert (whole.rows, whole.start_us) == (slice(0, len(table)), int(moved.min()))
    moved[200:] -= 5_000_000
    assert [one.rows for one in series_of(replace(table, utc_us=moved))] == [slice(0, 200), slice(200, len(table))]


def test_a_second_without_samples_is_an_error_token() -> None:
    column, bins = np.array([5.0, np.nan, 7.0, 8.0]), np.array([0, 1, 3, 3])
    assert binned(column, bins, 4) == ("5 E E 7", "5.0 E E 7.5", "5 E E 8")


def test_lots_and_udi_are_told(bundle: dict[str, Any]) -> None:
    cartridge = next(one for one in of_kind(bundle, "Device") if one.get("lotNumber") == "C7-30951")
    carrier = cartridge["udiCarrier"][0]
    assert carrier["deviceIdentifier"] == "09506000134369"
    assert carrier["carrierHRF"] == "(01)09506000134369(17)280131(10)C7-30951(21)S0018842"
    assert {one["batch"]["lotNumber"] for one in of_kind(bundle, "Medication")} == {"L24-0817", "S-22107"}


def test_the_same_record_gives_the_same_bytes(dossier: SessionDossier) -> None:
    assert fhir_bytes(dossier, case()) == fhir_bytes(dossier, case())


@pytest.mark.parametrize("break_it", [
    lambda one: one["entry"].append(one["entry"][1]),
    lambda one: one["entry"].reverse(),
    lambda one: one["entry"][1]["resource"].pop("text"),
    lambda one: one.pop("identifier"),
    lambda one: one.update(timestamp="2026-11-17T11:24:00"),
    lambda one: one["entry"][0]["resource"]["subject"].update(reference="urn:uuid:gone"),
    lambda one: one["entry"][0]["resource"].update(title=""),
    lambda one: one["entry"][0]["resource"].update(section=[]),
    lambda one: of_kind(one, "Observation")[-1]["component"][0]["valueSampledData"].update(data="1 2 not a number"),
    lambda one: of_kind(one, "Observation")[-1]["component"][0]["valueSampledData"].update(data="1  2"),
])
def test_every_broken_invariant_is_found(bundle: dict[str, Any], break_it: Any) -> None:
    broken = copy.deepcopy(bundle)
    break_it(broken)
    assert problems(broken)
