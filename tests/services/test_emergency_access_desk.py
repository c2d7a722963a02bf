"""Emergency access: lent with a reason for a while, noted with all that was seen, answered for by another."""

import json

import pytest
from console_rig import close_console, make_console

from console.domain.emergency_access import LASTS_S
from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.rights import Right

KEEPER = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
BOSS = Staff("MG-01", "C. Okafor", Role.MANAGER)


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    made.desk.actor = KEEPER
    yield made
    close_console(made)


def test_it_lends_reading_and_treating_for_a_quarter_of_an_hour(console):
    with pytest.raises(Refusal, match="AD-01 may not read patients' records"):
        console.day.patient("P-0412")
    console.clinic.emergencies.begin("  Fainted at   the door ")
    assert console.day.patient("P-0412").name == "Anna Keller"
    _, action, _, detail = console.registry.audits[-1]
    assert action == "patient_read" and json.loads(detail) == {"why": "Fainted at the door"}
    assert console.desk.access.may(Right.TREAT) and not console.desk.access.may(Right.EXPORT)
    console.clock.advance(LASTS_S - 1)
    assert console.desk.access.emergency_left_s == pytest.approx(1.0)
    console.clock.advance(1.0)
    with pytest.raises(Refusal):
        console.day.patient("P-0412")


def test_it_needs_a_person_a_reason_and_a_lack(console):
    with pytest.raises(Refusal, match="needs a reason"):
        console.clinic.emergencies.begin("  ")
    console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    with pytest.raises(Refusal, match="may read and treat already"):
        console.clinic.emergencies.begin("x")
    console.desk.actor = None
    with pytest.raises(Refusal, match="Nobody is signed in"):
        console.clinic.emergencies.begin("x")


def test_it_ends_by_hand_and_with_who_signs_out(console):
    console.clinic.emergencies.begin("Fainted")
    console.clinic.emergencies.end()
    assert not console.desk.access.may(Right.READ_RECORDS)
    console.clinic.emergencies.begin("Again")
    console.desk.actor = BOSS
    console.desk.actor = KEEPER
    assert not console.desk.access.may(Right.READ_RECORDS), "it is lent to one person once"


def test_it_stands_on_the_managers_list_until_another_answers_for_it(console):
    made = console.clinic.emergencies.begin("Fainted")
    assert console.clinic.emergencies.unanswered() == [made]
    with pytest.raises(Refusal, match="may not answer for emergency access"):
        console.clinic.emergencies.answer(made, "right so")
    console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR, more_roles=(Role.MANAGER,))
    with pytest.raises(Refusal, match="their own"):
        console.clinic.emergencies.answer(made, "right so")
    console.desk.actor = BOSS
    with pytest.raises(Refusal, match="answer is empty"):
        console.clinic.emergencies.answer(made, " ")
    console.clinic.emergencies.answer(made, "Talked it over; right so")
    assert console.clinic.emergencies.unanswered() == []
    assert [one[1] for one in console.registry.audits] == ["emergency_began", "emergency_answered"]
