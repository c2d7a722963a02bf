"""What a person does with the simulated pen, as lines of text.

    motor on | motor off      auto (strokes by itself while the motor runs)
    touch | lift              dial MICROMETRES
    button down | button up   cartridge ID (nothing: takes it off)
    overdepth MICROMETRES S   (the measured depth goes there for S seconds)
    fault NAME[:ARG]          (a fault of the timeline, now)

The console cannot say any of this: it is the practitioner's side of the pen.
"""

from collections.abc import Callable

from console.domain.errors import OperatorError
from devices.simulator.faults import parse_fault
from devices.simulator.pen import SimulatedPen


def _motor(pen: SimulatedPen, words: list[str]) -> None:
    pen.set_motor({"on": True, "off": False}[words[0]])


def _button(pen: SimulatedPen, words: list[str]) -> None:
    pen.set_button({"down": True, "up": False}[words[0]])


def _dial(pen: SimulatedPen, words: list[str]) -> None:
    pen.set_dial(min(0xFFFE, max(0, int(words[0]))))


def _touch(pen: SimulatedPen, words: list[str]) -> None:
    pen.hand.auto, pen.hand.touching = False, True


def _lift(pen: SimulatedPen, words: list[str]) -> None:
    pen.hand.auto, pen.hand.touching = False, False


def _auto(pen: SimulatedPen, words: list[str]) -> None:
    pen.hand.auto = True


def _cartridge(pen: SimulatedPen, words: list[str]) -> None:
    pen.set_cartridge(words[0] if words else "")


def _overdepth(pen: SimulatedPen, words: list[str]) -> None:
    pen.press_deeper(int(words[0]), float(words[1]))


def _fault(pen: SimulatedPen, words: list[str]) -> None:
    name, _, arg = words[0].partition(":")
    pen.strike(parse_fault(f"{name}@0:{arg}" if arg else f"{name}@0"))


_WORDS: dict[str, Callable[[SimulatedPen, list[str]], None]] = {
    "motor": _motor,
    "button": _button,
    "dial": _dial,
    "touch": _touch,
    "lift": _lift,
    "auto": _auto,
    "cartridge": _cartridge,
    "overdepth": _overdepth,
    "fault": _fault,
}


def obey(pen: SimulatedPen, line: str) -> None:
    """Do what one line says; OperatorError when it cannot be understood."""
    words = line.split()
    if not words:
        return
    act = _WORDS.get(words[0])
    try:
        if act is None:
            raise ValueError(words[0])
        act(pen, words[1:])
    except (KeyError, IndexError, ValueError):
        raise OperatorError(
            f"the hand does not understand «{line.strip()}»", todo=f"say one of {', '.join(_WORDS)}"
        ) from None
