"""The clinic's own records and photos."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clinic_record',
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('record_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('subject_id', sa.String(length=128), nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('session_id', sa.String(length=36), nullable=False),
    sa.Column('due', sa.String(length=10), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('changed_us', sa.BigInteger(), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'record_id', 'rev', name=op.f('pk_clinic_record'))
    )
    op.create_index('ix_clinic_record_due', 'clinic_record', ['kind', 'due'], unique=False)
    op.create_index('ix_clinic_record_patient', 'clinic_record', ['patient_id', 'kind'], unique=False)
    op.create_index('ix_clinic_record_session', 'clinic_record', ['session_id', 'kind'], unique=False)
    op.create_table('photo',
    sa.Column('photo_id', sa.String(length=36), nullable=False),
    sa.Column('session_id', sa.String(length=36), nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('moment', sa.String(length=16), nullable=False),
    sa.Column('view', sa.String(length=32), nullable=False),
    sa.Column('taken_us', sa.BigInteger(), nullable=False),
    sa.Column('form', sa.String(length=16), nullable=False),
    sa.Column('width_px', sa.Integer(), nullable=False),
    sa.Column('height_px', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('thumb', sa.LargeBinary(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('photo_id', name=op.f('pk_photo'))
    )
    op.create_index('ix_photo_session', 'photo', ['session_id'], unique=False)
    op.create_index('ix_photo_patient', 'photo', ['patient_id', 'taken_us'], unique=False)


def downgrade() -> None:
    op.drop_table('photo')
    op.drop_table('clinic_record')
