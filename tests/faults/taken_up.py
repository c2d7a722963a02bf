"""A treatment played once, kept as it stands at each phase and taken up again from there, its pen beside it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from console.app.demo_codes import FRESH_SERIAL
from console.domain.session_fold import fold
from db.data_folder import open_folder
from db.session_store import SessionStore
from tests.faults.record import ROOT, environment, kill

PATIENT, STARTS_US = "P-0412", 1_794_914_640_000_000  # of the scenario; the past sessions lie before it
ONE_SECOND = 250  # samples
ON_THE_WAY = 200  # put on the wire behind the end, before the pen notices that nobody listens
LONGEST_S, PEN_ENDS_S = 300.0, 30.0


@dataclass(slots=True)
class Seen:
    """What another process can read in the record: surely committed."""

    session_id: UUID | None = None
    events: int = 0
    samples: int = 0
    phase: str = ""


def program(out: Path, *options: str, speed: str = "240") -> list[str]:
    """Give the command of a short treatment off screen."""
    return [sys.executable, "-m", "tests.faults.program", str(out / "logs"), *options, "tour", "--out",
            str(out / "tour"), "--scenario", "short", "--speed", speed]


def begin(command: list[str], out: Path) -> "subprocess.Popen[str]":
    """Start a process with temporary files of its own."""
    (out / "temp").mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(TMPDIR=str(out / "temp")), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True)


def make_stations(out: Path) -> Path:
    """Play the treatment once and keep its folder as it stands at each phase."""
    process = begin([sys.executable, "-m", "tests.faults.stations", str(out / "logs"), str(out)], out)
    said = process.communicate(timeout=LONGEST_S)[0]
    if process.returncode:
        raise RuntimeError(f"the treatment could not be played: {said[-300:]}")
    return out / "standing"


def take_station(standing: Path, phase: str, out: Path) -> None:
    """Copy a folder that stands at a phase to where the program works."""
    (out / "tour").mkdir(parents=True)
    shutil.copytree(standing / phase / "data", out / "tour" / "data")
    shutil.copy(standing / phase / "now_us", out / "now_us")


@dataclass(slots=True)
class FarPen:
    """A pen that outlives the program; its hand is a pipe, and it ends when nobody holds that any more."""

    process: "subprocess.Popen[str]"
    hand: int
    sent: Path

    def freeze(self) -> None:
        """Let it send nothing more: behind a kill it would go on into its own buffer."""
        self.process.send_signal(signal.SIGSTOP)

    def end(self) -> None:
        """Let it tell what it had sent, and end."""
        self.process.send_signal(signal.SIGTERM)
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.wait(PEN_ENDS_S)
        finally:
            kill(self.process)
            os.close(self.hand)


def start_far_pen(out: Path, pace: float) -> FarPen:
    """Start it and leave its port in ``pen`` and its hand in ``hand``."""
    os.mkfifo(out / "hand")
    hand, sent = os.open(out / "hand", os.O_RDWR), out / "tour" / "pen-sent.json"
    led_by = os.open(out / "hand", os.O_RDONLY)
    try:
        pen = subprocess.Popen(
            [sys.executable, "main.py", "simulate", "--pty", "--hand", "--scenario", "short", "--speed", f"{pace:g}",
             "--cartridge", FRESH_SERIAL, "--sent-log", str(sent)],
            cwd=ROOT, env=environment(), stdin=led_by, stdout=subprocess.PIPE, text=True, start_new_session=True)
    finally:
        os.close(led_by)
    assert pen.stdout is not None
    (out / "pen").write_text(pen.stdout.readline().strip(), encoding="utf-8")
    return FarPen(pen, hand, sent)


def seen_in(data: Path) -> Seen:
    """Read the treatment's record as another process does."""
    folder, seen = open_folder(data), Seen()
    store = SessionStore(folder)
    try:
        for session_id in store.session_ids():
            row = store.row(session_id)
            if row.patient_id == PATIENT and row.opened_us >= STARTS_US:
                events = store.events(session_id)
                phase = fold(one.event for one in events).phase.value
                seen = Seen(session_id, len(events), row.samples, phase)
    finally:
        store.close()
        folder.close()
    return seen


def not_held(path: Path, table) -> int | None:  # type: ignore[no-untyped-def]
    """Count the samples of the pen's last boot that were sent behind the last one held; None where none is held."""
    boots = json.loads(path.read_text())["boots"] if path.exists() else []
    known = {boot_id: number for number, (_, boot_id) in enumerate(table.boots)}
    if not boots or boots[-1]["boot_id"] not in known:
        return None
    held = table.index[table.boot == known[boots[-1]["boot_id"]]]
    return max(0, int(boots[-1]["last_index"]) - int(held.max())) if len(held) else None
