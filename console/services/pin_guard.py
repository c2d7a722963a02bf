"""Proving who one is: PINs and passwords that slow down after three wrong ones, also over a restart."""

from collections.abc import Callable

from console.domain.clock import Clock
from console.domain.errors import Refusal
from console.domain.people import SignInTries
from console.domain.ports import Registry
from console.services.query_thread import AtOnce, Questions

Failed = Callable[[BaseException], None]

FREE_TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 3, 5.0, 60.0


class NotProved(Refusal):
    """A PIN or password that was not right, came too soon, or while another is being checked."""


class PinGuard:
    """Counts wrong tries by person and makes the next wait: 5 s after the third, doubling up to 60 s.

    What was counted before this run is read from the audit, where every refused try stands.
    """

    def __init__(self, registry: Registry, clock: Clock, secrets: Questions | None = None) -> None:
        """``secrets`` is where hashes are checked: a thread of its own at the screen, at once without one."""
        self._registry, self._clock, self._secrets = registry, clock, secrets or AtOnce()
        self._wrong: dict[str, int] = {}
        self._until_s: dict[str, float] = {}
        self._asked: set[str] = set()  # whose secret is being checked now

    def wait_s(self, staff_id: str) -> float:
        """Give the seconds until the next try, 0 when it is free."""
        self._recall(staff_id)
        return max(self._until_s.get(staff_id, float("-inf")) - self._clock.monotonic_s(), 0.0)

    def wrong(self, staff_id: str) -> int:
        """Give the wrong tries since the last right one."""
        self._recall(staff_id)
        return self._wrong[staff_id]

    @property
    def busy(self) -> bool:
        """Tell whether an answer is outstanding."""
        return bool(self._asked)

    def check(self, staff_id: str, pin: str, what_for: str = "") -> bool:
        """Check a PIN here and now, for the command line; a refused one is counted and noted in the audit."""
        if self.wait_s(staff_id) > 0:
            return False
        return self.settle(staff_id, self._registry.pin_check(staff_id)(pin), what_for)

    def ask(self, staff_id: str, secret: str, answer: Callable[[bool], None], failed: Failed, what_for: str = "",
            kind: str = "pin") -> None:
        """Have a PIN, or by ``kind`` a password, checked; the answer comes in a later frame, counted once.

        ``failed`` where it could not be checked, or the one entered before is being checked yet.
        """
        if staff_id in self._asked:
            failed(NotProved(f"The {_name(kind)} entered before is still being checked", "nothing was changed",
                           "wait a moment"))
            return
        if self.wait_s(staff_id) > 0:
            answer(False)
            return
        check = (self._registry.password_check if kind == "password" else self._registry.pin_check)(staff_id)
        self._asked.add(staff_id)

        def checked(right: bool) -> None:
            self._asked.discard(staff_id)
            answer(self.settle(staff_id, right, what_for, kind))

        def broke(error: BaseException) -> None:
            self._asked.discard(staff_id)
            failed(error)

        self._secrets.ask(lambda: check(secret), checked, broke)

    def prove(self, staff_id: str, secret: str, proved: Callable[[], None], failed: Failed, what_for: str = "",
              unchanged: str = "nothing was changed", kind: str = "pin", whose: str = "") -> None:
        """Have it checked; ``proved`` where it is right, else ``failed`` with NotProved, which says what to do."""
        wait_s = self.wait_s(staff_id)
        if wait_s > 0:
            failed(NotProved(f"{self.wrong(staff_id)} wrong tries of {staff_id}", unchanged, f"wait {wait_s:.0f} s"))
            return

        def answered(right: bool) -> None:
            if right:
                proved()
            else:
                failed(NotProved(f"That {_name(kind)}{whose} is not right", unchanged, "try again"))

        self.ask(staff_id, secret, answered, failed, what_for, kind)

    def settle(self, staff_id: str, right: bool, what_for: str = "", kind: str = "pin") -> bool:
        """Take the answer of a check: count and note it, and give it back."""
        before = self.wrong(staff_id)
        if right:
            self._wrong[staff_id] = 0
            if before:
                self._registry.audit(staff_id, f"{kind}_accepted", staff_id)
            return True
        self._wrong[staff_id] = before + 1
        self._registry.audit(staff_id, f"{kind}_refused", what_for or staff_id)
        self._make_wait(staff_id, pause_s(before + 1))
        return False

    def _recall(self, staff_id: str) -> None:
        if staff_id in self._wrong:
            return
        tries: SignInTries = self._registry.sign_in_tries(staff_id)
        self._wrong[staff_id] = tries.wrong
        whole_s = pause_s(tries.wrong)
        gone_s = max((self._clock.utc_us() - tries.last_us) / 1_000_000, 0.0)  # a clock put back waits the whole time
        self._make_wait(staff_id, whole_s - gone_s)

    def _make_wait(self, staff_id: str, seconds: float) -> None:
        if seconds > 0:
            self._until_s[staff_id] = self._clock.monotonic_s() + seconds


def _name(kind: str) -> str:
    return "PIN" if kind == "pin" else kind


def pause_s(wrong: int) -> float:
    """Give how long the next try waits after so many wrong ones."""
    if wrong < FREE_TRIES:
        return 0.0
    return float(min(FIRST_WAIT_S * 2 ** min(wrong - FREE_TRIES, 10), LONGEST_WAIT_S))
