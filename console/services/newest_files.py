"""The newest files of a folder, for lists to choose from."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import OperatorError

FILES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file with its size and when it was last changed (UTC µs)."""

    path: Path
    size_bytes: int
    changed_us: int


def newest_files(folder: Path, endings: Collection[str], most: int = FILES_SHOWN) -> tuple[FoundFile, ...]:
    """Give a folder's files of these endings, newest first; OperatorError where it cannot be read."""
    try:
        found = [FoundFile(one, told.st_size, told.st_mtime_ns // 1_000) for one in folder.iterdir()
                 if one.suffix.lower() in endings and one.is_file() and (told := one.stat())]
    except OSError as error:
        raise OperatorError(
            f"The folder {folder} cannot be read ({error.strerror})", "nothing was taken", "choose another") from error
    return tuple(sorted(found, key=lambda one: (-one.changed_us, one.path.name))[:most])
