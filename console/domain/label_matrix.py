"""What a pen's label covers: on label, off label, or not evaluated, and why.

The worst of all findings counts: off label before not evaluated before on label.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from console.domain.areas import label_of
from console.domain.sources import Source, cite

SKIN_TYPES = ("I", "II", "III", "IV", "V", "VI")


class Standing(StrEnum):
    """How a use stands to the label."""

    ON_LABEL = "on_label"
    OFF_LABEL = "off_label"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class LabelledUse:
    """One labelled use; depths past ``evaluated_to_um`` were not evaluated, None: no such line.

    ``skin_types`` empty: the label names none.
    """

    indication: str
    area_ids: tuple[str, ...]
    min_age_years: int
    skin_types: tuple[str, ...]
    evaluated_to_um: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class PenLabel:
    """A pen's dials and labelled uses. ``link`` is the kind of its profile. None: not stated.

    ``example`` marks a profile that only shows how one is written: it makes no clinical claim.
    """

    pen_id: str
    name: str
    link: str
    depth_low_um: int | None
    depth_high_um: int | None
    depth_step_um: int | None
    depth_tolerance_um: int | None
    rate_low_chz: int | None
    rate_high_chz: int | None
    needles: int | None
    single_use: bool
    uses: tuple[LabelledUse, ...]
    note: str
    sources: tuple[Source, ...]
    reviewed: date | None
    example: bool = False
    idle_load_ma: int | None = None  # the motor's current with the needles in the air, and on the skin
    loaded_load_ma: int | None = None

    @property
    def contact_load_ma(self) -> int | None:
        """Give the current from which on the needles are on the skin: halfway; None where the profile tells none."""
        if self.idle_load_ma is None or self.loaded_load_ma is None:
            return None
        return (self.idle_load_ma + self.loaded_load_ma + 1) // 2


def pen_id_of(model: str) -> str:
    """Give the id of a pen's profile: its model in lower case with hyphens, ``aria-m1``."""
    return "-".join(model.lower().split())


@dataclass(frozen=True, slots=True)
class IntendedUse:
    """What is meant to be done on one area, with which depth at most."""

    indication: str
    area_id: str
    age_years: int | None
    skin_type: str
    depth_um: int


@dataclass(frozen=True, slots=True)
class LabelFinding:
    """How one use stands, with its reasons in sentences (none when on label); ``note`` on the dial's tolerance.

    ``off_reasons`` are those of the reasons that put it off label.
    """

    area_id: str
    standing: Standing
    reasons: tuple[str, ...]
    source: str
    note: str = ""
    off_reasons: tuple[str, ...] = ()


_WORST_FIRST = (Standing.OFF_LABEL, Standing.NOT_EVALUATED, Standing.ON_LABEL)


def judge(pen: PenLabel, use: IntendedUse) -> LabelFinding:
    """Judge one area's use of a pen against its label."""
    if not pen.uses:
        return LabelFinding(
            use.area_id, Standing.NOT_EVALUATED, (f"No label known for {pen.name}",), cite(pen.sources))
    row = next(
        (row for row in pen.uses
         if row.indication == use.indication and use.area_id in row.area_ids), None)
    if row is None:
        what = use.indication.replace("_", " ")
        reason = f"{pen.name} is not labelled for {what} on {label_of(use.area_id).lower()}"
        return LabelFinding(use.area_id, Standing.OFF_LABEL, (reason,), cite(pen.sources), off_reasons=(reason,))
    found = [*_person(row, use), *_depth(pen, row, use)]
    off = tuple(reason for standing, reason in found if standing is Standing.OFF_LABEL)
    return LabelFinding(
        use.area_id, _worst(standing for standing, _ in found), tuple(reason for _, reason in found),
        cite((row.source,)), _tolerance_note(pen, row, use), off)


def _worst(standings: Iterable[Standing]) -> Standing:
    found = {*standings, Standing.ON_LABEL}
    return next(standing for standing in _WORST_FIRST if standing in found)


def _tolerance_note(pen: PenLabel, row: LabelledUse, use: IntendedUse) -> str:
    """Say where the dial's tolerance may lead past the label's line: it never widens the label."""
    lines = [line for line in (pen.depth_high_um, row.evaluated_to_um) if line is not None]
    if not pen.depth_tolerance_um or not lines or use.depth_um > min(lines):
        return ""
    most_um = use.depth_um + pen.depth_tolerance_um
    if most_um <= min(lines):
        return ""
    return (f"The scale may be {pen.depth_tolerance_um / 1000:.2f} mm off: "
            f"{use.depth_um / 1000:.2f} mm set can be {most_um / 1000:.2f} mm")


def _person(row: LabelledUse, use: IntendedUse) -> list[tuple[Standing, str]]:
    found: list[tuple[Standing, str]] = []
    if use.age_years is None:
        found.append((Standing.NOT_EVALUATED, "The age is not known"))
    elif use.age_years < row.min_age_years:
        found.append((Standing.OFF_LABEL, f"The label starts at {row.min_age_years} years"))
    if not row.skin_types:
        return found
    if not use.skin_type and len(row.skin_types) < len(SKIN_TYPES):
        found.append((Standing.NOT_EVALUATED, "The skin type is not known"))
    elif use.skin_type and use.skin_type not in row.skin_types:
        span = f"{row.skin_types[0]} to {row.skin_types[-1]}"
        found.append((Standing.OFF_LABEL, f"The label covers skin types {span}"))
    return found


def _depth(pen: PenLabel, row: LabelledUse, use: IntendedUse) -> list[tuple[Standing, str]]:
    if pen.depth_high_um is not None and use.depth_um > pen.depth_high_um:
        return [(Standing.OFF_LABEL, f"{pen.name} reaches {pen.depth_high_um / 1000:.2f} mm at most")]
    if row.evaluated_to_um is not None and use.depth_um > row.evaluated_to_um:
        return [(Standing.NOT_EVALUATED,
                 f"Depths past {row.evaluated_to_um / 1000:.2f} mm were not evaluated for this use")]
    return []


def judge_all(pen: PenLabel, uses: Sequence[IntendedUse]) -> tuple[Standing, tuple[LabelFinding, ...]]:
    """Judge every area of a plan: the worst standing, and each finding."""
    findings = tuple(judge(pen, use) for use in uses)
    return _worst(finding.standing for finding in findings), findings


def ceiling_um(pen: PenLabel, indication: str, area_id: str) -> int | None:
    """Give the depth to which the label was evaluated for this use; None where it draws no line."""
    lines = [row.evaluated_to_um for row in pen.uses
             if row.indication == indication and area_id in row.area_ids and row.evaluated_to_um is not None]
    return min(lines) if lines else None
