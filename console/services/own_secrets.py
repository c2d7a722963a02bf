"""One's own PIN and password: changed by whoever is signed in, against the former one, without an administrator."""

from collections.abc import Callable

from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.ports import Registry
from console.services.pin_guard import PinGuard
from console.services.query_thread import Questions
from console.services.session_desk import SessionDesk
from console.services.staff_desk import prove_password, prove_pin

Failed = Callable[[BaseException], None]
UNCHANGED = "nothing was changed"


class OwnSecrets:
    """``far`` belongs to the query thread: a password's hash is slow on purpose."""

    def __init__(self, desk: SessionDesk, registry: Registry, queries: Questions, far: Registry,
                 pins: PinGuard) -> None:
        self._desk, self._registry, self._queries, self._far, self._pins = desk, registry, queries, far, pins

    @property
    def asks_password(self) -> bool:
        """Tell whether the former password is asked for before a new one; without one it is the PIN."""
        return self._member().has_password

    def change_pin(self, former: str, new: str) -> None:
        """Give who is signed in another PIN; Refusal where the former is wrong or the new one will not do."""
        member = self._member()
        prove_pin(new)
        if former == new:
            raise Refusal("That is the PIN there is", UNCHANGED, "choose another")
        self._prove_former(member, former)
        self._registry.save_staff(member, new, member.staff_id)

    def change_password(self, former: str, new: str, answer: Callable[[None], None], failed: Failed) -> None:
        """Give who is signed in another password, empty: none; ``former`` is their password, or PIN where none is."""
        member = self._member()
        prove_password(new)
        if not member.has_password:
            self._prove_former(member, former)
            self._save_password(member, new, answer, failed)
            return
        self._refuse_too_soon(member)
        check = self._pins.password_check(member.staff_id)

        def checked(right: bool) -> None:
            if self._pins.settle(member.staff_id, right, kind="password"):
                self._save_password(member, new, answer, failed)
            else:
                failed(Refusal("That password is not right", UNCHANGED, "try again"))

        self._queries.ask(lambda: check(former), checked, failed)

    def _save_password(self, member: Staff, new: str, answer: Callable[[None], None], failed: Failed) -> None:
        self._queries.ask(lambda: self._far.save_staff(member, "", member.staff_id, new), answer, failed)

    def _prove_former(self, member: Staff, former: str) -> None:
        self._refuse_too_soon(member)
        if not self._pins.check(member.staff_id, former, member.staff_id):
            raise Refusal("That PIN is not right", UNCHANGED, "try again")

    def _refuse_too_soon(self, member: Staff) -> None:
        wait_s = self._pins.wait_s(member.staff_id)
        if wait_s > 0:
            raise Refusal(f"{self._pins.wrong(member.staff_id)} wrong tries of {member.staff_id}", UNCHANGED,
                          f"wait {wait_s:.0f} s")

    def _member(self) -> Staff:
        actor_id = self._desk.actor_id
        found = next((one for one in self._registry.staff() if one.staff_id == actor_id and one.active), None)
        if found is None:
            raise Refusal("Nobody is signed in", UNCHANGED, "sign in first")
        return found
