"""``main.py settings``: sounds, pedal, spoken cues and the second signature: shown, or changed by who may."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from console.app.keeping_command import opened_for_writing, proved
from console.app.keeping_options import add_by
from console.app.reading import opened
from console.app.reading_notes import no_record
from console.domain.errors import OperatorError
from console.domain.people import Staff
from console.domain.ports import KeptSettings, Registry
from console.domain.rights import Right
from console.services.clinical_settings import SettingEntry, SettingField
from console.services.hands_settings import (
    PEDAL,
    SPEECH,
    pedal_entry,
    read_pedal,
    save_pedal,
    save_speech,
    speech_entry,
)
from console.services.second_signature import SECOND, save_second, second_entry
from console.services.sound_settings import SOUND, read_sound, save_sound, sound_entry
from db.registry import RegistryReader

Save = Callable[[Registry, Mapping[str, int | str], Staff | None], object]
_SAVES: dict[str, Save] = {SOUND: save_sound, PEDAL: save_pedal, SPEECH: save_speech, SECOND: save_second}


def add_arguments(settings: argparse.ArgumentParser) -> None:
    """Add the verb."""
    settings.epilog = "without a verb it lists every setting with its name, its value and what it may be"
    verbs = settings.add_subparsers(title="verbs", metavar="VERB")
    change = verbs.add_parser("set", help="change settings: NAME=VALUE, several at once or none of them")
    change.add_argument("changes", metavar="NAME=VALUE", nargs="+")
    change.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    change.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")
    change.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON for programs")
    add_by(change)
    change.set_defaults(run=run_set)


def own_entries(registry: KeptSettings) -> tuple[SettingEntry, ...]:
    """Give the settings of sound, foot, voice and signatures as they count."""
    return (sound_entry(read_sound(registry)), pedal_entry(read_pedal(registry)), speech_entry(registry, ""),
            second_entry(registry))


def run(args: argparse.Namespace) -> int:
    """Print every setting."""
    with opened(args, no_record) as (_, store):
        entries = own_entries(RegistryReader(store))
    _print(entries, args.json)
    return 0


def run_set(args: argparse.Namespace) -> int:
    """Change what was named, and print all."""
    changes = dict(_change(one) for one in args.changes)
    with opened_for_writing(args) as desk:
        kinds = {field.key: entry.kind for entry in own_entries(desk.registry) for field in entry.fields}
        for name in changes:
            if name not in kinds:
                raise OperatorError(f"There is no setting «{name}»", "nothing was changed",
                                    f"give one of {', '.join(kinds)}")
        wanted = {kinds[name] for name in changes}
        if len(wanted) > 1:
            raise OperatorError("Settings of several kinds cannot be changed at once", "nothing was changed",
                                f"change those of {' and '.join(sorted(wanted))} one after the other")
        editor = proved(desk, args, "settings", Right.EDIT_CLINIC)
        _SAVES[wanted.pop()](desk.registry, changes, editor)
        entries = own_entries(desk.registry)
    _print(entries, args.json)
    return 0


def _change(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals:
        raise OperatorError(f"«{words}» names no value", "nothing was changed", "write NAME=VALUE")
    return name.strip(), value.strip()


def _print(entries: tuple[SettingEntry, ...], as_json: bool) -> None:
    if as_json:
        print(json.dumps({field.key: {
            "value": str(field.value or ""), "of": entry.title, "label": field.label,
            "may_be": _may_be(field),
        } for entry in entries for field in entry.fields}, ensure_ascii=False, indent=1))
        return
    for entry in entries:
        print(entry.title)
        for field in entry.fields:
            choices = ", ".join(_may_be(field))
            print(f"  {field.key} = {field.value}" + (f"   ({choices})" if choices else ""))


def _may_be(field: SettingField) -> list[str]:
    if field.options:
        return [option.key for option in field.options]
    return [str(value) for value in range(field.low, field.high + 1, field.step)] if field.high > field.low else []
