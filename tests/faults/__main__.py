"""``python -m tests.faults``: every fault, a table of figures, and a last line that sums up; 1 if any fell short."""

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parents[1] / "support")]

from tests.faults import (  # noqa: E402
    by_tests,
    clock_faults,
    damaged_file,
    exceptions,
    foreign_lock,
    full_disk,
    kill_program,
    kill_writer,
    power_cut,
    refused_writes,
    soak,
    taken_up,
    tampering,
    two_consoles,
    upgrade,
    wrong_pens,
)
from tests.faults.ending import Ground, own_ground  # noqa: E402
from tests.faults.record import ROOT, environment  # noqa: E402
from tests.faults.report import Fault, Figure, Run, as_json, from_json, last_line, table  # noqa: E402

AT_ONCE = 2  # of a machine with two cores
FIRST = ("kill-program", "soak")
WAITING = ("wrong-pens",)  # seven minutes in real time, a quarter of a processor: beside all else
TAKEN_UP = ("kill-program", "soak", "lock", "full-disk", "clocks")

FAULTS: dict[str, Fault] = {
    "kill-program": kill_program.run, "soak": soak.run, "kill-writer": kill_writer.run,
    "power-cut": power_cut.run, "refused-writes": refused_writes.run,
    "full-disk": full_disk.run, "lock": foreign_lock.run, "damage": damaged_file.run,
    "tampering": tampering.run, "upgrade": upgrade.run, "two-consoles": two_consoles.run, "clocks": clock_faults.run,
    "exceptions": exceptions.run, "wrong-pens": wrong_pens.run, "tests": by_tests.run,
}


def main() -> int:
    """Try what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--release", action="store_true", help="the full figures; takes many hours")
    parser.add_argument("--hours", type=float, default=8.0, help="how long the release soak lasts (default 8)")
    parser.add_argument("--only", action="append", choices=list(FAULTS), help="one fault only; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="other dice, other moments (default 1)")
    parser.add_argument("--at-most", type=int, metavar="N", help="no more than N tries where many are made")
    parser.add_argument("--standing", type=Path, help=argparse.SUPPRESS)  # a treatment that was played already
    parser.add_argument("--json", action="store_true", help="print the figures for programs")
    args = parser.parse_args()
    names = args.only or list(FAULTS)
    with own_ground() as ground:
        # Each process would compile the whole program anew where its bytecode may not be written beside it.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ground.root / "bytecode"))
        figures = _all(names, args, ground)
    print(as_json(figures) if args.json else f"\n{table(figures)}\n\n{platform.platform()}, seed {args.seed}")
    print(last_line(figures), file=sys.stderr if args.json else sys.stdout)
    return 0 if all(one.well for one in figures) else 1


def _all(names: list[str], args: argparse.Namespace, ground: Ground) -> list[Figure]:
    if len(names) == 1:
        return _try(names[0], args)
    with tempfile.TemporaryDirectory(prefix="faults-played-") as played:
        if any(name in TAKEN_UP for name in names):
            args.standing = taken_up.make_stations(Path(played))
        found: dict[str, list[Figure]] = {}

        def try_apart(name: str) -> None:
            found[name] = _apart(name, args, ground)

        with ThreadPoolExecutor(1) as aside:
            beside = [aside.submit(try_apart, one) for one in names if one in WAITING]
            # First what is measured in seconds, beside what mostly waits; then the rest.
            for first in (True, False):
                with ThreadPoolExecutor(AT_ONCE) as hands:
                    list(hands.map(try_apart, [one for one in names if one not in WAITING and (one in FIRST) is first]))
            for one in beside:
                one.result()
    return [one for name in names for one in found[name]]


def _apart(name: str, args: argparse.Namespace, ground: Ground) -> list[Figure]:
    """Try one in a process of its own."""
    if ground.ending:
        return []
    command = [sys.executable, "-m", "tests.faults", "--json", "--only", name, "--seed", str(args.seed),
               "--hours", str(args.hours), *(["--release"] if args.release else []),
               *(["--at-most", str(args.at_most)] if args.at_most else []),
               *(["--standing", str(args.standing)] if args.standing else [])]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    print(next((line for line in reversed(done.stderr.splitlines()) if line.startswith(f"{name}: ")), name),
          file=sys.stderr, flush=True)
    try:
        return from_json(done.stdout)
    except ValueError:
        return [Figure(name, 1, 0, 0, "", "", [f"could not be tried: {done.stderr[-200:]!r}"])]


def _try(name: str, args: argparse.Namespace) -> list[Figure]:
    began_s, place = time.monotonic(), Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        figures = FAULTS[name](
            Run(place, Random(f"{args.seed}/{name}"), args.release, args.hours, at_most=args.at_most,
                standing=args.standing))
    except Exception as error:  # noqa: BLE001 a fault that cannot be tried has not been survived, the next is tried
        figures = [Figure(name, 1, 0, 0, "", "", [f"could not be tried: {error!r}"])]
    finally:
        shutil.rmtree(place, ignore_errors=True)
    used_s = sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
    print(f"{name}: {time.monotonic() - began_s:.0f} s, {used_s:.0f} s of a processor", file=sys.stderr, flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
