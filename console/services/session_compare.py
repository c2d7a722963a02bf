"""Two to four sessions side by side: what was set and done on each area, with what, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from console.domain.errors import OperatorError
from console.domain.outcomes import Grading
from console.domain.ports import AreaSummary, SessionReader, SessionRow
from console.domain.session_state import SessionState
from console.services.area_figures import summarise_areas
from console.services.course_desk import read_gradings
from console.services.list_columns import DASH, course_words, minutes_words
from console.services.local_time import clock_text, local
from console.services.record_words import product_lines
from console.services.review_desk import read_opening

FEWEST, MOST = 2, 4
LETTERS = "ABCD"
TRACE_COLUMNS = 480


@dataclass(frozen=True, slots=True)
class ComparedSession:
    """One session of a comparison; ``trace_um`` is the depth over its needling in ``TRACE_COLUMNS`` columns."""

    row: SessionRow
    state: SessionState
    areas: tuple[AreaSummary, ...]
    length_s: float
    trace_um: NDArray[np.float64]

    def area(self, area_id: str) -> AreaSummary | None:
        """Give an area's figures, None where it was not planned."""
        return next((one for one in self.areas if one.area_id == area_id), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Sessions in order of time, and the outcomes of their patients over the course."""

    sessions: tuple[ComparedSession, ...]
    gradings: tuple[tuple[str, tuple[Grading, ...]], ...] = ()  # patient, and the gradings of one scale and grader

    @property
    def areas(self) -> tuple[tuple[str, str], ...]:
        """Give every area that any of them has, with its label, in order of appearance."""
        return tuple({one.area_id: one.label for session in self.sessions for one in session.areas}.items())


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of an area: its name, unit, decimals and what it is."""

    key: str
    name: str
    unit: str
    decimals: int
    note: str = ""

    def value(self, area: AreaSummary | None) -> float | None:
        """Give it in its unit, None where it is not known."""
        if area is None:
            return None
        found = {
            "depth": _share(area.median_depth_um, 1_000), "rate": _share(area.median_rate_chz, 100),
            "time": area.area_time_s / 60 if area.passes_done else None, "density": _share(area.punctures_per_cm2, 1),
            "over": area.over_band_s if area.provenance in ("measured", "set") else None}
        return found[self.key]

    def shown(self, value: float | None) -> str:
        """Write a value."""
        if value is None:
            return DASH
        return minutes_words(round(value * 60)) if self.key == "time" else f"{value:,.{self.decimals}f}"


def _share(value: int | None, scale: int) -> float | None:
    return None if value is None else value / scale


MEASURES = (
    Measure("depth", "Depth", "mm", 2, "Medians on the skin"), Measure("rate", "Speed", "Hz", 0, "Medians on the skin"),
    Measure("time", "Time", "min", 1, "Passes without holds"),
    Measure("density", "Punctures per cm²", "", 0, "An estimate: strokes on the skin by needles by size"),
    Measure("over", "Over band", "s", 1, "Seconds over the plan's band"))


def read_comparison(reader: SessionReader, session_ids: Sequence[UUID]) -> Comparison:
    """Read the sessions of a comparison; OperatorError where there are not two to four different ones."""
    wanted = tuple(dict.fromkeys(session_ids))
    if not FEWEST <= len(wanted) <= MOST:
        raise OperatorError(f"{FEWEST} to {MOST} different sessions can be compared, not {len(wanted)}",
                            "nothing was changed", "choose others")
    sessions = sorted((_read(reader, one) for one in wanted), key=lambda one: one.row.opened_us)
    patients = tuple(dict.fromkeys(one.row.patient_id for one in sessions if one.row.patient_id))
    gradings = [(patient, tuple(told)) for patient in patients for told in read_gradings(reader, patient)]
    return Comparison(tuple(sessions), tuple(gradings))


def read_with_former(reader: SessionReader, row: SessionRow) -> Comparison:
    """Read a session beside the patient's finished one before it; OperatorError where there is none."""
    former = reader.last_of_patient(row.patient_id, row.opened_us) if row.patient_id else None
    if former is None:
        raise OperatorError("There is no finished session before this one", "nothing was changed",
                            "mark two sessions in the list instead")
    return read_comparison(reader, (former.session_id, row.session_id))


def _read(reader: SessionReader, session_id: UUID) -> ComparedSession:
    opening = read_opening(reader, session_id)
    tape = opening.tape
    trace = tape.envelope_um(TRACE_COLUMNS)[1] if tape.length_s > 0 else np.full(TRACE_COLUMNS, np.nan)
    return ComparedSession(opening.row, opening.state, tuple(summarise_areas(opening.state, tape.table)),
                           tape.length_s, trace)


# --- words ------------------------------------------------------------------------------------------------


def name_of(session: ComparedSession) -> str:
    """Name a session: its patient and day."""
    moment = local(session.row.opened_us)
    return f"{session.row.patient_id or session.row.kind.capitalize()}, {moment.day} {moment:%b %Y}"


def settings_rows(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Give what each session was set up with, a row a fact."""
    sessions = comparison.sessions
    rows = [
        ("Plan", tuple(one.row.plan_name or DASH for one in sessions)),
        ("Course", tuple(course_words(one.row) for one in sessions)),
        ("By", tuple(one.row.practitioner_id or DASH for one in sessions)),
        ("Began", tuple(clock_text(one.row.opened_us) for one in sessions)),
        ("Needling", tuple(minutes_words(one.row.needling_s) for one in sessions)),
        ("Alarms", tuple(str(one.row.alarms) for one in sessions)),
        ("Gaps", tuple(str(one.row.gaps) for one in sessions)),
    ]
    for area_id, label in comparison.areas:
        rows.append((f"Target, {label}", tuple(_target(one.state, area_id) for one in sessions)))
    told = [{line.name: f"{line.words}{f', {line.code}' if line.code else ''}" for line in product_lines(one.state)}
            for one in sessions]
    for name in dict.fromkeys(name for one in told for name in one):
        rows.append((name, tuple(one.get(name, DASH) for one in told)))
    return rows


def _target(state: SessionState, area_id: str) -> str:
    area = state.areas.get(area_id)
    if area is None:
        return DASH
    plan = area.plan
    return (f"{plan.target_depth_um / 1000:.2f} ({plan.band_low_um / 1000:.2f} to {plan.band_high_um / 1000:.2f}) mm, "
            f"{plan.passes} passes")


def comparison_json(comparison: Comparison) -> dict[str, object]:
    """Give a comparison for programs; figures in the record's own units."""
    return {
        "sessions": [{
            "session": str(one.row.session_id), "patient": one.row.patient_id, "opened_us": one.row.opened_us,
            "plan": one.row.plan_name, "practitioner": one.row.practitioner_id, "needling_s": one.row.needling_s,
            "alarms": one.row.alarms, "gaps": one.row.gaps, "lots": list(one.row.lots)} for one in comparison.sessions],
        "areas": [{
            "area": area_id, "label": label, "sessions": [_area_json(one, area_id) for one in comparison.sessions],
        } for area_id, label in comparison.areas],
        "settings": [{"name": name, "sessions": list(values)} for name, values in settings_rows(comparison)],
        "outcomes": [{
            "patient": patient, "scale": told[0].what.scale_name, "graded_by": told[0].what.graded_by,
            "better": told[0].what.better,
            "gradings": [{"at_us": one.at_us, "session_number": one.session_number, "value": one.what.value}
                         for one in told]} for patient, told in comparison.gradings if told],
    }


def _area_json(session: ComparedSession, area_id: str) -> dict[str, object] | None:
    area, progress = session.area(area_id), session.state.areas.get(area_id)
    if area is None or progress is None:
        return None
    return {
        "set_target_um": progress.plan.target_depth_um, "median_depth_um": area.median_depth_um,
        "provenance": area.provenance, "median_rate_chz": area.median_rate_chz, "passes_done": area.passes_done,
        "area_time_s": area.area_time_s, "over_band_s": round(area.over_band_s, 3),
        "punctures_per_cm2_estimate": area.punctures_per_cm2, "endpoint": area.endpoint}
