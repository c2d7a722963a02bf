"""JSON written by people: a name twice or a number that is none is a fault, never the last one taken."""

import json
from typing import Any, NoReturn


def strict_json(text: str) -> Any:
    """Read JSON; ValueError says what is wrong."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"«{twice}» is there twice")
    return dict(pairs)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
