"""What a disk may hold after a power cut, from the system calls of a writer.

The calls come from ``strace -f -y -xx``. What was written before a file's last fsync is there; of what came later
any part may be, whole, torn at 512 bytes, or not at all. A new name is there or not until its folder is synced.
It is assumed that fsync is honest; ``-shm`` is left out (it is made anew), and so is ``spill/`` (a writer whose
database takes everything puts only its reserve there).
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
SECTOR = 512
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+)(.*)$")
_BEGUN = re.compile(r"^(\d+)\s+(\w+)\((.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$")
_HANDLE = re.compile(r"^(?:AT_FDCWD|(\d+))<((?:[^>\\]|\\x..)*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that ended well."""

    name: str
    handle: int
    path: str
    texts: tuple[bytes, ...]
    numbers: tuple[int, ...]
    flags: str = ""
    returned: str = ""


def read_calls(trace: str) -> Iterator[Call]:
    """Read a trace; a call begun in one line and ended in another counts when it ended."""
    begun: dict[tuple[str, str], str] = {}
    for line in trace.splitlines():
        if unfinished := _BEGUN.match(line):
            begun[(unfinished[1], unfinished[2])] = unfinished[3]
            continue
        if resumed := _RESUMED.match(line):
            line = f"{resumed[1]} {resumed[2]}({begun.pop((resumed[1], resumed[2]), '')}{resumed[3]}"
        done = _CALL.match(line)
        if done and int(done[4]) >= 0:
            yield _call(done[2], done[3], int(done[4]), done[5])


def _call(name: str, inside: str, result: int, behind: str) -> Call:
    handle = _HANDLE.match(inside)
    texts = tuple(bytes.fromhex(one.replace("\\x", "")) for one in _TEXT.findall(inside))
    rest = _TEXT.sub("", _HANDLE.sub("", inside))
    numbers = tuple(int(one) for one in re.findall(r"(?<![\w])\d+(?![\w])", rest))
    path = _plain(handle[2]) if handle else ""
    opened = _HANDLE.match(f"{result}{behind}")
    returned = _plain(opened[2]) if opened and name == "openat" else ""
    number = result if name == "openat" else int(handle[1]) if handle and handle[1] else -1
    return Call(name, number, path, texts, numbers, rest, returned)


def _plain(path: str) -> str:
    return re.sub(r"\\x([0-9a-f]{2})", lambda one: chr(int(one[1], 16)), path)


Change = tuple[int, bytes | None]  # place and bytes; None: cut off there


@dataclass(slots=True)
class DiskFile:
    """A file: what is surely on the disk, and what may be."""

    sure: bytearray = field(default_factory=bytearray)
    waiting: list[Change] = field(default_factory=list)
    end: int = 0

    def synced(self) -> None:
        """Make everything sure."""
        for change in self.waiting:
            apply(self.sure, change)
        self.waiting = []

    def after_cut(self, dice: Random) -> bytearray:
        """Give what may be found: of the waiting changes none, all, some, or some of them torn."""
        found, way = bytearray(self.sure), dice.choice(("none", "all", "some", "torn"))
        for place, change in enumerate(self.waiting):
            if way == "all" or (way in ("some", "torn") and dice.random() < 0.5):
                at, content = change
                if way == "torn" and content and len(content) > SECTOR and place % 2:
                    content = content[: SECTOR * dice.randrange(1, -(-len(content) // SECTOR))]
                apply(found, (at, content))
        return found


def apply(content: bytearray, change: Change) -> None:
    """Write or cut."""
    at, written = change
    if written is None:
        del content[at:]
        content.extend(bytes(max(0, at - len(content))))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(written)] = written


class Disk:
    """The files of one folder while calls are played on them."""

    def __init__(self, folder: Path, before: Path) -> None:
        self._folder, self.files, self.said = str(folder), {}, b""
        self._renames: list[tuple[str, DiskFile | None]] = []
        for path in before.rglob("*"):
            if path.is_file() and self._counts(name := str(path.relative_to(before))):
                content = path.read_bytes()
                self.files[name] = DiskFile(bytearray(content), [], len(content))

    files: dict[str, DiskFile]

    @staticmethod
    def _counts(name: str) -> bool:
        return not name.endswith("-shm") and not name.startswith("spill") and name not in ("", ".")

    def _name(self, path: str) -> str | None:
        if not path.startswith(self._folder + os.sep):
            return None
        name = path[len(self._folder) + 1 :].removesuffix(" (deleted)")
        return name if self._counts(name) else None

    def play(self, call: Call) -> None:
        """Do one call."""
        if call.name == "write" and call.handle == 1:
            self.said += call.texts[0]
        elif call.name.startswith(("rename", "unlink")):
            self._names(call)
        elif call.name == "openat":
            self._open(call)
        elif (name := self._name(call.path)) is not None and name in self.files:
            self._on_file(call, self.files[name])
        elif call.name == "fsync" and call.path.startswith(self._folder):
            self._renames = []  # a folder

    def _open(self, call: Call) -> None:
        name = self._name(call.returned)
        if name is None or not any(word in call.flags for word in ("O_CREAT", "O_TRUNC")):
            return
        if "O_TRUNC" in call.flags or name not in self.files:
            self.files[name] = DiskFile()

    def _on_file(self, call: Call, file: DiskFile) -> None:
        if call.name == "pwrite64":
            file.waiting.append((call.numbers[-1], call.texts[0]))
        elif call.name == "write":
            file.waiting.append((file.end, call.texts[0]))
            file.end += len(call.texts[0])
        elif call.name == "ftruncate":
            file.waiting.append((call.numbers[-1], None))
        else:
            file.synced()

    def _names(self, call: Call) -> None:
        names = [self._name(text.decode()) for text in call.texts]
        if names and names[0] is not None and names[0] in self.files:
            moved = self.files.pop(names[0])
            if call.name.startswith("rename") and names[-1] is not None:
                self._renames.append((names[-1], self.files.get(names[-1])))
                self.files[names[-1]] = moved

    def image(self, to: Path, dice: Random) -> None:
        """Write what may be found after a cut now."""
        shutil.rmtree(to, ignore_errors=True)
        found: dict[str, DiskFile | None] = dict(self.files)
        for name, former in reversed(self._renames[dice.randrange(len(self._renames) + 1) :]):
            found[name] = former
        for folder in ("heads", "spill"):
            (to / folder).mkdir(parents=True, exist_ok=True)
        for name, file in found.items():
            if file is not None:
                (to / name).parent.mkdir(parents=True, exist_ok=True)
                (to / name).write_bytes(file.after_cut(dice))
