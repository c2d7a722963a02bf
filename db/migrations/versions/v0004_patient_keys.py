"""Each patient's own key, which sessions lie under it, and what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_GUARDED = ("sealed_session", "erasure")


def upgrade() -> None:
    op.create_table('patient_key',
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('made_us', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_patient_key'))
    )
    op.create_table('sealed_session',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_sealed_session'))
    )
    op.create_index('ix_sealed_session_patient', 'sealed_session', ['patient_id'], unique=False)
    op.create_table('erasure',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('erased_us', sa.BigInteger(), nullable=False),
    sa.Column('actor_id', sa.String(length=64), nullable=False),
    sa.Column('ground', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_erasure'))
    )
    op.create_index('ix_erasure_patient', 'erasure', ['patient_id'], unique=False)
    for table in _GUARDED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                       "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
            continue
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                       f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")


def downgrade() -> None:
    for table in ("erasure", "sealed_session", "patient_key"):
        op.drop_table(table)
