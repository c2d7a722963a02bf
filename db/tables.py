"""The tables, in words that SQLite and PostgreSQL both understand.

``payload`` and ``pen_time_marks`` are text, not JSON columns: they hold the canonical JSON whose
very bytes were hashed, and a JSON column may hand back other bytes. Times are UTC microseconds.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})

# --- the history: append-only ---------------------------------------------------------------------

session_event = Table(
    "session_event", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("session_id", "seq"),
)
# Partial in SQLite only: to hear of PostgreSQL's form here would load its whole dialect at every start.
Index("ix_session_event_first", session_event.c.at_us, session_event.c.session_id, sqlite_where=text("seq = 1"))

telemetry_chunk = Table(
    "telemetry_chunk", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("pen_serial", Text, nullable=False),
    Column("boot_id", BigInteger, nullable=False),
    Column("first_index", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("period_us", BigInteger, nullable=False),
    Column("pen_time_marks", Text, nullable=False),
    Column("t0_utc_us", BigInteger, nullable=False),
    Column("resent", Boolean, nullable=False),
    Column("samples_sha256", LargeBinary, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("session_id", "seq"),
)

telemetry_body = Table(
    "telemetry_body", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("codec", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("session_id", "first_seq", "last_seq"),
)

audit_entry = Table(
    "audit_entry", metadata,
    Column("seq", BigInteger, nullable=False, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("seq"),
)

Index("ix_audit_entry_actor", audit_entry.c.actor, audit_entry.c.seq)
Index("ix_audit_entry_subject", audit_entry.c.subject, audit_entry.c.seq)

# --- whose key opens what: a key is destroyed, never the history -----------------------------------

patient_key = Table(
    "patient_key", metadata,
    Column("patient_id", String(64), nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("patient_id"),
)

sealed_session = Table(
    "sealed_session", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("patient_id", String(64), nullable=False),
    PrimaryKeyConstraint("session_id"),
)
Index("ix_sealed_session_patient", sealed_session.c.patient_id)

erasure = Table(
    "erasure", metadata,
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("patient_id", String(64), nullable=False),
    Column("erased_us", BigInteger, nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("ground", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("number"),
)
Index("ix_erasure_patient", erasure.c.patient_id)

# --- what the station signed: append-only -----------------------------------------------------------

station_key = Table(
    "station_key", metadata,
    Column("key_id", String(16), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("statement", Text, nullable=False),  # canonical JSON, signed by this key and by the former one
    Column("signature", LargeBinary),
    Column("former_signature", LargeBinary),
    PrimaryKeyConstraint("key_id"),
)

station_signature = Table(
    "station_signature", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("statement", Text, nullable=False),  # canonical JSON: the very bytes that were signed
    Column("signature", LargeBinary, nullable=False),
    PrimaryKeyConstraint("session_id", "seq"),
)

folder_fact = Table(
    "folder_fact", metadata,
    Column("name", String(64), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("name"),
)

spill_fold = Table(
    "spill_fold", metadata,
    Column("spill_id", Uuid, nullable=False),
    Column("folded_upto", BigInteger, nullable=False),
    PrimaryKeyConstraint("spill_id"),
)

# --- read models: derived, rebuilt by one command ------------------------------------------------------

# Newest first by one whole number: microseconds of the opening, then twelve bits that tell sessions apart.
# In SQLite it is the table's own row number, so that neighbours in the list lie side by side.
_place = BigInteger().with_variant(Integer, "sqlite")

session_summary = Table(
    "session_summary", metadata,
    Column("place", _place, nullable=False, autoincrement=False),
    Column("session_id", Uuid, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("phase", String(32), nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("closed_us", BigInteger),
    Column("patient_id", String(64), nullable=False),
    Column("practitioner_id", String(64), nullable=False),
    Column("room", Text, nullable=False),
    Column("map_id", String(32), nullable=False),
    Column("plan_name", Text, nullable=False),
    Column("indication", Text, nullable=False),
    Column("course_number", Integer, nullable=False),
    Column("course_length", Integer, nullable=False),
    Column("areas_planned", Integer, nullable=False),
    Column("areas_done", Integer, nullable=False),
    Column("needling_s", Integer, nullable=False),
    Column("median_depth_um", Integer),
    Column("alarms", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("samples", BigInteger, nullable=False),
    Column("amendments", Integer, nullable=False),
    Column("pen_serial", Text, nullable=False),
    Column("lots", Text, nullable=False),  # JSON array of strings, as are the other plurals below
    Column("marked_as", String(16), nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("clinic", Text, nullable=False),
    Column("plan_id", String(64), nullable=False),
    Column("area_ids", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("missing", Text, nullable=False),
    Column("alarm_kinds", Text, nullable=False),
    Column("over_band_ms", BigInteger),
    Column("facets", Text, nullable=False),  # JSON array of facet ids: what session_facet and month_figure hold of it
    PrimaryKeyConstraint("place"),
)
Index("ix_session_summary_session", session_summary.c.session_id, unique=True)
Index("ix_session_summary_patient", session_summary.c.patient_id, session_summary.c.place)
Index("ix_session_summary_state", session_summary.c.state, session_summary.c.place)

facet = Table(
    "facet", metadata,
    Column("facet_id", _place, nullable=False, autoincrement=False),  # 47 bits of the hash of kind and value
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("sessions", BigInteger, nullable=False),
    PrimaryKeyConstraint("facet_id"),
)
Index("ix_facet_kind", facet.c.kind, facet.c.sessions)

session_facet = Table(
    "session_facet", metadata,
    Column("facet_id", BigInteger, nullable=False),
    Column("place", BigInteger, nullable=False),
    PrimaryKeyConstraint("facet_id", "place"),
    sqlite_with_rowid=False,
)

month_figure = Table(
    "month_figure", metadata,
    Column("facet_id", BigInteger, nullable=False),
    Column("month", Integer, nullable=False),  # 202611, of the clinic's own calendar
    Column("sessions", BigInteger, nullable=False),
    Column("treated", BigInteger, nullable=False),
    Column("needling_s", BigInteger, nullable=False),
    Column("alarms", BigInteger, nullable=False),
    Column("overrides", BigInteger, nullable=False),
    Column("off_label", BigInteger, nullable=False),
    Column("deviations", BigInteger, nullable=False),
    Column("reactions", BigInteger, nullable=False),
    Column("gaps", BigInteger, nullable=False),
    PrimaryKeyConstraint("facet_id", "month"),
    sqlite_with_rowid=False,
)

area_summary = Table(
    "area_summary", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    Column("area_id", String(64), nullable=False),
    Column("label", Text, nullable=False),
    Column("planned_low_um", Integer, nullable=False),
    Column("planned_high_um", Integer, nullable=False),
    Column("passes_planned", Integer, nullable=False),
    Column("passes_done", Integer, nullable=False),
    Column("area_time_s", Integer, nullable=False),
    Column("contact_s", Float),
    Column("median_depth_um", Integer),
    Column("p5_depth_um", Integer),
    Column("p95_depth_um", Integer),
    Column("median_rate_chz", Integer),
    Column("over_band_s", Float, nullable=False),
    Column("strokes", BigInteger),
    Column("punctures_per_cm2", Integer),
    Column("endpoint", Text, nullable=False),
    Column("provenance", String(16), nullable=False),
    PrimaryKeyConstraint("session_id", "area_id"),
)

product_use = Table(
    "product_use", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("role", String(16), nullable=False),
    Column("product_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("lot", String(64), nullable=False),
    Column("serial", String(64), nullable=False),
    Column("expiry", String(16), nullable=False),
    PrimaryKeyConstraint("session_id", "place"),
)
Index("ix_product_use_lot", product_use.c.lot, product_use.c.product_id)
Index("ix_product_use_serial", product_use.c.serial, product_use.c.product_id)

alarm_summary = Table(
    "alarm_summary", metadata,
    Column("session_id", Uuid, nullable=False),
    Column("alarm_id", String(64), nullable=False),
    Column("rule_id", String(64), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("area_id", String(64), nullable=False),
    Column("arose_at_us", BigInteger, nullable=False),
    Column("ended_at_us", BigInteger),
    Column("acknowledged_at_us", BigInteger),
    PrimaryKeyConstraint("session_id", "alarm_id"),
)
Index("ix_alarm_summary_rule", alarm_summary.c.rule_id, alarm_summary.c.arose_at_us)

# --- reference data: versioned rows, the highest revision counts -----------------------------------------


def _versioned(name: str, *columns: Column[object], key: tuple[str, ...]) -> Table:
    return Table(
        name, metadata, *columns,
        Column("rev", Integer, nullable=False),
        Column("changed_us", BigInteger, nullable=False),
        Column("changed_by", String(64), nullable=False),
        PrimaryKeyConstraint(*key, "rev"),
    )


staff = _versioned(
    "staff",
    Column("staff_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("more_roles", Text, nullable=False, server_default=""),  # further roles, with spaces between
    Column("password_hash", Text, nullable=False, server_default=""),  # empty: the PIN signs in
    key=("staff_id",),
)

patient = _versioned(
    "patient",
    Column("patient_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("birth_date", String(10), nullable=False),
    Column("fitzpatrick", String(4), nullable=False),
    Column("phone", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("colour", String(16), nullable=False),
    Column("search_text", Text, nullable=False),
    key=("patient_id",),
)

course = _versioned(
    "course",
    Column("course_id", String(64), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("plan_id", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("interval_min_days", Integer, nullable=False),
    Column("interval_max_days", Integer, nullable=False),
    key=("course_id",),
)
Index("ix_course_patient", course.c.patient_id)

appointment = _versioned(
    "appointment",
    Column("appointment_id", String(64), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("plan_id", String(64), nullable=False),
    Column("course_id", String(64), nullable=False),
    Column("starts_us", BigInteger, nullable=False),
    Column("room", Text, nullable=False),
    Column("arrived_us", BigInteger),
    Column("session_id", String(36), nullable=False),
    key=("appointment_id",),
)
Index("ix_appointment_starts", appointment.c.starts_us)

product = _versioned(
    "product",
    Column("product_id", String(64), nullable=False),
    Column("gtin", String(14), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("clinical_id", String(64), nullable=False),
    Column("needles", Integer, nullable=False),
    key=("product_id",),
)

recalled_lot = _versioned(
    "recalled_lot",
    Column("product_id", String(64), nullable=False),
    Column("lot", String(64), nullable=False),
    Column("recalled", Boolean, nullable=False),
    key=("product_id", "lot"),
)

setting = _versioned(
    "setting",
    Column("name", String(64), nullable=False),
    Column("value", Text, nullable=False),
    key=("name",),
)

clinic_record = _versioned(
    "clinic_record",
    Column("kind", String(32), nullable=False),
    Column("record_id", String(64), nullable=False),
    Column("state", String(32), nullable=False),
    Column("subject_id", String(128), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("session_id", String(36), nullable=False),
    Column("due", String(10), nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON of the kind's own fields
    key=("kind", "record_id"),
)
Index("ix_clinic_record_due", clinic_record.c.kind, clinic_record.c.due)
Index("ix_clinic_record_patient", clinic_record.c.patient_id, clinic_record.c.kind)
Index("ix_clinic_record_session", clinic_record.c.session_id, clinic_record.c.kind)

# --- photos: taken once, named with their hash in the session's history --------------------------------------

photo = Table(
    "photo", metadata,
    Column("photo_id", String(36), nullable=False),
    Column("session_id", String(36), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("moment", String(16), nullable=False),
    Column("view", String(32), nullable=False),
    Column("taken_us", BigInteger, nullable=False),
    Column("form", String(16), nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("thumb", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("photo_id"),
)
Index("ix_photo_session", photo.c.session_id)
Index("ix_photo_patient", photo.c.patient_id, photo.c.taken_us)
