"""A folder of every former schema brought up to date, and the process that does it killed half-way."""

import subprocess
import sys
import time

from db import migrate
from db.data_folder import open_folder
from tests.faults.record import ROOT, acked_in, copied, environment, judge, kill, new_folder, start, writer
from tests.faults.report import Figure, Run

UPGRADE_S = 1.5  # longer than one takes
OPENING = """
import sys
from pathlib import Path
from console.app.opening import open_for_writing
print("begun", flush=True)
open_for_writing(Path(sys.argv[1])).close()
print("done", flush=True)
"""


def run(run: Run) -> list[Figure]:
    """Go back to each schema, come forward whole; then kill and come forward."""
    whole, killed = Figure("upgrade from every former schema"), Figure("upgrade killed half-way, then run again")
    source = new_folder(run.place / "newest")
    said = start(writer(source, "--events", "20")).communicate()[0]
    acked = acked_in(said)
    former = [f"{number:04}" for number in range(1, int(migrate.NEWEST))]
    for revision in former[-1:] if run.taste else former:
        older = copied(source, run.place / f"schema-{revision}")
        folder = open_folder(older, writing=True)
        migrate.downgrade(folder.writer_engine(), revision)
        folder.close()
        for turn in range(1 + (run.times(1, 20, 200) - 1) // len(former)):
            tried = copied(older, run.place / f"schema-{revision}-{turn}")
            interrupted = _open_and_kill(tried, run.dice.random() * UPGRADE_S * (turn % 4) / 3)
            verdict = judge(tried, acked)
            killed.count(f"{revision}: {verdict.fault}" if verdict.fault else "", verdict.lost)
            killed.worst = f"the last one {'killed' if interrupted else 'was done before the kill'}"
        done = subprocess.run([sys.executable, "-c", OPENING, str(older)], cwd=ROOT, env=environment(),
                              capture_output=True, text=True, check=False)
        verdict = judge(older, acked)
        backups = list((older / "backups").glob("*"))
        ended = "" if done.returncode == 0 else done.stderr[-200:]
        fault = verdict.fault or ended or ("" if backups else "no backup")
        whole.count(f"{revision}: {fault}" if fault else "", verdict.lost)
    whole.worst = f"{len(former)} schemas"
    return [whole, killed]


def _open_and_kill(folder, after_s: float) -> bool:  # type: ignore[no-untyped-def]
    process = start([sys.executable, "-c", OPENING, str(folder)])
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after_s)
    return "done" not in kill(process)
