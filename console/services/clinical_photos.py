"""Reads the standard photo sets of the clinical files."""

from console.domain.areas import MAP_IDS
from console.domain.photos import VIEW_IDS, PhotoSet
from console.services.toml_entries import Entry


def read_photo_set(entry: Entry) -> PhotoSet:
    """Read one map's set."""
    low, high = entry.maybe_number("distance_low_cm", 1, 1000), entry.maybe_number("distance_high_cm", 1, 1000)
    if (low is None) != (high is None) or (low is not None and high is not None and low > high):
        raise entry.fault("distance_low_cm", low, "both distances, the low one first, or neither")
    views = entry.texts("views", among=VIEW_IDS)
    if not 1 <= len(views) <= 6:
        raise entry.fault("views", f"{len(views)} of them", "1 to 6 views")
    return PhotoSet(
        entry.word("id", MAP_IDS), views, entry.flag("frankfurt"), low, high, entry.texts("reminders", optional=True),
        entry.cited(), entry.day("reviewed"))
