"""The chain: canonical JSON, entry hashes, and the proof that a history is whole.

One chain a session runs over events and telemetry chunks together, in order of ``seq`` from 1.
``hash = SHA-256(prev_hash || canonical_json(entry))``; the first entry's ``prev_hash`` is 32 zero
bytes. Canonical JSON is RFC 8785 restricted to integers, strings, booleans, null, arrays, objects.
A chunk's entry holds the SHA-256 of its samples' canonical bytes, so merging or recompressing
bodies leaves the chain as it was.

An event has one of two forms. The open one is hashed with its payload. The sealed one, of every
session that has a patient, is hashed with a commitment in the payload's place: the SHA-256 of a
random salt and the canonical payload. Salt and payload lie under the patient's own key; with the key
destroyed the chain still verifies, and nothing of the payload can be read or guessed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

GENESIS = bytes(32)
SALT_BYTES = 32
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once: every entry is written by it

# Orders keys by code points: the same as by UTF-16 where all is ASCII.
_SORTING_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _refuse(number: str) -> JsonValue:
    raise ValueError(f"history holds integers only, not {number}")


_READER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def canonical_json(value: JsonValue) -> bytes:
    """Write ``value`` as RFC 8785 bytes (UTF-16 key order, no spaces); floats raise TypeError."""
    return _WRITER.encode(_sorted(value)).encode()


def _sorted(value: JsonValue) -> JsonValue:
    if value is None or type(value) in (str, int):
        return value
    if isinstance(value, float):
        raise TypeError("history holds integers only; put the unit in the name and scale it")
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in _in_utf16_order(value)}
    if isinstance(value, (list, tuple)):
        return [_sorted(inner) for inner in value]
    return value


def _in_utf16_order(mapping: Mapping[str, JsonValue]) -> list[str]:
    try:
        plain = "".join(mapping).isascii()
    except TypeError:
        raise TypeError(f"history keys are strings, not {list(mapping)}") from None
    if plain:
        return sorted(mapping)
    return sorted(mapping, key=lambda key: key.encode("utf-16-be"))


def entry_hash(prev_hash: bytes, entry: Mapping[str, JsonValue]) -> bytes:
    """Give the 32-byte hash that links ``entry`` behind ``prev_hash``."""
    return hash_behind(prev_hash, canonical_json(entry))


def hash_behind(prev_hash: bytes, canonical: bytes) -> bytes:
    """Give the hash that links an entry's canonical JSON behind ``prev_hash``."""
    return hashlib.sha256(prev_hash + canonical).digest()


def event_entry(
    session_id: UUID, seq: int, at_us: int, kind: str, version: int, actor_id: str,
    payload: Mapping[str, JsonValue],
) -> dict[str, JsonValue]:
    """Give the hashed form of an event."""
    return {
        "type": "event", "session_id": str(session_id), "seq": seq, "at_us": at_us, "kind": kind,
        "version": version, "actor_id": actor_id, "payload": payload,
    }


def canonical_sealed_entry(
    session_id: UUID, seq: int, at_us: int, kind: str, version: int, actor_id: str, commitment: bytes,
) -> bytes:
    """Give the canonical JSON of ``sealed_event_entry``, put together by hand: a clinic has hundreds of thousands."""
    return (
        f'{{"actor_id":{_WRITER.encode(actor_id)},"at_us":{at_us},"commitment":"{commitment.hex()}",'
        f'"kind":{_WRITER.encode(kind)},"seq":{seq},"session_id":"{session_id}","type":"event","version":{version}}}'
    ).encode()


def read_canonical(text: str) -> JsonValue:
    """Read canonical JSON; ValueError or TypeError where the text is not that, byte for byte."""
    value: JsonValue = _READER.decode(text)
    written = _SORTING_WRITER.encode(value) if text.isascii() else canonical_json(value).decode()
    if written != text:
        raise ValueError("not canonical")
    return value


def commitment_to(salt: bytes, payload: bytes) -> bytes:
    """Give the 32 bytes that stand for a payload (its canonical JSON) in a sealed entry."""
    return hashlib.sha256(salt + payload).digest()


def sealed_event_entry(
    session_id: UUID, seq: int, at_us: int, kind: str, version: int, actor_id: str, commitment: bytes,
) -> dict[str, JsonValue]:
    """Give the hashed form of an event whose payload lies under its patient's key."""
    return {
        "type": "event", "session_id": str(session_id), "seq": seq, "at_us": at_us, "kind": kind,
        "version": version, "actor_id": actor_id, "commitment": commitment.hex(),
    }


def canonical_marks(marks: Sequence[tuple[int, int]]) -> str:
    """Write a chunk's marks as canonical JSON."""
    return f"[{','.join(f'[{offset},{pen_time_us}]' for offset, pen_time_us in marks)}]"


@dataclass(frozen=True, slots=True)
class ChunkHead:
    """The chained facts of one telemetry chunk.

    ``pen_time_marks`` is ``((offset, pen_time_us), ...)``: sample ``offset`` was taken at that pen
    time, and so on by ``period_us`` until the next mark; the first mark has offset 0.
    ``t0_utc_us`` is the console's UTC of the first sample.
    """

    session_id: UUID
    seq: int
    pen_serial: str
    boot_id: int
    first_index: int
    count: int
    period_us: int
    pen_time_marks: tuple[tuple[int, int], ...]
    t0_utc_us: int
    resent: bool
    samples_sha256: bytes

    def entry(self) -> dict[str, JsonValue]:
        """Give the hashed form of the chunk."""
        return {
            "type": "chunk", "session_id": str(self.session_id), "seq": self.seq,
            "pen_serial": self.pen_serial, "boot_id": self.boot_id, "first_index": self.first_index,
            "count": self.count, "period_us": self.period_us,
            "pen_time_marks": [list(mark) for mark in self.pen_time_marks],
            "t0_utc_us": self.t0_utc_us, "resent": self.resent,
            "samples_sha256": self.samples_sha256.hex(),
        }


    def canonical_entry(self) -> bytes:
        """Give the canonical JSON of ``entry``, put together by hand: a session has thousands of chunks."""
        return (
            f'{{"boot_id":{self.boot_id},"count":{self.count},"first_index":{self.first_index},'
            f'"pen_serial":{_WRITER.encode(self.pen_serial)},"pen_time_marks":{canonical_marks(self.pen_time_marks)},"period_us":{self.period_us},'
            f'"resent":{"true" if self.resent else "false"},"samples_sha256":"{self.samples_sha256.hex()}",'
            f'"seq":{self.seq},"session_id":"{self.session_id}","t0_utc_us":{self.t0_utc_us},"type":"chunk"}}'
        ).encode()


def short_head(head: bytes) -> str:
    """Give the eight characters of a head that are printed on a report, ``8f3a 61c2``."""
    text = head.hex()
    return f"{text[:4]} {text[4:8]}"
