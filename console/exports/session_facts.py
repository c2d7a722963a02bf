"""The line of the list and the figures of areas as plain values, alike in every open format."""

from console.domain.history import JsonValue
from console.domain.ports import AreaSummary, SessionRow
from console.domain.session_state import SessionState
from console.services.area_figures import contact_kind, needles_on
from console.services.label_words import area_standing


def row_fields(row: SessionRow) -> dict[str, JsonValue]:
    """Give a session's facts; times in UTC microseconds, hashes in hex."""
    return {
        "session_id": str(row.session_id), "kind": row.kind, "state": row.state, "outcome": row.outcome,
        "phase": row.phase, "opened_us": row.opened_us, "closed_us": row.closed_us, "patient_id": row.patient_id,
        "practitioner_id": row.practitioner_id, "room": row.room, "map_id": row.map_id, "plan_name": row.plan_name,
        "indication": row.indication, "course_number": row.course_number, "course_length": row.course_length,
        "areas_planned": row.areas_planned, "areas_done": row.areas_done, "needling_s": row.needling_s,
        "median_depth_um": row.median_depth_um, "alarms": row.alarms, "gaps": row.gaps, "samples": row.samples,
        "amendments": row.amendments, "pen_serial": row.pen_serial, "lots": list(row.lots),
        "marked_as": row.marked_as, "head": row.head.hex(),
    }


def area_fields(area: AreaSummary, state: SessionState) -> dict[str, JsonValue]:
    """Give an area's figures as integers; None where the pen does not tell."""
    progress, standing = state.areas[area.area_id], area_standing(state, area.area_id)
    return {
        "area_id": area.area_id, "label": area.label, "planned_low_um": area.planned_low_um,
        "planned_high_um": area.planned_high_um, "passes_planned": area.passes_planned,
        "passes_done": area.passes_done, "area_time_s": area.area_time_s,
        "contact_ms": None if area.contact_s is None else round(area.contact_s * 1000),
        "median_depth_um": area.median_depth_um, "p5_depth_um": area.p5_depth_um, "p95_depth_um": area.p95_depth_um,
        "median_rate_chz": area.median_rate_chz, "over_band_ms": round(area.over_band_s * 1000),
        "strokes": area.strokes, "estimated_punctures_per_cm2": area.punctures_per_cm2, "endpoint": area.endpoint,
        "depth_provenance": area.provenance, "contact_from": contact_kind(state, progress),
        "area_mm2": progress.plan.area_mm2, "needles": needles_on(state, progress) or None,
        "directions": list(progress.directions),
        "pain_vas_mm": progress.pain[-1][1] if progress.pain else None,
        "label_standing": standing.value if standing else None,
        "planned_punctures_low_per_cm2": progress.plan.punctures_low_per_cm2,
        "planned_punctures_high_per_cm2": progress.plan.punctures_high_per_cm2,
    }
