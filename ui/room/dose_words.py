"""The dose as the anesthetic page asks about it."""

from console.domain.dose import DoseCheck


def why_not_yet(check: DoseCheck | None, mass_mg: int, area_mm2: int, longest_s: int) -> str:
    """Give the reason why it cannot be put on yet, empty if it can."""
    if check is None:
        return "scan the product first"
    if not longest_s:
        return "no longest time for this patient"
    if not mass_mg:
        return "enter the amount"
    if not area_mm2:
        return "enter the area"
    severities = {one.severity.value for one in check.findings}
    if "over" in severities:
        return "over the label's limit"
    return "something must be known first" if "ask" in severities else ""
