"""What the reader makes of the capture «rough_line»."""

from pathlib import Path

from played_capture import play, summary

SAMPLES = [
    (577090037, 2, 561, 440, "af03d42f0e477707bd599be8de487d38fed9b5bd36c41b1e04492a0bcd01349b"),
]
GAPS = [
    (577090037, 42, 10, "not_held"),
    (577090037, 222, 110, "not_held"),
    (577090037, 562, 0, "link_lost"),
]


def test_rough_line_gives_the_same_samples_and_gaps() -> None:
    played = summary(play(f"capture:{Path(__file__).with_name('rough_line.capture')}?speed=max"))
    assert played == {"samples": SAMPLES, "gaps": GAPS}
