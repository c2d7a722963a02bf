"""How soon the console's first page can be used, against an empty PySide6 window; by turns, a fresh process each.

    python -m benchmarks.start [--rounds N] [--json]

From the start of the process to the line it prints once the page is painted; off screen, files and compiled modules
cached for both. The console's first page is sign-in, which takes PIN and staff card from then on; ``record_open_s`` is
when the encrypted record behind it is open, with its checks, and the page shows who may sign in.
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


def start_s(what: str, cache: Path) -> list[float]:
    """Give how long one start took to each line it said; RuntimeError where it ended without a page."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    begun, took = time.perf_counter(), []
    with subprocess.Popen([sys.executable, "-m", "benchmarks.start_page", what], cwd=ROOT, stdout=subprocess.PIPE,
                          env=environment, text=True) as started:
        if started.stdout is not None:
            took = [time.perf_counter() - begun for _ in started.stdout]
    if not took or started.returncode:
        raise RuntimeError(f"{what} never showed a page")
    return took


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Measure by turns; the first of each only fills the caches."""
    cache = folder.parent / "compiled"
    start_s("bare", cache), start_s(str(folder), cache)
    pairs = [(start_s("bare", cache)[0], start_s(str(folder), cache)) for _ in range(rounds)]
    bare, ours = median(one for one, _ in pairs), median(one[0] for _, one in pairs)
    return [
        Figure("start.vs_bare_window", ours / bare, "x", 1.6, lower=True),
        Figure("start.first_page_s", ours, "s"),
        Figure("start.bare_window_s", bare, "s"),
        Figure("start.record_open_s", median(one[1] for _, one in pairs), "s"),
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
