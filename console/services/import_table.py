"""A foreign file as rows of words: CSV with its encoding and separator found out, or the patients of a FHIR Bundle."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.errors import OperatorError

MOST_BYTES = 64 * 1024 * 1024
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
FHIR_COLUMNS = ("name", "birth_date", "phone", "language")


@dataclass(frozen=True, slots=True)
class ImportTable:
    """``rows``: line (or entry) number and cells, as many as there are columns; ``told`` says how it was read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    told: str


def read_table(content: bytes) -> ImportTable:
    """Read a file; OperatorError where it is neither CSV with a header nor a FHIR Bundle."""
    if len(content) > MOST_BYTES:
        raise _unreadable(f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
    text, encoding = _decoded(content)
    if text.lstrip()[:1] == "{":
        return _bundle(text)
    return _csv(text, encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    tries = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in tries:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise _unreadable("its encoding is none of UTF-8, UTF-16 and Windows-1252")


def _csv(text: str, encoding: str) -> ImportTable:
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        kept = [(lines.line_num, tuple(map(str.strip, cells))) for cells in lines if any(map(str.strip, cells))]
    except csv.Error as error:
        raise _unreadable(f"line {lines.line_num}: {error}") from None
    if len(kept) < 2:
        raise _unreadable("it has no row behind its header line")
    (_, columns), rows = kept[0], kept[1:]
    if len(set(columns)) != len(columns) or not all(columns):
        raise _unreadable("its header line has a column twice or without a name")
    for line, cells in rows:
        if len(cells) != len(columns):
            raise _unreadable(f"line {line} has {len(cells)} cells where the header has {len(columns)}")
    return ImportTable(columns, tuple(rows), f"CSV, {_ENCODINGS[encoding]}, {_SEPARATORS[separator]}")


def _bundle(text: str) -> ImportTable:
    try:
        bundle = json.loads(text)
    except ValueError:
        raise _unreadable("it is no JSON") from None
    if bundle.get("resourceType") != "Bundle":
        raise _unreadable("it is no FHIR Bundle")
    rows = []
    for number, entry in enumerate(bundle.get("entry") or [], 1):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Patient":
            rows.append((number, _patient(resource)))
    if not rows:
        raise _unreadable("the Bundle holds no Patient")
    return ImportTable(FHIR_COLUMNS, tuple(rows), "FHIR Bundle")


def _patient(resource: Mapping[str, Any]) -> tuple[str, ...]:
    name = next((one for one in _objects(resource, "name") if one.get("use") in (None, "official", "usual")), {})
    given = [part for part in name.get("given") or [] if isinstance(part, str)]
    parted = " ".join([*given, str(name.get("family") or "")]).strip()
    phone = next((str(one.get("value") or "") for one in _objects(resource, "telecom")
                  if one.get("system") == "phone"), "")
    tongue = next((coding.get("code") for one in _objects(resource, "communication")
                   for coding in _objects(one.get("language") or {}, "coding")), "")
    return parted or str(name.get("text") or ""), str(resource.get("birthDate") or ""), phone, str(tongue or "")


def _objects(inside: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = inside.get(name) or []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _unreadable(why: str) -> OperatorError:
    return OperatorError(f"The file cannot be read: {why}", "nothing was imported",
                         "mend it, or save it as CSV (UTF-8)")
