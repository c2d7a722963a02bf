"""What the live view costs: frames, latency, CPU of the whole console, samples a second, memory.

    python -m benchmarks.live [--json] [--seed N] [--rounds N] [--quick] [--soak MINUTES]

All off screen (Qt's software painter), the pen in another process over a pseudo-terminal. The others are
in ``opponents``, in the same run, by turns. ``--soak`` only lets the console needle for so long at 1 kHz.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

from PySide6.QtWidgets import QApplication

from benchmarks.figures import Figure, as_json, machine, table
from benchmarks.live_frames import HOUR_S, measure_frames
from benchmarks.live_latency import measure_latency
from benchmarks.pen_at_work import pen_at_work
from benchmarks.pen_stream import make_stream
from console.app.demo_codes import FRESH_SERIAL
from console.app.simulated_pen import start_pen
from ui.theme import apply_theme

RATE_HZ = 1_000
ROOT = Path(__file__).parents[1]
WARM_S = 60.0
HASTE, HOUR_LIMIT_S = 60, 600


@contextmanager
def live_pen(rate_hz: int) -> Iterator[str]:
    """Run the simulated pen, needling by itself, in another process."""
    pen = start_pen("--rate", str(rate_hz), "--cartridge", FRESH_SERIAL, hand=False)
    try:
        yield pen.url
    finally:
        pen.stop()


def child(module: str, *words: object) -> dict[str, object]:
    """Run a part in its own process and give what it measured of itself."""
    done = subprocess.run([sys.executable, "-m", module, *map(str, words)], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr}")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def measure_cpu(seed: int, rounds: int, seconds: float) -> list[Figure]:
    """CPU of the whole console, pass running and recorder on, and of the tutorial program, by turns."""
    stream = make_stream(int(RATE_HZ * seconds), RATE_HZ, seed)
    lines = stream.lines(stream.count)
    ratios, ours, theirs, frames, lost, worst = [], [], [], [], 0, 0.0
    for _ in range(rounds):
        with pen_at_work(b"".join(lines), b"", 1 / RATE_HZ, [len(line) for line in lines]) as pen:
            tutorial = child("benchmarks.opponents.tutorial_program", pen.port, stream.count)
        with live_pen(RATE_HZ) as port:
            console = child("benchmarks.console_at_work", port, seconds)
        piece = console["pieces"][0]  # type: ignore[index]
        ours.append(piece["cpu_share"])
        theirs.append(float(tutorial["cpu_share"]))  # type: ignore[arg-type]
        ratios.append(ours[-1] / theirs[-1])
        frames.append(piece["frames_per_s"])
        lost += int(console["lost"])  # type: ignore[call-overload]
        worst = max(worst, float(console["worst_block_s"]))  # type: ignore[arg-type]
    return [
        Figure("live.cpu_vs_tutorial", median(ratios), target=0.25, lower=True),
        Figure("live.frames_per_s", median(frames), "frames/s", 58),
        Figure("live.samples_lost", lost, "samples", 0, lower=True),
        Figure("live.worst_block", worst * 1000, "ms"),
        Figure("live.cpu", 100 * median(ours), "% of core"),
        Figure("live.tutorial_cpu", 100 * median(theirs), "% of core"),
    ]


def measure_memory(seed: int, hour: int) -> list[Figure]:
    """Memory that an hour's samples add to the whole console on its needling page; they come sixty times faster."""
    stream = make_stream(hour + hour // 4, RATE_HZ, seed)  # what comes before the record begins is not counted
    frames = stream.frames()
    pieces = [b"".join(frames[first:first + HASTE]) for first in range(0, len(frames), HASTE)]
    with pen_at_work(
        b"".join(pieces), stream.hello(), stream.per_frame / RATE_HZ, [len(one) for one in pieces]
    ) as pen:
        console = child("benchmarks.console_at_work", pen.port, HOUR_LIMIT_S, "--samples", hour)
    return [
        Figure("live.memory_vs_raw", float(console["memory_vs_raw"]), target=1.5, lower=True),  # type: ignore[arg-type]
        Figure("live.memory_added", float(console["added_kb"]) / 1024, "MiB"),  # type: ignore[arg-type]
        Figure("live.memory_lost", float(console["lost"]), "samples", 0, lower=True),  # type: ignore[arg-type]
    ]


def measure_flat_out(seed: int, rounds: int, count: int) -> list[Figure]:
    """Samples a second taken, recorded and plotted."""
    ratios, ours, theirs, lost = [], [], [], 0.0
    stream = make_stream(count, RATE_HZ, seed)
    wire, line_count = b"".join(stream.frames()), max(2_000, count // 100)
    lines = b"".join(stream.lines(line_count))
    for _ in range(rounds):
        with pen_at_work(lines) as pen:
            tutorial = child("benchmarks.opponents.tutorial_program", pen.port, line_count)
        with pen_at_work(wire, stream.hello()) as pen:
            console = child("benchmarks.flat_out", pen.port, count)
        ours.append(float(console["samples_per_s"]))  # type: ignore[arg-type]
        theirs.append(float(tutorial["samples_per_s"]))  # type: ignore[arg-type]
        ratios.append(ours[-1] / theirs[-1])
        lost += float(console["lost"])  # type: ignore[arg-type]
    return [
        Figure("live.flat_out_vs_tutorial", median(ratios), target=100),
        Figure("live.flat_out", median(ours), "samples/s"),
        Figure("live.tutorial_flat_out", median(theirs), "samples/s"),
        Figure("live.flat_out_lost", lost, "samples", 0, lower=True),
    ]


def measure_soak(minutes: float) -> list[Figure]:
    """Let the console needle: memory grown after the first minute beyond the raw bytes of the samples that came in
    meanwhile; CPU of the last minute against the second."""
    with live_pen(RATE_HZ) as port:
        console = child("benchmarks.console_at_work", port, minutes * 60, "--every", WARM_S)
    pieces = console["pieces"]
    assert isinstance(pieces, list) and len(pieces) >= 3, "a soak takes three minutes or more"
    first, last = pieces[0], pieces[-1]
    grown_kb, kept_kb = last["resident_kb"] - first["resident_kb"], last["raw_kb"] - first["raw_kb"]
    return [
        Figure("live.soak_memory", (grown_kb - kept_kb) / first["resident_kb"], "share", 0.01, lower=True),
        Figure("live.soak_grown", grown_kb / 1024, "MiB"),
        Figure("live.soak_samples_kept", kept_kb / 1024, "MiB"),
        Figure("live.soak_cpu", pieces[-1]["cpu_share"] / pieces[1]["cpu_share"], target=1.05, lower=True),
        Figure("live.soak_minutes", minutes, "min"),
        Figure("live.soak_lost", float(console["lost"]), "samples", 0, lower=True),  # type: ignore[arg-type]
        Figure("live.soak_worst_block", float(console["worst_block_s"]) * 1000, "ms"),  # type: ignore[arg-type]
    ]


def main() -> int:
    """Measure all, print the table or the JSON."""
    parser = argparse.ArgumentParser(description="Measure what the live view costs.")
    parser.add_argument("--json", action="store_true", help="print one object of named figures and nothing else")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another stream (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each opponent (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="short streams: tries the way, proves nothing")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="only let it needle for so long")
    options = parser.parse_args()
    app = QApplication(["live"])
    apply_theme(app, "light")
    few = 10 if options.quick else 1
    if options.soak:
        figures = measure_soak(options.soak)
    else:
        figures = measure_frames(options.seed, options.rounds, 120 // few, HOUR_S // few)
        figures += measure_latency(options.seed, options.rounds, 6.0 / few)
        figures += measure_cpu(options.seed, options.rounds, 10.0 / few)
        figures += measure_flat_out(options.seed, options.rounds, 500_000 // few)
        figures += measure_memory(options.seed, RATE_HZ * HOUR_S // few)
    print(as_json(figures) if options.json else f"{machine()}, off screen, seed {options.seed}\n{table(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
