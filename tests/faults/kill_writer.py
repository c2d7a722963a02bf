"""kill -9 of the real writer at random moments, again and again on one folder."""

import time

from tests.faults.record import Acked, acked_in, judge, kill, new_folder, start, writer
from tests.faults.report import Figure, Run


def run(run: Run) -> list[Figure]:
    """Kill, reopen, verify; every tenth time the whole folder is compared."""
    figure = Figure("kill -9 of the writer")
    folder = new_folder(run.place / "killed")
    acked: Acked = {}
    worst_s = 0.0
    for _ in range(run.times(2, 50, 1_000)):
        process = start(writer(folder))
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(run.dice.random() * 0.2)
        acked |= (fresh := acked_in(said + kill(process)))
        verdict = judge(folder, fresh)
        worst_s = max(worst_s, verdict.reopen_s)
        slow = f"reopened after {verdict.reopen_s:.1f} s" if verdict.reopen_s > 2.0 and not run.taste else ""
        figure.count(verdict.fault or slow, verdict.lost)
    last = judge(folder, acked)
    if last.fault:
        figure.count(f"at the end: {last.fault}", last.lost)
    figure.worst = f"reopen {worst_s * 1000:.0f} ms; {sum(seq for seq, _ in acked.values())} entries acked"
    return [figure]
