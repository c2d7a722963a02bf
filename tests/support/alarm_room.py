"""The program's own stage on a rig's console, needling with a living pen: for what alarms look and sound like."""

import math

from console_rig import PEN, close_console, make_console, start_session, walk_to
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.app.stage import Stage
from console.domain.needling import start_area
from console.domain.telemetry import Batch, LinkState, Sample, SampleFlag, pack_samples
from console.domain.workflow import Phase
from ui.page import Page
from ui.room.needling import NeedlingPage
from ui.sounds import NullSounds

LIVING = (SampleFlag.MOTOR_RUNNING | SampleFlag.SKIN_CONTACT | SampleFlag.CARTRIDGE_PRESENT
          | SampleFlag.DEPTH_MEASURED)
STEP_S, STEP_SAMPLES = 0.1, 25


class AlarmRoom:
    """A pass runs on the first area; ``stream`` lets the pen live, ``frames`` lets the window look."""

    def __init__(self, app: QApplication, sounds: NullSounds | None = None) -> None:
        self.console = make_console()
        start_session(self.console)
        self.link = self.console.station.link
        self.link.show_pen(PEN, LinkState.STREAMING)
        walk_to(self.console, Phase.NEEDLING)
        self.console.station.drain()
        area_id, area = next(iter(self.console.desk.front.state.areas.items()))
        self.console.desk.do(start_area(area_id))
        self.plan, self.board = area.plan, self.console.alarms
        self.subject = str(self.console.desk.front.session_id)
        self.sent = 0
        pages = {"needling": lambda: NeedlingPage(self.console), "today": Page}
        self.stage = Stage(app, self.console, pages, lambda theme: None, sounds, motion=False)
        self.window = self.stage.window
        self.window.open_page("needling")
        self.window.show()
        self.frames()

    @property
    def state(self):
        return self.console.desk.front.state

    def stream(self, seconds, flags=LIVING, **values):
        """Let the pen live for a while, all calm but ``values`` (depth_um, rate_chz, load_ma, set_depth_um)."""
        for _ in range(round(seconds / STEP_S)):
            samples = [self._sample(flags, values) for _ in range(STEP_SAMPLES)]
            self.console.clock.advance(STEP_S)
            index = self.link._index
            self.link._sink.on_samples(
                Batch(PEN.serial, PEN.boot_id, index, STEP_SAMPLES, PEN.period_us, index * PEN.period_us,
                      self.console.clock.utc_us() - 100_000, self.console.clock.monotonic_s(), pack_samples(samples)),
                self.link._recording)
            self.link._index += STEP_SAMPLES
            self.console.station.drain()

    def _sample(self, flags, values):
        turn = self.sent = self.sent + 1
        calm = {
            "set_depth_um": self.plan.target_depth_um, "depth_um": self.plan.target_depth_um + round(
                30 * math.sin(turn / 60)), "rate_chz": self.plan.rate_low_chz + 400, "load_ma": 300 + turn % 9}
        return Sample(**{**calm, **values}, flags=int(flags))

    def raise_alarm(self, rule_id, on=True):
        """State a condition for longer than its rule's delay."""
        now_s = self.board.now_s()
        self.board.feed(rule_id, on, now_s - 60, self.subject)
        self.board.feed(rule_id, on, now_s, self.subject)
        self.console.station.drain()

    def frames(self, count=40):
        for _ in range(count):
            self.stage.frames.run_frame()
        QCoreApplication.processEvents()

    def find(self, name):
        """Give the one visible widget of a name, None where there is none."""
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        return found[0] if found else None

    def events(self, kind):
        return [one.what for one in self.console.desk.front.history if one.what.kind == kind]

    def close(self):
        self.stage.close()
        close_console(self.console)
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
