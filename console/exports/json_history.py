"""A session as one open JSON file that carries its whole chain; format in docs/session-json.md."""

import base64
import heapq
import json
from collections.abc import Iterator
from pathlib import Path

from console.domain.history import (
    GENESIS,
    JsonValue,
    canonical_json,
    commitment_to,
    event_entry,
    sealed_event_entry,
)
from console.domain.ports import StoredChunk, StoredEvent
from console.domain.session_events import GapRecorded, to_payload
from console.domain.station_proof import proof_json
from console.exports.session_facts import area_fields, row_fields
from console.services.area_figures import ALGORITHM_VERSION
from console.services.review_desk import SessionDossier
from console.services.whole_files import write_whole

SCHEMA, SCHEMA_VERSION = "needling-console/session-json", 2


def session_json(dossier: SessionDossier) -> dict[str, JsonValue]:
    """Give a session's history with every link of its chain; integers only, hashes in hex."""
    if sum(chunk.head.count for chunk in dossier.chunks) != len(dossier.table):
        raise ValueError("a dossier without its stored chunks cannot carry the chain")
    fault = dossier.fault
    return {
        "schema": SCHEMA, "schema_version": SCHEMA_VERSION, "marked_as": dossier.row.marked_as,
        "session": row_fields(dossier.row), "head": dossier.head.hex(),
        "fault": None if fault is None else {"seq": fault.seq, "what": fault.what},
        "chain": list(_links(dossier)), "gaps": list(_gaps(dossier)),
        "areas": [area_fields(area, dossier.state) for area in dossier.areas], "areas_algorithm": ALGORITHM_VERSION,
        **proof_json(dossier.proof),
    }


def write_json(path: Path, dossier: SessionDossier) -> None:
    """Write the history as a file, the same bytes each time; OperatorError where that fails."""
    text = json.dumps(session_json(dossier), ensure_ascii=False, sort_keys=True, indent=1)
    write_whole(path, text.encode() + b"\n")


def _links(dossier: SessionDossier) -> Iterator[dict[str, JsonValue]]:
    former = GENESIS
    entries: Iterator[StoredEvent | StoredChunk] = heapq.merge(
        dossier.events, dossier.chunks, key=lambda one: one.head.seq if isinstance(one, StoredChunk) else one.seq)
    for one in entries:
        link: dict[str, JsonValue] = {"prev_hash": former.hex(), "hash": one.hash.hex()}
        if isinstance(one, StoredChunk):
            link |= {"entry": one.head.entry(), "samples": base64.b64encode(one.samples).decode()}
        else:
            link |= _event_link(one)
        yield link
        former = one.hash


def _event_link(one: StoredEvent) -> dict[str, JsonValue]:
    event, payload = one.event, to_payload(one.event.what)
    facts = (one.session_id, one.seq, event.at_us, event.what.kind, event.what.version, event.actor_id)
    if one.salt is None:
        return {"entry": event_entry(*facts, payload)}
    commitment = commitment_to(one.salt, canonical_json(payload))
    return {"entry": sealed_event_entry(*facts, commitment), "salt": one.salt.hex(), "payload": payload}


def _gaps(dossier: SessionDossier) -> Iterator[dict[str, JsonValue]]:
    for one in dossier.events:
        if isinstance(one.event.what, GapRecorded):
            yield {**to_payload(one.event.what), "recorded_us": one.event.at_us, "seq": one.seq}
