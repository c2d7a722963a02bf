"""The n-th write or sync of the real writer refused by the system: EIO once, EIO for good, a full disk, a bad fsync."""

import subprocess

from tests.faults.power_cut import tracing
from tests.faults.record import ROOT, acked_in, environment, judge, new_folder, writer
from tests.faults.report import Figure, Run

WAYS = {
    "EIO at the n-th write": "pwrite64:error=EIO:when={n}",
    "EIO from the n-th write on": "pwrite64:error=EIO:when={n}+",
    "EIO at the n-th sync of a file": "fsync,fdatasync:error=EIO:when={n}",
    "disk full from the n-th write on": "pwrite64:error=ENOSPC:when={n}+",
    "disk full for five writes, then freed": "pwrite64:error=ENOSPC:when={n}..{last}",
}


def run(run: Run) -> list[Figure]:
    """Refuse, let the writer end by itself, open again without the fault: nothing called saved may be missing."""
    figures, most = [Figure(name) for name in WAYS], {}
    for figure, way in zip(figures, WAYS.values(), strict=True):
        if why := tracing():
            figure.skipped = why
            continue
        call = way.partition(":")[0]
        if not run.taste and call not in most:
            most[call] = _calls(run, call)
        short = 15 if call.startswith("fsync") else 50 if figure is figures[0] else 20
        last = most.get(call, 200)
        count = run.times(1, min(short, last), last)
        said_so = 0
        for turn in range(count):
            n = (10 if call.startswith("fsync") else 40) if run.taste else 1 + turn * last // count
            said_so += _try(run, figure, way.format(n=n, last=n + 5), f"{way[:8]}-{len(figure.name)}-{turn}")
        figure.worst = f"said so {said_so} of {count} times; of {last} calls"
    return figures


def _calls(run: Run, call: str) -> int:
    """Count the writer's calls of a kind where none is refused."""
    told = run.place / f"{call}.count"
    command = ["strace", "--seccomp-bpf", "-f", "-qq", "-o", str(told), "-e", f"trace={call}", "-e", "signal=none",
               *writer(new_folder(run.place / f"counted-{call}"), "--events", "25")]
    subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)
    return len(told.read_text().splitlines())


def _try(run: Run, figure: Figure, injected: str, name: str) -> int:
    folder = new_folder(run.place / name)
    call, told = injected.partition(":")[0], run.place / f"{name}.trace"
    command = ["strace", "--seccomp-bpf", "-f", "-qq", "-o", str(told), "-e", f"trace={call}",
               "-e", f"inject={injected}", "-e", "signal=none", *writer(folder, "--events", "25", "--patience", "1")]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if "(INJECTED)" not in told.read_text():
        return 0  # the writer had ended before its n-th call: nothing was tried
    verdict = judge(folder, acked_in(done.stdout))
    fault = verdict.fault
    if not fault and done.returncode and "main.py" not in done.stderr and "OperatorError" not in done.stderr:
        fault = f"the writer ended badly: {done.stderr.strip().splitlines()[-1][:160] if done.stderr else ''}"
    figure.count(f"{injected}: {fault}" if fault else "", verdict.lost)
    return int("failing" in done.stdout or bool(done.returncode) or "ended false" in done.stdout)
