"""Which ports there are and which pen answers on each, asked politely: IDENTIFY and nothing else."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from serial.tools import list_ports as serial_ports

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.telemetry import PenDescription
from console.services.clocks import SystemClock
from devices.byte_port import BytePort, open_byte_port
from devices.framing import FrameReader
from devices.messages import (
    Hello,
    Identify,
    MalformedBody,
    UnknownType,
    decode_pen_message,
    describe,
    encode_console_message,
)
from devices.port_failures import explain_port_failure
from devices.read_only import write_request

PROBE_S = 1.2
KNOWN_PEN_PROBE_S = 0.3
_ASKED_AGAIN_AFTER = (0, 5, 10)  # searches
_ASK_EVERY_S = 0.5
_READ_WAIT_S = 0.02


@dataclass(frozen=True, slots=True)
class SeenPort:
    """A port this system knows, before anybody was asked."""

    port: str
    description: str


@dataclass(frozen=True, slots=True)
class PortReport:
    """A port, what answered there (None: nothing that speaks Pen Link), or why it could not be asked."""

    port: str
    description: str
    pen: PenDescription | None
    failure: OperatorError | None


def system_ports() -> list[SeenPort]:
    """Give the serial ports of this machine, in order of name."""
    found = [SeenPort(str(port.device), str(port.description or "")) for port in serial_ports.comports()]
    return sorted(found, key=lambda seen: seen.port)


def _hellos(reader: FrameReader, received: bytes) -> Iterator[Hello]:
    for frame in reader.feed(received):
        try:
            message = decode_pen_message(frame)
        except (MalformedBody, UnknownType):
            continue
        if isinstance(message, Hello):
            yield message


def ask_port(
    port: BytePort, clock: Clock, limit_s: float = PROBE_S, stop: threading.Event | None = None
) -> PenDescription | None:
    """Ask an open port who is there; None when no pen answers in time. OSError when the port fails."""
    reader = FrameReader()
    started_s = clock.monotonic_s()
    ask_s, asked = started_s, 0
    while (now_s := clock.monotonic_s()) < started_s + limit_s and not (stop and stop.is_set()):
        if now_s >= ask_s:
            write_request(port, encode_console_message(Identify(), asked))
            ask_s, asked = now_s + _ASK_EVERY_S, asked + 1
        for hello in _hellos(reader, port.read_some(_READ_WAIT_S)):
            return describe(hello)
    return None


def list_ports(
    ports: Callable[[], list[SeenPort]] = system_ports,
    open_port: Callable[[str], BytePort] = open_byte_port,
    clock: Clock | None = None,
) -> list[PortReport]:
    """Ask every port of this machine that no other program holds; takes about a second a port."""
    clock = clock or SystemClock()
    reports = []
    for seen in ports():
        pen, failure = None, None
        try:
            opened = open_port(seen.port)
            try:
                pen = ask_port(opened, clock)
            finally:
                opened.close()
        except (OSError, ValueError) as error:
            failure = explain_port_failure(seen.port, error)
        reports.append(PortReport(seen.port, seen.description, pen, failure))
    return reports


class PenSearcher:
    """Looks for a pen on the ports of this machine, without pestering those that stay silent.

    A silent port is asked three times in all, every fifth search, and anew when it went and came
    back. A pen known by its identity is given a short time a port: its own port waits meanwhile.
    """

    def __init__(
        self,
        clock: Clock,
        ports: Callable[[], list[SeenPort]] = system_ports,
        open_port: Callable[[str], BytePort] = open_byte_port,
    ) -> None:
        self._clock, self._ports, self._open_port = clock, ports, open_port
        self._searches_since: dict[str, int] = {}  # a silent port's first asking

    def __call__(self, identity: tuple[str, str] | None, stop: threading.Event) -> str | None:
        """Give a port on which this pen (None: any) answers, or None."""
        present = [seen.port for seen in self._ports()]
        self._searches_since = {port: past + 1 for port, past in self._searches_since.items() if port in present}
        for port in present:
            if stop.is_set():
                return None
            if identity is not None and self._searches_since.get(port, 0) not in _ASKED_AGAIN_AFTER:
                continue
            pen = self._ask(port, PROBE_S if identity is None else KNOWN_PEN_PROBE_S, stop)
            if pen is None:
                self._searches_since.setdefault(port, 0)
            elif identity in (None, pen.identity):
                return port
        return None

    def _ask(self, port: str, limit_s: float, stop: threading.Event) -> PenDescription | None:
        try:
            opened = self._open_port(port)
        except (OSError, ValueError):
            return None
        try:
            return ask_port(opened, self._clock, limit_s, stop)
        except OSError:
            return None
        finally:
            opened.close()
