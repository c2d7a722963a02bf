"""Memory holds patients and keys: a crash must not write it to a disk."""

import sys


def forbid_core_dumps() -> None:
    """Ask the system to dump no core of this process or those it starts (POSIX; Windows makes none by default)."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
