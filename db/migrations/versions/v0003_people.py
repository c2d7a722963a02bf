"""Staff of several roles and with passwords, and the audit found by person and by what it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("more_roles", sa.Text(), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("password_hash", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor", "seq"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "seq"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.drop_index("ix_audit_entry_actor", "audit_entry")
    op.drop_column("staff", "password_hash")
    op.drop_column("staff", "more_roles")
