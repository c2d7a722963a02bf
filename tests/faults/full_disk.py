"""The disk full while the needling page is up and the pen streams; and freed again.

The data folder lies on a small file system of its own, in a mount namespace; where the system allows none, this is
told as skipped. How much is left before it is full differs from try to try.
"""

import json
import shutil
import subprocess
import sys
from uuid import UUID

from db.data_folder import open_folder
from db.session_store import SessionStore
from db.verify import verify_folder
from tests.faults.at_needling import begin_needled, judge_needled
from tests.faults.half_hour import SAMPLES
from tests.faults.record import ROOT, environment, new_folder
from tests.faults.report import Figure, Run

SMALL_DISK = 'mount -t tmpfs -o size=32m none "$1/disk" && cp -r "$3/." "$1/disk" && ' \
    '"$2" -m tests.faults.half_hour "$1/disk" && cp -r "$1/disk" "$1/kept"'
ALARM_S, ROOM_KB = 2.0, 24_576
LEFT_KB = (0, 16, 64, 256, 1_024)


def namespaces() -> str:
    """Give why no file system of its own can be had here, else nothing."""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    tried = subprocess.run(["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"], capture_output=True,
                           text=True, check=False)
    return "" if tried.returncode == 0 else "this system lets no process mount a small disk of its own"


def run(run: Run) -> list[Figure]:
    """Fill, watch the window, free, and compare the record with what the pen sent."""
    figure, memory = Figure("disk full while needling, then freed"), Figure("30 min of 250 Hz while the disk is full")
    if why := namespaces():
        figure.skipped = memory.skipped = why
        return [figure, memory]
    standing, alarms, held = run.stations(), [], 0
    for turn in range(run.times(0, 5, 20)):
        kb = LEFT_KB[turn] if turn < len(LEFT_KB) else run.dice.randrange(2_048)
        needled = begin_needled(standing, run.place / f"full-{turn}", "full-disk", kb, disk_kb=ROOM_KB)
        try:
            figures = needled.end()
        finally:
            needled.close()
        verdict = judge_needled(needled)
        fault = _fault(figures) or verdict.fault
        figure.count(f"{kb} kB left: {fault}" if fault else "", verdict.lost)
        alarms.append(float(str(figures.get("alarm_after_s", -1))))
        held = max(held, int(str(figures.get("held", 0))))
    figure.worst = f"alarm at most {max(alarms):.2f} s after the first refusal, {held} samples held meanwhile"
    _half_hour(run, memory)
    return [figure, memory]


def _half_hour(run: Run, figure: Figure) -> None:
    out = run.place / "half-hour"
    out.mkdir()
    (out / "disk").mkdir()
    done = subprocess.run(["unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", str(out), sys.executable,
                           str(new_folder(out / "new"))], cwd=ROOT, env=environment(), capture_output=True, text=True,
                          check=False)
    if done.returncode:
        figure.count(f"it broke off: {done.stderr[-200:]}")
        return
    told = json.loads(done.stdout.splitlines()[-1])
    folder = open_folder(out / "kept")
    store = SessionStore(folder)
    try:
        saved = sum(chunk.head.count for chunk in store.chunks(UUID(told["session"])))
        faults = verify_folder(folder)
    finally:
        store.close()
        folder.close()
    well = told["failed"] and told["flushed"] and told["ended"] and not told["lost"] and not faults
    figure.count("" if well and saved == SAMPLES else f"{saved} of {SAMPLES} saved: {told}", SAMPLES - saved)
    figure.worst = f"{told['held']} samples held at once, {saved} saved once it was freed"


def _fault(figures: dict[str, object]) -> str:
    if not figures:
        return "the program broke off"
    wanted = {"failed": True, "saving": "not_saved", "page": "needling", "priority": ["high"], "flushed": True,
              "ended": True}
    for name, value in wanted.items():
        if figures[name] != value:
            return f"{name} is {figures[name]!r}"
    late = float(str(figures["alarm_after_s"]))
    return "" if 0 <= late <= ALARM_S else f"the alarm came after {late:.2f} s"
