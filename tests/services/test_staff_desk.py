"""Who keeps the staff, and what is never possible."""

import pytest
from console_rig import close_console, make_console

from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.services.staff_desk import StaffDesk

KEEPER = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    made.registry.save_staff(KEEPER, "8426", "AD-01")
    made.desk.actor = KEEPER
    yield made
    close_console(made)


def test_ids_are_by_role_and_several_roles_are_kept(console):
    people: StaffDesk = console.clinic.people
    made = people.add("  Nadia   Rahman ", (Role.PRACTITIONER, Role.MANAGER, Role.PRACTITIONER), "8426")
    assert (made.staff_id, made.name, made.roles) == ("PR-03", "Nadia Rahman", (Role.PRACTITIONER, Role.MANAGER))
    assert made.role_words == "practitioner, manager"
    assert people.add("New Boss", (Role.MANAGER,), "8426").staff_id == "MG-02"


def test_the_first_of_a_clinic_has_every_role(console):
    for one in console.registry.staff():
        console.registry._staff.remove(one)
    console.desk.actor = None
    made = console.clinic.people.add("Ingrid Solheim", (), "8426")
    assert made.staff_id == "AD-01" and set(made.roles) == set(Role)
    with pytest.raises(Refusal, match="Nobody is signed in"):
        console.clinic.people.add("Second", (Role.MANAGER,), "8426")


@pytest.mark.parametrize(("act", "why"), [
    (lambda one: one.add("X", (Role.MANAGER,), "8426"), "needs a name"),
    (lambda one: one.add("Some One", (), "8426"), "needs a role"),
    (lambda one: one.add("Some One", (Role.MANAGER,), "1234"), "guessed at once"),
    (lambda one: one.set_pin("PR-02", "84a6"), "needs 4 digits"),
    (lambda one: one.set_password("PR-02", "short"), "at least 12 characters"),
    (lambda one: one.set_active("AD-01", False), "needs an administrator"),
    (lambda one: one.change_roles("AD-01", (Role.MANAGER,)), "needs an administrator"),
    (lambda one: one.set_pin("PR-99", "8426"), "no member of staff PR-99"),
])
def test_what_is_refused_changes_nothing(console, act, why):
    before = console.registry.staff()
    with pytest.raises(Refusal, match=why):
        act(console.clinic.people)
    assert console.registry.staff() == before


def test_only_an_administrator_keeps_the_staff(console):
    console.desk.actor = next(one for one in console.registry.staff() if one.staff_id == "MG-01")
    assert not console.clinic.people.may_keep
    with pytest.raises(Refusal, match="MG-01 may not keep the staff"):
        console.clinic.people.set_active("PR-01", False)


def test_who_is_disabled_stays_on_the_list_behind_the_others(console):
    people = console.clinic.people
    people.set_active("PR-01", False)
    assert [one.staff_id for one in people.members()][-1] == "PR-01" and not people.member("PR-01").active
    people.set_active("PR-01", True)
    assert people.member("PR-01").active
