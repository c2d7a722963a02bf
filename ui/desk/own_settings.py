"""The settings of this console itself, beside those of the clinical files: where it stands, backups, foot and voice."""

from collections.abc import Mapping

from console.domain.people import Staff
from console.services.backup_settings import BACKUPS, backup_entry, save_backups
from console.services.clinical_settings import SettingEntry
from console.services.console import Console
from console.services.hands_settings import (
    PEDAL,
    SPEECH,
    pedal_entry,
    read_pedal,
    save_pedal,
    save_speech,
    speech_entry,
)
from console.services.place_settings import place_entry, save_place
from console.services.retention_settings import RETENTION, retention_entry, save_retention
from console.services.second_signature import SECOND, save_second, second_entry
from console.services.sound_settings import SOUND, read_sound, save_sound, sound_entry

PLACE = "place"
OWN_KINDS = (PLACE, SOUND, PEDAL, SPEECH, SECOND, RETENTION, BACKUPS)
AT_ONCE = (SOUND, PEDAL, SPEECH, SECOND, RETENTION, BACKUPS)  # the others count from the next session on


def own_entries(console: Console, voice_name: str) -> tuple[SettingEntry, ...]:
    """Give them as they count now."""
    registry = console.registry
    found = [place_entry(console.day.place, console.shelf.current), sound_entry(read_sound(registry)),
             pedal_entry(read_pedal(registry)), speech_entry(registry, voice_name), second_entry(registry),
             retention_entry(registry)]
    if console.backups is not None:
        found.append(backup_entry(console.backups))
    return tuple(found)


def save_own(console: Console, kind: str, changes: Mapping[str, int | str], editor: Staff) -> None:
    """Keep what changed; OperatorError and nothing saved where it cannot be."""
    if kind == PLACE:
        save_place(console.day, console.registry, changes, editor)
    elif kind == SOUND:
        save_sound(console.registry, changes, editor)
    elif kind == PEDAL:
        save_pedal(console.registry, changes, editor)
    elif kind == SPEECH:
        save_speech(console.registry, changes, editor)
    elif kind == SECOND:
        save_second(console.registry, changes, editor)
    elif kind == RETENTION:
        save_retention(console.registry, changes, editor)
    elif kind == BACKUPS and console.backups is not None:
        save_backups(console.backups, changes, editor)
