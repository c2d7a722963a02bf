"""A bench capture whose database refuses: it says what is saved, what waits and what is lost."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from plain_pen import PlainPen
from store_kit import raw_connection

from console.app import bench
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from db.data_folder import BENCH, DataFolder, open_folder, open_or_create_folder
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.spill import SpillFile

PAUSE = threading.Event()


@contextmanager
def locked_once_streaming(folder: DataFolder, pen: PlainPen) -> Iterator[None]:
    """Refuse every write from the moment some samples were sent."""
    over = threading.Event()

    def refuse() -> None:
        while len(pen.sent) < 200 and not over.is_set():
            PAUSE.wait(0.005)
        connection = raw_connection(folder)
        connection.execute("BEGIN IMMEDIATE")
        over.wait(60)
        connection.execute("ROLLBACK")
        connection.close()

    hand = threading.Thread(target=refuse)
    hand.start()
    try:
        yield
    finally:
        over.set()
        hand.join()


def refused(place: Path, monkeypatch: pytest.MonkeyPatch, spill_too: bool) -> tuple[str, int, PlainPen]:
    """Record 2 s of which the second is refused; give what was said and how many samples are saved."""
    monkeypatch.setattr(bench, "SAVE_LIMIT_S", 1.0)
    if spill_too:
        monkeypatch.setattr(SpillFile, "append", _no_room)
    folder = open_or_create_folder(place, BENCH, SystemClock())
    with (
        PlainPen(boot_id=5) as pen, locked_once_streaming(folder, pen),
        pytest.raises(OperatorError) as said,
    ):
        bench.BenchCapture(folder, pen.url, 2.0).run()
    folder.close()
    return str(said.value), stored_samples(place), pen


def _no_room(spill: SpillFile, facts: object, samples: bytes) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def stored_samples(place: Path) -> int:
    store = SessionStore(open_folder(place))
    try:
        return sum(chunk.head.count for chunk in store.chunks(store.find_session("last")))
    finally:
        store.close()


def test_what_is_lost_is_not_said_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, saved, pen = refused(tmp_path / "d", monkeypatch, spill_too=True)
    assert said.startswith(f"{saved} samples are saved, the last ")
    lost = int(said.split("the last ")[1].split(" ")[0])
    assert lost > 0 and saved + lost <= len(pen.sent)
    assert saved + lost > 450
    assert "folded in" not in said


def test_what_waits_in_the_spill_file_is_folded_in_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, saved, _ = refused(tmp_path / "d", monkeypatch, spill_too=False)
    assert "is folded in by the next start" in said and "lost" not in said
    folder = open_folder(tmp_path / "d", writing=True)
    recorder = RecorderThread(folder, SystemClock())
    recorder.start()
    assert recorder.stop(20)
    folder.close()
    assert saved < 450 < stored_samples(tmp_path / "d")
