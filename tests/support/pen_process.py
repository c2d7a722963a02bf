"""The simulated pen as users run it: another process on a pseudo-terminal or a TCP port."""

import json
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from console.domain.telemetry import Batch, Gap, LinkNotice, LinkState, PenEvent, PenStatus

ROOT = Path(__file__).parents[2]


class PenProcess:
    """Starts a simulated pen that ends with this process at the latest."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "devices.simulator.serve", "--until-eof", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def __enter__(self) -> "PenProcess":
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()

    def say(self, line: str) -> None:
        """Lead its hand."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def end(self) -> int:
        """Close its standard input; give its exit code."""
        self._process.communicate(timeout=20)
        return self._process.returncode

    def signal(self, number: int) -> int:
        """Send a signal; give its exit code."""
        self._process.send_signal(number)
        self._process.communicate(timeout=20)
        return self._process.returncode


class CollectingSink:
    """A sink that keeps everything; ``wait_for`` waits on what came in, without polling."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.stored: dict[int, dict[int, bytes]] = defaultdict(dict)
        self.batches: list[Batch] = []
        self.twice = 0
        self.gaps: list[Gap] = []
        self.notices: list[LinkNotice] = []
        self.events: list[PenEvent] = []
        self.statuses: list[PenStatus] = []

    def on_samples(self, batch: Batch, recording: bool) -> None:
        with self._changed:
            self.batches.append(batch)
            if recording:
                there = self.stored[batch.boot_id]
                for k in range(batch.count):
                    index = batch.first_index + k
                    self.twice += index in there
                    there[index] = batch.samples[10 * k : 10 * k + 10]
            self._changed.notify_all()

    def _add(self, kept: list, thing: object) -> None:
        with self._changed:
            kept.append(thing)
            self._changed.notify_all()

    def on_gap(self, gap: Gap) -> None:
        self._add(self.gaps, gap)

    def on_notice(self, notice: LinkNotice) -> None:
        self._add(self.notices, notice)

    def on_pen_event(self, event: PenEvent) -> None:
        self._add(self.events, event)

    def on_pen_status(self, status: PenStatus) -> None:
        self._add(self.statuses, status)

    def wait_for(self, holds: Callable[[], bool], limit_s: float = 20.0) -> None:
        """Wait until something that came in makes it true."""
        with self._changed:
            assert self._changed.wait_for(holds, limit_s), f"waited in vain; last: {self.notices[-3:]}"

    def wait_for_state(self, state: LinkState) -> None:
        """Wait until the link's last notice is of this state."""
        self.wait_for(lambda: bool(self.notices) and self.notices[-1].state is state)

    def count(self) -> int:
        """Give how many samples are recorded."""
        return sum(len(there) for there in self.stored.values())


def sent_by_boot(path: Path) -> dict[int, set[int]]:
    """Read a sent log: every index that went out, by boot."""
    boots = json.loads(path.read_text(encoding="utf-8"))["boots"]
    return {boot["boot_id"]: {k for first, end in boot["sent"] for k in range(first, end)} for boot in boots}
