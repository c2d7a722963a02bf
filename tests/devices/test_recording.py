"""The recording window alone: what a boot still owes when the pen leaves it."""

import pytest

from console.domain.telemetry import GapCause, PenDescription
from devices.recording import Recording
from devices.resend import Range

PEN = PenDescription("Rough", "R-1", "0.1", 7, 4_000, 15_000, 31, 12, "")


def took(*ranges: tuple[int, int]) -> Recording:
    recording = Recording()
    recording.begin()
    recording.armed = True
    for first, end in ranges:
        recording.take(PEN, 7, Range(first, end), first * 4_000, False, 1.0)
    return recording


def left(recording: Recording, next_index: int | None) -> list[tuple[int, int]]:
    recording.leave_boot(GapCause.PEN_RESTART, next_index)
    assert {gap.cause for gap in recording.gaps} == {GapCause.PEN_RESTART}
    return [(gap.first_index, gap.count) for gap in recording.gaps]


@pytest.mark.parametrize(("next_index", "gaps"), [
    (None, [(100, 10), (120, 0)]), (120, [(100, 10), (120, 0)]), (150, [(100, 10), (120, 30)]),
])
def test_a_boot_that_ends_owes_its_holes_and_its_tail(next_index, gaps) -> None:
    assert left(took((0, 100), (110, 120)), next_index) == gaps


def test_a_tail_already_missing_is_one_gap_with_what_followed() -> None:
    recording = took((0, 100), (110, 120))
    recording.note_overruns(7, 130, 0, 1.0)
    recording.tick(2.0, True)  # the tail of ten is due now
    assert left(recording, None) == [(100, 10), (120, 10)]
