"""``main.py adverse-event``: the list of adverse events, or one as the fields of form FDA 3500."""

import argparse
import json
import os
from pathlib import Path
from uuid import UUID

from console.app.compose import folder_library
from console.app.reading import opened
from console.app.reading_notes import about, listing
from console.domain.adverse_events import AdverseEvent, event_of
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.errors import OperatorError
from console.domain.session_fold import fold
from console.exports.medwatch_json import write_medwatch_json
from console.services.adverse_event_desk import find_event
from console.services.clocks import SystemClock
from console.services.local_time import local_day
from console.services.medwatch import MedWatchForm, fill_form
from db.registry import RegistryReader


def run(args: argparse.Namespace) -> int:
    """List the events, or write one; what the form asks for and the record does not know is named."""
    if not args.event:
        if args.format is not None or args.out is not None:
            raise OperatorError("No adverse event is named", "nothing was written",
                                "name one, such as AE-0001; the command alone lists them")
        return _list(args)
    if args.format is None or args.out is None:
        raise OperatorError("Format and file are missing", "nothing was written", "add --format pdf --out FILE")
    with opened(args, about("exported", f"{RecordKind.ADVERSE_EVENT} {args.event}", args.format)) as (folder, store):
        registry = RegistryReader(store)
        event = find_event(registry, args.event)
        reporter = next((one for one in registry.staff() if one.staff_id == event.owner_id), None)
        form = fill_form(
            event, fold(one.event for one in store.events(UUID(event.session_id))), registry.patient(event.patient_id),
            folder_library(folder, registry).clinic, reporter, local_day(SystemClock().utc_us()))
    write_form(args.out, form, args.format)
    print(f"Wrote {args.out}")
    print(f"{len(form.missing)} fields are not on record:")
    for one in form.missing:
        print(f"  {one}")
    return 0


def _list(args: argparse.Namespace) -> int:
    with opened(args, listing("adverse events")) as (_, store):
        found = [event_of(one) for one in RegistryReader(store).records(RecordFilter(RecordKind.ADVERSE_EVENT))]
    found.sort(key=lambda one: one.event_id)
    if args.json:
        print(json.dumps([_fields(one) for one in found], ensure_ascii=False, indent=1))
        return 0
    for one in found:
        print(f"{one.event_id}  {one.began}  {one.state:6}  {one.severity:8}  {one.patient_id}  {one.what}")
    print(f"{len(found)} adverse event{'' if len(found) == 1 else 's'}" if found else "No adverse events.")
    return 0


def _fields(one: AdverseEvent) -> dict[str, object]:
    return {"event": one.event_id, "state": one.state, "patient": one.patient_id, "session": one.session_id,
            "what": one.what, "began": one.began, "severity": one.severity, "serious": list(one.serious),
            "relation": one.relation, "outcome": one.outcome, "owner": one.owner_id, "due": one.due or None}


def write_form(out: Path, form: MedWatchForm, kind: str) -> None:
    """Write a form as ``pdf`` or ``json``; works without a screen."""
    if kind == "json":
        write_medwatch_json(out, form)
        return
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication(["medwatch"]))
    from ui.documents.medwatch import write_medwatch

    write_medwatch(out, form)


_kept: list[object] = []
