"""Who acts at this console, what they may do, and emergency access while it lasts."""

from console.domain.clock import Clock
from console.domain.emergency_access import EmergencyAccess
from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.rights import EMERGENCY_RIGHTS, Right, allows, refusal


class Access:
    """One console's: asked by every desk before it does what not everybody may."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._actor: Staff | None = None
        self._emergency: EmergencyAccess | None = None
        self._emergency_until_s = float("-inf")
        self.lapsed = False  # the emergency access of who is signed in ran out: what they needle they may still end

    @property
    def actor(self) -> Staff | None:
        """Give who is signed in."""
        return self._actor

    @actor.setter
    def actor(self, member: Staff | None) -> None:
        if self._actor is not None and (member is None or member.staff_id != self._actor.staff_id):
            self._emergency, self.lapsed = None, False
        self._actor = member

    def may(self, right: Right) -> bool:
        """Tell whether who is signed in may, by role or by emergency access."""
        lent = right in EMERGENCY_RIGHTS and self.emergency is not None
        return self._actor is not None and (allows(self._actor, right) or lent)

    def require(self, right: Right) -> None:
        """Refuse in one sentence what who is signed in may not."""
        if (refused := self.refused(right)) is not None:
            raise refused

    def refused(self, right: Right) -> Refusal | None:
        """Give that sentence, for who tells it by an answer; None where they may."""
        return None if self.may(right) else refusal(self._actor, right)

    # --- emergency access -------------------------------------------------------------------------------

    @property
    def emergency(self) -> EmergencyAccess | None:
        """Give the emergency access under way, None where there is none or its time is over."""
        if self._emergency is not None and self._clock.monotonic_s() >= self._emergency_until_s:
            self._emergency, self.lapsed = None, True
        return self._emergency

    @property
    def emergency_left_s(self) -> float:
        """Give how long it lasts yet, 0 without."""
        return self._emergency_until_s - self._clock.monotonic_s() if self.emergency is not None else 0.0

    def lend(self, access: EmergencyAccess, seconds: float) -> None:
        """Lend the emergency rights to who is signed in, by the steady clock."""
        self._emergency, self._emergency_until_s = access, self._clock.monotonic_s() + seconds

    def take_back(self) -> None:
        """End emergency access before its time."""
        self._emergency = None

    def why(self, right: Right) -> str:
        """Give the reason of the emergency by which a right is used; empty where the role gives it."""
        emergency = self.emergency
        return emergency.reason if emergency is not None and not allows(self._actor, right) else ""
