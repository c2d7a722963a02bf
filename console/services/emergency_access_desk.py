"""Emergency access: begun with a reason, ended by time or hand, answered for by a manager."""

from dataclasses import replace

from console.domain.audit import detail_of
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.emergency_access import LASTS_S, OPEN, EmergencyAccess, from_record, to_record
from console.domain.errors import Refusal
from console.domain.ports import Registry
from console.domain.rights import EMERGENCY_RIGHTS, Right, allows
from console.services.ids import new_id
from console.services.session_desk import SessionDesk


class EmergencyAccessDesk:
    """Use cases of who must see or treat now and may not by role."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, station: str) -> None:
        self._desk, self._registry, self._clock, self._station = desk, registry, clock, station

    @property
    def may_begin(self) -> bool:
        """Tell whether who is signed in lacks a right it would lend."""
        actor = self._desk.actor
        return actor is not None and not all(allows(actor, right) for right in EMERGENCY_RIGHTS)

    def begin(self, reason: str) -> EmergencyAccess:
        """Lend the rights for a while; Refusal without a reason, or where they are not lacking."""
        actor, told = self._desk.actor, " ".join(reason.split())
        if actor is None:
            raise Refusal("Nobody is signed in", "nothing was opened", "sign in first")
        if not self.may_begin:
            raise Refusal(f"{actor.staff_id} may read and treat already", "nothing was changed")
        if not told:
            raise Refusal("Emergency access needs a reason", "nothing was opened", "say why")
        now_us = self._clock.utc_us()
        made = EmergencyAccess(new_id().hex, actor.staff_id, told, now_us, now_us + round(LASTS_S * 1_000_000),
                               self._station)
        self._registry.save_record(to_record(made), actor.staff_id)
        self._registry.audit(actor.staff_id, "emergency_began", made.access_id, detail_of(reason=told))
        self._desk.access.lend(made, LASTS_S)
        return made

    def end(self) -> None:
        """End it before its time."""
        self._desk.access.take_back()

    def note_end(self, access: EmergencyAccess) -> None:
        """Note that an access is over."""
        self._registry.audit(access.staff_id, "emergency_ended", access.access_id)

    def unanswered(self) -> list[EmergencyAccess]:
        """Give those no manager has answered for, the oldest first."""
        found = map(from_record, self._registry.records(RecordFilter(RecordKind.EMERGENCY_ACCESS, state=OPEN)))
        return sorted(found, key=lambda one: one.began_us)

    def to_answer(self) -> list[EmergencyAccess]:
        """Give those who is signed in is to answer for: nobody's own, none for who may not."""
        if not self._desk.access.may(Right.ANSWER_EMERGENCIES):
            return []
        return [one for one in self.unanswered() if one.staff_id != self._desk.actor_id]

    def answer(self, access: EmergencyAccess, words: str) -> None:
        """Answer for one; nobody answers for their own."""
        self._desk.access.require(Right.ANSWER_EMERGENCIES)
        actor_id, told = self._desk.actor_id, " ".join(words.split())
        if actor_id == access.staff_id:
            raise Refusal("Nobody answers for their own emergency access", "nothing was changed",
                          "another manager does")
        if not told:
            raise Refusal("The answer is empty", "nothing was changed", "say what was found")
        self._registry.save_record(to_record(replace(access, answered_by=actor_id, answer=told)), actor_id)
        self._registry.audit(actor_id, "emergency_answered", access.access_id, detail_of(what=told))
