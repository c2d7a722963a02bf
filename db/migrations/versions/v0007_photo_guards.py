"""Guards for photos: never changed, and deleted only with their patient's erasure."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TRIGGER photo_unchanged BEFORE UPDATE ON photo FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        return
    op.execute("CREATE TRIGGER photo_no_update BEFORE UPDATE ON photo "
               "BEGIN SELECT RAISE(ABORT, 'photo is append-only'); END")
    op.execute("CREATE TRIGGER photo_only_erased BEFORE DELETE ON photo "
               "WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE erasure.patient_id = OLD.patient_id) "
               "BEGIN SELECT RAISE(ABORT, 'photo is append-only'); END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER photo_unchanged ON photo")
        return
    for name in ("photo_no_update", "photo_only_erased"):
        op.execute(f"DROP TRIGGER {name}")
