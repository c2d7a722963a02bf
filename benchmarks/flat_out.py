"""Everything a pen can send, taken, recorded in the encrypted record and plotted, as a process of its own.

    python -m benchmarks.flat_out PORT COUNT

Prints one JSON object: samples a second until all are committed, frames painted meanwhile, lost samples.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from benchmarks.console_at_work import live
from benchmarks.live_frames import Ours, Stream
from console.domain import session_events as ev
from console.domain.session_events import SessionEvent
from console.domain.telemetry import Batch
from console.services.clocks import SystemClock
from console.services.ids import new_id
from console.services.sample_fanout import Inbox, SampleFanout
from console.services.session_row import summarise
from db.data_folder import BENCH, create_folder
from db.recorder_thread import RecorderThread
from devices.link import SerialPenLink
from ui.frame_timer import FrameTimer
from ui.theme import apply_theme

LIMIT_S = 300.0


class Plots(Ours):
    """The live plots, fed by the link instead of a stream of their own."""

    def __init__(self, rate_hz: int) -> None:
        super().__init__(Stream(rate_hz, 0), filled_s=0)
        self.first_s = 0.0
        self.taken = 0

    def push(self, batch: Batch) -> None:
        """Watch what comes in."""
        if not self.taken:
            self.first_s = time.perf_counter()
        self.taken += batch.count
        self.ring.push(batch)

    def window(self):  # type: ignore[no-untyped-def]
        """Give the columns of now."""
        return self.ring.window(self.seconds, self.depth.columns())


def run(app: QApplication, port: str, count: int, place: Path) -> dict[str, float]:
    """Take, record and plot ``count`` samples."""
    clock = SystemClock()
    folder = create_folder(place, BENCH, clock)
    recorder, session_id, plots = RecorderThread(folder, clock, summarise), new_id(), Plots(1_000)
    fanout = SampleFanout(recorder, Inbox())
    fanout.add_watcher(plots)
    link, frames = SerialPenLink(fanout, clock), FrameTimer(clock)
    recorder.start()
    opened = ev.SessionOpened("bench", "", None, "", "", 0, 0, "", "bench", "", folder.kind)
    recorder.append(session_id, [SessionEvent(clock.utc_us(), "bench", opened)])
    plots.show()
    frames.subscribe(plots.frame)
    try:
        link.open(port)
        link.wait_first(LIMIT_S)
        window = fanout.record_into(session_id)
        link.begin_recording(window)
        link.set_streaming(True)
        frames.start()
        until_s = time.perf_counter() + LIMIT_S
        while recorder.state().samples_saved < count and time.perf_counter() < until_s:
            live(app, 0.01)
        seconds = time.perf_counter() - plots.first_s
        painted, saved = frames.frames, recorder.state().samples_saved
    finally:
        frames.stop()
        link.close()
        recorder.stop(30.0)
        folder.close()
    return {"samples_per_s": saved / seconds, "lost": count - saved, "frames_per_s": painted / seconds}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Take, record and plot all that a pen can send.")
    parser.add_argument("port")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    app = QApplication(["flat-out"])
    apply_theme(app, "light")
    with tempfile.TemporaryDirectory() as place:
        figures = run(app, options.port, options.count, Path(place, "bench"))
    print(json.dumps(figures), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
