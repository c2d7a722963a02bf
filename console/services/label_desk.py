"""Judges the plan by the label of the pen in use, whenever pen, areas or depths change, and records it."""

from collections.abc import Callable

from console.domain import session_events as ev
from console.domain.errors import OperatorError
from console.domain.label_matrix import IntendedUse, Standing, judge_all, pen_id_of
from console.domain.labelling import judge_label, label_judged, pen_in_use
from console.domain.session import Session
from console.domain.session_state import SessionState
from console.services.clinical_library import ClinicalLibrary
from console.services.session_desk import Receipt, SessionDesk

CHANGES = (
    ev.PlanChosen, ev.PenBound, ev.ManualModeChosen, ev.TargetChanged, ev.PhaseEntered, ev.ScreeningAnswered,
    ev.ScreeningOverridden, ev.MarkUndone, ev.ConsoleRestarted,
)
BY_HAND = "By hand: no label known of the pen in use."


class LabelDesk:
    """Listens to the session desk; a judgement is recorded only where it differs from the last."""

    def __init__(self, desk: SessionDesk, library_of: Callable[[Session], ClinicalLibrary]) -> None:
        self._desk, self._library_of = desk, library_of
        desk.on_events(self._on_receipt)

    def _on_receipt(self, receipt: Receipt) -> None:
        if not any(isinstance(event.what, CHANGES) for event in receipt.events):
            return
        session = next((one for one in self._desk.sessions if one.session_id == receipt.session_id), None)
        if session is None or session.state.closed:
            return
        judged = judged_of(session.state, self._library_of(session))
        if judged is not None:
            self._desk.do(judge_label(judged), session.session_id)


def judged_of(state: SessionState, library: ClinicalLibrary) -> ev.LabelJudged | None:
    """Judge the areas to be treated by the label of the pen in use; None before a pen is chosen."""
    if state.plan is None or state.opened is None:
        return None
    pen_id = pen_in_use(state)
    if not pen_id:
        return label_judged("", Standing.NOT_EVALUATED, (), BY_HAND) if state.manual_mode else None
    return _judged_by(pen_id, _name_of(state), state, library)


def foreseen(state: SessionState, library: ClinicalLibrary, likely_pen: str) -> ev.LabelJudged | None:
    """Judge by the pen in use, else by the likely one (its model or profile): a preview, nobody's record."""
    judged = judged_of(state, library)
    return judged or (_judged_by(pen_id_of(likely_pen), likely_pen, state, library) if likely_pen else None)


def _judged_by(pen_id: str, name: str, state: SessionState, library: ClinicalLibrary) -> ev.LabelJudged | None:
    if state.plan is None or state.opened is None:
        return None
    try:
        label = library.pen(pen_id)
    except OperatorError:
        return label_judged(name, Standing.NOT_EVALUATED, (), f"No label known for {name}.")
    opened, indication = state.opened, state.plan.indication
    worst, findings = judge_all(label, [
        IntendedUse(indication, area.plan.area_id, opened.age_years, opened.fitzpatrick, area.plan.target_depth_um)
        for area in state.treatable_areas()])
    return label_judged(label.name, worst, findings)


def _name_of(state: SessionState) -> str:
    if state.by_hand is not None:
        return state.by_hand.pen_name
    return state.pen.model if state.pen is not None else ""


def contact_load_of(library: ClinicalLibrary, model: str) -> int | None:
    """Give the motor current from which on a model's needles are on the skin; None where no profile tells."""
    label = next((one for one in library.pens if one.pen_id == pen_id_of(model)), None)
    return label.contact_load_ma if label else None
