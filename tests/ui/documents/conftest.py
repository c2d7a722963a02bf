"""Documents are drawn in the clinic's zone, with the bundled fonts."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from console.services import local_time


@pytest.fixture(autouse=True)
def drawing(qtbot: QtBot) -> Iterator[None]:
    local_time.set_zone(ZoneInfo("Europe/Berlin"))
    yield
    local_time.set_zone(None)
