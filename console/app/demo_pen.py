"""The pen of a past visit: what it recorded, and what went wrong with it."""

from dataclasses import replace

from console.app.demo_script import SECOND_US, Script
from console.app.demo_telemetry import PERIOD_US, PenLife, Reel, Stretch, Upset
from console.domain import intake, needling
from console.domain import session_events as ev

MODEL, FIRMWARE, CHANNELS, NEEDLES, RESEND = "Aria M1", "1.4.0", 31, 12, 15_000
SERIALS = {"Room 1": "A1-000017", "Room 2": "A1-000042", "Room 3": "A1-000058"}
DIAL_OFF_UM = (-30, -20, 0, 0, 10, 20, 30)
LIFT_S = 0.8  # the motor runs on after the last stroke of a pass
RUNS_ON_US = 2_500_000  # the motor is not stopped for a shorter break within an area
CABLE_OUT_S, RESTART_S = 9.0, 7.0
NOTICED_S = 2.5  # until the console calls a silent pen lost
DEEP_S, DEEP_UM = 2.4, 240
SLOW_S, SLOW_SHARE = 7.5, 0.82
DEPTH_DELAY_S, RATE_DELAY_S = 1.0, 5.0


class PenTale:
    """Tells the pen's part: binding, recording, samples, alarms and gaps."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._life = self._powered_up(script.at_us - round(script.chance.uniform(60, 900) * SECOND_US))
        self._first = 0
        self._samples = 0
        self._missing = 0
        self._area_id = ""  # needled last

    def bind(self) -> None:
        """Bind the pen to the session."""
        life = self._life
        self._script.do(intake.bind_pen(ev.PenBound(
            MODEL, life.serial, FIRMWARE, life.boot_id, PERIOD_US, RESEND, CHANNELS, NEEDLES, "")), 4, 10)

    def begin(self) -> None:
        """Begin the recording with the first sample after the stream was asked for."""
        self._script.wait(0.3, 0.6)
        self._begin_at(self._script.at_us - SECOND_US // 10)

    def end(self) -> None:
        """End the recording after the last sample."""
        script = self._script
        script.wait(0.4, 0.9)
        last = self._life.index_at(script.at_us - SECOND_US // 5)
        self._keep(self._first, last)
        script.wait(0.2, 0.5)
        script.fact(ev.RecordingEnded(
            self._life.serial, self._life.boot_id, last - 1, self._samples, self._missing))

    def needle(self, plan: ev.AreaPlan, started_us: int, length_s: float, troubled: bool) -> None:
        """Lay down one pass, and the visit's trouble where it belongs here."""
        script = self._script
        end_us = started_us + round(length_s * SECOND_US)
        begin_us = started_us - script.chance.randrange(200_000, 900_000)
        middle_chz = (plan.rate_low_chz + plan.rate_high_chz) // 2 + script.chance.randrange(-150, 350)
        dial_um = plan.target_depth_um + script.chance.choice(DIAL_OFF_UM)
        before = script.stretches[-1] if script.stretches else None
        if before is not None and self._area_id == plan.area_id:
            middle_chz, dial_um = before.rate_chz, before.depth_um
            if begin_us - before.end_us < RUNS_ON_US:
                script.stretches[-1] = replace(before, end_us=begin_us)
        self._area_id = plan.area_id
        script.stretches.append(Stretch(
            begin_us, end_us - round(LIFT_S * SECOND_US), end_us - 100_000, dial_um, middle_chz))
        if not troubled:
            return
        trouble = {
            "depth_alarm": self._too_deep, "rate_alarm": self._too_slow, "cable_out": self._cable_out,
            "pen_restart": self._restart, "few_lost": self._few_lost,
        }.get(script.visit.twist)
        if trouble is not None:
            script.wait(min(7.0, length_s / 3))
            trouble(plan)

    # --- troubles -----------------------------------------------------------------------------------

    def _too_deep(self, plan: ev.AreaPlan) -> None:
        arose_us = self._script.at_us
        self._alarm("depth_above_band", arose_us, DEEP_S, DEPTH_DELAY_S, plan.target_depth_um + DEEP_UM,
                    plan.band_high_um)
        self._script.upsets.append(Upset(arose_us, arose_us + round(DEEP_S * SECOND_US), depth_um=DEEP_UM))

    def _too_slow(self, plan: ev.AreaPlan) -> None:
        arose_us = self._script.at_us
        self._alarm("rate_out_of_band", arose_us, SLOW_S, RATE_DELAY_S, round(plan.rate_low_chz * 0.9),
                    plan.rate_low_chz)
        self._script.upsets.append(Upset(arose_us, arose_us + round(SLOW_S * SECOND_US), rate_share=SLOW_SHARE))

    def _alarm(self, rule_id: str, arose_us: int, lasts_s: float, delay_s: float, value: int, limit: int) -> None:
        script = self._script
        script.at_us = arose_us + round(delay_s * SECOND_US)
        alarm_id = script.raise_alarm(rule_id, arose_us, value, limit)
        script.at_us = arose_us + round(lasts_s * SECOND_US)
        script.end_alarm(alarm_id, script.at_us)
        script.do(needling.acknowledge([alarm_id] if alarm_id else []), 1, 2)

    def _few_lost(self, plan: ev.AreaPlan) -> None:
        """Some samples never come, however often they are asked for."""
        script, count = self._script, 38
        lost = self._life.index_at(script.at_us)
        self._keep(self._first, lost)
        self._first = lost + count
        script.wait(2.0)
        self._gap(lost, count, "not_answered")

    def _cable_out(self, plan: ev.AreaPlan) -> None:
        """The cable is pulled and comes back; the pen still holds what was taken meanwhile."""
        script = self._script
        out_us = script.at_us
        lost = self._life.index_at(out_us)
        self._keep(self._first, lost)
        alarm_id = self._lose("The cable was pulled")
        script.at_us = out_us + round(CABLE_OUT_S * SECOND_US)
        script.fact(ev.LinkChanged("streaming", "The pen is back", self._life.serial))
        back = self._life.index_at(script.at_us)
        script.end_alarm(alarm_id, script.at_us)
        self._keep(lost, back, script.at_us + SECOND_US // 2)
        self._first = back
        script.do(needling.acknowledge([alarm_id] if alarm_id else []), 1, 2)

    def _restart(self, plan: ev.AreaPlan) -> None:
        """The pen is switched off and on; what its old life still held is unknown."""
        script, old = self._script, self._life
        out_us = script.at_us
        lost = old.index_at(out_us)
        self._keep(self._first, lost)
        alarm_id = self._lose("The pen has fallen silent")
        script.at_us = out_us + round(RESTART_S * SECOND_US)
        script.fact(ev.LinkChanged("streaming", "The pen is back", old.serial))
        self._gap(lost, 0, "pen_restart")
        self._life = self._powered_up(script.at_us - 1_500_000)
        script.end_alarm(alarm_id, script.at_us)
        self.bind()
        self._begin_at(script.at_us)
        script.do(needling.acknowledge([alarm_id] if alarm_id else []), 1, 2)

    def _lose(self, reason: str) -> str:
        script = self._script
        script.wait(NOTICED_S)
        script.fact(ev.LinkChanged("lost", reason, self._life.serial))
        return script.raise_alarm("link_lost", script.at_us)

    # --- parts ----------------------------------------------------------------------------------------

    def _powered_up(self, at_us: int) -> PenLife:
        serial = SERIALS.get(self._script.visit.room, "A1-000042")
        return PenLife(serial, self._script.chance.getrandbits(32), at_us)

    def _begin_at(self, at_us: int) -> None:
        self._first = self._life.index_at(at_us)
        self._script.fact(ev.RecordingBegan(self._life.serial, self._life.boot_id, self._first))

    def _keep(self, first: int, end: int, arrived_us: int | None = None) -> None:
        if end > first:
            self._script.reels.append(Reel(self._life, first, end, arrived_us))
            self._samples += end - first

    def _gap(self, first: int, count: int, cause: str) -> None:
        self._missing += count
        self._script.fact(ev.GapRecorded(self._life.serial, self._life.boot_id, first, count, cause))
