"""Old and new values of a change, field by field: what is nested is opened, and only what differs is told."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.domain.audit import AuditChange

_WHOLE = ("table", "value")  # names that say nothing once what they hold is told part by part
_NAMING = ("id", "area", "area_id", "key", "name", "kind")  # what tells the members of a list apart


def changes_between(name: str, old: Any, new: Any) -> Iterator[AuditChange]:
    """Give each part of a field that differs; of what is neither a table nor a list the one change."""
    before, after = _opened(old), _opened(new)
    if _is_table(before) and _is_table(after) and (before or after):
        told = "" if name in _WHOLE else f"{name} "
        for part in dict.fromkeys([*(after or {}), *(before or {})]):
            yield from changes_between(f"{told}{part}", (before or {}).get(part), (after or {}).get(part))
    elif words_of(before) != words_of(after):
        yield AuditChange(name, words_of(before), words_of(after))


def words_of(value: Any) -> str:
    """Give a value as the audit shows it; nothing is the empty text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(words_of(_opened(one)) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_table(value: Any) -> bool:
    return value is None or value == "" or isinstance(value, Mapping)


def _opened(value: Any) -> Any:
    """Give a decimal, a date or a table written as text as what it is, a list of tables as a table by their names."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            return _opened(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in ("decimal", "date"):
        return next(iter(value.values()))
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and len(one) > 1 for one in value):
        return {_name_of(one, place): one for place, one in enumerate(value, 1)}
    return value


def _name_of(one: Mapping[str, Any], place: int) -> str:
    return next((str(one[key]) for key in _NAMING if isinstance(one.get(key), str)), str(place))
