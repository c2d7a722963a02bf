"""Stretches over the plan's depth: where each begins, how long it was over, and what is none."""

from sample_chunks import BY_SENSOR, PERIOD_US, RUN, T0_US, chunk, needled, sample

from console.services.over_stretches import heaviest, over_lines, over_stretches
from console.services.replay_tape import ReplayTape
from console.services.sample_table import build_table


def tape_of(*deep: tuple[int, int, int], flags: int | None = None) -> ReplayTape:
    """Three seconds within the band, but for (first, last, depth) stretches of samples."""
    samples = [sample(1000) for _ in range(750)]
    for first, last, depth in deep:
        samples[first:last] = [sample(depth) if flags is None else sample(depth, flags=flags)] * (last - first)
    return ReplayTape(needled(), build_table([chunk(samples)]))


def test_each_stretch_over_the_band_is_told_with_its_area_and_the_deepest() -> None:
    forehead = needled().areas["face.forehead"].plan.band_high_um
    found = over_stretches(tape_of((20, 40, 2400), (60, 70, 2500), (300, 301, 2600), (600, 640, 2450)))
    assert [(one.area_id, one.start_us) for one in found] == [
        ("face.forehead", T0_US + 20 * PERIOD_US), ("face.forehead", T0_US + 300 * PERIOD_US),
        ("face.cheek_left", T0_US + 600 * PERIOD_US)]
    first = found[0]
    assert (first.over_s, first.deepest_um, first.beyond_um) == (0.12, 2500, 2500 - forehead)
    assert heaviest(found) == found[-1] and heaviest(()) is None


def test_holds_and_needles_in_the_air_are_no_stretch() -> None:
    assert over_stretches(tape_of((130, 240, 2400))) == (), "the forehead was on hold"
    assert over_stretches(tape_of((20, 40, 2400), flags=RUN | BY_SENSOR)) == ()
    assert over_stretches(ReplayTape(needled(), build_table([]))) == ()


def test_a_stretch_is_said_as_a_line_one_can_go_to() -> None:
    line = over_lines(tape_of((600, 640, 2450)))[0]
    assert line.flagged and line.at_us == T0_US + 600 * PERIOD_US and "0.16 s" in line.words
