"""What every FHIR resource of ours is made of: names, references, quantities, times, narrative. Plain values only."""

import base64
import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from console.domain.clock import iso_utc

Resource = dict[str, Any]

SYSTEMS = UUID("6f0c6a52-3f8e-4f0b-9a55-3b0f5b4f7c11")  # names our own systems; docs/fhir.md lists them
UCUM, GTIN = "http://unitsofmeasure.org", "http://hl7.org/fhir/NamingSystem/gs1-di"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def own_system(name: str) -> str:
    """Give the URI of a system of ours, such as the clinic's patient numbers."""
    return uuid5(SYSTEMS, name).urn


def code(text: str, system: str = "", value: str = "", display: str = "") -> Resource:
    """Give a CodeableConcept: in words, and with a code only where a public system has it."""
    coding = [{"system": system, "code": value, "display": display}] if system else []
    return {"coding": coding, "text": text}


def ours(kind: str, value: str, text: str) -> Resource:
    """Give a CodeableConcept with a code of our own system of a kind."""
    return code(text, own_system(kind), value, text)


def quantity_of(value: float, unit: str, ucum: str) -> Resource:
    """Give a Quantity in UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": ucum}


def period(start_us: int | None, end_us: int | None) -> Resource:
    """Give a Period; either end may be unknown, and one before the start (a clock was set back) is left out."""
    backwards = start_us is not None and end_us is not None and end_us < start_us
    return {"start": instant(start_us), "end": None if backwards else instant(end_us)}


def attachment(content: bytes, kind: str, title: str, url: str = "") -> Resource:
    """Give an Attachment, its content in it or at ``url``; ``hash`` is SHA-1, as FHIR R4 has it."""
    sha1 = hashlib.sha1(content, usedforsecurity=False).digest()
    return {"contentType": kind, "data": "" if url else base64.b64encode(content).decode(), "url": url,
            "size": len(content), "hash": base64.b64encode(sha1).decode(), "title": title}


def instant(at_us: int | None) -> str | None:
    """Give a moment with its zone, to the millisecond as receivers keep it."""
    return None if at_us is None else f"{iso_utc(at_us // 1000 * 1000)[:23]}Z"


def human_name(name: str) -> list[Resource]:
    """Give a HumanName: the whole as written, the last word as family name."""
    words = name.split()
    if not words:
        return []
    return [{"text": " ".join(words), "family": words[-1], "given": words[:-1]}]


def language_of(text: str) -> list[Resource]:
    """Give a patient's language, nothing where it is no language tag."""
    if not _LANGUAGE.fullmatch(text):
        return []
    return [{"language": code("", "urn:ietf:bcp:47", text), "preferred": True}]


class Entries:
    """The resources of one bundle, each with its place; the same key gives the same place on every run."""

    def __init__(self, root: UUID) -> None:
        self._root = root
        self._kept: dict[str, Resource] = {}

    def add(self, key: str, resource: Resource, said: Sequence[str] = ()) -> str:
        """Keep a resource with its narrative (``said``; none for a Binary) and give its full URL."""
        place = uuid5(self._root, key)
        head: Resource = {"resourceType": resource["resourceType"], "id": str(place)}
        if said:
            head |= {"language": "en", "text": narrative(said)}
        self._kept[place.urn] = {**head, **resource}
        return place.urn

    def ref(self, key: str, shown: str = "") -> Resource | None:
        """Refer to a resource that was kept under a key; None where there is none."""
        urn = uuid5(self._root, key).urn
        return {"reference": urn, "display": shown} if urn in self._kept else None

    def keys_of(self, kind: str) -> list[Resource]:
        """Refer to every resource of a kind, in the order kept."""
        return [{"reference": urn} for urn, one in self._kept.items() if one["resourceType"] == kind]

    def entries(self, first: str) -> list[Resource]:
        """Give all as a bundle's entries, the one of key ``first`` first."""
        head = uuid5(self._root, first).urn
        order = [head, *(urn for urn in self._kept if urn != head)]
        return [{"fullUrl": urn, "resource": pruned(self._kept[urn])} for urn in order]


def narrative(lines: Sequence[str]) -> Resource:
    """Give a generated Narrative of a few lines."""
    body = "".join(f"<p>{html.escape(clean(line))}</p>" for line in lines if clean(line)) or "<p>No words</p>"
    head = '<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">'
    return {"status": "generated", "div": f"{head}{body}</div>"}


def clean(text: str) -> str:
    """Give text that a FHIR string may hold."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).strip()


def pruned(value: Any) -> Any:
    """Leave out what is empty or unknown: FHIR has neither null nor empty strings, lists or objects."""
    if isinstance(value, dict):
        kept = {key: inner for key, part in value.items() if (inner := pruned(part)) is not None}
        return kept or None
    if isinstance(value, (list, tuple)):
        return [inner for part in value if (inner := pruned(part)) is not None] or None
    if isinstance(value, str):
        return clean(value) or None
    return value
