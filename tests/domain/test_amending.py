"""A sealed record takes amendments and nothing else, whatever the command."""

import pytest
import treatments

from console.domain import closing, needling, photos
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import AFTER_CLOSING, Session


@pytest.fixture(scope="module")
def sealed() -> Session:
    return treatments.walk()


@pytest.mark.parametrize("kind", sorted(ev.KINDS.keys() - {one.kind for one in AFTER_CLOSING}))
def test_no_other_kind_of_event_is_taken(sealed: Session, kind: str) -> None:
    before = list(sealed.history)
    with pytest.raises(Refusal, match="The session is closed; its record is kept; use an amendment"):
        sealed.decide(lambda state: [object.__new__(ev.KINDS[kind])], 0, "PR-02")
    assert sealed.history == before


@pytest.mark.parametrize("place", range(len(treatments.steps())))
def test_no_step_of_a_treatment_can_be_repeated(sealed: Session, place: int) -> None:
    before = list(sealed.history)
    with pytest.raises(Refusal):
        sealed.decide(treatments.steps()[place], 0, "PR-02")
    assert sealed.history == before


def test_what_is_taken_is_said() -> None:
    assert {one.kind for one in AFTER_CLOSING} == {"amended", "photo_taken", "photo_struck"}


def test_no_picture_of_before_or_after_comes_behind_the_seal(sealed: Session) -> None:
    picture = ev.PhotoTaken("p1", "frontal", "after", "0" * 64, 5, "0" * 64, 8, 8, "jpeg", "file")
    for command in (photos.keep_photos([picture]), photos.strike_photo("p1", "blurred")):
        with pytest.raises(Refusal):
            sealed.decide(command, 0, "PR-02")


def test_nothing_sealed_is_taken_back_and_late_facts_are_left_out(sealed: Session) -> None:
    before = list(sealed.history)
    for ordinal in range(len(before)):
        with pytest.raises(Refusal):
            sealed.decide(sealed.undo([ordinal], "changed my mind"), 0, "PR-02")
    assert sealed.decide(needling.facts(ev.GapRecorded("A1", 7, 5, 2, "not_held")), 0, "PR-02") == []
    assert sealed.history == before


def test_an_amendment_keeps_what_was_beside_what_is_said_now() -> None:
    session = treatments.walk()
    before = list(session.history)
    amending = closing.amend(" left ", " mistyped ", 3, "Right cheek", "A. Meyer", "pin")
    made = session.decide(amending, session.state.last_at_us + 1, "PR-02")
    assert [one.what for one in made] == [ev.Amended("left", "mistyped", 3, "Right cheek", "A. Meyer", "pin")]
    assert session.history == [*before, *made] and session.state.amendments[-1][1] == made[0].what
    assert session.state.sealed is not None


@pytest.mark.parametrize(("text", "reason", "ordinal"), [(" ", "x", None), ("x", "", None), ("x", "y", -1),
                                                         ("x", "y", 10_000)])
def test_an_amendment_needs_text_reason_and_an_entry_that_is_there(
    sealed: Session, text: str, reason: str, ordinal: int | None
) -> None:
    with pytest.raises(Refusal):
        sealed.decide(closing.amend(text, reason, ordinal), 0, "PR-02")


def test_what_is_not_sealed_is_corrected_itself() -> None:
    with pytest.raises(Refusal, match="Only a sealed record is amended"):
        treatments.walk(5).decide(closing.amend("x", "y"), 0, "PR-02")


def test_an_older_amendment_keeps_its_bytes() -> None:
    assert ev.to_payload(ev.Amended("left", "mistyped")) == {"text": "left", "reason": "mistyped"}
    assert ev.from_payload("amended", {"text": "left", "reason": "mistyped"}) == ev.Amended("left", "mistyped")
