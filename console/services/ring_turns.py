"""Keeps the screen's ring with the session in front: no patient's samples stand in another's plot."""

from console.services.area_figures import contact_known
from console.services.sample_ring import SampleRing
from console.services.session_desk import Receipt, SessionDesk


class RingTurns:
    """Listens to the desk; turns the ring when another session comes to front, fits it when a pen is bound."""

    def __init__(self, desk: SessionDesk, ring: SampleRing) -> None:
        self._desk, self._ring = desk, ring
        desk.on_events(self._on_receipt)

    def _on_receipt(self, _receipt: Receipt) -> None:
        front = self._desk.front
        if front is None:
            self._ring.turn_to("")
            return
        self._ring.turn_to(str(front.session_id))
        if front.state.pen is not None:
            self._ring.fit(front.state.pen.period_us, contact_known(front.state))
