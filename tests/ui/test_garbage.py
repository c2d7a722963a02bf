"""Garbage with Qt objects in it is freed on the window's thread, whoever made room necessary."""

import gc
import threading

from fake_clock import FakeClock
from PySide6.QtWidgets import QApplication

from ui import garbage
from ui.frame_timer import FrameTimer


class Ring:
    """Reaches itself, so that only a search frees it."""

    def __init__(self, freed_by: list[str]) -> None:
        self.me, self._freed_by = self, freed_by

    def __del__(self) -> None:
        self._freed_by.append(threading.current_thread().name)


def much() -> list[list[int]]:
    """Make as many containers as would start Python's own search many times over."""
    return [[number] for number in range(20_000)]


def test_only_a_frame_frees_what_nobody_reaches(qapp: QApplication) -> None:
    frames, freed_by, kept = FrameTimer(FakeClock()), [], []
    gc.collect()
    gc.enable()
    frames.start()
    frames.stop()
    Ring(freed_by)
    other = threading.Thread(target=lambda: kept.append(much()), name="reader")
    other.start()
    other.join()
    assert freed_by == [], "no thread of ours looks for garbage"
    for _ in range(garbage.EVERY_FRAMES):
        frames.run_frame()
    assert freed_by == [threading.main_thread().name] and kept


def test_little_is_left_for_later(qapp: QApplication) -> None:
    frames, freed_by = FrameTimer(FakeClock()), []
    garbage.take_over()
    gc.collect()
    Ring(freed_by)
    for _ in range(garbage.EVERY_FRAMES):
        frames.run_frame()
    assert freed_by == []
    gc.collect()
    assert len(freed_by) == 1
