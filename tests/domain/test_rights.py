import pytest

from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.rights import EMERGENCY_RIGHTS, RIGHT_WORDS, RIGHTS, Right, allows, require, roles_with

MEYER = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
BOTH = Staff("PR-03", "B. Novak", Role.PRACTITIONER, more_roles=(Role.MANAGER,))
KEEPER = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)


def test_every_right_has_words_and_somebody_who_has_it():
    assert set(RIGHTS) == set(RIGHT_WORDS) == set(Right)
    assert all(RIGHTS.values()) and set(Right) > EMERGENCY_RIGHTS


@pytest.mark.parametrize(("member", "right", "may"), [
    (MEYER, Right.TREAT, True), (MEYER, Right.READ_AUDIT, False), (BOTH, Right.READ_AUDIT, True),
    (KEEPER, Right.KEEP_STAFF, True), (KEEPER, Right.READ_RECORDS, False), (KEEPER, Right.TREAT, False),
    (None, Right.TREAT, False), (Staff("PR-09", "Gone", Role.PRACTITIONER, active=False), Right.TREAT, False),
])
def test_a_right_comes_from_any_role_of_somebody_active(member, right, may):
    assert allows(member, right) is may


def test_a_refusal_is_one_sentence_that_names_who_may():
    require(MEYER, Right.TREAT)
    with pytest.raises(Refusal) as told:
        require(MEYER, Right.EDIT_CLINIC)
    assert str(told.value) == ("PR-02 may not change the clinic's settings and lists; nothing was changed; "
                               "a manager or an administrator may.")
    with pytest.raises(Refusal, match="Nobody is signed in"):
        require(None, Right.TREAT)
    assert roles_with(Right.KEEP_STAFF) == "an administrator"
