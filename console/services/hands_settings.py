"""What the clinic chose for foot and ear, kept as settings and shown as entries of the settings page."""

from collections.abc import Mapping
from dataclasses import replace

from console.domain.errors import OperatorError, Refusal
from console.domain.pedal import (
    GESTURE_WORDS,
    ORDERS,
    FootAct,
    Gesture,
    PedalPlan,
    order_key,
    order_words,
    read_order,
)
from console.domain.people import Staff
from console.domain.ports import KeptSettings, Registry
from console.domain.rights import Right, allows
from console.services.clinical_settings import Option, SettingEntry, SettingField
from console.services.spoken_cues import EVERY_MIN, OFF, ON, SPEECH_SETTING

PEDAL, SPEECH = "pedal", "speech"
SWITCHES, KEY, ORDER = "pedal_switches", "pedal_key", "pedal_order"
OWN_KEYS = {act: f"pedal_key_{act}" for act in FootAct}
SWITCH_WORDS = {"1": "One switch", "2": "Two", "3": "Three"}
_COUNTED = {2: "Two", 3: "Three"}
_KEY_LABELS = {FootAct.FORWARD: "Right of two or three: forward", FootAct.PAUSE: "Left of two, middle of three: pause",
               FootAct.MARK: "Left of three: mark"}
NOTE = ("The foot acts on the needling page only. Holding a switch for 1 s answers the alarm on the line first, and "
        "ends needling once every pass is done. Of two switches the left one, held, marks. Best keys are F13 to F24; "
        "one that types a letter types in fields.")


def read_pedal(registry: KeptSettings) -> PedalPlan:
    """Give the pedal as the clinic set it; what can no longer be read counts as not set."""
    plan = PedalPlan()
    try:
        return _with(plan, {name: registry.setting(name, value) for name, value in _kept(plan).items()}).proved()
    except OperatorError:
        return plan


def _kept(plan: PedalPlan) -> dict[str, str]:
    own = {OWN_KEYS[act]: key for act, key in zip(FootAct, plan.own_keys, strict=True)}
    return {SWITCHES: str(plan.switches), KEY: plan.key, ORDER: order_key(plan.order), **own}


def _with(plan: PedalPlan, changes: Mapping[str, int | str]) -> PedalPlan:
    kept = _kept(plan) | {name: str(value) for name, value in changes.items()}
    forward, pause, mark = (kept[OWN_KEYS[act]] for act in FootAct)
    if kept[SWITCHES] not in SWITCH_WORDS:
        raise Refusal(f"A pedal with «{kept[SWITCHES]}» switches is not known", "nothing was changed", "give 1, 2 or 3")
    return replace(plan, switches=int(kept[SWITCHES]), key=kept[KEY], order=read_order(kept[ORDER]),
                   own_keys=(forward, pause, mark))


def pedal_entry(plan: PedalPlan) -> SettingEntry:
    """Give it as an entry of the settings page."""
    switches = tuple(Option(key, words) for key, words in SWITCH_WORDS.items())
    fields = [
        SettingField(SWITCHES, "Pedal with", str(plan.switches), options=switches, compared=False),
        SettingField(KEY, "Key of a single switch", plan.key, learned=True, compared=False),
        SettingField(ORDER, "A single switch does", order_key(plan.order), compared=False,
                     options=tuple(Option(order_key(one), order_words(one)) for one in ORDERS)),
    ]
    fields += [SettingField(OWN_KEYS[act], _KEY_LABELS[act], key, learned=True, compared=False)
               for act, key in zip(FootAct, plan.own_keys, strict=True)]
    return SettingEntry(PEDAL, PEDAL, PEDAL, "Foot pedal", pedal_words(plan), "", None, tuple(fields), NOTE)


def pedal_words(plan: PedalPlan) -> str:
    """Say the pedal in one line: «F13, press: forward»."""
    if plan.several:
        return f"{_COUNTED[plan.switches]} switches: " + ", ".join(reversed(plan.keys))
    return f"{plan.key}, {GESTURE_WORDS[Gesture.PRESS]}: {plan.order[0]}"


def save_pedal(registry: Registry, changes: Mapping[str, int | str], editor: Staff | None) -> PedalPlan:
    """Keep what changed and give the pedal as it counts from now on; Refusal and nothing saved where it cannot be."""
    by = _allowed(editor)
    wanted = _with(read_pedal(registry), changes).proved()
    for name, value in _kept(wanted).items():
        if name in changes:
            registry.save_setting(name, value, by)
    return wanted


def speech_entry(registry: KeptSettings, voice_name: str) -> SettingEntry:
    """Give the spoken cues as an entry of the settings page; ``voice_name`` is empty where the computer has none."""
    value = registry.setting(SPEECH_SETTING, OFF)
    options = (Option(OFF, "Off"), Option(ON, "On"))
    fields = (SettingField(SPEECH_SETTING, "Spoken while needling", value, options=options, compared=False),)
    voice = (f"This computer speaks through {voice_name}." if voice_name else
             "This computer has no voice, so nothing is spoken; one comes with espeak-ng or speech-dispatcher.")
    note = (f"{voice} Said are the area and its pass, every {EVERY_MIN} minutes on an area, and a pen that is lost; "
            "never a patient's name, never over an alarm.")
    words = "no voice here" if not voice_name else value
    return SettingEntry(SPEECH, SPEECH, SPEECH, "Spoken cues", words, "", None, fields, note)


def save_speech(registry: Registry, changes: Mapping[str, int | str], editor: Staff | None) -> None:
    """Keep what changed; Refusal and nothing saved where it cannot be."""
    by, wanted = _allowed(editor), str(changes.get(SPEECH_SETTING, OFF))
    if wanted not in (ON, OFF):
        raise Refusal(f"Spoken cues cannot be «{wanted}»", "nothing was saved", "choose on or off")
    registry.save_setting(SPEECH_SETTING, wanted, by)


def _allowed(editor: Staff | None) -> str:
    if editor is None or not allows(editor, Right.EDIT_CLINIC):
        raise Refusal("A manager or an administrator changes this", "nothing was saved", "let one of them sign in")
    return editor.staff_id
