"""The open history: described by its schema, provable by a stranger, the same on every run."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from dossiers import SMALL, make_bench_dossier, make_dossier
from json_schemas import faults

from console.domain.errors import OperatorError
from console.exports.json_history import session_json, write_json
from console.services.review_desk import SessionDossier

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def dossier() -> SessionDossier:
    return make_dossier(SMALL)


def prove(path: Path) -> int:
    """Prove a file as a stranger would: hashlib, json and base64 only. Give the number of samples."""
    record = json.loads(path.read_text("utf-8"))
    former, samples = "00" * 32, 0
    for number, link in enumerate(record["chain"], 1):
        entry = link["entry"]
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert (entry["seq"], link["prev_hash"]) == (number, former)
        former = hashlib.sha256(bytes.fromhex(former) + text).hexdigest()
        assert link["hash"] == former, f"entry {number}"
        if "commitment" in entry:
            text = json.dumps(link["payload"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            made = hashlib.sha256(bytes.fromhex(link["salt"]) + text).hexdigest()
            assert made == entry["commitment"], f"payload of entry {number}"
        if entry["type"] == "chunk":
            raw = base64.b64decode(link["samples"])
            assert hashlib.sha256(raw).hexdigest() == entry["samples_sha256"], f"samples of entry {number}"
            samples += len(raw) // 10
    assert former == record["head"]
    return samples


def test_a_stranger_proves_the_chain_from_the_file_alone(dossier: SessionDossier, tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    write_json(path, dossier)
    assert prove(path) == len(dossier.table) > 0


@pytest.mark.parametrize("part", ["payload", "samples", "link"])
def test_one_changed_byte_breaks_the_proof(dossier: SessionDossier, tmp_path: Path, part: str) -> None:
    path = tmp_path / "session.json"
    write_json(path, dossier)
    text = path.read_text("utf-8")
    old, new = {
        "payload": ("Valaciclovir since yesterday", "Valaciclovir since yesterdax"),
        "samples": (samples := re.findall(r'"samples": "(.{8})', text)[3], "AAAA" + samples[4:]),
        "link": ('"at_us": 1794914640000000', '"at_us": 1794914640000001'),
    }[part]
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(AssertionError):
        prove(path)


def test_the_snippet_of_the_documentation_proves_it_too(
    dossier: SessionDossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_json(tmp_path / "session.json", dossier)
    snippet = re.search(r"```python\n(.*?)```", (DOCS / "session-json.md").read_text("utf-8"), re.S)
    assert snippet is not None
    monkeypatch.chdir(tmp_path)
    program = snippet[1].replace('open("session.json", encoding="utf-8")', "source")
    with (tmp_path / "session.json").open(encoding="utf-8") as source:
        names: dict[str, object] = {"source": source}
        exec(program, names)
    assert names["former"] == dossier.head.hex()


@pytest.mark.parametrize("made", [make_dossier(SMALL), make_dossier(SMALL, "", sealed=False), make_bench_dossier(2)])
def test_the_schema_describes_every_field(made: SessionDossier) -> None:
    schema = json.loads((DOCS / "session-json.schema.json").read_text("utf-8"))
    record = json.loads(json.dumps(session_json(made)))
    assert faults(record, schema) == []
    assert faults({**record, "head": "short", "new": 1}, schema) != []


def test_the_same_session_gives_the_same_bytes(dossier: SessionDossier, tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        write_json(tmp_path / name, dossier)
    first = (tmp_path / "one.json").read_bytes()
    assert first == (tmp_path / "two.json").read_bytes()
    assert first.endswith(b"}\n")
    assert json.loads(first)["marked_as"] == "demo"


def test_a_place_that_cannot_be_written_gets_a_sentence(dossier: SessionDossier, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OperatorError, match="the record is untouched"):
        write_json(tmp_path / "file" / "session.json", dossier)
    with pytest.raises(OperatorError, match="is a folder"):
        write_json(tmp_path, dossier)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
