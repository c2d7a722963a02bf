"""The dose as the anesthetic page asks about it."""

from console.domain.dose import Application, DoseCheck, check_dose
from console.domain.session_state import SessionState
from console.services.product_desk import ProductDesk


def age_months(state: SessionState) -> int | None:
    """Give the patient's age in months, None where it is not known."""
    opened = state.opened
    return opened.age_years * 12 if opened is not None and opened.age_years is not None else None


def dose_on_skin(desk: ProductDesk, state: SessionState) -> DoseCheck:
    """Judge all that was put on in this session together."""
    put_on = [
        Application(desk.label(one.applied.product), one.applied.mass_mg, one.applied.area_mm2, one.applied.occluded,
                    authorised=True)
        for one in state.anesthetics.values()]
    return check_dose(put_on, age_months(state))


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
