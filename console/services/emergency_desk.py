"""The emergency card: whom to call, what lies where, what is on the skin, and the timed log."""

import json
from dataclasses import dataclass

from console.domain import emergency
from console.domain.errors import Refusal
from console.domain.history import canonical_json
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.clinical_shelf import ClinicalShelf
from console.services.session_desk import Receipt, SessionDesk

SETTING = "emergency_card"
# Plain words only: no drug and no dose stands here unless the clinic writes it.
FIRST_ENTRIES = ("Called for help", "Laid flat", "Help arrived", "Handed over")


@dataclass(frozen=True, slots=True)
class EmergencyPlan:
    """What the clinic says of emergencies: the number to call, its kit and where that is, words for the log."""

    number: str = ""
    kit_place: str = ""
    kit: tuple[str, ...] = ()
    entries: tuple[str, ...] = FIRST_ENTRIES


class EmergencyDesk:
    """Use cases of the emergency card."""

    def __init__(self, desk: SessionDesk, registry: Registry, shelf: ClinicalShelf) -> None:
        self._desk, self._registry, self._shelf = desk, registry, shelf

    @property
    def may_edit(self) -> bool:
        """Tell whether who acts may change the card."""
        return self._desk.access.may(Right.EDIT_CLINIC)

    def plan(self) -> EmergencyPlan:
        """Give what the clinic wrote."""
        kept = self._registry.setting(SETTING)
        if not kept:
            return EmergencyPlan()
        read = json.loads(kept)
        return EmergencyPlan(read["number"], read["kit_place"], tuple(read["kit"]), tuple(read["entries"]))

    def save_plan(self, plan: EmergencyPlan) -> None:
        """Change what the clinic wrote."""
        if not self.may_edit:
            raise Refusal("Only a manager changes the emergency card", "nothing was changed", "sign in as one")
        if not plan.entries:
            raise Refusal("The log has no words", "nothing was changed", "write one entry a line")
        body = {"number": plan.number, "kit_place": plan.kit_place, "kit": list(plan.kit),
                "entries": list(plan.entries)}
        self._registry.save_setting(SETTING, canonical_json(body).decode(), self._desk.actor_id)

    def log(self, entry: str, note: str = "") -> Receipt:
        """Note what was just done, with its time, in the session in front."""
        return self._desk.do(emergency.log_emergency(entry, note))
