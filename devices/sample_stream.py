"""From telemetry frames to batches: each sample once, by index, with its times.

Frames that follow one another without a seam in index and pen time become one batch a read, so the
work is per batch and never per sample; the samples stay the wire's bytes throughout.
"""

from console.domain.telemetry import SAMPLE_BYTES, Batch, PenDescription
from devices.clock_map import ClockMap, Moment, UtcAnchor
from devices.messages import Telemetry
from devices.resend import INDEX_SPAN, Range
from devices.windows import Claimed, Windows

_BOOTS_KEPT = 4
_LONGEST_PEN_TIME_US = 1 << 62  # beyond it a time stamp is absurd, and no database holds it
_BELIEVABLE_AGE_S = 86_400.0
_HEAD_STEP_BACK = 1_000_000  # samples; further back is a head that was absurd, not an old frame


_LEAP_S = 2.0  # an index further ahead of its own time stamp is not believed at once
_LEAP_FRAMES = 3  # as many frames must agree before it is


class _Boot:
    """What is known of one power-up of one pen."""

    def __init__(self, pen: PenDescription) -> None:
        self.pen = pen
        self.clock_map = ClockMap()
        self.head: int | None = None  # the index after the newest sample
        self.line = (0, 0)  # an index and its pen time, of the newest samples
        self._leap, self._leaps = (0, 0), 0

    def _ahead(self, line: tuple[int, int], index: int, t_us: int) -> float:
        """Give by how many seconds an index has gone on further than its time stamp; 0 where it went back."""
        gone_on = index - line[0]
        return max(0.0, min(gone_on, gone_on - (t_us - line[1]) / self.pen.period_us) * self.pen.period_us / 1e6)

    def is_leap(self, index: int, t_us: int) -> bool:
        """Tell whether a frame's index cannot be true by its own time; a third that agrees is believed."""
        if self.head is None or self._ahead(self.line, index, t_us) <= _LEAP_S:
            self._leaps = 0
            return False
        agrees = index >= self._leap[0] and self._ahead(self._leap, index, t_us) <= _LEAP_S
        self._leaps = self._leaps + 1 if agrees else 1
        self._leap = (index, t_us)
        return self._leaps < _LEAP_FRAMES

    def unwrap(self, index: int) -> int:
        """Give the index as it goes on past 2**32: the one nearest to the newest."""
        if self.head is None:
            return index
        epoch = self.head // INDEX_SPAN * INDEX_SPAN
        near = (epoch - INDEX_SPAN + index, epoch + index, epoch + INDEX_SPAN + index)
        return min((k for k in near if k >= 0), key=lambda k: abs(k - (self.head or 0)))


class _Run:
    """Consecutive frames, linear in index and pen time."""

    def __init__(self, boot: _Boot, first: int, t_us: int, resent: bool) -> None:
        self.boot, self.first, self.t_us, self.resent = boot, first, t_us, resent
        self.end, self.next_us = first, t_us
        self.parts: list[bytes] = []


class SampleStream:
    """The samples of the connected pen, over its restarts."""

    def __init__(self, recording: Windows) -> None:
        self.resent = 0
        self.refused = 0  # frames whose index cannot be true
        self.samples = 0  # new ones, shown or recorded
        self.stale_duplicates = 0
        self.last_new_s: float | None = None
        self.anchor = UtcAnchor()
        self._recording = recording
        self._boots: dict[tuple[str, int], _Boot] = {}
        self._boot: _Boot | None = None
        self._run: _Run | None = None

    def know(self, pen: PenDescription) -> None:
        """Take the boot a HELLO spoke of as the present one."""
        key = (pen.serial, pen.boot_id)
        boot = self._boots.pop(key, None) or _Boot(pen)
        boot.pen = pen
        self._boots[key] = boot
        while len(self._boots) > _BOOTS_KEPT:
            del self._boots[next(iter(self._boots))]
        self._boot = boot

    def knows(self, boot_id: int) -> bool:
        """Tell whether samples of a boot are the present pen's."""
        return self._boot is not None and (self._boot.pen.serial, boot_id) in self._boots

    def add(self, message: Telemetry, moment: Moment) -> list[tuple[Batch, int]]:
        """Take a frame of a known boot; give the batches it closes (see ``flush``)."""
        run = self._run
        if (
            run is not None
            and run.boot.pen.boot_id == message.boot_id
            and run.end % INDEX_SPAN == message.first_index
            and run.next_us == message.t_us
            and run.resent == message.resent
        ):
            closed: list[tuple[Batch, int]] = []
        else:
            closed = self.flush(moment)
            if not message.count or self._boot is None:
                return closed
            boot = self._boots[self._boot.pen.serial, message.boot_id]
            first = boot.unwrap(message.first_index)
            if not message.resent and boot.is_leap(first, message.t_us):
                self.refused += 1
                return closed
            run = self._run = _Run(boot, first, message.t_us, message.resent)
        run.parts.append(message.samples)
        run.end += message.count
        run.next_us += message.count * run.boot.pen.period_us
        return closed

    def flush(self, moment: Moment) -> list[tuple[Batch, int]]:
        """Close the run under way; give its new samples, each batch with its recording window (0: none)."""
        run, self._run = self._run, None
        if run is None:
            return []
        boot, live = run.boot, run.boot is self._boot and not run.resent
        if live:
            boot.clock_map.note(run.next_us - boot.pen.period_us, moment.steady_s)
        samples = Range(run.first, run.end)
        present = self._boot.pen if self._boot is not None else boot.pen
        recorded = self._recording.take(
            present, boot.pen.boot_id, samples, run.t_us, run.resent, moment.steady_s
        )
        shown = self._advance(boot, run) if live else None
        if (recorded and live) or shown:
            self.last_new_s = moment.steady_s
        if run.resent:
            self.resent += sum(piece.end - piece.first for piece, _ in recorded)
        elif not self._recording.active and live:
            self.stale_duplicates += run.end - run.first - (shown.end - shown.first if shown else 0)
        raw = b"".join(run.parts)
        batches = [(self._batch(run, piece, raw, moment), window) for piece, window in recorded]
        rest = _without(shown, recorded)
        self.samples += sum(piece.end - piece.first for piece in (*rest, *(one.samples for one in recorded)))
        batches += [(self._batch(run, piece, raw, moment), 0) for piece in rest]
        return batches

    def _advance(self, boot: _Boot, run: _Run) -> Range | None:
        """Move the newest index; give the part of the run that is new on screen."""
        head = boot.head
        if head is None or run.end < head - _HEAD_STEP_BACK:
            head = run.first
        boot.line = (run.first, run.t_us) if run.end > head else boot.line
        boot.head = max(head, run.end)
        return Range(max(head, run.first), run.end) if run.end > head else None

    def _batch(self, run: _Run, piece: Range, raw: bytes, moment: Moment) -> Batch:
        pen, skipped = run.boot.pen, piece.first - run.first
        pen_time_us = min(run.t_us + skipped * pen.period_us, _LONGEST_PEN_TIME_US)
        taken_s = run.boot.clock_map.steady_s(pen_time_us)
        if abs(moment.steady_s - taken_s) > _BELIEVABLE_AGE_S:
            taken_s = moment.steady_s
        whole = piece.first == run.first and piece.end == run.end
        samples = raw if whole else raw[skipped * SAMPLE_BYTES : (piece.end - run.first) * SAMPLE_BYTES]
        return Batch(
            pen.serial,
            pen.boot_id,
            piece.first,
            piece.end - piece.first,
            pen.period_us,
            pen_time_us,
            self.anchor.utc_us(taken_s),
            moment.steady_s,
            samples,
            run.resent,
        )

    @property
    def drift_ppm(self) -> float | None:
        """Give how much faster the present boot's clock runs than the console's, None while unknown."""
        return self._boot.clock_map.drift_ppm if self._boot else None

    # --- the present boot's clock and count -----------------------------------------------------

    def note_time(self, boot_id: int, t_us: int, moment: Moment) -> None:
        """Take the time stamp of a frame that is no telemetry."""
        if self._boot is not None and self._boot.pen.boot_id == boot_id:
            self._boot.clock_map.note(t_us, moment.steady_s)

    def utc_us(self, pen_time_us: int) -> int:
        """Give UTC microseconds of a pen time of the present boot."""
        clock_map = self._boot.clock_map if self._boot else ClockMap()
        return self.anchor.utc_us(clock_map.steady_s(pen_time_us))

    def pen_time_us(self, steady_s: float) -> int | None:
        """Give the present boot's own time at a steady time; None before any frame came."""
        if self._boot is None or not self._boot.clock_map.known:
            return None
        return self._boot.clock_map.pen_time_us(steady_s)

    def unwrap(self, index: int) -> int:
        """Give an index of the present boot as it goes on past 2**32."""
        return self._boot.unwrap(index) if self._boot else index

    def index_after(self, pen_time_us: int) -> int | None:
        """Give the index of the first sample taken after a pen time, by the newest samples' line."""
        if self._boot is None or self._boot.head is None:
            return None
        index, t_us = self._boot.line
        return index + (pen_time_us - t_us) // self._boot.pen.period_us + 1


def _without(whole: Range | None, parts: list[Claimed]) -> list[Range]:
    """Give what of ``whole`` the ordered ``parts`` leave."""
    if whole is None:
        return []
    left, first = [], whole.first
    for part, _ in parts:
        if part.first > first:
            left.append(Range(first, min(part.first, whole.end)))
        first = max(first, part.end)
    if first < whole.end:
        left.append(Range(first, whole.end))
    return left
