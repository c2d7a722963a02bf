"""The sounds follow the alarms; a device that is missing, slow or broken holds nobody up."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from console_rig import RigClock, rig_library

from console.services.alarm_board import AlarmBoard
from console.services.sample_fanout import Inbox
from ui.sounds import AlarmSounds, Frames, NullSounds, Sounds
from ui.tones import RATE_HZ

MEDIUM, HIGH, LOW = "link_lost", "not_saved", "battery_low"


class BenchDevice:
    """Takes samples when the test asks."""

    def __init__(self) -> None:
        self.frames: Frames | None = None
        self.closed = False

    def start(self, callback_generator: Frames) -> None:
        self.frames = callback_generator

    def close(self) -> None:
        self.closed = True

    def hear(self, seconds: float) -> np.ndarray:
        assert self.frames is not None
        return np.concatenate([self.frames.send(441) for _ in range(round(seconds * RATE_HZ / 441))])


@pytest.fixture
def clock() -> RigClock:
    return RigClock()


@pytest.fixture
def board(clock: RigClock) -> AlarmBoard:
    return AlarmBoard(rig_library().alarms, clock, Inbox())


@pytest.fixture
def device() -> BenchDevice:
    return BenchDevice()


@pytest.fixture
def sounds(board: AlarmBoard, device: BenchDevice) -> Iterator[AlarmSounds]:
    made = AlarmSounds(board, open_with=lambda: device)
    board.on_change(made.on_change)
    made.start()
    assert made.wait_probed(5.0)
    yield made
    made.close()


def raise_alarm(board: AlarmBoard, clock: RigClock, rule_id: str, on: bool = True) -> None:
    """State a condition for longer than any rule's delay."""
    board.feed(rule_id, on, clock.monotonic_s(), "s")
    clock.advance(60.0)
    board.feed(rule_id, on, clock.monotonic_s(), "s")


def test_an_alarm_is_heard_without_waiting_for_a_frame(
        board: AlarmBoard, clock: RigClock, sounds: AlarmSounds, device: BenchDevice) -> None:
    assert sounds.available and sounds.trouble == ""
    assert not device.hear(1.0).any()
    raise_alarm(board, clock, MEDIUM)
    assert sounds.sounding == "medium"
    assert device.hear(1.0).any()


def test_the_gravest_sounds_until_it_is_acknowledged_or_over(
        board: AlarmBoard, clock: RigClock, sounds: AlarmSounds) -> None:
    raise_alarm(board, clock, MEDIUM)
    raise_alarm(board, clock, HIGH)
    assert sounds.sounding == "high"
    board.acknowledge(HIGH, "s")
    sounds.follow(board.shown())
    assert sounds.sounding == "medium"
    raise_alarm(board, clock, MEDIUM, on=False)
    sounds.follow(board.shown())
    assert sounds.sounding == ""


def test_a_lesser_alarm_does_not_interrupt_a_graver(
        board: AlarmBoard, clock: RigClock, sounds: AlarmSounds) -> None:
    raise_alarm(board, clock, HIGH)
    raise_alarm(board, clock, MEDIUM)
    assert sounds.sounding == "high"


def test_paused_audio_silences_medium_but_never_high(
        board: AlarmBoard, clock: RigClock, sounds: AlarmSounds, device: BenchDevice) -> None:
    raise_alarm(board, clock, MEDIUM)
    board.pause_audio(120.0)
    sounds.follow(board.shown())
    assert not device.hear(3.0).any()
    raise_alarm(board, clock, HIGH)
    assert device.hear(3.0).any()
    board.acknowledge(HIGH, "s")
    clock.advance(120.0)
    sounds.follow(board.shown())
    assert device.hear(1.0).any(), "medium is heard again when the pause is over"


def test_low_is_silent_unless_the_clinic_says_otherwise(board: AlarmBoard, clock: RigClock) -> None:
    silent, heard = NullSounds(board), NullSounds(board, low_sounds=True)
    raise_alarm(board, clock, LOW)
    shown = board.shown()
    assert shown and shown[0].priority == "low"
    silent.follow(shown)
    heard.follow(shown)
    assert (silent.sounding, heard.sounding) == ("", "low")


def test_five_levels_and_none_is_silence(sounds: AlarmSounds, device: BenchDevice) -> None:
    peaks = []
    for level in (1, 2, 3, 4, 5):
        sounds.set_level(level)
        sounds.play("medium")
        peaks.append(int(np.abs(device.hear(0.5).astype(int)).max()))
    assert peaks == sorted(peaks) and len(set(peaks)) == 5
    assert peaks[0] > 1000
    sounds.set_level(0)
    assert sounds.level == 1
    sounds.set_level(9)
    assert sounds.level == 5


def test_no_device_is_a_sentence_and_the_books_are_kept(board: AlarmBoard, clock: RigClock) -> None:
    def missing() -> BenchDevice:
        raise RuntimeError("failed to init device")

    sounds = AlarmSounds(board, open_with=missing)
    sounds.start()
    assert sounds.wait_probed(5.0)
    assert not sounds.available
    assert "No sound device" in sounds.trouble
    sounds.play("high")
    assert sounds.sounding == "high"
    sounds.close()


def test_a_device_that_hangs_holds_nobody_up(board: AlarmBoard, device: BenchDevice) -> None:
    answer = threading.Event()

    def slow() -> BenchDevice:
        answer.wait(30.0)
        return device

    sounds = AlarmSounds(board, open_with=slow)
    sounds.start()
    sounds.play("high")
    sounds.chime("scan_ok")
    sounds.quiet()
    sounds.play("medium")
    assert not sounds.available
    answer.set()
    assert sounds.wait_probed(5.0)
    assert device.hear(1.0).any()
    sounds.close()
    assert device.closed


def test_closing_lets_the_device_and_the_thread_go(board: AlarmBoard, device: BenchDevice) -> None:
    sounds = AlarmSounds(board, open_with=lambda: device)
    sounds.start()
    assert sounds.wait_probed(5.0)
    sounds.play("high")
    sounds.close()
    assert device.closed and sounds.sounding == ""
    assert "sounds" not in [one.name for one in threading.enumerate()]


def test_both_twins_answer_to_the_same_words(board: AlarmBoard) -> None:
    twins: list[Sounds] = [NullSounds(board), AlarmSounds(board)]
    for one in twins:
        one.play("medium")
        one.set_level(4)
        one.chime("ready")
        assert (one.sounding, one.level, one.available) == ("medium", 4, False)
        for act in (one.play, one.chime):
            with pytest.raises(KeyError):
                act("loud")
        one.close()
        assert one.sounding == ""


def test_the_sound_library_is_not_loaded_before_it_is_needed() -> None:
    code = ("import sys, ui.sounds, console.app.cli; console.app.cli.build_parser();"
            "sys.exit('miniaudio' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_sound_card_leaves_the_terminal_clean() -> None:
    program = (
        "from ui.sounds import open_device\n"
        "try:\n    open_device().close()\nexcept Exception:\n    pass\n")
    ran = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert ran.returncode == 0 and ran.stderr == ""
