"""The frame timer: order, isolation, pace."""

import logging
from queue import SimpleQueue

import pytest
from fake_clock import FakeClock
from pytestqt.qtbot import QtBot

from console.services.clocks import SystemClock
from ui.frame_timer import FrameTimer


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
        qtbot.waitUntil(lambda: len(calls) >= 5, timeout=3000)
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
    qtbot.waitUntil(lambda: frames.frames >= 2, timeout=3000)
    frames.stop()
    assert not frames._timer.isActive()
