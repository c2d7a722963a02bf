"""What a killed console left missing: the gaps to name when its recording goes on, or ends."""

from collections.abc import Sequence

from console.domain import session_events as ev
from console.domain.ports import StoredRun
from console.domain.session_state import SessionState
from console.domain.telemetry import GapCause

BootKey = tuple[str, int]


def restart_gaps(
    state: SessionState, stored: Sequence[StoredRun], goes_on: ev.RecordingBegan | None,
) -> list[ev.GapRecorded]:
    """Name what is missing since the recording last began; ``goes_on`` is its new beginning, if any.

    Holes that were still being asked for count too. Where the boot does not go on, how many samples
    followed is unknown (count 0).
    """
    if not state.recordings:
        return []
    began = state.recordings[-1]
    boots = dict.fromkeys([_key(began), *((run.pen_serial, run.boot_id) for run in _later(stored, began))])
    gaps: list[ev.GapRecorded] = []
    for boot in boots:
        known = sorted(_known(state, stored, boot))
        start = began.first_index if boot == _key(began) else known[0][0]
        end = max([start, *(end for _, end in known)])
        if goes_on is not None and boot == _key(goes_on):
            end = max(end, goes_on.first_index)
        gaps += [_gap(boot, first, count) for first, count in _holes(known, start, end)]
        if boot == list(boots)[-1] and (goes_on is None or boot != _key(goes_on)):
            gaps.append(_gap(boot, end, 0))
    return gaps


def _key(began: ev.RecordingBegan) -> BootKey:
    return began.pen_serial, began.boot_id


def _later(stored: Sequence[StoredRun], began: ev.RecordingBegan) -> Sequence[StoredRun]:
    """Give the runs stored after those of the boot the recording began with."""
    same = [place for place, run in enumerate(stored) if (run.pen_serial, run.boot_id) == _key(began)]
    return stored[same[-1] + 1:] if same else ()


def _known(state: SessionState, stored: Sequence[StoredRun], boot: BootKey) -> list[tuple[int, int]]:
    runs = [(run.first_index, run.end_index) for run in stored if (run.pen_serial, run.boot_id) == boot]
    named = [(gap.first_index, gap.first_index + gap.count) for gap in state.gaps
             if (gap.pen_serial, gap.boot_id) == boot and gap.count]
    return runs + named


def _holes(known: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    holes = []
    for first, upto in [*known, (end, end)]:
        if first > start:
            holes.append((start, min(first, end) - start))
        start = max(start, upto)
    return holes


def _gap(boot: BootKey, first_index: int, count: int) -> ev.GapRecorded:
    return ev.GapRecorded(boot[0], boot[1], first_index, count, GapCause.CONSOLE_RESTART.value)
