"""Every format by command, and the whole clinic: resumed after a kill, and never taken for whole when it is not."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from fhir.resources.R4B.bundle import Bundle

from console.app.cli import main
from console.exports.fhir_check import problems
from console.services.sample_table import WIRE_SAMPLE
from db.data_folder import open_folder
from db.session_store import SessionStore

MAIN = Path(__file__).parents[2] / "main.py"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "clinic"
    assert main(["seed", "--data", str(folder), "--sessions", "12", "--with-telemetry", "2"]) == 0
    return folder


def stored_samples(data: Path) -> dict[str, bytes]:
    folder = open_folder(data, None)
    store = SessionStore(folder)
    try:
        return {str(one): b"".join(chunk.samples for chunk in store.chunks(one)) for one in store.session_ids()}
    finally:
        store.close()
        folder.close()


def of_json(text: bytes) -> bytes:
    chain = json.loads(text)["chain"]
    return b"".join(base64.b64decode(one["samples"]) for one in chain if "samples" in one)


def of_fhir(text: bytes) -> bytes:
    bundle = json.loads(text)
    assert problems(bundle) == []
    Bundle.model_validate_json(text)
    records = [one["resource"] for one in bundle["entry"] if one["resource"].get("contentType") == "application/json"]
    return of_json(base64.b64decode(records[0]["data"]))


def of_parquet(path: Path) -> bytes:
    table = parquet.read_table(path)
    raw = np.zeros(len(table), WIRE_SAMPLE)
    for name in WIRE_SAMPLE.names or ():
        raw[name] = table.column(name).fill_null(0xFFFF).to_numpy()
    return raw.tobytes()


def test_the_whole_clinic_in_every_format_holds_the_stored_samples(data, tmp_path, capsys):
    out = tmp_path / "all"
    line = ["export-all", "--data", str(data), "--out", str(out), "--json"]
    assert main([*line, "--format", "json", "fhir", "parquet"]) == 0
    told = capsys.readouterr()
    sent = stored_samples(data)
    assert json.loads(told.out)["written"] == len(sent) and f"{len(sent)} of {len(sent)}" in told.err
    folders = {one.parent.name.partition("_")[2]: one.parent for one in out.rglob("session.json")}
    assert folders.keys() == sent.keys() and any(sent.values())
    for session, samples in sent.items():
        assert of_json((folders[session] / "session.json").read_bytes()) == samples
        assert of_fhir((folders[session] / "fhir.json").read_bytes()) == samples
        assert of_parquet(folders[session] / "samples.parquet") == samples
    assert len((out / "index.csv").read_text().splitlines()) == 1 + 3 * len(sent)


def test_begun_again_it_goes_on_and_mends_what_was_touched(data, tmp_path, capsys):
    out = tmp_path / "all"
    line = ["export-all", "--data", str(data), "--out", str(out), "--json"]
    assert main(line) == 0
    journal = (out / "journal.jsonl").read_bytes()
    touched = out / json.loads(journal.splitlines()[1])["folder"] / "session.json"
    whole = touched.read_bytes()
    touched.write_bytes(b"{}")
    (out / "journal.jsonl").write_bytes(journal[:-25])  # as a kill within the last line leaves it
    capsys.readouterr()
    assert main(line) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["written"], told["there_already"]) == (2, told["sessions"] - 2)
    assert touched.read_bytes() == whole and (out / "index.csv").exists()


def test_a_killed_export_never_looks_whole(data, tmp_path):
    out = tmp_path / "all"
    line = [sys.executable, str(MAIN), "export-all", "--data", str(data), "--out", str(out)]
    running = subprocess.Popen(line, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    while running.poll() is None and not list(out.rglob("session.json")):
        pass
    running.kill()
    running.wait()
    done = (out / "journal.jsonl").read_bytes().count(b"\n") - 1
    assert not (out / "index.csv").exists() or done == len(stored_samples(data))
    assert subprocess.run(line, capture_output=True, check=False).returncode == 0
    assert len(list(out.rglob("session.json"))) == len(stored_samples(data)) and not list(out.rglob(".session.json.*"))


@pytest.mark.parametrize("more", [["--since", "yesterday"], ["--out", "{data}"]])
def test_bad_wishes_are_one_sentence(data, tmp_path, capsys, more):
    line = ["export-all", "--data", str(data), "--out", str(tmp_path / "all"), *[one.format(data=data) for one in more]]
    assert main(line) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_since_leaves_out_what_is_older(data, tmp_path, capsys):
    line = ["export-all", "--data", str(data), "--out", str(tmp_path / "all"), "--json"]
    assert main([*line, "--since", "2999-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"] == 0
