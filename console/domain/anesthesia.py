"""Topical anesthetics as their labels describe them, and the dwell clock.

Limits are the label's: g per cm², most grams, most area, bands by age and weight. There is no
mg-per-kg ceiling here: those of injections do not hold for what lies on skin. ``dose`` judges an amount
against them. Masses in mg, areas in mm², times in seconds.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from console.domain.sources import Source, cite

MM2_PER_CM2 = 100


class Occlusion(StrEnum):
    """What the label says of covering the product."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class DoseBand:
    """A label's limits for an age (months, ``to_months`` excluded) and least weight; None: not given."""

    from_months: int
    to_months: int | None
    min_weight_g: int | None
    max_contact_s: int
    max_mass_mg: int | None
    max_area_mm2: int | None
    source: Source
    others: tuple["OtherContact", ...] = ()


@dataclass(frozen=True, slots=True)
class OtherContact:
    """A longest time another source gives for the same patients, below ``to_months`` of age; the clinic chooses."""

    max_contact_s: int
    to_months: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class DoseUse:
    """What a label says for one kind of procedure; None: as for the product in general."""

    use_id: str
    name: str
    onset_s: int
    onset_to_s: int | None
    max_contact_s: int | None
    mg_per_cm2_low: int | None
    mg_per_cm2_high: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class DoseStep:
    """A row of a label's table: so much for so large an area."""

    area_mm2: int
    mass_mg: int


@dataclass(frozen=True, slots=True)
class Anesthetic:
    """A topical anesthetic as its label describes it. ``bands`` run from the youngest up."""

    clinical_id: str
    name: str
    strength: str
    onset_s: int
    mg_per_cm2_low: int | None
    mg_per_cm2_high: int | None
    bands: tuple[DoseBand, ...]
    table: tuple[DoseStep, ...]
    occlusion: Occlusion
    needs_authorisation: bool
    removal: str
    cautions: tuple[str, ...]
    conflict: str
    sources: tuple[Source, ...]
    reviewed: date
    onset_to_s: int | None = None
    least_months: int | None = None
    lidocaine_permille: int | None = None
    prescription: bool = False
    repeat_after_s: int | None = None
    avoid_areas: tuple[str, ...] = ()
    uses: tuple[DoseUse, ...] = ()

    def use(self, use_id: str) -> DoseUse | None:
        """Give what the label says for a procedure, None where it does not name it."""
        return next((one for one in self.uses if one.use_id == use_id), None)

    @property
    def source(self) -> str:
        """Give the sources as one line."""
        return cite(self.sources)


@dataclass(frozen=True, slots=True)
class ExposureRules:
    """Rules over all products: how long an application counts, and what is not for use without a prescription."""

    count_back_s: int
    unprescribed_lidocaine_permille: int
    warning: str
    source: Source
    count_back_source: Source


@dataclass(frozen=True, slots=True)
class ToxicitySign:
    """A sign of local anesthetic toxicity, ``early`` or ``late``."""

    sign_id: str
    text: str
    stage: str
    source: Source


def band_for(
    product: Anesthetic, age_months: int | None, weight_g: int | None
) -> tuple[DoseBand | None, str]:
    """Find the label's band for a patient: the band, and in a sentence what stands in the way.

    A weight below a band's least drops to the band before it, as labels say.
    """
    if age_months is None:
        return None, f"{product.name}: the label's limits go by age; enter the date of birth"
    places = [place for place, band in enumerate(product.bands) if _is_of_age(band, age_months)]
    if not places:
        return None, f"{product.name}: the label gives no limits for this age"
    place = places[0]
    while place >= 0:
        band = product.bands[place]
        if band.min_weight_g is None or (weight_g is not None and weight_g > band.min_weight_g):
            return band, ""
        if weight_g is None:
            return None, f"{product.name}: the label's limits go by weight at this age; enter the weight"
        place -= 1
    return None, f"{product.name}: the label gives no limits for this weight"


def _is_of_age(band: DoseBand, age_months: int) -> bool:
    return band.from_months <= age_months and (band.to_months is None or age_months < band.to_months)


def table_limit_mg(product: Anesthetic, area_mm2: int) -> int | None:
    """Read the label's table for an area, in a straight line between rows; None without a table.

    Below the first row the first row's amount per area holds; past the last, the last row.
    """
    if not product.table:
        return None
    below = DoseStep(0, 0)
    for step in product.table:
        if area_mm2 <= step.area_mm2:
            part = Fraction(area_mm2 - below.area_mm2, step.area_mm2 - below.area_mm2)
            return int(below.mass_mg + part * (step.mass_mg - below.mass_mg))
        below = step
    return product.table[-1].mass_mg


class DwellState(StrEnum):
    """Not yet numb; ready; past the longest time."""

    ONSET = "onset"
    READY = "ready"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Dwell:
    """The dwell clock at one moment, in seconds. ``share`` of the longest time runs from 0 to 1."""

    state: DwellState
    elapsed_s: float
    ready_in_s: float
    remove_in_s: float
    over_s: float
    share: float


def dwell(applied_at_us: int, onset_s: int, max_contact_s: int, now_us: int, earliest_us: int | None = None) -> Dwell:
    """Read the dwell clock; ready at the onset's second, over at the longest time's second.

    A ``now_us`` before the application (a clock set back) reads as just applied. Where the start is in
    doubt, ``earliest_us`` is the earliest it may have been: the longest time is counted from there.
    """
    elapsed = max(0.0, (now_us - applied_at_us) / 1_000_000)
    at_most = elapsed if earliest_us is None else max(elapsed, (now_us - earliest_us) / 1_000_000)
    state = DwellState.ONSET
    if at_most >= max_contact_s:
        state = DwellState.OVER
    elif elapsed >= onset_s:
        state = DwellState.READY
    return Dwell(
        state, elapsed, max(0.0, onset_s - elapsed), max(0.0, max_contact_s - at_most),
        max(0.0, at_most - max_contact_s), min(1.0, at_most / max_contact_s) if max_contact_s else 1.0,
    )
