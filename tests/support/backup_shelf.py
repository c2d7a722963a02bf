"""Backups in memory, for tests of the desk and its pages."""

import threading

from console.domain.backups import BackupNote


class BackupShelf:
    """``free`` holds the one being made until it is set, ``refused`` is why none can be."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.notes: list[BackupNote] = []
        self.made: list[tuple[str, str]] = []
        self.free = threading.Event()
        self.free.set()
        self.refused: Exception | None = None

    def make(self, place, why):
        self.free.wait(60)
        if self.refused:
            raise self.refused
        note = BackupNote(f"/b/{len(self.made)}", "F", "clinic", self.clock.utc_us(), why, 10)
        self.made.append((place, why))
        self.notes.insert(0, note)
        return note

    def found(self, place):
        return list(self.notes)

    def remove(self, notes):
        for note in notes:
            self.notes.remove(note)


def look(backups) -> None:
    """Let the desk look until nothing runs and every result is taken."""
    for _ in range(3):
        backups.look()
        backups.stop(60)
    backups.look()
