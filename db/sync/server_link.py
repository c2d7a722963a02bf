"""The one connection to the clinic server: bounded in time, broken off at the first fault, made anew when asked again.

psycopg is imported with the first connection only: a console without a server never needs it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, ProgrammingError

from console.domain.errors import OperatorError
from db.sync.server_address import PLAIN, ServerAddress
from db.sync.watchdog import SocketWatchdog

if TYPE_CHECKING:
    import psycopg

CONNECT_S = 2
STATEMENT_MS = 3_000
FROZEN_S = 5.0
# A refusal while connecting has no number, only words.
_NO_ENTRY = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")
_SAFE = "everything is saved here"


class ServerAway(OperatorError):
    """The server cannot be reached now, or did not answer in time; to be tried again."""


class ServerRefused(OperatorError):
    """The server answered, and refused: a wrong password, a right that is missing, a rule of its tables."""


class ServerLink:
    """For one thread at a time; ``close`` it when done."""

    def __init__(self, address: ServerAddress, password: str, *, frozen_s: float = FROZEN_S) -> None:
        address.check()
        self._address, self._password = address, password
        self._watchdog = SocketWatchdog(frozen_s)
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    @property
    def connected(self) -> bool:
        """Tell whether a connection stands, as far as is known."""
        return self._connection is not None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a transaction, committed at the end; ServerAway or ServerRefused where the server fails.

        Any error rolls back; a fault of the server or of the way to it also ends the connection.
        """
        with self._watchdog.waiting():
            try:
                connection = self._open()
                with connection.begin():
                    yield connection
            except DBAPIError as error:
                shut = self._watchdog.shut
                self._drop()
                raise _told(error, self._address, shut=shut) from None
            except BaseException:
                self._drop_if_broken()
                raise

    def close(self) -> None:
        """End the connection and its watchdog."""
        with self._watchdog.waiting():
            self._drop()
        self._watchdog.close()

    def _open(self) -> Connection:
        if self._connection is None:
            self._engine = self._engine or self._make_engine()
            self._connection = self._engine.connect()
        return self._connection

    def _drop_if_broken(self) -> None:
        connection = self._connection
        if connection is not None and (connection.invalidated or connection.closed or self._watchdog.shut):
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._watchdog.watch(None)
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except DBAPIError:
            pass  # the way to the server is gone already

    def _make_engine(self) -> Engine:
        try:
            import psycopg
        except ImportError:
            raise OperatorError(
                "This console was installed without what speaks to a clinic server", _SAFE,
                "install it with its extra «server» (psycopg)") from None

        def connect() -> "psycopg.Connection[Any]":
            made = psycopg.connect(**self._parameters())
            self._watchdog.watch(made.fileno())
            self._watchdog.beat()
            return made

        engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool, hide_parameters=True,
                               use_native_hstore=False)
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
            event.listen(engine, moment, lambda *_, **__: self._watchdog.beat())
        return engine

    def _parameters(self) -> dict[str, Any]:
        where = self._address
        way: dict[str, Any] = {"sslmode": "disable"} if where.tls == PLAIN else {
            "sslmode": "verify-full", "sslrootcert": where.root_certificate or "system"}
        limits = f"-c statement_timeout={STATEMENT_MS} -c lock_timeout={STATEMENT_MS} " \
                 f"-c idle_in_transaction_session_timeout={2 * STATEMENT_MS}"
        return {
            "host": where.host, "port": where.port, "dbname": where.database, "user": where.user,
            "password": self._password or None, "connect_timeout": CONNECT_S, "options": limits,
            "application_name": "needling-console", "gssencmode": "disable", **way}


def _told(error: DBAPIError, where: ServerAddress, *, shut: bool) -> OperatorError:
    said = str(error.orig).strip().partition("\n")[0]
    named = f"The clinic server {where.host}"
    if shut:
        return ServerAway(f"{named} stopped answering and was cut off", _SAFE, "it is tried again by itself")
    state = getattr(error.orig, "sqlstate", None) or ""
    if any(words in said for words in _NO_ENTRY) or state.startswith("28"):
        return ServerRefused(f"{named} does not accept this user or password", _SAFE,
                             "check database, user and password")
    if state == "42501":
        return ServerRefused(f"{named} gives this user no right to that", _SAFE,
                             "have its owner grant the role needling_console")
    if isinstance(error, (ProgrammingError, IntegrityError, InternalError)):
        return ServerRefused(f"{named} refused: {said}", _SAFE, "ask who keeps the server")
    return ServerAway(f"{named} cannot be reached ({_short(said)})", _SAFE, "it is tried again by itself")


def _short(said: str) -> str:
    return said.removeprefix("connection failed: ").rstrip(".")[:200]
