"""The needling phase of the tour: led by the foot, with the pen in the other process as the hand leads it."""

from console.app.practitioner import Hands
from console.app.tour_context import Tour
from console.domain.session_state import SessionState
from console.domain.telemetry import LinkState
from console.domain.workflow import Phase

STREAM_LIMIT_S = 30.0


class NeedlingSteps:
    """Preparation and needling."""

    def __init__(self, tour: Tour) -> None:
        self._tour, self._told = tour, tour.scenario
        self._hands: Hands = tour.hands
        self._shown: set[str] = set()

    @property
    def _state(self) -> SessionState:
        return self._tour.session.state

    def run(self) -> None:
        """Prepare, needle every area, end."""
        self._prepare()
        self._begin()
        while self._state.active_pass is not None:
            self._one_pass()
            self._hands.pedal()
        self._end()

    # --- preparation ------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        hands, codes = self._hands, self._tour.codes
        hands.picture("preparation")
        hands.tap("disinfected")
        hands.scan(codes.cartridge)
        hands.wait(lambda: self._state.cartridge is not None, "the cartridge")
        hands.scan(codes.glide)
        hands.wait(lambda: self._state.glide_decided, "the glide product")
        hands.wait(lambda: self._state.pen is not None, "the pen")
        hands.picture("preparation-ready")

    def _begin(self) -> None:
        hands = self._hands
        self._tour.go("forward", Phase.NEEDLING)
        hands.wait(lambda: self._tour.console.station.notice.state is LinkState.STREAMING, "samples", STREAM_LIMIT_S)
        self._tour.pen.do("motor on")
        hands.picture("needling-before")
        hands.needling = True
        hands.pedal()
        hands.wait(lambda: self._state.active_pass is not None, "the first pass")

    # --- one pass --------------------------------------------------------------------------------------------

    def _one_pass(self) -> None:
        area_id = self._state.active_area or ""
        first = not self._shown
        plan = self._state.areas[area_id].plan
        if area_id not in self._shown:
            self._shown.add(area_id)
            self._tour.pen.do(f"dial {plan.target_depth_um}")
        self._tour.pen.do("auto")
        self._live(self._told.first_pass_s if first else self._told.pass_s * 0.6)
        if first:
            self._hands.picture("needling")
        passes = self._state.areas[area_id].passes_done
        if passes == 1:
            self._happen(area_id)
        self._live(self._told.pass_s * 0.4)
        self._tour.pen.do("lift")

    def _happen(self, area_id: str) -> None:
        if area_id == self._told.overdepth_area:
            self._overdepth()
        if area_id == self._told.pause_area:
            self._pause()
        if area_id == self._told.unplug_area:
            self._unplug()
        if area_id == self._told.dim_area:
            self._dim()

    def _overdepth(self) -> None:
        hands = self._hands
        self._tour.pen.do("touch")  # one long press, so that it is one alarm
        self._tour.pen.do(f"overdepth {self._told.overdepth_um} {self._told.overdepth_s}")
        hands.wait(lambda: any(one.ended_at_us is None for one in self._state.alarms.values()), "the alarm", 5.0)
        hands.picture("needling-alarm")
        hands.pedal_hold()
        hands.wait(lambda: all(one.acknowledged_at_us for one in self._state.alarms.values()), "acknowledgement")
        self._tour.pen.do("auto")

    def _pause(self) -> None:
        hands = self._hands
        self._tour.pen.do("motor off")
        hands.pedal_twice()
        hands.wait(lambda: self._state.paused, "the pause")
        hands.picture("needling-paused")
        self._live(8.0)
        hands.pedal_twice()
        hands.wait(lambda: not self._state.paused, "going on")
        self._tour.pen.do("motor on")

    def _unplug(self) -> None:
        hands, station = self._hands, self._tour.console.station
        self._tour.pen.do(f"fault unplug:{self._told.unplug_s:g}")
        hands.wait(lambda: station.notice.state in (LinkState.LOST, LinkState.OPENING), "the lost link", 5.0)
        hands.picture("needling-link-lost")
        hands.wait(lambda: station.notice.state is LinkState.STREAMING, "the pen's return", STREAM_LIMIT_S)

    def _dim(self) -> None:
        acts_theme = self._tour.set_theme
        for name in ("dim", "contrast", self._tour.theme):
            acts_theme(name)
            self._hands.picture(f"needling-{name}") if name != self._tour.theme else self._hands.spin(0.05)

    def _live(self, pen_seconds: float) -> None:
        """Let the pen live for some seconds of its own time."""
        self._hands.spin(pen_seconds / self._tour.pace)

    # --- end ----------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        hands = self._hands
        self._tour.pen.do("motor off")
        hands.picture("needling-done")
        hands.needling = False
        hands.hold("action.end", self._tour.phase_is(Phase.SERUM))
        hands.wait(self._tour.phase_is(Phase.SERUM), "the serum page")
        session_id = self._tour.session.session_id
        hands.wait(lambda: self._tour.console.station.settled(session_id), "the last samples", STREAM_LIMIT_S)
