"""Ends a wait for a server that is frozen: nothing else bounds a query that is running.

The kernel of a frozen server acknowledges what is sent to it, so no time limit of the connection applies; shutting
the socket on this side ends the wait at once.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SocketWatchdog:
    """Shuts the socket it was given when an answer takes longer than ``limit_s``; ``close`` ends its thread."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._socket: int | None = None
        self._waiting = self._closed = self.shut = False
        self._turn = 0
        self._thread: threading.Thread | None = None

    def watch(self, number: int | None) -> None:
        """Take over the socket of a new connection, None: of none; ``shut`` is false again."""
        with self._changed:
            self._socket, self.shut = number, False

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Bound what is done inside; each ``beat`` begins the limit anew."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="server-watchdog", daemon=True)
                self._thread.start()
            self._waiting = True
            self._beat()
        try:
            yield
        finally:
            with self._changed:
                self._waiting = False
                self._beat()

    def beat(self) -> None:
        """Tell that an answer came."""
        with self._changed:
            self._beat()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed, self._socket = True, None
            self._beat()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _beat(self) -> None:
        self._turn += 1
        self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                turn = self._turn
                limit_s = self._limit_s if self._waiting else None
                moved = self._changed.wait_for(lambda turn=turn: self._turn != turn, limit_s)  # type: ignore[misc]
                if not moved:
                    self._shut()
                    self._waiting = False

    def _shut(self) -> None:
        # Under the lock: whoever closes the connection takes the socket away first, so it is still this one.
        if self._socket is None:
            return
        self.shut = True
        kept = socket.socket(fileno=self._socket)
        try:
            kept.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is shut already
        finally:
            kept.detach()
