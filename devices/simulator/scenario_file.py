"""Scenario files: a pen and what befalls it, in the words of ``simulate --fault``.

One file serves the simulator, the training mode, the tour and the tests; what the scripted
practitioner of the tour does stands in its tables ``treatment`` and ``needling``.
"""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from console.domain.errors import OperatorError
from console.services.resources import resource_path
from devices.simulator.faults import Fault, parse_fault
from devices.simulator.pen import PenMake

_NOTHING = "nothing was started"
_KEYS = ("name", "title", "faults", "repeat_s", "pen", "treatment", "needling")
_PEN_KEYS = ("serial", "seed", "rate_hz", "depth_um", "held_s", "cartridge")
HELD_S = 60


@dataclass(frozen=True, slots=True)
class PenScenario:
    """A pen's life: ``faults`` on its timeline, which begins anew every ``repeat_s`` (0: never)."""

    name: str = ""
    title: str = ""
    make: PenMake = field(default_factory=PenMake)
    seed: int = 1
    faults: tuple[Fault, ...] = ()
    repeat_s: float = 0.0
    entry: dict[str, Any] = field(default_factory=dict, repr=False)


def shipped_names() -> list[str]:
    """Give the names of the scenarios that ship."""
    return sorted(path.stem for path in resource_path("scenarios").glob("*.toml"))


def read_scenario(wanted: str) -> PenScenario:
    """Read a shipped scenario by its name, or a file whose name ends in ``.toml``.

    OperatorError names the scenarios there are, or the file, the field and what is allowed there.
    """
    if wanted.endswith(".toml"):
        path = Path(wanted)
    elif wanted in shipped_names():
        path = resource_path("scenarios", f"{wanted}.toml")
    else:
        raise OperatorError(
            f"There is no scenario «{wanted}»", _NOTHING, f"choose one of {', '.join(shipped_names())}")
    try:
        entry = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OperatorError(
            f"The scenario {wanted} cannot be read ({error.strerror})", _NOTHING, "check its name and place") from None
    except ValueError as wrong:  # not TOML, or not UTF-8
        raise OperatorError(f"The scenario {wanted} is wrong: {wrong}", _NOTHING, "mend its file") from None
    return _Reading(wanted).scenario(entry)


class _Reading:
    """One file being read; every complaint names it and the field."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted

    def scenario(self, entry: dict[str, Any]) -> PenScenario:
        self._known(entry, _KEYS, "")
        for key in ("name", "title"):
            if key not in entry:
                raise OperatorError(f"The scenario {self._wanted} lacks '{key}'", _NOTHING, "mend its file")
        pen = entry.get("pen", {})
        if not isinstance(pen, dict):
            raise self._wrong("pen", pen, "a table")
        self._known(pen, _PEN_KEYS, "pen.")
        faults = self._faults(entry.get("faults", []))
        repeat_s = self._number(entry, "repeat_s", 0.0, 86_400)
        if repeat_s and any(fault.at_s >= repeat_s for fault in faults):
            raise self._wrong("repeat_s", repeat_s, "more than the time of the last fault")
        return PenScenario(
            self._text(entry, "name"), self._text(entry, "title"), self._make(pen),
            int(self._number(pen, "seed", 1, 2**31)), faults, repeat_s, entry)

    def _make(self, pen: dict[str, Any]) -> PenMake:
        usual = PenMake()
        rate_hz = int(self._number(pen, "rate_hz", usual.rate_hz, 1_000, 1))
        return replace(
            usual, serial=self._text(pen, "serial", usual.serial), rate_hz=rate_hz,
            resend_samples=round(self._number(pen, "held_s", HELD_S, 3_600) * rate_hz),
            depth_um=int(self._number(pen, "depth_um", usual.depth_um, 0xFFFE)),
            cartridge=self._text(pen, "cartridge", usual.cartridge))

    def _faults(self, written: object) -> tuple[Fault, ...]:
        if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
            raise self._wrong("faults", written, 'a list of texts such as "unplug@30:8"')
        try:
            return tuple(parse_fault(one) for one in written)
        except OperatorError as error:
            happened = f"The scenario {self._wanted} is wrong: {error.happened}"
            raise OperatorError(happened, _NOTHING, error.todo) from None

    def _known(self, table: dict[str, Any], allowed: tuple[str, ...], under: str) -> None:
        for key in table:
            if key not in allowed:
                raise OperatorError(
                    f"The scenario {self._wanted} has an unknown field «{under}{key}»", _NOTHING,
                    f"use {', '.join(allowed)}")

    def _text(self, table: dict[str, Any], key: str, usual: str = "") -> str:
        found = table.get(key, usual)
        if not isinstance(found, str):
            raise self._wrong(key, found, "a text")
        return found

    def _number(self, table: dict[str, Any], key: str, usual: float, most: float, least: float = 0) -> float:
        found = table.get(key, usual)
        if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
            raise self._wrong(key, found, f"a number from {least:g} to {most:g}")
        return float(found)

    def _wrong(self, key: str, found: object, allowed: str) -> OperatorError:
        return OperatorError(
            f"The scenario {self._wanted} is wrong: {key} is {found!r}", _NOTHING, f"give {allowed}")
