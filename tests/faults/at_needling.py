"""The console at the needling page in a process of its own, with a pen in another; and its record judged afterwards."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from console.app.tour import missed_samples
from console.services.review_desk import read_dossier
from db.data_folder import open_folder
from db.session_store import SessionStore
from db.verify import verify_folder, verify_session
from tests.faults.record import kill
from tests.faults.taken_up import (
    ON_THE_WAY,
    ONE_SECOND,
    FarPen,
    begin,
    not_held,
    seen_in,
    start_far_pen,
    take_station,
)

# Inside its own mounts: a small disk that can be filled where the data folder lies.
SMALL_DISK = 'mount -t tmpfs -o size=%dk none "$1/tour/data" && cp -r "$1/station/." "$1/tour/data" && ' \
    '"$2" -m tests.faults.needled "$1/logs" "$1" "$3" "$4"; said=$?; cp -r "$1/tour/data" "$1/kept"; exit $said'


@dataclass(slots=True)
class Needled:
    """A running console at the needling page."""

    out: Path
    process: "subprocess.Popen[str]"
    pen: FarPen
    printed: str = ""

    def wait_for(self, word: str) -> bool:
        """Read what it prints until a line begins with a word."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if line.startswith(word):
                return True
        return False

    def end(self) -> dict[str, object]:
        """Wait for its end and give its figures; empty where it broke off."""
        self.printed += self.process.communicate()[0]
        lines = [line for line in self.printed.splitlines() if line.startswith("{")]
        return dict(json.loads(lines[-1])) if lines and not self.process.returncode else {}

    def close(self) -> None:
        """End what is left of console and pen."""
        if self.process.poll() is None:
            kill(self.process)
        self.pen.end()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the record holds afterwards."""

    fault: str
    lost: int
    held: int


def begin_needled(standing: Path, out: Path, kind: str, amount: float, disk_kb: int = 0) -> Needled:
    """Start pen and console; with ``disk_kb`` the data folder lies on a disk of that size (Linux namespaces)."""
    take_station(standing, "needling", out)
    pen = start_far_pen(out, pace=1.0)
    if disk_kb:
        (out / "tour" / "data").rename(out / "station")
        (out / "tour" / "data").mkdir()
        command = ["unshare", "-rm", "sh", "-c", SMALL_DISK % disk_kb, "sh", str(out), sys.executable, kind,
                   str(amount)]
    else:
        command = [sys.executable, "-m", "tests.faults.needled", str(out / "logs"), str(out), kind, str(amount)]
    return Needled(out, begin(command, out), pen)


def judge_needled(needled: Needled) -> Kept:
    """Verify the record and compare it with what the pen says it sent."""
    kept = needled.out / "kept"
    data, sent = kept if kept.exists() else needled.out / "tour" / "data", needled.out / "tour" / "pen-sent.json"
    session_id = seen_in(data).session_id
    if session_id is None:
        return Kept("the treatment is gone", 1, 0)
    folder = open_folder(data)
    store = SessionStore(folder)
    try:
        dossier = read_dossier(store, lambda one: verify_session(folder, one), session_id)
        faults = verify_folder(folder)
    finally:
        store.close()
        folder.close()
    lost, held = missed_samples(dossier, sent), len(dossier.table)
    behind = not_held(sent, dossier.table) or 0
    fault = f"entry {faults[0].seq}: {faults[0].what}" if faults else ""
    fault = fault or (f"{lost} samples are missing" if lost else "")
    late = f"{behind} samples at the end are missing" if behind > ONE_SECOND + ON_THE_WAY else ""
    return Kept(fault or late, lost, held)
