"""The line of the session list, derived from a session's history."""

from collections.abc import Sequence
from uuid import UUID

from console.domain import session_events as ev
from console.domain.ports import SessionRow, StoredEvent
from console.domain.session_state import SessionState
from console.services.growing_story import state_of
from console.services.session_marks import marks_of, missing_of, reason_of, standing_of


def summarise(session_id: UUID, story: Sequence[StoredEvent], samples: int, head: bytes) -> SessionRow | None:
    """Give the session's line; None before it was opened."""
    state = state_of(story)
    opened = state.opened
    if opened is None:
        return None
    plan = state.plan
    return SessionRow(
        session_id=session_id, kind=opened.session_kind, state=state.lifecycle, outcome=state.outcome,
        phase=state.phase.value if opened.session_kind != "bench" else "", opened_us=state.opened_at_us,
        closed_us=state.sealed_at_us or state.ended_at_us, patient_id=opened.patient_id,
        practitioner_id=state.practitioner_id, room=opened.room, map_id=plan.map_id if plan else "",
        plan_name=plan.plan_name if plan else "", indication=plan.indication if plan else "",
        course_number=opened.course_number, course_length=opened.course_length, areas_planned=len(state.areas),
        areas_done=sum(1 for area in state.areas.values() if area.finished and area.passes_done),
        needling_s=state.needling_time_us(state.last_at_us) // 1_000_000, median_depth_um=_by_hand_um(state),
        alarms=len(state.alarms), gaps=len(state.gaps), samples=samples, amendments=len(state.amendments),
        pen_serial=state.pens[-1].serial if state.pens else "", lots=lots_of(state), marked_as=opened.marked_as,
        head=head, standing=standing_of(state), reason=reason_of(state), clinic=opened.clinic,
        plan_id=plan.plan_id if plan else "", area_ids=tuple(state.areas), marks=marks_of(state),
        missing=missing_of(state), alarm_kinds=_alarm_kinds(state),
    )


def _alarm_kinds(state: SessionState) -> tuple[str, ...]:
    raised = [one.raised for one in state.alarms.values()]
    return tuple(dict.fromkeys([*(one.priority for one in raised), *(one.rule_id for one in raised)]))


def lots_of(state: SessionState) -> tuple[str, ...]:
    """Give the lots of everything used, each once, in order of use."""
    products = [one.applied.product for one in state.anesthetics.values()]
    products += [one.product for one in state.cartridges]
    if state.glide is not None and state.glide.product is not None:
        products.append(state.glide.product)
    products += [serum.product for _, serum in state.serums if isinstance(serum, ev.SerumApplied)]
    return tuple(dict.fromkeys(product.lot for product in products if product.lot))


def _by_hand_um(state: SessionState) -> int | None:
    """Give the middle of the depths entered by hand; a pen's median comes from its samples."""
    depths = sorted(area.manual[-1][1].depth_um for area in state.areas.values() if area.manual)
    return depths[len(depths) // 2] if depths and not state.pens else None
