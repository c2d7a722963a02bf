"""The last minutes of samples, binned as they come in, for the screen (which may miss some).

A plain lock guards it: the pen's reader pushes, the window asks. Nothing here is a record.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import NOT_MEASURED, Batch, SampleFlag
from console.services.sample_bins import Floats, RunningBins, WholeBins
from console.services.sample_table import MOST_DEPTH_UM, MOST_RATE_CHZ, WIRE_SAMPLE, judged_depth_um, judged_rate_chz

LATEST_S = 0.2
STALE_S = 0.4  # this long without samples is «no data», not only a late frame
_MOST_WINDOWS = 6
_UNASKED_US = 2_000_000  # a window nobody looks at is not fed on; it is filled again from what is kept
_ROOM = 500  # samples kept in one piece
_WAITING = 8  # batches: the reader only keeps them, whoever looks bins them; more than these do not wait
_WHOLE_AT_ONCE = 8  # runs of batches: the whole course is binned by the handful, or when it is asked for
_MOST_SESSIONS = 4  # whose whole course is kept in bins
_LEAK_US = 10  # per batch: lets the estimate of the way's delay follow two clocks drifting apart


@dataclass(frozen=True)
class WindowBins:
    """Least and most per column, oldest first; NaN where nothing was seen (or no contact, for depth).

    ``phase`` is how far time has gone into the last column (0 to 1), so that the picture can glide.
    ``missing`` marks columns whose samples did not arrive. ``end_us`` is the right edge in UTC µs.
    """

    seconds: float
    depth_min_um: Floats
    depth_max_um: Floats
    rate_min_chz: Floats
    rate_max_chz: Floats
    contact: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    phase: float
    end_us: int


@dataclass(frozen=True)
class LatestValues:
    """Medians of the last 200 ms. ``provenance`` of the depth: measured, set or empty (unknown).

    ``contact`` is None where the pen cannot tell; ``age_s`` None before the first sample.
    """

    depth_um: int | None = None
    provenance: str = ""
    rate_chz: int | None = None
    load_ma: int | None = None
    contact: bool | None = None
    motor_running: bool = False
    fault: bool = False
    age_s: float | None = None
    at_us: int | None = None
    bad_depth: bool = False  # the pen measures, but nothing that can be true
    set_depth_um: int | None = None  # the dial, also where the depth itself is measured


@dataclass(frozen=True)
class _Block:
    start_us: int
    period_us: int
    raw: NDArray[np.void]

    @property
    def end_us(self) -> int:
        return self.start_us + len(self.raw) * self.period_us

    def times_us(self) -> NDArray[np.int64]:
        return self.start_us + np.arange(len(self.raw), dtype=np.int64) * self.period_us


class _Kept:
    """Seamless samples in a room of their own: a batch's own bytes cost five times their samples."""

    def __init__(self, block: _Block, room: NDArray[np.void]) -> None:
        self.start_us, self.period_us, self._count = block.start_us, block.period_us, 0
        self.room = room

    @property
    def raw(self) -> NDArray[np.void]:
        return self.room[:self._count]

    @property
    def end_us(self) -> int:
        return self.start_us + self._count * self.period_us

    def times_us(self) -> NDArray[np.int64]:
        return self.start_us + np.arange(self._count, dtype=np.int64) * self.period_us

    def take(self, block: _Block) -> _Block | None:
        """Take of a block what follows here and finds room; give what is left of it."""
        if (block.start_us, block.period_us) != (self.end_us, self.period_us):
            return block
        count = min(_ROOM - self._count, len(block.raw))
        self.room[self._count:self._count + count] = block.raw[:count]
        self._count += count
        left = block.raw[count:]
        return _Block(block.start_us + count * block.period_us, block.period_us, left) if len(left) else None


class _Binning(NamedTuple):
    times: NDArray[np.int64]
    period_us: int
    depth: Floats
    rate: Floats
    contact: NDArray[np.bool_]


def _seamless(blocks: list[_Block]) -> Iterator[_Block]:
    """Join blocks that follow one another without a gap; others are given as they are."""
    first = 0
    for end in range(1, len(blocks) + 1):
        before = blocks[end - 1]
        if end < len(blocks) and (blocks[end].start_us, blocks[end].period_us) == (before.end_us, before.period_us):
            continue
        run, first = blocks[first:end], end
        yield run[0] if len(run) == 1 else replace(run[0], raw=np.concatenate([one.raw for one in run]))


def _rising(parts: list[_Binning]) -> Iterator[_Binning]:
    """Join parts of one period whose times rise throughout; others are given as they are."""
    rising = all(one.period_us == other.period_us and one.times[-1] < other.times[0] for one, other in pairwise(parts))
    if len(parts) < 2 or not rising:
        yield from parts
        return
    yield _Binning(
        np.concatenate([one.times for one in parts]), parts[0].period_us, np.concatenate([one.depth for one in parts]),
        np.concatenate([one.rate for one in parts]), np.concatenate([one.contact for one in parts]))


class SampleRing:
    """Keeps ``keep_s`` of samples of one session. ``contact_known``: the pen reports contact, so lifts leave gaps.

    After ``turn_to`` another session nothing of the former is given; what of it comes in late is left out.
    """

    def __init__(self, period_us: int = 4_000, keep_s: float = 180.0, contact_known: bool = True) -> None:
        self._lock = threading.Lock()
        self._period_us, self._keep_us = period_us, round(keep_s * 1e6)
        self._contact_known = contact_known
        self._session = ""
        self._reset()

    def _reset(self) -> None:
        self._offsets: dict[tuple[str, int], int] = {}
        self._wholes: dict[str, WholeBins] = {}
        self._not_before_us = -1
        self._lead_us: float | None = None
        self._start_anew()

    def _start_anew(self) -> None:
        """Forget the samples, but not how the pens' clocks stand."""
        self._blocks: deque[_Kept] = deque()
        self._free: list[NDArray[np.void]] = []
        self._windows: dict[tuple[float, int], RunningBins] = {}
        self._asked_us: dict[tuple[float, int], int] = {}  # how far the samples were when it was asked for last
        self._unbinned: list[_Block] = []
        self._unbinned_whole: list[_Binning] = []
        self._whole = self._wholes.pop(self._session, WholeBins(self._period_us))
        self._wholes[self._session] = self._whole
        while len(self._wholes) > _MOST_SESSIONS:
            del self._wholes[next(iter(self._wholes))]
        self._first_us: int | None = None
        self._newest_us: int | None = None
        self._received_s = 0.0

    def fit(self, period_us: int, contact_known: bool) -> None:
        """Go by what this pen tells; another period, or another knowledge of contact, begins its plots anew."""
        with self._lock:
            if (period_us, contact_known) != (self._period_us, self._contact_known):
                self._period_us, self._contact_known = period_us, contact_known
                del self._wholes[self._session]
                self._start_anew()

    def turn_to(self, session: str) -> None:
        """Begin another session's plots; its own whole course is there again where it was here before."""
        with self._lock:
            if session == self._session:
                return
            self._bin()
            self._bin_whole()
            self._session = session
            if self._newest_us is not None:
                self._not_before_us = self._newest_us
            self._start_anew()

    def push(self, batch: Batch) -> None:
        """Take a batch; resent ones fall into their place."""
        raw = np.frombuffer(batch.samples, WIRE_SAMPLE)
        if not len(raw):
            return
        with self._lock:
            block = _Block(self._place_us(batch), batch.period_us, raw)
            if block.start_us < self._not_before_us:
                return  # resent, of the session before
            self._note_time(block, batch)
            self._keep(block)
            while self._blocks and self._newest_us and self._blocks[0].end_us < self._newest_us - self._keep_us:
                self._free.append(self._blocks.popleft().room)
            self._unbinned.append(block)
            if len(self._unbinned) >= _WAITING:
                self._bin()

    def _bin(self) -> None:
        """Bring what came in since into the windows: as one where it is a seamless run."""
        waiting, self._unbinned = self._unbinned, []
        for run in _seamless(waiting):
            times, period_us = run.times_us(), run.period_us
            depth, rate, contact = self._columns(run.raw)
            self._unbinned_whole.append(_Binning(times, period_us, depth, rate, contact))
            for key, bins in list(self._windows.items()):
                if times[0] - self._asked_us.get(key, times[0]) > _UNASKED_US:
                    del self._windows[key]
                else:
                    bins.add(times, period_us, depth, rate, contact)
        if len(self._unbinned_whole) >= _WHOLE_AT_ONCE:
            self._bin_whole()

    def _bin_whole(self) -> None:
        """Bring what was binned since into the whole course: as one where its times rise throughout."""
        waiting, self._unbinned_whole = self._unbinned_whole, []
        for run in _rising(waiting):
            self._whole.add(*run)

    def _keep(self, block: _Block) -> None:
        """Keep samples in order of time; what was asked for again goes where it belongs."""
        place = len(self._blocks)
        while place and self._blocks[place - 1].start_us > block.start_us:
            place -= 1
        left = self._blocks[place - 1].take(block) if place else block
        while left is not None:
            kept = _Kept(left, self._take_room())
            self._blocks.insert(place, kept)
            left, place = kept.take(left), place + 1

    def _take_room(self) -> NDArray[np.void]:
        """Give a room nobody needs; all that are ever wanted of even samples are made at once, with the first."""
        if not self._free:
            count = 2 if self._blocks else self._keep_us // (self._period_us * _ROOM) + 3
            self._free = [np.full(_ROOM, 0, WIRE_SAMPLE) for _ in range(count)]
        return self._free.pop()

    def _place_us(self, batch: Batch) -> int:
        """Give the batch's start in UTC; within a boot by the pen's own clock, which never slews."""
        boot = (batch.pen_serial, batch.boot_id)
        if boot not in self._offsets:
            self._offsets[boot] = batch.utc_us - batch.pen_time_us
            self._lead_us = None
        return batch.pen_time_us + self._offsets[boot]

    def _note_time(self, block: _Block, batch: Batch) -> None:
        self._first_us = block.start_us if self._first_us is None else min(self._first_us, block.start_us)
        if self._newest_us is None or block.end_us >= self._newest_us:
            self._newest_us = block.end_us
            if not batch.resent:  # what had to be asked for twice is no sign of life
                self._received_s = batch.received_s
            lead = block.end_us - batch.received_s * 1e6
            self._lead_us = lead if self._lead_us is None else max(lead, self._lead_us - _LEAK_US)

    def _columns(self, raw: NDArray[np.void]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        depth, rate = judged_depth_um(raw), judged_rate_chz(raw)
        contact: NDArray[np.bool_] = (raw["flags"] & SampleFlag.SKIN_CONTACT) != 0
        if self._contact_known:
            depth = np.where(contact, depth, np.nan)
        return depth, rate, contact

    # --- for the screen -----------------------------------------------------------------------------

    def window(self, seconds: float | None, columns: int, now_s: float | None = None) -> WindowBins:
        """Give the last ``seconds`` (None: the whole session) in ``columns``.

        ``now_s`` of the clock that stamped ``received_s`` makes time go on where samples do not.
        """
        with self._lock:
            self._bin()
            if seconds is None:
                return self._whole_window(columns)
            bins = self._bins_for(seconds, columns)
            end_us, age_us = self._now_us(now_s)
            last = (end_us - 1) // bins.bin_us
            wanted = np.arange(last - columns + 1, last + 1, dtype=np.int64)
            seen, values = bins.take(wanted)
            return WindowBins(seconds, *values, missing=self._missing(seen, wanted, bins.bin_us, age_us),
                              phase=(end_us - last * bins.bin_us) / bins.bin_us, end_us=end_us)

    def _bins_for(self, seconds: float, columns: int) -> RunningBins:
        key = (seconds, columns)
        bins = self._windows.pop(key, None)
        if bins is None:
            bins = RunningBins(max(round(seconds * 1e6 / columns), 1), columns + 2)
            self._fill(bins)
        self._windows[key] = bins
        if self._newest_us is not None:
            self._asked_us[key] = self._newest_us
        while len(self._windows) > _MOST_WINDOWS:
            del self._windows[next(iter(self._windows))]
        return bins

    def _fill(self, bins: RunningBins) -> None:
        if not self._blocks:
            return
        times = np.concatenate([block.times_us() for block in self._blocks])
        raw = np.concatenate([block.raw for block in self._blocks])
        order = np.argsort(times, kind="stable")
        depth, rate, contact = self._columns(raw[order])
        bins.add(times[order], self._period_us, depth, rate, contact)

    def _now_us(self, now_s: float | None) -> tuple[int, float]:
        """Give the right edge in UTC µs and how long the newest sample lies before it."""
        if self._newest_us is None or self._lead_us is None:
            return (0 if now_s is None else round(now_s * 1e6)), 0.0
        if now_s is None:
            return self._newest_us, 0.0
        now_us = max(round(now_s * 1e6 + self._lead_us), self._newest_us)
        return now_us, now_us - self._newest_us

    def _missing(self, seen: NDArray[np.bool_], wanted: NDArray[np.int64], bin_us: int,
                 age_us: float) -> NDArray[np.bool_]:
        if self._first_us is None or self._newest_us is None:
            return np.zeros(len(wanted), np.bool_)
        after_first = wanted > self._first_us // bin_us
        edge_us = self._newest_us if age_us < STALE_S * 1e6 else self._newest_us + age_us
        missing: NDArray[np.bool_] = ~seen & after_first & ((wanted + 1) * bin_us <= edge_us)
        return missing

    def _whole_window(self, columns: int) -> WindowBins:
        self._bin_whole()
        seen, values = self._whole.take(columns)
        span_s = self._whole.span_us / 1e6
        used = np.maximum.accumulate(seen[::-1])[::-1] if len(seen) else seen
        return WindowBins(span_s, *values, missing=~seen & used, phase=1.0, end_us=self._newest_us or 0)

    def latest(self, now_s: float | None = None) -> LatestValues:
        """Give the medians of the last 200 ms, with where the depth comes from and how old it is."""
        with self._lock:
            if self._newest_us is None:
                return LatestValues()
            raw = self._newest_raw(self._newest_us - round(LATEST_S * 1e6))
            age_s = None if now_s is None else max(now_s - self._received_s, 0.0)
            return _latest(raw, self._contact_known, age_s, self._newest_us)

    def readings_per_s(self, seconds: float = 3.0, now_s: float | None = None) -> float:
        """Count the readings that are here of the last ``seconds``, by the second; lost ones do not count."""
        with self._lock:
            if self._newest_us is None or self._first_us is None:
                return 0.0
            end_us, age_us = self._now_us(now_s)
            if age_us < STALE_S * 1e6:
                end_us = self._newest_us  # what is still on its way is not lost
            since_us = max(end_us - round(seconds * 1e6), self._first_us)
            count = 0
            for block in reversed(self._blocks):
                if block.end_us <= since_us:
                    break
                count += min(len(block.raw), (block.end_us - since_us) // block.period_us)
            return count * 1e6 / max(end_us - since_us, 1)

    def _newest_raw(self, since_us: int) -> NDArray[np.void]:
        parts = []
        for block in reversed(self._blocks):
            if block.end_us <= since_us:
                break
            first = max(-(-(since_us - block.start_us) // block.period_us), 0)
            parts.append(block.raw[first:])
        return np.concatenate(parts[::-1])


def _latest(raw: NDArray[np.void], contact_known: bool, age_s: float | None, at_us: int) -> LatestValues:
    newest_flags = int(raw["flags"][-1])
    touching = (raw["flags"] & SampleFlag.SKIN_CONTACT) != 0
    shown = raw[touching] if contact_known and touching.any() else raw
    by_sensor = (shown["flags"] & SampleFlag.DEPTH_MEASURED) != 0
    depth, provenance = _median(shown["depth_um"][by_sensor], MOST_DEPTH_UM), "measured"
    bad = depth is None and bool((by_sensor & (shown["depth_um"] > MOST_DEPTH_UM)).any())
    if depth is None and not bad:
        depth, provenance = _median(shown["set_depth_um"], MOST_DEPTH_UM), "set"
    return LatestValues(
        depth_um=depth,
        provenance=provenance if depth is not None else "",
        rate_chz=_median(raw["rate_chz"], MOST_RATE_CHZ),
        load_ma=_median(raw["load_ma"]),
        contact=bool(newest_flags & SampleFlag.SKIN_CONTACT) if contact_known else None,
        motor_running=bool(newest_flags & SampleFlag.MOTOR_RUNNING),
        fault=bool(newest_flags & SampleFlag.FAULT),
        age_s=age_s,
        at_us=at_us,
        bad_depth=bad,
        set_depth_um=_median(raw["set_depth_um"], MOST_DEPTH_UM),
    )


def _median(column: NDArray[np.uint16], most: int = NOT_MEASURED) -> int | None:
    known = column[(column != NOT_MEASURED) & (column <= most)]
    return round(float(np.median(known))) if len(known) else None
