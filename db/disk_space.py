"""The room left on the disk of a data folder."""

import shutil
from pathlib import Path

MEGABYTE = 1_000_000


class FolderSpace:
    """Fulfils ``ports.DiskSpace`` for a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def free_mb(self) -> int | None:
        """Give what is free for the folder, in whole megabytes; OSError where the disk is gone."""
        return shutil.disk_usage(self._folder).free // MEGABYTE
