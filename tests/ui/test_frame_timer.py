"""The frame timer: order, isolation, pace."""

import logging
import threading
from queue import SimpleQueue

import pytest
from fake_clock import FakeClock
from pytestqt.qtbot import QtBot

from console.services.clocks import SystemClock
from ui.frame_timer import FrameTimer
from ui.frame_watchdog import FrameWatchdog


def test_failing_subscriber_is_logged_and_stops_neither_the_others_nor_the_clock(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    frames, calls = FrameTimer(SystemClock()), []

    def fail() -> None:
        raise RuntimeError("a bad frame")

    frames.subscribe(fail, name="bad page")
    frames.subscribe(lambda: calls.append(1))
    with caplog.at_level(logging.ERROR, "console.frames"):
        frames.start()
        qtbot.waitUntil(lambda: len(calls) >= 5, timeout=20_000)
        frames.stop()
    assert "bad page failed" in caplog.text
    assert len(caplog.records) < len(calls), "a fault in every frame does not flood the log"
    caplog.clear()


def test_drains_come_before_subscribers_and_take_everything(qtbot: QtBot) -> None:
    frames, queue, seen = FrameTimer(FakeClock()), SimpleQueue(), []
    frames.subscribe(lambda: seen.append("draw"))
    frames.drain(queue, seen.append)
    for number in range(3):
        queue.put(number)
    frames.run_frame()
    assert seen == [0, 1, 2, "draw"]


def test_every_counts_frames_and_cancel_ends_it(qtbot: QtBot) -> None:
    frames, seen = FrameTimer(FakeClock()), []
    subscription = frames.subscribe(lambda: seen.append(frames.frames), every=6)
    for _ in range(18):
        frames.run_frame()
    subscription.cancel()
    for _ in range(12):
        frames.run_frame()
    assert seen == [6, 12, 18]


def test_stopped_timer_stays_still(qtbot: QtBot) -> None:
    frames = FrameTimer(SystemClock())
    frames.start()
    qtbot.waitUntil(lambda: frames.frames >= 2, timeout=20_000)
    frames.stop()
    assert not frames._timer.isActive()


def test_blocked_window_is_logged_with_the_place_and_its_length(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    frames, told, held = FrameTimer(SystemClock()), threading.Event(), []

    def watch(record: logging.LogRecord) -> bool:
        if "is blocked in" in record.getMessage():
            told.set()
        return True

    def hold_everything_up() -> None:
        if not held:
            held.append(told.wait(10.0))

    caplog.handler.addFilter(watch)
    with caplog.at_level(logging.WARNING, "console.frames"):
        frames.subscribe(hold_everything_up)
        frames.start()
        qtbot.waitUntil(lambda: frames.watchdog.stalls > 0, timeout=20_000)
        frames.stop()
    caplog.handler.removeFilter(watch)
    assert held == [True], "the place is told while it is blocked, not afterwards"
    assert "hold_everything_up" in caplog.text and "was blocked for" in caplog.text
    assert frames.watchdog.worst_s >= 0.1


def test_a_stall_is_told_once_and_a_quick_frame_never(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    dog = FrameWatchdog(clock)
    with caplog.at_level(logging.WARNING, "console.frames"):
        dog.look()
        dog.beat()
        clock.advance(0.09)
        dog.look()
        dog.beat()
        assert not caplog.records and dog.stalls == 0
        clock.advance(0.11)
        dog.look()
        dog.look()
        assert len(caplog.records) == 1 and dog.stalls == 0
        dog.beat()
        assert len(caplog.records) == 2 and dog.stalls == 1
        dog.stop()
        clock.advance(9)
        dog.look()
        dog.beat()
    assert len(caplog.records) == 2, "a timer that stands still is no stall"
