"""Missing stretches against a plain set of indexes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.telemetry import GapCause
from devices.holes import Hole, HoleList
from devices.resend import BootLedger

ranges = st.tuples(st.integers(0, 200), st.integers(1, 30)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(ranges, max_size=40))
@settings(max_examples=200)
def test_the_ledger_is_a_set(arrivals: list[tuple[int, int]]) -> None:
    ledger = BootLedger(50, 1_000, None)
    seen: set[int] = set()
    duplicates = 0
    for step, (first, end) in enumerate(arrivals):
        new = {k for piece in ledger.take(first, end, step * 0.01) for k in range(*piece)}
        expected = {k for k in range(first, end) if k >= 50}
        assert new == expected - seen
        duplicates += len(expected & seen)
        seen |= expected
    assert ledger.duplicates == duplicates
    missing = {k for gap in ledger.give_up(GapCause.LINK_LOST) for k in range(gap.first, gap.end)}
    assert missing == set(range(50, ledger.end)) - seen


def test_named_neighbours_are_folded_and_bounded() -> None:
    holes = HoleList(most=3)
    for k in range(10):
        holes.add(Hole(k * 10, k * 10 + 5, 0.0, 0.0, cause=GapCause.NOT_HELD, named=k != 9))
    holes.add(Hole(95, 97, 0.0, 0.0))
    holes.fold()
    assert [(hole.first, hole.named) for hole in holes] == [(80, True), (90, False), (95, False)]


def test_cutting_keeps_what_lies_outside() -> None:
    holes = HoleList()
    holes.add(Hole(0, 100, 0.0, 0.0))
    (inside,) = holes.cut_out(20, 30)
    assert (inside.first, inside.end) == (20, 30)
    assert [(hole.first, hole.end) for hole in holes] == [(0, 20), (20, 30), (30, 100)]
    assert holes.fill(10, 40) == [(10, 20), (20, 30), (30, 40)]
    assert [(hole.first, hole.end) for hole in holes.within(0, 1000)] == [(0, 10), (40, 100)]
