"""What a console asks of the server's leases every few seconds: renewed, given back where sealed, read, and noted.

The acts the server entered come into the console's own audit chain from there, so that a kill between the two leaves
neither without the other: what the chain lacks is entered by the next round.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from console.domain.audit import detail_of
from console.domain.clock import iso_utc, to_utc_us
from console.domain.leases import LEASE_S, Lease, LeaseAct
from db import tables
from db.sync import lease_tables
from db.sync.lease import BY_ITSELF, ActEntry, LeaseLost, give_back, held_leases, read_acts, renew, server_now_us

ACTION = "lease_"  # before what was done, in the audit
_LOST = ACTION + "lost"
_RENEW_BELOW_US = LEASE_S * 1_000_000 // 2
_AT_ONCE = 100  # given back in a round: the first push of an old record takes a lease for each session
_SLACK = 1_000  # acts that were begun before the newest one noted, and ended after it

Closed = Callable[[Sequence[UUID]], set[UUID]]
Audit = Callable[[str, str, str, str], None]


@dataclass(frozen=True, slots=True)
class LeaseRound:
    """How the leases stand, by the server's clock."""

    leases: tuple[Lease, ...]
    now_us: int


class NotedActs:
    """Which acts the console's audit holds already; for the thread that makes the rounds.

    ``sessions``: only those of these sessions, which the audit's index finds at once.
    """

    def __init__(self, local: Connection, sessions: Sequence[UUID] | None = None) -> None:
        entry = tables.audit_entry
        which = [entry.c.action.startswith(ACTION, autoescape=True)]
        if sessions is not None:
            which.append(entry.c.subject.in_(list(map(str, sessions))))
        self._newest: dict[str, int] = {}
        self._lost: dict[UUID, tuple[Lease, str]] = {}
        for row in local.execute(select(entry.c.actor, entry.c.action, entry.c.subject, entry.c.detail).where(
                *which).order_by(entry.c.seq)):
            self._keep(row.actor, row.action, row.subject, json.loads(row.detail))

    @property
    def lost(self) -> dict[UUID, Lease]:
        """Give what other consoles took from this one, where it did not take it again."""
        return {session_id: lease for session_id, (lease, _) in self._lost.items()}

    @property
    def reasons(self) -> dict[UUID, str]:
        """Give why they did."""
        return {session_id: why for session_id, (_, why) in self._lost.items()}

    @property
    def newest(self) -> int:
        """Give the newest one of all sessions."""
        return max(self._newest.values(), default=0)

    def lacks(self, act: ActEntry) -> bool:
        """Tell whether one is missing: of one session they come in order."""
        return act.act_id > self._newest.get(str(act.session_id), 0)

    def enter(self, act: ActEntry, console_id: UUID, audit: Audit) -> None:
        """Enter one in the audit."""
        actor, action, subject, detail = entry_of(act, console_id)
        audit(actor, action, subject, detail)
        self._keep(actor, action, subject, json.loads(detail))

    def _keep(self, actor: str, action: str, subject: str, facts: dict[str, Any]) -> None:
        session_id, act_id = UUID(subject), int(facts["act"])
        if act_id < self._newest.get(subject, 0):
            return
        self._newest[subject] = act_id
        self._lost.pop(session_id, None)
        if action == _LOST:
            taken_us = to_utc_us(datetime.fromisoformat(facts["at"]))
            self._lost[session_id] = (Lease(session_id, UUID(int=0), facts["by"], int(facts["number"]), True, actor,
                                            taken_us, taken_us), str(facts.get("why", "")))


def lease_round(
    connection: Connection, closed_of: Closed, clinic_key: bytes, console_id: UUID, notes: NotedActs, audit: Audit,
) -> LeaseRound:
    """Make a round in one transaction of the server; a session that ``closed_of`` tells is given back."""
    now_us = server_now_us(connection)
    leases = held_leases(connection)
    ours = [one for one in leases if one.console_id == console_id]
    closed = closed_of([one.session_id for one in ours])
    due = [one for one in ours if one.session_id in closed][:_AT_ONCE]
    due += [one for one in ours if one.session_id not in closed and one.until_us - now_us < _RENEW_BELOW_US]
    for one in due:
        try:
            if one.session_id in closed:
                give_back(connection, one.session_id, console_id, one.number, BY_ITSELF)
            else:
                renew(connection, one.session_id, console_id, one.number)
        except LeaseLost:
            pass  # taken over just now: the next reading tells
    note_acts(connection, clinic_key, console_id, notes, audit)
    return LeaseRound(tuple(held_leases(connection)), now_us)


def note_acts(
    connection: Connection, clinic_key: bytes, console_id: UUID, notes: NotedActs, audit: Audit,
) -> None:
    """Enter in the console's audit what it lacks of people's acts here, and of others' that took something from it.

    What a push takes and a seal gives back by itself stands on the server only: it tells nothing the audit lacks.
    """
    act = lease_tables.act
    for one in read_acts(connection, clinic_key, [
        act.c.act_id > notes.newest - _SLACK, act.c.act != LeaseAct.RENEWED.value,
        or_(and_(act.c.console_id == console_id, act.c.actor_id != BY_ITSELF),
            and_(act.c.from_console_id == console_id, act.c.act == LeaseAct.TAKEN_OVER.value)),
    ]):
        if notes.lacks(one):
            notes.enter(one, console_id, audit)


def entry_of(act: ActEntry, console_id: UUID) -> tuple[str, str, str, str]:
    """Give who, what, on which session and the facts, as the audit of a console takes them."""
    ours = act.console_id == console_id
    detail = detail_of(
        act=act.act_id, number=act.number, at=iso_utc(act.at_us), why=act.reason,
        by="" if ours else act.console_name, held_by=act.from_name if ours else "")
    return act.actor_id, ACTION + act.act.value if ours else _LOST, str(act.session_id), detail


def closed_here(local: Connection, session_ids: Sequence[UUID]) -> set[UUID]:
    """Give those of the sessions that are closed in this console's record."""
    table = tables.session_summary
    return set(local.execute(select(table.c.session_id).where(
        table.c.session_id.in_(session_ids), table.c.state != "open")).scalars())
