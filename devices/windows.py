"""The recording window that is open, and the one before it while its last samples are still asked for.

Each window has a number, so that every sample and every gap goes to the session it belongs to: while
one patient's missing samples are being fetched, the next one's are recorded already. What the former
window may still claim is never the new one's.
"""

from collections.abc import Callable
from typing import NamedTuple

from console.domain.telemetry import Gap, GapCause, PenDescription
from devices.recording import Recording
from devices.resend import Range


class Claimed(NamedTuple):
    """A range of samples that is new, and the window it belongs to."""

    samples: Range
    window: int


class Windows:
    """At most two windows; a third begins only when the first is closed."""

    def __init__(self) -> None:
        self._now = Recording()
        self._former: Recording | None = None
        self._duplicates_before = 0
        self._gaps: list[Gap] = []

    def _both(self) -> list[Recording]:
        return [self._now] if self._former is None else [self._former, self._now]

    # --- state ----------------------------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether any window is open."""
        return any(window.active for window in self._both())

    def is_open(self, number: int) -> bool:
        """Tell whether the window of this number is open."""
        return any(window.active and window.number == number for window in self._both())

    @property
    def armed(self) -> bool:
        """Whether the newest window's own STREAM 1 has been sent."""
        return self._now.armed

    def arm(self) -> None:
        """Take note that STREAM 1 was sent."""
        self._now.armed = self._now.active

    @property
    def duplicates(self) -> int:
        """How many samples arrived more than once, in all windows so far."""
        return self._duplicates_before + sum(window.duplicates for window in self._both())

    @property
    def current_ledger(self) -> object:
        """Give the newest window's account of the present boot (None: no sample yet)."""
        return self._now.current_ledger

    def take_gaps(self) -> list[Gap]:
        """Give the gaps named since last asked."""
        for window in self._both():
            self._gaps += window.gaps
            window.gaps = []
        gaps, self._gaps = self._gaps, []
        return gaps

    # --- commands -------------------------------------------------------------------------------

    def begin(self, number: int) -> None:
        """Open a window; one whose end was called goes on being filled beside it."""
        if self._former is not None:
            self._former.finish(GapCause.NOT_ANSWERED)
        self._retire()
        if self._now.active and self._now.closing:
            self._former, self._now = self._now, Recording()
        self._now.begin(number)

    def end(self, end_pen_us: int | None, deadline_s: float, link_alive: bool) -> None:
        """Call the newest window's end."""
        self._now.end(end_pen_us, deadline_s, link_alive)

    def finish(self, cause: GapCause) -> None:
        """Close all now."""
        for window in self._both():
            window.finish(cause)
        self._retire()

    def _retire(self) -> None:
        former = self._former
        if former is not None and not former.active:
            self._duplicates_before += former.duplicates
            self._gaps += former.gaps
            self._former = None

    # --- what arrives ---------------------------------------------------------------------------

    def take(
        self, pen: PenDescription, boot_id: int, samples: Range, t_us: int, resent: bool, now_s: float
    ) -> list[Claimed]:
        """Take samples of a boot; give the ranges that are new, each with its window."""
        claimed: list[Claimed] = []
        former = self._former
        if former is not None:
            ranges = former.take(pen, boot_id, samples, t_us, resent, now_s)
            claimed = [Claimed(piece, former.number) for piece in ranges]
            first = max(samples.first, former.claims_before(pen, boot_id))
            t_us += (first - samples.first) * pen.period_us
            samples = Range(first, max(first, samples.end))
        if samples.end > samples.first:
            ranges = self._now.take(pen, boot_id, samples, t_us, resent, now_s)
            if ranges and former is not None:
                former.cap(pen, boot_id, ranges[0].first)
            claimed += [Claimed(piece, self._now.number) for piece in ranges]
        return claimed

    def note_status(
        self, boot_id: int, t_us: int, next_index: int, wanted: bool, overruns: int, now_s: float,
        index_after: Callable[[int], int | None],
    ) -> None:
        """Take STATUS; ``index_after`` gives the index of the first sample after a time of the pen."""
        for window in self._both():
            window.note_overruns(boot_id, next_index if wanted else None, overruns, now_s)
            if window.end_pen_us is not None:
                after = index_after(window.end_pen_us)
                window.note_time(boot_id, t_us, None if after is None else min(after, next_index), now_s)

    def note_error(self, code: int, first: int, count: int, now_s: float) -> None:
        """Take ERROR in answer to RESEND; it is about the one window that asked."""
        for window in self._both():
            window.note_error(code, first, count, now_s)

    def note_damage(self) -> None:
        """Take notice of a damaged frame."""
        for window in self._both():
            window.note_damage()

    def link_down(self) -> None:
        """Forget the request under way."""
        for window in self._both():
            window.link_down()

    def leave_boot(self, cause: GapCause, next_index: int | None) -> None:
        """The pen restarted or was exchanged."""
        for window in self._both():
            window.leave_boot(cause, next_index)

    def tick(self, now_s: float, link_alive: bool) -> None:
        """Let time pass."""
        for window in self._both():
            window.tick(now_s, link_alive)
        self._retire()

    def next_request(self, boot_id: int, now_s: float) -> Range | None:
        """Give the range to ask for, the former window's first; never while an answer is awaited."""
        if any(window.asking(now_s) for window in self._both()):
            return None
        for window in self._both():
            wanted = window.next_request(boot_id, now_s)
            if wanted is not None:
                return wanted
        return None
