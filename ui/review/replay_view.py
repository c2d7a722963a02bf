"""What the tape shows at its moment: the map as it stood, the numbers, and the half minute before in two plots."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.session_state import SessionState
from console.services.local_time import clock_seconds_text
from console.services.replay_tape import ReplayTape, TapeMoment
from console.services.session_story import StoryLine
from ui.plots.target_band import PlotFlag, TargetBandPlot
from ui.widgets.area_map import AreaLook, AreaMap
from ui.widgets.lists import EventLog, EventRow
from ui.widgets.readout import BigReadout, ReadoutLook, ReadoutRow
from ui.widgets.texts import Card, Label, column, row

SECONDS = 30.0
MAP_PX, NUMBERS_PX = 230, 430
DEPTH_TICKS, RATE_TICKS = (0.0, 0.5, 1.0, 1.5, 2.0), (0.0, 50.0, 100.0, 150.0)
SIGNS = {"measured": "measured", "set": "set", "by_hand": "entered by hand"}


class ReplayView(QWidget):
    """Show it a session, then moments of its tape."""

    def __init__(self) -> None:
        super().__init__()
        self._tape: ReplayTape | None = None
        self._state = SessionState()
        self._story: tuple[StoryLine, ...] = ()
        self.map = AreaMap("face")
        self.depth_now = BigReadout("Depth", "mm", spoken_unit="millimetres", corner="left")
        self.rate_now = BigReadout("Speed", "Hz", spoken_unit="hertz", corner="right")
        self.depth_plot = TargetBandPlot("Depth", "mm", 0.0, 2.0, DEPTH_TICKS, seconds=SECONDS, framed=True)
        self.rate_plot = TargetBandPlot("Speed", "Hz", 0, 150, RATE_TICKS, 0, SECONDS, "trace2", False, True)
        self.log = EventLog("replay.log")
        self._note = Label("", "label", "ink2", wrap=True)
        self._plots, self._stack = QWidget(), QStackedWidget()
        self._build()

    def _build(self) -> None:
        drawn = Card(12, 4)
        drawn.setFixedWidth(MAP_PX)
        drawn.body.addWidget(self.map, 1)
        numbers = QWidget()
        numbers.setFixedWidth(NUMBERS_PX)
        told = Card(12, 4)
        self.log.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        told.body.addWidget(self.log, 1)
        numbers.setLayout(column(ReadoutRow(self.depth_now, self.rate_now, stretches=(62, 38)), told, spacing=8))
        plots = QVBoxLayout(self._plots)
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(8)
        plots.addWidget(self.depth_plot, 55)
        plots.addWidget(self.rate_plot, 45)
        without = Card(20, 8)
        without.body.addStretch(1)
        title = Label("No readings in this session", "heading")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        without.body.addWidget(title)
        without.body.addWidget(self._note)
        without.body.addStretch(1)
        self._stack.addWidget(self._plots)
        self._stack.addWidget(without)
        line = row(drawn, numbers, spacing=12)
        line.addWidget(self._stack, 1)
        self.setLayout(line)

    def show_session(self, tape: ReplayTape, story: tuple[StoryLine, ...]) -> None:
        """Show another session."""
        self._tape, self._state, self._story = tape, tape.state, story
        if tape.state.plan is not None:
            self.map.set_map(tape.state.plan.map_id)
        has_readings = bool(len(tape.table))
        self._stack.setCurrentIndex(0 if has_readings else 1)
        self._note.show_text(_without_readings(tape.state))
        deepest = np.nanmax(tape.depth_um) / 1000 if has_readings and not np.isnan(tape.depth_um).all() else 0.0
        top = 2.0 if deepest <= 2.0 else 3.0
        self.depth_plot.set_axis(0.0, top, DEPTH_TICKS if top <= 2 else (0.0, 1.0, 2.0, 3.0))

    def show_moment(self, tape: ReplayTape, moment: TapeMoment, seconds: float) -> None:
        """Show a moment of a tape."""
        self._tape = tape
        self._show_map(moment)
        self._show_numbers(moment)
        self._show_plots(tape, moment, seconds)
        self._show_log(moment)

    def _show_map(self, moment: TapeMoment) -> None:
        looks = {}
        for area_id, area in self._state.areas.items():
            done = self._tape.passes_done(area_id, moment.utc_us) if self._tape is not None else 0
            active = area_id == moment.area_id
            complete = area.passes_done and done >= area.passes_done
            state = "active" if active else "done" if complete else "planned"
            looks[area_id] = AreaLook(state, area.plan.passes, done)
        self.map.set_areas(looks)

    def _show_numbers(self, moment: TapeMoment) -> None:
        area = self._state.areas.get(moment.area_id)
        self.depth_now.show_look(_depth_look(moment, None if area is None else (
            area.plan.band_low_um, area.plan.band_high_um)))
        rate = moment.rate_chz
        self.rate_now.show_look(ReadoutLook("", "stale") if rate is None
                                else ReadoutLook(f"{rate / 100:.0f}"))

    def _show_plots(self, tape: ReplayTape, moment: TapeMoment, seconds: float) -> None:
        if not len(tape.table):
            return
        found = tape.window(seconds - SECONDS, seconds, self.depth_plot.columns())
        area = self._state.areas.get(moment.area_id)
        band = (area.plan.band_low_um / 1000, area.plan.band_high_um / 1000) if area is not None else None
        rates = (area.plan.rate_low_chz / 100, area.plan.rate_high_chz / 100) if area is not None else None
        end = clock_seconds_text(moment.utc_us)
        flags = [PlotFlag((moment.utc_us - one.at_us) / 1e6, "", one.priority) for one in self._story
                 if (one.flagged or one.priority) and 0 <= moment.utc_us - one.at_us <= SECONDS * 1e6]
        for plot, around in ((self.depth_plot, band), (self.rate_plot, rates)):
            plot.set_band(around)
            plot.set_span(SECONDS, end)
            plot.set_flags(flags)
        self.depth_plot.show_bins(found.depth_min_um / 1000, found.depth_max_um / 1000, found.missing)
        self.rate_plot.show_bins(found.rate_min_chz / 100, found.rate_max_chz / 100, found.missing)

    def _show_log(self, moment: TapeMoment) -> None:
        past = [one for one in self._story if one.at_us <= moment.utc_us][-8:]
        self.log.show_rows([EventRow(clock_seconds_text(one.at_us), one.words, one.priority, struck=one.taken_back)
                            for one in reversed(past)])


def _depth_look(moment: TapeMoment, band: tuple[int, int] | None) -> ReadoutLook:
    depth, sign = moment.depth_um, SIGNS.get(moment.provenance, "")
    if depth is None:
        return ReadoutLook("", "stale", "No reading")
    text = f"{depth / 1000:.2f}"
    if moment.provenance == "by_hand":
        return ReadoutLook(text, provenance=sign)
    if not moment.in_contact:
        return ReadoutLook(text, "no_contact", "Not on skin", provenance=sign)
    if band is None:
        return ReadoutLook(text, provenance=sign)
    if depth > band[1]:
        return ReadoutLook(text, "plain", f"{(depth - band[1]) / 1000:.2f} over band", provenance=sign)
    if depth < band[0]:
        return ReadoutLook(text, "plain", f"{(band[0] - depth) / 1000:.2f} under band", provenance=sign)
    return ReadoutLook(text, "in_band", provenance=sign)


def _without_readings(state: SessionState) -> str:
    why = ""
    if state.manual_mode:
        why = "Depth and speed were entered by hand. "
    elif state.afterwards is not None:
        why = "It was entered afterwards from paper. "
    elif not state.needling_begun:
        why = "There was no needling. "
    return f"{why}The tape replays its entries."
