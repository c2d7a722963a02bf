"""The disk full while the needling page is up and the pen streams; and freed again.

The data folder lies on a small file system of its own, in a mount namespace; where the system allows none, this is
told as skipped. How much is left before it is full differs from try to try.
"""

import shutil
import subprocess

from tests.faults.at_needling import begin_needled, judge_needled
from tests.faults.report import Figure, Run

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
    figure = Figure("disk full while needling, then freed")
    if why := namespaces():
        figure.skipped = why
        return [figure]
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
    return [figure]


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
