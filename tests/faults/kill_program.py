"""kill -9 of the whole program at random moments of a treatment done by the scripted practitioner."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from console.app.compose import compose
from console.domain.errors import OperatorError
from console.domain.session_fold import fold
from console.services.clocks import SystemClock
from console.services.day_desk import Place
from console.services.sample_table import build_table
from db.data_folder import DataFolder, holds_folder, open_folder
from db.session_store import SessionStore
from db.verify import verify_folder
from tests.faults.leaks import search
from tests.faults.record import ROOT, environment, kill
from tests.faults.report import Figure, Run

PATIENT, STARTS_US = "P-0412", 1_794_914_640_000_000  # of the scenario; the past sessions lie before it
ONE_SECOND = 250  # samples
ON_THE_WAY = 200  # put on the wire behind the kill, before the pen notices that nobody listens
LONGEST_S = 240.0
REOPEN_S = 2.0


@dataclass(slots=True)
class Seen:
    """What another process could read in the record before the kill: surely committed."""

    session_id: UUID | None = None
    events: int = 0
    samples: int = 0
    phase: str = ""


def run(run: Run) -> list[Figure]:
    """Kill in every phase in turn; the treatment must stand where it stood."""
    figure, leaks = Figure("kill -9 of the program, every phase"), Figure("patient data after a kill")
    phases: dict[str, int] = {}
    slowest_s, most_lost = 0.0, 0
    for turn in range(run.times(0, 6, 1_000)):
        out = run.place / f"killed-{turn}"
        seen, printed = _run_and_kill(run, out, turn)
        fault, lost, missing, reopen_s = _look(out, seen)
        phases[seen.phase] = phases.get(seen.phase, 0) + 1
        slowest_s, most_lost = max(slowest_s, reopen_s), max(most_lost, missing)
        slow = f"reopened after {reopen_s:.1f} s" if reopen_s > REOPEN_S else ""
        fault = fault or slow
        figure.count(f"{seen.phase}: {fault}" if fault else "", lost)
        search([out / "data", out / "logs", out / "temp"], leaks, printed)
    told = ", ".join(f"{name or 'before it began'} {count}" for name, count in phases.items())
    figure.worst = f"reopen {slowest_s:.2f} s, {most_lost} samples not held ({ON_THE_WAY} may be on the wire); {told}"
    return [figure, leaks]


def program(out: Path, *options: str, speed: str = "240") -> list[str]:
    """Give the command of a short treatment off screen."""
    return [sys.executable, "-m", "tests.faults.program", str(out / "logs"), *options, "tour", "--out",
            str(out / "tour"), "--scenario", "short", "--speed", speed]


def begin(command: list[str], out: Path) -> "subprocess.Popen[str]":
    """Start it with temporary files of its own."""
    (out / "temp").mkdir(parents=True)
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(TMPDIR=str(out / "temp")), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True)


def _run_and_kill(run: Run, out: Path, turn: int) -> tuple[Seen, str]:
    # Evenly over the steps of a treatment, by how many entries the record has, then a random moment more.
    wanted = 1 + (turn * 23 + run.dice.randrange(23)) % 150
    process, seen = begin(program(out), out), Seen()
    until_s = time.monotonic() + LONGEST_S
    while process.poll() is None and time.monotonic() < until_s and seen.events < wanted:
        _read(out / "tour" / "data", seen)
        time.sleep(0.05)
    time.sleep(run.dice.random() * 0.5)
    _read(out / "tour" / "data", seen)
    process.kill()  # not the pen: it goes on until it notices that nobody listens, and tells what it had sent
    _sent_at_last(out / "tour" / "pen-sent.json")
    return seen, kill(process)


def _read(data: Path, seen: Seen) -> None:
    try:
        if not holds_folder(data):
            return
        folder = open_folder(data)
    except (OperatorError, OSError):
        return  # it is just being made
    store = SessionStore(folder)
    try:
        for session_id in store.session_ids() if seen.session_id is None else [seen.session_id]:
            row = store.row(session_id)
            if row.patient_id == PATIENT and row.opened_us >= STARTS_US:
                events = store.events(session_id)
                seen.session_id, seen.events, seen.samples = session_id, len(events), row.samples
                seen.phase = fold(one.event for one in events).phase.value
    finally:
        store.close()
        folder.close()


def _look(out: Path, seen: Seen) -> tuple[str, int, int, float]:
    data = out / "tour" / "data"
    if seen.session_id is None:
        return ("no treatment was begun in time" if not holds_folder(data) else ""), 0, 0, 0.0
    began_s = time.perf_counter()
    folder = open_folder(data, writing=True)
    composition = compose(folder, SystemClock(), Place("Room 2", "station-1", folder.marked_as))
    reopen_s = time.perf_counter() - began_s
    try:
        offered = {one.session_id: one.state for one in composition.console.desk.sessions}
        composition.recorder.synchronise(10)
        return *_compare(folder, out, seen, offered), reopen_s
    finally:
        composition.close()


def _compare(folder: DataFolder, out: Path, seen: Seen, offered: dict) -> tuple[str, int, int]:  # type: ignore[type-arg]
    store = SessionStore(folder)
    try:
        assert seen.session_id is not None
        events, table = store.events(seen.session_id), build_table(store.chunks(seen.session_id))
        state = fold(one.event for one in events)
        lost = max(0, seen.events - len(events)) + max(0, seen.samples - len(table))
        missing = _not_held(out / "tour" / "pen-sent.json", table)
    finally:
        store.close()
    faults = verify_folder(folder)
    if faults:
        return f"entry {faults[0].seq}: {faults[0].what}", lost, missing
    if state.lifecycle == "open" and seen.session_id not in offered:
        return "it is not offered for resume", lost, missing
    if state.lifecycle == "open" and offered[seen.session_id].phase is not state.phase:
        return f"offered in {offered[seen.session_id].phase}, recorded in {state.phase}", lost, missing
    recording = state.phase.value == "needling" and state.lifecycle == "open"
    late = recording and missing > ONE_SECOND + ON_THE_WAY
    return (f"{missing} samples at the end are missing" if late else ""), lost, missing


def _not_held(path: Path, table) -> int:  # type: ignore[no-untyped-def]
    """Count the samples of the pen's last boot that were sent behind the last one held."""
    if not len(table) or not path.exists():
        return 0
    return max(0, _sent_at_last(path) - int(table.index[-1]))


def _sent_at_last(path: Path) -> int:
    """Give the last sample's index on the wire, once it has not moved for a second and a half; -1 where none was."""
    last, still = -1, 0
    while path.exists() and still < 15:
        now = max((boot["last_index"] for boot in json.loads(path.read_text())["boots"]), default=-1)
        still = still + 1 if now == last else 0
        last = now
        time.sleep(0.1)
    return last
