"""The connection to the clinic server, against a real PostgreSQL."""

import subprocess
import sys
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text
from store_kit import bench_folder

from console.domain.errors import OperatorError
from db.sync import server_tables as server
from db.sync.server_address import PLAIN, ServerAddress
from db.sync.server_link import ServerAway, ServerLink, ServerRefused
from db.sync.server_schema import prepare, script_from, scripts, server_schema

_ID = UUID(int=7)


@pytest.fixture
def link(server_address):
    made = ServerLink(server_address, "")
    yield made
    made.close()


def test_what_is_done_in_a_transaction_stays(link):
    with link.transaction() as connection:
        connection.execute(insert(server.clinic).values(clinic_id=_ID, kind="bench", key_check=b"k"))
    link.close()
    again = ServerLink(link._address, "")
    with again.transaction() as connection:
        assert connection.execute(select(server.clinic.c.key_check)).scalar_one() == b"k"
        assert connection.execute(select(server.clinic.c.founded_us)).scalar_one() > 1_700_000_000_000_000
    again.close()


def test_an_error_of_the_caller_rolls_back_and_keeps_the_connection(link):
    with pytest.raises(ZeroDivisionError), link.transaction() as connection:
        connection.execute(insert(server.clinic).values(clinic_id=_ID, kind="bench", key_check=b"k"))
        raise ZeroDivisionError
    assert link.connected
    with link.transaction() as connection:
        assert connection.execute(select(server.clinic)).all() == []


def test_a_stopped_server_is_away_and_is_found_again_when_it_is_back(postgres, link):
    with link.transaction() as connection:
        connection.execute(text("SELECT 1"))
    postgres.stop("immediate")
    try:
        for _ in range(2):  # the connection that broke, and a new one that is refused
            with pytest.raises(ServerAway, match="cannot be reached"), link.transaction() as connection:
                connection.execute(text("SELECT 1"))
            assert not link.connected
    finally:
        postgres.start()
    with link.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_frozen_server_is_cut_off_by_the_watchdog(postgres, server_address):
    link = ServerLink(server_address, "", frozen_s=0.2)
    with link.transaction() as connection:
        connection.execute(text("SELECT 1"))
    postgres.freeze()
    try:
        with pytest.raises(ServerAway, match="stopped answering and was cut off"), link.transaction() as connection:
            connection.execute(text("SELECT 1"))
    finally:
        postgres.thaw()
    with link.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    link.close()


def test_a_query_without_end_is_ended_by_the_server(link):
    with pytest.raises(ServerAway, match="statement timeout"), link.transaction() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 20"))
        connection.execute(text("SELECT pg_sleep(60)"))


def test_a_user_nobody_knows_is_refused(server_address):
    link = ServerLink(replace(server_address, user="stranger"), "")
    with pytest.raises(ServerRefused, match="does not accept this user or password"), link.transaction():
        pass
    link.close()


def test_an_open_way_over_a_network_is_refused():
    with pytest.raises(OperatorError, match="would be open to read"):
        ServerLink(ServerAddress("10.0.0.9", 5432, "clinic", "room", PLAIN), "")
    for here in ("localhost", "127.0.0.1", "::1", "/run/postgresql"):
        ServerAddress(here, 5432, "clinic", "room", PLAIN).check()


def test_what_was_pushed_can_be_changed_neither_by_a_console_nor_by_the_owner(postgres, server_address):
    database = server_address.database
    kept = _kept_tables(postgres, database)
    named = ", ".join(f"('{one}')" for one in kept)
    assert postgres.sql(database, f"SELECT name FROM (VALUES {named}) AS kept (name) WHERE has_table_privilege("
                                  "'needling_console', name, 'UPDATE, DELETE, TRUNCATE')") == []
    for table in ("server_entry", "server_head"):
        for act in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET {_last(table)} = NULL"):
            with pytest.raises(OperatorError, match="permission denied"):
                postgres.sql(database, act, "room")
            with pytest.raises(OperatorError, match="append-only"):
                postgres.sql(database, act)
    triggers = postgres.sql(database, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%_append_only'")
    assert triggers == [str(len(kept))]


def test_an_entry_that_does_not_lie_behind_another_is_refused(link):
    row = {"session_id": _ID, "seq": 1, "prev_hash": bytes(32), "hash": b"1" * 32, "console_id": _ID}
    with link.transaction() as connection:
        connection.execute(insert(server.entry), [row, {**row, "seq": 2, "prev_hash": b"1" * 32, "hash": b"2" * 32}])
    for seq, before in ((4, b"2" * 32), (3, b"1" * 32), (1, b"1" * 32)):
        with pytest.raises(ServerRefused, match=r"does not lie behind|duplicate key"), link.transaction() as connection:
            connection.execute(insert(server.entry).values({**row, "seq": seq, "prev_hash": before, "hash": b"x"}))


def test_the_schema_is_what_the_tables_say(postgres):
    address = postgres.empty_database()
    link = ServerLink(address, "")
    with link.transaction() as connection:
        assert server_schema(connection) == 0
        assert prepare(connection) == max(scripts())
        assert prepare(connection) == server_schema(connection)  # and again: nothing to do
        for table in server.metadata.sorted_tables:
            connection.execute(select(table).limit(0))
            found = postgres_columns(connection, table.name)
            assert found == {column.name: not column.nullable for column in table.columns}, table.name
    link.close()
    assert script_from(max(scripts())) == ""


def test_the_printed_script_is_what_psql_takes(postgres):
    address = postgres.empty_database()
    postgres.sql(address.database, script_from(0))
    assert postgres.sql(address.database, "SELECT max(number) FROM server_schema") == [str(max(scripts()))]


def test_a_console_without_a_server_imports_no_psycopg(tmp_path):
    bench_folder(tmp_path / "bench").close()
    program = ("import sys; from console.app.cli import main; code = main(sys.argv[1:]); "
               "assert not [one for one in sys.modules if one.startswith(('psycopg', 'db.sync'))]; sys.exit(code)")
    done = subprocess.run([sys.executable, "-c", program, "verify", "--data", str(tmp_path / "bench")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def postgres_columns(connection, table):
    rows = connection.execute(text(
        "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = :table"), {"table": table})
    return {name: nullable == "NO" for name, nullable in rows}


def _kept_tables(postgres, database):
    free = ("patient_key_copy", "server_schema", "session_lease")
    named = ", ".join(f"'{one}'" for one in free)
    return postgres.sql(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                                  f"AND tablename NOT IN ({named}) ORDER BY 1")


def _last(table):
    return list(server.metadata.tables[table].columns)[-1].name
