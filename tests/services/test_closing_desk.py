from uuid import UUID

import pytest
import rig_walk
from console_rig import PEN, PIN, close_console, make_console, start_session, walk_to

from console.domain import needling
from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.telemetry import Batch, Gap, GapCause
from console.domain.workflow import Phase


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def session_id(console) -> UUID:
    console.station.link.show_pen()
    return start_session(console)


def stored_before(console, session_id, count):
    """Store samples as an earlier run of the program would have."""
    console.recorder.add_samples(session_id, Batch(
        PEN.serial, 3, 0, count, 4000, 0, console.clock.utc_us(), 0.0, bytes(10 * count)))


def test_the_seal_counts_every_stored_sample_also_of_a_run_before(console, session_id):
    stored_before(console, session_id, 400)
    stored_before(console, UUID(int=9), 77)
    walk_to(console, Phase.NEEDLING)
    console.station.drain()
    console.station.link.push(25)
    console.station.drain()
    rig_walk.walk_to(console, Phase.SIGN_OFF)
    rig_walk.sign_and_seal(console)
    sealed = console.desk.front.state.sealed
    assert (sealed.samples, sealed.gaps) == (425, 0)


def test_the_seal_counts_the_gaps(console, session_id):
    walk_to(console, Phase.NEEDLING)
    console.station.drain()
    console.station.note_gap(session_id, Gap(PEN.serial, 7, 3, 2, GapCause.NOT_SAVED))
    rig_walk.walk_to(console, Phase.SIGN_OFF)
    assert ("Readings", True, "2 missing") in console.closing.ticks()
    rig_walk.sign_and_seal(console)
    assert console.desk.front.state.sealed.gaps == 1


def test_what_is_not_saved_is_not_sealed(console, session_id):
    walk_to(console, Phase.SIGN_OFF)
    console.recorder.failing = "The disk is full"
    console.desk.do(needling.mark())
    with pytest.raises(Refusal, match="not saved yet; nothing was sealed"):
        rig_walk.sign_and_seal(console)
    assert console.desk.front.state.sealed is None


def test_one_signature_at_a_time_and_none_where_readings_began_anew(console, session_id, monkeypatch):
    walk_to(console, Phase.SIGN_OFF)
    refused = []
    console.closing.begin_signing(PIN, lambda _: None, refused.append)
    with pytest.raises(Refusal, match="A signature is being saved"):
        console.closing.begin_signing(PIN, lambda _: None, refused.append)
    monkeypatch.setattr(console.station, "_ending", session_id)  # meanwhile
    while console.closing.signing:
        console.queries.deliver()
    assert str(refused[0]).startswith("Readings are being recorded again; nothing was sealed")
    assert console.desk.front.state.sealed is None


def test_readings_still_being_fetched_are_not_sealed_away(console, session_id, monkeypatch):
    walk_to(console, Phase.SIGN_OFF)
    monkeypatch.setattr(console.station, "_ending", session_id)
    assert ("Readings", False, "none missing") in console.closing.ticks()
    with pytest.raises(Refusal, match="still being fetched"):
        rig_walk.sign_and_seal(console)


def test_a_wrong_pin_seals_nothing_and_is_noted(console, session_id):
    walk_to(console, Phase.SIGN_OFF)
    with pytest.raises(Refusal, match="PIN is not right; nothing was sealed"):
        rig_walk.sign_and_seal(console, "0000")
    assert console.registry.audits[-1][:3] == ("PR-02", "pin_refused", str(session_id))
    assert console.desk.front.state.sealed is None
    console.desk.actor = None
    with pytest.raises(Refusal, match="Nobody is signed in"):
        rig_walk.sign_and_seal(console)


def test_a_signature_bears_name_meaning_and_counts_the_course(console, session_id):
    walk_to(console, Phase.SIGN_OFF)
    rig_walk.sign_and_seal(console)
    state = console.desk.front.state
    signed = state.signed[-1][1]
    assert (signed.signer_id, signed.signer_name, signed.method) == ("PR-02", "A. Meyer", "pin")
    assert signed.meaning == "I performed and recorded this treatment"
    assert [one.done for one in console.registry.courses("P-0412")] == [3]
    assert console.registry.audits[-1][1:3] == ("session_sealed", str(session_id))


def test_an_unfinished_treatment_needs_a_reason_and_does_not_count_in_the_course(console, session_id):
    walk_to(console, Phase.SERUM)
    with pytest.raises(Refusal, match="not finished"):
        rig_walk.sign_and_seal(console)
    rig_walk.sign_and_seal(console, PIN, "the patient had to leave")
    assert console.desk.front.state.outcome == "unfinished"
    assert [one.done for one in console.registry.courses("P-0412")] == [2]


def test_the_next_visit_lies_in_the_plan_s_window_on_the_same_weekday(console, session_id):
    walk_to(console, Phase.AFTERCARE)
    window, proposal = console.closing.window(), console.closing.proposal()
    today = console.day.today()
    assert window is not None and proposal is not None
    assert 30 <= console.closing.days_ahead(proposal) <= 61 and proposal.weekday() == today.weekday()


def test_the_sheet_counts_from_the_end_of_needling(console, session_id):
    walk_to(console, Phase.AFTERCARE)
    before = console.closing.sheet()
    console.clock.advance(86_400 * 3)
    assert console.closing.sheet() == before and before


def test_a_colleague_s_pin_signs_as_the_colleague(console, session_id):
    walk_to(console, Phase.SIGN_OFF)
    console.desk.actor = Staff("PR-01", "L. Novak", Role.PRACTITIONER)
    rig_walk.sign_and_seal(console)
    assert console.desk.front.state.signed[-1][1].signer_name == "L. Novak"


def test_samples_that_could_be_kept_nowhere_are_named_before_the_seal(console, session_id, monkeypatch):
    walk_to(console, Phase.SIGN_OFF)
    lost = Gap(PEN.serial, 7, 30, 5, GapCause.NOT_SAVED)
    monkeypatch.setattr(console.recorder, "take_unsaved", lambda: [(session_id, lost)])
    rig_walk.sign_and_seal(console)
    kinds = [event.what.kind for event in console.desk.front.history]
    assert kinds.index("gap_recorded") < kinds.index("sealed")
    assert console.desk.front.state.sealed.gaps == 1


def test_who_signs_has_taken_the_session_over(console, session_id):
    walk_to(console, Phase.SIGN_OFF)
    console.desk.actor = next(one for one in console.registry.staff() if one.staff_id == "PR-01")
    rig_walk.sign_and_seal(console)
    state = console.desk.front.state
    assert (state.practitioner_id, state.signed[0][1].signer_id) == ("PR-01", "PR-01")
    assert [event.what.kind for event in console.desk.front.history][-4:] == [
        "handed_over", "session_ended", "signed", "sealed"]


def test_a_session_is_not_closed_in_error_under_a_running_recording(console, session_id):
    walk_to(console, Phase.NEEDLING)
    console.station.drain()
    with pytest.raises(Refusal, match="still being fetched from the pen; nothing was closed"):
        console.closing.close_in_error("the wrong patient")
    console.station.let_go(session_id)
    for _ in range(3):
        console.station.drain()
    console.closing.close_in_error("the wrong patient")
    assert [event.what.kind for event in console.desk.front.history][-1] == "session_ended"
