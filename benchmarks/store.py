"""How small, how fast and how safe a recorded session is kept.

    python -m benchmarks.store [--json] [--seed N] [--rounds N] [--quick]

Ours is the real recorder thread over the encrypted database with synchronous=FULL. The others are one row a sample
(SQLAlchemy, as safe and as encrypted) and a bare file that is synced after each entry, in the same run, by turns.
"""

import argparse
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np

from benchmarks.figures import Figure, as_json, machine, percentile, table
from benchmarks.opponents.sample_rows import open_rows, read_rows, rows_of, write_rows
from benchmarks.opponents.synced_log import append_synced
from benchmarks.pen_stream import SAMPLE_BYTES, make_stream
from console.domain.history import canonical_json
from console.domain.session_events import BenchBegan, MarkSet, SessionEvent, to_payload
from console.domain.telemetry import Batch
from console.services.clocks import SystemClock
from console.services.ids import new_id
from console.services.sample_table import lay_out
from console.services.session_row import summarise
from db.data_folder import BENCH, DataFolder, create_folder
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore

RATE_HZ = 250
PER_BATCH = 10
START_US = 1_763_000_000_000_000
LIMIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Round:
    """One turn: seconds and bytes of both."""

    write_s: float
    rows_write_s: float
    read_s: float
    rows_read_s: float
    size: int
    rows_size: int


def measure_samples(seed: int, rounds: int, count: int) -> list[Figure]:
    """Bytes, writing and reading of one session against one row a sample."""
    turns = [_one_round(make_stream(count, RATE_HZ, seed + turn).samples) for turn in range(rounds)]
    raw = count * SAMPLE_BYTES
    return [
        Figure("store.bytes_vs_rows", median(one.size / one.rows_size for one in turns), target=0.06, lower=True),
        Figure("store.write_vs_rows", median(one.write_s / one.rows_write_s for one in turns), target=0.2, lower=True),
        Figure("store.read_vs_rows", median(one.read_s / one.rows_read_s for one in turns), target=0.004, lower=True),
        Figure("store.bytes", median(one.size for one in turns), "bytes"),
        Figure("store.bytes_vs_raw", median(one.size for one in turns) / raw),
        Figure("store.write", median(one.write_s for one in turns), "s"),
        Figure("store.rows_write", median(one.rows_write_s for one in turns), "s"),
        Figure("store.read", 1e3 * median(one.read_s for one in turns), "ms"),
        Figure("store.rows_read", 1e3 * median(one.rows_read_s for one in turns), "ms"),
    ]


def _one_round(samples: bytes) -> Round:
    period_us = 1_000_000 // RATE_HZ
    with tempfile.TemporaryDirectory(prefix="store-") as place:
        rows = rows_of(samples, period_us)
        engine = open_rows(Path(place) / "rows.db")
        rows_write_s = write_rows(engine, rows)
        depths, rows_read_s = read_rows(engine)
        rows_size = _size_of(engine.raw_connection(), Path(place) / "rows-whole.db")
        engine.dispose()
        folder = create_folder(Path(place) / "ours", BENCH, SystemClock())
        try:
            empty = _size_of(folder.writer_engine().raw_connection(), Path(place) / "empty.db")
            session_id, write_s = _write_ours(folder, samples, period_us)
            found, read_s = _read_ours(folder, session_id)
            size = _size_of(folder.writer_engine().raw_connection(), Path(place) / "whole.db") - empty
        finally:
            folder.close()
    if not np.array_equal(found, depths):
        raise SystemExit("what was read is not what was written: the figures would mean nothing")
    return Round(write_s, rows_write_s, read_s, rows_read_s, size, rows_size)


def _write_ours(folder: DataFolder, samples: bytes, period_us: int) -> tuple[UUID, float]:
    """Record a session as a pen sends it, ten samples at a time, and merge it as after its seal."""
    recorder = RecorderThread(folder, SystemClock(), summarise)
    recorder.start()
    session_id, count = new_id(), len(samples) // SAMPLE_BYTES
    recorder.append(session_id, [SessionEvent(START_US, "PR-01", BenchBegan("port", 10))])
    began = perf_counter()
    for first in range(0, count, PER_BATCH):
        part = samples[first * SAMPLE_BYTES : (first + PER_BATCH) * SAMPLE_BYTES]
        pen_us = first * period_us
        recorder.add_samples(session_id, Batch(
            "PEN-1", 7, first, len(part) // SAMPLE_BYTES, period_us, pen_us, START_US + pen_us, 0.0, part))
    _must(recorder.synchronise(LIMIT_S))
    write_s = perf_counter() - began
    recorder.merge_bodies(session_id)
    _must(recorder.stop(LIMIT_S))
    return session_id, write_s


def _read_ours(folder: DataFolder, session_id: UUID) -> tuple[np.ndarray, float]:
    store = SessionStore(folder)
    began = perf_counter()
    found = lay_out(store.samples(session_id)).raw["depth_um"]
    read_s = perf_counter() - began
    store.close()
    return found, read_s


def _size_of(connection: object, copy: Path) -> int:
    """Give the bytes of a database written anew, without free pages."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("VACUUM INTO ?", (str(copy),))
    connection.close()  # type: ignore[attr-defined]
    return copy.stat().st_size


def _must(done: bool) -> None:
    if not done:
        raise SystemExit("the recorder did not save in time: the figures would mean nothing")


def measure_commits(rounds: int, count: int) -> list[Figure]:
    """From handing an event in to its commit, against appending and syncing the same bytes, by turns."""
    ours: list[float] = []
    floor: list[float] = []
    ratios = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="store-") as place:
            entries = [SessionEvent(START_US + number, "PR-01", MarkSet("face.chin", f"mark {number}"))
                       for number in range(count)]
            logged = append_synced(Path(place) / "log", [canonical_json(to_payload(one.what)) for one in entries])
            kept = _commit_each(Path(place) / "ours", entries)
        ratios.append(percentile(kept, 0.99) / percentile(logged, 0.99))
        ours, floor = ours + kept, floor + logged
    return [
        Figure("store.commit_vs_log", median(ratios), target=4, lower=True),
        Figure("store.commit_p50", 1e3 * percentile(ours, 0.50), "ms"),
        Figure("store.commit_p99", 1e3 * percentile(ours, 0.99), "ms"),
        Figure("store.log_p50", 1e3 * percentile(floor, 0.50), "ms"),
        Figure("store.log_p99", 1e3 * percentile(floor, 0.99), "ms"),
    ]


def _commit_each(place: Path, entries: list[SessionEvent]) -> list[float]:
    landed, at_s = threading.Event(), [0.0]

    def on_commit(tickets: list[tuple[int, UUID, int]]) -> None:
        at_s[0] = perf_counter()
        landed.set()

    folder = create_folder(place, BENCH, SystemClock())
    recorder = RecorderThread(folder, SystemClock(), summarise, on_commit)
    recorder.start()
    session_id, taken = new_id(), []
    recorder.append(session_id, [SessionEvent(START_US, "PR-01", BenchBegan("port", 10))])
    _must(recorder.synchronise(LIMIT_S))
    for entry in entries:
        landed.clear()
        began = perf_counter()
        recorder.append(session_id, [entry])
        _must(landed.wait(LIMIT_S))
        taken.append(at_s[0] - began)
    _must(recorder.stop(LIMIT_S))
    folder.close()
    return taken


def main() -> int:
    """Measure all, print the table or the JSON."""
    parser = argparse.ArgumentParser(description="Measure how a recorded session is kept.")
    parser.add_argument("--json", action="store_true", help="print one object of named figures and nothing else")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another stream (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each opponent (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="a short session: tries the way, proves nothing")
    options = parser.parse_args()
    few = 100 if options.quick else 1
    sys.setswitchinterval(0.0005)  # as the console runs
    figures = measure_samples(options.seed, options.rounds, 30 * 60 * RATE_HZ // few)
    figures += measure_commits(options.rounds, max(20, 400 // few))
    print(as_json(figures) if options.json else f"{machine()}, seed {options.seed}\n{table(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
