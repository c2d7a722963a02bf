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

    def change_pin(self, former: str, new: str, answer: Callable[[None], None], failed: Failed) -> None:
        """Give who is signed in another PIN; Refusal where the new one will not do, ``failed`` for a wrong former."""
        member = self._member()
        prove_pin(new)
        if former == new:
            raise Refusal("That is the PIN there is", UNCHANGED, "choose another")
        self._pins.prove(member.staff_id, former, lambda: self._save(member, new, None, answer, failed), failed,
                         member.staff_id)

    def change_password(self, former: str, new: str, answer: Callable[[None], None], failed: Failed) -> None:
        """Give who is signed in another password, empty: none; ``former`` is their password, or PIN where none is."""
        member = self._member()
        prove_password(new)
        self._pins.prove(member.staff_id, former, lambda: self._save(member, "", new, answer, failed), failed,
                         member.staff_id, kind="password" if member.has_password else "pin")

    def _save(self, member: Staff, pin: str, password: str | None, answer: Callable[[None], None],
              failed: Failed) -> None:
        self._queries.ask(lambda: self._far.save_staff(member, pin, member.staff_id, password), answer, failed)

    def _member(self) -> Staff:
        actor_id = self._desk.actor_id
        found = next((one for one in self._registry.staff() if one.staff_id == actor_id and one.active), None)
        if found is None:
            raise Refusal("Nobody is signed in", UNCHANGED, "sign in first")
        return found
