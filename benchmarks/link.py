"""How fast, how cheap and how sure the way from the pen's bytes to its samples is.

    python -m benchmarks.link [--json] [--seed N] [--rounds N] [--quick]

The pen writes from another process through a pseudo-terminal. The console's side is its whole reader
thread with the recording window open; the others are in ``opponents``, in the same run, by turns.
"""

import argparse
import sys
from pathlib import Path
from statistics import median

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np

from benchmarks.figures import Figure, as_json, machine, percentile, table
from benchmarks.opponents.raw_read import read_raw
from benchmarks.opponents.readline_split import cpu_share, read_lines
from benchmarks.pen_at_work import RingArrivals, TakingSink, pen_at_work, read_through_link
from benchmarks.pen_stream import SAMPLE_BYTES, PenStream, damage, make_stream

USB_FULL_SPEED_BYTES_PER_S = 12e6 / 8
RATE_HZ = 1_000
DAMAGED_SHARE = 0.001


def measure_throughput(seed: int, rounds: int, count: int) -> list[Figure]:
    """Samples a second of the link, of ``readline`` and of bare reading, by turns."""
    stream = make_stream(count, RATE_HZ, seed)
    frames = stream.frames()
    wire, wire_per_sample = b"".join(frames), sum(map(len, frames)) / count
    line_count = max(2_000, count // 200)
    lines = stream.lines(line_count)
    ours, theirs, raw = [], [], []
    for _ in range(rounds):
        with pen_at_work(b"".join(lines)) as pen:
            samples, seconds = read_lines(pen.port, line_count)
        _must_equal(np.array(samples, "<u2").tobytes(), stream.samples[: line_count * SAMPLE_BYTES])
        theirs.append((line_count - 1) / seconds)
        with pen_at_work(wire, stream.hello()) as pen:
            sink, _ = read_through_link(pen.port, TakingSink(count))
        _must_equal(b"".join(batch.samples for batch in sink.batches), stream.samples)
        ours.append(sink.samples_per_s)
        with pen_at_work(wire) as pen:
            raw.append(read_raw(pen.port, len(wire)) / wire_per_sample)
    return [
        Figure("link.decode_vs_readline", median(ours) / median(theirs), target=400),
        Figure("link.decode_vs_raw_read", median(ours) / median(raw), target=0.4),
        Figure("link.decode_vs_usb_full_speed", median(ours) * wire_per_sample / USB_FULL_SPEED_BYTES_PER_S),
        Figure("link.decode", median(ours), "samples/s"),
        Figure("link.readline", median(theirs), "samples/s"),
        Figure("link.raw_read", median(raw), "samples/s"),
    ]


def _must_equal(taken: bytes, sent: bytes) -> None:
    if taken != sent:
        raise SystemExit("what was read is not what the pen took: the figures would mean nothing")


def measure_recovery(seed: int, rounds: int, count: int) -> list[Figure]:
    """Frames got back out of damaged streams, and frames that never were."""
    whole = got = false = 0
    for turn in range(rounds):
        stream = make_stream(count, RATE_HZ, seed + turn)
        frames = stream.frames()
        borders = np.cumsum([len(frame) for frame in frames])
        wire, places = damage(b"".join(frames[:-1]), DAMAGED_SHARE, seed + turn)
        wire += frames[-1]  # whole, so that the end is seen
        hit = np.zeros(len(frames), bool)
        hit[np.searchsorted(borders, places, side="right")] = True
        taken = _taken_of_damaged(stream, wire)
        seen = np.zeros(len(frames), bool)
        for first, samples in taken:
            offset = first * SAMPLE_BYTES
            if samples and samples == stream.samples[offset : offset + len(samples)]:
                seen[first // stream.per_frame : (first + len(samples) // SAMPLE_BYTES) // stream.per_frame] = True
            else:
                false += 1
        false += int((seen & hit).sum())
        whole, got = whole + int((~hit).sum()), got + int((seen & ~hit).sum())
    return [
        Figure("link.recovered", got / whole, "share", target=0.998),
        Figure("link.false_frames", false, "frames", target=0, lower=True),
        Figure("link.damaged_frames_sent", float(rounds * len(frames) - whole), "frames"),
    ]


def _taken_of_damaged(stream: PenStream, wire: bytes) -> list[tuple[int, bytes]]:
    with pen_at_work(wire, stream.hello()) as pen:
        sink, _ = read_through_link(pen.port, TakingSink(stream.count))
    return [(batch.first_index, batch.samples) for batch in sink.batches]


def measure_cpu(seed: int, rounds: int, seconds: float) -> list[Figure]:
    """CPU of the whole reader thread while a pen streams in real time, ten samples a frame."""
    figures = []
    for rate_hz in (250, 1_000):
        ours, theirs = [], []
        stream = make_stream(int(rate_hz * seconds), rate_hz, seed)
        frames, lines = stream.frames(), stream.lines(stream.count)
        every_s = stream.per_frame / rate_hz
        for _ in range(rounds):
            with pen_at_work(b"".join(lines), b"", 1 / rate_hz, [len(line) for line in lines]) as pen:
                theirs.append(cpu_share(pen.port, stream.count))
            with pen_at_work(b"".join(frames), stream.hello(), every_s, [len(frame) for frame in frames]) as pen:
                sink, _ = read_through_link(pen.port, TakingSink(stream.count))
            ours.append(sink.cpu_share)
        figures += [
            Figure(f"link.cpu_{rate_hz}hz", 100 * median(ours), "% of core"),
            Figure(f"link.readline_cpu_{rate_hz}hz", 100 * median(theirs), "% of core"),
        ]
    return figures


def measure_latency(seed: int, rounds: int, seconds: float) -> list[Figure]:
    """Time from the last byte of a frame written to its samples in the window's ring."""
    stream = make_stream(int(RATE_HZ * seconds), RATE_HZ, seed)
    frames = stream.frames()
    late_ms: list[float] = []
    for _ in range(rounds):
        arrivals = RingArrivals(stream.count)
        every_s = stream.per_frame / RATE_HZ
        with pen_at_work(b"".join(frames), stream.hello(), every_s, [len(frame) for frame in frames]) as pen:
            arrivals.read(pen.port, 1_000_000 // RATE_HZ)
            written_ns = pen.written_ns()
        ends = np.array(sorted(arrivals.arrived_ns))
        for number, at_ns in enumerate(written_ns, 1):
            end = int(ends[np.searchsorted(ends, number * stream.per_frame)])
            late_ms.append((arrivals.arrived_ns[end] - at_ns) / 1e6)
    return [
        Figure("link.to_ring_p50", percentile(late_ms, 0.50), "ms"),
        Figure("link.to_ring_p99", percentile(late_ms, 0.99), "ms"),
    ]


def main() -> int:
    """Measure all, print the table or the JSON."""
    parser = argparse.ArgumentParser(description="Measure the way from the pen's bytes to its samples.")
    parser.add_argument("--json", action="store_true", help="print one object of named figures and nothing else")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another stream (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each opponent (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="short streams: tries the way, proves nothing")
    options = parser.parse_args()
    few = 20 if options.quick else 1
    figures = measure_throughput(options.seed, options.rounds, 2_000_000 // few)
    figures += measure_recovery(options.seed, options.rounds, 200_000 // few)
    figures += measure_cpu(options.seed, options.rounds, 4.0 / few)
    figures += measure_latency(options.seed, options.rounds, 4.0 / few)
    print(as_json(figures) if options.json else f"{machine()}, seed {options.seed}\n{table(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
