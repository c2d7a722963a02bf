"""How loud the alarms are, how long a pause of them lasts, and whether low ones sound: kept as settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.ports import KeptSettings, Registry
from console.domain.rights import Right, require
from console.services.clinical_settings import Option, SettingEntry, SettingField

SOUND = "sound"
LEVEL, PAUSE, LOW_SOUNDS = "alarm_level", "alarm_pause_s", "alarm_low_sounds"
LEVELS = (1, 2, 3, 4, 5)
PAUSES_S = (30, 60, 120)
ON, OFF = "on", "off"
NOTE = ("The loudness is this console's and can be changed in the menu too; it never falls to nothing. A pause ends by "
        "itself and never silences a high alarm. What becomes of an alarm nobody answers stands with each alarm.")


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """``level`` 1 to 5, ``pause_s`` seconds, ``low_sounds``: whether alarms of low priority are heard."""

    level: int = 3
    pause_s: int = 120
    low_sounds: bool = False


def pause_words(seconds: int) -> str:
    """Say how long a pause lasts: «2 min», «30 s»."""
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"


_CHOICES = {
    LEVEL: {str(level): f"{level} of 5" for level in LEVELS},
    PAUSE: {str(seconds): pause_words(seconds) for seconds in PAUSES_S},
    LOW_SOUNDS: {OFF: "Only shown", ON: "Shown and heard"},
}
_LABELS = {LEVEL: "Loudness", PAUSE: "A pause of the sounds lasts", LOW_SOUNDS: "Low alarms are"}


def read_sound(registry: KeptSettings) -> SoundPlan:
    """Give what counts; a value that can no longer be read counts as not set."""
    kept = {name: registry.setting(name) for name in _CHOICES}
    usual = _kept(SoundPlan())
    good = {name: value if value in _CHOICES[name] else usual[name] for name, value in kept.items()}
    return SoundPlan(int(good[LEVEL]), int(good[PAUSE]), good[LOW_SOUNDS] == ON)


def _kept(plan: SoundPlan) -> dict[str, str]:
    return {LEVEL: str(plan.level), PAUSE: str(plan.pause_s), LOW_SOUNDS: ON if plan.low_sounds else OFF}


def sound_entry(plan: SoundPlan) -> SettingEntry:
    """Give it as an entry of the settings page."""
    kept = _kept(plan)
    loudness = SettingField(LEVEL, _LABELS[LEVEL], plan.level, unit="of 5", low=LEVELS[0], high=LEVELS[-1],
                            compared=False)
    fields = (loudness, *(
        SettingField(name, _LABELS[name], kept[name], compared=False,
                     options=tuple(Option(key, words) for key, words in _CHOICES[name].items()))
        for name in (PAUSE, LOW_SOUNDS)))
    summary = f"loudness {plan.level}, pause {pause_words(plan.pause_s)}"
    return SettingEntry(SOUND, SOUND, SOUND, "Alarm sounds", summary, "", None, fields, NOTE)


def save_sound(registry: Registry, changes: Mapping[str, int | str], editor: Staff | None) -> None:
    """Keep what changed; Refusal and nothing saved where it cannot be."""
    require(editor, Right.EDIT_CLINIC)
    wanted = {name: str(value) for name, value in changes.items() if name in _CHOICES}
    for name, value in wanted.items():
        if value not in _CHOICES[name]:
            raise Refusal(f"{_LABELS[name]} cannot be «{value}»", "nothing was saved",
                          f"choose one of {', '.join(_CHOICES[name])}")
    for name, value in wanted.items():
        registry.save_setting(name, value, editor.staff_id if editor is not None else "")
