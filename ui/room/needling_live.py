"""The centre of needling: the readouts over the two plots, fed from the ring."""

import numpy as np
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from console.domain.session_state import SessionState
from console.services.console import Console
from ui.plots.target_band import PlotFlag, TargetBandPlot
from ui.room.needling_hand import HandCard, entered_lines
from ui.room.needling_readouts import (
    Moment,
    depth_axis,
    depth_look,
    depth_side,
    rate_axis,
    rate_look,
    rate_side,
    time_look,
)
from ui.widgets.readout import BigReadout, ReadoutRow

SECONDS = 30


class LiveColumn(QWidget):
    """Numbers change five times a second at most, the plots glide with every frame."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.depth_now = BigReadout("Depth", "mm", "glance", "left", "millimetres")
        self.rate_now = BigReadout("Speed", "Hz", spoken_unit="hertz")
        self.time, self._hand_time = (BigReadout("Area time", corner="right") for _ in range(2))
        self.hand = HandCard(self._hand_time)
        self._tops = QWidget()
        self._stack = QStackedLayout(self._tops)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(ReadoutRow(self.depth_now, self.rate_now, self.time, stretches=(341, 173, 180)))
        self._stack.addWidget(self.hand)
        self.depth_plot = TargetBandPlot("Depth", "mm", 0.45, 1.55, (0.5, 0.75, 1.0, 1.25, 1.5), seconds=SECONDS,
                                         framed=True)
        self.rate_plot = TargetBandPlot("Speed", "Hz", 88, 132, (90, 110, 130), 0, SECONDS, "trace2", False, True)
        self._flag_times: dict[tuple[int, str], float] = {}  # when it happened, by the pen's clock
        self._by_hand = False
        self._state = SessionState()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._tops)
        box.addWidget(self.depth_plot, 182)
        box.addWidget(self.rate_plot, 132)

    def fit(self, spare_px: int) -> None:
        """Share out the height beyond the smallest screen."""
        self._tops.setFixedHeight(198 + max(spare_px, 0) * 45 // 96)

    def show_state(self, state: SessionState, area_id: str) -> None:
        """Show whose plan the plots and readouts are judged by (the area needled, else the next)."""
        self._state, self._by_hand = state, state.manual_mode
        self._stack.setCurrentIndex(1 if state.manual_mode else 0)
        self._take_flags(state)
        area = state.areas.get(area_id)
        self.hand.show_plan(area)
        if area is None:
            return
        plan = area.plan
        self.depth_plot.set_axis(*depth_axis(plan))
        self.depth_plot.set_band((plan.band_low_um / 1000, plan.band_high_um / 1000), plan.target_depth_um / 1000)
        self.rate_plot.set_axis(*rate_axis(plan))
        self.rate_plot.set_band((plan.rate_low_chz / 100, plan.rate_high_chz / 100))

    def show_numbers(self, moment: Moment, area_s: int, clock_words: str) -> None:
        """Show the numbers of now."""
        look = time_look(area_s, moment.plan.planned_s if moment.plan else 0, clock_words)
        if self._by_hand:
            self._hand_time.show_look(look)
            self.depth_plot.set_alarm("")
            self.rate_plot.set_alarm("")
            return
        self.time.show_look(look)
        self.depth_now.show_look(*depth_look(moment))
        self.rate_now.show_look(rate_look(moment))
        self.depth_plot.set_alarm(*depth_side(moment))
        self.rate_plot.set_alarm(*rate_side(moment))

    def show_frame(self) -> None:
        """Feed the plots."""
        if self._by_hand:
            self._show_entered()
            return
        now_s = self._console.pen_clock.monotonic_s()
        window = self._console.ring.window(SECONDS, self.depth_plot.columns(), now_s)
        self._show_flags(now_s)
        self.depth_plot.show_bins(window.depth_min_um / 1000, window.depth_max_um / 1000, window.missing, window.phase)
        self.rate_plot.show_bins(window.rate_min_chz / 100, window.rate_max_chz / 100, window.missing, window.phase)

    def _take_flags(self, state: SessionState) -> None:
        """Set new events on the pen's clock, by which the plots run, while they are fresh."""
        now_s, now_us = self._console.pen_clock.monotonic_s(), self._console.clock.utc_us()
        before = self._flag_times
        self._flag_times = {
            (at_us, text): before.get((at_us, text), now_s - (now_us - at_us) / 1e6)
            for at_us, text in flag_times(state)}

    def _show_flags(self, now_s: float) -> None:
        self.depth_plot.set_flags(flags_now([(now_s - at_s, text) for (_, text), at_s in self._flag_times.items()]))

    def _show_entered(self) -> None:
        entered = [one for area in self._state.areas.values() for one in area.manual]
        entered.sort(key=lambda one: one[0])
        now_us = self._console.clock.utc_us()
        depth, rate = entered_lines(entered, self.depth_plot.columns(), now_us, SECONDS)
        self._show_flags(self._console.pen_clock.monotonic_s())
        nothing = np.zeros(len(depth), np.bool_)
        self.depth_plot.show_bins(depth, depth, nothing)
        self.rate_plot.show_bins(rate, rate, nothing)


def flag_times(state: SessionState) -> tuple[tuple[int, str], ...]:
    """Give when passes began, and what was entered by hand, with the words of their flags."""
    flags: list[tuple[int, str]] = []
    for area in state.areas.values():
        entered = {at_us: f"By hand {one.depth_um / 1000:.2f}" for at_us, one in area.manual}
        flags += [(span.started_us, f"Pass {span.number}") for span in area.passes if span.started_us not in entered]
        flags += [(at_us, text) for at_us, text in entered.items()]
    return tuple(sorted(flags))


def flags_now(flags: list[tuple[float, str]]) -> list[PlotFlag]:
    """Give the flags on the plot, oldest first; words only where the next flag and the edge leave them room."""
    seen = [(ago_s, text) for ago_s, text in flags if 0 <= ago_s <= SECONDS]
    after_s = [*(ago_s for ago_s, _ in seen[1:]), 0.0][:len(seen)]
    return [PlotFlag(ago_s, text if ago_s - next_s >= 0.34 * len(text) else "")
            for (ago_s, text), next_s in zip(seen, after_s, strict=True)]
