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
    most: int = 0
    full_at: int = 0
    next_index: int = 0
    next_pen_us: int | None = None

    def __post_init__(self) -> None:
        period_us = max(1, self.first.period_us)
        self.most = max(1, CHUNK_LIMIT_US // period_us)
        self.full_at = min(self.most, -(-CHUNK_FULL_US // period_us))
        self.next_index = self.first.first_index

    @property
    def full(self) -> bool:
        """Tell whether enough is gathered."""
        return self.count >= self.full_at

    def continues_with(self, batch: Batch) -> bool:
        """Tell whether a batch belongs to this chunk."""
        mine = self.first
        return (
            batch.first_index == self.next_index and batch.boot_id == mine.boot_id
            and batch.period_us == mine.period_us and batch.pen_serial == mine.pen_serial
            and batch.resent == mine.resent
        )

    def goes_on(self, batch: Batch) -> bool:
        """Take a batch that continues this chunk without a break and fits wholly, as nearly all do; else tell so."""
        count = self.count + batch.count
        if count > self.most or batch.pen_time_us != self.next_pen_us or not self.continues_with(batch):
            return False
        self.samples += batch.samples
        self.count = count
        self.next_index += batch.count
        self.next_pen_us = batch.pen_time_us + batch.count * batch.period_us
        return True

    def add(self, batch: Batch) -> Batch | None:
        """Take what fits; give back the rest."""
        size, room = batch.count, self.most - self.count
        taken = size if size <= room else room
        if batch.pen_time_us != self.next_pen_us:
            self.marks.append((self.count, batch.pen_time_us))
        self.samples += batch.samples if taken == size else batch.samples[: taken * SAMPLE_BYTES]
        self.count += taken
        self.next_index += taken
        self.next_pen_us = batch.pen_time_us + taken * self.first.period_us
        return None if taken == size else split_after(batch, taken)


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
