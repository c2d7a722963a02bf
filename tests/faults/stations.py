"""Folders of one treatment as it stands at the beginning of each phase, kept while the tour plays it.

A program of its own (``python -m tests.faults.stations LOGS OUT``) plays the short treatment into ``OUT/tour`` and
keeps a copy at ``OUT/standing/PHASE``, taken between two commits, with the time of then beside it.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.app.cli import main
from console.app.logs import start_logs
from console.app.tour_closing import ClosingSteps
from console.app.tour_context import Tour
from console.app.tour_intake import IntakeSteps
from console.app.tour_needling import NeedlingSteps
from db.data_folder import DataFolder

STEPS: dict[str, tuple[type, str]] = {
    "check_in": (IntakeSteps, "_check_in"), "screening": (IntakeSteps, "_screening"),
    "consent": (IntakeSteps, "_consent"), "anesthetic": (IntakeSteps, "_anesthetic"),
    "preparation": (NeedlingSteps, "_prepare"), "needling": (NeedlingSteps, "_one_pass"),
    "serum": (ClosingSteps, "_serum"), "aftercare": (ClosingSteps, "_aftercare"),
    "sign_off": (ClosingSteps, "_sign_off"),
}
PHASES = tuple(STEPS)


def keep(folder: DataFolder, now_us: int, to: Path) -> None:
    """Copy a folder that is being written to, holding the write lock the while."""
    engine = folder.writer_engine()
    try:
        with engine.connect() as connection, connection.begin():
            shutil.copytree(folder.path, to / "data")
    finally:
        engine.dispose()
    (to / "now_us").write_text(str(now_us), encoding="utf-8")


def _keeping(phase: str, step: Callable[[Any], object], standing: Path) -> Callable[[Any], object]:
    def stepped(steps: Any) -> object:
        tour: Tour = steps._tour
        to = standing / phase
        if not to.exists():
            tour.hands.wait(lambda: tour.console.desk.saving().value == "saved", "the commit")
            keep(tour.composition.folder, tour.clock.utc_us(), to)
            print(f"standing {phase}", flush=True)
        return step(steps)

    return stepped


def _play(out: Path) -> int:
    for phase, (steps, name) in STEPS.items():
        setattr(steps, name, _keeping(phase, getattr(steps, name), out / "standing"))
    return main(["tour", "--out", str(out / "tour"), "--scenario", "short", "--speed", "240"])


if __name__ == "__main__":
    start_logs(Path(sys.argv[1]))
    sys.exit(_play(Path(sys.argv[2])))
