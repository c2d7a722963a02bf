"""What this console may go on with where several share a clinic server; the others' sessions, and taking one over."""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from console.domain.clinic_ports import Leases, LeaseView
from console.domain.errors import Refusal
from console.domain.leases import Lease, Standing, check_take_over, holder_words, refusal_elsewhere, standing
from console.domain.rights import Right
from console.domain.session import Session
from console.services.local_time import clock_text
from console.services.session_desk import SessionDesk

_SAFE = "All entered here is kept; pause, stop and alarms work."

Answer = Callable[[], None]
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A session that is open at another console."""

    lease: Lease
    patient_id: str
    silent_s: int  # for how long nothing was heard beyond what was promised; 0: it is in touch

    @property
    def words(self) -> str:
        """Say who holds it since when."""
        return holder_words(self.lease.console_name, clock_text(self.lease.taken_us), self.lease.actor_id)


class LeaseDesk:
    """Stands between the session desk and what the server tells. For the thread of the desk."""

    def __init__(self, desk: SessionDesk, leases: Leases, read_back: Callable[[UUID], Session]) -> None:
        self._desk, self._leases, self._read_back = desk, leases, read_back
        self._answers: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        desk.fence_by(self.refusal)

    def refusal(self, session_id: UUID) -> Refusal | None:
        """Give why nothing may be entered in a session here, None where this console has it."""
        lease = self._leases.view().elsewhere(session_id)
        if lease is None:
            return None
        return refusal_elsewhere(lease.console_name, clock_text(lease.taken_us), lease.actor_id)

    def banner(self, session_id: UUID) -> tuple[str, str]:
        """Give who has the session, and what is safe and may still be done; empty where this console has it."""
        view = self._leases.view()
        lease = view.elsewhere(session_id)
        if lease is None:
            return "", ""
        by = lease.actor_id if lease.actor_id not in ("", "console") else ""
        said = ": ".join(one for one in (by, view.reasons.get(session_id, "")) if one)
        return (f"{lease.console_name} took this session over at {clock_text(lease.taken_us)}",
                f"{_SAFE}{' ' if said else ''}{said}")

    def elsewhere(self) -> list[Elsewhere]:
        """Give the sessions other consoles have, the one taken last first."""
        view = self._leases.view()
        return [_seen(one, view) for one in view.leases.values() if one.console_id != view.console_id]

    def take_over(self, seen: Lease, reason: str, answer: Answer, failed: Failed) -> None:
        """Take a session over; it is in front once ``answer`` is called. Refusal where it may not or says no reason."""
        said = check_take_over(self._desk.actor, reason)
        self._leases.take_over(seen, self._desk.actor_id, said, self._later(
            lambda: self._bring(seen.session_id, answer), failed))

    def look(self, session_id: UUID, answer: Answer, failed: Failed) -> None:
        """Have a session's record brought here, to be read only."""
        self._desk.access.require(Right.READ_RECORDS)
        self._leases.fetch(session_id, self._desk.actor_id, self._later(answer, failed))

    def deliver(self) -> None:
        """Hand over the answers that are there; called once a frame."""
        while True:
            try:
                self._answers.get_nowait()()
            except queue.Empty:
                return

    def _later(self, answer: Answer, failed: Failed) -> Callable[[BaseException | None], None]:
        return lambda error: self._answers.put(answer if error is None else lambda: failed(error))

    def _bring(self, session_id: UUID, answer: Answer) -> None:
        self._desk.take_up(self._read_back(session_id))
        self._desk.turn_to(session_id)
        answer()


def _seen(lease: Lease, view: LeaseView) -> Elsewhere:
    silent = standing(lease, view.console_id, view.now_us) is Standing.SILENT
    return Elsewhere(lease, view.patients.get(lease.session_id, ""),
                     (view.now_us - lease.until_us) // 1_000_000 if silent else 0)
