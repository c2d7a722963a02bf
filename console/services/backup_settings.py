"""Where backups go and which are kept, as an entry of the settings page."""

from collections.abc import Mapping

from console.domain.backups import KeepRule
from console.domain.people import Staff
from console.domain.rights import Right, require
from console.services.backup_desk import KEEP_SETTING, PLACE_SETTING, BackupDesk
from console.services.clinical_settings import SettingEntry, SettingField

BACKUPS = "backups"
MOST_CHARACTERS = 200
NOTE = ("Name a folder on another disk: without one they lie beside the record, and a broken disk takes both. "
        "14,8,24 keeps the newest of 14 days, 8 weeks and 24 months; it is the house's own rule, no law's.")


def backup_entry(backups: BackupDesk) -> SettingEntry:
    """Give it with the age of the last good backup."""
    rule, told = str(backups.rule), backups.notice
    fields = (
        SettingField(PLACE_SETTING, "Disk or folder for backups", backups.place, most=MOST_CHARACTERS, compared=False),
        SettingField(KEEP_SETTING, "Days, weeks and months kept", rule, str(KeepRule()), most=12))
    age = f"last good one: {backups.last_words()}"
    return SettingEntry(BACKUPS, BACKUPS, BACKUPS, "Backups", age, "", None, fields, f"{told} {NOTE}" if told else NOTE)


def save_backups(backups: BackupDesk, changes: Mapping[str, int | str], editor: Staff | None) -> None:
    """Keep what changed; OperatorError and nothing saved where the rule cannot be read."""
    require(editor, Right.KEEP_RECORD)
    rule = KeepRule.parse(str(changes[KEEP_SETTING])) if KEEP_SETTING in changes else None
    if PLACE_SETTING in changes:
        backups.set_place(str(changes[PLACE_SETTING]))
    if rule is not None:
        backups.set_rule(rule)
