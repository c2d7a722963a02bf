"""Bring a database's schema up to date, and say how it stands.

Alembic is imported only where there is something to migrate: it doubles the start of a command.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, inspect, select, table

from console.domain.errors import OperatorError
from db.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0007"  # the newest revision in migrations/versions

_MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION_TABLE = "alembic_version"


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_schema() -> str:
    """Give the newest revision this program knows."""
    return NEWEST


def current_schema(connection: Connection) -> str:
    """Give the database's revision, empty where it has none yet."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return ""
    found = connection.execute(select(column("version_num")).select_from(table(_VERSION_TABLE))).scalar()
    return str(found or "")


def is_known(revision: str) -> bool:
    """Tell whether this program knows a revision."""
    if revision in ("", NEWEST):
        return True
    from alembic.script import ScriptDirectory

    return revision in {known.revision for known in ScriptDirectory.from_config(_config()).walk_revisions()}


def refuse_newer(revision: str, path: Path) -> None:
    """Refuse a schema that a newer console made, with an OperatorError."""
    if not is_known(revision):
        raise OperatorError(
            f"{path} was made by a newer console (schema {revision})", "nothing was changed",
            "install the newer console",
        )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to ``revision`` in one transaction."""
    from alembic import command

    with engine.connect() as connection, connection.begin():
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back in one transaction (for development)."""
    from alembic import command

    with engine.connect() as connection, connection.begin():
        command.downgrade(_config(connection), revision)


def differences(connection: Connection) -> list[object]:
    """List what the database's schema and ``tables`` do not agree on."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    return list(compare_metadata(MigrationContext.configure(connection), metadata))
