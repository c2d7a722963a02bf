from uuid import UUID

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import insert
from store_kit import StillClock, batch, begin, end, event, opened, raw_connection

from console.domain.errors import OperatorError
from console.services.ids import new_id
from db.data_folder import DataFolder, open_folder
from db.recorder_thread import RecorderThread
from db.tables import erasure
from db.triggers import APPEND_ONLY


@pytest.fixture
def session(folder: DataFolder) -> UUID:
    recorder = RecorderThread(folder, StillClock())
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 100))
    end(recorder, session_id)
    recorder.append(new_id(), [event(opened())])
    recorder.audit("PR-02", "read", "P-0001")
    recorder.write(lambda connection: connection.execute(insert(erasure).values(
        number=1, patient_id="P-0009", erased_us=1, actor_id="AD-1", ground="request", reason="")))
    assert recorder.stop(10)
    return session_id


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "INSERT OR REPLACE INTO {} SELECT * FROM {}"]
)
def test_nothing_of_the_history_can_be_changed(
    folder: DataFolder, session: UUID, table: str, act: str
) -> None:
    with folder.writer_engine().connect() as connection:
        column = connection.exec_driver_sql(f"SELECT name FROM pragma_table_info('{table}')").scalar()
        before = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
        statement = act.format(table, column, column) if act.startswith("UPDATE") else act.format(table, table)
        with pytest.raises(Exception, match="is append-only"):
            connection.exec_driver_sql(statement)
        assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == before
    assert before


def test_a_body_gives_way_only_to_a_wider_one(folder: DataFolder, session: UUID) -> None:
    connection = raw_connection(folder)
    for statement in ("DELETE FROM telemetry_body", "UPDATE telemetry_body SET body = x'00'"):
        with pytest.raises(sqlcipher.DatabaseError, match="is only merged"):
            connection.execute(statement)
    connection.execute("INSERT INTO telemetry_body SELECT session_id, 1, 9, 1, x'00' FROM telemetry_body")
    connection.execute("DELETE FROM telemetry_body WHERE first_seq = 2")
    with pytest.raises(sqlcipher.DatabaseError, match="is only merged"):
        connection.execute("DELETE FROM telemetry_body")
    connection.close()


@pytest.mark.parametrize(
    "spoil",
    ["DROP TRIGGER session_event_no_update",
     "DROP TRIGGER audit_entry_no_delete; CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
     "BEGIN SELECT 1; END"],
)
def test_a_missing_guard_is_noticed_at_start(folder: DataFolder, spoil: str) -> None:
    folder.close()
    connection = raw_connection(folder)
    connection.executescript(spoil)
    connection.close()
    with pytest.raises(OperatorError, match="has lost the guard"):
        open_folder(folder.path, writing=True)
    open_folder(folder.path).close()


def test_a_photo_stays_as_it_was_until_its_patient_is_erased(folder: DataFolder) -> None:
    connection = raw_connection(folder)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(photo)")]
    for patient_id in ("P-0001", "P-0009"):
        values = {"photo_id": patient_id, "patient_id": patient_id}
        connection.execute(f"INSERT INTO photo VALUES ({', '.join('?' * len(columns))})",
                           [values.get(name, 1) for name in columns])
    connection.execute("PRAGMA recursive_triggers=ON")
    for act in ("UPDATE photo SET view = 'x'", "DELETE FROM photo", "INSERT OR REPLACE INTO photo SELECT * FROM photo"):
        with pytest.raises(sqlcipher.DatabaseError, match="photo is append-only"):
            connection.execute(act)
    connection.execute("INSERT INTO erasure VALUES (1, 'P-0009', 1, 'AD-1', 'request', '')")
    connection.execute("DELETE FROM photo WHERE patient_id = 'P-0009'")
    with pytest.raises(sqlcipher.DatabaseError, match="photo is append-only"):
        connection.execute("DELETE FROM photo")
    assert connection.execute("SELECT patient_id FROM photo").fetchall() == [("P-0001",)]
    connection.close()
