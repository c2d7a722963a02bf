"""The way to the pen of the profile that is chosen; choosing another closes the one and opens the other."""

from collections.abc import Callable

from console.domain.errors import OperatorError
from console.domain.link_ports import PenLink
from console.domain.telemetry import LinkCounters, LinkNotice, PenDescription
from devices.profile import PenProfile


class ChosenLink:
    """Fulfils ``console.domain.ports.PenLink`` by the link of the chosen profile."""

    def __init__(self, profile: PenProfile, make: Callable[[PenProfile], PenLink]) -> None:
        self.profile = profile
        self._make = make
        self._link = make(profile)
        self._streaming = False

    def choose(self, profile: PenProfile) -> None:
        """Take pens of this profile from now on; OperatorError while samples are recorded."""
        if not self._link.recording_settled():
            raise OperatorError(
                "Another kind of pen cannot be chosen while readings are recorded", "the recording goes on",
                "choose it after the needling")
        self._link.close()
        self.profile, self._link = profile, self._make(profile)
        self._link.set_streaming(self._streaming)

    def open(self, port: str) -> None:
        """Open the chosen pen's port."""
        self._link.open(port)

    def close(self) -> None:
        """Close the port."""
        self._link.close()

    def set_streaming(self, on: bool) -> None:
        """Ask for samples, or for silence."""
        self._streaming = on
        self._link.set_streaming(on)

    def begin_recording(self, window: int = 1) -> None:
        """Open a recording window."""
        self._link.begin_recording(window)

    def end_recording(self, wait_s: float) -> None:
        """End the window."""
        self._link.end_recording(wait_s)

    def recording_settled(self, window: int | None = None) -> bool:
        """Tell whether nothing is being asked for."""
        return self._link.recording_settled(window)

    def accept_pen(self, serial: str) -> None:
        """Take another pen."""
        self._link.accept_pen(serial)

    def state(self) -> LinkNotice:
        """Give the chosen link's state."""
        return self._link.state()

    def counters(self) -> LinkCounters:
        """Give the chosen link's counters."""
        return self._link.counters()

    def pen(self) -> PenDescription | None:
        """Give the pen that answered."""
        return self._link.pen()
