"""The label in the record: judged when something changes, accepted once, asked again only for what is new."""

import pytest
import treatments as t

from console.domain import labelling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.label_matrix import LabelFinding, Standing
from console.domain.session import Session

OFF, OPEN, ON = Standing.OFF_LABEL, Standing.NOT_EVALUATED, Standing.ON_LABEL


def finding(area_id: str, standing: Standing, *reasons: str) -> LabelFinding:
    return LabelFinding(area_id, standing, reasons, "K1", off_reasons=reasons if standing is OFF else ())


def judge(session: Session, *findings: LabelFinding) -> None:
    worst = min((one.standing for one in findings), key=[OFF, OPEN, ON].index)
    do(session, labelling.judge_label(labelling.label_judged("Pen", worst, findings)))


def do(session: Session, command: object) -> list[ev.Payload]:
    return [one.what for one in session.decide(command, session.state.last_at_us + 1, "PR-02")]  # type: ignore


@pytest.fixture
def session() -> Session:
    return t.walk(19)


def test_the_same_judgement_is_recorded_once(session: Session) -> None:
    one = labelling.label_judged("Pen", ON, [finding("face.forehead", ON)])
    assert do(session, labelling.judge_label(one)) == [one] and do(session, labelling.judge_label(one)) == []
    assert one.why == "Pen: every area is within its label."


def test_off_label_is_accepted_once_and_asked_again_only_for_something_new(session: Session) -> None:
    judge(session, finding("face.forehead", OFF, "too young"), finding("face.cheek_left", OPEN, "deep"))
    assert labelling.unaccepted(session.state) == {"face.forehead": ("too young",)}
    with pytest.raises(Refusal, match="needs a reason"):
        do(session, labelling.accept_off_label(" "))
    (accepted,) = do(session, labelling.accept_off_label("Agreed"))
    assert accepted == ev.OffLabelAccepted(("face.forehead",), (("too young",),), "Agreed")
    assert labelling.unaccepted(session.state) == {} and do(session, labelling.accept_off_label("Agreed")) == []
    judge(session, finding("face.forehead", ON))
    judge(session, finding("face.forehead", OFF, "too young"))
    assert labelling.unaccepted(session.state) == {}, "it was accepted before"
    judge(session, finding("face.forehead", OFF, "too young", "too deep"), finding("face.cheek_left", OFF, "too young"))
    assert labelling.unaccepted(session.state) == {"face.forehead": ("too deep",), "face.cheek_left": ("too young",)}


def test_not_evaluated_asks_nothing_and_several_reasons_are_counted(session: Session) -> None:
    judge(session, finding("face.forehead", OPEN, "deep", "age"), finding("face.cheek_left", OPEN, "skin"))
    assert labelling.unaccepted(session.state) == {} and session.state.label is not None
    assert session.state.label.why == "deep, and 2 more reasons."


def test_the_acceptance_can_be_taken_back_and_then_asks_again(session: Session) -> None:
    judge(session, finding("face.forehead", OFF, "too young"))
    do(session, labelling.accept_off_label("Agreed"))
    do(session, session.undo([len(session.history) - 1], "touched by mistake"))
    assert labelling.unaccepted(session.state) == {"face.forehead": ("too young",)}
