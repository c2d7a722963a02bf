"""Whether this console may push what it holds of a session: the fence every push passes."""

from uuid import UUID

from sqlalchemy import Connection

from console.domain.errors import OperatorError


class LeaseLost(OperatorError):
    """Another console holds the session now."""


def lease_number_for(connection: Connection, session_id: UUID, console_id: UUID) -> int | None:
    """Give the number of the lease this console holds, None where there is no lease; LeaseLost where another does."""
    return None
