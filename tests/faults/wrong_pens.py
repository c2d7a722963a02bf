"""Pens that go wrong over real bytes: on the whole console each fault raises its alarms in time, and none other.

The pen is another process on a pseudo-terminal (``faulty_pen``); the console is composed as the program is, with its
encrypted record and its window, in real time. Limits of the pen's samples are tried within a tenth of a second of
their delay on either side; those of the console's own clock half a second.
"""

import json
import math
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.report import Figure, Run

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MOTOR, CONTACT, CARTRIDGE, FAULT = 1, 2, 8, 16
NEAR_S, CLOCK_NEAR_S = 0.1, 0.5
LATE_S = 0.25  # from the frame that completes a fault to the pixel
FRAME_S = 0.04  # of a frame's samples, before it is sent
CALM_S = 3.2  # between two faults: longer than any release
STALE_S, NUMBERS_S = 0.5, 0.25
READY_S = 60.0
TASTE, TAKES = 4, 8

Delays = dict[str, float]


@dataclass(frozen=True)
class Wrong:
    """One fault: what the pen is ordered, which alarms it raises after how long, and how near its limit is tried."""

    name: str
    order: dict[str, Any]
    raises: Delays = field(default_factory=dict)
    lasts_s: float = 0.0  # 0: by the delays of what it raises
    near_s: float = NEAR_S
    stale_after_s: float = 0.0  # 0: the numbers stay live
    allowed: tuple[str, ...] = ()  # may or may not be raised
    on_time: bool = True  # its beginning is known to the pen

    def lengths(self) -> tuple[float, ...]:
        """Give how long it is tried: below and above each limit."""
        if self.lasts_s:
            return (self.lasts_s,)
        limits = sorted({delay for delay in self.raises.values() if delay > self.near_s})
        lengths = [at for limit in limits for at in (limit - self.near_s, limit + self.near_s)]
        return tuple(lengths or [0.4])

    def expected(self, length_s: float) -> Delays:
        """Give what it raises when it lasts so long."""
        return {rule: delay for rule, delay in self.raises.items() if self.lasts_s or delay < length_s}


def wrongs(plan: Any, reach_um: int | None, ceiling_um: int | None) -> list[Wrong]:
    """Give the faults for an area's plan, each one unit beyond its limit (or far beyond)."""
    high, low = plan.band_high_um, plan.band_low_um
    middle_chz = (plan.rate_low_chz + plan.rate_high_chz) // 2
    swing = [middle_chz - 1_001, middle_chz + 1_001]
    found = [
        Wrong("calm", {}, lasts_s=4.0),
        Wrong("at the band's edge", {"values": {"depth": high}}, lasts_s=2.0),
        Wrong("over band", {"values": {"depth": high + 1}}, {"depth_above_band": 1.0}),
        Wrong("under band", {"values": {"depth": low - 1}}, {"depth_below_band": 5.0}),
        Wrong("slow", {"values": {"rate": plan.rate_low_chz - 1}}, {"rate_out_of_band": 5.0}),
        Wrong("fast", {"values": {"rate": plan.rate_high_chz + 1}}, {"rate_out_of_band": 5.0}),
        Wrong("stalled", {"values": {"rate": 999}}, {"rate_stalled": 1.0}, lasts_s=2.0),
        Wrong("moving slowly", {"values": {"rate": 1_000}}, lasts_s=2.0),
        Wrong("unsteady", {"swing": swing}, {"rate_unstable": 3.0}, lasts_s=2.2),  # and a second in which it counts
        Wrong("unsteady for a while", {"swing": swing}, lasts_s=1.8),
        Wrong("unsteady, one frame in seven lost", {"swing": swing, "loss": 0.14}, {"rate_unstable": 3.0},
              lasts_s=3.4),
        Wrong("motor off on the skin", {"clear": MOTOR, "values": {"rate": 0, "depth": 0}},
              {"contact_motor_off": 2.0}),
        Wrong("lifted, motor off", {"clear": MOTOR | CONTACT, "values": {"rate": 0, "depth": 0}}, lasts_s=4.0),
        Wrong("no cartridge", {"clear": CARTRIDGE}, {"cartridge_missing": 0.5}),
        Wrong("cartridge changed, motor off", {"clear": CARTRIDGE | MOTOR | CONTACT, "values": {"rate": 0, "depth": 0}},
              lasts_s=2.0),
        Wrong("frozen sensors", {"values": {"depth": plan.target_depth_um, "rate": middle_chz, "load": 300}},
              {"pen_stuck": 3.0}),
        Wrong("not a number", {"values": {"depth": 0xFFFF}}, {"bad_sensor": 0.0}, lasts_s=1.5, stale_after_s=0.45),
        Wrong("absurd depth", {"values": {"depth": 9_000}}, {"bad_sensor": 0.0}, lasts_s=0.05),
        Wrong("all bits set", {"values": {"set": 60_000, "depth": 61_000, "rate": 65_000, "load": 64_000},
                               "put": 0xFFFF}, {"bad_sensor": 0.0}, lasts_s=0.05),
        Wrong("speed gone", {"values": {"rate": 0xFFFF}}, {"rate_missing": 1.0}),
        Wrong("fault flag", {"put": FAULT}, {"pen_fault": 0.0}, lasts_s=0.2),
        Wrong("fault told", {"event": [7, 12]}, {"pen_fault": 0.0}, lasts_s=0.2),
        Wrong("leaping count", {"leap": 5_000}, {"bad_sensor": 0.0}, lasts_s=1.0, on_time=False),
        Wrong("overrun", {"overrun": 40}, lasts_s=1.0),
        Wrong("battery told low", {"event": [8, 9]}, {"battery_low": 0.0}, lasts_s=0.5),
        Wrong("battery low", {"battery": 19}, {"battery_low": 1.0}, lasts_s=2.0, on_time=False),
        Wrong("battery at its limit", {"battery": 20}, lasts_s=2.0),
        Wrong("no heartbeat", {"no_status": 4.5}, {"heartbeat_missed": 3.0}, lasts_s=4.6, on_time=False),
        Wrong("held back", {"held": 0.4}, lasts_s=1.0),
        Wrong("no samples", {"quiet": 1.5}, lasts_s=1.5, stale_after_s=STALE_S),
        Wrong("no samples for long", {"quiet": 3.0}, {"pen_silent": 2.0}, lasts_s=3.0, stale_after_s=STALE_S),
        Wrong("dumb", {"mute": 4.0}, {"pen_silent": 2.0, "link_lost": 2.5}, lasts_s=4.0, stale_after_s=STALE_S),
        Wrong("cable pulled", {"unplug": 2.0}, {"link_lost": 0.0}, lasts_s=2.0, stale_after_s=STALE_S),
        Wrong("another pen", {"off": 0.2, "serial": "F-2"}, {"link_lost": 0.3}, lasts_s=4.0, stale_after_s=STALE_S,
              allowed=("pen_silent",)),
        Wrong("restarted", {"off": 0.3}, lasts_s=3.0),
        Wrong("over band and stalled", {"values": {"depth": high + 60, "rate": 500}},
              {"depth_above_band": 1.0, "rate_stalled": 1.0}, lasts_s=2.0),
        Wrong("over band, then dumb", {"values": {"depth": high + 60}, "mute": 2.3}, {"pen_silent": 2.0},
              lasts_s=2.3, stale_after_s=STALE_S, on_time=False),
    ]
    if ceiling_um is not None and ceiling_um > high:
        found.append(Wrong("over the label", {"values": {"depth": ceiling_um + 1}},
                           {"depth_above_ceiling": 0.3, "depth_above_band": 1.0}))
    if reach_um is not None and reach_um > high:
        found.append(Wrong("over the pen's range", {"values": {"depth": reach_um + 1}},
                           {"depth_above_reach": 0.3, "depth_above_band": 1.0} | (
                               {"depth_above_ceiling": 0.3} if ceiling_um is not None and ceiling_um <= reach_um
                               else {})))
    return found


def _calm_values(plan: Any) -> dict[str, int]:
    return {"set": plan.target_depth_um, "depth": plan.target_depth_um,
            "rate": (plan.rate_low_chz + plan.rate_high_chz) // 2}


class StridingClock:
    """The machine's clocks, which ``advance`` sets further on: an hour of anesthetic need not be waited for."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def utc_us(self) -> int:
        """Give the wall time."""
        return time.time_ns() // 1_000 + round(self._ahead_s * 1e6)

    def monotonic_s(self) -> float:
        """Give the steady time."""
        return time.monotonic() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Set both on."""
        self._ahead_s += seconds


class PenAtFault:
    """The pen's process; ``order`` has it go wrong, ``answer`` gives when that began and ended (steady seconds)."""

    def __init__(self, link: Path, seed: int) -> None:
        script = Path(__file__).parents[1] / "support" / "faulty_pen.py"
        self._process = subprocess.Popen([sys.executable, str(script), str(link), str(seed)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self.link = link

    def order(self, order: dict[str, Any], length_s: float) -> None:
        """Give an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"for_s": length_s, **order}).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self) -> tuple[float, float] | None:
        """Give its answer where it has come."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], (), (), 0)[0]:
            return None
        told = json.loads(self._process.stdout.readline())
        return told["began_s"], told["ended_s"]

    def end(self) -> None:
        """Let it end."""
        self._process.communicate(timeout=20)


class Flow:
    """Watches the pen's samples as the console is given them: late or missing, the machine or the line stood still."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin to look anew."""
        self.broken, self._next, self._at_s = False, -1, time.monotonic()

    def push(self, batch: Any) -> None:
        """Take a batch, on the reader's thread."""
        now_s, missing = time.monotonic(), self._next >= 0 and batch.first_index != self._next
        self.broken |= missing or now_s - self._at_s > STALE_S
        self._next, self._at_s = batch.end_index, now_s


class Watched:
    """The console on its needling page, a pass running, looked at with every frame."""

    def __init__(self, place: Path, pen: PenAtFault) -> None:
        from PySide6.QtWidgets import QApplication
        from real_window import RealWindow
        from rig_walk import walk_to

        from console.domain import needling
        from console.domain.workflow import Phase
        from ui.theme import apply_theme

        self.app = QApplication.instance() or QApplication(["faults"])
        apply_theme(self.app, "light")
        self.clock, self.pen = StridingClock(), pen
        self.room = RealWindow(self.app, place, self.clock)  # type: ignore[arg-type]
        self.console, self.stage = self.room.console, self.room.stage
        self.flow = Flow()
        self.room.made.fanout.add_watcher(self.flow)
        self.changes: list[tuple[float, Any]] = []
        self.console.alarms.on_change(lambda change: self.changes.append((time.monotonic(), change)))
        self.console.day.start("P-0412", "facial_acne_scars")
        walk_to(self.console, Phase.PREPARATION)
        self.console.station.connect(str(pen.link))
        self.until(lambda: self.console.station.pen is not None, "the pen")
        pen.order({"calm": _calm_values(next(iter(self.state.areas.values())).plan)}, 0.1)
        self.until(pen.answer, "the pen's answer")
        walk_to(self.console, Phase.NEEDLING)
        self.console.desk.do(needling.forward())
        self.room.window.open_page("needling")
        self.until(lambda: self.console.ring.latest().at_us is not None, "samples")
        self.page = self.room.window.page()
        self.stale_s: list[float] = []  # when no number was shown
        self.live_s: list[float] = []
        self.line_s: list[tuple[float, str]] = []
        front = self.console.desk.front
        assert front is not None
        self.session_id = front.session_id

    @property
    def state(self) -> Any:
        """Give the session's state."""
        front = self.console.desk.front
        assert front is not None
        return front.state

    @property
    def plan(self) -> Any:
        """Give the plan of the area under the pen."""
        return self.state.areas[self.state.active_area].plan

    def frame(self) -> None:
        """Show one frame and let the machine have the rest of its sixtieth second."""
        began_s = time.monotonic()
        self.stage.frames.run_frame()
        self.app.processEvents()
        page = getattr(self, "page", None)
        if page is not None:
            now_s, look = time.monotonic(), page.live.depth_now.look()
            (self.live_s if look.text and look.state != "stale" else self.stale_s).append(now_s)
            alarm = self.room.window.status_line.alarm
            self.line_s.append((now_s, alarm.alarm_id if alarm is not None else ""))
        select.select((), (), (), max(0.0, 1 / 60 - (time.monotonic() - began_s)))

    def until(self, true: Callable[[], object], what: str, limit_s: float = READY_S) -> None:
        """Show frames until something is so."""
        until_s = time.monotonic() + limit_s
        while not true():
            self.frame()
            if time.monotonic() > until_s:
                raise TimeoutError(f"never came: {what}")

    def calm(self, seconds: float = CALM_S) -> None:
        """Let the pen needle calmly; answer what stands."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self.frame()
        for one in self.console.alarms.shown():
            self.console.station.acknowledge(one.alarm.rule.rule_id, one.alarm.subject)

    def suffer(self, order: dict[str, Any], length_s: float) -> tuple[float, float]:
        """Let the pen go wrong; give when that began and ended."""
        self.forget()
        self.pen.order(order, length_s)
        told: list[tuple[float, float]] = []

        def answered() -> bool:
            answer = self.pen.answer()
            told.extend([answer] if answer is not None else [])
            return bool(told)

        self.until(answered, "the pen's answer")
        return told[0]

    def forget(self) -> None:
        """Begin to look anew."""
        for kept in (self.changes, self.line_s, self.stale_s, self.live_s):
            kept.clear()

    def close(self) -> None:
        """End the run."""
        self.room.close()


@dataclass
class Verdict:
    """What one fault came to."""

    fault: str = ""
    late_s: list[float] = field(default_factory=list)  # beyond the delay, until it was on the board
    pixel_s: list[float] = field(default_factory=list)  # until the line showed it


def judge(watched: Watched, wrong: Wrong, length_s: float) -> Verdict:
    """Let it happen once on a running pass."""
    watched.flow.begin()
    began_s, ended_s = watched.suffer(wrong.order, length_s)
    changes, lines, live_s = list(watched.changes), list(watched.line_s), list(watched.live_s)
    watched.forget()
    if "serial" in wrong.order:
        watched.pen.order({"off": 0.2, "serial": "F-1"}, 1.0)
        watched.calm(1.5)
        watched.pen.answer()
    watched.calm()
    return _verdict(wrong, wrong.expected(length_s), (began_s, ended_s), changes + watched.changes,
                    (lines + watched.line_s, live_s))


def _verdict(wrong: Wrong, expected: Delays, span: tuple[float, float], changes: Sequence[tuple[float, Any]],
             seen: tuple[list[tuple[float, str]], list[float]]) -> Verdict:
    began_s, ended_s = span
    verdict, raised = Verdict(), [(at_s, one.rule_id) for at_s, one in changes if one.raised]
    rules = {rule for _, rule in raised}
    if missing := set(expected) - rules:
        verdict.fault = f"{wrong.name}: {', '.join(sorted(missing))} never raised"
    elif others := rules - set(expected) - set(wrong.allowed):
        verdict.fault = f"{wrong.name}: {', '.join(sorted(others))} raised as well"
    elif len(raised) > len(rules):
        verdict.fault = f"{wrong.name}: raised again: {sorted(rule for _, rule in raised)}"
    for rule, delay_s in expected.items():
        at_s = next((at_s for at_s, one in raised if one == rule), math.inf)
        if wrong.on_time:
            verdict.late_s.append(at_s - began_s - delay_s)
            shown_s = next((when_s for when_s, on_line in seen[0] if on_line and when_s >= at_s), math.inf)
            verdict.pixel_s.append(shown_s - began_s - delay_s)
    if wrong.stale_after_s:
        shown = [at_s for at_s in seen[1] if began_s + wrong.stale_after_s + NUMBERS_S < at_s < ended_s]
        if shown and not verdict.fault:
            verdict.fault = f"{wrong.name}: a number shown as live {max(shown) - began_s:.2f} s after its last reading"
    return verdict


def run(run: Run) -> list[Figure]:
    """Try each fault, in an order of the dice; figures of alarms, of lateness and of numbers shown as live."""
    pen = PenAtFault(run.place / "pen", run.dice.randrange(1 << 30))
    watched = Watched(run.place / "clinic", pen)
    figure, late = Figure("alarms of a pen that goes wrong"), Figure("alarms late by more than 250 ms")
    try:
        watched.calm(2.0)
        limits = watched.console.station._limits_of(watched.console.desk.front)
        tries = [(wrong, length_s) for wrong in wrongs(watched.plan, limits.reach_um, limits.ceiling_um)
                 for length_s in wrong.lengths()]
        run.dice.shuffle(tries)
        lateness: list[float] = []
        for wrong, length_s in chosen(run, tries):
            verdict = judge(watched, wrong, length_s)
            for _ in range(TAKES if run.taste else 0):  # a machine that stood still shows nothing of the console
                if not (verdict.fault and watched.flow.broken):
                    break
                verdict = judge(watched, wrong, length_s)
            figure.count(verdict.fault and f"{verdict.fault} ({length_s:.2f} s)")
            lateness += verdict.pixel_s
            for one in verdict.pixel_s:
                late.count("" if one <= LATE_S + FRAME_S else f"{wrong.name}: {one * 1000:.0f} ms")
    finally:
        watched.close()
        pen.end()
    lateness.sort()
    if lateness:
        late.worst = f"median {lateness[len(lateness) // 2] * 1000:.0f} ms, worst {lateness[-1] * 1000:.0f} ms"
    return [figure] if run.taste else [figure, late]


def chosen(run: Run, tries: list[tuple[Wrong, float]]) -> list[tuple[Wrong, float]]:
    """Give which are tried: a handful for a taste, all, or all twenty times over."""
    if run.taste:  # only what is judged by the pen's own time: a starved machine must not be a fault
        short = [one for one in tries if "values" in one[0].order and one[1] <= 1.5 and not one[0].stale_after_s]
        return short[:TASTE]
    return tries * run.times(1, 1, 20)
