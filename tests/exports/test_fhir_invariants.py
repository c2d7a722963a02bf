"""R4's own invariants and required bindings, written down from its pages, over documents of every kind of session."""

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from dossiers import PATIENT, SESSION_ID, SMALL, STAFF, make_bench_dossier, make_dossier

from console.domain.adverse_events import AdverseEvent
from console.exports.fhir_bundle import ExportedPhoto, FhirCase, fhir_bundle

PHOTO = ExportedPhoto("p1", "front", "before", 1_794_914_640_000_000, b"\xff\xd8picture")
EVENT = AdverseEvent(
    "AE-0001", PATIENT.patient_id, str(SESSION_ID), "Herpes after needling", "2026-11-19", "moderate",
    outcome="recovered", relation="possible", suspects=("serum serum-1 S-22107",), owner_id="PR-02")
CASE = FhirCase("3f0c", "Clinic <of> tests", "1 Street", "+49 30 1", PATIENT, STAFF, (EVENT,))
REQUIRED = {  # the codes of bindings whose strength is «required», by place
    "Bundle.type": {"document"}, "Composition.status": {"preliminary", "final", "amended", "entered-in-error"},
    "Composition.confidentiality": {"U", "L", "M", "N", "R", "V"},
    "Composition.attester.mode": {"personal", "professional", "legal", "official"},
    "Encounter.status": {"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled",
                         "entered-in-error", "unknown"},
    "Procedure.status": {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed",
                         "entered-in-error", "unknown"},
    "Device.status": {"active", "inactive", "entered-in-error", "unknown"},
    "Device.udiCarrier.entryType": {"barcode", "rfid", "manual", "card", "self-reported", "unknown"},
    "Device.deviceName.type": {"udi-label-name", "user-friendly-name", "patient-reported-name", "manufacturer-name",
                               "model-name", "other"},
    "MedicationAdministration.status": {"in-progress", "not-done", "on-hold", "completed", "entered-in-error",
                                        "stopped", "unknown"},
    "Observation.status": {"registered", "preliminary", "final", "amended", "corrected", "cancelled",
                           "entered-in-error", "unknown"},
    "Consent.status": {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"},
    "Consent.provision.type": {"deny", "permit"}, "AdverseEvent.actuality": {"actual", "potential"},
    "DocumentReference.status": {"current", "superseded", "entered-in-error"},
    "DocumentReference.docStatus": {"preliminary", "final", "amended", "entered-in-error"},
    "Media.status": {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error",
                     "unknown"},
    "Provenance.entity.role": {"derivation", "revision", "quotation", "source", "removal"},
    "*.text.status": {"generated", "extensions", "additional", "empty"},
    "*.telecom.system": {"phone", "fax", "email", "pager", "url", "sms", "other"},
}
CODED = {  # required bindings of a CodeableConcept or Coding: its system, its codes
    "AdverseEvent.severity": ("adverse-event-severity", {"mild", "moderate", "severe"}),
    "AdverseEvent.outcome": ("adverse-event-outcome", {"resolved", "recovering", "ongoing", "resolvedWithSequelae",
                                                       "fatal", "unknown"}),
    "AdverseEvent.seriousness": ("adverse-event-seriousness", {"Non-serious", "Serious"}),
    "Consent.scope": ("consentscope", {"adr", "research", "patient-privacy", "treatment"}),
}
HTML = {"div", "p", "b", "i", "br", "span", "table", "tr", "td", "th", "ul", "li"}
DATETIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
TIMES = ("date", "recorded", "start", "end", "time", "when", "dateTime", "timestamp", "effectiveDateTime",
         "createdDateTime", "expirationDate", "birthDate", "verificationDate")

Document = dict[str, Any]


@pytest.fixture(scope="module", params=["sealed", "open", "bench"])
def document(request: pytest.FixtureRequest) -> Document:
    made = {"sealed": lambda: fhir_bundle(make_dossier(SMALL), replace(CASE, photos=(PHOTO,))),
            "open": lambda: fhir_bundle(make_dossier(SMALL, sealed=False), CASE),
            "bench": lambda: fhir_bundle(make_bench_dossier(), FhirCase("3f0c", ""))}
    found: Document = made[request.param]()
    return found


def resources(document: Document) -> list[Document]:
    return [one["resource"] for one in document["entry"]]


def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Give every value with its path, without list places."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, path)


def everything(document: Document) -> Iterator[tuple[str, Any]]:
    for one in resources(document):
        yield from walk(one, one["resourceType"])


def test_the_document_s_own_rules(document: Document) -> None:
    places = [one["fullUrl"] for one in document["entry"]]
    assert document["entry"][0]["resource"]["resourceType"] == "Composition", "bdl-11"
    assert len(set(places)) == len(places), "bdl-7"
    assert not any("/_history/" in one for one in places), "bdl-8"
    assert document["identifier"]["system"] and document["identifier"]["value"], "bdl-9"
    assert DATETIME.fullmatch(document["timestamp"]), "bdl-10"
    assert not any({"request", "response", "search"} & one.keys() for one in document["entry"]), "bdl-2, bdl-3, bdl-4"
    assert "total" not in document, "bdl-1"
    for one in document["entry"]:
        assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", one["resource"]["id"])
        assert one["fullUrl"] == f"urn:uuid:{one['resource']['id']}"


def test_every_resource_hangs_together_with_the_composition(document: Document) -> None:
    links = {one["fullUrl"]: {value[key] for _, value in walk(one["resource"], "") if isinstance(value, dict)
                              for key in ("reference", "url") if str(value.get(key)).startswith("urn:uuid:")}
             for one in document["entry"]}
    assert set().union(*links.values()) <= set(links), "every reference resolves within"
    reached, waiting = set(), [document["entry"][0]["fullUrl"]]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += [*links[place], *(one for one, targets in links.items() if place in targets)]
    assert reached == set(links)


def test_narratives_are_xhtml_with_words_and_their_language(document: Document) -> None:
    for one in resources(document):
        if one["resourceType"] == "Binary":
            continue
        div = ET.fromstring(one["text"]["div"])
        assert div.tag == "{http://www.w3.org/1999/xhtml}div"
        assert {part.tag.partition("}")[2] for part in div.iter()} <= HTML, "txt-1"
        assert "".join(div.itertext()).strip(), "txt-2"
        assert div.get("lang") == div.get("{http://www.w3.org/XML/1998/namespace}lang") == one["language"]
        assert "contained" not in one, "dom-2 to dom-5"


def test_required_codes(document: Document) -> None:
    seen = set()
    for path, value in everything(document):
        for place in (path, f"*.{path.split('.', 1)[-1]}"):
            if place in REQUIRED:
                assert value in REQUIRED[place], path
                seen.add(place)
        if path in CODED and isinstance(value, dict):
            system, codes = CODED[path]
            (coding,) = value["coding"]
            assert coding["system"] == f"http://terminology.hl7.org/CodeSystem/{system}" and coding["code"] in codes
    assert {"Composition.status", "*.text.status", "Observation.status"} <= seen


def test_rules_of_data_types(document: Document) -> None:
    for path, value in everything(document):
        if isinstance(value, str):
            assert value.strip() == value != "", path
            if path.rpartition(".")[2] in TIMES:
                assert DATETIME.fullmatch(value), path
        if not isinstance(value, dict):
            continue
        assert value, f"ele-1 {path}"
        if "unit" in value and "code" in value:
            assert value["system"], f"qty-3 {path}"
        if path.endswith((".attachment", ".content", ".sourceAttachment")) and "data" in value:
            assert value["contentType"], f"att-1 {path}"
            assert len(base64.b64decode(value["data"])) == value["size"]
        if path.endswith(".telecom"):
            assert value["system"], f"cpt-2 {path}"
        if {"start", "end"} <= value.keys():
            assert value["start"] <= value["end"], f"per-1 {path}"
        if "extension" in value:
            assert all(one["url"] and sum(name.startswith("value") for name in one) == 1 for one in value["extension"])


def test_rules_of_resources(document: Document) -> None:
    for one in resources(document):
        RULES.get(one["resourceType"], lambda _: None)(one)


def _composition(one: Document) -> None:
    assert one["type"]["coding"][0]["system"] == "http://loinc.org" and one["author"] and one["date"]
    for section in one["section"]:
        assert section.get("text") or section.get("entry") or section.get("section"), "cmp-1"
        assert not (section.get("emptyReason") and section.get("entry")), "cmp-2"


def _observation(one: Document) -> None:
    values = [name for name in one if name.startswith("value")]
    assert not ("dataAbsentReason" in one and values), "obs-6"
    for part in one.get("component", []):
        assert not (part["code"] == one["code"] and values), "obs-7"
        assert len([name for name in part if name.startswith("value")]) == 1
        if "valueSampledData" in part:
            taken = part["valueSampledData"]
            assert taken["period"] > 0 and taken["dimensions"] == 1 and "comparator" not in taken["origin"], "sqty-1"
    assert len([name for name in one if name.startswith("effective")]) == 1


def _administration(one: Document) -> None:
    assert len([name for name in one if name.startswith("medication")]) == 1 and one["subject"]
    assert len([name for name in one if name.startswith("effective")]) == 1
    assert "dosage" not in one or {"dose", "rateRatio", "rateQuantity"} & one["dosage"].keys(), "mad-1"


def _consent(one: Document) -> None:
    assert one.get("policy") or one.get("policyRule"), "ppc-1"
    assert one["patient"] and one["scope"] and one["category"], "ppc-2, ppc-5"
    assert all(isinstance(check["verified"], bool) for check in one.get("verification", []))


def _organization(one: Document) -> None:
    assert one.get("name") or one.get("identifier"), "org-1"
    assert all(part.get("use") != "home" for part in (*one.get("address", []), *one.get("telecom", []))), "org-2, org-3"


def _provenance(one: Document) -> None:
    assert one["target"] and one["recorded"] and all(agent["who"] for agent in one["agent"])
    for seal in one.get("signature", []):
        assert seal["type"] and seal["when"] and seal["who"] and len(base64.b64decode(seal["data"])) == 64


RULES = {
    "Composition": _composition, "Observation": _observation, "MedicationAdministration": _administration,
    "Consent": _consent, "Organization": _organization, "Provenance": _provenance,
}
