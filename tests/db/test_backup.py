"""Backups: whole or none, only with the folder's own keys, and what is restored is what was kept."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import StillClock, batch, begin, event, opened, raw_connection, summary

from console.domain.backups import BEFORE_UPGRADE, BY_HAND, NIGHTLY
from console.domain.erasure import ErasureOrder, Ground
from console.domain.errors import OperatorError
from console.domain.session_events import BenchEnded, MarkSet
from console.services.ids import new_id
from db import backup
from db.backup import FolderBackups, found_backups, make_backup
from db.checksum import logical_checksum
from db.data_folder import CLINIC, DataFolder, create_folder, open_folder
from db.erasure import StoreEraser, apply_ledger
from db.erasure_ledger import LEDGER_FILE, ErasureLedger
from db.recorder_thread import RecorderThread
from db.restore import prove_backup, restore_backup
from db.session_store import SessionStore
from db.verify import verify_folder

NOW_US = 1_763_000_000_000_000
PAGE = 4_096
WORDS = "correct horse battery staple"


def fill(folder: DataFolder) -> None:
    """Write sessions with samples, patients, an audit entry and something beside the database."""
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    for number in range(3):
        session_id = begin(recorder)
        recorder.add_samples(session_id, batch(0, 300, boot_id=number))
        recorder.append(session_id, [event(MarkSet("a", "Seeded Marker"))])
    recorder.append(new_id(), [event(opened())])
    recorder.audit("PR-02", "read", "P-0001")
    assert recorder.stop(10)
    (folder.path / "clinical").mkdir()
    (folder.path / "clinical" / "own.toml").write_text("[clinic]\n")


@pytest.fixture
def filled(folder: DataFolder) -> DataFolder:
    fill(folder)
    return folder


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[DataFolder]:
    made = create_folder(tmp_path / "clinic", CLINIC, StillClock(), WORDS, vault_of=lambda: None)
    fill(made)
    yield made
    made.close()


def test_what_is_restored_is_what_was_kept(filled: DataFolder, tmp_path: Path) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    with_samples = 900
    proved = restore_backup(Path(note.place), tmp_path / "new", None)
    assert proved.faults == ()
    again = open_folder(tmp_path / "new", writing=True)
    try:
        source, copy = raw_connection(filled), raw_connection(again)
        assert logical_checksum(source) == logical_checksum(copy) == proved.sealed.checksum
        source.close()
        copy.close()
        assert verify_folder(again) == []
        store = SessionStore(again)
        chunks = [chunk for one in store.session_ids() for chunk in store.chunks(one)]
        assert sum(chunk.head.count for chunk in chunks) == with_samples
        store.close()
        assert (again.path / "clinical" / "own.toml").read_text() == "[clinic]\n"
        assert not (again.path / "backup.json").exists()
    finally:
        again.close()


def test_a_backup_is_made_beside_a_console_that_writes(folder: DataFolder, tmp_path: Path) -> None:
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    for number in range(40):
        session_id = begin(recorder)
        recorder.add_samples(session_id, batch(0, 25, boot_id=number))
        if number % 10 == 0:
            note = make_backup(folder, tmp_path / "disk", NOW_US, NIGHTLY)
            assert prove_backup(Path(note.place), None).faults == ()
    assert recorder.stop(10)
    assert len(found_backups(tmp_path / "disk")) == 4


def test_a_session_begun_while_the_heads_are_copied_is_no_fault(
    filled: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backup._copy_beside

    def copy_and_begin(source: Path, part: Path) -> None:
        copy(source, part)
        recorder = RecorderThread(filled, StillClock(), summary)
        recorder.start()
        begin(recorder)
        assert recorder.stop(10)

    monkeypatch.setattr(backup, "_copy_beside", copy_and_begin)
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    assert prove_backup(Path(note.place), None).faults == ()


@pytest.mark.parametrize(
    "name", ["needling.db", "folder.json", "database.key", "heads/audit.json", "clinical/own.toml"])
def test_a_flipped_bit_in_any_file_is_found_and_named(filled: DataFolder, tmp_path: Path, name: str) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    file = Path(note.place) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    with pytest.raises(OperatorError, match=f"damaged: {name} is not as it was made"):
        restore_backup(Path(note.place), tmp_path / "new", None)
    assert not (tmp_path / "new").exists()


def test_files_missing_or_added_and_a_seal_written_anew_are_found(filled: DataFolder, tmp_path: Path) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    place = Path(note.place)
    (place / "heads" / "extra.json").write_text("{}")
    with pytest.raises(OperatorError, match=r"heads/extra.json was added"):
        prove_backup(place, None)
    (place / "heads" / "extra.json").unlink()
    own = place / "clinical" / "own.toml"
    own.unlink()
    with pytest.raises(OperatorError, match=r"clinical/own.toml is missing"):
        prove_backup(place, None)
    seal = json.loads((place / "backup.json").read_bytes())
    del seal["files"]["clinical/own.toml"]
    (place / "backup.json").write_text(json.dumps(seal))
    with pytest.raises(OperatorError, match="was not sealed by its own console"):
        prove_backup(place, None)


def test_rows_changed_by_who_holds_the_database_key_are_found(filled: DataFolder, tmp_path: Path) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    sealed = backup.read_sealed(Path(note.place))
    copy = DataFolder(Path(note.place), filled.kind, filled.folder_id, filled.keys)
    connection = raw_connection(copy)
    before = logical_checksum(connection)
    connection.execute("INSERT INTO setting VALUES ('x', 1, 'y', 0, 'z')")
    assert logical_checksum(connection) != before == sealed.checksum
    connection.close()


def test_a_restore_overwrites_nothing(filled: DataFolder, tmp_path: Path) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("dear")
    for to in (taken, filled.path, taken / "letter.txt"):
        with pytest.raises(OperatorError, match="a restore overwrites nothing"):
            restore_backup(Path(note.place), to, None)
    assert [one.name for one in taken.iterdir()] == ["letter.txt"]
    with pytest.raises(OperatorError, match="network share"):
        restore_backup(Path(note.place), tmp_path / "share" / "new", None, file_system=lambda _: "nfs4")
    empty = tmp_path / "empty"
    empty.mkdir()
    restore_backup(Path(note.place), empty, None)
    assert (empty / "folder.json").exists()


def test_a_clinic_s_backup_opens_with_the_passphrase_alone(clinic: DataFolder, tmp_path: Path) -> None:
    note = make_backup(clinic, tmp_path / "disk", NOW_US, BY_HAND)
    place = Path(note.place)
    assert b"Seeded Marker" not in b"".join(one.read_bytes() for one in place.rglob("*") if one.is_file())
    shutil.rmtree(clinic.path)  # the machine is gone
    nothing = dict(vault_of=lambda: None)
    with pytest.raises(OperatorError, match="passphrase is wrong"):
        restore_backup(place, tmp_path / "new", "wrong", **nothing)
    with pytest.raises(OperatorError, match="give the passphrase"):
        restore_backup(place, tmp_path / "new", None, **nothing)
    assert not (tmp_path / "new").exists()
    restore_backup(place, tmp_path / "new", WORDS, **nothing)
    again = open_folder(tmp_path / "new", WORDS, writing=True, **nothing)
    assert verify_folder(again) == []
    again.close()


def test_a_backup_is_not_opened_for_writing(filled: DataFolder, tmp_path: Path) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    before = {one: one.read_bytes() for one in Path(note.place).rglob("*") if one.is_file()}
    with pytest.raises(OperatorError, match="is a backup"):
        open_folder(Path(note.place), writing=True)
    open_folder(Path(note.place)).close()
    assert {one: one.read_bytes() for one in Path(note.place).rglob("*") if one.is_file()} == before


def test_a_backup_that_cannot_be_made_leaves_nothing(filled: DataFolder, tmp_path: Path) -> None:
    with filled.database_path.open("r+b") as file:
        file.seek(6 * PAGE + 100)
        file.write(b"\xff" * 8)
    with pytest.raises(OperatorError, match=r"The backup was not made: .* is damaged"):
        make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="could not be written"):
        make_backup(filled, tmp_path / "file", NOW_US, BY_HAND)
    assert [one.name for one in (tmp_path / "disk").iterdir()] == [".lock"]


KILLED = """
import os, signal, sys
from pathlib import Path
from db import backup
from db.data_folder import open_folder
step = getattr(backup, sys.argv[3])
def killed(*arguments, **named):
    if sys.argv[4] == "after":
        step(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(backup, sys.argv[3], killed)
backup.make_backup(open_folder(Path(sys.argv[1])), Path(sys.argv[2]), 1_763_000_000_000_000, "nightly")
"""


@pytest.mark.parametrize("step", ["_copy_beside", "_copy_database", "_sync_all", "write_atomically"])
def test_killed_half_way_nothing_looks_whole_and_the_next_goes_through(
    filled: DataFolder, tmp_path: Path, step: str
) -> None:
    root, disk = Path(__file__).parents[2], tmp_path / "disk"
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(filled.path), str(disk), step, "after"], cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)}, check=False, capture_output=True)
    assert run.returncode == -9, run.stderr
    left, = (one for one in disk.iterdir() if one.name != ".lock")
    assert left.suffix == ".part" and found_backups(disk) == []
    note = make_backup(filled, disk, NOW_US, NIGHTLY)
    assert not left.exists() and [one.place for one in found_backups(disk)] == [note.place]


def test_found_are_the_folder_s_own_newest_first_and_removed_ones_are_gone(
    filled: DataFolder, clinic: DataFolder, tmp_path: Path
) -> None:
    keeper, disk = FolderBackups(filled, StillClock()), tmp_path / "disk"
    first = make_backup(filled, disk, NOW_US, NIGHTLY)
    same = make_backup(filled, disk, NOW_US, BY_HAND)
    later = make_backup(filled, disk, NOW_US + 1_000_000, BEFORE_UPGRADE)
    make_backup(clinic, disk, NOW_US, NIGHTLY)
    assert first.place != same.place
    assert [note.place for note in keeper.found(str(disk))] == [later.place, same.place, first.place]
    keeper.remove([same])
    assert [note.place for note in keeper.found(str(disk))] == [later.place, first.place]
    assert keeper.found("") == []
    own = keeper.make("", BY_HAND)
    assert Path(own.place).parent == filled.path / "backups"
    inner = keeper.make("", BY_HAND)
    assert not (Path(inner.place) / "backups").exists(), "backups hold no backups"


def test_a_newer_or_unreadable_seal_is_refused(filled: DataFolder, tmp_path: Path) -> None:
    note = make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    seal = Path(note.place) / "backup.json"
    content = json.loads(seal.read_bytes())
    seal.write_text(json.dumps({**content, "format": 2}))
    with pytest.raises(OperatorError, match="newer console"):
        prove_backup(Path(note.place), None)
    seal.write_text("[]")
    with pytest.raises(OperatorError, match="cannot be read"):
        prove_backup(seal, None)
    with pytest.raises(OperatorError, match="no whole backup"):
        prove_backup(tmp_path, None)
    assert found_backups(tmp_path / "disk") == []


def test_a_restored_backup_is_given_the_erasures_made_since(filled: DataFolder, tmp_path: Path) -> None:
    recorder, store = RecorderThread(filled, StillClock(), summary), SessionStore(filled)
    recorder.start()
    session_id = new_id()
    recorder.append(session_id, [event(opened("P-0412")), event(BenchEnded(0, 0, 0, 0, 0))])
    assert recorder.synchronise(10)
    inside = Path(FolderBackups(filled, StillClock()).make("", BY_HAND).place)
    beside = Path(make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND).place)
    alone = tmp_path / "elsewhere" / "copied"
    shutil.copytree(beside, alone)
    order = ErasureOrder("P-0412", "MA-01", Ground.REQUEST, "asked in writing")
    StoreEraser(filled, store, recorder, StillClock()).erase(order)
    make_backup(filled, tmp_path / "disk", NOW_US + 1_000_000, BY_HAND)
    store.close()
    assert recorder.stop(10)
    ledger = (filled.path / LEDGER_FILE).read_bytes()
    for number, place in enumerate((inside, beside)):
        restore_backup(place, tmp_path / f"new{number}", None)
        assert (tmp_path / f"new{number}" / LEDGER_FILE).read_bytes() == ledger
    restore_backup(alone, tmp_path / "forgetful", None)
    assert not (tmp_path / "forgetful" / LEDGER_FILE).exists()
    restore_backup(alone, tmp_path / "reminded", None, ledgers=[filled.path / LEDGER_FILE])
    again = open_folder(tmp_path / "reminded", writing=True)
    last = RecorderThread(again, StillClock(), summary)
    last.start()
    assert apply_ledger(again, last) == [1]
    assert last.stop(10)
    assert verify_folder(again) == []
    again.close()


def test_a_patient_erased_while_a_backup_is_made_is_not_in_it(
    filled: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backup._copy_beside

    def copy_and_erase(source: Path, part: Path) -> None:
        copy(source, part)
        ErasureLedger(filled.path, filled.keys.head).append(7, "request", "P-0999")

    monkeypatch.setattr(backup, "_copy_beside", copy_and_erase)
    with pytest.raises(OperatorError, match="A patient was erased while the backup was made"):
        make_backup(filled, tmp_path / "disk", NOW_US, BY_HAND)
    assert found_backups(tmp_path / "disk") == []
