"""A database file altered while nobody has it open, and its log taken away, put back or exchanged."""

import shutil
import time
from pathlib import Path
from random import Random

from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from db.data_folder import find_folder, open_folder
from db.page_check import FolderPageCheck
from db.verify import verify_folder
from tests.faults.record import acked_in, copied, kill, new_folder, start, writer
from tests.faults.report import Figure, Run

PAGE = 4_096
LOG = "needling.db-wal"
HEADS_AFTER_S = 0.6  # events in a row share a head for a quarter second: within it the head outside is the older log's


def run(run: Run) -> list[Figure]:
    """Alter; the start or the verification must say so."""
    settled = _settled(run.place / "settled")
    figure = Figure("damaged database file")
    for number in range(run.times(4, 200, 2_000)):
        folder = copied(settled, run.place / "damaged")
        ways = (*WAYS, _emptied, _gone)
        what = ways[number % len(ways)](folder / "needling.db", run.dice)
        bytes_left = _bytes_of(folder / "needling.db")
        said = _told(folder)
        made = "another made in its place" if not bytes_left and _bytes_of(folder / "needling.db") else ""
        figure.count("" if said and not made else f"{what}: {made or 'not found'}", 0 if said and not made else 1)
        shutil.rmtree(folder)
    figure.worst = "bits, bytes, zeroed pages, cut ends, emptied, gone in turn"
    return [figure, _beside(run, settled), _logs(run)]


def _beside(run: Run, settled: Path) -> Figure:
    """Alter a database that is taken for a large one; the check beside the running console must say so by itself."""
    figure = Figure("large database, checked beside the console")
    for number in range(run.times(2, 50, 500)):
        folder = copied(settled, run.place / "large")
        what = WAYS[number % len(WAYS)](folder / "needling.db", run.dice)
        said = _told_beside(folder)
        figure.count("" if said else f"{what}: not found", 0 if said else 1)
        shutil.rmtree(folder)
    figure.worst = "each alteration found by the slices alone"
    return figure


def _bytes_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _told_beside(folder: Path) -> str:
    try:
        return FolderPageCheck(find_folder(folder), SystemClock(), whole_at_once=0).go_on(lambda: True)
    except OperatorError as error:
        return str(error)


def _told(folder: Path) -> str:
    """Open as the program does and verify; give what it says, empty where all seems well."""
    try:
        opened = open_folder(folder, writing=True)
    except OperatorError as error:
        return str(error)
    try:
        faults = verify_folder(opened)
    finally:
        opened.close()
    return faults[0].what if faults else ""


def _bit(path: Path, dice: Random) -> str:
    def flip(content: bytearray, at: int) -> None:
        content[at] ^= 1 << dice.randrange(8)

    return _alter(path, dice, flip, "bit")


def _byte(path: Path, dice: Random) -> str:
    def change(content: bytearray, at: int) -> None:
        content[at] ^= dice.randrange(1, 256)

    return _alter(path, dice, change, "byte")


def _zeroed(path: Path, dice: Random) -> str:
    def zero(content: bytearray, at: int) -> None:
        content[at // PAGE * PAGE : at // PAGE * PAGE + PAGE] = bytes(PAGE)

    return _alter(path, dice, zero, "page zeroed")


def _cut(path: Path, dice: Random) -> str:
    def cut(content: bytearray, at: int) -> None:
        del content[at:]

    return _alter(path, dice, cut, "cut off")


def _emptied(path: Path, dice: Random) -> str:
    path.write_bytes(b"")
    return "emptied"


def _gone(path: Path, dice: Random) -> str:
    path.unlink()
    return "gone"


def _alter(path: Path, dice: Random, how, what: str) -> str:  # type: ignore[no-untyped-def]
    content = bytearray(path.read_bytes())
    at = dice.randrange(len(content))
    how(content, at)
    path.write_bytes(content)
    return f"{what} at {at}"


WAYS = (_bit, _byte, _zeroed, _cut)


def _settled(path: Path) -> Path:
    """Make a record whose log is empty."""
    folder = new_folder(path)
    process = start(writer(folder, "--events", "60"))
    process.communicate()
    open_folder(folder, writing=True).close()
    return folder


def _logs(run: Run) -> Figure:
    """A killed writer's log is deleted, exchanged, or an older one put in its place."""
    figure = Figure("log (WAL) deleted, swapped, stale, cut")
    for turn in range(run.times(1, 3, 20)):
        folder, older, other = run.place / f"log-{turn}", run.place / f"older-{turn}.wal", run.place / f"other-{turn}"
        _killed(new_folder(folder), 8, older)
        _killed(new_folder(other), 6, None)
        for way in ("deleted", "swapped", "stale", "cut"):
            tried = copied(folder, run.place / f"log-{turn}-{way}")
            log = tried / LOG
            if way == "deleted":
                log.unlink()
            elif way == "cut":
                log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
            else:
                shutil.copyfile(older if way == "stale" else other / LOG, log)
            (tried / "needling.db-shm").unlink(missing_ok=True)
            said = _told(tried)
            figure.count("" if said else f"log {way}: not found", 0 if said else 1)
            figure.worst = said[:60]
    return figure


def _killed(folder: Path, acks: int, older: Path | None) -> None:
    process = start(writer(folder, "--pause", "0.02"))
    assert process.stdout is not None
    said, copied_s = "", time.monotonic()
    while said.count("\n") < 2 * acks or time.monotonic() - copied_s < HEADS_AFTER_S:
        said += process.stdout.readline()
        if older is not None and not older.exists() and said.count("\n") >= acks:
            shutil.copyfile(folder / LOG, older)
            copied_s = time.monotonic()
    said += kill(process)
    assert acked_in(said)
