"""The clinic's people, kept by an administrator. Nobody is ever deleted; every version is kept."""

from collections.abc import Sequence
from dataclasses import replace

from console.domain.errors import Refusal
from console.domain.people import Role, Staff, StaffVersion
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.session_desk import SessionDesk

PIN_DIGITS, LEAST_PASSWORD = 4, 12
EASY_PINS = ("0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999", "1234", "4321")
_PREFIXES = {Role.PRACTITIONER: "PR", Role.MANAGER: "MG", Role.ADMINISTRATOR: "AD"}


def pin_complaint(pin: str) -> str:
    """Say what is wrong with a new PIN, empty where nothing is."""
    if not (pin.isascii() and pin.isdigit() and len(pin) == PIN_DIGITS):
        return f"The PIN needs {PIN_DIGITS} digits."
    return "That PIN is guessed at once; choose another." if pin in EASY_PINS else ""


class StaffDesk:
    """Use cases of who keeps the staff. A clinic without any staff makes its first administrator."""

    def __init__(self, desk: SessionDesk, registry: Registry) -> None:
        self._desk, self._registry = desk, registry

    @property
    def may_keep(self) -> bool:
        """Tell whether who is signed in keeps the staff."""
        return self._desk.access.may(Right.KEEP_STAFF)

    def members(self) -> list[Staff]:
        """Give everybody, who may sign in first, then by id."""
        return sorted(self._registry.staff(), key=lambda one: (not one.active, one.staff_id))

    def member(self, staff_id: str) -> Staff:
        """Give one; Refusal where there is none."""
        found = next((one for one in self._registry.staff() if one.staff_id == staff_id), None)
        if found is None:
            raise Refusal(f"There is no member of staff {staff_id}", "nothing was changed", "check the id")
        return found

    def versions(self, staff_id: str) -> list[StaffVersion]:
        """Give every version of one, the newest first."""
        return self._registry.staff_versions(self.member(staff_id).staff_id)[::-1]

    def add(self, name: str, roles: Sequence[Role], pin: str) -> Staff:
        """Add somebody; the first one of a clinic has all roles, so that it can work at all."""
        everybody = self._registry.staff()
        if everybody:
            self._desk.access.require(Right.KEEP_STAFF)
        else:
            roles = (Role.ADMINISTRATOR, Role.PRACTITIONER, Role.MANAGER)
        first, *more = _proved_roles(roles)
        name = " ".join(name.split())
        if len(name) < 2:
            raise Refusal("A member of staff needs a name", "nobody was added")
        prove_pin(pin)
        made = Staff(next_staff_id(first, everybody), name, first, more_roles=tuple(more))
        self._registry.save_staff(made, pin, self._desk.actor_id if everybody else made.staff_id)
        return made

    def change_roles(self, staff_id: str, roles: Sequence[Role]) -> Staff:
        """Give somebody other roles."""
        first, *more = _proved_roles(roles)
        return self._save(replace(self.member(staff_id), role=first, more_roles=tuple(more)))

    def set_active(self, staff_id: str, active: bool) -> Staff:
        """Let somebody sign in no more, or again."""
        return self._save(replace(self.member(staff_id), active=active))

    def set_pin(self, staff_id: str, pin: str) -> Staff:
        """Give somebody a new PIN."""
        prove_pin(pin)
        return self._save(self.member(staff_id), pin)

    def set_password(self, staff_id: str, password: str) -> Staff:
        """Give somebody a password for signing in; empty takes it away."""
        prove_password(password)
        return self._save(self.member(staff_id), password=password)

    def _save(self, member: Staff, pin: str = "", password: str | None = None) -> Staff:
        self._desk.access.require(Right.KEEP_STAFF)
        others = [one for one in self._registry.staff() if one.staff_id != member.staff_id]
        if not any(one.active and Role.ADMINISTRATOR in one.roles for one in (*others, member)):
            raise Refusal("A clinic needs an administrator who may sign in", "nothing was changed",
                          "make somebody else one first")
        self._registry.save_staff(member, pin, self._desk.actor_id, password)
        return member


def _proved_roles(roles: Sequence[Role]) -> list[Role]:
    found = list(dict.fromkeys(roles))
    if not found:
        raise Refusal("A member of staff needs a role", "nothing was changed", "choose one or more")
    return found


def prove_password(password: str) -> None:
    """Refuse a new password that is too short; an empty one takes it away."""
    if password and len(password) < LEAST_PASSWORD:
        raise Refusal(f"A password needs at least {LEAST_PASSWORD} characters", "nothing was changed",
                      "four words do well")


def prove_pin(pin: str) -> None:
    """Refuse a new PIN that is none, or is guessed at once."""
    complaint = pin_complaint(pin)
    if complaint:
        raise Refusal(complaint.rstrip("."), "nothing was changed")


def next_staff_id(role: Role, everybody: Sequence[Staff]) -> str:
    """Give the next free number, like ``PR-03``."""
    prefix = _PREFIXES[role]
    numbers = [int(tail) for one in everybody if (tail := one.staff_id.removeprefix(f"{prefix}-")).isdigit()]
    return f"{prefix}-{max(numbers, default=0) + 1:02d}"
