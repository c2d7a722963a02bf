"""The recording window alone: what a boot still owes when the pen leaves it."""

import dataclasses

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
    recording.tick(3.0, True)
    assert recording.gaps == [], "frames of the old boot may be on their way still"
    recording.tick(3.3, True)
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


def test_a_frame_of_the_old_boot_that_the_restart_overtook_is_still_taken() -> None:
    recording, new = took((0, 100)), dataclasses.replace(PEN, boot_id=8)
    recording.leave_boot(GapCause.PEN_RESTART, 130)
    recording.tick(1.0, True)
    recording.take(new, 8, Range(0, 10), 0, False, 1.05)
    assert recording.take(new, 7, Range(110, 120), 440_000, False, 1.1) == [Range(110, 120)]
    assert recording.current_ledger is not None and recording.current_ledger.end == 10, "the new boot stays the present"
    recording.tick(1.3, True)
    assert [(gap.boot_id, gap.first_index, gap.count) for gap in recording.gaps] == [(7, 100, 10), (7, 120, 10)]


def test_an_answer_cannot_tell_of_samples_nobody_has_heard_of() -> None:
    recording = took((0, 100))
    assert recording.take(PEN, 7, Range(90, 5_000), 360_000, True, 1.0) == []
    assert recording.take(PEN, 7, Range(100, 110), 400_000, False, 1.0) == [Range(100, 110)]


def test_a_boot_that_comes_back_leaves_no_nameless_hole() -> None:
    recording, other = took((0, 100)), dataclasses.replace(PEN, boot_id=8)
    assert left(recording, None) == [(100, 0)]
    recording.take(other, 8, Range(0, 10), 0, False, 3.4)
    recording.leave_boot(GapCause.PEN_RESTART, None)
    recording.gaps.clear()
    assert recording.take(PEN, 7, Range(400, 410), 1_600_000, False, 4.0) == [Range(400, 410)]
    assert [(gap.boot_id, gap.first_index, gap.count, gap.cause) for gap in recording.gaps] == [
        (7, 100, 300, GapCause.PEN_RESTART)]
