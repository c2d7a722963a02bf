"""What a fault came to, and the table of all of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random


@dataclass(slots=True)
class Figure:
    """One fault: how often tried, survived, and what was lost; ``skipped`` says why nothing was tried."""

    name: str
    tried: int = 0
    survived: int = 0
    lost: int = 0  # entries or samples that had been called saved, or alterations nobody found
    worst: str = ""
    skipped: str = ""
    faults: list[str] = field(default_factory=list)

    def count(self, fault: str, lost: int = 0) -> None:
        """Enter one try; an empty ``fault`` is a survivor."""
        self.tried += 1
        self.lost += lost
        if fault:
            self.faults.append(fault)
        else:
            self.survived += 1

    def add(self, other: "Figure") -> None:
        """Enter all tries of another count."""
        self.tried += other.tried
        self.survived += other.survived
        self.lost += other.lost
        self.faults += other.faults
        self.worst = other.worst or self.worst

    @property
    def well(self) -> bool:
        """Tell whether it met its criterion; what was skipped neither passed nor failed."""
        return bool(self.skipped) or (0 < self.tried == self.survived and not self.lost)


@dataclass(frozen=True, slots=True)
class Run:
    """What a fault's module is given: an empty place, dice, and whether the figures of a release are wanted."""

    place: Path
    dice: Random
    release: bool = False
    hours: float = 8.0
    taste: bool = False
    at_most: int | None = None
    standing: Path | None = None

    def stations(self) -> Path:
        """Give the folders of a treatment as it stands at each phase; played now where nobody did before."""
        from tests.faults.taken_up import make_stations

        return self.standing or make_stations(self.place / "played")

    def times(self, taste: int, short: int, release: int) -> int:
        """Give how often to try."""
        wanted = taste if self.taste else release if self.release else short
        return wanted if self.at_most is None else min(wanted, self.at_most)


Fault = Callable[[Run], list[Figure]]


def table(figures: Sequence[Figure]) -> str:
    """Put the figures into lines."""
    lines = [f"{'fault':44} {'tried':>7} {'survived':>9} {'lost':>6}  worst"]
    for one in figures:
        if one.skipped:
            lines.append(f"{one.name:44} {'-':>7} {'-':>9} {'-':>6}  skipped: {one.skipped}")
            continue
        verdict = "" if one.well else "  FELL SHORT"
        lines.append(f"{one.name:44} {one.tried:7} {one.survived:9} {one.lost:6}  {one.worst}{verdict}")
        lines += [f"    {fault}" for fault in one.faults[:3]]
    return "\n".join(lines)


def last_line(figures: Sequence[Figure]) -> str:
    """Sum up in one line."""
    skipped = sum(bool(one.skipped) for one in figures)
    short = sum(not one.well for one in figures)
    return (f"Faults tried {sum(one.tried for one in figures)}, survived {sum(one.survived for one in figures)}, "
            f"lost {sum(one.lost for one in figures)}, kinds skipped {skipped}, kinds that fell short {short}")


def as_json(figures: Sequence[Figure]) -> str:
    """Give the figures for programs."""
    return json.dumps([{**asdict(one), "well": one.well} for one in figures], indent=1)


def from_json(told: str) -> list[Figure]:
    """Read what ``as_json`` gave; ValueError where it is no such thing."""
    return [Figure(**{name: value for name, value in one.items() if name != "well"}) for one in json.loads(told)]
