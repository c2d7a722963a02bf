"""The session so far in lines: what was done, with what, and when."""

from collections.abc import Sequence
from dataclasses import replace

from console.domain import session_events as ev
from console.domain.ports import AreaSummary
from console.domain.quantities import quantity
from console.domain.session_state import AreaProgress, SessionState
from console.domain.workflow import Phase
from console.services.event_words import counted, missing_words, plain
from console.services.local_time import clock_text
from console.services.needling_tally import NeedlingTally
from ui.room.record_lines import AreaLine, RecordLine

DASH = "–"
_DEPTH = quantity("depth_um")
SECOND_US, MINUTE_US = 1_000_000, 60_000_000


def serum_lines(serums: Sequence[tuple[int, ev.SerumApplied | ev.PrpApplied]]) -> list[RecordLine]:
    """Give each serum and plasma with lot, volume and time."""
    return [_serum_line(at_us, what) for at_us, what in serums]


def _serum_line(at_us: int, what: ev.SerumApplied | ev.PrpApplied) -> RecordLine:
    volume = quantity("volume_ul").with_unit(what.volume_ul)
    if isinstance(what, ev.PrpApplied):
        return RecordLine("Patient's own plasma", f"Tube {what.tube_id}, {volume}", clock_text(at_us))
    return RecordLine(what.product.name, f"Lot {what.product.lot}, {volume}", clock_text(at_us))


def session_lines(state: SessionState) -> list[RecordLine]:
    """Give the steps of the session up to now."""
    lines = [_screening_line(state), _anesthetic_line(state), _needling_line(state)]
    if state.serum_skipped:
        lines.append(RecordLine("No serum", state.serum_skipped))
    lines.extend(serum_lines(state.serums))
    if state.aftercare is not None and state.aftercare_at_us is not None:
        lines.append(RecordLine("Aftercare given", given_words(state.aftercare.how), clock_text(state.aftercare_at_us)))
    return lines


def given_words(how: str) -> str:
    """Write in which way the sheet was given."""
    return {"pdf": "As a PDF", "printed": "Printed", "shown": "Shown on screen"}.get(how, plain(how))


def _screening_line(state: SessionState) -> RecordLine:
    at_us = max((one.at_us for one in state.answers.values()), default=0)
    at_us = max([at_us, *(when for when, _ in state.signatures)])
    if not state.consent_signed:
        return RecordLine("Screening and consent", "Consent not signed", icon="clock", tone="ink3")
    return RecordLine("Screening and consent", at=clock_text(at_us))


def _anesthetic_line(state: SessionState) -> RecordLine:
    if state.anesthetics_on():
        return RecordLine("Anesthetic on the skin", "Removal not confirmed", icon="caution", tone="caution")
    if state.anesthetics:
        removed_us = max(one.removed_at_us or 0 for one in state.anesthetics.values())
        return RecordLine("Anesthetic removed", at=clock_text(removed_us))
    if state.anesthetic_skipped:
        return RecordLine("No anesthetic", state.anesthetic_skipped)
    return RecordLine("No anesthetic yet", icon="clock", tone="ink3")


def _needling_line(state: SessionState) -> RecordLine:
    done = sum(1 for area in state.areas.values() if area.finished)
    words = f"Needling, {done} of {counted(len(state.areas), 'area')}"
    if not state.needling_begun:
        return RecordLine("No needling yet", icon="clock", tone="ink3")
    minutes = state.needling_time_us(state.last_at_us) / MINUTE_US
    if done < len(state.areas):
        return RecordLine(words, at=f"{minutes:.0f} min", icon="clock", tone="ink3")
    return RecordLine(words, at=f"{minutes:.0f} min")


_ORIGINS = {"set": " set", "by_hand": " by hand"}  # measured needs no word


def area_lines(state: SessionState, tally: NeedlingTally | None = None,
               stored: Sequence[AreaSummary] = ()) -> list[AreaLine]:
    """Give every planned area with its passes, time and endpoint; depth and punctures as ``stored`` tells, before
    that as the live ``tally`` does, and a dash where neither knows.
    """
    treatable = {area.plan.area_id for area in state.treatable_areas()}
    figures = {one.area_id: one for one in stored}
    lines = []
    for area_id, area in state.areas.items():
        line = _area_line(state, area, area_id in treatable)
        depth_um, origin, density = _figures(state, area, tally, figures.get(area_id))
        lines.append(replace(
            line, target=_DEPTH.shown(area.plan.target_depth_um),
            depth=DASH if depth_um is None else f"{_DEPTH.shown(depth_um)}{_ORIGINS.get(origin, '')}",
            density=DASH if density is None else f"{density:,}"))
    return lines


def _figures(state: SessionState, area: AreaProgress, tally: NeedlingTally | None,
             stored: AreaSummary | None) -> tuple[int | None, str, int | None]:
    """Give an area's depth, where it comes from, and its punctures per cm²."""
    if stored is not None:
        return stored.median_depth_um, stored.provenance, stored.punctures_per_cm2
    depth_um, origin = tally.depth_um(area.plan.area_id) if tally else (None, "none")
    if depth_um is None and area.manual:
        return area.manual[-1][1].depth_um, "by_hand", None
    density = tally.punctures_per_cm2(state, area.plan.area_id) if tally else None
    return depth_um, origin, density or None


def _area_line(state: SessionState, area: AreaProgress, treatable: bool) -> AreaLine:
    passes = f"{area.passes_done} of {area.plan.passes}"
    seconds = state.area_time_us(area.plan.area_id, state.last_at_us) // SECOND_US
    time = f"{seconds // 60}:{seconds % 60:02d}" if area.begun else DASH
    endpoint = ", ".join(plain(one) for one in area.endpoints).capitalize()
    if not treatable:
        return AreaLine(area.plan.label, passes, time, "Blocked by screening", "ink3", "x")
    if area.short_reason:
        return AreaLine(area.plan.label, passes, time, f"Left short: {area.short_reason}", "caution", "caution")
    if not area.finished:
        return AreaLine(area.plan.label, passes, time, endpoint or "Not finished", "caution", "caution")
    return AreaLine(area.plan.label, passes, time, endpoint or "None noted")


def session_minutes(state: SessionState, now_us: int) -> int:
    """Give the minutes since the session was opened (to its end, where it is closed)."""
    until_us = state.ended_at_us or now_us
    return max(0, until_us - state.opened_at_us) // MINUTE_US


def alarm_words(state: SessionState) -> str:
    """Count the alarms and those acknowledged."""
    if not state.alarms:
        return "no alarms"
    known = sum(1 for one in state.alarms.values() if one.acknowledged_at_us is not None)
    return f"{counted(len(state.alarms), 'alarm')}, {known} acknowledged"


def gap_words(state: SessionState) -> str:
    """Count the gaps in the readings."""
    if state.manual_mode and not state.recordings:
        return "entered by hand, no readings"
    if not state.gaps:
        return "no gaps in the readings"
    return f"{counted(len(state.gaps), 'gap')}, {missing_words(sum(gap.count for gap in state.gaps))}"


def note_lines(state: SessionState) -> list[tuple[str, str]]:
    """Give the notes on the session and its areas: (time, text)."""
    labels = {area_id: area.plan.label for area_id, area in state.areas.items()}
    return [
        (clock_text(event.at_us), f"{labels[event.what.area_id]}: {event.what.text}"
         if event.what.area_id in labels else event.what.text)
        for _, event in state.log if isinstance(event.what, ev.NoteWritten)]


def phase_words(phase: Phase) -> str:
    """Write a phase's name."""
    return {Phase.CHECK_IN: "check-in", Phase.SIGN_OFF: "sign-off"}.get(phase, plain(phase.value))
