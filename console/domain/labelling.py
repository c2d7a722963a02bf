"""Commands on the pen's label: record how the plan stands to it, and go on off label with a reason."""

from collections.abc import Sequence

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.label_matrix import LabelFinding, Standing, pen_id_of
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState
from console.domain.workflow import require


def pen_in_use(state: SessionState) -> str:
    """Give the id of the profile whose label holds: of the pen in hand, else the pen bound; empty: not known."""
    if state.by_hand is not None:
        return state.by_hand.pen_id
    return pen_id_of(state.pen.model) if state.pen is not None else ""


def label_judged(pen: str, worst: Standing, findings: Sequence[LabelFinding], why: str = "") -> ev.LabelJudged:
    """Give what is recorded of a judgement; ``pen`` is empty where depth and rate are entered by hand.

    Of an area that is off label only the reasons that put it there are kept: they are what is accepted.
    """
    gravest = [one for one in findings if one.standing is worst]
    return ev.LabelJudged(
        pen, worst.value, tuple(one.area_id for one in findings), tuple(one.standing.value for one in findings),
        tuple(one.off_reasons or one.reasons for one in findings), gravest[0].source if gravest else "",
        why or _why(pen, worst, gravest))


def _why(pen: str, worst: Standing, gravest: Sequence[LabelFinding]) -> str:
    if worst is Standing.ON_LABEL:
        note = next((one.note for one in gravest if one.note), "")
        return f"{pen}: every area is within its label." + (f" {note}." if note else "")
    reasons = list(dict.fromkeys(reason for one in gravest for reason in (one.off_reasons or one.reasons)))
    more = len(reasons) - 1
    return f"{reasons[0]}{f', and {more} more reason' if more else ''}{'s' if more > 1 else ''}."


def judge_label(judged: ev.LabelJudged) -> Command:
    """Record how the plan stands to the label, where that is new."""

    def command(state: SessionState) -> list[Payload]:
        return [] if state.closed or state.label == judged else [judged]

    return command


def off_label_of(state: SessionState) -> dict[str, tuple[str, ...]]:
    """Give what is off label as judged last: reasons by area."""
    label = state.label
    if label is None:
        return {}
    rows = zip(label.area_ids, label.standings, label.reasons, strict=True)
    return {area_id: reasons for area_id, standing, reasons in rows if standing == Standing.OFF_LABEL}


def unaccepted(state: SessionState) -> dict[str, tuple[str, ...]]:
    """Give what is off label and was not accepted yet, by area; what was accepted once is not asked again."""
    accepted = {
        (area_id, reason) for one in state.off_label
        for area_id, reasons in zip(one.area_ids, one.findings, strict=True) for reason in reasons}
    fresh = {
        area_id: tuple(reason for reason in reasons if (area_id, reason) not in accepted)
        for area_id, reasons in off_label_of(state).items()}
    return {area_id: reasons for area_id, reasons in fresh.items() if reasons}


def accept_off_label(reason: str) -> Command:
    """Go on off label: what was found and not accepted before is recorded with the reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        found = unaccepted(state)
        if not found:
            return []
        if not reason.strip():
            raise Refusal("Off label needs a reason", "nothing was recorded", "say why")
        return [ev.OffLabelAccepted(tuple(found), tuple(found.values()), reason.strip())]

    return command
