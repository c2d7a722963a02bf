"""The auditor's way of docs/data-folder.md, with none of the console's code."""

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher
import zstandard
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from store_kit import StillClock, batch, begin, end, event

from console.domain.session_events import NoteWritten
from db.data_folder import DataFolder
from db.recorder_thread import RecorderThread


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def samples_of(body: bytes) -> bytes:
    assert hashlib.sha256(body[8:]).digest()[:8] == body[:8]
    end = 12 + int.from_bytes(body[8:12], "little")
    assert b'"boots":[["PEN-1",7]]' in zstandard.ZstdDecompressor().decompress(body[12:end])
    planes = zstandard.ZstdDecompressor().decompress(body[end:])
    half = len(planes) // 2
    deltas = [low + 256 * high for low, high in zip(planes[:half], planes[half:], strict=True)]
    count = len(deltas) // 5
    columns = []
    for column in range(5):
        value, values = 0, []
        for delta in deltas[column * count : (column + 1) * count]:
            value = (value + delta) % 65_536
            values.append(value)
        columns.append(values)
    return b"".join(columns[c][n].to_bytes(2, "little") for n in range(count) for c in range(5))


def test_the_described_steps_prove_a_record(folder: DataFolder) -> None:
    recorder = RecorderThread(folder, StillClock())
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 130))
    recorder.append(session_id, [event(NoteWritten("face.chin", "Röte «stark» ☀"))])
    recorder.add_samples(session_id, batch(130, 40, resent=True, late_us=3))
    end(recorder, session_id)
    recorder.merge_bodies(session_id)
    assert recorder.stop(10)
    folder.close()
    prove(folder, session_id)


def prove(folder: DataFolder, session_id: UUID) -> None:
    key = bytes.fromhex((folder.path / "database.key").read_text().strip())
    database = sqlcipher.connect(str(folder.path / "needling.db"))
    database.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    database.row_factory = sqlcipher.Row
    events = {row["seq"]: dict(row) for row in database.execute("SELECT * FROM session_event")}
    chunks = {row["seq"]: dict(row) for row in database.execute("SELECT * FROM telemetry_chunk")}
    (body,) = database.execute("SELECT * FROM telemetry_body").fetchall()
    samples = samples_of(body["body"])
    database.close()
    before, hashes = bytes(32), {}
    for seq in range(1, len(events) + len(chunks) + 1):
        row = events.get(seq) or chunks[seq]
        assert row["session_id"] == session_id.hex
        if seq in events:
            entry = {name: row[name] for name in ("actor_id", "at_us", "kind", "seq", "version")}
            entry |= {"type": "event", "payload": json.loads(row["payload"])}
            assert canonical(entry["payload"]).decode() == row["payload"]
        else:
            size = row["count"] * 10
            part, samples = samples[:size], samples[size:]
            assert hashlib.sha256(part).digest() == row["samples_sha256"]
            names = ("boot_id", "count", "first_index", "pen_serial", "period_us", "seq", "t0_utc_us")
            entry = {name: row[name] for name in names}
            entry |= {"type": "chunk", "resent": row["resent"] == 1, "samples_sha256": row["samples_sha256"].hex()}
            entry["pen_time_marks"] = json.loads(row["pen_time_marks"])
        entry["session_id"] = str(session_id)
        assert row["prev_hash"] == before
        before = hashes[seq] = hashlib.sha256(before + canonical(entry)).digest()
        assert row["hash"] == before
    assert samples == b""
    head = json.loads((folder.path / "heads" / f"{session_id}.json").read_bytes())
    head_key = HKDF(SHA256(), 32, None, b"needling-console head 1").derive(key)
    signed = canonical({name: head[name] for name in ("chain", "hash", "seq")})
    assert hmac.new(head_key, signed, hashlib.sha256).hexdigest() == head["hmac"]
    assert bytes.fromhex(head["hash"]) == hashes[head["seq"]]
    assert head["seq"] == len(hashes)
