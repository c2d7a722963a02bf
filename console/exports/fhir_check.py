"""The invariants of a FHIR document that structure alone does not show: references, narrative, SampledData, times."""

import re
from collections.abc import Iterator
from typing import Any

from console.exports.fhir_samples import TOKENS

_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.+Zz-]*$")
_FULL_URL = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_NARRATIVE = ("Binary", "Bundle", "Parameters")


def problems(bundle: dict[str, Any]) -> list[str]:
    """Give every broken invariant in words; empty where the document is sound."""
    entries = bundle.get("entry") or []
    places = [one.get("fullUrl", "") for one in entries]
    found = [*_document(bundle, entries), *_places(entries, places)]
    for one in entries:
        resource = one["resource"]
        kind = resource["resourceType"]
        if kind not in _NO_NARRATIVE and not resource.get("text", {}).get("div"):
            found.append(f"dom-6: {kind} has no narrative")
        for path, value in _walk(resource, kind):
            found += _value_problems(path, value, set(places))
    return found


def _document(bundle: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[str]:
    if bundle.get("type") != "document" or not entries or entries[0]["resource"]["resourceType"] != "Composition":
        yield "bdl-11: a document begins with a Composition"
    identifier = bundle.get("identifier") or {}
    if not identifier.get("system") or not identifier.get("value"):
        yield "bdl-9: a document has an identifier with a system and a value"
    if not _ZONED.fullmatch(bundle.get("timestamp") or ""):
        yield "bdl-10: a document has a date"


def _places(entries: list[dict[str, Any]], places: list[str]) -> Iterator[str]:
    if len(set(places)) != len(places):
        yield "bdl-7: a fullUrl occurs twice"
    for one in entries:
        place = one.get("fullUrl", "")
        if not _FULL_URL.fullmatch(place) or not place.endswith(one["resource"].get("id", "?")):
            yield f"bdl-8: the fullUrl {place} is not that of its resource"


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{place}]")


def _value_problems(path: str, value: Any, places: set[str]) -> Iterator[str]:
    if value is None or value == "" or value == [] or value == {}:
        yield f"ele-1: {path} is empty"
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and reference not in places:
            yield f"ref-1: {path} refers to {reference}, which is not in the document"
        if "dimensions" in value and "origin" in value:
            yield from _sampled_problems(path, value)
        if {"start", "end"} <= value.keys() and value["start"] > value["end"]:
            yield f"per-1: {path} ends before it starts"
    if isinstance(value, str) and _MOMENT.match(value) and not _ZONED.fullmatch(value):
        yield f"{path} is a moment without a zone"


def _sampled_problems(path: str, value: dict[str, Any]) -> Iterator[str]:
    if not TOKENS.fullmatch(value.get("data", "")):
        yield f"sdd: {path}.data has something else than decimals, E, U or L"
    if value["period"] <= 0 or value["dimensions"] < 1 or value.get("factor", 1) == 0:
        yield f"sdd: {path} has a period, factor or dimensions that cannot be"
