"""What the simulated pen put on the line, written as JSON so that nothing missed can hide.

    {"boots": [{"serial": "A1-000042", "boot_id": 1, "period_us": 4000, "first_index": 120,
                "last_index": 2619, "next_index": 2700, "sent": [[120, 2620]]}]}

``sent`` are the ranges of sample indexes that went out as TELEMETRY, damaged ones too; the second
number is the index after the last. ``next_index`` is what the pen's next sample would bear.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from devices.simulator.faults import OutFrame
from devices.simulator.pen import SimulatedPen


@dataclass(slots=True)
class _BootLog:
    serial: str
    period_us: int
    sent: list[list[int]] = field(default_factory=list)
    next_index: int = 0

    def add(self, first: int, end: int) -> None:
        if self.sent and self.sent[-1][0] <= first <= self.sent[-1][1]:
            self.sent[-1][1] = max(self.sent[-1][1], end)
        else:
            self.sent.append([first, end])


class SentLog:
    """Keeps account per boot; ``write`` replaces the file whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._boots: dict[int, _BootLog] = {}

    def note(self, pen: SimulatedPen, frame: OutFrame) -> None:
        """Take a frame that went out."""
        if frame.telemetry:
            log = self._boots.setdefault(frame.boot_id, _BootLog(pen.make.serial, pen.make.period_us))
            log.add(*frame.samples)

    def note_pen(self, pen: SimulatedPen) -> None:
        """Take how far the pen has counted."""
        if pen.boot.boot_id in self._boots:
            self._boots[pen.boot.boot_id].next_index = pen.boot.next_index

    def write(self) -> None:
        """Write the file; a reader sees the old or the new, never half."""
        boots = [
            {
                "serial": log.serial,
                "boot_id": boot_id,
                "period_us": log.period_us,
                "first_index": min(first for first, _ in log.sent),
                "last_index": max(end for _, end in log.sent) - 1,
                "next_index": log.next_index,
                "sent": _joined(log.sent),
            }
            for boot_id, log in self._boots.items()
        ]
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_text(json.dumps({"boots": boots}), encoding="utf-8")
        os.replace(fresh, self._path)


def _joined(ranges: list[list[int]]) -> list[list[int]]:
    joined: list[list[int]] = []
    for first, end in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([first, end])
    return joined
