"""What the simulated disk keeps of a trace, call by call."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.crash_images import Disk, read_calls

F = "/d/a"


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def found(tmp_path: Path, *lines: str) -> set[bytes | None]:
    """Give everything that file ``a`` may hold after a cut behind these calls."""
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "a").write_bytes(b"old")
    disk = Disk(Path("/d"), tmp_path / "before")
    for call in read_calls("\n".join(f"7 {line}" for line in lines)):
        disk.play(call)
    held: set[bytes | None] = set()
    for seed in range(40):
        disk.image(tmp_path / "image", Random(seed))
        held.add((tmp_path / "image" / "a").read_bytes() if (tmp_path / "image" / "a").exists() else None)
    return held


def write(text: str, at: int) -> str:
    return f'pwrite64(3<{hexed(F)}>, "{hexed(text)}", {len(text)}, {at}) = {len(text)}'


SYNC = f"fsync(3<{hexed(F)}>) = 0"


def test_what_was_synced_is_there_and_what_came_later_may_be(tmp_path: Path) -> None:
    assert found(tmp_path, write("new", 0), SYNC, write("er", 3)) == {b"new", b"newer"}


def test_without_a_sync_all_may_be_lost(tmp_path: Path) -> None:
    assert found(tmp_path, write("new", 0), write("er", 3)) >= {b"old", b"newer"}


def test_a_call_that_failed_did_nothing(tmp_path: Path) -> None:
    failed = write("new", 0).rpartition("=")[0] + "= -1 ENOSPC (No space left on device)"
    assert found(tmp_path, failed, SYNC) == {b"old"}


def test_a_call_told_in_two_lines_counts_when_it_ended(tmp_path: Path) -> None:
    begun = f'pwrite64(3<{hexed(F)}>, "{hexed("new")}", 3, 0 <unfinished ...>'
    assert found(tmp_path, begun, SYNC, "<... pwrite64 resumed>) = 3") == {b"old", b"new"}


def test_a_cut_end_counts_once_synced(tmp_path: Path) -> None:
    assert found(tmp_path, f"ftruncate(3<{hexed(F)}>, 1) = 0", SYNC) == {b"o"}


@pytest.mark.parametrize(("synced", "may_be"), [("", {b"old", b"next"}), ("fsync(5</d/.>) = 0", {b"next"})])
def test_a_new_name_is_sure_once_its_folder_is_synced(tmp_path: Path, synced: str, may_be: set[bytes]) -> None:
    beside = hexed("/d/a.new")
    assert found(
        tmp_path, f'openat(AT_FDCWD</>, "{beside}", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 4<{beside}>',
        f'write(4<{beside}>, "{hexed("next")}", 4) = 4', f"fsync(4<{beside}>) = 0",
        f'rename("{beside}", "{hexed(F)}") = 0', *([synced] if synced else [])) == may_be
