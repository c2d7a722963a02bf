"""The lock: hides records when nobody is there, never what lives. It changes nothing of who acts.

``clock`` is the one fingers live by: the machine's own, also where the session's life is hastened.
"""

from console.domain.audit import detail_of
from console.domain.clock import Clock
from console.domain.computer_ports import SystemWatch
from console.domain.locking import CAUSE_WORDS, IDLE_MIN, TREATING_MIN, LockCause, LockPolicy
from console.domain.people import Staff
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.session_desk import SessionDesk

IDLE_SETTING, TREATING_SETTING, NEVER_SETTING = "lock_idle_min", "lock_treating_min", "lock_never_allowed"
JUMP_S = 10.0  # wall and steady clock part by as much: the computer slept, or somebody set its clock
STILL_S = 30.0  # the console itself stood still for so long


def read_policy(registry: Registry) -> LockPolicy:
    """Read what the clinic set; what cannot be read is the default."""
    def minutes(name: str, default: int) -> int:
        text = registry.setting(name, str(default))
        return int(text) if text.isascii() and text.isdigit() else default

    return LockPolicy(minutes(IDLE_SETTING, IDLE_MIN), minutes(TREATING_SETTING, TREATING_MIN),
                      registry.setting(NEVER_SETTING) == "yes")


def save_policy(desk: SessionDesk, registry: Registry, wanted: LockPolicy) -> None:
    """Keep a policy; each change is in the audit with its old value. Refusal for who may not, or what is too long."""
    desk.access.require(Right.KEEP_STAFF)
    wanted.proved()
    before = read_policy(registry)
    for name, old, new in (
            (NEVER_SETTING, _yes(before.never_allowed), _yes(wanted.never_allowed)),
            (IDLE_SETTING, str(before.idle_min), str(wanted.idle_min)),
            (TREATING_SETTING, str(before.treating_min), str(wanted.treating_min))):
        if old != new:
            registry.save_setting(name, new, desk.actor_id)


def _yes(on: bool) -> str:
    return "yes" if on else "no"


class QuietSystem:
    """A computer that says nothing of itself."""

    def told(self) -> str:
        """Give nothing."""
        return ""


QUIET_SYSTEM = QuietSystem()


class IdleLock:
    """``look`` is called a few times a second with when a hand or foot last did anything."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, watch: SystemWatch) -> None:
        self._desk, self._registry, self._clock, self._watch = desk, registry, clock, watch
        self.policy = read_policy(registry)
        self.cause: LockCause | None = None
        self._free_s = clock.monotonic_s()
        self._looked_s = clock.monotonic_s()
        self._parting_s = self._parting()

    @property
    def locked(self) -> bool:
        """Tell whether records are hidden."""
        return self.cause is not None

    def look(self, active_s: float, treating: bool) -> LockCause | None:
        """See whether it is time; gives the cause where it just locked."""
        told = self._told()
        if self.locked or self._desk.actor is None:
            self._free_s = self._clock.monotonic_s()
            return None
        limit_s = self.policy.limit_s(treating)
        idle_s = self._clock.monotonic_s() - max(active_s, self._free_s)
        if told is None and limit_s is not None and idle_s >= limit_s:
            told = LockCause.IDLE
        return self.lock(told) if told is not None else None

    def lock(self, cause: LockCause) -> LockCause | None:
        """Lock now; nothing happens where nobody is signed in or it is locked already."""
        if self.locked or self._desk.actor is None:
            return None
        self.cause = cause
        self._registry.audit(self._desk.actor_id, "locked", "", detail_of(cause=CAUSE_WORDS[cause]))
        return cause

    def unlock(self, member: Staff) -> None:
        """Unlock for who proved to be the one signed in."""
        self._end()
        self._registry.audit(member.staff_id, "unlocked", "")

    def sign_out(self) -> None:
        """End the lock because nobody is signed in any more."""
        self._end()

    def refresh(self) -> None:
        """Go by the policy as it is kept now."""
        self.policy = read_policy(self._registry)

    def _end(self) -> None:
        self.cause, self._free_s = None, self._clock.monotonic_s()

    def _told(self) -> LockCause | None:
        """Give what the computer tells, by its bus or by its clocks."""
        said, now_s, parting_s = self._watch.told(), self._clock.monotonic_s(), self._parting()
        still, leapt = now_s - self._looked_s > STILL_S, abs(parting_s - self._parting_s) > JUMP_S
        self._looked_s, self._parting_s = now_s, parting_s
        if said:
            return LockCause(said)
        return LockCause.SUSPEND if still or leapt else None

    def _parting(self) -> float:
        return self._clock.utc_us() / 1_000_000 - self._clock.monotonic_s()
