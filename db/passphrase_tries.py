"""Wrong passphrases, counted in a small file beside the database: they slow the next try down, also over a restart.

The file holds no secret. Deleting it only lets somebody try faster at the console itself; what holds against
a copied folder is the cost of Argon2id.
"""

import json
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.domain.clock import Clock, iso_utc
from console.domain.errors import OperatorError
from console.services.pin_guard import pause_s
from db.atomic_file import write_atomically

TRIES_FILE = "tries.json"
_MOST_TOLD = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """Passphrases refused since a console last told its audit: how many, and when (UTC microseconds)."""

    count: int
    at_us: tuple[int, ...]

    @property
    def words(self) -> str:
        """Give the words of the audit's entry."""
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"{times}, last {iso_utc(self.at_us[-1])}" if self.at_us else times


class PassphraseTries:
    """The tries of one data folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path, self._clock = folder / TRIES_FILE, clock

    def wait_s(self) -> float:
        """Give the seconds until the next try, 0 when it is free."""
        kept = self._read()
        if not kept["at_us"]:
            return 0.0
        gone_us: int = self._clock.utc_us() - kept["at_us"][-1]
        gone_s = max(gone_us / 1_000_000, 0.0)  # a clock put back waits the whole time
        return max(pause_s(kept["running"]) - gone_s, 0.0)

    def refuse_too_soon(self) -> None:
        """OperatorError while the next try has to wait."""
        wait_s = math.ceil(self.wait_s())
        if wait_s:
            raise OperatorError(
                f"The passphrase was wrong {self._read()['running']} times", "nothing was changed",
                f"wait {wait_s} s, then try again")

    def note_wrong(self) -> None:
        """Count a wrong passphrase."""
        kept = self._read()
        self._write(kept["running"] + 1, kept["count"] + 1, [*kept["at_us"], self._clock.utc_us()][-_MOST_TOLD:])

    def note_right(self) -> None:
        """Let the next try be free again; what was refused stays until it is told."""
        kept = self._read()
        if kept["running"]:
            self._write(0, kept["count"], kept["at_us"])

    def refused(self) -> Refused | None:
        """Give what the audit has not been told yet."""
        kept = self._read()
        return Refused(kept["count"], tuple(kept["at_us"])) if kept["count"] else None

    def told(self) -> None:
        """Forget what the audit holds now."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        none: dict[str, Any] = {"running": 0, "count": 0, "at_us": []}
        try:
            kept = json.loads(self._path.read_bytes())
            sound = all(type(kept[name]) is int and kept[name] >= 0 for name in ("running", "count"))
            return kept if sound and all(type(one) is int for one in kept["at_us"]) else none
        except (OSError, ValueError, KeyError, TypeError):
            return none

    def _write(self, running: int, count: int, at_us: list[int]) -> None:
        try:
            write_atomically(
                self._path, json.dumps({"running": running, "count": count, "at_us": at_us}).encode() + b"\n")
        except OSError as error:  # a folder on read-only media is still opened with the right passphrase
            log.warning("a wrong passphrase could not be noted: %s", error.strerror)


def tell_refused(folder: Path, clock: Clock, audit: Callable[[str, str, str, str], None], folder_id: str) -> None:
    """Enter the passphrases refused since the last time into the audit."""
    tries = PassphraseTries(folder, clock)
    found = tries.refused()
    if found is not None:
        audit("console", "passphrase_refused", folder_id, found.words)
        tries.told()
