"""The whole treatment through the real window, the real database and a pen in another process; and its sudden end."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.domain.session_fold import fold
from console.domain.workflow import Phase
from console.services.sample_table import build_table
from db.data_folder import open_folder
from db.session_store import SessionStore
from db.verify import verify_folder

PATIENT = "P-0412"
ROOT = Path(__file__).parents[2]
ONE_SECOND = 250  # samples of pen time: what a kill may cost
ON_THE_WAY = 200  # put on the wire after the kill, before the pen notices that nobody listens


def start_tour(out: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "tour", "--out", str(out), "--scenario", "short", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=out.parent)


@pytest.mark.timeout(400)
def test_a_whole_treatment_is_recorded_sealed_and_verified(tmp_path):
    out = tmp_path / "tour"
    process = start_tour(out, "--speed", "120")
    said, _ = process.communicate(timeout=380)
    assert process.returncode == 0, said
    assert "The record verifies" in said and "touches" in said
    for name in (next(out.glob("*_report.pdf")).name, "aftercare.pdf"):
        assert (out / name).read_bytes().startswith(b"%PDF")
    history = json.loads(next(out.glob("*_session.json")).read_text())
    kinds = [link["entry"]["kind"] for link in history["chain"] if link["entry"]["type"] == "event"]
    assert kinds[0] == "session_opened" and kinds[-1] == "sealed"
    assert {"alarm_raised", "alarm_acknowledged", "link_changed", "needling_paused"} <= set(kinds)
    assert history["marked_as"] == "demo"
    pictures = sorted(path.name for path in (out / "screens").glob("*.png"))
    assert len(pictures) >= 25 and all(path.stat().st_size > 10_000 for path in (out / "screens").glob("*.png"))
    touches = int(said.split("Effort")[1].split()[0])
    assert touches <= 70, said
    assert "(0 of them while needling)" in said


@pytest.mark.timeout(400)
def test_kill_in_mid_needling_loses_less_than_a_second_and_stays_in_its_phase(tmp_path):
    out = tmp_path / "tour"
    process = start_tour(out, "--speed", "240")
    try:
        samples_before = _wait_for_samples(process, out / "data", 2_000)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    folder = open_folder(out / "data", writing=True)
    store = SessionStore(folder)
    try:
        session_id = next(one for one in store.open_sessions() if store.row(one).patient_id == PATIENT)
        state = fold(one.event for one in store.events(session_id))
        table = build_table(store.chunks(session_id))
        assert verify_folder(folder) == []
        assert state.lifecycle == "open" and state.phase is Phase.NEEDLING
        assert len(table) >= samples_before, "what was committed is there"
        held = table.index.tolist()
        assert held == list(range(held[0], held[0] + len(held)))
        sent = _sent_up_to(out / "pen-sent.json")
        assert sent - held[-1] <= ONE_SECOND + ON_THE_WAY
    finally:
        store.close()
        folder.close()


def _wait_for_samples(process: "subprocess.Popen[str]", data: Path, wanted: int) -> int:
    until_s = time.monotonic() + 250
    while time.monotonic() < until_s:
        assert process.poll() is None, f"the tour ended by itself: {process.communicate()[0]}"
        if (data / "folder.json").exists():
            folder = open_folder(data)
            store = SessionStore(folder)
            try:
                rows = [row for one in store.open_sessions() if (row := store.row(one)).patient_id == PATIENT]
            finally:
                store.close()
                folder.close()
            if rows and rows[0].samples >= wanted:
                return rows[0].samples
        time.sleep(0.1)
    raise AssertionError("no samples were recorded")


def _sent_up_to(path: Path) -> int:
    until_s = time.monotonic() + 10
    last, still_since_s = -1, time.monotonic()
    while time.monotonic() < until_s and time.monotonic() - still_since_s < 1.5:
        now = max(boot["last_index"] for boot in json.loads(path.read_text())["boots"])
        if now != last:
            last, still_since_s = now, time.monotonic()
        time.sleep(0.1)
    return last
