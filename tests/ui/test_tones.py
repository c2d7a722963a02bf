"""The tones are measured, not believed: pitch, length, rests, level."""

import math
from itertools import pairwise

import numpy as np
import pytest

from ui.tones import BURSTS, RATE_HZ, Samples, ToneMixer, tone_buffer

ALARMS = ("high", "medium", "low")
QUIET = 327  # of 32 767: 1 per cent


def pulses_of(samples: Samples, smallest_rest_s: float = 0.02) -> list[tuple[float, float]]:
    """Measure where it sounds: begin and end of each pulse in seconds."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > QUIET)
    breaks = np.flatnonzero(np.diff(loud) > smallest_rest_s * RATE_HZ)
    starts = [loud[0], *loud[breaks + 1]]
    ends = [*loud[breaks], loud[-1]]
    return [(start / RATE_HZ, end / RATE_HZ) for start, end in zip(starts, ends, strict=True)]


def spectrum(samples: Samples, pulse: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    part = samples[round(pulse[0] * RATE_HZ):round(pulse[1] * RATE_HZ)].astype(float)
    levels = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 16))
    return np.fft.rfftfreq(1 << 16, 1 / RATE_HZ), levels


def render(mixer: ToneMixer, seconds: float, chunk: int = 735) -> Samples:
    count = round(seconds * RATE_HZ)
    parts = [mixer.next_samples(min(chunk, count - at)) for at in range(0, count, chunk)]
    return np.concatenate(parts)


@pytest.mark.parametrize(("name", "count", "length_s", "root_hz"), [
    ("high", 10, 0.12, 523.25), ("medium", 3, 0.20, 523.25), ("low", 2, 0.20, 392.0)])
def test_pulses_have_their_number_length_and_root(name: str, count: int, length_s: float, root_hz: float) -> None:
    samples, rate_hz = tone_buffer(name)
    assert (samples.dtype, rate_hz) == (np.int16, RATE_HZ)
    pulses = pulses_of(samples)
    assert len(pulses) == count
    for pulse in pulses:
        assert pulse[1] - pulse[0] == pytest.approx(length_s, abs=0.025)
        pitch_hz, levels = spectrum(samples, pulse)
        below = pitch_hz < root_hz * 1.5
        assert pitch_hz[below][levels[below].argmax()] == pytest.approx(root_hz, rel=0.01)


@pytest.mark.parametrize("name", ALARMS)
def test_four_harmonics_stand_within_15_db_of_the_root(name: str) -> None:
    samples, _ = tone_buffer(name)
    pitch_hz, levels = spectrum(samples, pulses_of(samples)[0])
    root_hz = BURSTS[name].pulses[0].pitch_hz
    at = [levels[np.abs(pitch_hz - root_hz * number) < 20].max() for number in range(1, 6)]
    near = [level for level in at[1:] if 20 * np.log10(level / at[0]) > -15]
    assert len(near) >= 4


def test_high_is_three_and_two_pulses_twice() -> None:
    pulses = pulses_of(tone_buffer("high")[0])
    onsets = np.array([start for start, _ in pulses])
    steps = np.diff(onsets)
    close, apart, halves = 0.20, 0.40, 0.62
    assert steps == pytest.approx([close, close, apart, close, halves, close, close, apart, close], abs=0.03)


@pytest.mark.parametrize("name", list(BURSTS))
def test_no_tone_clips_or_begins_with_a_click(name: str) -> None:
    samples = tone_buffer(name)[0].astype(int)
    assert 20_000 < np.abs(samples).max() < 32_000
    assert np.abs(samples[:20]).max() < QUIET and np.abs(samples[-20:]).max() < QUIET


def test_anesthetic_ready_is_a_rising_fifth() -> None:
    samples, rate_hz = tone_buffer("ready")
    assert len(samples) / rate_hz == pytest.approx(0.4)
    first, second = (spectrum(samples, (at, at + 0.2)) for at in (0.0, 0.2))
    roots = [pitch_hz[levels.argmax()] for pitch_hz, levels in (first, second)]
    assert roots[1] / roots[0] == pytest.approx(1.5, rel=0.01)


@pytest.mark.parametrize(("name", "silence_s"), [("high", 5.0), ("medium", 10.0), ("low", 30.0)])
def test_a_burst_comes_again_after_its_silence(name: str, silence_s: float) -> None:
    mixer = ToneMixer()
    mixer.ask(name)
    burst_s = len(tone_buffer(name)[0]) / RATE_HZ
    samples = render(mixer, 2 * burst_s + silence_s + 0.5)
    pulses = pulses_of(samples)
    count = len(BURSTS[name].pulses)
    assert len(pulses) == 2 * count
    assert pulses[count][0] - pulses[0][0] == pytest.approx(burst_s + silence_s, abs=0.002)


def test_another_priority_begins_at_once_and_silence_is_silence() -> None:
    mixer = ToneMixer()
    mixer.ask("medium")
    render(mixer, 5.0)  # in the silence between two bursts
    mixer.ask("high")
    assert pulses_of(render(mixer, 1.0))[0][0] < 0.02
    mixer.ask("")
    assert not render(mixer, 6.0).any()
    assert not mixer.busy


def test_a_pause_silences_all_but_high() -> None:
    mixer = ToneMixer()
    mixer.paused = True
    mixer.ask("medium")
    assert not render(mixer, 2.0).any()
    mixer.ask("high")
    assert render(mixer, 2.0).any()


def test_the_gain_is_heard_and_a_chime_plays_once_over_an_alarm() -> None:
    loud, soft = ToneMixer(), ToneMixer()
    soft.gain = 0.25
    for mixer in (loud, soft):
        mixer.ask("medium")
    ratio = np.abs(render(loud, 1.0).astype(int)).max() / np.abs(render(soft, 1.0).astype(int)).max()
    assert ratio == pytest.approx(4.0, rel=0.01)
    loud.ask("")
    loud.chime("scan_ok")
    assert render(loud, 0.2).any()
    assert not render(loud, 1.0).any()


# --- the vocabulary of IEC 60601-1-8, from secondary sources: figures measured on the samples --------------

PULSES_S = {"high": (0.075, 0.200), "medium": (0.125, 0.250), "low": (0.125, 0.250)}
SPACINGS_S = {"high": (0.050, 0.125), "medium": (0.125, 0.250), "low": (0.125, 0.250)}


def lengths_of(samples: Samples) -> list[float]:
    """Measure each pulse from where it rises out of silence to where it has fallen."""
    return [end - start for start, end in pulses_of(samples)]


@pytest.mark.parametrize("name", ALARMS)
def test_pulses_and_spacings_lie_in_their_bounds(name: str) -> None:
    pulses = pulses_of(tone_buffer(name)[0])
    low_s, high_s = PULSES_S[name]
    assert all(low_s <= end - start <= high_s for start, end in pulses)
    gaps = [after[0] - before[1] for before, after in pairwise(pulses)]
    near = [gap for gap in gaps if gap < 0.26]
    low_s, high_s = SPACINGS_S[name]
    assert near and all(low_s <= gap <= high_s for gap in near)


def test_the_halves_of_a_high_burst_lie_apart() -> None:
    pulses = pulses_of(tone_buffer("high")[0])
    assert 0.35 <= pulses[5][0] - pulses[4][1] <= 1.3
    assert [len(pulses[:5]), len(pulses[5:])] == [5, 5]


@pytest.mark.parametrize("name", ALARMS)
def test_root_and_harmonics_lie_in_their_bounds(name: str) -> None:
    samples, _ = tone_buffer(name)
    pitch_hz, levels = spectrum(samples, pulses_of(samples)[0])
    strong = levels > levels.max() * 10 ** (-15 / 20)
    peaks = [pitch_hz[place] for place in range(1, len(levels) - 1)
             if strong[place] and levels[place] > levels[place - 1] and levels[place] > levels[place + 1]]
    root_hz = peaks[0]
    harmonics = [peak for peak in peaks[1:] if abs(peak / root_hz - round(peak / root_hz)) < 0.03]
    assert 150 <= root_hz <= 1000
    assert len(harmonics) >= 4 and all(300 <= one <= 4000 for one in harmonics[:4])


@pytest.mark.parametrize("name", ALARMS)
def test_a_pulse_rises_within_a_tenth_to_a_fifth_of_its_length(name: str) -> None:
    samples, rate_hz = tone_buffer(name)
    length = round(BURSTS[name].pulses[0].length_s * rate_hz)
    loud = np.abs(samples[:length].astype(float))
    window = round(rate_hz / BURSTS[name].pulses[0].pitch_hz)  # one period of the root
    hull = np.array([loud[at:at + window].max() for at in range(0, length - window, window // 4)])
    risen = np.flatnonzero(hull >= hull.max() * 0.98)[0] * (window // 4)
    assert 0.10 <= risen / length <= 0.20


@pytest.mark.parametrize(("name", "low_s", "high_s"), [("high", 2.5, 15.0), ("medium", 5.0, 30.0)])
def test_bursts_come_again_within_their_bounds_also_when_escalated(name: str, low_s: float, high_s: float) -> None:
    assert low_s <= BURSTS[name].again_after_s <= high_s
    assert BURSTS["high"].again_after_s < BURSTS["medium"].again_after_s < BURSTS["low"].again_after_s


def test_a_graver_alarm_cuts_in_at_once_in_the_middle_of_a_burst() -> None:
    mixer = ToneMixer()
    mixer.ask("medium")
    render(mixer, 0.1)
    mixer.ask("high")
    assert len(pulses_of(render(mixer, 3.2))) == len(BURSTS["high"].pulses)


def test_the_mixer_tells_how_long_no_alarm_will_sound() -> None:
    mixer = ToneMixer()
    assert mixer.silence_s == math.inf
    mixer.ask("medium")
    assert mixer.silence_s == 0.0, "it begins at once"
    burst, rate_hz = tone_buffer("medium")
    mixer.next_samples(len(burst) - 1)
    assert mixer.silence_s == 0.0
    mixer.next_samples(1)
    assert mixer.silence_s == pytest.approx(BURSTS["medium"].again_after_s)
    mixer.next_samples(4 * rate_hz)
    assert mixer.silence_s == pytest.approx(BURSTS["medium"].again_after_s - 4)
    mixer.paused = True
    assert mixer.silence_s == math.inf
    mixer.ask("high")
    assert mixer.silence_s == 0.0, "high is not paused"
