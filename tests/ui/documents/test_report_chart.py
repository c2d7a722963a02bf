"""The charts show every sample's range, and gaps where they were."""

import numpy as np
from dossiers import SMALL, make_bench_dossier, make_dossier
from hypothesis import given
from hypothesis import strategies as st

from console.domain.session_events import GapRecorded
from ui.documents.report_chart import SessionCharts, binned, gap_span_us


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 3000)), max_size=60), st.integers(1, 40))
def test_every_sample_lies_within_its_bin(samples: list[tuple[int, int]], bins: int) -> None:
    moments = np.array([moment for moment, _ in samples], np.int64)
    values = np.array([value for _, value in samples], np.float64)
    trace = binned(moments, values, 0, 1000, bins)
    for moment, value in samples:
        place = moment * bins // 1000
        assert trace.low[place] <= value <= trace.high[place]
        assert trace.low[place] <= trace.middle[place] <= trace.high[place]
    full = {moment * bins // 1000 for moment, _ in samples}
    assert {place for place in range(bins) if not np.isnan(trace.middle[place])} == full


def test_what_is_not_measured_stays_empty() -> None:
    trace = binned(np.array([0, 10, 20], np.int64), np.array([1.0, np.nan, 3.0]), 0, 30, 3)
    assert np.isnan(trace.middle).tolist() == [False, True, False]
    assert trace.top() == 3.0


def test_a_gap_is_drawn_where_its_samples_would_have_been() -> None:
    dossier = make_dossier(SMALL)
    gap = dossier.state.gaps[0]
    span = gap_span_us(dossier.table, gap)
    start_us = int(dossier.table.utc_us[0]) + (gap.first_index - 1000) * 4000
    assert span == (start_us, start_us + gap.count * 4000)


def test_a_gap_before_the_first_sample_ends_at_it() -> None:
    table = make_bench_dossier(2).table
    first_us = int(table.utc_us[0])
    assert gap_span_us(table, GapRecorded("A1-000042", 7, 900, 100, "not_held")) == (first_us - 400_000, first_us)
    assert gap_span_us(table, GapRecorded("A1-000042", 8, 0, 100, "not_held")) is None


def test_depth_counts_on_the_skin_only_and_on_the_bench_always() -> None:
    treated = make_dossier(SMALL)
    charts = SessionCharts(treated.state, treated.table, 1740)
    assert charts.on_skin
    assert charts.by_sensor
    assert 900 < charts.depth.top() < 1200
    bench = make_bench_dossier(2)
    on_bench = SessionCharts(bench.state, bench.table, 1740)
    assert not on_bench.on_skin
    assert not on_bench.by_sensor
    assert on_bench.depth.top() == 1000
