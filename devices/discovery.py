"""Which ports there are and which pen answers on each, asked politely: IDENTIFY and nothing else.

All ports are asked at the same time; one that another program holds is never opened. Known USB bridges
come first in the order, so that they are also the first to be listened to.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from serial.tools import list_ports as serial_ports

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.pen_ports import PortReport, PortState
from console.domain.telemetry import PenDescription
from console.services.clocks import SystemClock
from console.services.pen_memory import PenMemory
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
from devices.port_failures import explain_port_failure, port_state_of
from devices.port_holders import PortHeld
from devices.read_only import write_request
from devices.usb_bridges import bridge_name, driverless

PROBE_S = 1.2
ASKED_AGAIN_S = 0.6
KNOWN_PEN_PROBE_S = 0.3
OTHERS_S = 0.3  # after the first answer, for another pen to answer too
_ASKED_AGAIN_AFTER = (0, 5, 10)  # searches
_AND_EVERY = 30  # searches: a pen on a bridge may be switched on without its port coming or going
_ASK_EVERY_S = 0.5
_READ_WAIT_S = 0.02
_asking_turn = threading.Lock()  # a search and a survey at the same time would find each other's ports busy


@dataclass(frozen=True, slots=True)
class SeenPort:
    """A port this system knows, before anybody was asked."""

    port: str
    description: str
    usb_id: str = ""
    bridge: str = ""


def system_ports() -> list[SeenPort]:
    """Give the serial ports of this machine: known USB bridges first, other USB ports, the rest; by name."""
    found = []
    for port in serial_ports.comports():
        usb_id = f"{port.vid:04X}:{port.pid:04X}" if port.vid is not None and port.pid is not None else ""
        description = "" if port.description in (None, "n/a") else str(port.description)
        device = str(port.device)
        found.append(SeenPort(device, description, usb_id, bridge_name(port.vid, port.pid, device)))
    return sorted(found, key=lambda seen: (not seen.bridge, not seen.usb_id, seen.port))


def _hellos(reader: FrameReader, received: bytes) -> Iterator[Hello]:
    for frame in reader.feed(received):
        try:
            message = decode_pen_message(frame)
        except (MalformedBody, UnknownType):
            continue
        if isinstance(message, Hello):
            yield message


class _Asking:
    """One open port that is being asked. OSError ends it."""

    def __init__(self, port: BytePort, now_s: float) -> None:
        self._port, self._ask_s, self._asked = port, now_s, 0
        self._reader = FrameReader()

    def step(self, now_s: float, wait_s: float) -> PenDescription | None:
        if now_s >= self._ask_s:
            write_request(self._port, encode_console_message(Identify(), self._asked))
            self._ask_s, self._asked = now_s + _ASK_EVERY_S, self._asked + 1
        return next(map(describe, _hellos(self._reader, self._port.read_some(wait_s))), None)


def ask_ports(
    opened: Mapping[str, BytePort],
    clock: Clock,
    limit_s: float = PROBE_S,
    stop: threading.Event | None = None,
    wanted: Callable[[PenDescription], bool] = lambda pen: False,
) -> tuple[dict[str, PenDescription], dict[str, OSError]]:
    """Ask open ports who is there; give who answered, and which ports failed meanwhile.

    Ends at once when a wanted pen answers, and soon after the first that is not.
    """
    answers: dict[str, PenDescription] = {}
    failed: dict[str, OSError] = {}
    end_s = clock.monotonic_s() + limit_s
    asking = {port: _Asking(opened[port], end_s - limit_s) for port in opened}
    while asking and (now_s := clock.monotonic_s()) < end_s and not (stop and stop.is_set()):
        for port, one in list(asking.items()):
            try:
                pen = one.step(now_s, _READ_WAIT_S / len(asking))
            except OSError as failure:
                failed[port] = failure
                del asking[port]
                continue
            if pen is not None:
                answers[port] = pen
                del asking[port]
                end_s = now_s if wanted(pen) else min(end_s, now_s + OTHERS_S)
    return answers, failed


def list_ports(
    ports: Callable[[], list[SeenPort]] = system_ports,
    open_port: Callable[[str], BytePort] = open_byte_port,
    clock: Clock | None = None,
    ours: Mapping[str, PenDescription | None] | None = None,
) -> list[PortReport]:
    """Ask every port of this machine that nobody holds, all at once; takes about a second.

    ``ours`` are the ports this console itself has open, with the pen on each: they are not asked.
    """
    clock = clock or SystemClock()
    ours = {os.path.realpath(port): pen for port, pen in (ours or {}).items()}
    opened: dict[str, BytePort] = {}
    failures: dict[str, Exception] = {}
    present = ports()
    with _asking_turn:
        for seen in present:
            if os.path.realpath(seen.port) in ours:
                continue
            try:
                opened[seen.port] = open_port(seen.port)
            except (OSError, ValueError) as failure:
                failures[seen.port] = failure
        try:
            answers, failed = _ask_all(opened, clock)
        finally:
            for port in opened.values():
                port.close()
    failures.update(failed)
    return [_report(seen, answers, failures, ours) for seen in present] + _without_driver()


def _ask_all(
    opened: Mapping[str, BytePort], clock: Clock
) -> tuple[dict[str, PenDescription], dict[str, OSError]]:
    """Ask until each had its full time: a list must not miss a slow pen for a quick one."""
    answers: dict[str, PenDescription] = {}
    failed: dict[str, OSError] = {}
    end_s = clock.monotonic_s() + PROBE_S
    left = dict(opened)
    while left and (rest_s := end_s - clock.monotonic_s()) > 0:
        found, gone = ask_ports(left, clock, rest_s)
        answers.update(found)
        failed.update(gone)
        left = {port: one for port, one in left.items() if port not in found and port not in gone}
    return answers, failed


def _report(
    seen: SeenPort,
    answers: Mapping[str, PenDescription],
    failures: Mapping[str, Exception],
    ours: Mapping[str, PenDescription | None],
) -> PortReport:
    pen, failure, state = answers.get(seen.port), None, PortState.SILENT
    real = os.path.realpath(seen.port)
    if real in ours:
        pen, state = ours[real], PortState.OURS
    elif pen is not None:
        state = PortState.PEN
    elif seen.port in failures:
        cause = failures[seen.port]
        failure, state = explain_port_failure(seen.port, cause), port_state_of(cause)
    return PortReport(seen.port, seen.description, pen, failure, state, seen.usb_id, seen.bridge)


class SystemSurvey:
    """The ports of this machine. Fulfils ``console.domain.pen_ports.PortSurvey``."""

    def names(self) -> tuple[str, ...]:
        """Give the ports there are now; asks nobody."""
        return tuple(seen.port for seen in system_ports())

    def ask(self, ours: Mapping[str, PenDescription | None]) -> list[PortReport]:
        """Ask each port who is there, all at once; about a second."""
        return list_ports(ours=ours)


def _without_driver() -> list[PortReport]:
    return [
        PortReport(
            "", one.product, None,
            OperatorError(
                f"a {one.bridge.name} bridge ({one.usb_id}) is plugged in, but the system made no port for it",
                "nothing was recorded",
                f"load its driver (sudo modprobe {one.bridge.module}), or remove what keeps it away, such as brltty",
            ),
            PortState.NO_DRIVER, one.usb_id, one.bridge.name,
        )
        for one in driverless()
    ]  # fmt: skip


class PenSearcher:
    """Looks for a pen on the ports of this machine, without pestering those that stay silent.

    A port that has just come is asked at once. A silent one is asked at the fifth and tenth search
    after, then every thirtieth, and anew when it went and came back; so is one with another pen. Of
    several pens that answer, only the one ``memory`` prefers is taken unasked.
    """

    def __init__(
        self,
        clock: Clock,
        ports: Callable[[], list[SeenPort]] = system_ports,
        open_port: Callable[[str], BytePort] = open_byte_port,
        memory: PenMemory | None = None,
    ) -> None:
        self._clock, self._ports, self._open_port = clock, ports, open_port
        self._memory = memory or PenMemory()
        self._searches_since: dict[str, int] = {}  # since a port was first asked in vain
        self._others: dict[str, PenDescription] = {}  # answered, but were not chosen

    def __call__(self, identity: tuple[str, str] | None, stop: threading.Event) -> str | None:
        """Give a port on which this pen (None: any) answers, or None.

        OperatorError when several answer and a person has to choose, or only others than the one wanted.
        """
        present = [seen.port for seen in self._ports()]
        self._searches_since = {port: past + 1 for port, past in self._searches_since.items() if port in present}
        due = [port for port in present if self._is_due(port)]
        answers = self._ask(due, identity, stop) if due and not stop.is_set() else {}
        known = {port: pen for port, pen in self._others.items() if port in present and port not in due}
        self._others = known | answers
        chosen = self._choose(identity)
        if chosen is not None:
            del self._others[chosen]
            self._searches_since.pop(chosen, None)
        return chosen

    def _is_due(self, port: str) -> bool:
        past = self._searches_since.get(port, 0)
        return past in _ASKED_AGAIN_AFTER or past % _AND_EVERY == 0

    def _suits(self, pen: PenDescription, identity: tuple[str, str] | None) -> bool:
        return pen.identity == identity if identity else bool(pen.serial) and pen.serial == self._memory.serial

    def _ask(
        self, due: list[str], identity: tuple[str, str] | None, stop: threading.Event
    ) -> dict[str, PenDescription]:
        opened: dict[str, BytePort] = {}
        first_time = any(port not in self._searches_since for port in due)
        with _asking_turn:
            self._open_all(due, opened)
            return self._ask_opened(opened, identity, first_time, stop)

    def _open_all(self, due: list[str], opened: dict[str, BytePort]) -> None:
        for port in due:
            with suppress(OSError, ValueError):  # its rights may still be on their way: at the next search again
                try:
                    opened[port] = self._open_port(port)
                except PortHeld:
                    self._searches_since.setdefault(port, 0)
        for port in opened:
            self._searches_since.setdefault(port, 0)

    def _ask_opened(
        self, opened: Mapping[str, BytePort], identity: tuple[str, str] | None, first_time: bool, stop: threading.Event
    ) -> dict[str, PenDescription]:
        limit_s = KNOWN_PEN_PROBE_S if identity else PROBE_S if first_time else ASKED_AGAIN_S
        try:
            return ask_ports(opened, self._clock, limit_s, stop, lambda pen: self._suits(pen, identity))[0]
        finally:
            for one in opened.values():
                one.close()

    def _choose(self, identity: tuple[str, str] | None) -> str | None:
        answers = self._others
        suiting = next((port for port, pen in answers.items() if self._suits(pen, identity)), None)
        if suiting is None and identity is not None and answers:
            self._tell_of_others(answers)
        if suiting is not None or not answers or self._memory.only:
            return suiting
        if len(answers) == 1:
            return next(iter(answers))
        pens = _names_of(answers)
        raise OperatorError(
            f"{len(answers)} pens answer: {pens}", "nothing was recorded",
            "choose one by its serial number: --port auto:SERIAL, or the page behind the pen's chip",
        )  # fmt: skip

    @staticmethod
    def _tell_of_others(answers: Mapping[str, PenDescription]) -> NoReturn:
        raise OperatorError(
            f"the pen is away, and another answers: {_names_of(answers)}", "nothing of it is recorded",
            "connect the first one again, or take the other on the sheet «Pen and ports»",
        )  # fmt: skip


def _names_of(answers: Mapping[str, PenDescription]) -> str:
    return ", ".join(f"{pen.model} {pen.serial} on {port}" for port, pen in sorted(answers.items()))
