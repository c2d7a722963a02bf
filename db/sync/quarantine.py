"""What a console pushed and the chain on the server could not take: kept there for people to look at."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from sqlalchemy import Connection, func, select

from db.sync import server_tables as server


class Why(Enum):
    """Why entries were set aside instead of taken."""

    FORK = "fork"
    LEASE = "lease"


WHY_WORDS = {
    Why.FORK: "the server holds other entries at their places",
    Why.LEASE: "another console held the session",
}


@dataclass(frozen=True, slots=True)
class SetAside:
    """How many entries of one session were set aside for one reason."""

    session_id: UUID
    why: Why
    entries: int


def set_aside(connection: Connection, console_id: UUID) -> list[SetAside]:
    """Give what was set aside of a console, by session."""
    kept = server.quarantine
    rows = connection.execute(
        select(kept.c.session_id, kept.c.why, func.count().label("entries")).where(kept.c.console_id == console_id)
        .group_by(kept.c.session_id, kept.c.why).order_by(kept.c.session_id, kept.c.why))
    return [SetAside(row.session_id, Why(row.why), row.entries) for row in rows]
