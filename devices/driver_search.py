"""Finds the port of a pen that speaks something else, by listening (or asking, where its kind may) a while."""

import threading
from collections.abc import Callable

from serial.tools import list_ports as serial_ports

from console.domain.clock import Clock
from console.domain.telemetry import PenDescription
from console.services.pen_memory import PenMemory
from devices.byte_port import BytePort, open_byte_port, plug_name
from devices.clock_map import Moment
from devices.driver import PenDriver
from devices.messages import Hello, Identify, Stream, Telemetry, describe
from devices.profile import PenProfile
from devices.read_only import write_request

LISTEN_S = 2.5
_READ_WAIT_S = 0.02
_ENOUGH_SAMPLES = 3  # by chance one line of another device may look like a sample


def listen(
    port: BytePort, place: str, driver: PenDriver, clock: Clock, stop: threading.Event, limit_s: float = LISTEN_S
) -> PenDescription | None:
    """Let a driver try an open port; None where nothing speaks its language. OSError when the port fails."""

    def now() -> Moment:
        return Moment(clock.monotonic_s(), clock.utc_us())

    until_s = clock.monotonic_s() + limit_s
    driver.start_over(place, now())
    driver.ask(Identify())
    driver.ask(Stream(True))
    pen, samples = None, 0
    while clock.monotonic_s() < until_s and not stop.is_set():
        if outgoing := driver.take_outgoing(now()):
            write_request(port, outgoing)
        for message in driver.feed(port.read_some(_READ_WAIT_S), now()):
            pen = describe(message) if isinstance(message, Hello) else pen
            samples += message.count if isinstance(message, Telemetry) else 0
        if pen is not None and samples >= _ENOUGH_SAMPLES:
            return pen
    return None


class DriverSearcher:
    """Fulfils ``devices.link.PenSearch`` for any profile; only ports of its USB ids where it names some."""

    def __init__(
        self, profile: PenProfile, make_driver: Callable[[], PenDriver], clock: Clock, memory: PenMemory | None = None
    ) -> None:
        self._usb_ids, self._line = profile.usb_ids, profile.line
        self._make_driver, self._clock, self._memory = make_driver, clock, memory

    def __call__(self, identity: tuple[str, str] | None, stop: threading.Event) -> str | None:
        """Give a port on which this pen (None: any) speaks, or None."""
        for port in self._ports():
            if stop.is_set():
                return None
            try:
                opened = open_byte_port(port, self._line)
            except (OSError, ValueError):
                continue
            try:
                pen = listen(opened, plug_name(port), self._make_driver(), self._clock, stop)
            except OSError:
                pen = None
            finally:
                opened.close()
            if pen is not None and identity in (None, pen.identity) and self._may_be(pen):
                return port
        return None

    def _may_be(self, pen: PenDescription) -> bool:
        return self._memory is None or not self._memory.only or pen.serial == self._memory.serial

    def _ports(self) -> list[str]:
        present = serial_ports.comports()
        return sorted(
            str(port.device) for port in present if not self._usb_ids or (port.vid, port.pid) in self._usb_ids)
