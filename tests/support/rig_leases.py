"""Leases of a clinic server that a test tells by hand."""

from uuid import UUID

from console.domain.clinic_ports import LeaseView, TakenOrNot
from console.domain.leases import Lease
from console.services.console import Console

HERE, THERE = UUID(int=1), UUID(int=2)


def lease_at(session_id: UUID, taken_us: int, console_id: UUID = THERE, until_us: int | None = None) -> Lease:
    """Give a lease: of Room 2, which another console has, or of this one."""
    name = "Room 2" if console_id == THERE else "Room 1"
    until_us = taken_us + 60_000_000 if until_us is None else until_us
    return Lease(session_id, console_id, name, 2, True, "PR-07", taken_us, until_us)


class RigLeases:
    """Tells what a test says, and keeps what was asked. Implements ``clinic_ports.Leases``."""

    def __init__(self) -> None:
        self.now = LeaseView(HERE)
        self.asked: list[tuple[object, ...]] = []
        self.done: TakenOrNot = lambda error: None

    def view(self) -> LeaseView:
        return self.now

    def take_over(self, seen: Lease, actor_id: str, reason: str, done: TakenOrNot) -> None:
        self.asked.append((seen.number, actor_id, reason))
        self.done = done

    def fetch(self, session_id: UUID, actor_id: str, done: TakenOrNot) -> None:
        self.asked.append((session_id, actor_id))
        self.done = done


def rig_leases(console: Console) -> RigLeases:
    """Give the leases a rig's console stands behind."""
    assert console.leases is not None
    told = console.leases._leases
    assert isinstance(told, RigLeases)
    return told
