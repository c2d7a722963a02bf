"""Amending at the screen: the entries and the writing on the query thread, the PIN behind its guard."""

from collections.abc import Callable, Sequence
from uuid import UUID

from console.domain.rights import Right, refusal
from console.domain.session_events import Amended
from console.services.amend_desk import Amendable, AmendDesk
from console.services.pin_guard import PinGuard
from console.services.query_thread import QueryThread
from console.services.session_desk import SessionDesk

Failed = Callable[[BaseException], None]


class AmendingDesk:
    """``amending`` belongs to the query thread."""

    def __init__(self, desk: SessionDesk, queries: QueryThread, amending: AmendDesk, pins: PinGuard) -> None:
        self._desk, self._queries, self._amending, self._pins = desk, queries, amending, pins

    @property
    def may(self) -> bool:
        """Tell whether who is signed in may amend."""
        return self._desk.access.may(Right.EDIT_PATIENTS)

    def ask_entries(self, session_id: UUID, answer: Callable[[Sequence[Amendable]], None], failed: Failed) -> None:
        """Ask for what can be amended."""
        if (refused := self._desk.access.refused(Right.EDIT_PATIENTS)) is not None:
            failed(refused)
            return
        self._queries.ask(lambda: self._amending.entries(session_id), answer, failed)

    def amend(self, session_id: UUID, text: str, reason: str, seq: int | None, pin: str,
              answer: Callable[[Amended], None], failed: Failed) -> None:
        """Amend a sealed record once the PIN is proved; ``failed`` where it is wrong."""
        by = self._desk.actor
        if by is None or not self.may:
            raise refusal(by, Right.EDIT_PATIENTS)

        def write() -> None:
            self._queries.ask(lambda: self._amending.amend(session_id, text, reason, by, seq), answer, failed)

        self._pins.prove(by.staff_id, pin, write, failed, str(session_id), "nothing was amended")
