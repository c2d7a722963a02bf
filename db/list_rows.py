"""Lines of the session list to rows of its tables and back."""

import dataclasses
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from console.domain.history import canonical_json
from console.domain.ports import SessionRow
from db.tables import session_summary

_FIELDS = tuple(field.name for field in dataclasses.fields(SessionRow))
_PLURAL = ("lots", "area_ids", "marks", "missing", "alarm_kinds")
_SINGLE = tuple(name for name in _FIELDS if name not in _PLURAL)
LINE_COLUMNS = tuple(session_summary.c[name] for name in _FIELDS)  # in the order of a line's fields
_PLURAL_PLACES = tuple(_FIELDS.index(name) for name in _PLURAL)


def to_columns(row: SessionRow, facet_ids: list[int]) -> dict[str, Any]:
    """Give a line as the columns of ``session_summary``."""
    columns = {name: getattr(row, name) for name in _SINGLE}
    columns |= {name: canonical_json(getattr(row, name)).decode() for name in _PLURAL}
    return {**columns, "facets": json.dumps(facet_ids, separators=(",", ":"))}


def to_line(found: Sequence[Any]) -> SessionRow:
    """Give a row of ``LINE_COLUMNS`` as a line."""
    values = list(found)
    for place in _PLURAL_PLACES:
        values[place] = _several(values[place])
    return SessionRow(*values)


@lru_cache(maxsize=8_192)
def _several(text: str) -> tuple[str, ...]:
    """Read a plural column; the same few areas, lots and marks come again and again."""
    return tuple(json.loads(text))


def facet_ids(text: str) -> list[int]:
    """Read which facets a stored line is entered under."""
    ids: list[int] = json.loads(text)
    return ids
