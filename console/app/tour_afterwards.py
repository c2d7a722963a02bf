"""After the treatment: another patient who must be sent home, the console's other pages, and the manager."""

from functools import partial

from console.app.tour_context import Tour
from console.domain.workflow import Phase

NEXT_PATIENT = "P-0460"
STOP_RULE = "active_acne"


class AfterwardsSteps:
    """What is not counted as the treatment's effort."""

    def __init__(self, tour: Tour) -> None:
        self._tour, self._hands = tour, tour.hands

    @property
    def _page(self) -> str:
        return self._tour.stage.window.page_key

    def run(self) -> None:
        """Do everything in order."""
        self._back_to_today()
        self._send_home()
        self._look_round()
        self._manager()

    def _back_to_today(self) -> None:
        self._hands.tap("action.today")
        self._hands.wait(lambda: self._page == "today", "the day")
        self._hands.spin(0.5)
        self._hands.picture("today-sealed")

    # --- a patient with a stop ------------------------------------------------------------------------

    def _send_home(self) -> None:
        """The next patient has active acne everywhere: stopped, looked at, deferred."""
        hands, tour = self._hands, self._tour
        hands.tap(f"row.{NEXT_PATIENT}")
        tour.go("start", Phase.CHECK_IN)
        hands.tap("areas.list")
        hands.picture("area-list")
        hands.tap("overlay.close")
        hands.tap("match.name")
        hands.tap("match.birth_date")
        tour.go("forward", Phase.SCREENING)
        self._say_yes()
        hands.picture("screening-blocked")
        hands.hold("action.stop", lambda: self._page == "stopped")
        hands.wait(lambda: self._page == "stopped", "the page of a stop")
        hands.tap("stop.reason.reaction")
        hands.picture("stopped")
        hands.tap("action.continue")
        hands.wait(lambda: self._page == Phase.SCREENING.value, "screening")
        hands.tap("action.defer")
        hands.wait(lambda: self._page == "today", "the day")

    def _say_yes(self) -> None:
        hands = self._hands
        hands.tap(f"answer.{STOP_RULE}.yes")
        hands.picture("screening-areas")
        hands.tap("area.all")
        hands.tap("finding.confirm")
        hands.wait(lambda: self._tour.session.state.answers, "the answer")

    # --- the other pages --------------------------------------------------------------------------------

    def _look_round(self) -> None:
        hands = self._hands
        hands.tap("appBar.mark")
        hands.picture("menu")
        hands.tap("menu.patients")
        hands.wait(lambda: self._page == "patients", "the patients")
        hands.tap(f"patient.{self._tour.scenario.patient}")
        hands.spin(0.5)
        hands.picture("patients")
        hands.tap("patient.photos")
        hands.wait(lambda: not self._tour.console.queries.busy, "the photos")
        hands.spin(0.5)
        hands.picture("photos-compared")
        hands.tap("overlay.close")
        hands.tap("penChip")
        hands.picture("pen")
        hands.tap("penSheet.details")
        hands.wait(lambda: not self._tour.console.queries.busy, "the ports")
        hands.picture("pen-and-ports")
        hands.tap("overlay.close")
        hands.tap("overlay.close")
        hands.tap("tab.today")
        hands.wait(lambda: self._page == "today", "the day")
        hands.tap("action.walkin")
        hands.picture("walk-in")
        hands.tap("overlay.close")

    # --- the manager ----------------------------------------------------------------------------------------

    def _manager(self) -> None:
        """Find the session again in the manager's list, replay it and write it out."""
        hands, tour = self._hands, self._tour
        hands.tap("appBar.mark")
        hands.tap("menu.sign_out")
        hands.wait(lambda: self._page == "sign_in", "the sign-in")
        tour.sign_in_as(tour.scenario.manager, "sessions")
        hands.wait(lambda: not tour.console.queries.busy, "the list")
        hands.spin(0.5)
        hands.picture("sessions")
        self._find()
        hands.picture("sessions-found")
        hands.tap("replay.play")
        hands.spin(1.0)
        hands.tap("replay.play")
        hands.picture("replay")
        for taps, name in ((("action.pdf",), "report.pdf"), (("action.export", "export.json"), "session.json")):
            for one in taps:
                hands.tap(one)
            hands.wait(partial(self._is_written, name), name)
            hands.wait(lambda: not tour.console.queries.busy, "the end of writing")
        hands.tap("replay.history")
        hands.picture("history")
        hands.tap("overlay.close")

    def _is_written(self, name: str) -> bool:
        return any(self._tour.places.out.glob(f"*_{name}"))

    def _find(self) -> None:
        """Type the patient's number into the search."""
        self._hands.tap("sessions.search")
        self._hands.type(self._tour.scenario.patient)
        self._hands.spin(0.5)
        self._hands.wait(lambda: not self._tour.console.queries.busy, "the session")
