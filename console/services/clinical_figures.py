"""What reading the clinical files gathers beside the entries: every figure and text, and every field there is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from console.domain.errors import OperatorError
from console.domain.history import JsonValue
from console.domain.sources import Source, cite

# Units by the end of a field's name; what ends otherwise is a count or a text.
UNITS = {
    "_mm": "mm", "_hz": "strokes/s", "_min": "min", "_s": "s", "_kg": "kg", "_g": "g", "g": "g", "cm2": "cm²",
    "_cm2": "cm²", "_months": "months", "_days": "days", "_years": "years", "_hours": "h", "_h": "h", "_percent": "%",
    "_per_cm2": "per cm²", "_per_cm2_low": "g/cm²", "_per_cm2_high": "g/cm²",
}


def unit_of(field_name: str) -> str:
    """Give the unit a field's name says, empty where it says none."""
    fitting = [end for end in UNITS if field_name == end or (end.startswith("_") and field_name.endswith(end))]
    return UNITS[max(fitting, key=len)] if fitting else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or text of the clinical files as written there, with its sources and its review date."""

    file: str
    kind: str
    entry_id: str
    entry: str
    field: str
    value: str
    is_number: bool
    sources: tuple[Source, ...]
    reviewed: date

    @property
    def source(self) -> str:
        """Give the sources as one line."""
        return cite(self.sources)

    @property
    def unit(self) -> str:
        """Give the unit, empty for a count or a text."""
        return unit_of(self.field.rsplit(".", 1)[-1]) if self.is_number else ""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a field of a kind of entry may hold. ``sort``: number, whole, text, id, word, texts, flag, date, …"""

    kind: str  # of the table; one inside another is «plan.course»
    field: str
    sort: str
    optional: bool
    among: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    scale: int = 1

    def schema(self) -> dict[str, JsonValue]:
        """Give the field's JSON Schema; the steps of numbers stand in words, for JSON has no exact decimals."""
        if self.sort in ("number", "whole"):
            kind = "integer" if self.sort == "whole" else "number"
            steps = f"steps of 1/{self.scale}" if self.scale > 1 else ""
            unit = unit_of(self.field)
            said = ", ".join(part for part in (unit, steps) if part)
            bounds: dict[str, JsonValue] = {"type": kind, "minimum": self.low, "maximum": self.high}
            return bounds | ({"description": said} if said else {})
        word: dict[str, JsonValue] = {"type": "string"}
        if self.among:
            word["enum"] = list(self.among)
        if self.sort == "text":
            return {"type": "string", "minLength": 1, "maxLength": self.high}
        if self.sort == "texts":
            return {"type": "array", "items": word, "uniqueItems": True}
        one_or_more: dict[str, JsonValue] = {
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
        fixed: dict[str, dict[str, JsonValue]] = {
            "flag": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
            "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,60}$"}, "word": word,
            "sources": one_or_more, "cites": {"type": "object", "additionalProperties": one_or_more},
        }
        return fixed[self.sort]

    def words(self) -> str:
        """Give what is allowed, in words."""
        if self.sort in ("number", "whole"):
            steps = f", steps of 1/{self.scale}" if self.scale > 1 else ""
            return f"{self.low} to {self.high} {unit_of(self.field)}".rstrip() + steps
        if self.sort == "text":
            return f"1 to {self.high} characters"
        if self.sort in ("word", "texts") and self.among:
            few = ", ".join(self.among if len(self.among) <= 12 else (*self.among[:3], f"… ({len(self.among)})"))
            return ("any of: " if self.sort == "texts" else "one of: ") + few
        return {"id": "letters, digits, dot, dash, underscore", "flag": "true or false", "texts": "a list of texts",
                "date": "a date such as 2026-11-22", "sources": "ids of sources",
                "cites": "fields of this entry, each with ids of its own sources", "table": "a table",
                "tables": "tables", "word": "a word"}[self.sort]


@dataclass(slots=True)
class Reading:
    """What one load gathers: the sources known, the figures and fields met, the faults found."""

    sources: dict[str, Source] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    rules: dict[tuple[str, str], FieldRule] = field(default_factory=dict)
    faults: list[OperatorError] = field(default_factory=list)

    def note_rule(self, rule: FieldRule) -> None:
        """Keep what a field may hold; words allowed by what else stands in a file add up."""
        known = self.rules.get((rule.kind, rule.field))
        if known is not None and known.among != rule.among:
            rule = replace(known, among=tuple(dict.fromkeys((*known.among, *rule.among))))
        if known is None or known.among != rule.among:
            self.rules[rule.kind, rule.field] = rule


def json_schema(rules: Sequence[FieldRule]) -> dict[str, JsonValue]:
    """Give the JSON Schema of a clinical file: one definition a kind of table."""
    by_kind: dict[str, list[FieldRule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.kind, []).append(rule)
    tables: dict[str, JsonValue] = {}
    for kind in sorted(one for one in by_kind if "." not in one):
        one_table: JsonValue = {"$ref": f"#/$defs/{kind}"}
        tables[kind] = {"oneOf": [one_table, {"type": "array", "items": one_table}]}
    tables["version"] = {"type": "integer", "minimum": 1, "description": "edition of the screening rules"}
    how_read = "how the link reads a pen: docs/pen-profiles.md"
    tables["link"] = {"type": "object", "description": how_read}
    tables["field"] = {"type": "array", "items": {"type": "object"}, "description": how_read}
    definitions: dict[str, JsonValue] = {kind: _table_schema(kind, by_kind[kind]) for kind in sorted(by_kind)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Clinical files of Needling Console",
        "type": "object", "properties": tables, "additionalProperties": False, "$defs": definitions}


def _table_schema(kind: str, rules: Sequence[FieldRule]) -> JsonValue:
    properties: dict[str, JsonValue] = {}
    for rule in sorted(rules, key=lambda one: one.field):
        inner: JsonValue = {"$ref": f"#/$defs/{kind}.{rule.field}"}
        if rule.sort in ("table", "tables"):
            properties[rule.field] = inner if rule.sort == "table" else {"type": "array", "items": inner}
        else:
            properties[rule.field] = rule.schema()
    required: list[JsonValue] = [rule.field for rule in sorted(rules, key=lambda one: one.field) if not rule.optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
