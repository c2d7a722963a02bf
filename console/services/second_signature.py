"""The clinic's rule of a second signature: off unless it says so. Who gives it proves it by their own PIN."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.ports import KeptSettings, Registry
from console.domain.rights import Right, allows, require
from console.services.clinical_settings import Option, SettingEntry, SettingField

SECOND = "second_signature"
ON, OFF = "on", "off"
MEANING = "I have read this record and co-sign it"
NOTE = ("Where it is on, a record is sealed only once a colleague who may treat, or a manager, has signed it too with "
        "their own PIN. Both names stand in the record, the report and the exports. No law asks it of every clinic.")


@dataclass(frozen=True, slots=True)
class SecondSigner:
    """Who co-signs, and the PIN they entered."""

    staff_id: str
    pin: str


def is_wanted(registry: Registry) -> bool:
    """Tell whether the clinic asks for a second signature."""
    return registry.setting(SECOND, OFF) == ON


def may_co_sign(registry: Registry, signer: Staff | None) -> list[Staff]:
    """Give who may: anybody else who treats or reads records."""
    return [one for one in registry.staff() if signer is not None and one.staff_id != signer.staff_id
            and (allows(one, Right.TREAT) or allows(one, Right.READ_RECORDS))]


def second_signer(registry: Registry, signer: Staff, second: SecondSigner | None) -> Staff | None:
    """Give who co-signs, None where the clinic asks for nobody; Refusal where they are missing or may not."""
    if not is_wanted(registry):
        return None
    if second is None:
        raise Refusal("This clinic asks for a second signature", "nothing was sealed", "let a colleague co-sign")
    found = next((one for one in may_co_sign(registry, signer) if one.staff_id == second.staff_id), None)
    if found is None:
        raise Refusal(f"{second.staff_id} may not co-sign", "nothing was sealed", "choose a colleague")
    return found


def second_entry(registry: KeptSettings) -> SettingEntry:
    """Give the rule as an entry of the settings page."""
    value = registry.setting(SECOND, OFF)
    fields = (SettingField(SECOND, "A colleague co-signs", value, options=(Option(OFF, "Off"), Option(ON, "On")),
                           compared=False),)
    return SettingEntry(SECOND, SECOND, SECOND, "Second signature", value, "", None, fields, NOTE)


def save_second(registry: Registry, changes: Mapping[str, int | str], editor: Staff | None) -> None:
    """Keep the rule; Refusal for who may not."""
    require(editor, Right.EDIT_CLINIC)
    wanted = str(changes.get(SECOND, OFF))
    if wanted not in (ON, OFF):
        raise Refusal(f"The second signature cannot be «{wanted}»", "nothing was saved", "choose on or off")
    registry.save_setting(SECOND, wanted, editor.staff_id if editor else "")
