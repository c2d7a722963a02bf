"""Captures: every byte between console and pen with its time, as lines of text (``docs/capture-format.md``).

    needling-capture 1 {"began": "2026-11-22T10:00:00.000000Z", "port": "/dev/ttyACM0"}
    0.000000 = read as pen-link
    0.000000 = opened /dev/ttyACM0
    0.000412 > 0301810105cec90f7900
    0.004120 < 03010101…
    12.500000 = gone the port ended

The reader thread only puts bytes on a bounded heap; a thread of its own writes them.
"""

import json
import logging
import math
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from console.domain.clock import Clock, iso_utc
from console.domain.errors import OperatorError
from devices.byte_port import BytePort

FORMAT, VERSION = "needling-capture", 1
FROM_PEN, TO_PEN, HAPPENED = "<", ">", "="
OPENED, GONE, CLOSED, LOST, READ_AS, ASKED = "opened", "gone", "closed", "lost", "read as", "asked"
MOST_WAITING_BYTES = 4_194_304
WRITE_EVERY_S = 0.2
_UNSAFE = "nothing was captured"

_log = logging.getLogger("pen.capture")

OpenPort = Callable[[str], BytePort]


class CaptureLine(NamedTuple):
    """One line: seconds since the capture began, who spoke, and the bytes or words."""

    at_s: float
    mark: str
    said: bytes


# --- writing ------------------------------------------------------------------------------------------


class CaptureWriter:
    """Writes a capture beside the life of a link; ``note`` never waits and never raises."""

    def __init__(self, path: Path, port: str, clock: Clock) -> None:
        self.path, self._clock = path, clock
        self.failure: OperatorError | None = None
        self._file = _new_file(path)
        self._began_s = clock.monotonic_s()
        self._lock = threading.Lock()
        self._waiting: list[CaptureLine] = []
        self._waiting_bytes = self._lost_bytes = 0
        self._stop = threading.Event()
        head = {"began": iso_utc(clock.utc_us()), "port": port}
        self._write(f"{FORMAT} {VERSION} {json.dumps(head, ensure_ascii=False)}\n")
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def note(self, mark: str, said: bytes) -> None:
        """Take bytes or words; what finds no room is counted and named in the capture."""
        at_s = self._clock.monotonic_s() - self._began_s
        with self._lock:
            if self._waiting_bytes + len(said) > MOST_WAITING_BYTES:
                self._lost_bytes += len(said)
                return
            self._waiting_bytes += len(said)
            self._waiting.append(CaptureLine(at_s, mark, said))

    def capturing(self, open_port: OpenPort) -> OpenPort:
        """Give a way to open ports whose bytes are captured."""

        def opened(url: str) -> BytePort:
            port = open_port(url)
            self.note(HAPPENED, f"{OPENED} {url}".encode())
            return _CapturedPort(port, self.note)

        return opened

    def close(self) -> None:
        """Write the rest and end."""
        self._stop.set()
        self._thread.join()
        self._file.close()

    def _run(self) -> None:
        while not self._stop.wait(WRITE_EVERY_S):
            self._write_waiting()
        self._write_waiting()

    def _write_waiting(self) -> None:
        with self._lock:
            waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
            lost, self._lost_bytes = self._lost_bytes, 0
        if lost:
            at_s = waiting[-1].at_s if waiting else self._clock.monotonic_s() - self._began_s
            waiting.append(CaptureLine(at_s, HAPPENED, f"{LOST} {lost}".encode()))
        if waiting and self.failure is None:
            self._write("".join(written_line(line) for line in waiting))

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            self.failure = OperatorError(
                f"The capture {self.path} cannot be written on ({error.strerror})",
                "what was recorded is whole", "free disk space")
            _log.error("%s", self.failure)


def _new_file(path: Path) -> IO[str]:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise OperatorError(f"There is a file {path} already", "it was left as it is", "name another one") from None
    except OSError as error:
        raise OperatorError(
            f"The capture {path} cannot be made ({error.strerror})", _UNSAFE, "choose another place") from None


def written_line(line: CaptureLine) -> str:
    """Write one line as it stands in the file."""
    said = line.said.decode(errors="replace").replace("\n", " ") if line.mark == HAPPENED else line.said.hex()
    return f"{line.at_s:.6f} {line.mark} {said}\n"


class _CapturedPort:
    """A port whose bytes are noted."""

    def __init__(self, port: BytePort, note: Callable[[str, bytes], None]) -> None:
        self._port, self._note, self._there = port, note, True

    def read_some(self, wait_s: float) -> bytes:
        try:
            received = self._port.read_some(wait_s)
        except OSError as error:
            self._gone(error)
            raise
        if received:
            self._note(FROM_PEN, received)
        return received

    def write(self, outgoing: bytes) -> None:
        self._note(TO_PEN, outgoing)
        try:
            self._port.write(outgoing)
        except OSError as error:
            self._gone(error)
            raise

    def close(self) -> None:
        self._port.close()
        if self._there:
            self._there = False
            self._note(HAPPENED, CLOSED.encode())

    def _gone(self, error: OSError) -> None:
        if self._there:
            self._there = False
            self._note(HAPPENED, f"{GONE} {error}".encode())


# --- reading ------------------------------------------------------------------------------------------


class CaptureFile:
    """A capture to be read from its beginning, line by line, however long it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unreadable = 0  # lines damaged or cut off; they are left out
        try:
            self._file = path.open("rb")
            first = self._file.readline(65_536)
        except OSError as error:
            raise OperatorError(
                f"The capture {path} cannot be read ({error.strerror})", "nothing was changed", "check its name"
            ) from None
        self.head = self._read_head(first)

    def _read_head(self, first: bytes) -> dict[str, Any]:
        words = first.split(maxsplit=2)
        if len(words) != 3 or words[0] != FORMAT.encode():
            self.close()
            raise OperatorError(f"{self.path} is not a capture", "nothing was changed", "name one made by --capture")
        if words[1] != str(VERSION).encode():
            self.close()
            raise OperatorError(
                f"{self.path} was made by a newer console", "nothing was changed", "install the newer console")
        try:
            head = json.loads(words[2])
        except ValueError:
            head = {}
        return head if isinstance(head, dict) else {}

    def lines(self) -> Iterator[CaptureLine]:
        """Give the lines in order; a damaged one, and a last one cut off, are counted and left out."""
        at_s = 0.0
        for written in self._file:
            line = _read_line(written)
            if line is None or not at_s <= line.at_s < math.inf:
                self.unreadable += not written.startswith(b"#")
                continue
            at_s = line.at_s
            yield line

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _read_line(written: bytes) -> CaptureLine | None:
    at, _, rest = written.partition(b" ")
    mark, _, said = rest.partition(b" ")
    if not written.endswith(b"\n") or mark not in (b"<", b">", b"="):
        return None
    said = said.rstrip(b"\r\n")
    try:
        return CaptureLine(float(at), mark.decode(), said if mark == b"=" else bytes.fromhex(said.decode()))
    except ValueError:
        return None
