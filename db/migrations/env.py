"""Runs migrations on the connection that ``db.migrate`` hands over, in its transaction."""

from alembic import context

from db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata,
    compare_type=True, transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
