"""Incidents as papers: the list as JSON for programs and as PDF for the file."""

import json
from collections.abc import Sequence
from pathlib import Path

from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import iso_utc
from console.domain.incidents import Incident, from_record, in_order
from console.services.local_time import local_day
from console.services.whole_files import write_whole
from db.registry import RegistryReader


def read_incidents(registry: RegistryReader, now_us: int) -> list[Incident]:
    """Give every incident, those overdue first."""
    found = registry.records(RecordFilter(RecordKind.INCIDENT))
    return in_order([from_record(one) for one in found], local_day(now_us))


def incident_json(one: Incident, now_us: int) -> dict[str, object]:
    """Give an incident for programs; times in UTC, ``due`` an ISO date or null."""
    return {
        "incident": one.incident_id, "kind": one.kind.value, "state": one.state.value,
        "happened_at": iso_utc(one.happened_us), "happened": list(one.happened), "note": one.note,
        "measures": list(one.measures), "owner": one.owner_id or None, "due": one.due or None,
        "overdue": one.overdue(local_day(now_us)), "patient": one.patient_id or None,
        "session": one.session_id or None, "pen": one.pen or None, "cartridge": one.cartridge or None,
        "room": one.room or None,
        "steps": [{"at": iso_utc(step.at_us), "by": step.by, "what": step.what, "words": step.words}
                  for step in one.steps],
    }


def write_incidents_json(path: Path, incidents: Sequence[Incident], now_us: int) -> None:
    """Write the list; OperatorError where the file cannot be written."""
    text = json.dumps([incident_json(one, now_us) for one in incidents], ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n".encode())


def mark_of(marked_as: str) -> str:
    """Give what a paper of a marked folder bears at its foot."""
    return f"{marked_as.capitalize()}, not clinical" if marked_as else ""
