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
from ui.sounds import GONE_LOOKS, RETRY_LOOKS, STEP_DB, AlarmSounds, Frames, NullSounds, Sounds
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
    device.hear(1.0)  # the audible test of the start
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
    board.pause_audio()
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


def test_the_start_is_heard_and_its_result_said_once_it_is_played(board: AlarmBoard, device: BenchDevice) -> None:
    made = AlarmSounds(board, open_with=lambda: device)
    assert made.test_result == "" and not made.missing
    made.start()
    assert made.wait_probed(5.0)
    assert made.test_result == "", "opened is not yet heard"
    assert device.hear(1.0).any()
    assert "tones were played" in made.test_result and not made.missing
    made.close()


def test_no_device_at_the_start_is_missing_and_one_that_comes_later_is_found(
        board: AlarmBoard, device: BenchDevice) -> None:
    answers: list[BenchDevice | None] = [None, device]
    opened = threading.Event()

    def open_next() -> BenchDevice:
        found = answers.pop(0)
        if found is None:
            raise OSError("no card")
        opened.set()
        return found

    made = AlarmSounds(board, open_with=open_next)
    made.start()
    assert made.wait_probed(5.0)
    assert made.missing and "No sound device" in made.test_result
    for _ in range(RETRY_LOOKS - 1):
        made.follow(())
    assert made.missing and len(answers) == 1, "not looked for all the time"
    made.follow(())
    assert opened.wait(5.0)
    made.close()
    assert device.closed


def test_a_device_that_vanishes_is_let_go_and_missed(board: AlarmBoard, device: BenchDevice) -> None:
    left = threading.Event()

    def open_once() -> BenchDevice:
        if device.frames is not None:
            left.set()
            raise OSError("unplugged")
        return device

    made = AlarmSounds(board, open_with=open_once)
    made.start()
    assert made.wait_probed(5.0)
    for _ in range(GONE_LOOKS * 3):  # it asks for samples all the time
        device.hear(0.02)
        made.follow(())
    assert made.available
    for _ in range(GONE_LOOKS - 1):
        made.follow(())
    assert made.available
    made.follow(())
    assert left.wait(5.0)
    made.close()
    assert device.closed


def test_an_alarm_left_unanswered_sounds_louder_and_sooner(
        board: AlarmBoard, clock: RigClock, sounds: AlarmSounds, device: BenchDevice) -> None:
    raise_alarm(board, clock, MEDIUM)
    rule = board.shown()[0].alarm.rule
    assert rule.escalation is not None and rule.escalation.again_s == 5
    quiet = device.hear(1.1)
    clock.advance(rule.escalation.after_s)
    board.escalate(clock.monotonic_s())
    sounds.follow(board.shown())
    loud = device.hear(1.1)
    ratio = np.abs(loud.astype(int)).max() / np.abs(quiet.astype(int)).max()
    assert ratio == pytest.approx(10 ** (STEP_DB / 20), rel=0.01)
    assert not device.hear(4.8).any() and device.hear(0.5).any(), "again after 5 s, not after 10"
    sounds.set_level(5)
    assert np.abs(device.hear(6.0).astype(int)).max() < 32_767, "never clipped"
