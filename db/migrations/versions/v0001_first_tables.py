"""First tables: the history, its read models, reference data; append-only triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE_TRIGGERS = (
    "CREATE TRIGGER session_event_no_update BEFORE UPDATE ON session_event BEGIN SELECT "
    "RAISE(ABORT, 'session_event is append-only'); END",
    "CREATE TRIGGER session_event_no_delete BEFORE DELETE ON session_event BEGIN SELECT "
    "RAISE(ABORT, 'session_event is append-only'); END",
    "CREATE TRIGGER telemetry_chunk_no_update BEFORE UPDATE ON telemetry_chunk BEGIN "
    "SELECT RAISE(ABORT, 'telemetry_chunk is append-only'); END",
    "CREATE TRIGGER telemetry_chunk_no_delete BEFORE DELETE ON telemetry_chunk BEGIN "
    "SELECT RAISE(ABORT, 'telemetry_chunk is append-only'); END",
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT "
    "RAISE(ABORT, 'audit_entry is append-only'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT "
    "RAISE(ABORT, 'audit_entry is append-only'); END",
    "CREATE TRIGGER folder_fact_no_update BEFORE UPDATE ON folder_fact BEGIN SELECT "
    "RAISE(ABORT, 'folder_fact is append-only'); END",
    "CREATE TRIGGER folder_fact_no_delete BEFORE DELETE ON folder_fact BEGIN SELECT "
    "RAISE(ABORT, 'folder_fact is append-only'); END",
    "CREATE TRIGGER telemetry_body_no_update BEFORE UPDATE ON telemetry_body BEGIN SELECT "
    "RAISE(ABORT, 'telemetry_body is only merged'); END",
    "CREATE TRIGGER telemetry_body_only_merged BEFORE DELETE ON telemetry_body WHEN NOT "
    "EXISTS (SELECT 1 FROM telemetry_body AS wider WHERE wider.session_id = "
    "OLD.session_id AND wider.first_seq <= OLD.first_seq AND wider.last_seq >= "
    "OLD.last_seq AND (wider.first_seq < OLD.first_seq OR wider.last_seq > OLD.last_seq)) "
    "BEGIN SELECT RAISE(ABORT, 'telemetry_body is only merged'); END",
)

_POSTGRES_TRIGGERS = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in ("session_event", "telemetry_chunk", "audit_entry", "folder_fact")
    ),
    "CREATE TRIGGER telemetry_body_no_update BEFORE UPDATE ON telemetry_body "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE FUNCTION refuse_unmerged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF EXISTS (SELECT 1 FROM telemetry_body AS wider WHERE wider.session_id = OLD.session_id "
    "AND wider.first_seq <= OLD.first_seq AND wider.last_seq >= OLD.last_seq "
    "AND (wider.first_seq < OLD.first_seq OR wider.last_seq > OLD.last_seq)) THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'telemetry_body is only merged'; END $$",
    "CREATE TRIGGER telemetry_body_only_merged BEFORE DELETE ON telemetry_body "
    "FOR EACH ROW EXECUTE FUNCTION refuse_unmerged()",
)


def upgrade() -> None:
    op.create_table('alarm_summary',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('alarm_id', sa.String(length=64), nullable=False),
    sa.Column('rule_id', sa.String(length=64), nullable=False),
    sa.Column('priority', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('area_id', sa.String(length=64), nullable=False),
    sa.Column('arose_at_us', sa.BigInteger(), nullable=False),
    sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
    sa.Column('acknowledged_at_us', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('session_id', 'alarm_id', name=op.f('pk_alarm_summary'))
    )
    op.create_index('ix_alarm_summary_rule', 'alarm_summary', ['rule_id', 'arose_at_us'], unique=False)
    op.create_table('appointment',
    sa.Column('appointment_id', sa.String(length=64), nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('plan_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('starts_us', sa.BigInteger(), nullable=False),
    sa.Column('room', sa.Text(), nullable=False),
    sa.Column('arrived_us', sa.BigInteger(), nullable=True),
    sa.Column('session_id', sa.String(length=36), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('appointment_id', 'rev', name=op.f('pk_appointment'))
    )
    op.create_index('ix_appointment_starts', 'appointment', ['starts_us'], unique=False)
    op.create_table('area_summary',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.String(length=64), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('planned_low_um', sa.Integer(), nullable=False),
    sa.Column('planned_high_um', sa.Integer(), nullable=False),
    sa.Column('passes_planned', sa.Integer(), nullable=False),
    sa.Column('passes_done', sa.Integer(), nullable=False),
    sa.Column('area_time_s', sa.Integer(), nullable=False),
    sa.Column('contact_s', sa.Float(), nullable=True),
    sa.Column('median_depth_um', sa.Integer(), nullable=True),
    sa.Column('p5_depth_um', sa.Integer(), nullable=True),
    sa.Column('p95_depth_um', sa.Integer(), nullable=True),
    sa.Column('median_rate_chz', sa.Integer(), nullable=True),
    sa.Column('over_band_s', sa.Float(), nullable=False),
    sa.Column('strokes', sa.BigInteger(), nullable=True),
    sa.Column('punctures_per_cm2', sa.Integer(), nullable=True),
    sa.Column('endpoint', sa.Text(), nullable=False),
    sa.Column('provenance', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('session_id', 'area_id', name=op.f('pk_area_summary'))
    )
    op.create_table('audit_entry',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_entry'))
    )
    op.create_table('course',
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('plan_id', sa.String(length=64), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('interval_min_days', sa.Integer(), nullable=False),
    sa.Column('interval_max_days', sa.Integer(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('course_id', 'rev', name=op.f('pk_course'))
    )
    op.create_index('ix_course_patient', 'course', ['patient_id'], unique=False)
    op.create_table('folder_fact',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_folder_fact'))
    )
    op.create_table('patient',
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('birth_date', sa.String(length=10), nullable=False),
    sa.Column('fitzpatrick', sa.String(length=4), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('colour', sa.String(length=16), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('patient_id', 'rev', name=op.f('pk_patient'))
    )
    op.create_table('product',
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('gtin', sa.String(length=14), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('clinical_id', sa.String(length=64), nullable=False),
    sa.Column('needles', sa.Integer(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('product_id', 'rev', name=op.f('pk_product'))
    )
    op.create_table('product_use',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('serial', sa.String(length=64), nullable=False),
    sa.Column('expiry', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('session_id', 'place', name=op.f('pk_product_use'))
    )
    op.create_index('ix_product_use_lot', 'product_use', ['lot', 'product_id'], unique=False)
    op.create_index('ix_product_use_serial', 'product_use', ['serial', 'product_id'], unique=False)
    op.create_table('recalled_lot',
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('recalled', sa.Boolean(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('product_id', 'lot', 'rev', name=op.f('pk_recalled_lot'))
    )
    op.create_table('session_event',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('session_id', 'seq', name=op.f('pk_session_event'))
    )
    op.create_index('ix_session_event_first', 'session_event', ['at_us', 'session_id'], unique=False, sqlite_where=sa.text('seq = 1'), postgresql_where=sa.text('seq = 1'))
    op.create_table('session_summary',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('phase', sa.String(length=32), nullable=False),
    sa.Column('opened_us', sa.BigInteger(), nullable=False),
    sa.Column('closed_us', sa.BigInteger(), nullable=True),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('practitioner_id', sa.String(length=64), nullable=False),
    sa.Column('room', sa.Text(), nullable=False),
    sa.Column('map_id', sa.String(length=32), nullable=False),
    sa.Column('plan_name', sa.Text(), nullable=False),
    sa.Column('indication', sa.Text(), nullable=False),
    sa.Column('course_number', sa.Integer(), nullable=False),
    sa.Column('course_length', sa.Integer(), nullable=False),
    sa.Column('areas_planned', sa.Integer(), nullable=False),
    sa.Column('areas_done', sa.Integer(), nullable=False),
    sa.Column('needling_s', sa.Integer(), nullable=False),
    sa.Column('median_depth_um', sa.Integer(), nullable=True),
    sa.Column('alarms', sa.Integer(), nullable=False),
    sa.Column('gaps', sa.Integer(), nullable=False),
    sa.Column('samples', sa.BigInteger(), nullable=False),
    sa.Column('amendments', sa.Integer(), nullable=False),
    sa.Column('pen_serial', sa.Text(), nullable=False),
    sa.Column('lots', sa.Text(), nullable=False),
    sa.Column('marked_as', sa.String(length=16), nullable=False),
    sa.Column('head', sa.LargeBinary(), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_session_summary'))
    )
    op.create_index('ix_session_summary_newest', 'session_summary', ['opened_us', 'session_id'], unique=False)
    op.create_index('ix_session_summary_patient', 'session_summary', ['patient_id', 'opened_us'], unique=False)
    op.create_index('ix_session_summary_state', 'session_summary', ['state', 'opened_us'], unique=False)
    op.create_table('setting',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('name', 'rev', name=op.f('pk_setting'))
    )
    op.create_table('spill_fold',
    sa.Column('spill_id', sa.Uuid(), nullable=False),
    sa.Column('folded_upto', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('spill_id', name=op.f('pk_spill_fold'))
    )
    op.create_table('staff',
    sa.Column('staff_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('pin_hash', sa.Text(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('staff_id', 'rev', name=op.f('pk_staff'))
    )
    op.create_table('telemetry_body',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('first_seq', sa.BigInteger(), nullable=False),
    sa.Column('last_seq', sa.BigInteger(), nullable=False),
    sa.Column('codec', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('session_id', 'first_seq', 'last_seq', name=op.f('pk_telemetry_body'))
    )
    op.create_table('telemetry_chunk',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('pen_serial', sa.Text(), nullable=False),
    sa.Column('boot_id', sa.BigInteger(), nullable=False),
    sa.Column('first_index', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('period_us', sa.BigInteger(), nullable=False),
    sa.Column('pen_time_marks', sa.Text(), nullable=False),
    sa.Column('t0_utc_us', sa.BigInteger(), nullable=False),
    sa.Column('resent', sa.Boolean(), nullable=False),
    sa.Column('samples_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('prev_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('session_id', 'seq', name=op.f('pk_telemetry_chunk'))
    )
    for statement in _triggers():
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.drop_table('telemetry_chunk')
    op.drop_table('telemetry_body')
    op.drop_table('staff')
    op.drop_table('spill_fold')
    op.drop_table('setting')
    op.drop_index('ix_session_summary_state', table_name='session_summary')
    op.drop_index('ix_session_summary_patient', table_name='session_summary')
    op.drop_index('ix_session_summary_newest', table_name='session_summary')
    op.drop_table('session_summary')
    op.drop_index('ix_session_event_first', table_name='session_event', sqlite_where=sa.text('seq = 1'), postgresql_where=sa.text('seq = 1'))
    op.drop_table('session_event')
    op.drop_table('recalled_lot')
    op.drop_index('ix_product_use_serial', table_name='product_use')
    op.drop_index('ix_product_use_lot', table_name='product_use')
    op.drop_table('product_use')
    op.drop_table('product')
    op.drop_table('patient')
    op.drop_table('folder_fact')
    op.drop_index('ix_course_patient', table_name='course')
    op.drop_table('course')
    op.drop_table('audit_entry')
    op.drop_table('area_summary')
    op.drop_index('ix_appointment_starts', table_name='appointment')
    op.drop_table('appointment')
    op.drop_index('ix_alarm_summary_rule', table_name='alarm_summary')
    op.drop_table('alarm_summary')
    if on_postgres:
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP FUNCTION refuse_unmerged()")


def _triggers() -> tuple[str, ...]:
    return _POSTGRES_TRIGGERS if op.get_bind().dialect.name == "postgresql" else _SQLITE_TRIGGERS
