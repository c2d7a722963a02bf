"""Recording for a long time: memory, handles and threads stay as they were, and nothing is lost."""

import time
from pathlib import Path

from tests.faults.record import acked_in, judge, kill, new_folder, start, writer
from tests.faults.report import Figure, Run

MOST_GROWTH_KB = 20_480


def run(run: Run) -> list[Figure]:
    """Let the writer take 250 samples and 10 events a second; look at the process the while."""
    seconds = 3.0 if run.taste else run.hours * 3_600 if run.release else 300.0
    figure, folder = Figure(f"soak of the writer, {seconds:.0f} s"), new_folder(run.place / "soak")
    process = start(writer(folder, "--pause", "0.1"))
    assert process.stdout is not None
    said, warm = process.stdout.readline(), 0
    began_s, first = time.monotonic(), (0, 0)
    while time.monotonic() - began_s < seconds:
        said += process.stdout.readline()
        if not warm and time.monotonic() - began_s > min(20.0, seconds / 3):
            warm, first = 1, _burden(process.pid)
    last = _burden(process.pid)
    acked = acked_in(said + kill(process))
    verdict = judge(folder, acked)
    grown_kb, handles = last[0] - first[0], last[1] - first[1]
    fault = verdict.fault or ("" if grown_kb <= MOST_GROWTH_KB else f"grew by {grown_kb} kB") or (
        "" if abs(handles) <= 2 else f"{handles} more handles")
    figure.count(fault, verdict.lost)
    figure.worst = f"memory {grown_kb:+} kB, handles {handles:+}, {sum(one[1] for one in acked.values())} samples"
    return [figure]


def _burden(pid: int) -> tuple[int, int]:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]), len(list(Path(f"/proc/{pid}/fd").iterdir()))
