"""Photos lie encrypted in the database; one that is missing or altered is named by the proof."""

import hashlib

import pytest
import treatments
from store_kit import StillClock, raw_connection, without_guards

from console.domain import photos
from console.domain import session_events as ev
from console.domain.photo_ports import Developed, PhotoRow
from console.domain.workflow import Phase
from console.services.session_row import summarise
from db.data_folder import DataFolder
from db.photos import PhotoStore
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.verify import verify_session

BODY, THUMB = b"\xff\xd8 PLAINTEXT-OF-THE-PICTURE " * 50, b"\xff\xd8 small"


def record(folder: DataFolder) -> None:
    row = PhotoRow("photo-0001", treatments.SESSION_ID, "P-0412", "before", "frontal", 5,
                   Developed(BODY, THUMB, 800, 1200), hashlib.sha256(BODY).digest())
    session = treatments.walk_to(Phase.ANESTHETIC)
    session.decide(photos.keep_photos([ev.PhotoTaken(
        row.photo_id, row.view, row.moment, row.sha256.hex(), len(BODY), hashlib.sha256(THUMB).hexdigest(), 800, 1200,
        "jpeg", "file")]), session.state.last_at_us, "PR-02")
    recorder, store = RecorderThread(folder, StillClock(), summarise), SessionStore(folder)
    recorder.start()
    shelf = PhotoStore(store, recorder)
    shelf.keep([row], "PR-02")
    recorder.append(treatments.SESSION_ID, session.history)
    assert recorder.stop(10)
    assert (shelf.body(row.photo_id), shelf.thumbs("P-0412")) == (BODY, {row.photo_id: THUMB})
    assert shelf.sessions_of("P-0412") == [treatments.SESSION_ID] and shelf.body("nobody's") is None
    store.close()


def test_a_kept_photo_is_read_back_and_proved(folder: DataFolder) -> None:
    record(folder)
    assert verify_session(folder, treatments.SESSION_ID) is None


def test_a_picture_lies_under_its_patients_key(folder: DataFolder) -> None:
    record(folder)
    connection = raw_connection(folder)
    stored = connection.execute("SELECT body, thumb FROM photo").fetchone()
    connection.close()
    assert all(part.startswith(b"NCPHOTO1") and b"PLAINTEXT" not in part for part in stored)


def test_a_picture_of_an_earlier_console_is_read_and_proved_as_it_is(folder: DataFolder) -> None:
    record(folder)
    connection = without_guards(folder)
    connection.execute("UPDATE photo SET body = ?, thumb = ?", (BODY, THUMB))
    connection.close()
    store = SessionStore(folder)
    assert PhotoStore(store, RecorderThread(folder, StillClock())).body("photo-0001") == BODY
    store.close()
    assert verify_session(folder, treatments.SESSION_ID) is None


def test_no_file_of_the_folder_holds_the_picture_in_clear(folder: DataFolder) -> None:
    record(folder)
    for path in folder.path.rglob("*"):
        assert not path.is_file() or b"PLAINTEXT-OF" not in path.read_bytes()


@pytest.mark.parametrize(("change", "words"), [
    ("DELETE FROM photo", "is missing"),
    ("UPDATE photo SET body = x'ffd8'", "was altered"),
    ("UPDATE photo SET body = thumb", "was altered"),
    ("UPDATE photo SET body = CAST(substr(body, 1, 60) || x'00' || substr(body, 62) AS BLOB)", "was altered"),
    ("UPDATE photo SET patient_id = 'P-0001'", "was altered"),
    ("UPDATE photo SET body = 'words'", "was altered"),
    ("UPDATE photo SET sha256 = zeroblob(32)", "was altered"),
    ("UPDATE photo SET thumb = x'ffd8'", "has another preview"),
])
def test_what_is_done_to_a_photo_is_named(folder: DataFolder, change: str, words: str) -> None:
    record(folder)
    forger = without_guards(folder)
    forger.executescript(change)
    forger.close()
    fault = verify_session(folder, treatments.SESSION_ID)
    assert fault is not None and fault.what.endswith(words) and "(frontal, before)" in fault.what
