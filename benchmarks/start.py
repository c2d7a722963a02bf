"""How soon the console's first page can be used, against an empty PySide6 window; by turns, a fresh process each.

    python -m benchmarks.start [--rounds N] [--json]

From the start of the process to the line it prints once the page is painted. The console opens an encrypted folder
whose key lies beside it, with its checks, and stops at the sign-in page; off screen, files cached for both.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks.figures import Figure, as_json, machine, table
from console.app.compose import compose
from console.domain.people import Role, Staff
from console.services.clocks import SystemClock
from console.services.day_desk import Place
from db.data_folder import BENCH, create_folder

ROOT = Path(__file__).parents[1]
PIN = "4711"


def make_folder(path: Path) -> None:
    """Make a folder with one member of staff."""
    made = compose(create_folder(path, BENCH, SystemClock()), SystemClock(), Place("Room 1", "station-1", BENCH))
    made.console.registry.save_staff(Staff("PR-01", "A. Meyer", Role.PRACTITIONER), PIN, "PR-01")
    made.close()


def start_s(what: str) -> float:
    """Give how long one start took; RuntimeError where it ended without a page."""
    begun = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "benchmarks.start_page", what], cwd=ROOT, stdout=subprocess.PIPE,
                          env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, text=True) as started:
        if started.stdout is None or started.stdout.readline() != "ready\n":
            raise RuntimeError(f"{what} never showed a page")
        return time.perf_counter() - begun


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Measure by turns; the first of each only fills the caches."""
    start_s("bare"), start_s(str(folder))
    pairs = [(start_s("bare"), start_s(str(folder))) for _ in range(rounds)]
    bare, ours = median(one for one, _ in pairs), median(one for _, one in pairs)
    return [
        Figure("start.vs_bare_window", ours / bare, "x", 1.6, lower=True),
        Figure("start.first_page_s", ours, "s"),
        Figure("start.bare_window_s", bare, "s"),
    ]


def main() -> int:
    """Make the folder, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_folder(Path(folder) / "clinic")
        figures = measure(Path(folder) / "clinic", args.rounds)
    print(as_json(figures) if args.json else f"{machine()}\n{table(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
