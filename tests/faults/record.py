"""What every fault asks of a record afterwards: it opens, it verifies, and nothing called saved is missing."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from console.domain.errors import OperatorError
from console.domain.telemetry import SAMPLE_BYTES
from console.services.clocks import SystemClock
from db.data_folder import BENCH, create_folder, open_folder
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.verify import verify_folder

ROOT = Path(__file__).parents[2]
Acked = dict[UUID, tuple[int, int]]  # session: sequence number, samples saved


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a record; an empty fault is a whole one."""

    fault: str = ""
    lost: int = 0
    reopen_s: float = 0.0


def new_folder(path: Path) -> Path:
    """Make an empty bench folder and close it."""
    create_folder(path, BENCH, SystemClock()).close()
    return path


def environment(**more: str) -> dict[str, str]:
    """Give the surroundings of a process of the project."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", **more}


def writer(folder: Path, *options: str) -> list[str]:
    """Give the command of the real writer."""
    return [sys.executable, "-m", "tests.faults.writer", str(folder), *options]


def start(command: list[str], *, talks: bool = False) -> "subprocess.Popen[str]":
    """Start a process that tells what it saves; one that ``talks`` is told what to do."""
    return subprocess.Popen(
        command, stdin=subprocess.PIPE if talks else None, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=ROOT, env=environment(), start_new_session=True)


def kill(process: "subprocess.Popen[str]") -> str:
    """Kill it and all it began; give what it still had said."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return process.communicate()[0] or ""


def acked_in(said: str) -> Acked:
    """Read what a writer said was saved; a torn last line is left out."""
    acked: Acked = {}
    for line in said.splitlines(keepends=True):
        words = line.split()
        if line.endswith("\n") and len(words) == 4 and words[0] == "acked":
            acked[UUID(words[1])] = (int(words[2]), int(words[3]))
    return acked


def copied(folder: Path, to: Path) -> Path:
    """Copy a folder for one try."""
    shutil.copytree(folder, to)
    return to


def judge(folder: Path, acked: Acked, drain: bool = True) -> Verdict:
    """Open it as the program does, fold in what spilt, verify it and compare it with what was called saved."""
    began_s = time.perf_counter()
    try:
        opened = open_folder(folder, writing=True)
    except OperatorError as error:
        return Verdict(f"does not open: {error}", sum(seq for seq, _ in acked.values()))
    reopen_s = time.perf_counter() - began_s
    try:
        if drain:
            recorder = RecorderThread(opened, SystemClock())
            recorder.start()
            if not recorder.stop(10):
                return Verdict("what spilt could not be folded in", reopen_s=reopen_s)
        if faults := verify_folder(opened):
            return Verdict(f"entry {faults[0].seq}: {faults[0].what}", _missing(opened, acked), reopen_s)
        if missing := _missing(opened, acked):
            return Verdict(f"{missing} entries or samples called saved are missing", missing, reopen_s)
    finally:
        opened.close()
    return Verdict(reopen_s=reopen_s)


def _missing(opened, acked: Acked) -> int:  # type: ignore[no-untyped-def]
    store = SessionStore(opened)
    missing = 0
    try:
        for session_id, (seq, samples) in acked.items():
            events = store.events(session_id)
            missing += max(0, seq - max((one.seq for one in events), default=0))
            held = b"".join(chunk.samples for chunk in store.chunks(session_id))
            missing += max(0, samples - len(held) // SAMPLE_BYTES)
            if held[:SAMPLE_BYTES] not in (b"", hashlib.sha256(b"7/0").digest()[:SAMPLE_BYTES]):
                missing += samples
    finally:
        store.close()
    return missing
