"""A pen of one pseudo-terminal, run as another process: plays prepared bytes, flat out or in time.

    python -m benchmarks.stream_pen FILE [--hello HEX] [--every SECONDS --sizes FILE]

The first line on standard output is the port. With ``--hello`` it answers IDENTIFY and plays after
STREAM; without, it plays at the first byte it gets. ``--every`` writes one piece of ``--sizes`` at a
time and afterwards prints when each was written (steady nanoseconds). It ends with its standard input.
"""

import argparse
import json
import os
import select
import sys
import time
import tty
from pathlib import Path

STREAM_TYPE = 0x82


def wait_for_start(ours: int, hello: bytes) -> None:
    """Wait until the reader asks for samples."""
    waiting = b""
    while True:
        waiting += os.read(ours, 4_096)
        if not hello:
            return
        *frames, waiting = waiting.split(b"\0")
        for frame in frames:
            # COBS leaves the type where it is: a code byte, the version, the type.
            if frame[2:3] == bytes((STREAM_TYPE,)):
                return
            os.write(ours, hello)


def play_flat_out(ours: int, wire: bytes) -> None:
    """Write as fast as the other end reads."""
    left = memoryview(wire)
    while left:
        left = left[os.write(ours, left[:65_536]) :]


def play_in_time(ours: int, wire: bytes, sizes: list[int], every_s: float) -> list[int]:
    """Write one piece after the other; give the steady nanoseconds just before each."""
    written_ns, offset, due_s = [], 0, time.monotonic()
    for size in sizes:
        due_s += every_s
        time.sleep(max(0.0, due_s - time.monotonic()))
        piece = wire[offset : offset + size]
        offset += size
        written_ns.append(time.monotonic_ns())
        os.write(ours, piece)
    return written_ns


def main() -> int:
    """Serve one reader."""
    parser = argparse.ArgumentParser(description="Play prepared bytes on a pseudo-terminal.")
    parser.add_argument("wire", type=Path)
    parser.add_argument("--hello", type=bytes.fromhex, default=b"")
    parser.add_argument("--every", type=float)
    parser.add_argument("--sizes", type=Path)
    options = parser.parse_args()
    wire = options.wire.read_bytes()
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    print(os.ttyname(theirs), flush=True)
    wait_for_start(ours, options.hello)
    if options.every is None:
        play_flat_out(ours, wire)
    else:
        written_ns = play_in_time(ours, wire, json.loads(options.sizes.read_text()), options.every)
        print(json.dumps(written_ns), flush=True)
    select.select((sys.stdin,), (), ())
    return 0


if __name__ == "__main__":
    sys.exit(main())
