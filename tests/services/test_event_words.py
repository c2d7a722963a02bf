"""Every kind of event has a sentence of its own."""

import pytest
from dossiers import FACE, make_dossier

from console.domain import session_events as ev
from console.domain.session_state import SessionState
from console.services import event_words
from console.services.event_words import EventWords, counted, plain


@pytest.mark.parametrize("kind", sorted(ev.KINDS))
def test_no_kind_is_without_words(kind: str) -> None:
    assert ev.KINDS[kind] in event_words._WORDS


def test_a_treatment_is_told_in_its_own_labels() -> None:
    dossier = make_dossier(FACE)
    words = EventWords(dossier.state)
    told = [words.say(one.event.what) for one in dossier.events]
    assert "Treatment opened for P-0412, session 3 of 6, Room 2" in told
    assert "Overridden, active acne in the area: Single papule on the chin, worked round it by 1 cm" in told
    assert "Cheek, left, pass 2 begun, across" in told
    assert "Alarm, medium: Depth above plan. Lift the pen. Cheek, left" in told
    assert "250 readings missing: the pen no longer held them" in told
    assert not any(one.endswith(".") or "_" in one for one in told)


@pytest.mark.parametrize(("what", "said"), [
    (ev.GapRecorded("A", 1, 0, 0, "pen_restart"), "Readings missing, number unknown: the pen restarted"),
    (ev.ManualSettings("chin", 720, None), "chin: 0.72 mm, entered by hand"),
    (ev.GlideChosen(None), "No glide product"),
    (ev.PhotosRecorded("before", 1), "1 photo before"),
    (ev.ClockJumped(-1500), "The computer's clock jumped by -1.5 s"),
    (ev.StopExplained("faint", "sat up again"), "Stopped because: faint, sat up again"),
    (ev.SignatureDrawn("consent", "witness", (), "PR-05", "cannot write"),
     "Consent not signed: cannot write, witness PR-05"),
])
def test_sentences_of_rarer_events(what: ev.Payload, said: str) -> None:
    assert EventWords(SessionState()).say(what) == said


def test_numbers_agree_with_their_nouns() -> None:
    assert [counted(1, "gap"), counted(2, "pass"), counted(1200, "reading")] == ["1 gap", "2 passes", "1,200 readings"]
    assert plain("pinpoint_bleeding") == "pinpoint bleeding"
