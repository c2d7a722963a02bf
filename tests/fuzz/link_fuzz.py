"""Fuzzes the way from a pen's bytes to its samples, for as long as you like.

    python tests/fuzz/link_fuzz.py --frames 10000000            damaged frames of Pen Link: none may pass
    python tests/fuzz/link_fuzz.py --attempts 100000 --driver pen-link    coverage-guided, any driver

The same code runs in the ordinary tests, with a million frames and some hundred attempts. Exit code 0
when everything held; 1 with what did not, and the bytes that did it.
"""

import argparse
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/support")]

from damaged_frames import FuzzTally  # noqa: E402
from fuzzed_drivers import FUZZED_DRIVERS, MOST_HELD_BYTES, FuzzedDriver, feed_whole_link, held_bytes  # noqa: E402
from guided_fuzz import Attempt, GuidedFuzz, Mutator  # noqa: E402

FRAMES_A_TURN = 1_000_000


def fuzz_frames(frames: int, seed: int) -> bool:
    """Read damaged frames; tell whether none was taken for a good one."""
    tally, turn = FuzzTally(seed), 0
    while tally.total < frames:
        tally.seed = seed + turn
        tally.read(min(FRAMES_A_TURN, frames - tally.total))
        turn += 1
        _say(f"{tally.total:>12,} damaged frames, {len(tally.false)} accepted")
    for kind, count in tally.tried.items():
        _say(f"{count:>12,} {kind}")
    for kind, wire in tally.false:
        _say(f"accepted after {kind}: {wire.hex(' ')}")
    for kind in tally.held_back:
        _say(f"a whole frame was not read after {kind}")
    return not tally.false and not tally.held_back


def fuzz_driver(fuzzed: FuzzedDriver, attempts: int, seed: int) -> bool:
    """Run the coverage-guided fuzzer on one driver behind the whole link; tell whether it held."""
    most = 0

    def attempt(reads: Attempt) -> None:
        nonlocal most
        machine = feed_whole_link(fuzzed.make(), reads, random.Random(len(reads)))
        most = max(most, held_bytes(machine))
        assert most < MOST_HELD_BYTES, f"{most} bytes held"

    mutator = Mutator(random.Random(seed), fuzzed.words(), fuzzed.open_word, fuzzed.close_word)
    fuzz = GuidedFuzz(mutator, attempt, ROOT / "devices")
    try:
        steps = fuzz.run(attempts)
    except Exception as fault:  # noqa: BLE001 - any fault at all is what is looked for
        _say(f"{fuzzed.name}: {fault!r}", *getattr(fault, "__notes__", ()))
        return False
    _say(f"{fuzzed.name}: {fuzz.attempts:,} attempts, {steps:,} steps of code, {len(fuzz.corpus)} kept, "
         f"at most {most:,} bytes held")
    return True


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description="Fuzz the way from a pen's bytes to its samples.")
    parser.add_argument("--frames", type=int, default=0, help="so many damaged frames of Pen Link")
    parser.add_argument("--attempts", type=int, default=0, help="so many coverage-guided attempts on each driver")
    parser.add_argument("--driver", choices=sorted(FUZZED_DRIVERS), help="only this one (every driver)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another run (%(default)s)")
    options = parser.parse_args()
    if not options.frames and not options.attempts:
        parser.error("say --frames N, --attempts N or both")
    began_s = time.monotonic()
    held = fuzz_frames(options.frames, options.seed) if options.frames else True
    if options.attempts:
        names = [options.driver] if options.driver else sorted(FUZZED_DRIVERS)
        held &= all([fuzz_driver(FUZZED_DRIVERS[name], options.attempts, options.seed) for name in names])
    _say(f"{'everything held' if held else 'NOT everything held'}, {time.monotonic() - began_s:.0f} s")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
