"""A window that is closed takes every widget with it: what stays is restyled with each change of theme."""

import gc
from pathlib import Path

from fake_clock import FakeClock
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from real_window import RealWindow

from ui.theme import apply_theme

DESK = ("today", "sessions", "follow_up", "exceptions", "incidents", "settings")


def living() -> list[QWidget]:
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return QApplication.allWidgets()


def test_a_closed_window_leaves_no_widget_behind(qapp: QApplication, tmp_path: Path) -> None:
    apply_theme(qapp, "light")
    before = len(living())
    run = RealWindow(qapp, tmp_path, FakeClock())
    for key in DESK:
        run.window.open_page(key)
        run.live()
    run.stage.lock.by_hand()
    assert run.window.locked
    run.live()
    run.close()
    del run
    left = living()
    assert len(left) == before, f"widgets left behind: {[one for one in left if one.parent() is None]}"
