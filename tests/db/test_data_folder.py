import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from store_kit import StillClock, begin, bench_folder, raw_connection, without_guards

from console.domain.backups import BEFORE_UPGRADE, BackupNote
from console.domain.errors import OperatorError
from db import keys, migrate
from db.backup import make_backup, read_sealed
from db.data_folder import BENCH, CLINIC, DEMO, DataFolder, create_folder, open_folder, open_or_create_folder
from db.folder_lock import FolderLock
from db.passphrase_tries import TRIES_FILE
from db.recorder_thread import RecorderThread
from db.restore import restore_backup
from db.session_store import SessionStore
from db.verify import verify_folder

CLOCK = StillClock()


class Vault:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


def no_vault() -> None:
    return None


def everything(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


# --- the lock -------------------------------------------------------------------------------------


def test_a_second_console_is_refused_and_told_which_is_first(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "f")
    with pytest.raises(OperatorError, match=rf"Another console \(process {os.getpid()}\) has"):
        open_folder(folder.path, writing=True)
    reader = open_folder(folder.path)
    assert verify_folder(reader) == []
    folder.close()
    open_folder(folder.path, writing=True).close()


def test_the_lock_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom db.folder_lock import FolderLock\n"
        "lock = FolderLock(pathlib.Path(sys.argv[1]))\nlock.take()\nprint('held', flush=True)\nsys.stdin.read()\n"
    )
    path = tmp_path / "console.lock"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = FolderLock(path)
        with pytest.raises(OperatorError, match=str(holder.pid)):
            lock.take()
        assert not lock.held
        holder.kill()
    lock.take()
    assert lock.holder() == os.getpid()
    lock.release()


# --- demo and bench ---------------------------------------------------------------------------------


def test_a_bench_folder_opens_without_a_passphrase(tmp_path: Path) -> None:
    folder = create_folder(tmp_path / "f", BENCH, CLOCK)
    folder.close()
    key = tmp_path / "f" / keys.KEY_FILE
    assert key.read_bytes() == folder.keys.database.hex().encode() + b"\n"
    if os.name == "posix":
        assert key.stat().st_mode & 0o777 == 0o600
    again = open_folder(tmp_path / "f")
    assert (again.kind, again.folder_id, again.keys, again.marked_as) == (BENCH, folder.folder_id, folder.keys, BENCH)


def test_keys_are_never_shown(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "f")
    folder.close()
    assert folder.keys.database.hex() not in repr(folder) + repr(folder.keys)


def test_an_existing_folder_is_not_made_again(tmp_path: Path) -> None:
    bench_folder(tmp_path / "f").close()
    before = everything(tmp_path / "f")
    with pytest.raises(OperatorError, match="There is a data folder at"):
        create_folder(tmp_path / "f", DEMO, CLOCK)
    assert everything(tmp_path / "f") == before


def test_a_bench_folder_is_made_once_and_then_opened(tmp_path: Path) -> None:
    first = open_or_create_folder(tmp_path / "f", BENCH, CLOCK)
    first.close()
    second = open_or_create_folder(tmp_path / "f", BENCH, CLOCK)
    second.close()
    assert second.folder_id == first.folder_id
    with pytest.raises(OperatorError, match="is a bench folder, not a demo folder"):
        open_or_create_folder(tmp_path / "f", DEMO, CLOCK)


@pytest.mark.parametrize("left", [keys.KEY_FILE, "needling.db"])
def test_a_folder_left_half_made_is_completed_with_its_own_key(tmp_path: Path, left: str) -> None:
    first = bench_folder(tmp_path / "f")
    first.close()
    (tmp_path / "f" / "folder.json").unlink()
    if left == keys.KEY_FILE:
        (tmp_path / "f" / "needling.db").unlink()
    again = bench_folder(tmp_path / "f")
    again.close()
    assert again.keys == first.keys
    assert open_folder(tmp_path / "f").folder_id == again.folder_id
    if left == "needling.db":
        assert again.folder_id == first.folder_id


@pytest.mark.parametrize("wanted", [CLINIC, DEMO])
def test_a_bench_folder_never_becomes_another(tmp_path: Path, wanted: str) -> None:
    folder = bench_folder(tmp_path / "f")
    folder.close()
    file = tmp_path / "f" / "folder.json"
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "kind": wanted}))
    vault = Vault()
    vault.put(folder.folder_id, (folder.keys.database + folder.keys.head).hex())
    with pytest.raises(OperatorError, match="was made as another"):
        open_folder(tmp_path / "f", vault_of=lambda: vault)
    file.unlink()
    if wanted == DEMO:
        with pytest.raises(OperatorError, match="was made as another"):
            create_folder(tmp_path / "f", DEMO, CLOCK)


def test_a_missing_part_is_named_and_nothing_made_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with pytest.raises(OperatorError, match="There is no data folder at"):
        open_folder(path)
    assert not path.exists()
    bench_folder(path).close()
    for name, said in (("needling.db", "is missing"), (keys.KEY_FILE, "is missing"), ("folder.json", "no data folder")):
        kept = (path / name).read_bytes()
        (path / name).unlink()
        with pytest.raises(OperatorError, match=said):
            open_folder(path, writing=name != "folder.json")
        assert not (path / name).exists()
        (path / name).write_bytes(kept)
    open_folder(path, writing=True).close()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("needling.db", b"Dear patient " * 900, "is not a database"), ("folder.json", b"{", "cannot be read"),
        ("folder.json", b'{"format":2,"kind":"bench","folder_id":"x"}', "newer console"),
        (keys.KEY_FILE, b"00" * 32 + b"\n", "its key is another one"), (keys.KEY_FILE, b"short", "holds no key"),
        (keys.KEY_FILE, b"\xff", "holds no key"),
    ],
)
@pytest.mark.parametrize("writing", [False, True])
def test_a_strange_part_is_named_and_left_alone(
    tmp_path: Path, name: str, content: bytes, said: str, writing: bool
) -> None:
    bench_folder(tmp_path / "f").close()
    (tmp_path / "f" / name).write_bytes(content)
    before = everything(tmp_path / "f")
    with pytest.raises(OperatorError, match=said):
        open_folder(tmp_path / "f", writing=writing)
    after = everything(tmp_path / "f")
    assert {key: after[key] for key in before if key != "console.lock"} == {
        key: before[key] for key in before if key != "console.lock"
    }


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "f")
    folder.close()
    connection = raw_connection(folder)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for writing in (False, True):
        with pytest.raises(OperatorError, match=r"made by a newer console \(schema 9999\)"):
            open_folder(tmp_path / "f", writing=writing)


def test_a_damaged_page_is_found_at_start(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "f")
    folder.close()
    content = bytearray(folder.database_path.read_bytes())
    content[-2_000] ^= 1
    folder.database_path.write_bytes(bytes(content))
    with pytest.raises(OperatorError, match="is damaged"):
        open_folder(tmp_path / "f", writing=True)


def test_a_database_without_its_facts_is_refused(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "f")
    folder.close()
    connection = without_guards(folder)
    connection.execute("DELETE FROM folder_fact WHERE name = 'kind'")
    connection.close()
    with pytest.raises(OperatorError, match="was made as another"):
        open_folder(tmp_path / "f")


def test_a_network_share_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="network share"):
        create_folder(tmp_path / "f", BENCH, CLOCK, file_system=lambda _: "cifs")
    bench_folder(tmp_path / "g").close()
    with pytest.raises(OperatorError, match="network share"):
        open_folder(tmp_path / "g", file_system=lambda _: "nfs")


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("x")
    with pytest.raises(OperatorError, match="cannot be made"):
        create_folder(tmp_path / "letter", BENCH, CLOCK)
    with pytest.raises(OperatorError, match="There is no data folder"):
        open_folder(tmp_path / "letter")


# --- clinic ------------------------------------------------------------------------------------------


def test_a_clinics_key_is_wrapped_and_never_lies_beside(tmp_path: Path) -> None:
    folder = create_folder(tmp_path / "c", CLINIC, CLOCK, "correct horse", vault_of=no_vault)
    folder.close()
    assert folder.marked_as == ""
    for content in everything(tmp_path / "c").values():
        for secret in (folder.keys.database, folder.keys.head):
            assert secret not in content
            assert secret.hex().encode() not in content
    wrapped = json.loads((tmp_path / "c" / keys.WRAPPED_FILE).read_text())
    assert {name: wrapped["argon2id"][name] for name in ("memory_kib", "time", "lanes")} == {
        "memory_kib": 65_536, "time": 3, "lanes": 4,
    }
    again = open_folder(tmp_path / "c", "correct horse", writing=True, vault_of=no_vault)
    again.close()
    assert again.keys == folder.keys


def test_a_wrong_passphrase_destroys_nothing(tmp_path: Path) -> None:
    create_folder(tmp_path / "c", CLINIC, CLOCK, "correct horse", vault_of=no_vault).close()
    before = everything(tmp_path / "c")
    with pytest.raises(OperatorError, match="The passphrase is wrong"):
        open_folder(tmp_path / "c", "battery staple", vault_of=no_vault)
    with pytest.raises(OperatorError, match="give the passphrase"):
        open_folder(tmp_path / "c", vault_of=no_vault)
    after = everything(tmp_path / "c")
    assert after.pop(TRIES_FILE) and after == before
    open_folder(tmp_path / "c", "correct horse", vault_of=no_vault)


def test_the_keyring_opens_a_clinic_until_it_is_gone(tmp_path: Path) -> None:
    vault = Vault()
    made = create_folder(tmp_path / "c", CLINIC, CLOCK, "correct horse", vault_of=lambda: vault)
    made.close()
    assert open_folder(tmp_path / "c", vault_of=lambda: vault).keys == made.keys
    vault.kept = {name: "nonsense" for name in vault.kept}
    with pytest.raises(OperatorError, match="give the passphrase"):
        open_folder(tmp_path / "c", vault_of=lambda: vault)
    assert open_folder(tmp_path / "c", "correct horse", vault_of=lambda: vault).keys == made.keys
    assert open_folder(tmp_path / "c", vault_of=lambda: vault).keys == made.keys


def test_a_clinic_needs_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="needs a recovery passphrase"):
        create_folder(tmp_path / "c", CLINIC, CLOCK, vault_of=no_vault)
    create_folder(tmp_path / "c", CLINIC, CLOCK, "correct horse", vault_of=no_vault).close()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"argon2id":{"salt":"00"},"aes_gcm":{}}'])
def test_a_broken_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    create_folder(tmp_path / "c", CLINIC, CLOCK, "correct horse", vault_of=no_vault).close()
    (tmp_path / "c" / keys.WRAPPED_FILE).write_bytes(content)
    with pytest.raises(OperatorError, match="missing or damaged"):
        open_folder(tmp_path / "c", "correct horse", vault_of=no_vault)


def test_only_known_keyrings_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    import keyring.backends.chainer
    import keyring.backends.SecretService

    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.chainer.ChainerBackend)
    assert keys.system_vault() is None
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.SecretService.Keyring)
    assert isinstance(keys.system_vault(), keys.SystemVault)


def test_a_disk_that_refuses_is_a_sentence_and_the_next_try_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("db.data_folder.write_atomically", full)
        with pytest.raises(OperatorError, match="No space left on device"):
            create_folder(tmp_path / "f", BENCH, CLOCK)
    bench_folder(tmp_path / "f").close()
    assert verify_folder(open_folder(tmp_path / "f")) == []


def test_a_place_that_cannot_be_looked_into_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"cannot be (looked into|made)"):
        open_or_create_folder(tmp_path / ("x" * 300), BENCH, CLOCK)


def test_a_key_file_without_rights_is_not_called_a_wrong_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bench_folder(tmp_path / "f")
    folder.close()

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    # Patched, because tests may run as root, whom no mode keeps out.
    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(OperatorError, match="no right to read the key file"):
        keys.read_key_file(folder.path)


# --- an earlier console's folder --------------------------------------------------------------------


def test_an_earlier_consoles_folder_is_brought_up_to_date_with_its_record_whole(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "f")
    engine = folder.writer_engine()
    migrate.downgrade(engine, "0001")
    engine.dispose()
    recorder = RecorderThread(folder, CLOCK)
    recorder.start()
    session_id = begin(recorder)
    recorder.stop(10)
    folder.close()

    with pytest.raises(OperatorError, match="was made by an earlier console"):
        open_folder(folder.path)
    again = open_folder(folder.path, writing=True)
    with again.writer_engine().connect() as connection:
        assert migrate.differences(connection) == []
    assert SessionStore(again).session_ids() == [session_id]
    assert verify_folder(again) == []
    again.close()


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    with pytest.raises(OperatorError, match="holds other files and no data folder; nothing in it was touched"):
        create_folder(tmp_path / "letters", BENCH, StillClock())
    assert [one.name for one in (tmp_path / "letters").iterdir()] == ["letter.txt"]
    (tmp_path / "prepared" / "clinical").mkdir(parents=True)
    create_folder(tmp_path / "prepared", BENCH, StillClock()).close()
    half = tmp_path / "half"
    half.mkdir()
    (half / "console.lock").write_text("1")
    (half / "needling.db").write_bytes(b"")
    create_folder(half, BENCH, StillClock()).close()


LOCKER = """
import sys
import sqlcipher3.dbapi2 as sqlcipher
connection = sqlcipher.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA key = \\"x'{sys.argv[2]}'\\"")
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_foreign_lock_is_waited_for_and_said_once(folder: DataFolder) -> None:
    folder.close()
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(folder.database_path), folder.keys.database.hex()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as locker:
        assert locker.stdout is not None and locker.stdin is not None
        assert locker.stdout.readline() == "locked\n"

        def waiting(words: str) -> None:
            said.append(words)
            locker.stdin.close()  # the other program ends once it is asked for

        open_folder(folder.path, writing=True, waiting=waiting).close()
    assert said == ["Another program has locked needling.db; it is being waited for; close that program."]


def test_a_schema_is_brought_up_to_date_only_behind_a_backup(folder: DataFolder, tmp_path: Path) -> None:
    folder.close()
    migrate.downgrade(folder.writer_engine(), "0006")

    def refuse(found: DataFolder) -> None:
        raise OperatorError("The backup was not made", "nothing was changed", "free some space")

    with pytest.raises(OperatorError, match="The backup was not made"):
        open_folder(folder.path, writing=True, before_upgrade=refuse)
    with folder.reader_engine().connect() as connection:
        assert migrate.current_schema(connection) == "0006"
    made: list[BackupNote] = []
    again = open_folder(folder.path, writing=True, before_upgrade=lambda found: made.append(
        make_backup(found, tmp_path / "disk", 1, BEFORE_UPGRADE)))
    again.close()
    assert read_sealed(Path(made[0].place)).schema == "0006"
    restore_backup(Path(made[0].place), tmp_path / "restored", None)
    open_folder(tmp_path / "restored", writing=True).close()
