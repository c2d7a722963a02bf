"""The tables of the clinic server, for building statements; ``schema/*.sql`` makes them.

What a console recorded lies there as it lies locally: the columns are those of ``db.tables``. Payloads and pictures
stay under their patient's key; what has none is sealed with the clinic key. Times are UTC microseconds; those named
``pushed_us`` are the server's own.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from db import tables

metadata = MetaData(naming_convention=tables.metadata.naming_convention)


def _as_local(table: Table, name: str) -> Table:
    copied = table.to_metadata(metadata, name=name)
    copied.indexes.clear()
    return copied


# --- the clinic and its consoles -------------------------------------------------------------------

clinic = Table(
    "server_clinic", metadata,
    Column("clinic_id", Uuid, nullable=False),
    Column("kind", String(16), nullable=False),  # of its consoles' folders: an invented clinic never meets a real one
    Column("key_check", LargeBinary, nullable=False),  # tells the clinic key from another, and nothing of it
    Column("founded_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("clinic_id"),
)

console = Table(
    "console", metadata,
    Column("console_id", Uuid, nullable=False),  # its data folder's id
    Column("rev", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("station_key_id", String(16), nullable=False),
    Column("station_public_key", LargeBinary, nullable=False),
    Column("member", Boolean, nullable=False),  # false: it left
    Column("changed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("console_id", "rev"),
)

# --- the record: append-only -----------------------------------------------------------------------

session = Table(
    "server_session", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("console_id", Uuid, nullable=False),  # where it was opened
    Column("opened_us", BigInteger, nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("key_id", LargeBinary, nullable=False),  # of the patient's key; empty: no patient
    PrimaryKeyConstraint("session_id"),
)

entry = Table(
    "server_entry", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("console_id", Uuid, nullable=False),  # who pushed it
    Column("lease_number", BigInteger),
    Column("pushed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("session_id", "seq"),
)

event = _as_local(tables.session_event, "server_event")
chunk = _as_local(tables.telemetry_chunk, "server_chunk")
body = _as_local(tables.telemetry_body, "server_body")
signature = _as_local(tables.station_signature, "server_signature")
photo = _as_local(tables.photo, "server_photo")

head = Table(
    "server_head", metadata,
    Column("console_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),  # nil: the console's audit chain
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),  # by the console's own head key
    Column("pushed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("console_id", "session_id", "seq", "hash"),
)

quarantine = Table(
    "server_quarantine", metadata,
    Column("quarantine_id", BigInteger, Identity(always=True), nullable=False),
    Column("console_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("why", String(16), nullable=False),
    Column("entry", Text, nullable=False),  # the row as JSON, bytes in hexadecimal
    Column("pushed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("quarantine_id"),
    UniqueConstraint("console_id", "session_id", "seq", "hash"),
)

# --- patients: a key may go, what it sealed stays ----------------------------------------------------

patient_key_copy = Table(
    "patient_key_copy", metadata,
    Column("patient_id", String(64), nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("console_id", Uuid, nullable=False),
    Column("pushed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("patient_id", "key_id"),
)

sealed_patient = Table(
    "sealed_patient", metadata,
    Column("patient_id", String(64), nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the row as canonical JSON, under the patient's key
    Column("console_id", Uuid, nullable=False),
    Column("pushed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("patient_id", "key_id", "rev"),
)

erased_key = Table(
    "server_erasure", metadata,
    Column("patient_id", String(64), nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("console_id", Uuid, nullable=False),
    Column("pushed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("patient_id", "key_id"),
)
