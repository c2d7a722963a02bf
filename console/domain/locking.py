"""When a console locks by itself: how long nobody touched it, and what the computer tells of itself."""

from dataclasses import dataclass
from enum import StrEnum

from console.domain.errors import Refusal

IDLE_MIN, TREATING_MIN = 2, 10
LONGEST_IDLE_MIN, LONGEST_TREATING_MIN = 15, 30
NEVER = 0


class LockCause(StrEnum):
    """Why it locked."""

    IDLE = "idle"
    HAND = "hand"
    SCREEN = "screen"
    SUSPEND = "suspend"
    AWAY = "away"


CAUSE_WORDS = {
    LockCause.IDLE: "nobody touched it", LockCause.HAND: "by hand", LockCause.SCREEN: "the screen was locked",
    LockCause.SUSPEND: "the computer slept or its clock was set", LockCause.AWAY: "another user came to the screen",
}


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """Minutes without a touch until it locks, outside a treatment and in one; 0: never, where the clinic allows it."""

    idle_min: int = IDLE_MIN
    treating_min: int = TREATING_MIN
    never_allowed: bool = False

    def limit_s(self, treating: bool) -> float | None:
        """Give the seconds until it locks, None for never."""
        minutes = self.treating_min if treating else self.idle_min
        if minutes == NEVER:
            return None if self.never_allowed else self._default_s(treating)
        return minutes * 60.0

    @staticmethod
    def _default_s(treating: bool) -> float:
        return (TREATING_MIN if treating else IDLE_MIN) * 60.0

    def proved(self) -> "LockPolicy":
        """Give it back; Refusal where the clinic's own policy or the caps are against it."""
        for minutes, most, where in ((self.idle_min, LONGEST_IDLE_MIN, "outside a treatment"),
                                     (self.treating_min, LONGEST_TREATING_MIN, "in a treatment")):
            if minutes == NEVER and not self.never_allowed:
                raise Refusal("The clinic's policy does not allow a console that never locks", "nothing was changed",
                              "choose a time, or let an administrator allow it first")
            if not 0 <= minutes <= most:
                raise Refusal(f"{minutes} minutes {where} is too long", "nothing was changed",
                              f"choose at most {most} minutes")
        return self
