"""Runs the simulated pen on a real byte stream: a pseudo-terminal or a TCP port.

The first line on standard output is its URL. It ends at SIGTERM, SIGINT, or (``--until-eof``,
``--hand``) when standard input ends, so that no pen outlives the program that started it.
"""

import argparse
import os
import queue
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType as StackFrame

from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from devices.simulator import faults
from devices.simulator.faults import Fault, parse_fault
from devices.simulator.hand_words import obey
from devices.simulator.pen import PenMake, SimulatedPen
from devices.simulator.scenario_file import PenScenario, read_scenario, shipped_names
from devices.simulator.sent_log import SentLog
from devices.simulator.speech import PEN_LINK, SPEECHES, usual_rate_hz
from devices.simulator.wires import PtyWire, TcpWire, Wire

_TICK_S = 0.004
_LOG_EVERY_S = 1.0
_USUAL = PenScenario()


def _fault(written: str) -> Fault:
    try:
        return parse_fault(written)
    except OperatorError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _rate_hz(written: str) -> int:
    try:
        rate_hz = int(written)
    except ValueError:
        rate_hz = 0
    if not 1 <= rate_hz <= 1_000:
        raise argparse.ArgumentTypeError("a pen samples 1 to 1000 times a second")
    return rate_hz


def _speed(written: str) -> float:
    try:
        speed = float(written)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1_000:
        raise argparse.ArgumentTypeError("a pen lives more than 0 and at most 1000 times as fast")
    return speed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the simulated pen's options to a parser."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--pty", action="store_true", help="serve a pseudo-terminal (the default, not on Windows)")
    where.add_argument("--tcp", type=int, metavar="PORT", help="serve socket://127.0.0.1:PORT (0: any free port)")
    parser.add_argument("--link", type=Path, metavar="PATH", help="a stable name for the pseudo-terminal")
    parser.add_argument("--list", action="store_true", help="list the scenarios that ship and the faults there are")
    parser.add_argument("--scenario", metavar="NAME|FILE", help="a pen and its faults from a scenario file")
    parser.add_argument("--speak", choices=SPEECHES, default=PEN_LINK,
                        help="what it speaks (%(default)s); the others are read by the example profiles of their names")
    parser.add_argument("--serial", help=f"serial number ({_USUAL.make.serial})")
    parser.add_argument("--rate", type=_rate_hz, metavar="HZ", help=f"samples a second ({_USUAL.make.rate_hz})")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="N", help="live N times as fast as real time")
    parser.add_argument("--seed", type=int, metavar="N", help="another seed is another life")
    parser.add_argument("--depth-um", type=int, metavar="N", help=f"depth dialled in ({_USUAL.make.depth_um} µm)")
    parser.add_argument("--resend", type=int, metavar="N", help="samples held for RESEND (60 s of them)")
    parser.add_argument("--cartridge", metavar="ID", help=f"cartridge on it ({_USUAL.make.cartridge})")
    parser.add_argument(
        "--fault", type=_fault, action="append", default=[], metavar="NAME@T[:…]",
        help="a fault at T seconds of the pen's life, for example unplug@30:5, or corrupt@10:5:0.02 for 5 s and "
             "2%% of frames; repeatable",
    )  # fmt: skip
    parser.add_argument("--hand", action="store_true", help="be led by lines on standard input (motor on, touch …)")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    parser.add_argument("--sent-log", type=Path, metavar="FILE", help="keep account of the samples sent, as JSON")


def build_parser() -> argparse.ArgumentParser:
    """Give a parser of its own for the simulated pen."""
    parser = argparse.ArgumentParser(prog="simulate", description="Run a simulated pen that speaks Pen Link 1.")
    add_arguments(parser)
    return parser


def make_pen(options: argparse.Namespace) -> SimulatedPen:
    """Build the pen the options describe; with no hand to lead it, it works by itself.

    What an option says goes before what the scenario says; faults add up.
    """
    scenario = read_scenario(options.scenario) if options.scenario else _USUAL
    pen = SimulatedPen(
        _make_of(options, scenario), scenario.seed if options.seed is None else options.seed,
        (*scenario.faults, *options.fault), scenario.repeat_s)
    if not options.hand:
        pen.hand.auto = True
        pen.body.motor_on = True
    return pen


def _make_of(options: argparse.Namespace, scenario: PenScenario) -> PenMake:
    make = scenario.make
    rate_hz = usual_rate_hz(options.speak, make.rate_hz) if options.rate is None else options.rate
    held = make.resend_samples * rate_hz // make.rate_hz if options.resend is None else options.resend
    return replace(
        make, rate_hz=rate_hz, resend_samples=held, speaks=options.speak,
        frame_samples=make.frame_samples if options.speak == PEN_LINK else 1,
        serial=make.serial if options.serial is None else options.serial,
        depth_um=make.depth_um if options.depth_um is None else options.depth_um,
        cartridge=make.cartridge if options.cartridge is None else options.cartridge)


def list_all() -> str:
    """Say which scenarios ship and which faults there are."""
    names = shipped_names()
    width = max(len(name) for name in names)
    told = [f"  {name:<{width}}  {read_scenario(name).title}" for name in names]
    return "\n".join(["scenarios:", *told, "", str(faults.__doc__).strip()])


def _make_wire(options: argparse.Namespace) -> Wire:
    if options.tcp is not None:
        try:
            return TcpWire(options.tcp)
        except (OSError, OverflowError) as error:
            raise OperatorError(
                f"port {options.tcp} cannot be served ({error})", todo="choose another number, or 0 for any free one"
            ) from None
    if sys.platform == "win32":
        return TcpWire(0)
    try:
        return PtyWire(options.link)
    except OSError as error:
        raise OperatorError(f"the pseudo-terminal cannot be served ({error})", todo="try --tcp 0") from None


class _Lines:
    """Lines from standard input, read by a thread of their own; None is the end."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="hand-lines", daemon=True).start()

    def _read(self) -> None:
        rest = b""
        while chunk := os.read(0, 4_096):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.waiting.put(line.decode(errors="replace"))
        self.waiting.put(None)


class PenServer:
    """Moves bytes between the simulated pen and its wire until told to stop."""

    def __init__(self, pen: SimulatedPen, wire: Wire, speed: float, sent_log: SentLog | None) -> None:
        self._pen, self._wire, self._speed, self._log = pen, wire, speed, sent_log
        self._clock = SystemClock()
        self._tick_s = max(0.001, min(_TICK_S, 0.02 / speed))
        self._plugged = True
        self.stopped = False

    def run(self, lines: _Lines | None) -> None:
        """Live until stopped, or until the lines end."""
        started_s = self._clock.monotonic_s()
        log_s = started_s + _LOG_EVERY_S
        while not self.stopped:
            now_s = self._clock.monotonic_s()
            self._pen.advance((now_s - started_s) * self._speed)
            if lines is not None:
                self._obey(lines)
            self._mind_the_cable()
            self._send()
            self._pen.receive(self._wire.exchange(self._tick_s))
            if now_s >= log_s:
                log_s = now_s + _LOG_EVERY_S
                self.write_log()

    def write_log(self) -> None:
        """Write the account of what was sent."""
        if self._log is not None:
            self._log.note_pen(self._pen)
            self._log.write()

    def _send(self) -> None:
        for frame in self._pen.take_outgoing():
            if self._wire.queue(frame.wire) and self._log is not None:
                self._log.note(self._pen, frame)

    def _mind_the_cable(self) -> None:
        if self._pen.plugged == self._plugged:
            return
        self._plugged = self._pen.plugged
        if self._plugged:
            self._wire.plug_in()
        else:
            self._wire.pull_out()

    def _obey(self, lines: _Lines) -> None:
        while not lines.waiting.empty():
            line = lines.waiting.get()
            if line is None:
                self.stopped = True
                return
            try:
                obey(self._pen, line)
            except OperatorError as error:
                sys.stderr.write(f"{error}\n")
                sys.stderr.flush()


def run(options: argparse.Namespace) -> int:
    """Run the simulated pen as the options say; 0 when it was told to stop."""
    if options.list:
        sys.stdout.write(list_all() + "\n")
        return 0
    pen, wire = make_pen(options), _make_wire(options)
    server = PenServer(pen, wire, options.speed, SentLog(options.sent_log) if options.sent_log else None)

    def stop(number: int, frame: StackFrame | None) -> None:
        server.stopped = True

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    sys.stdout.write(wire.url + "\n")
    sys.stdout.flush()
    try:
        server.run(_Lines() if options.hand or options.until_eof else None)
    finally:
        wire.pull_out()
        server.write_log()
    return 0


def main() -> int:
    """Run the simulated pen alone; errors are one sentence."""
    options = build_parser().parse_args()
    try:
        return run(options)
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
