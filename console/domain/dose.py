"""What is on the skin, judged against its labels: each product by itself, then all together.

Every product's exposure is a share of its own label's ceiling (1 = at it); the shares are added, removed
products and those of the last hours included. Masses in mg, areas in mm², times in UTC microseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from console.domain.anesthesia import (
    MM2_PER_CM2,
    Anesthetic,
    DoseBand,
    DoseUse,
    ExposureRules,
    Occlusion,
    band_for,
    table_limit_mg,
)
from console.domain.areas import labels_of
from console.domain.sources import cite

SECOND_US = 1_000_000


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
    """An amount of one product on one or several areas; ``earlier``: of a former visit, it only counts."""

    product: Anesthetic
    mass_mg: int
    area_mm2: int
    occluded: bool = False
    area_ids: tuple[str, ...] = ()
    use_id: str = ""
    applied_at_us: int | None = None
    removed_at_us: int | None = None
    authorised: bool = False
    repeat_allowed: bool = False
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class ProductDose:
    """One application judged; limits are its label's for this patient, ``share`` of the tightest (None: none known)."""

    application: Application
    onset_s: int
    onset_to_s: int | None
    max_contact_s: int | None
    mg_per_cm2: int | None
    max_mass_mg: int | None
    max_area_mm2: int | None
    share: float | None
    band: DoseBand | None
    findings: tuple[DoseFinding, ...]


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
    each: tuple[ProductDose, ...] = ()

    @property
    def within_label(self) -> bool:
        """Tell whether no limit is passed and nothing is left to ask."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)


def check_dose(
    applications: Sequence[Application], age_months: int | None, weight_g: int | None = None,
    rules: ExposureRules | None = None,
) -> DoseCheck:
    """Judge everything on the skin together against the labels.

    >>> check_dose([], None).within_label
    True
    """
    counted = _still_counting(applications, rules)
    each = [_judge(one, counted, age_months, weight_g, rules) for one in counted]
    findings = [finding for one in each if not one.application.earlier for finding in one.findings]
    total = sum((_ceiling_share(one.application, age_months, weight_g) for one in each), Fraction(0))
    if len(each) > 1:
        findings += _sum_findings(counted, total)
    known = [one.share for one in each if one.share is not None]
    share = max(*known, float(total)) if known else None
    if not each:
        return DoseCheck((), None, None, None, None, None)
    now = [one for one in each if not one.application.earlier] or each
    mass = sum(one.application.mass_mg for one in now)
    area = sum(one.application.area_mm2 for one in now)
    first = now[0]
    return DoseCheck(
        tuple(findings), mass * MM2_PER_CM2 // area if area > 0 else None, first.max_mass_mg, first.max_area_mm2,
        first.max_contact_s, share, tuple(each))


def _still_counting(applications: Sequence[Application], rules: ExposureRules | None) -> list[Application]:
    """Leave out what came off a former visit's skin longer ago than counts; an unknown time counts."""
    starts = [one.applied_at_us for one in applications if not one.earlier and one.applied_at_us is not None]
    if rules is None or not starts:
        return list(applications)
    since_us = min(starts) - rules.count_back_s * SECOND_US
    return [one for one in applications
            if not one.earlier or one.applied_at_us is None or (one.removed_at_us or one.applied_at_us) >= since_us]


def _judge(
    application: Application, all_of: Sequence[Application], age_months: int | None, weight_g: int | None,
    rules: ExposureRules | None,
) -> ProductDose:
    product, use = application.product, application.product.use(application.use_id)
    band, obstacle = band_for(product, age_months, weight_g)
    found: list[DoseFinding] = []
    if product.least_months is not None and age_months is not None and age_months < product.least_months:
        found.append(_finding(Severity.OVER, product, f"not for patients under {_age_words(product.least_months)}"))
    elif band is None:
        found.append(DoseFinding(Severity.ASK, obstacle, product.source))
    found += _amount_findings(application, band)
    found += _manner_findings(application, rules)
    found += _repeat_findings(application, all_of)
    longest_s = _longest_s(band, use)
    onset_s = use.onset_s if use else product.onset_s
    found += _contact_findings(application, onset_s, longest_s)
    limits = _limits_mg(application, band)
    area = application.area_mm2
    shares = [share for share in (
        *(_share(application.mass_mg, limit) for limit in limits),
        _share(area, band.max_area_mm2 if band and area > 0 else None)) if share is not None]
    return ProductDose(
        application, onset_s, use.onset_to_s if use else product.onset_to_s, longest_s,
        application.mass_mg * MM2_PER_CM2 // area if area > 0 else None, min(limits, default=None),
        band.max_area_mm2 if band else None, float(max(shares)) if shares else None,
        band, tuple(found))


def _longest_s(band: DoseBand | None, use: DoseUse | None) -> int | None:
    if band is None:
        return None
    return use.max_contact_s if use is not None and use.max_contact_s is not None else band.max_contact_s


def _share(amount: int, limit: int | None) -> Fraction | None:
    if limit is None:
        return None
    return Fraction(amount, limit) if limit else Fraction(amount > 0)


def _ceiling_share(application: Application, age_months: int | None, weight_g: int | None) -> Fraction:
    """Give the share of what the label allows on the whole body; limits per area do not add up over areas."""
    band = band_for(application.product, age_months, weight_g)[0]
    if band is None:
        return Fraction(0)
    return max(_share(application.mass_mg, band.max_mass_mg) or Fraction(0),
               _share(application.area_mm2, band.max_area_mm2) or Fraction(0))


def _per_cm2_limits(application: Application) -> tuple[int | None, int | None]:
    product, use = application.product, application.product.use(application.use_id)
    low = use.mg_per_cm2_low if use and use.mg_per_cm2_low is not None else product.mg_per_cm2_low
    high = use.mg_per_cm2_high if use and use.mg_per_cm2_high is not None else product.mg_per_cm2_high
    return low, high


def _limits_mg(application: Application, band: DoseBand | None) -> list[int]:
    """Give every ceiling in mg known for this product, on the whole body and, once its size is known, on this area."""
    limits = [band.max_mass_mg if band else None]
    high = _per_cm2_limits(application)[1]
    if application.area_mm2 > 0:
        limits.append(table_limit_mg(application.product, application.area_mm2))
        limits.append(None if high is None else high * application.area_mm2 // MM2_PER_CM2)
    return [limit for limit in limits if limit is not None]


# --- findings --------------------------------------------------------------------------------------------


def _finding(severity: Severity, product: Anesthetic, words: str, source: str = "") -> DoseFinding:
    return DoseFinding(severity, f"{product.name}: {words}", source or product.source)


def _amount_findings(application: Application, band: DoseBand | None) -> list[DoseFinding]:
    product = application.product
    if application.area_mm2 <= 0:
        return [_finding(Severity.ASK, product, "enter the area in cm²; the limit hangs on it")]
    found: list[DoseFinding] = []
    per_cm2 = application.mass_mg * MM2_PER_CM2 / application.area_mm2
    low, high = _per_cm2_limits(application)
    if high is not None and per_cm2 > high:
        found.append(_finding(
            Severity.OVER, product, f"{_per_cm2(per_cm2, high)} g per cm² is above the label's {_three(high)}"))
    if low is not None and per_cm2 < low:
        found.append(_finding(
            Severity.NOTE, product,
            f"{_per_cm2(per_cm2, low)} g per cm² is below the label's {_three(low)}; it may not numb"))
    table_mg = table_limit_mg(product, application.area_mm2)
    if table_mg is not None and application.mass_mg > table_mg:
        found.append(_finding(
            Severity.OVER, product, f"{application.mass_mg / 1000:.1f} g is above the label's "
            f"{table_mg / 1000:.1f} g for this area"))
    return found + (_ceiling_findings(application, band) if band else [])


def _three(mg_per_cm2: int) -> str:
    return f"{mg_per_cm2 / 1000:.2f}" if mg_per_cm2 % 10 == 0 else f"{mg_per_cm2 / 1000:.3f}"


def _per_cm2(found: float, limit: int) -> str:
    """Write grams per cm² so finely that it does not read as the limit itself."""
    short = f"{found / 1000:.2f}"
    return f"{found / 1000:.4f}" if short == _three(limit) else short


def _ceiling_findings(application: Application, band: DoseBand) -> list[DoseFinding]:
    found: list[DoseFinding] = []
    product, source = application.product, cite((band.source,))
    if band.max_mass_mg is not None and application.mass_mg > band.max_mass_mg:
        found.append(_finding(
            Severity.OVER, product,
            f"{application.mass_mg / 1000:.1f} g is above the label's {band.max_mass_mg / 1000:g} g", source))
    if band.max_area_mm2 is not None and application.area_mm2 > band.max_area_mm2:
        found.append(_finding(
            Severity.OVER, product, f"{application.area_mm2 / MM2_PER_CM2:.0f} cm² is above the label's "
            f"{band.max_area_mm2 / MM2_PER_CM2:g} cm²", source))
    return found


def _manner_findings(application: Application, rules: ExposureRules | None) -> list[DoseFinding]:
    """Judge how it is used: prescription, cover, places to keep away from."""
    product = application.product
    found = _prescription_findings(application, rules)
    avoided = [area_id for area_id in application.area_ids if area_id in product.avoid_areas]
    if avoided:
        found.append(_finding(Severity.OVER, product, f"its label keeps it away from {labels_of(avoided)}"))
    if product.occlusion is Occlusion.FORBIDDEN and application.occluded:
        found.append(DoseFinding(Severity.OVER, f"{product.name} must not be covered", product.source))
    if product.occlusion is Occlusion.REQUIRED and not application.occluded:
        found.append(DoseFinding(Severity.NOTE, f"{product.name} acts under a dressing", product.source))
    if product.occlusion is not Occlusion.REQUIRED and application.occluded:
        found.append(DoseFinding(Severity.NOTE, "Covering raises what is absorbed", product.source))
    return found


def _prescription_findings(application: Application, rules: ExposureRules | None) -> list[DoseFinding]:
    product = application.product
    found: list[DoseFinding] = []
    if product.needs_authorisation and not application.authorised:
        found.append(_finding(
            Severity.ASK, product, "compounded for one patient, not for office use; name who prescribed it for this "
            "patient, and when"))
    elif product.needs_authorisation:
        found.append(DoseFinding(
            Severity.NOTE, f"{product.name} is compounded: the prescriber sets the dose and the areas",
            product.source))
    strength = product.lidocaine_permille
    if (rules is not None and strength is not None and strength > rules.unprescribed_lidocaine_permille
            and not product.prescription and not application.authorised):
        found.append(_finding(Severity.OVER, product, rules.warning, cite((rules.source,))))
    return found


def _repeat_findings(application: Application, all_of: Sequence[Application]) -> list[DoseFinding]:
    product, start_us = application.product, application.applied_at_us
    if product.repeat_after_s is None or application.repeat_allowed or start_us is None:
        return []
    for other in all_of:
        if _is_repeat_of(application, start_us, other, product.repeat_after_s):
            return [_finding(
                Severity.OVER, product, f"put on before within {product.repeat_after_s // 3600} h; not again unless "
                "the prescriber says so")]
    return []


def _is_repeat_of(application: Application, start_us: int, other: Application, repeat_after_s: int) -> bool:
    if other is application or not other.product.needs_authorisation or other.applied_at_us is None:
        return False
    gap_us = start_us - other.applied_at_us
    if other.earlier:
        return gap_us < repeat_after_s * SECOND_US
    elsewhere = bool(other.area_ids and application.area_ids) and not set(other.area_ids) & set(application.area_ids)
    still_on = other.removed_at_us is None or other.removed_at_us > start_us
    return 0 < gap_us < repeat_after_s * SECOND_US and not (elsewhere and still_on)


def _contact_findings(application: Application, onset_s: int, longest_s: int | None) -> list[DoseFinding]:
    if application.applied_at_us is None or application.removed_at_us is None:
        return []
    product = application.product
    contact_s = (application.removed_at_us - application.applied_at_us) // SECOND_US
    if longest_s is not None and contact_s > longest_s:
        return [_finding(Severity.OVER, product, f"{contact_s // 60} min on the skin is above the label's "
                         f"{longest_s // 60} min")]
    if contact_s < onset_s:
        return [_finding(Severity.NOTE, product, f"taken off after {contact_s // 60} min, before its onset of "
                         f"{onset_s // 60} min")]
    return []


def _sum_findings(applications: Sequence[Application], share: Fraction) -> list[DoseFinding]:
    sources = "; ".join(dict.fromkeys(application.product.source for application in applications))
    if share > 1:
        return [DoseFinding(
            Severity.OVER, f"All products together come to {_percent(share)} of their labels' limits", sources)]
    return [DoseFinding(
        Severity.NOTE, f"Several products add up; together {_percent(share)} of their limits", sources)]


def _percent(share: Fraction) -> str:
    """Write a share so that one past the limit never reads as 100 %."""
    return f"{float(share):.1%}" if share > 1 and f"{float(share):.0%}" == "100%" else f"{float(share):.0%}"


def _age_words(months: int) -> str:
    if months % 12 == 0:
        return f"{months // 12} years"
    return f"{months} month{'s' if months > 1 else ''}"
