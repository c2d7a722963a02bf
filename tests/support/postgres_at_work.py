"""A real PostgreSQL of one's own: made in a temporary folder, on a Unix socket nobody else knows, gone with it.

``new_database`` and ``fresh_database`` give an empty one; ``stop``, ``freeze`` and the like are for bad days.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path

from console.domain.errors import OperatorError
from db.sync.server_address import PLAIN, ServerAddress
from db.sync.server_link import ServerLink
from db.sync.server_schema import prepare, script_from

OWNER, ROOM = "owner", "room"
PORT = 5432  # only the name of the socket file
_PREPARED, _FRESH = "prepared", "clinic"
_QUICK = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "8MB",
    "max_connections": "40", "autovacuum": "off", "log_min_messages": "fatal", "listen_addresses": "",
    "min_wal_size": "2MB", "max_wal_size": "32MB",
}


def programs() -> Path:
    """Where PostgreSQL's programs are; the missing package is named."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # Debian's place, which is not on the path
    beside = shutil.which("pg_ctl")
    if not found and beside:
        found = [Path(beside).resolve().parent]
    if not found:
        raise OperatorError("PostgreSQL is not installed", "", "install Debian's package «postgresql»")
    return found[-1]


class PostgresAtWork:
    """One server; ``close`` ends it and removes its folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._user = "postgres" if os.geteuid() == 0 else None  # it refuses to work as root
        if self._user:
            shutil.chown(self.folder, self._user)
        self._numbers, self._fresh = count(1), False
        self._data = self.folder / "data"
        try:
            self._run("initdb", "-D", self._data, "-U", OWNER, "--auth=trust", "-N", "--wal-segsize=1",
                      "--locale=C", "-E", "UTF8")
            self.start()
            self._prepare_once()
        except BaseException:
            self.close()
            raise

    def address(self, database: str, user: str = ROOM) -> ServerAddress:
        """Give the address of one of its databases."""
        return ServerAddress(str(self.folder), PORT, database, user, PLAIN)

    def new_database(self) -> ServerAddress:
        """Make a prepared database with no clinic in it; give its address for a console's user."""
        name = f"clinic_{next(self._numbers)}"
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {_PREPARED}")
        return self.address(name)

    def fresh_database(self) -> ServerAddress:
        """Give the same prepared database each time, with nothing left in it: quicker than a new one."""
        if not self._fresh:
            self.sql("postgres", f"CREATE DATABASE {_FRESH}")
            self._fresh = True
        self.sql(_FRESH, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         f"WHERE datname = '{_FRESH}' AND pid <> pg_backend_pid()")
        self.sql(_FRESH, f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {script_from(0)}")
        return self.address(_FRESH)

    def empty_database(self) -> ServerAddress:
        """Make a database with nothing in it; give its address for its owner."""
        name = f"empty_{next(self._numbers)}"
        self.sql("postgres", f"CREATE DATABASE {name}")
        return self.address(name, OWNER)

    def sql(self, database: str, statement: str, user: str = OWNER) -> list[str]:
        """Run a statement with psql; give its lines."""
        done = self._run("psql", "-h", self.folder, "-U", user, "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1",
                         "-c", statement)
        return done.splitlines()

    def dump(self, database: str) -> str:
        """Give everything a database holds, as pg_dump writes it."""
        return self._run("pg_dump", "-h", self.folder, "-U", OWNER, database)

    def start(self) -> None:
        """Start it, or start it again."""
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in _QUICK.items())
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-l", self.folder / "log", "-o",
                  f"-k {self.folder} -p {PORT} {options}", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: fast, or immediate as a fall of the machine."""
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-m", mode, "stop")

    def freeze(self) -> None:
        """Have every process of it stand still."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """End it and remove what it left."""
        if (self._data / "postmaster.pid").exists():
            self.thaw()
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare_once(self) -> None:
        self.sql("postgres", f"CREATE DATABASE {_PREPARED}")
        link = ServerLink(self.address(_PREPARED, OWNER), "")
        try:
            with link.transaction() as connection:
                prepare(connection)
        finally:
            link.close()
        self.sql("postgres", f"CREATE ROLE {ROOM} LOGIN IN ROLE needling_console")

    def _signal(self, number: int) -> None:
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for one in [first, *map(int, children)]:
            try:
                os.kill(one, number)
            except ProcessLookupError:
                pass  # one that ended by itself just now

    def _run(self, program: str, *words: object) -> str:
        done = subprocess.run(
            [programs() / program, *map(str, words)], user=self._user, cwd=self.folder, text=True, check=False,
            capture_output=program != "pg_ctl", env={**os.environ, "LC_ALL": "C", "PGTZ": "UTC"})
        if done.returncode:
            raise OperatorError(f"{program} failed: {done.stderr or (self.folder / 'log').read_text()}")
        return done.stdout or ""


def as_owner(address: ServerAddress) -> ServerAddress:
    """Give the same database's address for its owner."""
    return replace(address, user=OWNER)
