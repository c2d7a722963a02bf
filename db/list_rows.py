"""Lines of the session list to rows of its tables and back."""

import dataclasses
import json
from typing import Any

from sqlalchemy import Row

from console.domain.history import canonical_json
from console.domain.ports import SessionRow

_FIELDS = tuple(field.name for field in dataclasses.fields(SessionRow))
_PLURAL = ("lots", "area_ids", "marks", "missing", "alarm_kinds")
_SINGLE = tuple(name for name in _FIELDS if name not in _PLURAL)


def to_columns(row: SessionRow, facet_ids: list[int]) -> dict[str, Any]:
    """Give a line as the columns of ``session_summary``."""
    columns = {name: getattr(row, name) for name in _SINGLE}
    columns |= {name: canonical_json(getattr(row, name)).decode() for name in _PLURAL}
    return {**columns, "facets": json.dumps(facet_ids, separators=(",", ":"))}


def to_line(found: Row[Any]) -> SessionRow:
    """Give a row of ``session_summary`` as a line."""
    columns = found._mapping
    fields = {name: columns[name] for name in _SINGLE}
    for name in _PLURAL:
        text = columns[name]
        fields[name] = tuple(json.loads(text)) if text != "[]" else ()
    return SessionRow(**fields)


def facet_ids_of(found: Row[Any]) -> list[int]:
    """Give which facets a stored row is entered under."""
    ids: list[int] = json.loads(found._mapping["facets"])
    return ids
