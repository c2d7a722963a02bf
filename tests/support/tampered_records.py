"""A record altered in the database and in its exported file alike, so that both verifiers can be asked of it.

``python tests/support/tampered_records.py --each 500`` tries every kind that often and prints what was missed.
"""

import argparse
import base64
import copy
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from store_kit import StillClock, batch, begin, bench_folder, end, event, opened, summary, without_guards  # noqa: E402

from console.domain.session_events import Amended, MarkSet, NoteWritten, Sealed, SessionEnded, Signed  # noqa: E402
from console.domain.station_proof import proof_json  # noqa: E402
from console.exports.json_history import _links  # noqa: E402  the chain alone: these records have no figures
from console.services.ids import new_id  # noqa: E402
from console.services.review_desk import SessionDossier  # noqa: E402
from db.data_folder import DataFolder  # noqa: E402
from db.recorder_thread import RecorderThread  # noqa: E402
from db.session_store import SessionStore  # noqa: E402
from db.station_key import StationSigner  # noqa: E402
from db.verify import verify_folder, verify_session  # noqa: E402

VERIFIER = ROOT / "tools" / "verify_record.py"
COLUMNS = ("session_id", "seq", "at_us", "kind", "version", "actor_id", "payload", "prev_hash", "hash")


@dataclass(slots=True)
class Specimen:
    """A folder with one closed session, what the station published before, and the session as a file."""

    folder: DataFolder
    session_id: UUID
    public_key: str
    head: str
    record: dict[str, Any]


def sealed_treatment(recorder: RecorderThread) -> UUID:
    """Record a short treatment of an invented patient: sealed, amended once, samples between its events."""
    session_id = new_id()
    recorder.append(session_id, [event(opened())])
    recorder.add_samples(session_id, batch(0, 250))
    recorder.append(session_id, [event(MarkSet("face.chin", "tender")), event(NoteWritten("session", "calm"))])
    recorder.add_samples(session_id, batch(250, 120))
    recorder.synchronise(10)
    recorder.append(session_id, [
        event(SessionEnded("finished")), event(Signed("PR-02", "Dr A", "I performed this", "pin")),
        event(Sealed(370, 0))])
    recorder.append(session_id, [event(Amended("left, not right", "mistyped"))])
    recorder.synchronise(10)
    return session_id


def plain_bench(recorder: RecorderThread) -> UUID:
    """Record a bench session: the open form, no patient."""
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 250))
    recorder.append(session_id, [event(MarkSet("face.chin", "here")), event(NoteWritten("session", "calm"))])
    recorder.add_samples(session_id, batch(250, 40))
    recorder.synchronise(10)
    end(recorder, session_id)
    recorder.synchronise(10)
    return session_id


def make_specimen(path: Path, form: Callable[[RecorderThread], UUID] = sealed_treatment) -> Specimen:
    """Make a folder with one record, and the record as a file's content."""
    folder = bench_folder(path)
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    session_id = form(recorder)
    assert recorder.stop(10)
    record = exported(folder, session_id)
    return Specimen(
        folder, session_id, StationSigner(folder.keys.station).public_key.hex(), record["head"][:8], record)


def exported(folder: DataFolder, session_id: UUID) -> dict[str, Any]:
    """Give a session as its file holds it, as far as a verifier looks."""
    store = SessionStore(folder)
    events, chunks, proof = tuple(store.events(session_id)), tuple(store.chunks(session_id)), store.proof(session_id)
    row = store.row(session_id)
    store.close()
    dossier = SessionDossier(row, events, None, None, (), None, chunks, proof)  # type: ignore[arg-type]
    made = {
        "schema": "needling-console/session-json", "schema_version": 2, "session": {"session_id": str(session_id)},
        "head": row.head.hex(), "fault": None, "chain": list(_links(dossier)), **proof_json(proof),
    }
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


# --- seven ways to alter a record: each gives what was expected to be found first -------------------------


@dataclass(slots=True)
class Altered:
    """An altered file and the statements that alter the database alike; ``first`` is the first bad entry.

    ``by_head``: the entry that only the head kept outside can name, one before ``first``.
    """

    record: dict[str, Any]
    statements: list[tuple[str, tuple[Any, ...]]]
    first: int
    by_head: int = 0

    def found_by(self, program: tuple[int, str] | None, stranger: tuple[int, str] | None) -> bool:
        """Tell whether both found it at the same entry."""
        if program is None or stranger is None:
            return False
        return stranger[0] == self.first and program[0] in (self.first, self.by_head)


def edited(one: Specimen, dice: random.Random) -> Altered:
    """One field of one entry is another."""
    record = copy.deepcopy(one.record)
    seq = dice.randrange(1, len(record["chain"]) + 1)
    entry = record["chain"][seq - 1]["entry"]
    names = ["t0_utc_us", "first_index", "boot_id"] if entry["type"] == "chunk" else ["at_us", "actor_id", "kind"]
    name = dice.choice(names)
    entry[name] = entry[name] + dice.randrange(1, 999) if isinstance(entry[name], int) else f"PR-{dice.random()}"
    return Altered(record, [(f"UPDATE {_table(entry)} SET {name} = ? WHERE seq = ?", (entry[name], seq))], seq)


def deleted(one: Specimen, dice: random.Random) -> Altered:
    """One entry is gone, the others stand as they stood."""
    record = copy.deepcopy(one.record)
    seq = dice.randrange(1, len(record["chain"]))
    entry = record["chain"].pop(seq - 1)["entry"]
    return Altered(record, [(f"DELETE FROM {_table(entry)} WHERE seq = ?", (seq,))], seq)


def inserted(one: Specimen, dice: random.Random) -> Altered:
    """An entry well linked to the one before it, and all behind it counted on."""
    record = copy.deepcopy(one.record)
    chain = record["chain"]
    seq = dice.randrange(2, len(chain) + 1)
    entry = {"type": "event", "session_id": str(one.session_id), "seq": seq, "at_us": dice.randrange(10**15),
             "kind": "note_written", "version": 1, "actor_id": "PR-09", "payload": {"area_id": "", "text": "no pain"}}
    link = _link(entry, bytes.fromhex(chain[seq - 2]["hash"]))
    for later in chain[seq - 1 :]:
        later["entry"]["seq"] += 1
    chain.insert(seq - 1, link)
    moves = [(f"UPDATE {table} SET seq = {sign} WHERE seq {which} ?", (bound,))
             for table in ("session_event", "telemetry_chunk")
             for sign, which, bound in (("-seq - 1", ">=", seq), ("-seq", "<", 0))]
    moves += [("UPDATE telemetry_body SET first_seq = -first_seq - 1, last_seq = -last_seq - 1 WHERE first_seq >= ?",
               (seq,)),
              ("UPDATE telemetry_body SET first_seq = -first_seq, last_seq = -last_seq WHERE first_seq < ?", (0,))]
    last = len(chain) - 1
    return Altered(record, [*moves, _insert(one, link)], seq + 1, seq if seq == last else 0)


def swapped(one: Specimen, dice: random.Random) -> Altered:
    """Two entries stand in each other's place."""
    record = copy.deepcopy(one.record)
    chain = record["chain"]
    places = [place for place, link in enumerate(chain) if link["entry"]["type"] == "event"]
    first, second = sorted(dice.sample(places, 2))
    chain[first], chain[second] = chain[second], chain[first]
    for place in (first, second):
        chain[place]["entry"]["seq"] = place + 1
    a, b = first + 1, second + 1
    return Altered(record, [("UPDATE session_event SET seq = ? WHERE seq = ?", pair)
                            for pair in ((-1, a), (a, b), (b, -1))], a)


def cut(one: Specimen, dice: random.Random) -> Altered:
    """The last entries are gone, and the record says it never had more."""
    record = copy.deepcopy(one.record)
    left = dice.randrange(1, len(record["chain"]))
    record["chain"] = record["chain"][:left]
    record["head"] = record["chain"][-1]["hash"]
    record["signatures"] = [row for row in record["signatures"] if row["seq"] <= left]
    gone = [(f"DELETE FROM {table} WHERE {column} > ?", (left,)) for table, column in (
        ("session_event", "seq"), ("telemetry_chunk", "seq"), ("telemetry_body", "last_seq"),
        ("station_signature", "seq"))]
    return Altered(record, gone, left + 1)


def rewritten(one: Specimen, dice: random.Random) -> Altered:
    """One entry is another and all behind it are linked anew, signed by a key the forger made."""
    record = copy.deepcopy(one.record)
    chain = record["chain"]
    seq = dice.randrange(1, len(chain) + 1)
    entry = chain[seq - 1]["entry"]
    name = "t0_utc_us" if entry["type"] == "chunk" else "at_us"
    entry[name] += dice.randrange(1, 10**9)
    statements = [(f"UPDATE {_table(entry)} SET {name} = ? WHERE seq = ?", (entry[name], seq))]
    before = bytes.fromhex(chain[seq - 2]["hash"]) if seq > 1 else bytes(32)
    for place in range(seq - 1, len(chain)):
        chain[place] |= _link(chain[place]["entry"], before)
        made = bytes.fromhex(chain[place]["hash"])
        statements.append((f"UPDATE {_table(chain[place]['entry'])} SET prev_hash = ?, hash = ? WHERE seq = ?",
                           (before, made, place + 1)))
        before = made
    record["head"] = chain[-1]["hash"]
    statements += _forge_signatures(record, StationSigner(dice.randbytes(32)), dice.random() < 0.5)
    return Altered(record, statements, len(chain))  # where the kept head was: no entry before it can tell


KINDS = {"edit": edited, "deletion": deleted, "insertion": inserted, "swap": swapped, "cut tail": cut,
         "full rewrite": rewritten}


def _forge_signatures(record: dict[str, Any], forger: StationSigner, known: bool) -> list[tuple[str, tuple[Any, ...]]]:
    """Sign what was rewritten with another key; ``known``: and name it among the station's."""
    statements: list[tuple[str, tuple[Any, ...]]] = [("DELETE FROM station_signature", ())]
    for row in record["signatures"]:
        told = json.loads(row["statement"])
        told |= {"hash": record["chain"][row["seq"] - 1]["hash"], "key_id": forger.key_id}
        text, signature = forger.sign_record(told)
        row |= {"statement": text, "signature": signature.hex(), "key_id": forger.key_id}
        session = UUID(told["session_id"]).hex
        statements.append(("INSERT INTO station_signature (session_id, seq, key_id, statement, signature) "
                           "VALUES (?, ?, ?, ?, ?)", (session, row["seq"], forger.key_id, text, signature)))
    if known:
        key = forger.first_key(1)
        record["station_keys"].append({
            "key_id": key.key_id, "public_key": key.public_key.hex(), "made_us": 1, "statement": "",
            "signature": None, "former_signature": None})
        statements.append(("INSERT INTO station_key (key_id, public_key, made_us, statement) VALUES (?, ?, 1, '')",
                           (key.key_id, key.public_key)))
    return statements


def _link(entry: dict[str, Any], before: bytes) -> dict[str, Any]:
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return {"entry": entry, "prev_hash": before.hex(), "hash": hashlib.sha256(before + text).hexdigest()}


def _insert(one: Specimen, link: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    entry = link["entry"]
    payload = json.dumps(entry["payload"], sort_keys=True, separators=(",", ":"))
    values = {**entry, "session_id": one.session_id.hex, "payload": payload,
              "prev_hash": bytes.fromhex(link["prev_hash"]), "hash": bytes.fromhex(link["hash"])}
    marks = ",".join("?" * len(COLUMNS))
    return (f"INSERT INTO session_event ({','.join(COLUMNS)}) VALUES ({marks})",
            tuple(values[name] for name in COLUMNS))


def _table(entry: dict[str, Any]) -> str:
    return "telemetry_chunk" if entry["type"] == "chunk" else "session_event"


# --- both verifiers asked ---------------------------------------------------------------------------------------


def told_by_program(one: Specimen, altered: Altered) -> tuple[int, str] | None:
    """Alter the database, ask the program, put everything back."""
    connection = without_guards(one.folder)
    kept = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    try:
        for statement, values in altered.statements:
            connection.execute(statement, values)
        fault = verify_session(one.folder, one.session_id)
    finally:
        for table, rows in kept.items():
            connection.execute(f"DELETE FROM {table}")
            if rows:
                connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
        connection.close()
    return (fault.seq, fault.what) if fault else None


_TABLES = ("session_event", "telemetry_chunk", "telemetry_body", "station_signature", "station_key")


def told_by_stranger(module: Any, one: Specimen, record: dict[str, Any]) -> tuple[int, str] | None:
    """Ask the stand-alone verifier, with the public key and the head that were kept elsewhere."""
    try:
        module.check_record(module.read_json(json.dumps(record)), [bytes.fromhex(one.public_key)], [one.head])
    except module.Bad as bad:
        return bad.seq, bad.what
    return None


def load_verifier() -> Any:
    """Load the stand-alone verifier as a module."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("verify_record", VERIFIER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ask_process(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the stand-alone verifier as a stranger would: isolated, in an empty place, with no project on the path."""
    lonely = path.parent / "lonely"
    lonely.mkdir(exist_ok=True)
    alone = shutil.copy(VERIFIER, lonely / "verify_record.py")
    return subprocess.run(
        [sys.executable, "-I", str(alone), str(path), *arguments], cwd=lonely, capture_output=True, text=True,
        check=False)


def restored(path: Path, seed: int) -> tuple[bool, str]:
    """Put an older copy of the database back; tell whether the program found it, and what it said."""
    dice = random.Random(seed)
    folder = bench_folder(path)
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    first = begin(recorder)
    for _ in range(dice.randrange(1, 4)):
        recorder.append(first, [event(MarkSet("face.chin", "early"))])
    assert recorder.stop(10)
    connection = without_guards(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    older = folder.database_path.read_bytes()
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    if dice.random() < 0.5:
        recorder.append(first, [event(MarkSet("face.chin", "late"))])
    else:
        begin(recorder)
    assert recorder.stop(10)
    for suffix in ("-wal", "-shm"):
        folder.database_path.with_name(folder.database_path.name + suffix).unlink(missing_ok=True)
    folder.database_path.write_bytes(older)
    faults = verify_folder(folder)
    folder.close()
    return bool(faults), faults[0].what if faults else ""


def samples_altered(record: dict[str, Any], dice: random.Random) -> int:
    """Alter one byte of a chunk's samples in a file; give the chunk's place."""
    link = dice.choice([link for link in record["chain"] if link["entry"]["type"] == "chunk"])
    raw = bytearray(base64.b64decode(link["samples"]))
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    link["samples"] = base64.b64encode(bytes(raw)).decode()
    return int(link["entry"]["seq"])


def main() -> int:
    """Try every kind; print the figures; 1 where anything was missed."""
    parser = argparse.ArgumentParser(description="Alter records in seven ways and ask both verifiers.")
    parser.add_argument("--each", type=int, default=500, metavar="N", help="how often each kind is tried")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    verifier, missed = load_verifier(), 0
    with tempfile.TemporaryDirectory() as place:
        one = make_specimen(Path(place) / "folder")
        for name, alter in KINDS.items():
            wrong = [seed for seed in range(args.seed, args.seed + args.each) if not _agree(verifier, one, alter, seed)]
            missed += len(wrong)
            print(f"{name:22} {args.each} tried, {len(wrong)} missed or told otherwise {wrong[:3] or ''}", flush=True)
        wrong = [seed for seed in range(args.seed, args.seed + args.each)
                 if not restored(Path(place) / f"old-{seed}", seed)[0]]
        missed += len(wrong)
        print(f"{'restored old backup':22} {args.each} tried, {len(wrong)} missed (program only) {wrong[:3] or ''}")
    return 1 if missed else 0


def _agree(verifier: Any, one: Specimen, alter: Callable[[Specimen, random.Random], Altered], seed: int) -> bool:
    altered = alter(one, random.Random(seed))
    program, stranger = told_by_program(one, altered), told_by_stranger(verifier, one, altered.record)
    return altered.found_by(program, stranger)


if __name__ == "__main__":
    sys.exit(main())
