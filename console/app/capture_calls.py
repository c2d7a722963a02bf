"""Tells once, in the window, that the capture of the pen's bytes has ended by itself."""

from collections.abc import Callable

from devices.capture import CaptureWriter

CAPTURE_LOOK_EVERY = 30  # frames: twice a second


class CaptureCalls:
    """Looks at a capture; ``tell`` takes the words and their kind."""

    def __init__(self, capture: CaptureWriter, tell: Callable[[str, str], None]) -> None:
        self._capture, self._tell, self._told = capture, tell, False

    def look(self) -> None:
        """Say that the capture cannot go on, if that is new."""
        if self._capture.failure is not None and not self._told:
            self._told = True
            self._tell(str(self._capture.failure), "caution")
