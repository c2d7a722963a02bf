from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from db import migrate
from db.engine import writer_engine
from db.triggers import sqlite_triggers

FROZEN = ("0001", "0002", "0003", "0004", "0005", "0006")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = writer_engine(tmp_path / "needling.db", bytes(32))
    yield made
    made.dispose()


def test_up_check_down_up(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.differences(connection) == []
        assert migrate.current_schema(connection) == migrate.newest_schema()
    migrate.downgrade(engine)
    with engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
        assert migrate.current_schema(connection) == ""
    assert set(left) <= {"alembic_version", "sqlite_autoindex_alembic_version_1"}
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.differences(connection) == []


@pytest.mark.parametrize("revision", FROZEN)
def test_a_former_schema_is_frozen(engine: Engine, revision: str) -> None:
    migrate.upgrade(engine, revision)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version' ORDER BY type, name"
        ).scalars()
        found = "".join(f"{sql};\n" for sql in rows)
    assert found == Path(__file__).with_name(f"schema_{revision}.sql").read_text(encoding="utf-8")


def test_the_migration_makes_the_guards_the_start_up_check_wants(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    assert {name: sql for name, sql in rows} == sqlite_triggers()


def test_a_difference_is_seen(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE setting ADD COLUMN colour TEXT")
    with engine.connect() as connection:
        assert migrate.differences(connection)


def test_a_failed_migration_leaves_nothing_behind(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE staff (x INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
    assert names == ["staff"]


def test_the_newest_schema_is_the_head_of_the_migrations():
    script = ScriptDirectory.from_config(migrate._config())
    assert migrate.newest_schema() == script.get_current_head()
