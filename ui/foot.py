"""The foot's switches: presses, double presses and holds told apart by time alone."""

from collections.abc import Callable

from console.domain.pedal import FootAct, Gesture, PedalPlan

DOUBLE_S = 0.350
PRESS_LONGEST_S = 0.500  # a press held longer was the start of a hold
HOLD_S = 1.0

Acted = Callable[[FootAct, bool], None]  # the act, and whether it was held for
Progress = Callable[[float, FootAct], None]


class Foot:
    """All switches of a plan. One waits with a press until it can be no double; several act as they are let go."""

    def __init__(self, plan: PedalPlan, acted: Acted, progress: Progress) -> None:
        self.plan = plan
        self._acted, self._progress = acted, progress
        self._down: tuple[str, float] | None = None
        self._first_s: float | None = None
        self._spent = False

    @property
    def waiting(self) -> bool:
        """Tell whether the foot's meaning is still open."""
        return (self._down is not None and not self._spent) or self._first_s is not None

    @property
    def key_down(self) -> str:
        """Give the switch that is down, or empty."""
        return self._down[0] if self._down is not None else ""

    def forget(self, plan: PedalPlan) -> None:
        """Go by another plan; what was under way means nothing any more."""
        if self._down is not None:
            self._progress(0.0, self.plan.act(self._down[0], Gesture.HOLD))
        self.plan, self._down, self._first_s = plan, None, None

    def down(self, key: str, now_s: float) -> None:
        """Take a switch going down."""
        if self._down is not None and not self._spent:
            return  # a second switch under the same foot means nothing
        if self._first_s is not None and now_s - self._first_s < DOUBLE_S:
            self._first_s, self._spent, self._down = None, True, (key, now_s)
            self._acted(self.plan.act(key, Gesture.TWICE), False)
            return
        self._flush(key)
        self._down, self._spent = (key, now_s), False

    def up(self, key: str, now_s: float) -> None:
        """Take a switch coming up."""
        if self._down is None or self._down[0] != key:
            return
        began_s = self._down[1]
        self._down = None
        if self._spent:
            return
        self._progress(0.0, self.plan.act(key, Gesture.HOLD))
        if now_s - began_s >= PRESS_LONGEST_S:
            return
        if self.plan.several:
            self._acted(self.plan.act(key, Gesture.PRESS), False)
        else:
            self._first_s = began_s

    def poll(self, now_s: float) -> None:
        """See whether a press can be no double any more, and how far a hold has come."""
        if self._first_s is not None and now_s - self._first_s >= DOUBLE_S:
            self._flush(self.plan.key)
        if self._down is None or self._spent:
            return
        key, began_s = self._down
        act, share = self.plan.act(key, Gesture.HOLD), min((now_s - began_s) / HOLD_S, 1.0)
        self._progress(share, act)
        if share >= 1.0:
            self._spent = True
            self._acted(act, True)
            self._progress(0.0, act)

    def _flush(self, key: str) -> None:
        if self._first_s is not None:
            self._first_s = None
            self._acted(self.plan.act(key, Gesture.PRESS), False)
