"""The needling page up and the pen streaming while something befalls the console; figures as one line of JSON.

``python -m tests.faults.needled LOGS OUT soak SECONDS | full-disk KB_LEFT | lock SECONDS``, over a folder that stands
at the needling (``onward``). It ends as a quit does.
"""

import errno
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from console.app.logs import start_logs
from console.app.no_core_dumps import forbid_core_dumps
from console.app.tour_context import Tour
from console.app.tour_needling import STREAM_LIMIT_S
from console.domain.telemetry import LinkState
from tests.faults.onward import open_tour, take_up

LIMIT_S, HELD_FOR_S, WARM_S = 60.0, 6.0, 3.0


class Gaps:
    """How far two frames lay apart at most, less what this thread waited for a processor."""

    def __init__(self) -> None:
        self.worst_s, self._last_s = 0.0, self._lived_s()

    @staticmethod
    def _lived_s() -> float:
        queued_ns = int(Path("/proc/thread-self/schedstat").read_text(encoding="utf-8").split()[1])
        return time.monotonic() - queued_ns / 1e9

    def beat(self) -> None:
        """A frame was run."""
        now_s = self._lived_s()
        self.worst_s, self._last_s = max(self.worst_s, now_s - self._last_s), now_s

    def take(self) -> float:
        """Give the worst so far and begin anew."""
        worst_s, self.worst_s = self.worst_s, 0.0
        return round(worst_s, 3)


class Befalling:
    """What the recorder says and what the window shows of it, and when each first came."""

    def __init__(self, tour: Tour) -> None:
        self.tour, self.failed_s, self.alarmed_s, self.gaps = tour, 0.0, 0.0, Gaps()
        tour.stage.frames.subscribe(self._look, name="befalling")

    def _look(self) -> None:
        self.gaps.beat()
        now_s = time.monotonic()
        if not self.failed_s and self.tour.console.recorder.state().failing:
            self.failed_s = now_s
        shown = self.tour.console.alarms.shown()
        if not self.alarmed_s and any(one.alarm.rule.rule_id == "not_saved" for one in shown):
            self.alarmed_s = now_s

    def saved_again(self) -> bool:
        """Tell whether everything is in the database again."""
        state = self.tour.console.recorder.state()
        return not state.failing and not state.spilling and state.held_samples < 500

    def wait(self, done: Callable[[], object], limit_s: float = LIMIT_S) -> bool:
        """Live until something is true; False where it does not come."""
        until_s = time.monotonic() + limit_s
        while not done() and time.monotonic() < until_s:
            self.tour.hands.spin(0.05)
        return bool(done())

    def page(self) -> str:
        """Give the page that is up."""
        return str(self.tour.stage.window.page_key)


def soak(it: Befalling, seconds: float) -> dict[str, object]:
    """Only live."""
    until_s = time.monotonic() + seconds
    print("soaking", flush=True)
    while time.monotonic() < until_s:
        it.tour.hands.spin(0.25)
    return {"gap_s": it.gaps.take()}


def fill_disk(folder: Path, kb_left: float) -> Path:
    """Fill the file system below a folder but for some kilobytes; give the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4_096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        file.truncate(max(0, os.fstat(file.fileno()).st_size - round(kb_left) * 1_024))
    return filler


def full_disk(it: Befalling, kb_left: float) -> dict[str, object]:
    """Fill the disk but for some kilobytes, wait until nothing can be saved, then free it."""
    filler = fill_disk(it.tour.places.data, kb_left)
    failed = it.wait(lambda: it.failed_s)
    it.wait(lambda: it.alarmed_s, 30.0)
    it.tour.hands.spin(HELD_FOR_S)
    state = it.tour.console.recorder.state()
    figures = {"failed": failed, "alarm_after_s": round(it.alarmed_s - it.failed_s, 2) if it.alarmed_s else -1.0,
               "saving": it.tour.console.desk.saving().value, "page": it.page(), "held": state.held_samples,
               "priority": [one.priority for one in it.tour.console.alarms.shown()][:1]}
    filler.unlink()
    return {**figures, "flushed": it.wait(it.saved_again)}


def lock(it: Befalling, seconds: float) -> dict[str, object]:
    """Tell when to lock and watch the frames until all is saved again."""
    it.gaps.take()
    it.tour.hands.spin(max(WARM_S, seconds))  # as long as the lock: the longer, the worse the worst
    usual_s = it.gaps.take()
    print("lock now", flush=True)
    until_s = time.monotonic() + seconds + 1.0
    while time.monotonic() < until_s:
        it.tour.hands.spin(0.05)
    gap_s = it.gaps.take()
    return {"usual_gap_s": usual_s, "gap_s": gap_s, "page": it.page(), "told": bool(it.alarmed_s),
            "flushed": it.wait(it.saved_again)}


KINDS = {"soak": soak, "full-disk": full_disk, "lock": lock}


def _run(out: Path, kind: str, amount: float) -> int:
    forbid_core_dumps()
    tour = open_tour(out, pace=1.0)
    take_up(tour, "needling")
    tour.hands.wait(lambda: tour.console.station.notice.state is LinkState.STREAMING, "samples", STREAM_LIMIT_S)
    tour.pen.do("motor on")
    tour.pen.do("auto")
    tour.hands.spin(WARM_S)
    figures = KINDS[kind](Befalling(tour), amount)
    tour.pen.do("motor off")
    tour.hands.spin(1.0)
    tour.stage.close()
    ended = tour.composition.close()
    print(json.dumps({**figures, "ended": ended}), flush=True)
    return 0


if __name__ == "__main__":
    start_logs(Path(sys.argv[1]))
    sys.exit(_run(Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
