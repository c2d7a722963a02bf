"""The settings of this console itself, beside those of the clinical files: where it stands, backups, the foot."""

from collections.abc import Mapping

from console.domain.people import Staff
from console.services.backup_settings import BACKUPS, backup_entry, save_backups
from console.services.clinical_settings import SettingEntry
from console.services.console import Console
from console.services.hands_settings import PEDAL, pedal_entry, read_pedal, save_pedal
from console.services.place_settings import place_entry, save_place

PLACE = "place"
OWN_KINDS = (PLACE, PEDAL, BACKUPS)


def own_entries(console: Console) -> tuple[SettingEntry, ...]:
    """Give them as they count now."""
    found = [place_entry(console.day.place, console.shelf.current), pedal_entry(read_pedal(console.registry))]
    if console.backups is not None:
        found.append(backup_entry(console.backups))
    return tuple(found)


def save_own(console: Console, kind: str, changes: Mapping[str, int | str], editor: Staff) -> None:
    """Keep what changed; OperatorError and nothing saved where it cannot be."""
    if kind == PLACE:
        save_place(console.day, console.registry, changes, editor)
    elif kind == PEDAL:
        save_pedal(console.registry, changes, editor)
    elif kind == BACKUPS and console.backups is not None:
        save_backups(console.backups, changes, editor)
