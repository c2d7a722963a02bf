"""A small JSON Schema checker: the words our own schemas use, and no others."""

import re
from typing import Any

_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None),
          "number": (int, float)}
_SILENT = {"$schema", "$defs", "title", "description", "contentEncoding", "additionalProperties", "default", "format"}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "$") -> list[str]:
    """Give every way in which ``value`` breaks ``schema``, with the place."""
    root = root or schema
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, at)
    return [one for word, rule in schema.items() for one in _judge(word, rule, value, schema, root, at)]


def _is_type(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and not (name in ("integer", "number") and isinstance(value, bool))


def _judge(word: str, rule: Any, value: Any, schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    bad = {
        "type": lambda: not any(_is_type(value, one) for one in ([rule] if isinstance(rule, str) else rule)),
        "const": lambda: value != rule,
        "enum": lambda: value not in rule,
        "pattern": lambda: not isinstance(value, str) or not re.search(rule, value),
        "minimum": lambda: isinstance(value, int | float) and value < rule,
        "maximum": lambda: isinstance(value, int | float) and value > rule,
        "minLength": lambda: isinstance(value, str) and len(value) < rule,
        "maxLength": lambda: isinstance(value, str) and len(value) > rule,
        "uniqueItems": lambda: isinstance(value, list) and len({str(one) for one in value}) != len(value),
        "required": lambda: isinstance(value, dict) and any(name not in value for name in rule),
        "not": lambda: not faults(value, rule, root, at),
        "anyOf": lambda: all(faults(value, one, root, at) for one in rule),
        "minItems": lambda: len(value) < rule,
        "maxItems": lambda: len(value) > rule,
        "oneOf": lambda: sum(not faults(value, one, root, at) for one in rule) != 1,
    }
    if word in bad:
        return [f"{at}: {word} {rule}, found {str(value)[:60]!r}"] if bad[word]() else []
    if word in ("items", "properties") and not isinstance(value, list if word == "items" else dict):
        return []
    if word == "items":
        return [one for place, part in enumerate(value) for one in faults(part, rule, root, f"{at}[{place}]")]
    if word == "properties":
        extra = [f"{at}: {name} is not described" for name in value if name not in rule]
        inner = [one for name, part in value.items() if name in rule
                 for one in faults(part, rule[name], root, f"{at}.{name}")]
        return (extra if schema.get("additionalProperties") is False else []) + inner
    if word not in _SILENT:
        raise NotImplementedError(word)
    return []
