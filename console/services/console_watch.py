"""The console watch: what of the console itself may need an alarm: recorder, disk, sound, the planned time."""

import logging
from collections.abc import Callable

from console.domain.session import Session
from console.services.console import Console

DISK_LOOK_EVERY = 20  # looks: about every ten seconds
BEHIND_LOOKS = 3  # so many looks in a row before a late commit is more than a hiccup

log = logging.getLogger("console.alarms")


class ConsoleWatch:
    """Looks twice a second, on the desk's thread. ``sound_missing``: no device can be heard."""

    def __init__(self, console: Console, sound_missing: Callable[[], bool] = lambda: False) -> None:
        self._console, self._sound_missing = console, sound_missing
        self._looks = self._behind = 0
        self._disk_free_mb: int | None = None

    def look(self) -> None:
        """Judge everything as it stands now, for the session in front."""
        board, front = self._console.alarms, self._console.desk.front
        subject, now_s = str(front.session_id) if front is not None else "", board.now_s()
        state = self._console.recorder.state()
        board.feed_console("not_saved", bool(state.failing), now_s, subject)
        waiting_ms = 0 if state.failing else self._waiting_ms(state.oldest_waiting_s)
        board.feed_console_measure("recorder_waiting_ms", waiting_ms, now_s, subject)
        board.feed_console("no_sound", self._sound_missing(), now_s, subject)
        self._look_at_disk()
        board.feed_console_measure("disk_free_mb", self._disk_free_mb, now_s, subject)
        needling = self._console.desk.needling
        if needling is not None:
            over_s = over_planned_s(needling, self._console.desk.now_us())
            board.feed_measure("needling_over_s", over_s, now_s, str(needling.session_id))

    def _waiting_ms(self, oldest_s: float) -> int:
        """Give how long something has waited to be saved; 0 while that may be a hiccup, or time runs hastened."""
        late = oldest_s > 1.0 and self._console.clock is self._console.pen_clock
        self._behind = self._behind + 1 if late else 0
        return round(oldest_s * 1000) if self._behind >= BEHIND_LOOKS else 0

    def _look_at_disk(self) -> None:
        if self._looks % DISK_LOOK_EVERY == 0:
            self._console.queries.ask(self._console.disk.free_mb, self._take_disk, self._disk_unknown)
        self._looks += 1

    def _take_disk(self, free_mb: int | None) -> None:
        self._disk_free_mb = free_mb

    def _disk_unknown(self, error: BaseException) -> None:
        self._disk_free_mb = None
        log.warning("the disk did not say how full it is: %s", error)


def over_planned_s(session: Session, now_us: int) -> int | None:
    """Give by how many seconds the needling time is past the plan's; None where the plan names no time."""
    areas = session.state.treatable_areas()
    if not areas or not all(area.plan.planned_s for area in areas):
        return None
    return session.state.needling_time_us(now_us) // 1_000_000 - sum(area.plan.planned_s for area in areas)
