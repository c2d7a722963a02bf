"""Gathering batches into chunks: consecutive samples of one boot, at most half a second of them."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from console.domain.telemetry import SAMPLE_BYTES, Batch

CHUNK_FULL_US = 400_000
CHUNK_LIMIT_US = 500_000


@dataclass(slots=True)
class SampleRun:
    """A chunk in the making; ``since_s`` is when its oldest sample was handed in."""

    session_id: UUID
    first: Batch
    since_s: float
    count: int = 0
    marks: list[tuple[int, int]] = field(default_factory=list)
    samples: bytearray = field(default_factory=bytearray)

    @property
    def full(self) -> bool:
        """Tell whether enough is gathered."""
        return self.count * self.first.period_us >= CHUNK_FULL_US or self.room == 0

    @property
    def room(self) -> int:
        """Count samples that still fit."""
        return max(1, CHUNK_LIMIT_US // max(1, self.first.period_us)) - self.count

    def continues_with(self, batch: Batch) -> bool:
        """Tell whether a batch belongs to this chunk."""
        mine = self.first
        return (
            batch.first_index == mine.first_index + self.count
            and (batch.pen_serial, batch.boot_id, batch.period_us, batch.resent)
            == (mine.pen_serial, mine.boot_id, mine.period_us, mine.resent)
        )

    def add(self, batch: Batch) -> Batch | None:
        """Take what fits; give back the rest."""
        taken = min(batch.count, self.room)
        if not self.marks or batch.pen_time_us != self._expected_pen_time_us():
            self.marks.append((self.count, batch.pen_time_us))
        self.samples += batch.samples[: taken * SAMPLE_BYTES]
        self.count += taken
        return split_after(batch, taken)

    def _expected_pen_time_us(self) -> int:
        offset, pen_time_us = self.marks[-1]
        return pen_time_us + (self.count - offset) * self.first.period_us


def split_after(batch: Batch, taken: int) -> Batch | None:
    """Give what follows the first ``taken`` samples of a batch, or None."""
    if taken >= batch.count:
        return None
    ahead_us = taken * batch.period_us
    return replace(
        batch, first_index=batch.first_index + taken, count=batch.count - taken,
        pen_time_us=batch.pen_time_us + ahead_us, utc_us=batch.utc_us + ahead_us,
        samples=batch.samples[taken * SAMPLE_BYTES :],
    )
