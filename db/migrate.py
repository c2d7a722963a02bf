"""Bring a database's schema up to date, and say how it stands."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from console.domain.errors import OperatorError
from db.tables import metadata

_MIGRATIONS = Path(__file__).with_name("migrations")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_schema() -> str:
    """Give the newest revision this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current_schema(connection: Connection) -> str:
    """Give the database's revision, empty where it has none yet."""
    return str(MigrationContext.configure(connection).get_current_revision() or "")


def is_known(revision: str) -> bool:
    """Tell whether this program knows a revision."""
    script = ScriptDirectory.from_config(_config())
    return revision == "" or revision in {known.revision for known in script.walk_revisions()}


def refuse_newer(revision: str, path: Path) -> None:
    """Refuse a schema that a newer console made, with an OperatorError."""
    if not is_known(revision):
        raise OperatorError(
            f"{path} was made by a newer console (schema {revision})", "nothing was changed",
            "install the newer console",
        )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to ``revision`` in one transaction."""
    with engine.connect() as connection, connection.begin():
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back in one transaction (for development)."""
    with engine.connect() as connection, connection.begin():
        command.downgrade(_config(connection), revision)


def differences(connection: Connection) -> list[object]:
    """List what the database's schema and ``tables`` do not agree on."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))
