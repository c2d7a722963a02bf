"""The server's tables of leases, as ``schema/0002_leases.sql`` makes them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
)

metadata = MetaData()

lease = Table(
    "session_lease", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("console_id", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("reason", Text, nullable=False),  # of the last take-over, under the clinic key
    Column("taken_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("session_id"),
)

act = Table(
    "lease_act", metadata,
    Column("act_id", BigInteger, Identity(always=True), nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("act", String(16), nullable=False),
    Column("console_id", Uuid, nullable=False),
    Column("from_console_id", Uuid),
    Column("actor_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("act_id"),
)
