"""Another program holds the database's write lock while the real writer records; and a second console."""

import subprocess
import sys
import threading
import time

from db.data_folder import find_folder
from tests.faults.at_needling import begin_needled, judge_needled
from tests.faults.record import ROOT, acked_in, environment, judge, kill, new_folder, start, writer
from tests.faults.report import Figure, Run

TOLD_WITHIN_S = 2.0
FRAME_GAP_S = 0.1


def run(run: Run) -> list[Figure]:
    """Lock for 1, 4 and 10 s; the writer says so in time and has lost nothing afterwards."""
    return [_locks(run), *_at_screen(run), _second(run)]


def _at_screen(run: Run) -> list[Figure]:
    """Lock while the needling page is up: the frames go on as before, nothing is lost, and it is told in time."""
    if run.taste:
        return []
    standing, figure, told = run.stations(), Figure("database locked while needling"), []
    for turn, seconds in enumerate((1.0, 4.0, 10.0) * run.times(0, 1, 10)):
        needled = begin_needled(standing, run.place / f"needled-{turn}", "lock", seconds)
        try:
            if needled.wait_for("lock now"):
                _hold(find_folder(needled.out / "tour" / "data"), seconds)
            figures = needled.end()
        finally:
            needled.close()
        verdict = judge_needled(needled)
        fault = _fault_at_screen(figures, seconds) or verdict.fault
        figure.count(f"{seconds:.0f} s: {fault}" if fault else "", verdict.lost)
        told.append((float(str(figures.get("gap_s", -1))), float(str(figures.get("usual_gap_s", -1)))))
    worst_s, usual_s = max(told)
    figure.worst = f"frames at most {worst_s:.3f} s apart, {usual_s:.3f} s just before the lock"
    return [figure]


def _fault_at_screen(figures: dict[str, object], seconds: float) -> str:
    if not figures:
        return "the program broke off"
    if not figures["flushed"] or not figures["ended"] or figures["page"] != "needling":
        return f"it did not come back: {figures}"
    if seconds > TOLD_WITHIN_S and not figures["told"]:
        return "the window did not say it"
    # On a machine with other work frames are late with no lock too; then they may be no later with it.
    gap_s, usual_s = float(str(figures["gap_s"])), float(str(figures["usual_gap_s"]))
    return f"frames {gap_s:.3f} s apart" if gap_s > max(FRAME_GAP_S, 2 * usual_s) else ""


def _locks(run: Run) -> Figure:
    figure, worst_s = Figure("database locked by another program"), 0.0
    for turn, seconds in enumerate((1.0,) if run.taste else (1.0, 4.0, 10.0) * run.times(1, 1, 10)):
        folder = new_folder(run.place / f"locked-{turn}")
        process = start(writer(folder, "--pause", "0.02", "--events", str(round((seconds + 2) / 0.03))))
        assert process.stdout is not None
        said = process.stdout.readline()
        began_s, until_s = _hold(find_folder(folder), seconds)
        said += process.communicate()[0]
        told = [float(line.split()[1]) for line in said.splitlines() if line.startswith("failing")]
        waited_s = min(told) - began_s if told else 0.0
        worst_s = max(worst_s, waited_s)
        verdict = judge(folder, acked_in(said))
        late = not run.taste and waited_s > TOLD_WITHIN_S
        unsaid = seconds > TOLD_WITHIN_S and not told
        ended = "" if "ended true" in said else "it could not save all at its end"
        figure.count(verdict.fault or ended or ("not told in time" if late or unsaid else ""), verdict.lost)
        assert until_s > began_s
    figure.worst = f"told {worst_s:.2f} s after the lock; page frames are not measured here"
    return figure


def _hold(folder, seconds: float) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    engine = folder.writer_engine()
    while True:
        try:
            with engine.connect() as connection, connection.begin():
                began_s = time.monotonic()
                threading.Event().wait(seconds)
                return began_s, time.monotonic()
        except Exception as error:
            if "locked" not in str(error):  # the writer had it just then
                raise


def _second(run: Run) -> Figure:
    figure = Figure("second console on the same folder")
    folder = new_folder(run.place / "twice")
    process = start(writer(folder, "--pause", "0.02"))
    assert process.stdout is not None
    process.stdout.readline()
    second = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "record", "--port", "socket://127.0.0.1:9", "--seconds", "1",
         "--data", str(folder)], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    named = str(process.pid) in second.stderr
    acked = acked_in(kill(process))
    verdict = judge(folder, acked)
    refused = second.returncode == 1 and len(second.stderr.splitlines()) == 1
    figure.count(verdict.fault or ("" if refused else f"not refused: {second.stderr[-200:]}"), verdict.lost)
    figure.worst = f"the first is {'named' if named else 'not named'}"
    return figure
