"""Photos stand behind their consent; what is taken again or struck stays in the record."""

import pytest
import treatments as t

from console.domain import closing, consenting, photos
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.workflow import Phase


def taken(photo_id: str, view: str = "frontal", moment: str = "before") -> ev.PhotoTaken:
    return ev.PhotoTaken(photo_id, view, moment, "ab" * 32, 1000, "cd" * 32, 800, 1200, "jpeg", "file")


def do(session, command):
    return session.decide(command, session.state.last_at_us + 1_000_000, "PR-02")


def test_a_set_is_kept_and_counted():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, photos.keep_photos([taken("p1"), taken("p2", "lateral_left")]))
    do(session, photos.keep_photos([taken("p3", "lateral_right")]))
    assert [one.count for one in session.state.photos][-2:] == [2, 3]
    assert list(photos.latest(session.state, "before")) == ["frontal", "lateral_left", "lateral_right"]


def test_taken_again_the_former_is_struck_and_kept():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, photos.keep_photos([taken("p1")]))
    do(session, photos.keep_photos([taken("p2")]))
    assert session.state.pictures["p1"].struck == "taken again"
    assert photos.latest(session.state, "before")["frontal"].taken.photo_id == "p2"
    assert session.state.photos[-1].count == 1


def test_striking_needs_a_reason_and_happens_once():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, photos.keep_photos([taken("p1")]))
    with pytest.raises(Refusal, match="needs a reason"):
        do(session, photos.strike_photo("p1", " "))
    do(session, photos.strike_photo("p1", "eyes closed"))
    with pytest.raises(Refusal, match="struck already"):
        do(session, photos.strike_photo("p1", "again"))
    assert photos.standing(session.state) == [] and session.state.pictures["p1"].struck == "eyes closed"


def test_without_consent_there_is_no_photo():
    session = t.walk_to(Phase.CONSENT)
    with pytest.raises(Refusal, match="not decided"):
        do(session, photos.keep_photos([taken("p1")]))
    do(session, consenting.record_consent(t.consent("photos", given=False)))
    with pytest.raises(Refusal, match="refused photographs"):
        do(session, photos.keep_photos([taken("p1")]))


def test_a_withdrawn_consent_is_said():
    session = t.walk_to(Phase.ANESTHETIC)
    do(session, photos.keep_photos([taken("p1")]))
    do(session, consenting.withdraw_consent("photos", "changed their mind"))
    with pytest.raises(Refusal, match="withdrew"):
        do(session, photos.keep_photos([taken("p2")]))
    assert "p1" in session.state.pictures


def test_follow_up_photos_come_behind_the_seal_only():
    session = t.walk_to(Phase.ANESTHETIC)
    with pytest.raises(Refusal, match="not sealed yet"):
        do(session, photos.keep_photos([taken("p1", moment="follow_up")]))
    do(session, closing.seal(ev.Signed("PR-02", "Ann", "meaning", "pin"), 0, 0, "too long a day"))
    before = len(session.state.photos)
    do(session, photos.keep_photos([taken("p1", moment="follow_up")]))
    assert len(session.state.photos) == before, "the count is that of the day"
    with pytest.raises(Refusal, match="closed"):
        do(session, photos.keep_photos([taken("p2")]))
    with pytest.raises(Refusal, match="closed"):
        do(session, photos.strike_photo("p1", "blurred"))


@pytest.mark.parametrize(("count", "filled", "laid"), [
    (2, (), ["a", "b"]), (2, ("a",), ["b", "c"]), (5, ("b",), ["a", "c", "b"]),
])
def test_pictures_are_laid_out_by_order(count, filled, laid):
    assert photos.laid_out(count, ("a", "b", "c"), filled) == laid
