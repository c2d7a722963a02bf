"""Where the simulated pen's bytes go: a pseudo-terminal or a TCP socket, pulled out and put in again."""

import contextlib
import os
import select
import socket
import sys
from pathlib import Path
from typing import Protocol

_BACKLOG_BYTES = 65_536
_SAME_NAME_TRIES = 16


class Wire(Protocol):
    """One cable to a console."""

    @property
    def url(self) -> str:
        """Give what to open to reach it."""
        ...

    def plug_in(self) -> None:
        """Make the port appear."""
        ...

    def pull_out(self) -> None:
        """Make the port go."""
        ...

    def exchange(self, wait_s: float) -> bytes:
        """Send what waits, and give what came, waiting at most ``wait_s``."""
        ...

    def queue(self, outgoing: bytes) -> bool:
        """Take bytes to send; False when nobody listens or the line is choked: they are gone."""
        ...


class Backlog:
    """Bytes the line has not taken yet, whole frames only, bounded as a pen's buffer is."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def add(self, outgoing: bytes) -> bool:
        """Take a frame if there is room."""
        if len(self.waiting) + len(outgoing) > _BACKLOG_BYTES:
            return False
        self.waiting += outgoing
        return True


class PtyWire:
    """A pseudo-terminal; ``link`` is a stable name for it, kept over unplugging."""

    def __init__(self, link: Path | None = None) -> None:
        self._link, self._backlog = link, Backlog()
        self._ours = self._theirs = -1
        self._name = ""
        self.plug_in()

    @property
    def url(self) -> str:
        """Give the name to open."""
        return str(self._link) if self._link else self._name

    def plug_in(self) -> None:
        """Open a pseudo-terminal, if it can be under the name it had before."""
        spare: list[tuple[int, int]] = []
        for _ in range(_SAME_NAME_TRIES):
            ours, theirs = os.openpty()
            if self._link or self._name in ("", os.ttyname(theirs)):
                break
            spare.append((ours, theirs))
        for pair in spare:
            if pair != (ours, theirs):
                os.close(pair[0])
                os.close(pair[1])
        self._ours, self._theirs = ours, theirs
        self._make_raw(theirs)
        os.set_blocking(ours, False)
        self._name = os.ttyname(theirs)
        if self._link:
            with contextlib.suppress(FileNotFoundError):
                self._link.unlink()
            self._link.symlink_to(self._name)

    @staticmethod
    def _make_raw(descriptor: int) -> None:
        if sys.platform != "win32":
            import tty

            tty.setraw(descriptor)

    def pull_out(self) -> None:
        """Close it; whoever has it open sees the port go."""
        if self._ours < 0:
            return
        if self._link:
            with contextlib.suppress(FileNotFoundError):
                self._link.unlink()
        os.close(self._ours)
        os.close(self._theirs)
        self._ours = self._theirs = -1
        self._backlog.waiting.clear()

    def queue(self, outgoing: bytes) -> bool:
        """Take bytes to send."""
        return self._ours >= 0 and self._backlog.add(outgoing)

    def exchange(self, wait_s: float) -> bytes:
        """Send what waits, and give what came."""
        if self._ours < 0:
            select.select((), (), (), wait_s)
            return b""
        waiting = self._backlog.waiting
        if waiting:
            with contextlib.suppress(BlockingIOError):
                del waiting[: os.write(self._ours, waiting)]
        ready, _, _ = select.select((self._ours,), (), (), wait_s)
        if not ready:
            return b""
        try:
            return os.read(self._ours, 65_536)
        except (BlockingIOError, OSError):
            return b""


class TcpWire:
    """A TCP port for one console at a time; a new one takes the place of the old."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._host, self._port = host, port
        self._door: socket.socket | None = None
        self._caller: socket.socket | None = None
        self._backlog = Backlog()
        self.plug_in()

    @property
    def url(self) -> str:
        """Give the URL to open."""
        return f"socket://{self._host}:{self._port}"

    def plug_in(self) -> None:
        """Listen, after the first time on the same number."""
        self._door = socket.create_server((self._host, self._port))
        self._door.setblocking(False)
        self._port = self._door.getsockname()[1]

    def pull_out(self) -> None:
        """Hang up and stop listening."""
        self._hang_up()
        if self._door is not None:
            self._door.close()
        self._door = None

    def queue(self, outgoing: bytes) -> bool:
        """Take bytes to send."""
        return self._caller is not None and self._backlog.add(outgoing)

    def exchange(self, wait_s: float) -> bytes:
        """Send what waits, and give what came; let a caller in."""
        self._send_waiting()
        watched = [end for end in (self._door, self._caller) if end is not None]
        ready, _, _ = select.select(watched, (), (), wait_s)
        if self._door in ready:
            self._let_in()
        if self._caller is None or self._caller not in ready:
            return b""
        try:
            received = self._caller.recv(65_536)
        except BlockingIOError:
            return b""
        except OSError:
            received = b""
        if not received:
            self._hang_up()
        return received

    def _send_waiting(self) -> None:
        waiting = self._backlog.waiting
        if self._caller is None or not waiting:
            return
        try:
            del waiting[: self._caller.send(waiting)]
        except BlockingIOError:
            return
        except OSError:
            self._hang_up()

    def _let_in(self) -> None:
        if self._door is None:
            return
        try:
            caller, _ = self._door.accept()
        except OSError:
            return
        self._hang_up()
        caller.setblocking(False)
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._caller = caller

    def _hang_up(self) -> None:
        self._backlog.waiting.clear()
        if self._caller is not None:
            self._caller.close()
        self._caller = None
