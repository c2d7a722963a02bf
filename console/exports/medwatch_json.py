"""A filled form FDA 3500 as JSON; fields in docs/medwatch.md."""

import json
from pathlib import Path

from console.domain.history import JsonValue
from console.services.medwatch import EDITION, FORM, MedWatchForm
from console.services.whole_files import write_whole

SCHEMA, SCHEMA_VERSION = "needling-console/medwatch-json", 1


def medwatch_json(form: MedWatchForm) -> dict[str, JsonValue]:
    """Give a form's sections with their fields; null is what the record does not know."""
    sections: list[JsonValue] = [
        {"section": part.letter, "title": part.title, "number": part.number or None,
         "fields": {field.key: field.value for field in part.fields}} for part in form.parts]
    return {
        "schema": SCHEMA, "schema_version": SCHEMA_VERSION, "form": FORM, "edition": EDITION,
        "adverse_event": form.event_id, "session": form.session_id, "date": form.day.isoformat(),
        "marked_as": form.marked_as, "sections": sections, "missing": list(form.missing),
    }


def write_medwatch_json(path: Path, form: MedWatchForm) -> None:
    """Write the form as a file; OperatorError where that fails."""
    write_whole(path, json.dumps(medwatch_json(form), ensure_ascii=False, indent=1).encode() + b"\n")
