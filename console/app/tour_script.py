"""The scripted practitioner's treatment, step by step, from signing in to the manager's replay."""

import argparse
from uuid import UUID

from PySide6.QtWidgets import QApplication

from console.app.compose import compose
from console.app.door import Door
from console.app.page_acts import make_acts
from console.app.pages import page_recipes
from console.app.practitioner import Hands, StuckError
from console.app.scenario import Scenario
from console.app.simulated_pen import SimulatedPen
from console.app.stage import Stage
from console.app.tour_afterwards import AfterwardsSteps
from console.app.tour_closing import ClosingSteps
from console.app.tour_context import Tour
from console.app.tour_intake import IntakeSteps
from console.app.tour_needling import NeedlingSteps
from console.app.tour_places import TourPlaces
from console.app.tour_screen import TourScreen
from console.domain.errors import OperatorError
from console.services.clocks import HastenedClock
from console.services.day_desk import Place
from db.data_folder import DataFolder
from devices.port_way import PortWay
from ui.desk.first_run import FirstRunPage
from ui.theme import apply_theme

SEED_LIMIT_S = 120.0

def play(
    scenario: Scenario, places: TourPlaces, folder: DataFolder, clock: HastenedClock, pen: SimulatedPen,
    args: argparse.Namespace,
) -> tuple[UUID, str]:
    """Do the whole treatment; gives the session and what it took. OperatorError where it got stuck."""
    app = QApplication.instance() or QApplication(["tour"])
    if not isinstance(app, QApplication):
        raise OperatorError("Another kind of Qt program is running here", "nothing was started")
    apply_theme(app, args.theme)
    hands = come_in(scenario, places, folder, clock, args.screen)
    place = Place("Room 2", "station-1", folder.marked_as)
    composition = compose(folder, clock, place, PortWay(clock.paced(args.pace)))
    acts = make_acts(app, composition, places.out)
    stage = Stage(app, composition.console, page_recipes(composition.console, acts), acts.set_theme,
                  motion=False)
    acts.open_page = stage.window.open_page
    args.screen.fill(stage.window)
    try:
        stage.open("sign_in")
        hands.window = stage.window
        tour = Tour(scenario, places, composition, stage, hands, clock, pen, args.speed, args.pace, args.theme,
                    acts.set_theme)
        return treat(tour)
    except StuckError as stuck:
        hands.picture("stuck")
        raise OperatorError(f"The scripted practitioner got stuck: {stuck}", "what was recorded is kept",
                            f"look at {places.screens}") from None
    finally:
        stage.close()
        composition.close()


def come_in(
    scenario: Scenario, places: TourPlaces, folder: DataFolder, clock: HastenedClock, screen: TourScreen,
) -> Hands:
    """Meet the first page, choose to look around, and wait until the invented clinic is made."""
    door = Door(clock, motion=False)
    screen.fill(door.window)
    hands = Hands(door.window, places.screens)
    ended: list[Exception | None] = []

    def look_around() -> None:
        door.seed(folder, clock, scenario.starts_us, ended.append, scenario.past_sessions, scenario.with_telemetry)

    try:
        door.open({"first_run": FirstRunPage(look_around, lambda wanted: None, lambda: None)}, "first_run")
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


def treat(tour: Tour) -> tuple[UUID, str]:
    """Do everything in order; give the session and what it took from check-in to the seal."""
    tour.console.station.connect(tour.pen.url)
    tour.clock.set_speed(tour.speed)
    IntakeSteps(tour).run()
    NeedlingSteps(tour).run()
    tour.clock.set_speed(tour.speed)
    session_id = tour.session.session_id
    ClosingSteps(tour).run()
    effort = tour.hands.effort.line()
    AfterwardsSteps(tour).run()
    return session_id, effort
