"""The tour up to the needle: sign-in, the day, check-in, screening, consent, anesthetic."""

import os

from PySide6.QtCore import QPointF

from console.app.demo_photos import camera_card
from console.app.tour_context import Tour
from console.domain.workflow import Phase

SIGNATURE = [
    [(0.12, 0.62), (0.16, 0.40), (0.19, 0.30), (0.20, 0.52), (0.23, 0.66), (0.27, 0.44), (0.30, 0.40), (0.31, 0.60),
     (0.35, 0.62), (0.38, 0.42), (0.40, 0.60), (0.45, 0.60), (0.49, 0.30), (0.52, 0.22), (0.50, 0.50), (0.53, 0.64),
     (0.60, 0.55), (0.68, 0.58), (0.80, 0.50), (0.90, 0.46)],
]


class IntakeSteps:
    """From signing in to the removed anesthetic."""

    def __init__(self, tour: Tour) -> None:
        self._tour, self._hands = tour, tour.hands

    def run(self) -> None:
        """Do everything in order."""
        self._fill_camera()
        self._sign_in()
        self._today()
        self._check_in()
        self._screening()
        self._consent()
        self._anesthetic()

    def _sign_in(self) -> None:
        self._hands.picture("sign-in")
        self._tour.sign_in_as(self._tour.scenario.practitioner, "today")

    def _today(self) -> None:
        self._hands.wait(lambda: self._tour.console.station.pen is not None, "the pen")
        self._hands.picture("today")
        self._hands.effort.touches = 0  # the treatment is counted from check-in to seal
        self._tour.go("start", Phase.CHECK_IN)

    def _check_in(self) -> None:
        self._hands.picture("check-in")
        self._hands.scan(self._tour.codes.patient_card)
        self._hands.tap("match.birth_date")
        self._hands.wait(lambda: self._tour.session.state.patient_confirmed, "the right-patient check")
        self._hands.picture("check-in-confirmed")
        self._tour.go("forward", Phase.SCREENING)

    def _screening(self) -> None:
        self._hands.picture("screening")
        for view in self._tour.console.screening.groups():
            self._group(view.group.group_id, view.group.rule_class.value)
        self._hands.wait(lambda: not self._tour.session.state.screening_verdict().unanswered, "every answer")
        self._hands.picture("screening-answered")
        self._tour.go("forward", Phase.CONSENT)

    def _group(self, group_id: str, rule_class: str) -> None:
        now = next(one for one in self._tour.console.screening.groups() if one.group.group_id == group_id)
        self._hands.wait(lambda: self._hands.find(f"rule.{now.rules[0].rule.rule_id}"), group_id)
        if rule_class == "stop" or not now.can_confirm:
            for one in now.rules:
                if one.today is None:
                    self._hands.tap(f"answer.{one.rule.rule_id}.no")
            return
        self._hands.hold(f"confirm_group.{group_id}")

    def _consent(self) -> None:
        self._hands.picture("consent")
        for kind in ("treatment", "photos", "serum"):
            self._hands.tap(f"consent.{kind}.give")
        self._photos()
        self._hands.draw("signature", [[QPointF(x, y) for x, y in stroke] for stroke in SIGNATURE])
        self._hands.picture("consent-signed")
        self._tour.go("forward", Phase.ANESTHETIC)

    def _photos(self) -> None:
        """Import the five pictures the camera left and keep them."""
        hands, state = self._hands, self._tour.session.state
        hands.tap("photos.open")
        hands.wait(lambda: not self._tour.console.queries.busy, "the last photos")
        hands.picture("photos")
        hands.tap("photo.import")
        hands.tap("photo.newest")
        hands.wait(lambda: hands.find("photo.keep"), "the pictures")
        hands.picture("photos-laid-out")
        hands.tap("photo.keep")
        hands.wait(lambda: len(state.pictures) == len(self._views()), "the photos")
        hands.picture("photos-kept")
        hands.tap("overlay.close")

    def _views(self) -> tuple[str, ...]:
        return self._tour.console.library.photo_set("face").views

    def _fill_camera(self) -> None:
        """Lay pictures where the clinic's camera would leave them."""
        card = self._tour.places.out / "camera"
        card.mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(camera_card(self._views(), self._tour.scenario.patient), 1):
            path = card / f"IMG_{number:04d}.png"
            path.write_bytes(picture)
            os.utime(path, (number, number))  # the order taken
        self._tour.console.photos.use_folder(card)

    def _anesthetic(self) -> None:
        self._hands.picture("anesthetic")
        self._hands.scan(self._tour.codes.anesthetic)
        self._hands.spin(0.2)
        self._hands.picture("anesthetic-product")
        self._hands.tap("anesthetic.apply")
        self._hands.wait(lambda: self._tour.session.state.anesthetics_on(), "the anesthetic on the skin")
        on_skin = self._tour.session.state.anesthetics_on()[0]
        onset_s = on_skin.applied.onset_s
        limit_s = 60.0 + 2 * onset_s / self._tour.speed
        self._hands.wait(
            lambda: self._tour.console.doses.dwell_of(on_skin).elapsed_s > onset_s / 2, "half the onset",
            limit_s)
        self._hands.picture("anesthetic-onset")
        self._hands.wait(lambda: self._tour.console.doses.dwell_of(on_skin).state.value == "ready", "ready", limit_s)
        self._hands.picture("anesthetic-ready")
        self._hands.tap("pin.numb")
        self._hands.hold("anesthetic.removed", lambda: not self._tour.session.state.anesthetics_on())
        self._hands.wait(lambda: not self._tour.session.state.anesthetics_on(), "the removal")
        self._hands.picture("anesthetic-removed")
        self._tour.clock.set_speed(self._tour.pace)  # from here on the pen streams
        self._tour.go("forward", Phase.PREPARATION)
