"""Which heads are due: after events as soon as nothing more comes in, after chunks alone at most once a second.

A head follows its commit, so that whoever waits for the commit waits for one sync only; events in a row share one.
"""

import logging
import math
from dataclasses import dataclass
from uuid import UUID

from db.heads import Head, HeadFiles

log = logging.getLogger(__name__)

CALM_S = 1.0
# After the last event of a row, and after its first.
PAUSE_S, LATEST_S = 0.02, 0.25


@dataclass(slots=True)
class _Due:
    head: Head
    due_s: float
    latest_s: float


class HeadKeeper:
    """Lives on the recorder thread; a head that cannot be written is tried again."""

    def __init__(self, heads: HeadFiles) -> None:
        self._heads = heads
        self._due: dict[UUID | str, _Due] = {}
        self._written_s: dict[UUID | str, float] = {}
        self.failing = ""

    def note(self, chain: UUID | str, head: Head, now_s: float, *, urgent: bool) -> None:
        """Remember a head to be written."""
        calm_s = max(now_s, self._written_s.get(chain, now_s - CALM_S) + CALM_S)
        waiting = self._due.get(chain)
        latest_s = min(now_s + LATEST_S if urgent else calm_s, waiting.latest_s if waiting else math.inf)
        self._due[chain] = _Due(head, min(now_s + PAUSE_S if urgent else calm_s, latest_s), latest_s)

    @property
    def waiting(self) -> bool:
        """Tell whether a head has yet to be written."""
        return bool(self._due)

    def write_due(self, now_s: float, *, everything: bool = False) -> None:
        """Write the heads that are due."""
        ready = [chain for chain, due in self._due.items() if everything or due.due_s <= now_s]
        if not ready:
            return
        try:
            for chain in ready:
                self._heads.write(chain, self._due[chain].head)
                self._written_s[chain] = now_s
                del self._due[chain]
            self._heads.sync()
            self.failing = ""
        except OSError as error:
            for due in self._due.values():
                due.due_s = due.latest_s = now_s + CALM_S
            if not self.failing:
                log.error("heads were not written: %s", error.strerror)
            self.failing = (
                "The seals kept beside the database cannot be written; the record itself is saved; "
                "free some space on the disk."
            )
