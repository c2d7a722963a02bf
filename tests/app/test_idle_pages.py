"""Pages on stage while nothing happens: drawn ten times a second, they leave the registry and the record alone."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from console_rig import close_console, make_console, start_session, walk_to
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig_ports import RigRegistry

from console.app.chrome import Chrome
from console.app.pages import page_recipes
from console.domain.workflow import PHASES
from console.services.clocks import SystemClock
from console.services.console import Console
from ui.frame_timer import FrameTimer
from ui.main_window import MainWindow

LOOKS = 3
ROOM = {phase.value for phase in PHASES} | {"right_patient", "stopped"}


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what is asked of the registry."""
    counted: Counter[str] = Counter()

    def counting(name: str, ask: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            counted[name] += 1
            return ask(*args, **named)

        return call

    for name in ("setting", "records", "record_versions", "products", "recalled_lots", "patient", "patients", "staff",
                 "courses", "appointments", "cartridge_used_in"):
        monkeypatch.setattr(RigRegistry, name, counting(name, getattr(RigRegistry, name)))
    return counted


def idle(window: MainWindow, chrome: Chrome, key: str, asked: Counter[str]) -> Counter[str]:
    window.open_page(key)
    window._refresh()
    chrome.refresh()
    asked.clear()
    for _ in range(LOOKS):
        window._refresh()
        chrome.refresh()
    return Counter(asked)


def test_no_page_asks_the_registry_again_while_nothing_happens(
    qapp: QApplication, qtbot: QtBot, console: Console, asked: Counter[str],
) -> None:
    window = MainWindow(console.clock, FrameTimer(SystemClock()), motion=False)
    qtbot.addWidget(window)
    pages = page_recipes(console, Mock())
    for key, make in pages.items():
        window.add_recipe(key, make)
    chrome = Chrome(window, console)
    found = {key: idle(window, chrome, key, asked) for key in pages if key not in ROOM}
    start_session(console)
    for phase in PHASES:
        walk_to(console, phase)
        found[phase.value] = idle(window, chrome, phase.value, asked)
    assert {key: count for key, count in found.items() if count} == {}
    assert set(pages) - set(found) == {"right_patient", "stopped"}, "every other page was looked at"
