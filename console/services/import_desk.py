"""An import at the screen: find the file, look at it, write it. The query thread reads and writes.

``far`` and what it reads belong to the query thread.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.ports import Registry
from console.services.clinical_shelf import ClinicalShelf
from console.services.import_preview import RIGHTS, ImportPreview, preview_import, write_import
from console.services.import_table import MOST_BYTES, ImportTable, read_table
from console.services.local_time import local_day
from console.services.newest_files import FoundFile, newest_files
from console.services.query_thread import QueryThread
from console.services.session_desk import SessionDesk

FILE_ENDINGS = (".csv", ".tsv", ".txt", ".json")
FOLDER_SETTING = "import.folder"

Failed = Callable[[BaseException], None]


class ImportDesk:
    """Nothing is written before ``write``, and then all of it or nothing."""

    def __init__(self, desk: SessionDesk, registry: Registry, queries: QueryThread, far: Registry,
                 shelf: ClinicalShelf, clock: Clock) -> None:
        self._desk, self._registry, self._queries, self._far = desk, registry, queries, far
        self._shelf, self._clock = shelf, clock

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give the lists who acts may import."""
        return tuple(kind for kind, right in RIGHTS.items() if self._desk.access.may(right))

    def folder(self) -> Path:
        """Give the folder to look in: the one used last, else where a browser leaves files."""
        kept = self._registry.setting(FOLDER_SETTING)
        return Path(kept) if kept else Path.home() / "Downloads"

    def list_files(self, folder: Path, answer: Callable[[tuple[FoundFile, ...]], None], failed: Failed) -> None:
        """Ask for the newest lists of a folder; it is remembered."""
        if str(folder) != self._registry.setting(FOLDER_SETTING):
            self._registry.remember_setting(FOLDER_SETTING, str(folder), self._desk.actor_id)
        self._queries.ask(lambda: newest_files(folder, FILE_ENDINGS), answer, failed)

    def open(self, path: Path, answer: Callable[[ImportTable], None], failed: Failed) -> None:
        """Ask for a file's rows."""
        self._queries.ask(lambda: read_table(read_list(path)), answer, failed)

    def look(self, kind: str, table: ImportTable, named: Mapping[str, str], order: str,
             answer: Callable[[ImportPreview], None], failed: Failed) -> None:
        """Ask what an import would do; that a list was compared with the clinic's is audited."""
        self._desk.access.require(RIGHTS[kind])
        library, today, chosen = self._shelf.current, local_day(self._clock.utc_us()), dict(named)
        self._registry.audit(self._desk.actor_id, "import_compared", kind)
        self._queries.ask(lambda: preview_import(kind, table, self._far, library, today, chosen, order), answer, failed)

    def write(self, preview: ImportPreview, also: Collection[int], answer: Callable[[int], None],
              failed: Failed) -> None:
        """Write what a preview showed, with the similar rows at the lines ``also``; gives how many rows."""
        self._desk.access.require(RIGHTS[preview.kind])
        if self._desk.needling is not None:
            raise Refusal("Somebody is being needled", "nothing was imported", "import once the needling is over")
        actor_id, lines = self._desk.actor_id, frozenset(also)
        self._queries.ask(lambda: write_import(self._far, preview, actor_id, lines), answer, failed)


def read_list(path: Path) -> bytes:
    """Read a file to be imported; OperatorError where that cannot be done, or it is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise OperatorError(f"{path.name} is larger than {MOST_BYTES // 1024 // 1024} MB", "nothing was imported",
                                "divide it")
        return path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path} cannot be read ({error.strerror})", "nothing was imported",
                            "check the name") from error
