"""How a session stood to the pen's label, in words."""

from console.domain.label_matrix import Standing
from console.domain.session_state import SessionState

STANDING_WORDS = {
    Standing.ON_LABEL: "On label", Standing.OFF_LABEL: "Off label", Standing.NOT_EVALUATED: "Not evaluated",
}


def label_words(state: SessionState) -> str:
    """Give the standing with its why and the reasons for going on off label; empty where none was judged."""
    if state.label is None:
        return ""
    words = f"{STANDING_WORDS[Standing(state.label.standing)]}. {state.label.why}"
    reasons = list(dict.fromkeys(one.reason for one in state.off_label))
    return f"{words} Gone on because: {'; '.join(reasons)}." if reasons else words


def area_standing(state: SessionState, area_id: str) -> Standing | None:
    """Give how one area stands; None where nothing was judged."""
    if state.label is None:
        return None
    by_area = dict(zip(state.label.area_ids, state.label.standings, strict=True))
    return Standing(by_area.get(area_id, state.label.standing))
