"""What the console asks of the clinic server, seen from inside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from console.domain.leases import Lease


@dataclass(frozen=True, slots=True)
class LeaseView:
    """How the leases stand as last heard; it stays so while the server is away."""

    console_id: UUID
    leases: Mapping[UUID, Lease] = field(default_factory=dict)  # those that are held
    lost: Mapping[UUID, Lease] = field(default_factory=dict)  # what others took from here, until it is taken again
    reasons: Mapping[UUID, str] = field(default_factory=dict)  # why they did
    patients: Mapping[UUID, str] = field(default_factory=dict)  # whose session, of those that are held
    now_us: int = 0  # the server's clock when it told; 0: not since the start

    def elsewhere(self, session_id: UUID) -> Lease | None:
        """Give the lease by which another console has a session, None where this one may go on with it."""
        lease = self.leases.get(session_id)
        if lease is not None:
            return lease if lease.console_id != self.console_id else None
        return self.lost.get(session_id)


TakenOrNot = Callable[[BaseException | None], None]


class Leases(Protocol):
    """Tells how the leases stand and takes sessions over; its calls come back at once."""

    def view(self) -> LeaseView:
        """Give the view of now, for any thread."""

    def take_over(self, seen: Lease, actor_id: str, reason: str, done: TakenOrNot) -> None:
        """Take a session over and bring its record here; ``done`` is called on another thread."""

    def fetch(self, session_id: UUID, actor_id: str, done: TakenOrNot) -> None:
        """Bring a session's record here, to be looked at; ``done`` is called on another thread."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """How the sync stands; ``failing`` is a sentence, empty while all is well."""

    reached_us: int | None  # when the server last answered
    failing: str
    waiting: int  # sessions and photos that were not sent yet
    sent: int  # entries since the start
    aside: tuple[str, ...]  # what people must look at, a sentence each


def sync_words(state: SyncState) -> str:
    """Say in a few words what of the clinic server is to be known; empty while all that is here is there."""
    if state.aside:
        return f"Clinic server: {len(state.aside)} for the manager to look at"
    if state.failing:
        return "Clinic server away; all is saved here"
    return ""
