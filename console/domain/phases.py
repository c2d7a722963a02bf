"""The nine phases of a treatment and the four steps drawn of them."""

from enum import StrEnum


class Phase(StrEnum):
    """The nine phases, in their order."""

    CHECK_IN = "check_in"
    SCREENING = "screening"
    CONSENT = "consent"
    ANESTHETIC = "anesthetic"
    PREPARATION = "preparation"
    NEEDLING = "needling"
    SERUM = "serum"
    AFTERCARE = "aftercare"
    SIGN_OFF = "sign_off"


PHASES = tuple(Phase)

RAIL = {  # the four steps drawn on screen, and the phases each covers
    "Screening": (Phase.CHECK_IN, Phase.SCREENING, Phase.CONSENT),
    "Anesthetic": (Phase.ANESTHETIC,),
    "Needling": (Phase.PREPARATION, Phase.NEEDLING),
    "Serum": (Phase.SERUM, Phase.AFTERCARE, Phase.SIGN_OFF),
}
