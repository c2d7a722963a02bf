"""Recording for a long time with the whole console: memory, handles and threads stay as they were, nothing is lost.

The needling page is up, the pen streams 250 samples a second at its own pace. The taste has the writer alone.
"""

import time
from pathlib import Path

from tests.faults.at_needling import begin_needled, judge_needled
from tests.faults.record import acked_in, judge, kill, new_folder, start, writer
from tests.faults.report import Figure, Run

MOST_GROWTH_KB, MOST_HANDLES = 20_480, 2
LOOK_EVERY_S = 1.0


def run(run: Run) -> list[Figure]:
    """Let it live; look at the process the while."""
    if run.taste:
        return [_writer(run, 3.0)]
    return [_console(run, run.hours * 3_600 if run.release else 300.0)]


def _console(run: Run, seconds: float) -> Figure:
    figure = Figure(f"soak of the whole console, {seconds:.0f} s")
    needled = begin_needled(run.stations(), run.place / "soak", "soak", seconds)
    try:
        if not needled.wait_for("soaking"):
            figure.count(f"it did not begin: {needled.printed[-200:]}")
            return figure
        grown_kb, handles, threads = _watch(needled.process.pid, seconds)
        figures = needled.end()
    finally:
        needled.close()
    verdict = judge_needled(needled)
    burden = "" if grown_kb <= MOST_GROWTH_KB else f"grew by {grown_kb} kB"
    burden = burden or ("" if handles <= MOST_HANDLES else f"{handles} more handles")
    burden = burden or ("" if threads <= MOST_HANDLES else f"{threads} more threads")
    figure.count(verdict.fault or burden or ("" if figures.get("ended") else "it did not end well"), verdict.lost)
    figure.worst = (f"memory {grown_kb:+} kB, handles {handles:+}, threads {threads:+}, {verdict.held} samples, "
                    f"frames at most {figures.get('gap_s')} s apart")
    return figure


def _watch(pid: int, seconds: float) -> tuple[int, int, int]:
    """Give how much memory, handles and threads grew from the first fifth to the last, by their medians."""
    burdens: list[tuple[int, int, int]] = []
    until_s = time.monotonic() + seconds * 0.95
    while time.monotonic() < until_s:
        burdens.append(_burden(pid))
        time.sleep(min(LOOK_EVERY_S, seconds / 30))
    fifth = max(1, len(burdens) // 5)
    first, last = burdens[fifth // 2 : fifth // 2 + fifth], burdens[-fifth:]
    middle = [(sorted(row[place] for row in part)[len(part) // 2]) for place in range(3) for part in (first, last)]
    return middle[1] - middle[0], middle[3] - middle[2], middle[5] - middle[4]


def _writer(run: Run, seconds: float) -> Figure:
    """Let the writer alone take 250 samples and 10 events a second."""
    figure, folder = Figure(f"soak of the writer, {seconds:.0f} s"), new_folder(run.place / "soak")
    process = start(writer(folder, "--pause", "0.1"))
    assert process.stdout is not None
    said = process.stdout.readline()
    grown_kb, handles, _ = _watch(process.pid, seconds)
    acked = acked_in(said + kill(process))
    verdict = judge(folder, acked)
    burden = "" if grown_kb <= MOST_GROWTH_KB else f"grew by {grown_kb} kB"
    burden = burden or ("" if handles <= MOST_HANDLES else f"{handles} more handles")
    figure.count(verdict.fault or burden, verdict.lost)
    figure.worst = f"memory {grown_kb:+} kB, handles {handles:+}, {sum(one[1] for one in acked.values())} samples"
    return figure


def _burden(pid: int) -> tuple[int, int, int]:
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
    return int(facts["VmRSS"].split()[0]), len(list(Path(f"/proc/{pid}/fd").iterdir())), int(facts["Threads"])
