"""Power cuts, simulated over the system calls of the real writer; with synchronous=NORMAL as the control."""

import shutil
import subprocess
from pathlib import Path

from tests.faults.crash_images import CALLS, Call, Disk, read_calls
from tests.faults.record import ROOT, acked_in, copied, environment, judge, new_folder, writer
from tests.faults.report import Figure, Run


def tracing() -> str:
    """Give why system calls cannot be followed here, else nothing."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else "strace may not follow a process here"


def run(run: Run) -> list[Figure]:
    """Cut at random calls; FULL must lose nothing, NORMAL must be seen to lose."""
    full, control = Figure("power cut, synchronous=FULL"), Figure("power cut, control NORMAL must lose")
    if why := tracing():
        full.skipped = control.skipped = why
        return [full, control]
    events = 20 if run.taste else 400 if run.release else 120
    images = run.times(25, 1_000, 20_000)
    fault_of = _cut(run, "full", events, images, full)
    full.worst = f"{len(fault_of)} images of {events} events' calls"
    loser = Figure("")
    _cut(run, "normal", events, images if run.taste else max(100, images // 4), loser, "--normal")
    control.count("" if loser.lost else "nothing was lost: the simulator cannot see")
    control.worst = f"{loser.tried - loser.survived} of {loser.tried} images lost or broken, {loser.lost} units"
    return [full, control]


def _cut(run: Run, name: str, events: int, images: int, figure: Figure, *options: str) -> list[str]:
    folder = new_folder(run.place / name)
    before = copied(folder, run.place / f"{name}-before")
    calls = traced(folder, run.place / f"{name}.trace", events, *options)
    points = sorted(run.dice.randrange(len(calls)) for _ in range(images))
    disk, found = Disk(folder, before), []
    played = 0
    for point in points:
        while played <= point:
            disk.play(calls[played])
            played += 1
        image = run.place / f"{name}-image"
        disk.image(image, run.dice)
        verdict = judge(image, acked_in(disk.said.decode()), drain=False)
        figure.count(f"call {point}: {verdict.fault}" if verdict.fault else "", verdict.lost)
        found.append(verdict.fault)
    return found


def traced(folder: Path, trace: Path, events: int, *options: str) -> list[Call]:
    """Run the writer to its end and give its calls."""
    command = ["strace", "--seccomp-bpf", "-f", "-y", "-xx", "-s", "100000000", "-o", str(trace),
               "-e", f"trace={CALLS}", "-e", "signal=none", *writer(folder, "--events", str(events), *options)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    told = ("heads", "write", "rename")
    return [one for one in read_calls(trace.read_text()) if str(folder) in f"{one.path}{one.returned}{one.texts}"
            or (one.name in told and one.handle == 1)]
