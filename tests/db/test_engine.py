import os
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from console.domain.errors import OperatorError
from db.engine import check_library_version, operator_error, reader_engine, writer_engine
from db.file_system import file_system_of, refuse_network_share

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "needling.db"
    with writer_engine(made, KEY).connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE note (text TEXT)")
    return made


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        ("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1),
        ("trusted_schema", 0), ("secure_delete", 1), ("cell_size_check", 1), ("mmap_size", 0),
        ("busy_timeout", 400), ("temp_store", 2), ("query_only", 0),
    ],
)
def test_the_writer_runs_with_safe_pragmas(path: Path, pragma: str, wanted: object) -> None:
    with writer_engine(path, KEY).connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == wanted


def test_a_reader_cannot_write(path: Path) -> None:
    with (
        reader_engine(path, KEY).connect() as connection,
        pytest.raises(DBAPIError, match="readonly"),
    ):
        connection.exec_driver_sql("INSERT INTO note VALUES ('x')")


def test_a_reader_does_not_lock_the_writer_out(path: Path) -> None:
    with reader_engine(path, KEY).connect() as reader, reader.begin():
        assert reader.exec_driver_sql("SELECT count(*) FROM note").scalar() == 0
        with writer_engine(path, KEY).connect() as writer, writer.begin():
            writer.exec_driver_sql("INSERT INTO note VALUES ('x')")
        assert reader.exec_driver_sql("SELECT count(*) FROM note").scalar() == 0


def test_another_key_opens_nothing_and_harms_nothing(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DBAPIError) as caught:
        writer_engine(path, os.urandom(32)).connect()
    assert "its key is another one" in str(operator_error(caught.value, path))
    assert path.read_bytes() == before


def test_a_file_that_is_not_a_database_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear patient, " * 400)
    with pytest.raises(DBAPIError) as caught:
        writer_engine(letter, KEY).connect()
    assert "is not a database" in str(operator_error(caught.value, letter))
    assert letter.read_text() == "Dear patient, " * 400


def test_a_statement_that_fails_does_not_tell_its_values(path: Path) -> None:
    with writer_engine(path, KEY).connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("Mrs Seeded Marker",))
    assert "Seeded Marker" not in str(caught.value)


def test_an_old_library_is_refused() -> None:
    check_library_version((3, 51, 3))
    with pytest.raises(OperatorError, match=r"SQLite 3\.51\.2, which can damage records"):
        check_library_version((3, 51, 2))


def test_a_network_share_is_refused(tmp_path: Path) -> None:
    refuse_network_share(tmp_path, lambda _: "ext4")
    with pytest.raises(OperatorError, match=r"network share \(nfs4\)"):
        refuse_network_share(tmp_path, lambda _: "nfs4")


def test_this_computers_disk_is_no_network_share(tmp_path: Path) -> None:
    refuse_network_share(tmp_path)
    assert file_system_of(tmp_path) != "remote"


def test_a_writer_holds_the_lock_from_the_beginning(path: Path) -> None:
    with writer_engine(path, KEY).connect() as first, first.begin():
        second = writer_engine(path, KEY, busy_ms=10).connect()
        with pytest.raises(DBAPIError, match="locked") as caught:
            second.begin()
        second.close()
    assert "Another program has locked needling.db" in str(operator_error(caught.value, path))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database or disk is full", "is full; nothing was changed; free disk space"),
        ("attempt to write a readonly database", "has no right to write in"),
    ],
)
def test_what_the_database_says_becomes_advice(tmp_path: Path, said: str, told: str) -> None:
    assert told in str(operator_error(RuntimeError(said), tmp_path / "needling.db"))
