"""The last session's readings of an area, by the area's own time: passes joined, holds left out."""

import numpy as np
import pytest
from dossiers import make_dossier

from console.services.area_ghost import STEP_S, AreaGhost, ghost_of


def test_a_ghost_is_as_long_as_the_areas_time_and_holds_every_extreme() -> None:
    dossier = make_dossier()
    state, table = dossier.state, dossier.table
    for area_id, area in state.areas.items():
        ghost = ghost_of(state, table, area_id)
        assert ghost is not None
        whole_s = state.area_time_us(area_id, 0) / 1e6
        assert len(ghost.low_um) == int(whole_s / STEP_S) + 1
        within = np.zeros(len(table), bool)
        for span in area.passes:
            within |= (table.utc_us >= span.started_us) & (table.utc_us < span.ended_us)
        for start_us, end_us in state.pauses:
            within &= ~((table.utc_us >= start_us) & (table.utc_us < end_us))
        depth = table.depth_um()[within & table.contact()]
        assert np.nanmax(ghost.high_um) == np.nanmax(depth)
        assert np.nanmin(ghost.low_um) == np.nanmin(depth)


def test_the_second_pass_follows_the_first_without_the_time_between() -> None:
    dossier = make_dossier()
    area_id, area = next(iter(dossier.state.areas.items()))
    first, second = area.passes[:2]
    ghost = ghost_of(dossier.state, dossier.table, area_id)
    assert ghost is not None
    table = dossier.table
    moment_us = second.started_us + 3_000_000
    at = int(np.searchsorted(table.utc_us, moment_us))
    near = table.depth_um()[at - 250 : at + 250]
    spent_s = (first.ended_us - first.started_us) / 1e6 + 3.0
    low, high = ghost.columns(spent_s + 1, 2.0, 1)
    assert np.nanmin(near) == pytest.approx(low[0], abs=40) and np.nanmax(near) == pytest.approx(high[0], abs=40)


def test_an_area_without_readings_has_no_ghost() -> None:
    dossier = make_dossier()
    assert ghost_of(dossier.state, dossier.table, "body.abdomen") is None


@pytest.mark.parametrize(("end_s", "seconds", "columns"), [(10.0, 30.0, 60), (4.0, 4.0, 300), (10.0, 10.0, 7)])
def test_columns_show_every_step_of_the_window_and_nothing_beyond(end_s: float, seconds: float, columns: int) -> None:
    steps = np.arange(40, dtype=float)
    steps[17] = 900.0
    low, high = AreaGhost(0.25, steps, steps).columns(end_s, seconds, columns)
    assert len(low) == len(high) == columns
    before = np.arange(columns) < round(columns * max(0.0, seconds - end_s) / seconds) - 1
    assert np.isnan(low[before]).all() and not np.isnan(high[-1])
    if end_s > 4.5:
        assert np.nanmax(high) == 900.0
    late = AreaGhost(0.25, steps, steps).columns(40.0, 20.0, 10)
    assert np.isnan(late[0]).all(), "last time was shorter"
