"""Who may do what: one table of rights by role. A person with several roles has the rights of all."""

from enum import StrEnum

from console.domain.errors import Refusal
from console.domain.people import Role, Staff


class Right(StrEnum):
    """Something not everybody may do."""

    TREAT = "treat"
    READ_RECORDS = "read_records"
    EXPORT = "export"
    EDIT_PATIENTS = "edit_patients"
    EDIT_CLINIC = "edit_clinic"
    KEEP_STAFF = "keep_staff"
    READ_AUDIT = "read_audit"
    ANSWER_EMERGENCIES = "answer_emergencies"
    REPORT = "report"
    KEEP_RECORD = "keep_record"
    ERASE = "erase"


RIGHT_WORDS = {
    Right.TREAT: "treat patients",
    Right.READ_RECORDS: "read patients' records and sessions",
    Right.EXPORT: "write reports and exports",
    Right.EDIT_PATIENTS: "change patients and courses",
    Right.EDIT_CLINIC: "change the clinic's settings and lists",
    Right.KEEP_STAFF: "keep the staff and the lock",
    Right.READ_AUDIT: "read the audit",
    Right.ANSWER_EMERGENCIES: "answer for emergency access",
    Right.REPORT: "report incidents and note what was done in a room",
    Right.KEEP_RECORD: "back up, restore and keep the keys",
    Right.ERASE: "set retention, hold and erase",
}

_PRACTITIONER, _MANAGER, _ADMINISTRATOR = Role.PRACTITIONER, Role.MANAGER, Role.ADMINISTRATOR

RIGHTS: dict[Right, frozenset[Role]] = {
    Right.TREAT: frozenset({_PRACTITIONER}),
    Right.READ_RECORDS: frozenset({_PRACTITIONER, _MANAGER}),
    Right.EXPORT: frozenset({_PRACTITIONER, _MANAGER}),
    Right.EDIT_PATIENTS: frozenset({_PRACTITIONER, _MANAGER}),
    Right.EDIT_CLINIC: frozenset({_MANAGER, _ADMINISTRATOR}),
    Right.KEEP_STAFF: frozenset({_ADMINISTRATOR}),
    Right.READ_AUDIT: frozenset({_MANAGER, _ADMINISTRATOR}),
    Right.ANSWER_EMERGENCIES: frozenset({_MANAGER}),
    Right.REPORT: frozenset(Role),
    Right.KEEP_RECORD: frozenset({_ADMINISTRATOR}),
    Right.ERASE: frozenset({_MANAGER, _ADMINISTRATOR}),
}

EMERGENCY_RIGHTS = frozenset({Right.READ_RECORDS, Right.TREAT})  # what emergency access can lend


def allows(member: Staff | None, right: Right) -> bool:
    """Tell whether somebody may; nobody may nothing."""
    return member is not None and member.active and not RIGHTS[right].isdisjoint(member.roles)


def roles_with(right: Right) -> str:
    """Give who may, in words: «a manager or an administrator»."""
    named = [f"{'an' if role is Role.ADMINISTRATOR else 'a'} {role.value}" for role in Role if role in RIGHTS[right]]
    return " or ".join(named)


def refusal(member: Staff | None, right: Right) -> Refusal:
    """Give the one sentence that refuses."""
    if member is None:
        return Refusal("Nobody is signed in", "nothing was changed", "sign in first")
    return Refusal(f"{member.staff_id} may not {RIGHT_WORDS[right]}", "nothing was changed",
                   f"{roles_with(right)} may")


def require(member: Staff | None, right: Right) -> None:
    """Refuse who may not, in one sentence."""
    if not allows(member, right):
        raise refusal(member, right)
