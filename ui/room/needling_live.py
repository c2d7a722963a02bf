"""The centre of needling: the readouts over the two plots, fed from the ring."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from console.domain.session_events import MarkSet
from console.domain.session_state import SessionState
from console.services.area_ghost import AreaGhost
from console.services.console import Console
from console.services.sample_ring import WindowBins
from ui.plots.columns import Floats
from ui.plots.plot_tools import PlotTools
from ui.plots.target_band import PlotFlag, TargetBandPlot
from ui.room.needling_freeze import FrozenPlots
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

SECONDS = 30.0
_WORD_PX = 8.0  # a letter of a flag, and the flag itself, at the most


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
        self.tools = PlotTools()
        self.depth_plot.set_tools(self.tools)
        self._span: float | None = SECONDS  # None: the whole session
        self._frozen: FrozenPlots | None = None
        self._alarms: frozenset[str] = frozenset()  # that last now
        self._flag_times: dict[tuple[int, str, str], float] = {}  # when it happened, by the pen's clock
        self._last: AreaGhost | None = None
        self._area_s, self._area_told_s, self._runs = 0.0, 0.0, False
        self._by_hand = False
        self._state = SessionState()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._tops)
        box.addWidget(self.depth_plot, 192)
        box.addWidget(self.rate_plot, 122)
        self.tools.span_chosen.connect(self._show_span)
        self.tools.frozen.connect(self._freeze)
        self.tools.cursor_chosen.connect(lambda key: self._move(lambda frozen: frozen.choose(key)))
        self.tools.stepped.connect(lambda way: self._move(lambda frozen: frozen.step(way)))
        for plot in (self.depth_plot, self.rate_plot):
            plot.touched.connect(lambda share, taken: self._move(lambda frozen: frozen.touch(share, taken)))

    def fit(self, spare_px: int) -> None:
        """Share out the height beyond the smallest screen."""
        self._tops.setFixedHeight(198 + max(spare_px, 0) * 45 // 96)

    def show_state(self, state: SessionState, area_id: str) -> None:
        """Show whose plan the plots and readouts are judged by (the area needled, else the next)."""
        self._state, self._by_hand = state, state.manual_mode
        self._stack.setCurrentIndex(1 if state.manual_mode else 0)
        self.tools.freeze.setEnabled(not state.manual_mode)
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

    def offer_last(self, last: AreaGhost | None) -> None:
        """Offer the last session of the area, to be laid under the trace by the area's own time; shown where asked."""
        self._last = last
        self.tools.last.setVisible(last is not None and not self._by_hand)

    def _ghost(self, now_s: float, window: WindowBins) -> tuple[Floats, Floats] | None:
        if self._last is None or not self.tools.last.isChecked():
            return None
        gone_s = now_s - self._area_told_s if self._runs else 0.0
        low, high = self._last.columns(self._area_s + gone_s, window.seconds, len(window.depth_min_um))
        return low / 1000, high / 1000

    def show_numbers(self, moment: Moment, area_s: float, clock_words: str) -> None:
        """Show the numbers of now."""
        self._area_s, self._area_told_s, self._runs = area_s, self._console.pen_clock.monotonic_s(), moment.judged
        self._alarms = frozenset(
            f"{one.alarm.rule.rule_id} {one.alarm.arose_s}" for one in moment.alarms if one.lasting)
        look = time_look(int(area_s), moment.plan.planned_s if moment.plan else 0, clock_words)
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
        """Feed the plots; frozen ones stand still until they have to give way."""
        if self._by_hand:
            self._show_entered()
            return
        now_s = self._console.pen_clock.monotonic_s()
        if self._frozen is not None:
            if not self._frozen.over(now_s, self._alarms, self._at()):
                return
            self._freeze(False)
        window = self._window(now_s)
        self._show_flags(now_s, window.seconds)
        self._show_window(window)

    def _window(self, now_s: float) -> WindowBins:
        return self._console.ring.window(self._span, self.depth_plot.columns(), now_s)

    def _show_window(self, window: WindowBins) -> None:
        end_words = "now" if self._frozen is None else "frozen"
        for plot in (self.depth_plot, self.rate_plot):
            plot.set_span(window.seconds, end_words)
        ghost = self._ghost(self._console.pen_clock.monotonic_s(), window)
        self.depth_plot.show_bins(
            window.depth_min_um / 1000, window.depth_max_um / 1000, window.missing, window.phase, ghost)
        self.rate_plot.show_bins(window.rate_min_chz / 100, window.rate_max_chz / 100, window.missing, window.phase)

    # --- how much, and frozen ----------------------------------------------------------------------------

    @property
    def is_frozen(self) -> bool:
        """Tell whether the plots stand still."""
        return self._frozen is not None

    def _show_span(self, seconds: float) -> None:
        self._span = seconds or None

    def _at(self) -> tuple[object, ...]:
        state = self._state
        span = state.active_pass
        return state.opened_at_us, state.active_area, None if span is None else (span.number, span.started_us)

    def thaw(self) -> None:
        """Show the live plots again."""
        self._freeze(False)

    def _freeze(self, frozen: bool) -> None:
        """Hold the picture of now, or go back to the live one; numbers and alarms are live throughout."""
        self._frozen = None
        if frozen and not self._by_hand:
            now_s = self._console.pen_clock.monotonic_s()
            window = self._window(now_s)
            flags = self._flags(now_s, window.seconds)
            self._frozen = FrozenPlots(window, flags, now_s, self._alarms, self._at())
            self.tools.cursors.set_choice("b")
            self.depth_plot.set_flags(flags)
            self._show_window(window)
        self.tools.show_frozen(self._frozen is not None)
        self._show_cursors()

    def _move(self, move: Callable[[FrozenPlots], None]) -> None:
        if self._frozen is not None:
            move(self._frozen)
            self.tools.cursors.set_choice("ab"[self._frozen.chosen])
            self._show_cursors()

    def _show_cursors(self) -> None:
        frozen = self._frozen
        self.depth_plot.set_cursors(frozen.depth_cursors() if frozen else ())
        self.rate_plot.set_cursors(frozen.rate_cursors() if frozen else ())
        self.depth_plot.set_note("", frozen is not None)
        self.rate_plot.set_note(frozen.difference_words() if frozen else "")
        for plot in (self.depth_plot, self.rate_plot):
            plot.update()

    # --- flags -------------------------------------------------------------------------------------------

    def _take_flags(self, state: SessionState) -> None:
        """Set new events on the pen's clock, by which the plots run, while they are fresh."""
        now_s, now_us = self._console.pen_clock.monotonic_s(), self._console.clock.utc_us()
        before = self._flag_times
        self._flag_times = {
            one: before.get(one, now_s - (now_us - one[0]) / 1e6) for one in flag_times(state)}

    def _flags(self, now_s: float, seconds: float) -> list[PlotFlag]:
        px_per_s = self.depth_plot.width() / max(seconds, 1.0)
        return flags_now([PlotFlag(now_s - at_s, text, priority)
                          for (_, text, priority), at_s in self._flag_times.items()], seconds, px_per_s)

    def _show_flags(self, now_s: float, seconds: float) -> None:
        self.depth_plot.set_flags(self._flags(now_s, seconds))

    def _show_entered(self) -> None:
        entered = [one for area in self._state.areas.values() for one in area.manual]
        entered.sort(key=lambda one: one[0])
        now_us = self._console.clock.utc_us()
        seconds = self._span or max((now_us - min((at_us for at_us, _ in entered), default=now_us)) / 1e6, 10.0)
        depth, rate = entered_lines(entered, self.depth_plot.columns(), now_us, seconds)
        for plot in (self.depth_plot, self.rate_plot):
            plot.set_span(seconds)
        self._show_flags(self._console.pen_clock.monotonic_s(), seconds)
        nothing = np.zeros(len(depth), np.bool_)
        self.depth_plot.show_bins(depth, depth, nothing)
        self.rate_plot.show_bins(rate, rate, nothing)


def flag_times(state: SessionState) -> tuple[tuple[int, str, str], ...]:
    """Give when passes and alarms began, marks and what was entered by hand: when, words, an alarm's priority."""
    flags: list[tuple[int, str, str]] = []
    for area in state.areas.values():
        entered = {at_us: f"By hand {one.depth_um / 1000:.2f}" for at_us, one in area.manual}
        flags += [(span.started_us, f"Pass {span.number}", "")
                  for span in area.passes if span.started_us not in entered]
        flags += [(at_us, text, "") for at_us, text in entered.items()]
    flags += [(event.at_us, "Mark", "") for _, event in state.log if isinstance(event.what, MarkSet)]
    flags += [(one.raised.arose_at_us, "", one.raised.priority) for one in state.alarms.values()]
    return tuple(sorted(flags))


def flags_now(flags: list[PlotFlag], seconds: float, px_per_s: float) -> list[PlotFlag]:
    """Give the flags on the plot, oldest first; words only where the next flag and the edge leave them room."""
    seen = [one for one in flags if 0 <= one.ago_s <= seconds]
    after_s = [*(one.ago_s for one in seen[1:]), 0.0][:len(seen)]
    return [one if (one.ago_s - next_s) * px_per_s >= _WORD_PX * len(one.text) else replace(one, text="")
            for one, next_s in zip(seen, after_s, strict=True)]
