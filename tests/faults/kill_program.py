"""kill -9 of the whole program at random moments of every phase, and the window opened again.

Each turn takes a copy of the treatment as it stands at the beginning of a phase (``stations``), has the real console
take it up and go on (``onward``), and kills it. What a reader in another process could see just before is what counts
as saved. The pen lives on in a process of its own and tells what it had sent.
"""

import shutil
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from console.domain.session_fold import fold
from console.services.sample_table import build_table
from db.data_folder import DataFolder, open_folder
from db.session_store import SessionStore
from db.verify import verify_folder
from tests.faults.leaks import control, search
from tests.faults.onward import PACE
from tests.faults.record import ROOT, kill
from tests.faults.report import Figure, Run
from tests.faults.stations import PHASES
from tests.faults.taken_up import (
    ON_THE_WAY,
    ONE_SECOND,
    FarPen,
    Seen,
    begin,
    not_held,
    seen_in,
    start_far_pen,
    take_station,
)

WITH_PEN = ("anesthetic", "preparation", "needling")
CRASHES = {12: signal.SIGSEGV, 15: signal.SIGABRT}  # now and then; all else is kill -9
WATCHED_S = 2.5
REOPEN_S, REOPEN_TRIES = 2.0, 3


@dataclass(slots=True)
class Outcome:
    """What one kill came to."""

    phase: str
    fault: str = ""
    lost: int = 0
    missing: int | None = None  # samples the pen had sent and the record does not hold, where it was streaming
    reopened: "list[tuple[float, float]]" = field(default_factory=list)  # seconds, and seconds of a processor
    leaks: Figure = field(default_factory=lambda: Figure(""))


def run(run: Run) -> list[Figure]:
    """Kill in every phase in turn; the treatment must stand where it stood."""
    count = run.times(0, 54, 1_000)
    standing = run.stations()
    turns = [(turn, PHASES[turn % len(PHASES)], run.dice.random()) for turn in range(count)]
    return [*_figures([_one(run.place, standing, *turn) for turn in turns]), control(run.place / "planted")]


def _figures(outcomes: list[Outcome]) -> list[Figure]:
    figure, leaks = Figure("kill -9 or crash of the program, every phase"), Figure("patient data after a kill")
    reopening = Figure("window opened again after a kill, <= 2 s")
    for one in outcomes:
        figure.count(f"{one.phase}: {one.fault}" if one.fault else "", one.lost)
        wall_s, _ = min(one.reopened, default=(0.0, 0.0))
        reopening.count(f"{one.phase}: {wall_s:.2f} s" if wall_s > REOPEN_S else "")
        leaks.add(one.leaks)
    told = ", ".join(f"{name or 'before it began'} {count}" for name, count in Counter(
        one.phase for one in outcomes).items())
    missing = [one.missing for one in outcomes if one.missing is not None]
    figure.worst = (f"of {len(missing)} while recording at most {max(missing, default=0)} samples not held "
                    f"({ON_THE_WAY} may be on the wire); {told}")
    best = sorted(min(one.reopened) for one in outcomes if one.reopened)
    again = sum(len(one.reopened) > 1 for one in outcomes)
    if best:
        reopening.worst = (f"median {best[len(best) // 2][0]:.2f} s, worst {best[-1][0]:.2f} s; processor at most "
                           f"{max(cpu_s for _, cpu_s in best):.2f} s; {again} measured again")
    return [figure, reopening, leaks]


# --- one kill -------------------------------------------------------------------------------------------------


def _one(place: Path, standing: Path, turn: int, phase: str, share: float) -> Outcome:
    out = place / f"killed-{turn}"
    take_station(standing, phase, out)
    pen = start_far_pen(out, PACE) if phase in WITH_PEN else None
    try:
        seen, printed = _run_and_kill(out, phase, share, CRASHES.get(turn % 20, signal.SIGKILL), pen)
    finally:
        if pen is not None:
            pen.end()
    outcome = Outcome(seen.phase)
    if cores := [*ROOT.glob("core*"), *out.rglob("core.*")]:
        outcome.fault = f"a core dump was left: {cores[0].name}"
    elif seen.session_id is None:
        outcome.fault = f"{phase} was not taken up: {printed[-160:]}"
    else:
        _look(out, seen, outcome)
    search([out / "tour" / "data", out / "logs", out / "temp"], outcome.leaks, printed)
    shutil.rmtree(out)
    return outcome


def _run_and_kill(
    out: Path, phase: str, share: float, how: signal.Signals, pen: FarPen | None,
) -> tuple[Seen, str]:
    process = begin([sys.executable, "-m", "tests.faults.onward", str(out / "logs"), str(out), phase], out)
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if line.startswith("standing"):
            break
    time.sleep(share * WATCHED_S)
    seen = seen_in(out / "tour" / "data") if process.poll() is None else Seen()
    if pen is not None:
        pen.freeze()
    process.send_signal(how)
    process.wait(30)
    return seen, printed + kill(process)


def _look(out: Path, seen: Seen, outcome: Outcome) -> None:
    data = out / "tour" / "data"
    said = ""
    for number in range(REOPEN_TRIES):  # a machine with other work is given another look, each at the folder as left
        again = out / f"again-{number}"
        shutil.copytree(data, again)
        said, wall_s, cpu_s = _reopen(again, out)
        if not said:
            outcome.fault = "its window does not open again"
            return
        outcome.reopened.append((wall_s, cpu_s))
        if wall_s <= REOPEN_S:
            break
    folder = open_folder(again)
    try:
        _compare(folder, out, seen, said, outcome)
    finally:
        folder.close()


def _reopen(data: Path, out: Path) -> tuple[str, float, float]:
    """Open the window; what it offers, how long it took from the process's start, and of a processor."""
    began_s = time.perf_counter()
    process = begin([sys.executable, "-m", "tests.faults.reopening", str(data)], out)
    assert process.stdout is not None
    words, wall_s = [], 0.0
    for line in process.stdout:
        if line.startswith("offered"):
            words, wall_s = line.split(maxsplit=2), time.perf_counter() - began_s
    process.wait()
    return (words[2].strip(), wall_s, float(words[1])) if words else ("", 0.0, 0.0)


def _compare(folder: DataFolder, out: Path, seen: Seen, said: str, outcome: Outcome) -> None:
    store = SessionStore(folder)
    try:
        assert seen.session_id is not None
        events, table = store.events(seen.session_id), build_table(store.chunks(seen.session_id))
    finally:
        store.close()
    state = fold(one.event for one in events)
    outcome.lost = max(0, seen.events - len(events)) + max(0, seen.samples - len(table))
    outcome.missing = not_held(out / "tour" / "pen-sent.json", table)
    recording = state.phase.value == "needling" and state.lifecycle == "open"
    if faults := verify_folder(folder):
        outcome.fault = f"entry {faults[0].seq}: {faults[0].what}"
    elif state.lifecycle == "open" and f"Continue session {state.phase.value.replace('_', '-')}" != said:
        outcome.fault = f"recorded in {state.phase.value}, and the window says «{said}»"
    elif state.lifecycle == "open" and PHASES.index(state.phase.value) < PHASES.index(seen.phase):
        outcome.fault = f"seen in {seen.phase}, offered in {state.phase.value}"
    elif recording and (outcome.missing or 0) > ONE_SECOND + ON_THE_WAY:
        outcome.fault = f"{outcome.missing} samples at the end are missing"
