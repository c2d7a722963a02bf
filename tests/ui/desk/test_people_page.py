"""The people page by touch: somebody new, roles, PINs, and the lock's times."""

import pytest
from desk_touch import enter_pin, part, touch
from PySide6.QtWidgets import QLineEdit

from console.domain.locking import LockPolicy
from console.domain.people import Role, Staff
from console.services.idle_lock import read_policy
from ui.desk.people import PeoplePage
from ui.widgets.texts import Label

KEEPER = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)


@pytest.fixture
def keeper(console):
    console.registry.save_staff(KEEPER, "8426", "AD-01")
    console.desk.actor = KEEPER
    return console


@pytest.fixture
def window(desk_window, keeper):
    return desk_window("people", PeoplePage(keeper))


def person(console, staff_id):
    return next(one for one in console.registry.staff() if one.staff_id == staff_id)


def test_somebody_new_with_two_roles(window, keeper):
    touch(window, "action.add")
    part(window, "person.name", QLineEdit).setText("Nadia Rahman")
    touch(window, "person.role.manager")
    touch(window, "person.go_on")
    enter_pin(window, "1234", "newPin")
    assert "guessed at once" in part(window, "newPin.words", Label).text()
    enter_pin(window, "8426", "newPin")
    enter_pin(window, "8427", "newPin")
    assert "differ" in part(window, "newPin.words", Label).text()
    for _ in range(2):
        enter_pin(window, "8426", "newPin")
    assert person(keeper, "PR-03").roles == (Role.PRACTITIONER, Role.MANAGER)
    assert part(window, "person.title", Label).text() == "Nadia Rahman  PR-03"


def test_roles_by_one_touch_and_the_last_administrator_stays(window, keeper):
    touch(window, "person.PR-01")
    touch(window, "role.manager")
    assert set(person(keeper, "PR-01").roles) == {Role.PRACTITIONER, Role.MANAGER}
    touch(window, "person.AD-01")
    touch(window, "role.manager")
    touch(window, "role.administrator")
    assert "needs an administrator" in window.notice.text
    assert Role.ADMINISTRATOR in person(keeper, "AD-01").roles
    assert part(window, "role.administrator").isChecked(), "the page shows what is kept"


def test_a_new_pin(window, keeper):
    touch(window, "person.PR-01")
    touch(window, "action.pin")
    for _ in range(2):
        enter_pin(window, "8426", "newPin")
    assert "The PIN is new" in window.notice.text


def test_the_lock_s_times_and_never_only_where_the_clinic_allows_it(window, keeper):
    touch(window, "lock.idle.plus")
    touch(window, "lock.treating.minus")
    assert read_policy(keeper.registry) == LockPolicy(3, 9)
    assert not part(window, "lock.never").isEnabled()
    touch(window, "lock.allowed")
    touch(window, "lock.never")
    assert read_policy(keeper.registry) == LockPolicy(0, 9, True)
    touch(window, "lock.allowed")
    assert read_policy(keeper.registry) == LockPolicy(1, 9, False), "not allowed any more: it locks again"


def test_who_does_not_keep_the_staff_only_looks(desk_window, keeper):
    keeper.desk.actor = Staff("MG-01", "C. Okafor", Role.MANAGER)
    window = desk_window("people", PeoplePage(keeper))
    for name in ("action.add", "action.pin", "role.manager", "lock.idle.plus", "lock.allowed"):
        assert not part(window, name).isEnabled()
