"""The tones are measured, not believed: pitch, length, rests, level."""

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
