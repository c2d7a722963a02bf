"""The tour after the needle: serum, aftercare, sign-off."""

from console.app.tour_context import Tour
from console.domain.workflow import Phase


class ClosingSteps:
    """From the serum to the seal."""

    def __init__(self, tour: Tour) -> None:
        self._tour, self._hands = tour, tour.hands

    def run(self) -> None:
        """Do everything in order."""
        self._serum()
        self._aftercare()
        self._sign_off()

    def _serum(self) -> None:
        self._hands.picture("serum")
        self._hands.scan(self._tour.codes.serum)
        self._hands.spin(0.2)
        self._hands.tap("offlabel.agreed_with_the_patient")
        self._hands.tap("serum.apply")
        self._hands.wait(lambda: self._tour.session.state.serums, "the serum")
        self._hands.picture("serum-recorded")
        self._tour.go("forward", Phase.AFTERCARE)

    def _aftercare(self) -> None:
        self._hands.tap("aftercare.save")
        self._hands.wait(lambda: self._tour.session.state.aftercare is not None, "the sheet")
        self._hands.picture("aftercare")
        self._tour.go("forward", Phase.SIGN_OFF)

    def _sign_off(self) -> None:
        self._hands.picture("sign-off")
        for digit in self._tour.scenario.pin:
            self._hands.tap(f"pinPad.{digit}")
        self._hands.wait(lambda: self._tour.session.state.sealed is not None, "the seal")
        self._hands.wait(lambda: self._tour.console.desk.saving().value == "saved", "the commit")
        self._hands.wait(lambda: not self._tour.console.queries.busy, "the head")
        self._hands.spin(0.4)
        self._hands.picture("sealed")
