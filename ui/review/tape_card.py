"""The tape of a session: play, hold, scrub, step, jump; the whole visit or the needling alone."""

from bisect import bisect_left, bisect_right
from heapq import merge

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal

from console.services.local_time import clock_seconds_text, clock_text
from console.services.over_stretches import over_lines
from console.services.replay_tape import ReplayTape, TapeMoment
from console.services.review_desk import SessionOpening
from console.services.session_story import ALARM, GapSpan, PhaseSpan, StoryLine, gaps_of, phases_of, story_of
from ui.paint import RIGHT
from ui.plots.replay import AreaSpan, ReplayTimeline, TimelineMark, TimelineSpan
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.texts import Card, Label, column, row

SPEEDS = (1, 2, 4, 8, 16, 32)
NEEDLING, WHOLE = "needling", "whole"
TAPE_PX, LOW_TAPE_PX = 150, 116
JUST_S = 0.25  # so near to an event counts as standing on it


class TapeCard(Card):
    """``moved(TapeMoment, seconds)`` wherever the tape stands; ``advance`` it each frame while it plays."""

    moved = Signal(object, float)

    def __init__(self) -> None:
        super().__init__(padding=16, spacing=8)
        self._opening: SessionOpening | None = None
        self._tapes: dict[str, ReplayTape] = {}
        self._story: tuple[StoryLine, ...] = ()
        self._phases: tuple[PhaseSpan, ...] = ()
        self._gaps: tuple[GapSpan, ...] = ()
        self._stops: tuple[float, ...] = ()
        self._range, self._speed = NEEDLING, 4
        self.playing = False
        self.timeline = ReplayTimeline()
        self.timeline.setMinimumHeight(TAPE_PX)
        self._play = Button("", icon="play", kind="primary", size="m", name="tape.play")
        self._before = Button("Event", icon="left", kind="quiet", size="m", name="tape.before")
        self._after = Button("Event", kind="quiet", size="m", trailing="right", name="tape.after")
        self._back = Button("−1 s", kind="quiet", size="m", name="tape.back")
        self._on = Button("+1 s", kind="quiet", size="m", name="tape.on")
        self._slower = Button("", icon="minus", kind="quiet", size="m", name="tape.slower")
        self._faster = Button("", icon="plus", kind="quiet", size="m", name="tape.faster")
        self._pace = Label("", "tabular_strong")
        self._which = Segments(((NEEDLING, "Needling"), (WHOLE, "Whole visit")), "tape.range", 48)
        self._where, self._when = Label("", "strong", align=RIGHT), Label("", "tabular_label", "ink2", align=RIGHT)
        self._build()

    def _build(self) -> None:
        for button, said in ((self._before, "Event before"), (self._after, "Next event"), (self._back, "A second back"),
                             (self._on, "A second on"), (self._slower, "Slower"), (self._faster, "Faster")):
            button.setAccessibleName(said)
        self._pace.setMinimumWidth(40)
        self._pace.setAlignment(self._pace.alignment().AlignCenter)
        pace = row(self._slower, self._pace, self._faster, spacing=4)
        self.body.addLayout(row(
            self._play, self._back, self._on, self._before, self._after, pace, self._which, None,
            column(self._where, self._when, spacing=2), spacing=8))
        self.body.addWidget(self.timeline, 1)
        self._play.triggered.connect(self.toggle)
        self._before.triggered.connect(lambda: self.jump(-1))
        self._after.triggered.connect(lambda: self.jump(1))
        self._back.triggered.connect(lambda: self.move_by(-1.0))
        self._on.triggered.connect(lambda: self.move_by(1.0))
        self._slower.triggered.connect(lambda: self.change_speed(-1))
        self._faster.triggered.connect(lambda: self.change_speed(1))
        self._which.chosen.connect(self.show_range)
        self.timeline.scrubbed.connect(self.show_at)
        self._say_speed()
        self._say_playing()

    # --- showing ---------------------------------------------------------------------------------------------

    def show_opening(self, opening: SessionOpening) -> None:
        """Show a session from its beginning, or from its first alarm."""
        self._opening, self.playing = opening, False
        self._tapes = {NEEDLING: opening.tape}
        self._story = tuple(merge(story_of(opening.events, opening.state), over_lines(opening.tape),
                                  key=lambda one: one.at_us))
        self._phases = phases_of(opening.events, opening.state)
        self._gaps = gaps_of(opening.state, opening.tape.table)
        needled = opening.state.needling_begun or bool(len(opening.tape.table))
        self._which.setVisible(needled)
        self._range = ""
        self.show_range(NEEDLING if needled else WHOLE)
        alarm = next((one for one in self._story if one.priority), None)
        if needled and alarm is not None:
            self.show_moment(alarm.at_us)
        self._say_playing()

    def show_range(self, which: str) -> None:
        """Show the needling alone, or the whole visit; the moment stays where it is."""
        if self._opening is None or which == self._range:
            return
        at_us = self._tape.start_us + round(self.timeline.position_s() * 1_000_000) if self._range else None
        self._range = which
        self._which.set_choice(which)
        if which not in self._tapes:
            self._tapes[which] = ReplayTape(self._opening.state, self._opening.tape.table, whole=True)
        tape = self._tape
        low, high = tape.envelope_um(max(2, self.timeline.columns()))
        marks = self._marks(tape)
        self._stops = _stops([0.0, *(mark.at_s for mark in marks), tape.length_s])
        self.timeline.show_scale(_scale_um(high))
        self.timeline.show_session(max(tape.length_s, 1.0), low, high, _spans(tape), marks)
        phases = [TimelineSpan(tape.seconds_of(one.start_us), tape.seconds_of(one.end_us), one.name)
                  for one in self._phases] if which == WHOLE else []
        gaps = [TimelineSpan(tape.seconds_of(one.start_us), tape.seconds_of(one.end_us), one.words)
                for one in self._gaps]
        self.timeline.show_lanes(phases, gaps, (clock_text(tape.start_us), clock_text(tape.end_us)))
        self.show_at(0.0 if at_us is None else min(max(tape.seconds_of(at_us), 0.0), tape.length_s))

    @property
    def _tape(self) -> ReplayTape:
        return self._tapes[self._range]

    @property
    def tape(self) -> ReplayTape | None:
        """Give the tape that is in, None where there is none."""
        return self._tapes.get(self._range)

    @property
    def story(self) -> tuple[StoryLine, ...]:
        """Give the history's lines."""
        return self._story

    @property
    def position_s(self) -> float:
        """Give where the tape stands."""
        return self.timeline.position_s()

    def _marks(self, tape: ReplayTape) -> list[TimelineMark]:
        begun = {one.area_id: one for one in reversed(tape.passes)}
        marks = [TimelineMark(tape.seconds_of(one.started_us), tape.state.areas[area_id].plan.label)
                 for area_id, one in begun.items()]
        marks += [TimelineMark(tape.seconds_of(one.at_us), one.words, one.priority)
                  for one in self._story if one.flagged or one.priority]
        marks += [TimelineMark(tape.seconds_of(one.start_us), one.words) for one in self._gaps]
        return sorted((one for one in marks if 0 <= one.at_s <= tape.length_s), key=lambda one: one.at_s)

    # --- moving ------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or hold; at the end it begins anew."""
        if self.tape is None:
            return
        if not self.playing and self.position_s >= self._tape.length_s:
            self.show_at(0.0)
        self.playing = not self.playing
        self._say_playing()

    def advance(self, seconds: float) -> None:
        """Let the tape run for real seconds."""
        if not self.playing or self.tape is None:
            return
        at_s = self.position_s + seconds * self._speed
        if at_s >= self._tape.length_s:
            at_s, self.playing = self._tape.length_s, False
            self._say_playing()
        self.show_at(at_s)

    def show_at(self, seconds: float) -> None:
        """Show the moment ``seconds`` from the tape's start."""
        if self.tape is None:
            return
        self.timeline.show_position(seconds)
        moment = self._tape.at(self.position_s)
        self._where.show_text(self._place_words(moment))
        clock = f"{int(self.position_s) // 60}:{int(self.position_s) % 60:02d}"
        self._when.show_text(f"{clock_seconds_text(moment.utc_us)}, {clock} on the tape")
        self.moved.emit(moment, self.position_s)

    def show_moment(self, utc_us: int) -> None:
        """Show a moment of the clock, in the whole visit where the needling alone does not reach it."""
        if self.tape is None:
            return
        if not 0 <= self._tape.seconds_of(utc_us) <= self._tape.length_s:
            self.show_range(WHOLE)
        self.show_at(self._tape.seconds_of(utc_us))

    def show_area(self, area_id: str) -> None:
        """Show where an area began."""
        first = next((one for one in self._tape.passes if one.area_id == area_id), None) if self.tape else None
        if first is not None:
            self.show_moment(first.started_us)

    def move_by(self, seconds: float) -> None:
        """Go so many seconds on, or back."""
        self.show_at(self.position_s + seconds)

    def step(self, readings: int) -> None:
        """Go so many readings on, or back; the tape holds."""
        if self.tape is None:
            return
        self._hold()
        self.show_at(self._tape.stepped(self.position_s, readings))

    def jump(self, way: int, alarms: bool = False) -> None:
        """Go to the next mark (``way`` 1) or the one before (-1); ``alarms``: to alarms alone."""
        if self.tape is None:
            return
        stops = self._alarm_stops() if alarms else self._stops
        place = (bisect_right(stops, self.position_s + 0.001) if way > 0
                 else bisect_left(stops, self.position_s - JUST_S) - 1)
        if 0 <= place < len(stops):
            self.show_at(stops[place])

    def _alarm_stops(self) -> tuple[float, ...]:
        found = [self._tape.seconds_of(one.at_us) for one in self._story if one.kind == ALARM and one.priority]
        return tuple(sorted(one for one in found if 0 <= one <= self._tape.length_s))

    def change_speed(self, steps: int) -> None:
        """Play faster or slower."""
        place = min(max(SPEEDS.index(self._speed) + steps, 0), len(SPEEDS) - 1)
        self._speed = SPEEDS[place]
        self._say_speed()

    def _hold(self) -> None:
        if self.playing:
            self.toggle()

    # --- words -----------------------------------------------------------------------------------------------------

    def _place_words(self, moment: TapeMoment) -> str:
        if moment.area_id:
            label = self._tape.state.areas[moment.area_id].plan.label
            return f"{label}, pass {moment.pass_number}" + (", on hold" if moment.paused else "")
        phase = next((one.name for one in self._phases if one.start_us <= moment.utc_us < one.end_us), "")
        return phase if phase and phase != "Needling" else "Between areas"

    def _say_speed(self) -> None:
        self._pace.show_text(f"{self._speed}×")
        self._pace.setAccessibleName("Real time" if self._speed == 1 else f"{self._speed} times speed")
        self._slower.setEnabled(self._speed > SPEEDS[0])
        self._faster.setEnabled(self._speed < SPEEDS[-1])

    def _say_playing(self) -> None:
        self._play.show_words("", icon="pause" if self.playing else "play")
        self._play.setAccessibleName("Hold the replay" if self.playing else "Play")


def _stops(moments: list[float]) -> tuple[float, ...]:
    """Give where a jump may land: of moments that count as one only the first."""
    kept: list[float] = []
    for one in sorted(moments):
        if not kept or one - kept[-1] > JUST_S:
            kept.append(one)
    return tuple(kept)


def _scale_um(deepest: NDArray[np.float64]) -> int:
    """Give the end of the depth axis, µm: the next half millimetre that shows all."""
    most = 0.0 if np.isnan(deepest).all() else float(np.nanmax(deepest))
    return max(1_000, int(-(-(most + 50) // 500)) * 500)


def _spans(tape: ReplayTape) -> list[AreaSpan]:
    areas = tape.state.areas
    return [AreaSpan(tape.seconds_of(one.started_us), tape.seconds_of(one.ended_us), areas[one.area_id].plan.label,
                     (areas[one.area_id].plan.band_low_um, areas[one.area_id].plan.band_high_um))
            for one in tape.passes]
