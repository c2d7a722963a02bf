"""«check» finds every kind of damage, changes nothing by itself, and repairs by a person's choice only."""

import json
from pathlib import Path

import pytest
from store_kit import StillClock, batch, begin, event, raw_connection, summary, without_guards

from console.app.cli import main
from console.domain.session_events import MarkSet
from db.data_folder import BENCH, DataFolder, create_folder, open_folder
from db.engine import DatabaseDamaged
from db.recorder_thread import RecorderThread

PAGE = 4_096


def write(folder: DataFolder, sessions: int) -> None:
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    for number in range(sessions):
        session_id = begin(recorder)
        recorder.add_samples(session_id, batch(0, 300, boot_id=number))
        recorder.append(session_id, [event(MarkSet("a", "one"))])
    assert recorder.stop(10)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = create_folder(tmp_path / "data", BENCH, StillClock())
    write(made, 3)
    made.close()
    raw_connection(made).close()  # the last one out empties the log
    return made


def spoil(folder: DataFolder, how: str) -> None:
    content = bytearray(folder.database_path.read_bytes())
    if how == "bit":
        content[7 * PAGE + 200] ^= 1
    elif how == "page":
        content[7 * PAGE : 8 * PAGE] = bytes(PAGE)
    elif how == "cut":
        del content[len(content) // 2 :]
    elif how == "emptied":
        content.clear()
    elif how == "gone":
        folder.database_path.unlink()
        return
    elif how == "first page":
        content[100] ^= 1
    elif how == "guard":
        without_guards(folder).close()
        return
    elif how == "photo guard":
        connection = raw_connection(folder)
        connection.execute("DROP TRIGGER photo_only_erased")
        connection.close()
        return
    folder.database_path.write_bytes(content)


def held(place: Path) -> bytes | None:
    """Give the database's bytes, None where there is no such file."""
    file = place / "needling.db"
    return file.read_bytes() if file.exists() else None


def test_a_whole_folder_is_said_to_be_whole(folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    before = folder.database_path.read_bytes()
    assert main(["check", "--data", str(folder.path)]) == 0
    said = capsys.readouterr().out
    assert [line.split()[1] for line in said.splitlines()] == ["whole"] * 3
    assert folder.database_path.read_bytes() == before
    assert main(["check", "--data", str(folder.path), "--repair"]) == 0
    assert "nothing was repaired" in capsys.readouterr().out


@pytest.mark.parametrize("how", ["bit", "page", "cut", "first page", "guard", "photo guard", "emptied", "gone"])
def test_damage_is_found_and_repaired_by_choice_only(
    folder: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    data, disk = str(folder.path), str(tmp_path / "disk")
    assert main(["backup", "--data", data, "--to", disk]) == 0
    again = DataFolder(folder.path, folder.kind, folder.folder_id, folder.keys)
    write(again, 1)  # recorded since
    raw_connection(folder).close()
    spoil(folder, how)
    spoiled = held(folder.path)
    capsys.readouterr()
    with pytest.raises(DatabaseDamaged):
        open_folder(folder.path, writing=True)
    assert main(["check", "--data", data, "--to", disk, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["whole"] and found["last_backup"].startswith(disk)
    assert main(["check", "--data", data, "--to", disk]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "nothing was changed" in said and "add --repair" in said
    assert held(folder.path) == spoiled
    assert main(["check", "--data", data]) == 1, "no backup is where none was made"
    assert "there is no backup" in capsys.readouterr().err
    assert main(["check", "--data", data, "--repair"]) == 1
    assert "no backup to put" in capsys.readouterr().err
    assert main(["check", "--data", data, "--to", disk, "--repair"]) == 0
    assert "Every chain in it verifies." in capsys.readouterr().out
    aside, = (folder.path / "damaged").iterdir()
    assert held(aside) == spoiled, "the damaged file is kept as it was"
    assert main(["check", "--data", data]) == 0
    assert main(["verify", "--data", data]) == 0
    assert "3 sessions checked" in capsys.readouterr().out


def test_another_record_s_backup_repairs_nothing(
    folder: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = create_folder(tmp_path / "other", BENCH, StillClock())
    other.close()
    assert main(["backup", "--data", str(other.path), "--to", str(tmp_path / "disk")]) == 0
    backup, = (one for one in (tmp_path / "disk").iterdir() if one.name != ".lock")
    spoil(folder, "bit")
    assert main(["check", "--data", str(folder.path), "--repair", "--backup", str(backup)]) == 1
    assert "the backup of another record" in capsys.readouterr().err
    assert not (folder.path / "damaged").exists()


def test_beside_a_console_only_reading_is_done(folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    held = open_folder(folder.path, writing=True)
    assert main(["check", "--data", str(folder.path)]) == 0
    assert "a console has it open" in capsys.readouterr().out
    held.close()
