"""The raw record as an attachment, and what proves it: signers and the station's signatures as Provenance."""

import base64
import hashlib
import json

from console.domain.station_proof import RECORD_PURPOSE, StationSignature
from console.exports.fhir_parts import TERMINOLOGY, Entries, Resource, attachment, code, instant, own_system, period
from console.services.review_desk import SessionDossier

RECORD = "Raw record"
_AGENT = f"{TERMINOLOGY}/provenance-participant-type"
_PURPOSES = "urn:iso-astm:E1762-95:2013"
_SOURCE, _ADDENDUM = (f"1.2.840.10065.1.12.1.{number}" for number in (14, 15))


def add_record(entries: Entries, dossier: SessionDossier, raw: bytes, about: Resource) -> None:
    """Keep the session file whole: every event, every sample and the chain."""
    binary = entries.add("raw", {"resourceType": "Binary", "contentType": "application/json",
                                 "data": base64.b64encode(raw).decode()})
    sha256 = hashlib.sha256(raw).hexdigest()
    context = {"encounter": [about["encounter"]]} if about.get("encounter") else None
    entries.add("record", {
        "resourceType": "DocumentReference", "status": "current",
        "docStatus": "final" if dossier.state.closed else "preliminary", "type": code("Session file with every sample"),
        "identifier": [{"system": own_system("sha256"), "value": sha256},
                       {"system": own_system("chain head"), "value": dossier.head.hex()}],
        "subject": about.get("subject"), "date": instant(dossier.state.last_at_us), "custodian": entries.ref("clinic"),
        "author": [entries.ref("station")], "description": f"SHA-256 {sha256}; chain head {dossier.head.hex()}",
        "content": [{"attachment": attachment(raw, "application/json", "session.json", binary)}],
        "context": context,
    }, [f"{RECORD}: session.json, {len(raw)} bytes, SHA-256 {sha256}"])


def add_proof(entries: Entries, dossier: SessionDossier) -> None:
    """Keep one Provenance for the record's making, and one for each signature of the station."""
    targets = [entries.ref("composition"), entries.ref("record")]
    state = dossier.state
    signers = [_agent(entries.ref(f"staff {what.signer_id}"), "author", "Author") for _, what in state.signed]
    words = [f"{what.signer_name}: {what.meaning}, {instant(at_us)}, by {what.method}" for at_us, what in state.signed]
    entries.add("provenance", {
        "resourceType": "Provenance", "target": targets, "recorded": instant(state.last_at_us),
        "occurredPeriod": period(state.opened_at_us, state.last_at_us),
        "activity": code("Recorded during the treatment" if state.afterwards is None else "Entered from paper"),
        "agent": [*signers, _agent(entries.ref("station"), "assembler", "Assembler")],
        "entity": [{"role": "source", "what": entries.ref("record")}],
    }, words or ["Not signed by anybody yet"])
    for one in dossier.proof.signatures:
        _add_signature(entries, one, targets)


def _agent(who: Resource | None, value: str, display: str) -> Resource:
    return {"type": code(display, _AGENT, value, display), "who": who}


def _add_signature(entries: Entries, one: StationSignature, targets: list[Resource | None]) -> None:
    """Keep a signature with the very bytes it is over: ``RECORD_PURPOSE`` and then the statement."""
    statement = json.loads(one.statement)
    signed = RECORD_PURPOSE + one.statement.encode()
    entries.add(f"statement {one.seq}", {
        "resourceType": "Binary", "contentType": "application/octet-stream", "data": base64.b64encode(signed).decode()})
    added = statement["act"] == "added"
    kind = {"system": _PURPOSES, "code": _ADDENDUM if added else _SOURCE,
            "display": "Addendum Signature" if added else "Source Signature"}
    when = instant(int(statement["at_us"]))
    entries.add(f"seal {one.seq}", {
        "resourceType": "Provenance", "target": targets, "recorded": when,
        "activity": code(f"Record {statement['act']}: signed by the station"),
        "agent": [_agent(entries.ref("station"), "assembler", "Assembler")],
        "entity": [{"role": "source", "what": entries.ref(f"statement {one.seq}")}],
        "signature": [{
            "type": [kind], "when": when, "who": entries.ref("station"), "targetFormat": "application/octet-stream",
            "sigFormat": "application/octet-stream", "data": base64.b64encode(one.signature).decode()}],
    }, [f"Ed25519 signature of station key {one.key_id} over entry {one.seq}, head {statement['hash']}"])
