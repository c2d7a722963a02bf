"""The second signature: off by default; where the clinic asks for it nothing is sealed without a colleague's PIN."""

import pytest
from console_rig import PIN, close_console, make_console, start_session, walk_to

from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.workflow import Phase
from console.services.event_words import EventWords
from console.services.second_signature import MEANING, ON, SECOND, SecondSigner, save_second, second_entry

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)
KEEPER = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)


@pytest.fixture
def console():
    made = make_console()
    made.registry._staff = [made.desk.actor, MANAGER, KEEPER]
    start_session(made)
    walk_to(made, Phase.SIGN_OFF)
    yield made
    close_console(made)


def sign(console, second=None):
    told = []
    console.closing.begin_signing(PIN, told.append, told.append, second=second)
    while console.queries.busy:
        console.queries.deliver()
    if isinstance(told[0], BaseException):
        raise told[0]
    return told[0]


def test_without_the_rule_one_signature_seals(console):
    assert not console.closing.wants_second and second_entry(console.registry).fields[0].value == "off"
    sign(console, SecondSigner("MG-01", PIN))
    assert [one.signer_id for _, one in console.desk.front.state.signed] == ["PR-02"]


def test_with_it_both_stand_in_the_record_before_the_seal(console):
    save_second(console.registry, {SECOND: ON}, MANAGER)
    assert [one.staff_id for one in console.closing.co_signers()] == ["MG-01"]
    sign(console, SecondSigner("MG-01", PIN))
    state, history = console.desk.front.state, console.desk.front.history
    assert [(one.signer_id, one.meaning) for _, one in state.signed][1:] == [("MG-01", MEANING)]
    assert [one.what.kind for one in history][-3:] == ["signed", "signed", "sealed"]
    assert EventWords(state).say(history[-2].what) == f"Signed by C. Okafor: {MEANING}"
    assert ("MG-01", "session_co_signed", str(console.desk.front.session_id), "") in console.registry.audits


@pytest.mark.parametrize(("second", "why"), [
    (None, "asks for a second signature"), (SecondSigner("PR-02", PIN), "PR-02 may not co-sign"),
    (SecondSigner("AD-01", PIN), "AD-01 may not co-sign"), (SecondSigner("MG-01", "9998"), "That PIN of MG-01"),
])
def test_without_a_proved_colleague_nothing_is_sealed(console, second, why):
    save_second(console.registry, {SECOND: ON}, MANAGER)
    with pytest.raises(Refusal, match=why):
        sign(console, second)
    assert console.desk.front.state.sealed is None and not console.closing.signing


def test_a_colleague_s_wrong_pins_wait_too(console):
    save_second(console.registry, {SECOND: ON}, MANAGER)
    for _ in range(3):
        with pytest.raises(Refusal, match="is not right"):
            sign(console, SecondSigner("MG-01", "9998"))
    with pytest.raises(Refusal, match="3 wrong tries of MG-01; nothing was sealed; wait 5 s"):
        sign(console, SecondSigner("MG-01", PIN))


def test_the_rule_is_the_clinic_s(console):
    with pytest.raises(Refusal, match="may not change the clinic"):
        save_second(console.registry, {SECOND: ON}, console.desk.actor)
    with pytest.raises(Refusal, match="cannot be «often»"):
        save_second(console.registry, {SECOND: "often"}, KEEPER)
    assert not console.closing.wants_second
