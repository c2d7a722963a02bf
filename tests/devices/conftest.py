"""What every test of the devices is held to: no thread may outlive it."""

import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    leaked = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert not leaked, f"threads left running: {leaked}"
