"""One console of a clinic in a process of its own, which races another for sessions as it is told on its input.

``python -m tests.faults.room FOLDER --console NAME`` reads lines: ``open SESSION``, ``race SESSION SEED STEPS``,
``settle SESSION``, ``end``. It tells, a line each, ``pushed SESSION SEQ HASH NUMBER`` once the server committed it,
``took SESSION NUMBER``, ``lost SESSION``, ``held SESSION SEQ HASH`` of all it holds in the end, ``done COMMAND``.
``--no-fence`` goes on pushing under a lease it lost: the control that must fail.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

sys.path[:0] = [str(Path(__file__).parents[1] / "support")]

from sqlalchemy import Connection  # noqa: E402
from store_kit import event, summary  # noqa: E402

from console.domain.errors import OperatorError  # noqa: E402
from console.domain.session_events import BenchBegan  # noqa: E402
from console.services.clocks import SystemClock  # noqa: E402
from db.data_folder import DataFolder, open_folder  # noqa: E402
from db.recorder_thread import RecorderThread  # noqa: E402
from db.session_store import SessionStore  # noqa: E402
from db.stored_rows import hash_at, load_tail  # noqa: E402
from db.sync import push  # noqa: E402
from db.sync.consoles import console_id_of  # noqa: E402
from db.sync.lease import LeaseLost, StaleLease, give_back, lease_number_for, lease_of, renew  # noqa: E402
from db.sync.lease_book import LeaseBook  # noqa: E402
from db.sync.local_chain import LocalChain  # noqa: E402
from db.sync.server_address import server_of  # noqa: E402
from db.sync.server_link import ServerLink  # noqa: E402
from db.sync.taking import Taking  # noqa: E402

WAIT_S = 20.0


def say(*words: object) -> None:
    """Tell the parent, at once and in one call: what was told before a kill counts."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


@dataclass
class Racer:
    """A console at work."""

    name: str
    folder: DataFolder
    recorder: RecorderThread
    store: SessionStore
    taking: Taking
    link: ServerLink
    book: LeaseBook
    pushing: push.Pushing
    numbers: dict[UUID, int] = field(default_factory=dict)  # the leases it believes to hold
    last: dict[UUID, int] = field(default_factory=dict)  # those it ever held
    written: int = 0

    def close(self) -> None:
        """End it."""
        self.book.close()
        self.link.close()
        self.store.close()
        self.recorder.stop(WAIT_S)
        self.folder.close()

    def open(self, session_id: UUID) -> None:
        """Begin a session and push its first events."""
        self.write(session_id, 2)
        self.push(session_id)

    def race(self, session_id: UUID, dice: Random, steps: int) -> None:
        """Do this and that with the session, in any order."""
        for _ in range(steps):
            time.sleep(dice.random() * 0.004)
            try:
                self._step(session_id, dice)
            except StaleLease as stale:
                say("stale", session_id, stale.now.number if stale.now else 0)
            except LeaseLost:
                self.numbers.pop(session_id, None)
                say("lost", session_id)
            except OperatorError as error:
                say("refused", session_id, str(error).replace("\n", " "))

    def settle(self, session_id: UUID) -> None:
        """Send what is left, to the chain or aside, and note what was done with the lease."""
        while self.push(session_id):
            pass
        with self.link.transaction() as connection:
            self.book.make_round(connection)
        if not self.recorder.synchronise(WAIT_S):
            raise OperatorError("The audit was not written")
        with self.store.reading() as local:
            top = load_tail(local, session_id).seq
            for seq in range(1, top + 1):
                found = hash_at(local, session_id, seq)
                say("held", session_id, seq, found.hex() if found else "")

    def write(self, session_id: UUID, events: int) -> None:
        """Enter events here, committed."""
        for _ in range(events):
            self.written += 1
            self.recorder.append(session_id, [event(BenchBegan(f"{self.name} {self.written}", 10))])
        if not self.recorder.synchronise(WAIT_S):
            raise OperatorError("The recorder does not write")

    def push(self, session_id: UUID) -> int:
        """Push what the server lacks; give how many entries it took."""
        with self.store.reading() as local, self.link.transaction() as connection:
            done = self.pushing.push(connection, local, session_id, first=True)
            number = lease_of(connection, session_id)
        if done.aside is not None:
            self.numbers.pop(session_id, None)
            say("aside", session_id, done.upto, done.aside.value)
            return 0
        self.numbers[session_id] = number.number if number else 0
        self.last[session_id] = self.numbers[session_id]
        with self.store.reading() as local:
            for seq in range(done.upto - done.entries + 1, done.upto + 1):
                found = hash_at(local, session_id, seq)
                say("pushed", session_id, seq, found.hex() if found else "", self.numbers[session_id])
        return done.entries

    def unfenced(self, connection: Connection, session_id: UUID, console_id: UUID) -> int:
        """Give the number of the lease it holds, or else of the one it lost."""
        try:
            return lease_number_for(connection, session_id, console_id)
        except LeaseLost:
            return self.last.get(session_id, 1)

    def _step(self, session_id: UUID, dice: Random) -> None:
        number = self.numbers.get(session_id)
        if number is None:
            self._take(session_id, dice)
            return
        act = dice.choice(("push", "push", "push", "write", "renew", "give back"))
        if act == "write" or act == "push":
            self.write(session_id, dice.randint(1, 4))
        if act == "push":
            self.push(session_id)
        elif act == "renew":
            time.sleep(dice.random() * 0.02)  # it was paused, and comes back
            with self.link.transaction() as connection:
                renew(connection, session_id, console_id_of(self.folder), number)
        elif act == "give back":
            self.push(session_id)
            if session_id in self.numbers:
                with self.link.transaction() as connection:
                    give_back(connection, session_id, console_id_of(self.folder), self.numbers[session_id], self.name)
                self.numbers.pop(session_id)

    def _take(self, session_id: UUID, dice: Random) -> None:
        with self.link.transaction() as connection:
            seen = lease_of(connection, session_id)
        time.sleep(dice.random() * 0.004)  # somebody reads who has it, and says why
        number = self.taking.take(self.link, session_id, self.name, seen.number if seen else 0, "a race")
        self.numbers[session_id] = self.last[session_id] = number
        say("took", session_id, number)


def at_work(path: Path, name: str) -> Racer:
    """Open a joined folder and be a console."""
    folder = open_folder(path, writing=True)
    clock = SystemClock()
    recorder = RecorderThread(folder, clock, summary)
    recorder.start()
    known = server_of(folder)
    assert known is not None
    taking = Taking(folder, recorder, known, clock)
    return Racer(name, folder, recorder, SessionStore(folder), taking, ServerLink(known.address, known.password),
                 LeaseBook(taking), push.Pushing(folder, known.clinic_key, LocalChain()))


def main() -> int:
    """Race until told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--console", required=True)
    parser.add_argument("--no-fence", action="store_true")
    args = parser.parse_args()
    racer = at_work(args.folder, args.console)
    if args.no_fence:
        push.lease_number_for = racer.unfenced
    say("ready")
    for line in sys.stdin:
        command, *words = line.split()
        if command == "end":
            break
        session_id = UUID(words[0])
        if command == "open":
            racer.open(session_id)
        elif command == "race":
            racer.race(session_id, Random(words[1]), int(words[2]))
        elif command == "settle":
            racer.settle(session_id)
        say("done", command)
    racer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
