"""Damage found beside the running console: told in one sentence, the backup offered once nobody is treated."""

from collections.abc import Callable

from console.domain.clock import Clock
from console.services.page_check_desk import PageCheckDesk

STILL_S = 10.0  # long enough to read the sentence, and nobody is in the middle of a word
LOOK_EVERY = 30  # frames: twice a second


class DamageWatch:
    """``look`` is called in the window's frames; ``leave`` opens the door of a damaged record.

    ``active_s`` tells when a hand or foot last did anything (steady clock).
    """

    def __init__(self, check: PageCheckDesk, tell: Callable[[str, str], None], active_s: Callable[[], float],
                 clock: Clock, leave: Callable[[], None]) -> None:
        self._check, self._tell, self._active_s, self._clock, self._leave = check, tell, active_s, clock, leave
        self._told_s = 0.0
        self._treating: bool | None = None
        self._left = False

    def look(self) -> None:
        """Tell what was found, again when a treatment ends; leave once nobody is treated and no hand moves."""
        if not self._check.damage or self._left:
            return
        treating, now_s = self._check.treating, self._clock.monotonic_s()
        if treating is not self._treating:
            self._treating, self._told_s = treating, now_s
            self._tell(_WHILE_TREATING if treating else _NOW, "stop")
        if not treating and now_s - max(self._told_s, self._active_s()) >= STILL_S:
            self._left = True
            self._leave()


_WHILE_TREATING = ("The record's file is damaged: what lies there is not shown. This treatment goes on being recorded; "
                   "behind it the last good backup is offered.")
_NOW = "The record's file is damaged: what lies there is not shown. The last good backup is offered now."
