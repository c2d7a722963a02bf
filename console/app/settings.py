"""Where things lie on this machine, and what the environment says."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from console.domain.errors import OperatorError

PASSPHRASE_VARIABLE = "NEEDLING_PASSPHRASE"
APP_NAME = "needling-console"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The passphrase, from a file descriptor or the environment; never from an argument."""

    passphrase: str | None


def read_secrets(passphrase_fd: int | None) -> Secrets:
    """Read the passphrase's first line from ``passphrase_fd``, else from the environment."""
    if passphrase_fd is None:
        return Secrets(os.environ.get(PASSPHRASE_VARIABLE) or None)
    try:
        with os.fdopen(passphrase_fd, encoding="utf-8") as stream:
            return Secrets(stream.readline().rstrip("\r\n") or None)
    except (OSError, ValueError, TypeError, OverflowError):  # closed, no number of a file, or not UTF-8
        raise OperatorError(
            f"File descriptor {passphrase_fd} gives no passphrase", "nothing was opened",
            "pass one that is open and holds a line of UTF-8"
        ) from None


def default_data_folder() -> Path:
    """Give the clinic's data folder of this user."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "clinic"


def default_training_folder() -> Path:
    """Give the training folder of this user."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "training"


def default_demo_folder() -> Path:
    """Give the demo clinic's folder of this user."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "demo"
