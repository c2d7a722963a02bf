"""One sealed treatment of an hour, written by the recorder itself as it would have come from a pen at 250 Hz."""

from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from console.app.demo_telemetry import PERIOD_US, Stretch, pen_samples
from console.domain import session_events as ev
from console.domain.areas import AREAS
from console.domain.session_events import Payload, SessionEvent
from console.domain.telemetry import Batch
from console.services.clocks import SystemClock
from console.services.ids import new_id
from console.services.session_row import summarise
from db.data_folder import DEMO, DataFolder, create_folder
from db.recorder_thread import RecorderThread

START_US = 1_794_914_640_000_000
AREAS_NEEDLED, PASSES = 12, 3
LIFT_US = 4_000_000  # between passes
WAIT_S = 120.0
LIVE_CHUNK = 70  # seven frames of ten samples
WHO = "PR-02"


def make_folder(path: Path, minutes: int, seed: int) -> tuple[DataFolder, UUID]:
    """Make a folder with one sealed session of so many minutes of needling, its bodies merged as after every seal."""
    folder = create_folder(path, DEMO, SystemClock())
    recorder = RecorderThread(folder, SystemClock(), summarise)
    recorder.start()
    session_id = new_id()
    try:
        _write(recorder, session_id, minutes, seed)
        if not recorder.synchronise(WAIT_S):
            raise SystemExit("the session could not be written")
        recorder.merge_bodies(session_id)
        if not recorder.synchronise(WAIT_S):
            raise SystemExit("the session's bodies could not be merged")
    finally:
        recorder.stop(WAIT_S)
    return folder, session_id


def _write(recorder: RecorderThread, session_id: UUID, minutes: int, seed: int) -> None:
    pass_us = minutes * 60_000_000 // (AREAS_NEEDLED * PASSES)
    count = minutes * 60_000_000 // PERIOD_US
    stretches = [
        Stretch(START_US + n * pass_us, START_US + (n + 1) * pass_us - LIFT_US, START_US + (n + 1) * pass_us - LIFT_US,
                500 + 50 * (n // PASSES % 6), 11_000) for n in range(AREAS_NEEDLED * PASSES)]
    raw = pen_samples(START_US, count, stretches, (), seed)
    recorder.append(session_id, _opening())
    arrived = _as_live(raw, count)
    place = 0
    for number, events in enumerate(_passes(pass_us)):
        end = (number + 1) * len(arrived) // (AREAS_NEEDLED * PASSES)
        recorder.append(session_id, events[:1])
        for batch in arrived[place:end]:
            recorder.add_samples(session_id, batch)
        place = end
        recorder.append(session_id, events[1:])
    end_us = START_US + count * PERIOD_US
    recorder.append(session_id, [_at(end_us, one) for one in (
        ev.RecordingEnded("A1-000042", 7, count - 1, count, 0), ev.PhaseEntered("sign_off"),
        ev.Signed(WHO, "A. Meyer", "I performed and recorded this treatment", "pin"), ev.SessionEnded("finished"),
        ev.Sealed(count, 0))])


def _as_live(raw: NDArray[np.void], count: int) -> list[Batch]:
    """Cut samples as the recorder closes its chunks while a pen sends: about a quarter of a second each."""
    return [
        Batch("A1-000042", 7, first, min(LIVE_CHUNK, count - first), PERIOD_US, first * PERIOD_US,
              START_US + first * PERIOD_US, 0.0, raw[first:first + LIVE_CHUNK].tobytes(), False)
        for first in range(0, count, LIVE_CHUNK)]


def _at(at_us: int, what: Payload) -> SessionEvent:
    return SessionEvent(at_us, WHO, what)


def _opening() -> list[SessionEvent]:
    planned = tuple(
        ev.AreaPlan(area.area_id, area.label, 600, 450, 900, 10_000, 12_000, PASSES, "erythema", 300, 4_000, "made up")
        for area in AREAS[:AREAS_NEEDLED])
    pen = ev.PenBound("Aria M1", "A1-000042", "1.4.0", 7, PERIOD_US, 15_000, 31, 12, "")
    return [_at(START_US, one) for one in (
        ev.SessionOpened("treatment", "", 34, "III", "C-1", 3, 6, "Room 2", "station-1", WHO),
        ev.PlanChosen("long", "An hour of needling", 1, "scars", "face", planned), ev.PhaseEntered("needling"), pen,
        ev.RecordingBegan("A1-000042", 7, 0))]


def _passes(pass_us: int) -> list[list[SessionEvent]]:
    found = []
    for number in range(AREAS_NEEDLED * PASSES):
        area, of_area = AREAS[number // PASSES].area_id, number % PASSES + 1
        begun, ended = START_US + number * pass_us, START_US + (number + 1) * pass_us - LIFT_US
        events = [_at(begun, ev.PassStarted(area, of_area)), _at(ended, ev.PassFinished(area, of_area))]
        if of_area == PASSES:
            events += [_at(ended, ev.EndpointNoted(area, "erythema")), _at(ended, ev.AreaFinished(area, PASSES))]
        found.append(events)
    return found
