"""On what kind of file system a folder lies; WAL is not safe on a network share."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from console.domain.errors import OperatorError

NETWORK_FILE_SYSTEMS = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "glusterfs", "fuse.glusterfs",
    "lustre", "fuse.sshfs", "davfs", "fuse.davfs2", "fuse.rclone", "fuse.s3fs", "remote",
})

_DRIVE_REMOTE = 4  # GetDriveTypeW, winbase.h

FileSystemOf = Callable[[Path], str]


def file_system_of(path: Path) -> str:
    """Give the file system's name, ``remote`` for a network drive, or empty where it is unknown."""
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(path.resolve())[0] + "\\"
        return "remote" if ctypes.windll.kernel32.GetDriveTypeW(drive) == _DRIVE_REMOTE else ""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    return _deepest_mount(path.resolve(), mounts.read_text(encoding="utf-8", errors="replace"))


def _deepest_mount(path: Path, mounts: str) -> str:
    best, name = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, name = len(point.parts), fields[2]
    return name


def refuse_network_share(path: Path, file_system: FileSystemOf = file_system_of) -> None:
    """Refuse a folder on a network share with an OperatorError."""
    found = file_system(path)
    if found in NETWORK_FILE_SYSTEMS:
        raise OperatorError(
            f"{path} lies on a network share ({found}), where the database's journal is not safe",
            "nothing was opened", "choose a folder on a disk of this computer",
        )
