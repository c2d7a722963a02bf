"""Topical anesthetic: dose against the label, and the dwell clock.

Limits are the label's: g per cm², most grams, most area, bands by age and weight. Amounts of several
products are summed as shares of each one's own ceiling. There is no mg-per-kg ceiling here: those of
injections do not hold for what lies on skin. Masses in mg, areas in mm², times in seconds.
"""

from collections.abc import Sequence
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

    @property
    def source(self) -> str:
        """Give the sources as one line."""
        return cite(self.sources)


@dataclass(frozen=True, slots=True)
class ToxicitySign:
    """A sign of local anesthetic toxicity, ``early`` or ``late``."""

    sign_id: str
    text: str
    stage: str
    source: Source


class Severity(StrEnum):
    """``over``: past a label's limit; ``ask``: something must be known first; ``note``: for the eye."""

    OVER = "over"
    ASK = "ask"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class DoseFinding:
    """One remark on a dose, in a sentence."""

    severity: Severity
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Application:
    """An amount of one product on one or several areas."""

    product: Anesthetic
    mass_mg: int
    area_mm2: int
    occluded: bool = False


@dataclass(frozen=True, slots=True)
class DoseCheck:
    """A dose judged. Limits are those of the first product; ``share`` is of the tightest ceiling (1 = at it).

    ``share`` is None where no product names a ceiling.
    """

    findings: tuple[DoseFinding, ...]
    mg_per_cm2: int | None
    max_mass_mg: int | None
    max_area_mm2: int | None
    max_contact_s: int | None
    share: float | None

    @property
    def within_label(self) -> bool:
        """Tell whether no limit is passed and nothing is left to ask."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)


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


def check_dose(
    applications: Sequence[Application], age_months: int | None, weight_g: int | None = None
) -> DoseCheck:
    """Judge everything on the skin together against the labels.

    >>> check_dose([], None).within_label
    True
    """
    findings: list[DoseFinding] = []
    mass_sum, area_sum = Fraction(0), Fraction(0)
    shares: list[Fraction] = []
    for application in applications:
        band, obstacle = band_for(application.product, age_months, weight_g)
        findings += _findings(application, band, obstacle)
        local = _share_of(application.mass_mg, _local_limit_mg(application))
        mass = _share_of(application.mass_mg, band.max_mass_mg if band else None)
        area = _share_of(application.area_mm2, band.max_area_mm2 if band else None)
        mass_sum, area_sum = mass_sum + (mass or 0), area_sum + (area or 0)
        shares += [share for share in (local, mass, area) if share is not None]
    if len(applications) > 1:
        findings += _sum_findings(applications, max(mass_sum, area_sum))
    tightest = float(max(*shares, mass_sum, area_sum)) if shares else None
    return _summary(applications, findings, tightest, age_months, weight_g)


def _share_of(amount: int, limit: int | None) -> Fraction | None:
    if limit is None:
        return None
    return Fraction(amount, limit) if limit else Fraction(amount > 0)


def _summary(
    applications: Sequence[Application], findings: list[DoseFinding], share: float | None,
    age_months: int | None, weight_g: int | None,
) -> DoseCheck:
    if not applications:
        return DoseCheck((), None, None, None, None, None)
    first = applications[0]
    band = band_for(first.product, age_months, weight_g)[0]
    area = sum(application.area_mm2 for application in applications)
    mass = sum(application.mass_mg for application in applications)
    return DoseCheck(
        tuple(findings), mass * MM2_PER_CM2 // area if area > 0 else None,
        _most_mg(first, band), band.max_area_mm2 if band else None,
        band.max_contact_s if band else None, share,
    )


def _most_mg(application: Application, band: DoseBand | None) -> int | None:
    """Give the tightest ceiling in grams known for this product on this area."""
    known = [limit for limit in (band.max_mass_mg if band else None, _local_limit_mg(application))
             if limit is not None]
    return min(known) if known else None


def _local_limit_mg(application: Application) -> int | None:
    """Give what the label allows on so large an area; such limits do not add up over areas."""
    limits = [table_limit_mg(application.product, application.area_mm2)]
    high = application.product.mg_per_cm2_high
    if high is not None:
        limits.append(high * application.area_mm2 // MM2_PER_CM2)
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _findings(application: Application, band: DoseBand | None, obstacle: str) -> list[DoseFinding]:
    product = application.product
    found = [] if band else [DoseFinding(Severity.ASK, obstacle, product.source)]
    found += _amount_findings(application, band)
    if product.needs_authorisation:
        found.append(DoseFinding(
            Severity.NOTE, f"{product.name} is compounded: the prescriber sets the dose and the areas",
            product.source))
    if product.occlusion is Occlusion.FORBIDDEN and application.occluded:
        found.append(DoseFinding(Severity.OVER, f"{product.name} must not be covered", product.source))
    if product.occlusion is Occlusion.REQUIRED and not application.occluded:
        found.append(DoseFinding(Severity.NOTE, f"{product.name} acts under a dressing", product.source))
    if product.occlusion is not Occlusion.REQUIRED and application.occluded:
        found.append(DoseFinding(Severity.NOTE, "Covering raises what is absorbed", product.source))
    return found


def _amount_findings(application: Application, band: DoseBand | None) -> list[DoseFinding]:
    product, found = application.product, list[DoseFinding]()
    if application.area_mm2 <= 0:
        return [DoseFinding(
            Severity.ASK, f"{product.name}: enter the area in cm²; the limit hangs on it", product.source)]
    per_cm2 = application.mass_mg * MM2_PER_CM2 / application.area_mm2
    if product.mg_per_cm2_high is not None and per_cm2 > product.mg_per_cm2_high:
        found.append(DoseFinding(
            Severity.OVER,
            f"{product.name}: {per_cm2 / 1000:.2f} g per cm² is above the label's "
            f"{product.mg_per_cm2_high / 1000:.2f}", product.source))
    if product.mg_per_cm2_low is not None and per_cm2 < product.mg_per_cm2_low:
        found.append(DoseFinding(
            Severity.NOTE,
            f"{product.name}: {per_cm2 / 1000:.2f} g per cm² is below the label's "
            f"{product.mg_per_cm2_low / 1000:.2f}; it may not numb", product.source))
    table_mg = table_limit_mg(product, application.area_mm2)
    if table_mg is not None and application.mass_mg > table_mg:
        found.append(DoseFinding(
            Severity.OVER, f"{product.name}: {application.mass_mg / 1000:.1f} g is above the label's "
            f"{table_mg / 1000:.1f} g for this area", product.source))
    return found + (_ceiling_findings(application, band) if band else [])


def _ceiling_findings(application: Application, band: DoseBand) -> list[DoseFinding]:
    found: list[DoseFinding] = []
    name, source = application.product.name, cite((band.source,))
    if band.max_mass_mg is not None and application.mass_mg > band.max_mass_mg:
        found.append(DoseFinding(
            Severity.OVER, f"{name}: {application.mass_mg / 1000:.1f} g is above the label's "
            f"{band.max_mass_mg / 1000:g} g", source))
    if band.max_area_mm2 is not None and application.area_mm2 > band.max_area_mm2:
        found.append(DoseFinding(
            Severity.OVER, f"{name}: {application.area_mm2 / MM2_PER_CM2:.0f} cm² is above the label's "
            f"{band.max_area_mm2 / MM2_PER_CM2:g} cm²", source))
    return found


def _sum_findings(applications: Sequence[Application], share: Fraction) -> list[DoseFinding]:
    sources = "; ".join(dict.fromkeys(application.product.source for application in applications))
    if share > 1:
        return [DoseFinding(
            Severity.OVER, f"All products together come to {float(share):.0%} of their labels' limits",
            sources)]
    return [DoseFinding(
        Severity.NOTE, f"Several products add up; together {float(share):.0%} of their limits", sources)]


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


def dwell(applied_at_us: int, onset_s: int, max_contact_s: int, now_us: int) -> Dwell:
    """Read the dwell clock; ready at the onset's second, over at the longest time's second.

    A ``now_us`` before the application (a clock set back) reads as just applied.
    """
    elapsed = max(0.0, (now_us - applied_at_us) / 1_000_000)
    state = DwellState.ONSET
    if elapsed >= max_contact_s:
        state = DwellState.OVER
    elif elapsed >= onset_s:
        state = DwellState.READY
    return Dwell(
        state, elapsed, max(0.0, onset_s - elapsed), max(0.0, max_contact_s - elapsed),
        max(0.0, elapsed - max_contact_s), min(1.0, elapsed / max_contact_s) if max_contact_s else 1.0,
    )
