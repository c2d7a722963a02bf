"""Two consoles race for the same session on a real PostgreSQL: nothing is overwritten, and no act goes untold."""

import json
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

from postgres_at_work import PostgresAtWork
from sqlalchemy import select

from console.services.clocks import SystemClock
from console.services.ids import new_id
from db import tables
from db.data_folder import BENCH, create_folder, open_folder
from db.session_store import SessionStore
from db.sync import server_tables as server
from db.sync.clinic_key import invitation
from db.sync.consoles import console_id_of, found_clinic, join_clinic
from db.sync.lease import acts
from db.sync.lease_round import ACTION
from db.sync.server_address import ClinicServer, ServerAddress
from db.sync.server_link import ServerLink
from db.verify import verify_folder
from tests.faults.record import kill, start
from tests.faults.report import Figure, Run
from tests.faults.room import Racer, at_work

NAMES = ("Room 1", "Room 2")
KILLED_OF = 10  # one race in so many
CONTROL_TRIES = 30  # it ends with the first that is seen
Told = dict[UUID, list[list[str]]]


def run(run: Run) -> list[Figure]:
    """Race with the fence; then without it, which must be seen (a taste leaves that out: it takes a clinic more)."""
    postgres = PostgresAtWork()
    try:
        raced = _races(run, postgres.new_database(), run.place / "fenced", run.times(5, 100, 1_000))
        if run.taste:
            return [raced]
        address = postgres.new_database()
        postgres.sql(address.database, "DROP TRIGGER server_entry_fence ON server_entry")
        return [raced, _control(run, address)]
    finally:
        postgres.close()


def _races(run: Run, address: ServerAddress, place: Path, tries: int) -> Figure:
    figure = Figure("two consoles, one session")
    with _Clinic(place, address, (*NAMES, "Office")) as clinic:
        sessions = [clinic.race(run.dice, killed=number % KILLED_OF == 3) for number in range(tries)]
        clinic.end()
        office = at_work(clinic.folders[2], "Office")
        judge = _Judge(clinic, office)
        faults = {one: judge.fault(one) for one in sessions}
        office.close()
        whole = judge.fault_of_folders()
        for one in sessions:
            figure.count(faults[one] or whole, judge.lost[one])
        figure.worst = (f"{judge.take_overs} take-overs, {judge.entries} entries, {judge.aside} set aside, "
                        f"{clinic.kills} kills, {clinic.stale} stale sights")
    return figure


def _control(run: Run, address: ServerAddress) -> Figure:
    figure = Figure("two consoles without the fence (must be seen)")
    with _Clinic(run.place / "unfenced", address, NAMES, "--no-fence") as clinic:
        link, tried, fault = ServerLink(address, ""), 0, ""
        while not fault and tried < CONTROL_TRIES:
            tried, session_id = tried + 1, clinic.race(run.dice, killed=False)
            with link.transaction() as connection:
                fault = _without_lease(*_held(connection, clinic.known[0].clinic_key, session_id))
        link.close()
        clinic.end()
    figure.count("" if fault else "entries without a lease were not seen")
    figure.worst = f"seen in race {tried}: {fault}"
    return figure


# --- the races ----------------------------------------------------------------------------------------


class _Clinic:
    """Two consoles' folders and processes, and what they told."""

    def __init__(self, place: Path, address: ServerAddress, names: tuple[str, ...], *options: str) -> None:
        self.options = options
        self.told: list[Told] = [defaultdict(list), defaultdict(list)]
        self.kills = self.stale = 0
        self.known: list[ClinicServer] = []
        self.folders = [place / name.replace(" ", "-") for name in names]
        self.consoles: list[UUID] = []
        for path, name in zip(self.folders, names, strict=True):
            self._join(path, address, name)
        self._rooms = [self._start(number) for number in (0, 1)]
        for number in (0, 1):
            self._await(number)

    def __enter__(self) -> "_Clinic":
        return self

    def __exit__(self, *_: object) -> None:
        for room in self._rooms:
            if room.poll() is None:
                kill(room)

    def race(self, dice: Random, *, killed: bool) -> UUID:
        """Have one console open a session and both go for it; give the session."""
        session_id, opener = new_id(), dice.randrange(2)
        self._ask(opener, f"open {session_id}")
        self._hear(opener)
        for number in (0, 1):
            self._ask(number, f"race {session_id} {dice.random()} {dice.randint(6, 12)}")
        if killed:
            self._kill(dice.randrange(2), dice.random() * 0.08)
        for number in (0, 1):
            self._hear(number)
        for _ in range(2):  # what one does in settling may concern the other
            for number in (0, 1):
                self._ask(number, f"settle {session_id}")
                self._hear(number)
        return session_id

    def end(self) -> None:
        """End both processes."""
        for number, room in enumerate(self._rooms):
            self._ask(number, "end")
            room.communicate()

    def _join(self, path: Path, address: ServerAddress, name: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder, link = create_folder(path, BENCH, SystemClock()), ServerLink(address, "")
        if self.known:
            first = self.known[0]
            text, code = invitation(first.clinic_id, first.clinic_key)
            self.known.append(join_clinic(folder, link, address, "", name, text, code))
        else:
            self.known.append(found_clinic(folder, link, address, "", name))
        self.consoles.append(console_id_of(folder))
        link.close()
        folder.close()

    def _start(self, number: int) -> "subprocess.Popen[str]":
        return start([sys.executable, "-m", "tests.faults.room", str(self.folders[number]), "--console",
                      NAMES[number].replace(" ", "-"), *self.options], talks=True)

    def _await(self, number: int) -> None:
        room = self._rooms[number]
        assert room.stdout is not None
        if room.stdout.readline() != "ready\n":
            raise RuntimeError(f"{NAMES[number]} did not begin: {room.communicate()[1][-400:]}")

    def _kill(self, number: int, after_s: float) -> None:
        time.sleep(after_s)
        for line in kill(self._rooms[number]).splitlines(keepends=True):
            if line.endswith("\n"):
                self._note(number, line)
        self.kills += 1
        self._rooms[number] = self._start(number)
        self._await(number)
        self._ask(number, f"race {new_id()} 0 0")  # so that it has something to answer

    def _ask(self, number: int, line: str) -> None:
        room = self._rooms[number]
        assert room.stdin is not None
        room.stdin.write(line + "\n")
        room.stdin.flush()

    def _hear(self, number: int) -> None:
        room = self._rooms[number]
        assert room.stdout is not None
        for line in room.stdout:
            if line.startswith("done "):
                return
            self._note(number, line)
        raise RuntimeError(f"{NAMES[number]} broke off: {room.communicate()[1][-400:]}")

    def _note(self, number: int, line: str) -> None:
        kind, *words = line.split()
        if kind in ("done", "ready"):
            return
        self.stale += kind == "stale"
        self.told[number][UUID(words[0])].append([kind, *words[1:]])


# --- the judgement ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Judge:
    """Compares what the server holds with what the consoles told and hold."""

    clinic: _Clinic
    office: Racer
    lost: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    take_overs: int = 0
    entries: int = 0
    aside: int = 0
    _noted: list[set[tuple[str, str, int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._noted = [_noted_acts(path) for path in self.clinic.folders[:2]]

    def fault(self, session_id: UUID) -> str:
        """Give the first thing wrong with a session, empty where nothing is."""
        office = self.office
        try:
            office.taking.fetch(office.link, session_id, "Office")  # refused where the server's chain does not verify
            with office.link.transaction() as connection:
                aside = server.quarantine
                chain, done = _held(connection, office.taking.known.clinic_key, session_id)
                kept = {(row.console_id, row.seq, row.hash.hex()) for row in connection.execute(
                    select(aside).where(aside.c.session_id == session_id))}
        except Exception as error:  # noqa: BLE001 whatever it is, the session did not survive
            return f"the server's record: {error}"
        self.entries, self.aside = self.entries + len(chain), self.aside + len(kept)
        there = {row.seq: row.hash.hex() for row in chain}
        return (self._missing(session_id, there, kept) or _without_lease(chain, done)
                or self._untold(session_id, done))

    def fault_of_folders(self) -> str:
        """Verify the consoles' own records."""
        for path in self.clinic.folders[:2]:
            folder = open_folder(path, writing=True)
            try:
                if faults := verify_folder(folder):
                    return f"{path.name}, entry {faults[0].seq}: {faults[0].what}"
            finally:
                folder.close()
        return ""

    def _missing(self, session_id: UUID, there: dict[int, str], kept: set[tuple[UUID, int, str]]) -> str:
        fault = ""
        for number in (0, 1):
            for kind, *words in self.clinic.told[number][session_id]:
                if kind == "pushed" and there.get(int(words[0])) != words[1]:
                    self.lost[session_id] += 1
                    fault = f"entry {words[0]}, told as pushed by {NAMES[number]}, is another now"
                here = kind == "held" and (self.clinic.consoles[number], int(words[0]), words[1])
                if here and there.get(here[1]) != here[2] and here not in kept:
                    self.lost[session_id] += 1
                    fault = f"entry {words[0]} of {NAMES[number]} is neither in the chain nor set aside"
        return fault

    def _untold(self, session_id: UUID, done) -> str:  # type: ignore[no-untyped-def]
        moved = [one for one in done if one.act == "taken_over"]
        self.take_overs += len(moved)
        wanted: list[set[tuple[str, str, int]]] = [set(), set()]
        for one in moved:
            wanted[self.clinic.consoles.index(one.console_id)].add(
                (f"{ACTION}taken_over", str(session_id), one.number))
            wanted[self.clinic.consoles.index(one.from_console_id)].add((f"{ACTION}lost", str(session_id), one.number))
        for number in (0, 1):
            found = {one for one in self._noted[number] if one[1] == str(session_id)}
            if found != wanted[number]:
                return f"the audit of {NAMES[number]} tells {len(found)} take-overs of {len(wanted[number])}"
        return ""


def _held(connection, clinic_key: bytes, session_id: UUID):  # type: ignore[no-untyped-def]
    """Give a session's entries on the server, and what was done with its lease."""
    entry = server.entry
    chain = connection.execute(select(entry).where(entry.c.session_id == session_id).order_by(entry.c.seq)).all()
    return chain, acts(connection, clinic_key, session_id)


def _without_lease(chain, done) -> str:  # type: ignore[no-untyped-def]
    """Give the first entry that came from a console without the lease."""
    held: dict[int, tuple[UUID, int]] = {}
    ended: dict[int, int] = {}
    for act in done:
        if act.act in ("taken", "taken_over"):
            ended.setdefault(act.number - 1, act.at_us)
            held[act.number] = (act.console_id, act.at_us)
        elif act.act == "given_back":
            ended.setdefault(act.number, act.at_us)
    for row in chain:
        holder, since_us = held.get(row.lease_number, (None, 0))
        if holder != row.console_id:
            return f"entry {row.seq} came under a lease its console did not hold"
        if not since_us <= row.pushed_us <= ended.get(row.lease_number, row.pushed_us):
            return f"entry {row.seq} came when its lease was over"
    return ""


def _noted_acts(path: Path) -> set[tuple[str, str, int]]:
    folder = open_folder(path)
    store, entry = SessionStore(folder), tables.audit_entry
    try:
        with store.reading() as local:
            rows = local.execute(select(entry.c.action, entry.c.subject, entry.c.detail).where(
                entry.c.action.in_((f"{ACTION}taken_over", f"{ACTION}lost")))).all()
    finally:
        store.close()
        folder.close()
    noted = [(row.action, row.subject, _number(row.detail)) for row in rows]
    if len(set(noted)) != len(noted):
        raise RuntimeError(f"{path.name} noted an act twice")
    return set(noted)


def _number(detail: str) -> int:
    return int(json.loads(detail)["number"])
