"""Words for what sessions are filtered by."""

from collections.abc import Mapping

from console.domain.session_list import FacetKind

KIND_WORDS: dict[FacetKind, str] = {
    FacetKind.STANDING: "How it ended",
    FacetKind.PRACTITIONER: "Practitioner",
    FacetKind.AREA: "Area",
    FacetKind.INDICATION: "Indication",
    FacetKind.ALARM: "Alarm",
    FacetKind.MARK: "Deviation or mark",
    FacetKind.MISSING: "Completeness",
    FacetKind.ROOM: "Room",
    FacetKind.PEN: "Pen",
    FacetKind.LOT: "Lot",
    FacetKind.PLAN: "Plan",
    FacetKind.MAP: "Map",
    FacetKind.CLINIC: "Clinic",
    FacetKind.KIND: "Kind",
    FacetKind.STATE: "Seal",
}
_STANDINGS = {
    "open": "Open", "finished": "Finished", "stopped": "Stopped", "deferred": "Deferred",
    "opened_in_error": "In error", "abandoned": "Abandoned", "cut_off": "Cut off", "bench": "Bench", "erased": "Erased",
    "sealed": "Sealed", "amended": "Amended"}
_MARKS = {
    "any": "Any deviation", "override": "Screening overridden", "off_label": "Off label",
    "removed_early": "Anesthetic off early", "left_on_long": "Anesthetic on too long",
    "passes_short": "Passes left out", "target_changed": "Target changed", "gap": "Gap in the samples",
    "lot_missing": "Lot missing", "not_competent": "No competence", "cartridge_broken": "Cartridge broken",
    "consent_withdrawn": "Consent withdrawn", "by_hand": "Entered by hand", "amended": "Amended",
    "reaction": "Reaction", "emergency": "Emergency", "handed_over": "Handed over",
    "restarted": "Console restarted", "entered_afterwards": "Entered from paper"}
_MISSING = {
    "complete": "Complete", "signature": "Signature", "consent": "Signed consent", "photos_before": "Photos before",
    "photos_after": "Photos after", "lot": "Lot", "endpoint": "Endpoint", "aftercare": "Aftercare sheet",
    "next_session": "Next session"}
_ALARMS = {"any": "Any alarm", "high": "High priority", "medium": "Medium priority", "low": "Low priority"}


def standing_words(standing: str) -> str:
    """Give how a session ended, in words."""
    return _STANDINGS.get(standing, standing)


def mark_words(mark: str) -> str:
    """Give a mark in words."""
    return _MARKS.get(mark, mark.replace("_", " "))


def missing_words(missing: str) -> str:
    """Give what a record lacks, in words."""
    return _MISSING.get(missing, missing.replace("_", " "))


class FacetWords:
    """Words for a facet's values: staff, plans, alarms and areas by the names the clinic has for them."""

    def __init__(
        self, staff: Mapping[str, str], plans: Mapping[str, str], alarms: Mapping[str, str],
        areas: Mapping[str, str],
    ) -> None:
        self._names: dict[FacetKind, Mapping[str, str]] = {
            FacetKind.PRACTITIONER: {one: f"{one}  {name}" for one, name in staff.items()}, FacetKind.PLAN: plans,
            FacetKind.ALARM: {**alarms, **_ALARMS}, FacetKind.AREA: areas, FacetKind.STANDING: _STANDINGS,
            FacetKind.STATE: _STANDINGS, FacetKind.MARK: _MARKS, FacetKind.MISSING: _MISSING}

    def say(self, kind: FacetKind, value: str) -> str:
        """Give a value in words."""
        found = self._names.get(kind, {}).get(value)
        if found is not None:
            return found
        plain = kind in (FacetKind.INDICATION, FacetKind.MAP, FacetKind.KIND, FacetKind.ALARM, FacetKind.AREA)
        return value.replace("_", " ").capitalize() if plain else value
