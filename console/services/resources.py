"""The one way to the files that ship with the program."""

from functools import cache
from pathlib import Path, PurePosixPath

_ROOT = Path(__file__).resolve().parents[2] / "resources"


def resource_path(*parts: str) -> Path:
    """Give the path of a bundled file or folder below ``resources``.

    ValueError for a path that would lead outside of it; FileNotFoundError where it does not exist.
    """
    wanted = PurePosixPath(*parts)
    if wanted.is_absolute() or ".." in wanted.parts or any("\\" in part or ":" in part for part in parts):
        raise ValueError(f"{wanted} does not lie among the program's own files")
    found = _ROOT / wanted
    if not found.exists():
        raise FileNotFoundError(f"the program's own file {wanted} is missing; install the program again")
    return found


@cache
def resource_text(*parts: str) -> str:
    """Give a bundled text file; read once, then remembered."""
    return resource_path(*parts).read_text(encoding="utf-8")
