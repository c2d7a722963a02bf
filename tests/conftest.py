"""For every test: off screen unless somebody wants to watch, and threads of our own must not outlive a test."""

import os
from collections.abc import Iterator

import pytest

from ui import garbage

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _garbage_on_this_thread() -> Iterator[None]:
    """Free a former test's windows here: freed on a thread that a test started, they would end the process."""
    garbage.take_over()
    yield
    garbage.look()
