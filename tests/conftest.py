"""For every test: off screen unless somebody wants to watch, and threads of our own must not outlive a test."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ui import garbage

if TYPE_CHECKING:
    from postgres_at_work import PostgresAtWork

    from db.sync.server_address import ServerAddress

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _garbage_on_this_thread() -> Iterator[None]:
    """Free a former test's windows here: freed on a thread that a test started, they would end the process."""
    garbage.take_over()
    yield
    garbage.look()


@pytest.fixture(scope="session")
def postgres() -> "Iterator[PostgresAtWork]":
    """A PostgreSQL of this worker's own, for as long as it lives."""
    from postgres_at_work import PostgresAtWork

    server = PostgresAtWork()
    yield server
    server.close()


@pytest.fixture
def server_address(postgres: "PostgresAtWork") -> "ServerAddress":
    """An empty, prepared clinic server for one test."""
    return postgres.fresh_database()
