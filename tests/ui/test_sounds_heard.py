"""The alarm tones as a sound system plays them: recorded from the monitor of a sink that plays into nothing."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ui.tones import BURSTS, RATE_HZ, Pulse

ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0
LOUD = 400  # of 32 767
WITHIN = 0.05
TAKES = 8  # a starved machine tears a take; one that is whole proves the tone


class SoundSystem:
    """PulseAudio in a folder of its own, with one sink that plays into nothing."""

    def __init__(self, folder: Path) -> None:
        assert shutil.which("pulseaudio"), "the build's packages name it"
        self.socket = folder / "native"
        self.environment = {**os.environ, "HOME": str(folder), "PULSE_RUNTIME_PATH": str(folder / "run"),
                            "XDG_RUNTIME_DIR": str(folder), "PULSE_SERVER": f"unix:{self.socket}",
                            "PYTHONPATH": str(ROOT)}
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        ours, theirs = os.pipe()
        self._process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=stderr",
             "--high-priority=no", "--disable-shm=yes",
             "-L", f"module-null-sink sink_name=nowhere rate={RATE_HZ} channels=1",
             "-L", f"module-native-protocol-unix socket={self.socket} auth-anonymous=1"],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        threading.Thread(target=_drain, args=(ours,), name="drain", daemon=True).start()
        self._wait_for_answer()

    def _wait_for_answer(self) -> None:
        answer = subprocess.run(
            ["bash", "-c", "until pactl info; do read -r -t 0.05 < <(:) || :; done"], env=self.environment,
            capture_output=True, timeout=LIMIT_S, check=False)
        assert answer.returncode == 0

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)

    def record(self, seconds: float, begun: Callable[[], object] = lambda: None) -> np.ndarray:
        """Record what is played; ``begun`` is called once the recording runs."""
        recorder = subprocess.Popen(
            ["parec", "--device=nowhere.monitor", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1", "--raw",
             "--latency-msec=20"], env=self.environment, stdout=subprocess.PIPE)
        assert recorder.stdout is not None
        try:
            first = recorder.stdout.read(2)
            begun()
            return np.frombuffer(first + recorder.stdout.read(round(seconds * RATE_HZ) * 2), "<i2")
        finally:
            recorder.kill()
            recorder.communicate()


def _drain(descriptor: int) -> None:
    with os.fdopen(descriptor, "rb") as stream:
        while stream.read(4096):
            pass


class Player:
    """The program's sounds in another process."""

    def __init__(self, system: SoundSystem) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "support" / "sounds_at_work.py")], env=system.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def order(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait_for(self, word: str) -> None:
        assert self._process.stdout is not None
        while (said := self._process.stdout.readline().strip()) != word:
            assert said, "the player ended"

    def end(self) -> None:
        self._process.communicate(timeout=LIMIT_S)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[SoundSystem]:
    made = SoundSystem(tmp_path)
    made.begin()
    yield made
    made.end()


@pytest.fixture
def player(system: SoundSystem) -> Iterator[Player]:
    made = Player(system)
    made.wait_for("heard")
    yield made
    made.end()


def pulses_in(heard: np.ndarray) -> list[tuple[float, float]]:
    """Give begin and end of each pulse, seconds."""
    loud = np.flatnonzero(np.abs(heard.astype(int)) > LOUD)
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > 0.03 * RATE_HZ)
    return [(float(start) / RATE_HZ, float(end) / RATE_HZ)
            for start, end in zip([loud[0], *loud[breaks + 1]], [*loud[breaks], loud[-1]], strict=True)]


def pitch_of(heard: np.ndarray, pulse: tuple[float, float], near_hz: float) -> float:
    part = heard[round(pulse[0] * RATE_HZ):round(pulse[1] * RATE_HZ)].astype(float)
    levels = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    pitches = np.fft.rfftfreq(1 << 17, 1 / RATE_HZ)
    inside = (pitches > near_hz * 0.7) & (pitches < near_hz * 1.4)
    return float(pitches[inside][levels[inside].argmax()])


def faults_of(heard: np.ndarray, wanted: tuple[Pulse, ...]) -> list[str]:
    """Say what of a burst is not within a twentieth of what it should be."""
    found = pulses_in(heard)
    while found and found[0][1] - found[0][0] < wanted[0].length_s / 2:
        found.pop(0)  # the recording began within one
    found = found[:len(wanted)]
    if len(found) < len(wanted):
        return [f"{len(found)} pulses of {len(wanted)}"]
    faults, begin_s = [], 0.0
    edge_s = 0.15 * wanted[0].length_s  # below the threshold while it swells and fades
    for pulse, (start_s, end_s) in zip(wanted, found, strict=True):
        if abs(start_s - found[0][0] - begin_s) > WITHIN * max(begin_s, pulse.length_s):
            faults.append(f"a pulse at {start_s - found[0][0]:.3f} s, not at {begin_s:.3f}")
        if not -(edge_s + WITHIN * pulse.length_s) < end_s - start_s - pulse.length_s < WITHIN * pulse.length_s:
            faults.append(f"a pulse of {end_s - start_s:.3f} s, not of {pulse.length_s}")
        if abs(pitch_of(heard, (start_s, end_s), pulse.pitch_hz) / pulse.pitch_hz - 1) > WITHIN:
            faults.append(f"{pitch_of(heard, (start_s, end_s), pulse.pitch_hz):.0f} Hz, not {pulse.pitch_hz:.0f}")
        begin_s += pulse.length_s + pulse.rest_s
    return faults


def take(system: SoundSystem, player: Player, priority: str) -> list[str]:
    """Record one burst from its beginning; give what is wrong with it."""
    pulses = BURSTS[priority].pulses
    lasts_s = sum(pulse.length_s + pulse.rest_s for pulse in pulses)
    player.order("quiet")
    return faults_of(system.record(lasts_s + 1.6, lambda: player.order(f"play {priority}")), pulses)


@pytest.mark.parametrize("priority", ["high", "medium", "low"])
def test_an_alarm_is_heard_with_its_pitch_lengths_and_rests(
        system: SoundSystem, player: Player, priority: str) -> None:
    faults: list[list[str]] = []
    for _ in range(TAKES):
        faults.append(take(system, player, priority))
        if not faults[-1]:
            return
    pytest.fail(f"no take is whole: {faults}")


def test_a_sound_system_that_ends_is_missed_and_heard_again_when_it_is_back(
        system: SoundSystem, player: Player) -> None:
    system.end()
    player.wait_for("missing")
    system.begin()
    player.wait_for("heard")
    player.order("play medium")
    heard = system.record(1.5)
    while not len(pulses_in(heard)):
        player.order("play medium")
        heard = system.record(1.5)
