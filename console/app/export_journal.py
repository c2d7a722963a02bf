"""What an export of the whole clinic has done so far, with hashes: a journal beside the files, and a list at the end.

The journal grows a line with each session that is written whole; a line cut off by a kill is as if it had not been
written. ``index.csv`` is there only once all is: a folder without it is not the whole clinic.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from console.domain.errors import OperatorError
from console.services.whole_files import flush_to_disk, told_as_operator_error, write_whole

JOURNAL, INDEX = "journal.jsonl", "index.csv"
SCHEMA = "needling-console/export-all 1"


@dataclass(frozen=True, slots=True)
class Done:
    """A session that is written: the head it had, its folder, SHA-256 by file, and what did not verify."""

    session: str
    head: str
    folder: str
    files: dict[str, str] = field(default_factory=dict)
    fault: str = ""


class ExportJournal:
    """One for a folder; OperatorError where it holds something else."""

    def __init__(self, out: Path, folder_id: str, forms: Sequence[str]) -> None:
        self._out, self._path = out, out / JOURNAL
        self._head = {"schema": SCHEMA, "folder_id": folder_id, "formats": sorted(forms)}
        self.done: dict[str, Done] = {}
        with told_as_operator_error(out):
            if self._path.exists():
                self._take_up()
            elif out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise OperatorError(f"{out} is not empty and holds no earlier export", "nothing was written",
                                    "choose an empty or a new folder")
            else:
                write_whole(self._path, _line(self._head))

    def _take_up(self) -> None:
        whole, _, _ = self._path.read_bytes().rpartition(b"\n")
        lines = whole.splitlines()
        try:
            head, *rest = (json.loads(line) for line in lines)
            former = [Done(**one) for one in rest]
        except (ValueError, TypeError):
            raise OperatorError(f"{self._path} cannot be read", "nothing was written", "choose a new folder") from None
        if head != self._head:
            raise OperatorError(f"{self._out} holds the export of another folder or of other formats",
                                "nothing was written", "choose a new folder")
        write_whole(self._path, b"".join(line + b"\n" for line in lines))  # without a line that a kill cut off
        (self._out / INDEX).unlink(missing_ok=True)
        self.done = {one.session: one for one in former}

    def has(self, session: str, head: str) -> bool:
        """Tell whether a session is there as it stands, every file with the bytes that were written."""
        one = self.done.get(session)
        return one is not None and one.head == head and one.files == _sums(self._out / one.folder)

    def make_room(self, folder: str) -> None:
        """Take away what a former try left of a session."""
        with told_as_operator_error(self._out / folder):
            if (self._out / folder).exists():
                shutil.rmtree(self._out / folder)

    def seen(self, session: str, head: str, folder: str, fault: str) -> Done:
        """Give the entry of a session whose files were just written."""
        return Done(session, head, folder, _sums(self._out / folder), fault)

    def note(self, one: Done) -> None:
        """Enter a session; only then it counts as written."""
        with told_as_operator_error(self._path), self._path.open("ab") as out:
            out.write(_line(asdict(one)))
            out.flush()
            flush_to_disk(out.fileno())
        self.done[one.session] = one

    def finish(self) -> None:
        """Write the list of all files, which says that the export is whole."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(("session", "head", "file", "sha256", "fault"))
        for one in self.done.values():
            rows.writerows((one.session, one.head, f"{one.folder}/{name}", sha256, one.fault)
                           for name, sha256 in one.files.items())
        write_whole(self._out / INDEX, text.getvalue().encode())


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _sums(folder: Path) -> dict[str, str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file()) if folder.is_dir() else []
    return {one.relative_to(folder).as_posix(): _sha256(one) for one in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
