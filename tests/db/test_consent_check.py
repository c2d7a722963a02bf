"""A signature recorded over another text than was decided is named, though its chain is whole."""

from dataclasses import replace

import pytest
import treatments
from store_kit import StillClock

from console.domain import session_events as ev
from console.domain.workflow import Phase
from console.services.session_row import summarise
from db.data_folder import DataFolder
from db.recorder_thread import RecorderThread
from db.verify import verify_session


def record(folder: DataFolder, forged: bool) -> str:
    story = treatments.walk_to(Phase.ANESTHETIC).history
    if forged:
        story = [replace(one, what=replace(one.what, strokes=((5, 5, 6, 6),)))
                 if isinstance(one.what, ev.SignatureDrawn) else one for one in story]
    recorder = RecorderThread(folder, StillClock(), summarise)
    recorder.start()
    recorder.append(treatments.SESSION_ID, story)
    assert recorder.stop(10)
    fault = verify_session(folder, treatments.SESSION_ID)
    if fault is None:
        return ""
    assert isinstance(story[fault.seq - 1].what, ev.SignatureDrawn)
    return fault.what


@pytest.mark.parametrize(("forged", "words"), [
    (False, ""), (True, "holds a signature that does not match what was signed"),
])
def test_a_forged_signature_is_named(folder: DataFolder, forged: bool, words: str) -> None:
    assert record(folder, forged) == words
