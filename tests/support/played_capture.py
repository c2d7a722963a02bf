"""A capture played through the real reader, and what came of it in a form that can be written down."""

import hashlib
import threading

from pen_process import CollectingSink

from console.domain.telemetry import GapCause, LinkState
from console.services.clocks import SystemClock
from devices.link import SerialPenLink
from devices.port_way import PortWay, way_to

Recorded = tuple[dict[int, dict[int, bytes]], list[tuple[int, int, int, GapCause]]]


def settle(link: SerialPenLink) -> None:
    pause = threading.Event()
    for _ in range(4_000):
        if link.recording_settled():
            return
        pause.wait(0.005)
    raise AssertionError("the recording never settled")


def recorded(sink: CollectingSink) -> Recorded:
    assert sink.twice == 0
    return dict(sink.stored), [(gap.boot_id, gap.first_index, gap.count, gap.cause) for gap in sink.gaps]


def play(url: str) -> Recorded:
    """Record a playback through the same reader, to its end."""
    sink = CollectingSink()
    way = way_to(url, SystemClock())
    link = SerialPenLink(sink, way.clock, open_port=way.open_port)
    link.open(url)
    try:
        link.wait_first(20)
        link.begin_recording()
        sink.wait_for(lambda: has_ended(way) and sink.notices[-1].state is LinkState.LOST)
        link.end_recording(1.0)
        settle(link)
    finally:
        link.close()
        way.close()
    return recorded(sink)


def has_ended(way: PortWay) -> bool:
    return way.playback is not None and way.playback.ended


def summary(played: Recorded) -> dict[str, list[tuple[object, ...]]]:
    """Give of each boot the range, the number and the digest of its samples, and the gaps."""
    samples = []
    for boot_id, there in played[0].items():
        kept = b"".join(there[index] for index in sorted(there))
        samples.append((boot_id, min(there), max(there), len(there), hashlib.sha256(kept).hexdigest()))
    return {"samples": samples, "gaps": [(boot, first, count, cause.value) for boot, first, count, cause in played[1]]}
