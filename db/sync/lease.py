"""Which console holds a session: taken, renewed, given back and taken over on the server, by compare-and-set.

Each call is one statement that names the lease it saw; where it is another by now nothing is changed, and the caller
is given the lease as it stands. The server enters each act by itself and fences what is pushed a second time.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from console.domain.errors import OperatorError
from console.domain.leases import LEASE_S, Lease, LeaseAct, check_reason
from db.sync import lease_tables
from db.sync import server_tables as server
from db.sync.clinic_key import unwrap, wrap

_LEASE, _ACT = lease_tables.lease, lease_tables.act
BY_ITSELF = "console"  # who takes by a push, and gives back what is sealed
_HERE_SAFE = "what was entered here is kept here"


class LeaseLost(OperatorError):
    """Another console holds the session, or held it since."""


class StaleLease(OperatorError):
    """The lease changed since it was looked at; ``now`` is how it stands."""

    def __init__(self, now: Lease | None) -> None:
        self.now = now
        holder = f"; {now.console_name} holds it now" if now is not None and now.held else ""
        super().__init__(f"Who holds the session changed meanwhile{holder}", "nothing was taken over", "look again")


@dataclass(frozen=True, slots=True)
class ActEntry:
    """An act with a lease, as the server entered it; ``from_console`` is who held it before, None: nobody."""

    act_id: int
    session_id: UUID
    number: int
    act: LeaseAct
    console_id: UUID
    console_name: str
    from_console_id: UUID | None
    from_name: str
    actor_id: str
    reason: str
    at_us: int


def lease_of(connection: Connection, session_id: UUID) -> Lease | None:
    """Give a session's lease, None where nobody ever held it."""
    return next(iter(_leases(connection, _LEASE.c.session_id == session_id)), None)


def held_leases(connection: Connection) -> list[Lease]:
    """Give the leases that are held, the one taken last first."""
    return _leases(connection, _LEASE.c.held)


def lease_number_for(connection: Connection, session_id: UUID, console_id: UUID, actor_id: str = BY_ITSELF) -> int:
    """Give the number under which this console may push now, in the transaction of the push; LeaseLost if it may not.

    A session nobody held, or that this console gave back, is taken by that. Until the transaction ends nobody else
    can take it.
    """
    found = connection.execute(select(_LEASE).where(_LEASE.c.session_id == session_id).with_for_update(
        read=True)).first()
    if found is None or (not found.held and found.console_id == console_id):
        return take(connection, session_id, console_id, actor_id).number
    if not found.held or found.console_id != console_id:
        raise _lost(connection, session_id)
    return int(found.number)


def take(connection: Connection, session_id: UUID, console_id: UUID, actor_id: str) -> Lease:
    """Take a lease nobody holds; one's own is given as it stands. LeaseLost where another console holds it."""
    connection.execute(insert(_LEASE).values(
        session_id=session_id, console_id=console_id, number=1, held=True, actor_id=actor_id, until_us=_until(),
    ).on_conflict_do_nothing())
    connection.execute(update(_LEASE).where(_LEASE.c.session_id == session_id, ~_LEASE.c.held).values(
        console_id=console_id, number=_LEASE.c.number + 1, held=True, actor_id=actor_id, reason="",
        taken_us=func.server_now_us(), until_us=_until()))
    now = lease_of(connection, session_id)
    if now is None or not now.held or now.console_id != console_id:
        raise _lost(connection, session_id)
    return now


def renew(connection: Connection, session_id: UUID, console_id: UUID, number: int) -> None:
    """Promise to be there for another while; LeaseLost where it is not ours any more."""
    done = connection.execute(update(_LEASE).where(*_ours(session_id, console_id, number)).values(
        until_us=_until()).returning(_LEASE.c.number)).first()
    if done is None:
        raise _lost(connection, session_id)


def give_back(connection: Connection, session_id: UUID, console_id: UUID, number: int, actor_id: str) -> None:
    """Let others take it without a reason; LeaseLost where it is not ours any more."""
    done = connection.execute(update(_LEASE).where(*_ours(session_id, console_id, number)).values(
        held=False, actor_id=actor_id).returning(_LEASE.c.number)).first()
    if done is None:
        raise _lost(connection, session_id)


def take_over(
    connection: Connection, clinic_key: bytes, session_id: UUID, console_id: UUID, actor_id: str, seen: int,
    reason: str,
) -> Lease:
    """Take a lease from another console, the one with the number that was ``seen``; StaleLease where it changed."""
    sealed = base64.b64encode(wrap(clinic_key, check_reason(reason).encode(), _bound(session_id, seen + 1))).decode()
    done = connection.execute(update(_LEASE).where(
        _LEASE.c.session_id == session_id, _LEASE.c.number == seen, _LEASE.c.held,
        _LEASE.c.console_id != console_id,
    ).values(
        console_id=console_id, number=seen + 1, actor_id=actor_id, reason=sealed, taken_us=func.server_now_us(),
        until_us=_until()).returning(_LEASE.c.number)).first()
    now = lease_of(connection, session_id)
    if done is None or now is None:
        raise StaleLease(now)
    return now


def acts(connection: Connection, clinic_key: bytes, session_id: UUID) -> list[ActEntry]:
    """Give all that was done with a session's lease, the first first."""
    return read_acts(connection, clinic_key, [_ACT.c.session_id == session_id])


def read_acts(connection: Connection, clinic_key: bytes, where: Iterable[ColumnElement[bool]]) -> list[ActEntry]:
    """Give acts, the first first."""
    names = names_of_consoles(connection)
    return [ActEntry(
        row.act_id, row.session_id, row.number, LeaseAct(row.act), row.console_id, names.get(row.console_id, "?"),
        row.from_console_id, names.get(row.from_console_id, "") if row.from_console_id else "", row.actor_id,
        _opened(clinic_key, row.session_id, row.number, row.reason), row.at_us)
        for row in connection.execute(select(_ACT).where(*where).order_by(_ACT.c.act_id))]


def server_now_us(connection: Connection) -> int:
    """Give the server's clock, UTC µs."""
    return int(connection.execute(select(func.server_now_us())).scalar_one())


def names_of_consoles(connection: Connection) -> dict[UUID, str]:
    """Give the clinic's consoles' names."""
    table = server.console
    return {row.console_id: row.name for row in connection.execute(
        select(table.c.console_id, table.c.name).order_by(table.c.rev))}


def _leases(connection: Connection, which: ColumnElement[bool]) -> list[Lease]:
    names = names_of_consoles(connection)
    wanted: Select[tuple[object, ...]] = select(_LEASE).where(which).order_by(
        _LEASE.c.taken_us.desc(), _LEASE.c.session_id)
    return [Lease(row.session_id, row.console_id, names.get(row.console_id, "another console"), row.number, row.held,
                  row.actor_id, row.taken_us, row.until_us) for row in connection.execute(wanted)]


def _ours(session_id: UUID, console_id: UUID, number: int) -> tuple[ColumnElement[bool], ...]:
    return (_LEASE.c.session_id == session_id, _LEASE.c.console_id == console_id, _LEASE.c.number == number,
            _LEASE.c.held.is_(True))


def _until() -> ColumnElement[int]:
    return func.server_now_us() + LEASE_S * 1_000_000


def _lost(connection: Connection, session_id: UUID) -> LeaseLost:
    now = lease_of(connection, session_id)
    if now is None:
        return LeaseLost("Nobody holds the session", _HERE_SAFE, "take it first")
    what = f"{now.console_name} {'holds' if now.held else 'held'} the session (lease {now.number})"
    return LeaseLost(what, f"{_HERE_SAFE} and set aside on the server", "go on there, or take it over")


def _bound(session_id: UUID, number: int) -> str:
    return f"lease {session_id} {number}"


def _opened(clinic_key: bytes, session_id: UUID, number: int, sealed: str) -> str:
    if not sealed:
        return ""
    try:
        return unwrap(clinic_key, base64.b64decode(sealed), _bound(session_id, number)).decode()
    except ValueError:
        return "(the reason cannot be read)"
