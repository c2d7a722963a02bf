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
REST_S, LONG_REST_S = 5.0, 30.0  # how long a silent port is left alone; the longer while a known pen is away
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
        self._looked, self._last = False, ""  # the port a pen was found on last
        self._rests_until_s: dict[str, float] = {}

    def __call__(self, identity: tuple[str, str] | None, stop: threading.Event) -> str | None:
        """Give a port on which this pen (None: any) speaks, or None.

        What was silent rests a while, so that neither a port that comes nor the pen's own waits for it.
        """
        present = self._ports()
        self._rest(present, identity)
        for port in present:
            if stop.is_set() or self._clock.monotonic_s() < self._rests_until_s.get(port, float("-inf")):
                continue
            pen = self._heard_on(port, stop)
            if pen is not None and identity in (None, pen.identity) and self._may_be(pen):
                self._last = port
                return port
            if port != self._last:
                self._rests_until_s[port] = self._clock.monotonic_s() + (REST_S if identity is None else LONG_REST_S)
        return None

    def _rest(self, present: list[str], identity: tuple[str, str] | None) -> None:
        """Forget ports that went; at the first look for a lost pen, one that was there all the time is not its."""
        first_look, self._looked = not self._looked, True
        if first_look and identity is not None:
            self._rests_until_s = dict.fromkeys(present, self._clock.monotonic_s() + REST_S)
        self._rests_until_s = {port: at_s for port, at_s in self._rests_until_s.items() if port in present}

    def _heard_on(self, port: str, stop: threading.Event) -> PenDescription | None:
        try:
            opened = open_byte_port(port, self._line)
        except (OSError, ValueError):
            return None
        try:
            return listen(opened, plug_name(port), self._make_driver(), self._clock, stop)
        except OSError:
            return None
        finally:
            opened.close()

    def _may_be(self, pen: PenDescription) -> bool:
        return self._memory is None or not self._memory.only or pen.serial == self._memory.serial

    def _ports(self) -> list[str]:
        present = serial_ports.comports()
        return sorted(
            str(port.device) for port in present if not self._usb_ids or (port.vid, port.pid) in self._usb_ids)
