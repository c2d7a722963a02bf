"""The whole console on its needling page, run as a process of its own and measured from within.

    python -m benchmarks.console_at_work PORT SECONDS [--every SECONDS] [--samples COUNT]

A demo clinic in a temporary folder, the encrypted record, the real window (off screen), an open session
whose first pass runs. Prints one JSON object: CPU, frames, samples, lost samples, memory, by the piece.
With ``--samples`` it runs until so many are recorded, for SECONDS at most, and tells the memory they added.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.compose import Composition, compose
from console.app.demo_clinic import seed_folder
from console.app.demo_codes import demo_codes
from console.app.page_acts import make_acts
from console.app.pages import page_recipes
from console.app.stage import Stage
from console.domain import consenting, intake, needling, numbing
from console.domain.session_events import SignatureDrawn
from console.domain.telemetry import SAMPLE_BYTES
from console.domain.workflow import Phase
from console.services.clocks import SystemClock
from console.services.console import Console
from console.services.day_desk import Place
from db.data_folder import DEMO, create_folder
from ui.plots import TargetBandPlot
from ui.theme import apply_theme

PATIENT, PLAN, STAFF = "P-0412", "facial_acne_scars", "PR-02"
READY_S = 30.0
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


def resident_kb() -> float:
    """Give this process's memory in RAM."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB


def live(app: QApplication, seconds: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def prepare(console: Console, clock: SystemClock) -> None:
    """Carry a session on to preparation, as a practitioner's touches would."""
    codes = demo_codes(clock.utc_us())
    console.day.start(PATIENT, PLAN)
    desk = console.desk
    desk.do(intake.confirm_patient(("name", "birth_date")))
    console.screening.begin()
    front = desk.front
    assert front is not None
    for rule in front.state.rules:
        desk.do(intake.answer(rule.rule_id, "no"))
    desk.do(intake.enter_phase(Phase.CONSENT))
    for kind in ("treatment", "photos", "serum"):
        console.screening.decide_consent(kind, True)
    desk.do(consenting.sign_consent(SignatureDrawn("consent", "patient", ((100, 200, 300, 150, 500, 250),))))
    desk.do(intake.record_photos("before", 3))
    desk.do(intake.enter_phase(Phase.ANESTHETIC))
    desk.do(numbing.skip_anesthetic("not wanted"))
    desk.do(intake.enter_phase(Phase.PREPARATION))
    desk.do(intake.disinfect())
    console.products.bind_cartridge(console.products.lot_of(console.products.read(codes.cartridge), "cartridge"))
    console.products.choose_glide(console.products.lot_of(console.products.read(codes.glide), "glide"))


def wait_until(app: QApplication, true: object, words: str) -> None:
    """Let the window live until something is so; ends the program where it does not happen."""
    until_s = time.monotonic() + READY_S
    while not true():  # type: ignore[operator]
        live(app, 0.05)
        if time.monotonic() > until_s:
            raise SystemExit(f"never came: {words}")


def needle(app: QApplication, composition: Composition, port: str) -> None:
    """Take the pen and begin the first pass."""
    console = composition.console
    front = console.desk.front
    assert front is not None
    console.station.always_stream = True
    console.station.connect(port)
    wait_until(app, lambda: console.station.pen is not None, "the pen")
    console.station.take_pen(front)
    console.desk.do(intake.enter_phase(Phase.NEEDLING))
    console.desk.do(needling.forward())
    wait_until(app, lambda: console.ring.latest().at_us is not None, "samples")


def measure(
    app: QApplication, composition: Composition, stage: Stage, seconds: float, every_s: float
) -> dict[str, object]:
    """Let it run; one entry for each piece of ``every_s``."""
    console, pieces = composition.console, []
    front = console.desk.front
    assert front is not None
    saved = composition.recorder.state().samples_saved
    lost_before = sum(gap.count for gap in front.state.gaps)
    left_s, stage.frames.watchdog.worst_s = seconds, 0.0
    plot = stage.window.findChild(TargetBandPlot)
    while left_s > 0.01:
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton)  # somebody is there: the lock does not fall over the page
        cpu, at, frames = time.process_time(), time.monotonic(), stage.frames.frames
        live(app, min(every_s, left_s))
        passed = time.monotonic() - at
        recorded = composition.recorder.state().samples_saved - saved
        pieces.append({"seconds": passed, "cpu_share": (time.process_time() - cpu) / passed,
                       "frames_per_s": (stage.frames.frames - frames) / passed, "resident_kb": resident_kb(),
                       "raw_kb": recorded * SAMPLE_BYTES / 1024})
        left_s -= every_s
    console.station.drain()
    return {"pieces": pieces, "samples": composition.recorder.state().samples_saved - saved,
            "lost": sum(gap.count for gap in front.state.gaps) - lost_before,
            "worst_block_s": stage.frames.watchdog.worst_s}


def measure_memory(app: QApplication, composition: Composition, count: int, limit_s: float) -> dict[str, object]:
    """Let it run until so many samples are recorded; tell the memory they added, against their raw bytes."""
    recorder, front = composition.recorder, composition.console.desk.front
    assert front is not None
    saved, before_kb, until_s = recorder.state().samples_saved, resident_kb(), time.monotonic() + limit_s
    while recorder.state().samples_saved - saved < count:
        live(app, 0.1)
        if time.monotonic() > until_s:
            raise SystemExit(f"only {recorder.state().samples_saved - saved} samples came in time")
    composition.console.station.drain()
    gc.collect()
    samples, added_kb = recorder.state().samples_saved - saved, resident_kb() - before_kb
    return {"samples": samples, "lost": sum(gap.count for gap in front.state.gaps), "added_kb": added_kb,
            "memory_vs_raw": added_kb * 1024 / (samples * SAMPLE_BYTES)}


@contextmanager
def prepared_console(app: QApplication) -> Iterator[tuple[Composition, Stage]]:
    """Give the whole console of a demo clinic and its window, a session in preparation."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as place:
        folder = create_folder(Path(place, "clinic"), DEMO, clock)
        seed_folder(folder, clock, clock.utc_us(), 8, 1, lambda *_: None)
        composition = compose(folder, clock, Place("Room 2", "station-1", folder.marked_as))
        console = composition.console
        console.desk.actor = next(one for one in console.registry.staff() if one.staff_id == STAFF)
        acts = make_acts(app, composition, folder.exports_path)
        stage = Stage(app, console, page_recipes(console, acts), acts.set_theme, motion=False)
        acts.open_page = stage.window.open_page
        try:
            stage.window.resize(1366, 768)
            stage.open("today")
            prepare(console, clock)
            yield composition, stage
        finally:
            stage.close()
            composition.close()


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Run the whole console on its needling page and measure it.")
    parser.add_argument("port")
    parser.add_argument("seconds", type=float)
    parser.add_argument("--every", type=float, default=1e9)
    parser.add_argument("--samples", type=int, default=0)
    options = parser.parse_args()
    app = QApplication(["console"])
    apply_theme(app, "light")
    with prepared_console(app) as (composition, stage):
        needle(app, composition, options.port)
        gc.collect()
        if options.samples:
            figures = measure_memory(app, composition, options.samples, options.seconds)
        else:
            live(app, 2.0)
            figures = measure(app, composition, stage, options.seconds, options.every)
    print(json.dumps(figures), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
