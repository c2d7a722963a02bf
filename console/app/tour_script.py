"""The scripted practitioner's treatment, step by step, from signing in to the manager's replay."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from console.app.compose import Composition, compose
from console.app.demo_codes import DemoCodes, demo_codes
from console.app.door import Door
from console.app.page_acts import make_acts
from console.app.pages import build_pages
from console.app.practitioner import Hands, StuckError
from console.app.scenario import Scenario
from console.app.simulated_pen import SimulatedPen
from console.app.stage import Stage
from console.app.tour_afterwards import AfterwardsSteps
from console.app.tour_needling import NeedlingSteps
from console.app.tour_places import TourPlaces
from console.domain.errors import OperatorError
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.clocks import HastenedClock
from console.services.console import Console
from console.services.day_desk import Place
from db.data_folder import DataFolder
from ui.desk.first_run import FirstRunPage
from ui.theme import apply_theme

SEED_LIMIT_S = 120.0

SIGNATURE = [
    [(0.12, 0.62), (0.16, 0.40), (0.19, 0.30), (0.20, 0.52), (0.23, 0.66), (0.27, 0.44), (0.30, 0.40), (0.31, 0.60),
     (0.35, 0.62), (0.38, 0.42), (0.40, 0.60), (0.45, 0.60), (0.49, 0.30), (0.52, 0.22), (0.50, 0.50), (0.53, 0.64),
     (0.60, 0.55), (0.68, 0.58), (0.80, 0.50), (0.90, 0.46)],
]


def play(
    scenario: Scenario, places: TourPlaces, folder: DataFolder, clock: HastenedClock, pen: SimulatedPen,
    args: argparse.Namespace,
) -> tuple[UUID, str]:
    """Do the whole treatment; gives the session and what it took. OperatorError where it got stuck."""
    app = QApplication.instance() or QApplication(["tour"])
    if not isinstance(app, QApplication):
        raise OperatorError("Another kind of Qt program is running here", "nothing was started")
    apply_theme(app, args.theme)
    hands = come_in(scenario, places, folder, clock)
    place = Place("Room 2", "station-1", folder.marked_as)
    composition = compose(folder, clock, place, clock.paced(args.pace))
    acts = make_acts(app, composition, places.out)
    stage = Stage(app, composition.console, build_pages(composition.console, acts), acts.set_theme,
                  motion=False)
    acts.open_page = stage.window.open_page
    try:
        stage.open("sign_in")
        hands.window = stage.window
        tour = Tour(scenario, places, composition, stage, hands, clock, pen, args.speed, args.pace, args.theme,
                    acts.set_theme)
        return tour.run()
    except StuckError as stuck:
        hands.picture("stuck")
        raise OperatorError(f"The scripted practitioner got stuck: {stuck}", "what was recorded is kept",
                            f"look at {places.screens}") from None
    finally:
        stage.close()
        composition.close()


def come_in(scenario: Scenario, places: TourPlaces, folder: DataFolder, clock: HastenedClock) -> Hands:
    """Meet the first page, choose to look around, and wait until the invented clinic is made."""
    door = Door(clock, motion=False)
    hands = Hands(door.window, places.screens)
    ended: list[Exception | None] = []

    def look_around() -> None:
        door.seed(folder, clock, scenario.starts_us, ended.append, scenario.past_sessions, scenario.with_telemetry)

    try:
        door.open({"first_run": FirstRunPage(look_around, lambda wanted: None)}, "first_run")
        hands.picture("first-run")
        hands.tap("setup.demo")
        hands.wait(lambda: ended or door.share > 0.4, "a part of the demo clinic", SEED_LIMIT_S)
        hands.picture("making-the-demo")
        hands.wait(lambda: ended, "the demo clinic", SEED_LIMIT_S)
    finally:
        door.close()
    if ended[0] is not None:
        raise ended[0]
    return hands


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

    def run(self) -> tuple[UUID, str]:
        """Do everything in order."""
        self.console.station.connect(self.pen.url)
        self.clock.set_speed(self.speed)
        self._sign_in()
        self._today()
        self._check_in()
        self._screening()
        self._consent()
        self._anesthetic()
        NeedlingSteps(self).run()
        self.clock.set_speed(self.speed)
        session_id = self._after_the_needle()
        effort = self.hands.effort.line()
        AfterwardsSteps(self).run()
        return session_id, effort

    def phase_is(self, phase: Phase) -> Callable[[], bool]:
        """Give the question whether the window has turned to a phase."""
        return lambda: self.stage.window.page_key == phase.value

    def go(self, action: str, phase: Phase) -> None:
        """Tap an action and wait until its phase is on stage and the record is committed."""
        self.hands.tap(f"action.{action}")
        self.hands.wait(self.phase_is(phase), phase.value)

    # --- before the needle --------------------------------------------------------------------------

    def _sign_in(self) -> None:
        self.hands.picture("sign-in")
        self.sign_in_as(self.scenario.practitioner, "today")

    def sign_in_as(self, staff_id: str, page: str) -> None:
        """Choose a person, enter the PIN, and arrive at the page that person begins with."""
        self.hands.tap(f"staff.{staff_id}")
        for digit in self.scenario.pin:
            self.hands.tap(f"pinPad.{digit}")
        self.hands.wait(lambda: self.stage.window.page_key == page, page)

    def _today(self) -> None:
        self.hands.wait(lambda: self.console.station.pen is not None, "the pen")
        self.hands.picture("today")
        self.hands.effort.touches = 0  # the treatment is counted from check-in to seal
        self.go("start", Phase.CHECK_IN)

    def _check_in(self) -> None:
        self.hands.picture("check-in")
        self.hands.scan(self.codes.patient_card)
        self.hands.tap("match.birth_date")
        self.hands.wait(lambda: self.session.state.patient_confirmed, "the right-patient check")
        self.hands.picture("check-in-confirmed")
        self.go("forward", Phase.SCREENING)

    def _screening(self) -> None:
        self.hands.picture("screening")
        for view in self.console.screening.groups():
            self._group(view.group.group_id, view.group.rule_class.value)
        self.hands.wait(lambda: not self.session.state.screening_verdict().unanswered, "every answer")
        self.hands.picture("screening-answered")
        self.go("forward", Phase.CONSENT)

    def _group(self, group_id: str, rule_class: str) -> None:
        now = next(one for one in self.console.screening.groups() if one.group.group_id == group_id)
        self.hands.wait(lambda: self.hands.find(f"rule.{now.rules[0].rule.rule_id}"), group_id)
        if rule_class == "stop" or not now.can_confirm:
            for one in now.rules:
                if one.today is None:
                    self.hands.tap(f"answer.{one.rule.rule_id}.no")
            return
        self.hands.hold(f"confirm_group.{group_id}")

    def _consent(self) -> None:
        self.hands.picture("consent")
        for kind in ("treatment", "photos", "serum"):
            self.hands.tap(f"consent.{kind}.give")
        self.hands.draw("signature", [[QPointF(x, y) for x, y in stroke] for stroke in SIGNATURE])
        self.hands.picture("consent-signed")
        self.go("forward", Phase.ANESTHETIC)

    def _anesthetic(self) -> None:
        self.hands.picture("anesthetic")
        self.hands.scan(self.codes.anesthetic)
        self.hands.spin(0.2)
        self.hands.picture("anesthetic-product")
        self.hands.tap("anesthetic.apply")
        self.hands.wait(lambda: self.session.state.anesthetics_on(), "the anesthetic on the skin")
        on_skin = self.session.state.anesthetics_on()[0]
        half_s = on_skin.applied.onset_s / 2
        self.hands.wait(lambda: self.console.products.dwell_of(on_skin).elapsed_s > half_s, "half the onset", 120.0)
        self.hands.picture("anesthetic-onset")
        self.hands.wait(lambda: self.console.products.dwell_of(on_skin).state.value == "ready", "ready", 300.0)
        self.hands.picture("anesthetic-ready")
        self.hands.tap("pin.numb")
        self.hands.hold("anesthetic.removed", lambda: not self.session.state.anesthetics_on())
        self.hands.wait(lambda: not self.session.state.anesthetics_on(), "the removal")
        self.hands.picture("anesthetic-removed")
        self.clock.set_speed(self.pace)  # from here on the pen streams
        self.go("forward", Phase.PREPARATION)

    # --- after the needle ---------------------------------------------------------------------------

    def _after_the_needle(self) -> UUID:
        session_id = self.session.session_id
        self._serum()
        self._aftercare()
        self._sign_off()
        return session_id

    def _serum(self) -> None:
        self.hands.picture("serum")
        self.hands.scan(self.codes.serum)
        self.hands.spin(0.2)
        self.hands.tap("offlabel.agreed_with_the_patient")
        self.hands.tap("serum.apply")
        self.hands.wait(lambda: self.session.state.serums, "the serum")
        self.hands.picture("serum-recorded")
        self.go("forward", Phase.AFTERCARE)

    def _aftercare(self) -> None:
        self.hands.tap("aftercare.save")
        self.hands.wait(lambda: self.session.state.aftercare is not None, "the sheet")
        self.hands.picture("aftercare")
        self.go("forward", Phase.SIGN_OFF)

    def _sign_off(self) -> None:
        self.hands.picture("sign-off")
        for digit in self.scenario.pin:
            self.hands.tap(f"pinPad.{digit}")
        self.hands.wait(lambda: self.session.state.sealed is not None, "the seal")
        self.hands.wait(lambda: self.console.desk.saving().value == "saved", "the commit")
        self.hands.wait(lambda: not self.console.queries.busy, "the head")
        self.hands.spin(0.4)
        self.hands.picture("sealed")
