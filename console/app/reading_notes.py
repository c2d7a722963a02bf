"""What a command that only reads tells the audit before it shows anything: which user of the computer, what."""

import argparse
import getpass
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from console.domain.audit import COMPUTER_USER, detail_of
from console.domain.clock import Clock, iso_utc
from console.domain.errors import OperatorError
from db.data_folder import DataFolder
from db.session_store import SessionStore
from db.told_readings import Told, enter_readings, tell_reading

ENTER_LIMIT_S = 5.0
FILTERS = ("since", "until", "patient", "practitioner", "room", "clinic", "map", "area", "indication", "plan", "pen",
           "lot", "alarm", "mark", "missing", "standing", "kind", "state", "person", "by", "span")

log = logging.getLogger(__name__)

Reads = Callable[[argparse.Namespace, SessionStore], Sequence[tuple[str, str, str]]]  # action, subject, form


def no_record(args: argparse.Namespace, store: SessionStore) -> Sequence[tuple[str, str, str]]:
    """Read nothing of any patient: the clinic's own lists, proofs and keys."""
    return ()


def listing(what: str) -> Reads:
    """Read a list of sessions or patients."""
    return lambda args, store: [("list_read", getattr(args, "patient", "") or what, "")]


def about(action: str, subject: str, form: str = "") -> Reads:
    """Read, or write out, what is about one patient, lot or record."""
    return lambda args, store: [(action, subject, form)]


def sessions_named(names: Sequence[str], action: str = "session_read", form: str = "") -> Reads:
    """Read, or write out, the sessions named; each is told by its number."""
    return lambda args, store: [(action, str(store.find_session(one)), form) for one in names]


def tell(folder: DataFolder, store: SessionStore, args: argparse.Namespace, reads: Reads, clock: Clock) -> None:
    """Note what a command is about to read; where the disk refuses, say so on standard error."""
    actor, command = computer_user(), str(getattr(args, "command", "") or "")
    told: list[Told] = [
        (actor, action, subject, detail_of(command=command, form=form, asked=_asked(args), at=iso_utc(clock.utc_us())))
        for action, subject, form in reads(args, store)]
    if not told:
        return
    try:
        tell_reading(folder.path, folder.keys.readings, told)
    except OSError as error:
        print(f"main.py: this reading could not be noted for the audit ({error.strerror}).", file=sys.stderr)


def enter_told(folder: DataFolder, write: Callable[..., object]) -> None:
    """Enter what commands read since the last writer; ``write`` is the recorder's.

    What cannot be entered now stays noted for the next time: a full disk must not keep the console closed.
    """
    try:
        enter_readings(folder.path, folder.keys.readings,
                       lambda told: write(lambda connection: None, None, ENTER_LIMIT_S, audits=tuple(told)))
    except (OperatorError, OSError) as error:
        log.warning("notes of what commands read wait on: %s", type(error).__name__)


def computer_user() -> str:
    """Give who runs this command, as the audit names a user of the computer."""
    try:
        return COMPUTER_USER + getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return f"{COMPUTER_USER}unknown"


def _asked(args: argparse.Namespace) -> str:
    """Give the filters in words. What was typed to be searched may be a name: only that there was something."""
    said = [f"{name} {_words(value)}" for name in FILTERS if (value := getattr(args, name, None))]
    return ", ".join([*said, "by words typed"] if getattr(args, "search", "") else said)


def _words(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else Path(str(value)).name
