"""Tells once when an anesthetic becomes ready, on whatever page and for whichever open session."""

from collections.abc import Callable, Sequence

from console.domain.anesthesia import DwellState
from console.services.dose_desk import ClockView


class ReadyCalls:
    """Fed with the running clocks twice a second; information, not an alarm."""

    def __init__(self, tell: Callable[[str], None], chime: Callable[[], None]) -> None:
        self._tell, self._chime = tell, chime
        self._waiting: set[str] = set()

    def follow(self, running: Sequence[ClockView]) -> None:
        """Call out every clock that was seen before its onset and is ready now."""
        states = {one.on_skin.applied.application_id: one for one in running}
        ready = [one for key, one in states.items()
                 if key in self._waiting and one.dwell.state is DwellState.READY]
        self._waiting = {key for key, one in states.items() if one.dwell.state is DwellState.ONSET}
        for one in ready:
            self._tell(f"{one.patient_id}: {one.on_skin.applied.product.name} is ready. Remove and cleanse.")
        if ready:
            self._chime()
