from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import StillClock, bench_folder, summary

from db.data_folder import DataFolder
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    made = bench_folder(tmp_path / "folder")
    yield made
    made.close()


@pytest.fixture
def recorder(folder: DataFolder, clock: StillClock) -> Iterator[RecorderThread]:
    thread = RecorderThread(folder, clock, summary)
    thread.start()
    yield thread
    thread.stop(10)


@pytest.fixture
def store(folder: DataFolder) -> Iterator[SessionStore]:
    reader = SessionStore(folder)
    yield reader
    reader.close()
