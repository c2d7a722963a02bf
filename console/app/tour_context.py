"""What every step of the tour works with: the hands, the pen, the clock, and the services to look at."""

from collections.abc import Callable
from dataclasses import dataclass

from console.app.compose import Composition
from console.app.demo_codes import DemoCodes, demo_codes
from console.app.practitioner import Hands, StuckError
from console.app.scenario import Scenario
from console.app.simulated_pen import SimulatedPen
from console.app.stage import Stage
from console.app.tour_places import TourPlaces
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.clocks import HastenedClock
from console.services.console import Console


@dataclass(slots=True)
class Tour:
    """One treatment as a list of steps; each leaves the window where the next begins."""

    scenario: Scenario
    places: TourPlaces
    composition: Composition
    stage: Stage
    hands: Hands
    clock: HastenedClock
    pen: SimulatedPen
    speed: float
    pace: float
    theme: str
    set_theme: Callable[[str], None]

    @property
    def console(self) -> Console:
        """The services, only looked at: every act goes through the widgets."""
        return self.composition.console

    @property
    def session(self) -> Session:
        """The session in front."""
        front = self.console.desk.front
        if front is None:
            raise StuckError("no session is in front")
        return front

    @property
    def codes(self) -> DemoCodes:
        """What the packages carry."""
        return demo_codes(self.scenario.starts_us, self.scenario.patient, self.scenario.practitioner)

    def phase_is(self, phase: Phase) -> Callable[[], bool]:
        """Give the question whether the window has turned to a phase."""
        return lambda: self.stage.window.page_key == phase.value

    def go(self, action: str, phase: Phase) -> None:
        """Tap an action and wait until its phase is on stage and the record is committed."""
        self.hands.tap(f"action.{action}")
        self.hands.wait(self.phase_is(phase), phase.value)

    def sign_in_as(self, staff_id: str, page: str) -> None:
        """Choose a person, enter the PIN, and arrive at the page that person begins with."""
        self.hands.tap(f"staff.{staff_id}")
        for digit in self.scenario.pin:
            self.hands.tap(f"pinPad.{digit}")
        self.hands.wait(lambda: self.stage.window.page_key == page, page)
