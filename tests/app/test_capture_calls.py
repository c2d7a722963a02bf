"""That a capture has ended by itself is said in the window, once."""

from pathlib import Path

from console.app.capture_calls import CaptureCalls
from console.services.clocks import SystemClock
from devices.capture import CaptureWriter


class FullDisk:
    """A file of a disk that has no room left."""

    def write(self, text: str) -> None:
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        """Nothing is open."""


def test_a_capture_that_ends_in_mid_treatment_is_told_once(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    writer = CaptureWriter(tmp_path / "one", "x", SystemClock())
    calls = CaptureCalls(writer, lambda words, kind: told.append((words, kind)))
    calls.look()
    assert told == []
    writer._file.close()
    writer._file = FullDisk()  # type: ignore[assignment]
    writer.note("<", b"abc")
    writer.close()
    calls.look()
    calls.look()
    ((words, kind),) = told
    assert "cannot be written on (No space left on device)" in words and "what was recorded is whole" in words
    assert kind == "caution"
