"""From the last byte of the frame that completes a fault, written by a pen in another process, to the alarm's paint.

    python benchmarks/alarms.py [--json] [--seed N] [--rounds N]

The whole console on its needling page: the encrypted record, the recorder, the real window off screen, a pass running.
The depth goes one unit over the band for 1.4 s of every 3 s, whose rule waits 1 s; that second is not counted.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

import time

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from benchmarks.console_at_work import live, needle, prepared_console
from benchmarks.figures import Figure, as_json, machine, percentile, table
from benchmarks.pen_at_work import pen_at_work
from benchmarks.pen_stream import PenStream
from console.app.compose import Composition
from console.app.stage import Stage
from console.domain.session_events import AreaPlan
from ui.theme import apply_theme

RATE_HZ, RULE = 250, "depth_above_band"
CYCLE_S, FROM_S, DELAY_S = 3.0, 1.6, 1.0
MOST_MS = 250.0


class Painted(QObject):
    """Notes when the alarm line was painted with the rule's alarm lasting."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._line = stage.window.status_line
        self.at_ns: list[int] = []
        self._shown = False
        self._line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            alarm = self._line.alarm
            shown = alarm is not None and not alarm.ended and alarm.alarm_id.startswith(RULE)
            if shown and not self._shown:
                self.at_ns.append(time.monotonic_ns())
            self._shown = shown
        return False


def over_band(plan: AreaPlan, rounds: int, seed: int) -> tuple[PenStream, list[int]]:
    """Give the stream, and by round the frame whose last sample completes the fault."""
    chance = np.random.default_rng(seed)
    count = round(RATE_HZ * CYCLE_S) * (rounds + 1)
    rows = np.empty((count, 5), "<u2")
    rows[:, 0] = plan.target_depth_um
    rows[:, 1] = plan.target_depth_um + chance.integers(-10, 11, count)
    rows[:, 2] = (plan.rate_low_chz + plan.rate_high_chz) // 2 + chance.integers(-50, 51, count)
    rows[:, 3] = 280 + chance.integers(0, 30, count)
    rows[:, 4] = 0x2B
    frames = []
    for number in range(1, rounds + 1):
        first = round(RATE_HZ * (number * CYCLE_S + FROM_S)) - int(chance.integers(0, 10))
        rows[first:round(RATE_HZ * (number + 1) * CYCLE_S), 1] = plan.band_high_um + 1
        frames.append((first + round(RATE_HZ * DELAY_S)) // 10)
    return PenStream(rows.tobytes(), RATE_HZ), frames


def measure(app: QApplication, composition: Composition, stage: Stage, rounds: int, seed: int) -> list[Figure]:
    """Needle while the pen plays; give the figures."""
    front = composition.console.desk.front
    assert front is not None
    stream, complete = over_band(next(iter(front.state.areas.values())).plan, rounds, seed)
    frames, painted = stream.frames(), Painted(stage)
    with pen_at_work(b"".join(frames), stream.hello(), 10 / RATE_HZ, [len(one) for one in frames]) as pen:
        needle(app, composition, pen.port)
        live(app, CYCLE_S * (rounds + 1))
        written_ns = pen.written_ns()
    late_ms, shown = [], np.array(painted.at_ns)
    for number in complete:
        place = int(np.searchsorted(shown, written_ns[number]))
        late_ms.append((shown[place] - written_ns[number]) / 1e6 if place < len(shown) else float("inf"))
    return [Figure("alarms.latency_p50", percentile(late_ms, 0.5), "ms", MOST_MS, lower=True),
            Figure("alarms.latency_p99", percentile(late_ms, 0.99), "ms", MOST_MS, lower=True),
            Figure("alarms.raised", len(painted.at_ns) / rounds, "share", 1.0)]


def main() -> int:
    """Measure, print the table or the JSON."""
    parser = argparse.ArgumentParser(description="Measure how soon an alarm is on the screen.")
    parser.add_argument("--json", action="store_true", help="print one object of named figures and nothing else")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another stream (%(default)s)")
    parser.add_argument("--rounds", type=int, default=40, help="alarms to be raised (%(default)s)")
    options = parser.parse_args()
    app = QApplication(["alarms"])
    apply_theme(app, "light")
    with prepared_console(app) as (composition, stage):
        figures = measure(app, composition, stage, options.rounds, options.seed)
    print(as_json(figures) if options.json else f"{machine()}, off screen, seed {options.seed}\n{table(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
