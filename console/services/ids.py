"""Identifiers: UUIDv7 for sessions and everything else that is appended."""

from uuid import UUID

from uuid6 import uuid7


def new_id() -> UUID:
    """Give a new UUIDv7: unique, and rising with time."""
    return UUID(int=uuid7().int)
