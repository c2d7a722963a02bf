"""The real console taken up at a phase and the treatment done onward from there, until somebody ends the process.

``python -m tests.faults.onward LOGS OUT PHASE`` works on the folder ``OUT/tour/data`` and prints ``standing PHASE``
once the treatment is on its page again. Where the phase has a pen, ``OUT/pen`` names its port and ``OUT/hand`` is
the pipe to its hand: it lives on when this program dies.
"""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app.compose import compose
from console.app.logs import start_logs
from console.app.no_core_dumps import forbid_core_dumps
from console.app.opening import open_for_writing
from console.app.page_acts import make_acts
from console.app.pages import page_recipes
from console.app.practitioner import Hands
from console.app.scenario import load_scenario
from console.app.stage import Stage
from console.app.tour_closing import ClosingSteps
from console.app.tour_context import Tour
from console.app.tour_intake import IntakeSteps
from console.app.tour_needling import STREAM_LIMIT_S, NeedlingSteps
from console.app.tour_places import TourPlaces
from console.domain.telemetry import LinkState
from console.services.clocks import HastenedClock
from console.services.day_desk import Place
from devices.port_way import PortWay
from tests.faults.stations import PHASES, STEPS
from ui.theme import apply_theme

SPEED, PACE = 240.0, 2.0


class QuickHands(Hands):
    """Hands that keep no pictures."""

    def picture(self, name: str) -> None:
        """Keep nothing."""


class FarPen:
    """The hand of a pen that somebody else keeps alive."""

    def __init__(self, out: Path) -> None:
        self.url = (out / "pen").read_text(encoding="utf-8")
        self._hand = (out / "hand").open("w", encoding="utf-8")

    def do(self, words: str) -> None:
        """Let the hand do something."""
        self._hand.write(f"{words}\n")
        self._hand.flush()


def open_tour(out: Path, pace: float = PACE) -> Tour:
    """Open the folder with its window, connect the pen if there is one, and sign in."""
    app = QApplication.instance() or QApplication(["onward"])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    scenario, places = load_scenario("short"), TourPlaces(out / "tour")
    clock = HastenedClock(int((out / "now_us").read_text(encoding="utf-8")), speed=pace)
    pen = FarPen(out) if (out / "pen").exists() else None
    folder = open_for_writing(places.data)
    composition = compose(folder, clock, Place("Room 2", "station-1", folder.marked_as), PortWay(clock.paced(pace)))
    acts = make_acts(app, composition, places.out)
    stage = Stage(app, composition.console, page_recipes(composition.console, acts), acts.set_theme, motion=False)
    acts.open_page = stage.window.open_page
    stage.open("sign_in")
    hands = QuickHands(stage.window, places.screens)
    tour = Tour(scenario, places, composition, stage, hands, clock, pen, SPEED, pace,  # type: ignore[arg-type]
                "light", acts.set_theme)
    if pen is not None:
        tour.console.station.connect(pen.url)
    tour.sign_in_as(scenario.practitioner, "today")
    return tour


def take_up(tour: Tour, phase: str) -> None:
    """Continue the open session, checking the right patient again where that is asked."""
    hands, window = tour.hands, tour.stage.window
    hands.tap("action.start")
    hands.wait(lambda: window.page_key in (phase, "right_patient"), f"the page of {phase}")
    if phase in ("preparation", "needling"):
        hands.wait(lambda: window.page_key == "right_patient", "the right-patient page")
        hands.scan(tour.codes.patient_card)
        hands.tap("match.birth_date")
        hands.wait(lambda: window.page_key == phase, f"the page of {phase}")


def go_on(tour: Tour, phase: str) -> None:
    """Do the phase and what follows: as far as the consent, through the needling, or to the seal."""
    at = PHASES.index(phase)
    tour.clock.set_speed(tour.speed)
    intake, closing = IntakeSteps(tour), ClosingSteps(tour)
    intake._fill_camera()
    for one in PHASES[at:]:
        if one == "anesthetic" and tour.pen is None:
            return
        if STEPS[one][0] is IntakeSteps:
            getattr(intake, STEPS[one][1])()
        elif one in ("preparation", "needling") and one in (phase, "preparation"):
            tour.clock.set_speed(tour.pace)
            needle(tour, one)
            tour.clock.set_speed(tour.speed)
        elif STEPS[one][0] is ClosingSteps:
            getattr(closing, STEPS[one][1])()


def needle(tour: Tour, phase: str) -> None:
    """Prepare and needle, or go on needling."""
    steps = NeedlingSteps(tour)
    if phase == "preparation":
        steps.run()
        return
    tour.hands.wait(lambda: tour.console.station.notice.state is LinkState.STREAMING, "samples", STREAM_LIMIT_S)
    tour.pen.do("motor on")
    while tour.session.state.active_pass is not None:
        steps._one_pass()
        tour.hands.pedal()
    steps._end()


class Outside:
    """What others on this machine can see of the program: window titles and the clipboard, printed when they change."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def look(self) -> None:
        """Print what is new."""
        titles = {f"title {one.windowTitle()}" for one in QApplication.topLevelWidgets()}
        board = QApplication.clipboard()
        modes = (board.Mode.Clipboard, board.Mode.Selection, board.Mode.FindBuffer)
        for words in sorted((titles | {f"clipboard {board.text(mode)}" for mode in modes}) - self._said):
            self._said.add(words)
            print(words, flush=True)


def _run(out: Path, phase: str) -> int:
    forbid_core_dumps()
    tour = open_tour(out)
    tour.stage.frames.subscribe(Outside().look, every=30, name="outside")
    take_up(tour, phase)
    print(f"standing {phase}", flush=True)
    go_on(tour, phase)
    print("done", flush=True)
    tour.hands.spin(60)
    return 0


if __name__ == "__main__":
    start_logs(Path(sys.argv[1]))
    sys.exit(_run(Path(sys.argv[2]), sys.argv[3]))
