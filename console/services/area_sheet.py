"""Each area of a record in one line: what was set, what was measured, how long, and what was seen."""

from dataclasses import dataclass

import numpy as np

from console.domain.ports import AreaSummary
from console.domain.session_state import SessionState
from console.services.area_figures import area_mask, fittings_of, judged_on_skin, parted
from console.services.event_words import plain
from console.services.list_columns import DASH, minutes_words
from console.services.sample_table import MOST_DEPTH_UM, SampleTable, measured

ESTIMATE = "Est. per cm²"


@dataclass(frozen=True, slots=True)
class AreaSheetLine:
    """A summary with what the dial said (the middle of it, µm) and what the plan asked for."""

    summary: AreaSummary
    target_um: int
    set_um: int | None
    note: str


def area_sheet(state: SessionState, table: SampleTable, areas: tuple[AreaSummary, ...]) -> tuple[AreaSheetLine, ...]:
    """Give the line of each area, in the order of the plan."""
    return tuple(
        AreaSheetLine(one, state.areas[one.area_id].plan.target_depth_um, _set_um(state, table, one.area_id),
                      _note(state, one.area_id)) for one in areas)


def _set_um(state: SessionState, table: SampleTable, area_id: str) -> int | None:
    mask, dials = area_mask(state, state.areas[area_id], table.utc_us), []
    raw, utc_us = table.raw[mask], table.utc_us[mask]
    for fitting, mine in parted(fittings_of(state), utc_us):
        part = raw[mine]
        dials.append(part["set_depth_um"][judged_on_skin(part, fitting.contact)])
    dial = measured(np.concatenate(dials), MOST_DEPTH_UM) if dials else np.empty(0)
    known = dial[~np.isnan(dial)]
    return round(float(np.median(known))) if len(known) else None


def _note(state: SessionState, area_id: str) -> str:
    area = state.areas[area_id]
    left_out = f"left short: {area.short_reason}" if area.short_reason else ""
    return "; ".join(filter(None, (left_out, *area.notes)))


HEADS = ("Area", "Set", "Measured", "5 to 95 %", "Over band", "Speed", "Passes", "Time", "On skin", ESTIMATE,
         "Endpoint", "Note")


def sheet_cells(line: AreaSheetLine) -> tuple[str, ...]:
    """Give a line in words, under ``HEADS``; depth in mm, speed in Hz, seconds where it says s."""
    one = line.summary
    by_sensor, by_pen = one.provenance == "measured", one.provenance in ("measured", "set")
    spread = f"{_mm(one.p5_depth_um)} to {_mm(one.p95_depth_um)}"
    return (
        one.label, _set_words(line), _mm(one.median_depth_um) if by_sensor else DASH, spread if by_sensor else DASH,
        f"{one.over_band_s:.1f} s" if by_pen else DASH,
        DASH if one.median_rate_chz is None else f"{one.median_rate_chz / 100:.0f} Hz",
        f"{one.passes_done} of {one.passes_planned}", minutes_words(one.area_time_s),
        DASH if one.contact_s is None else f"{one.contact_s:.0f} s",
        DASH if one.punctures_per_cm2 is None else f"{one.punctures_per_cm2:,}",
        plain(one.endpoint).capitalize() or DASH, line.note)


def _set_words(line: AreaSheetLine) -> str:
    if line.summary.provenance == "by_hand":
        return f"{_mm(line.summary.median_depth_um)} by hand"
    return _mm(line.set_um)


def _mm(micrometres: int | None) -> str:
    return DASH if micrometres is None else f"{micrometres / 1000:.2f}"

