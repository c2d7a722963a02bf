"""Ports as streams of bytes: whatever pyserial can open, read in bulk and never written with a wait."""

import contextlib
import os
import select
import socket
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import serial
from serial.tools import list_ports as serial_ports

from devices.port_holders import is_pseudo_terminal, refuse_if_held

DEFAULT_BAUD = 115_200
READ_BYTES = 65_536
_TERMINAL_READ_BYTES = 4_095
_CONNECT_LIMIT_S = 2.0


class PortGone(OSError):
    """The other end is no longer there."""


class BytePort(Protocol):
    """An open port. Every call may raise OSError (pyserial's errors are such)."""

    def read_some(self, wait_s: float) -> bytes:
        """Give what is there, waiting at most ``wait_s`` for the first byte."""
        ...

    def write(self, outgoing: bytes) -> None:
        """Send; what does not fit now is dropped, for every request is repeated."""
        ...

    def close(self) -> None:
        """Close; never raises."""
        ...


class DescriptorPort:
    """A serial port of a POSIX system: one ``select``, then all that is there.

    A terminal hands out at most 4,095 bytes a read; after as many, more may wait.
    """

    def __init__(self, port: Any, exclusive: bool = False) -> None:
        self._port, self._exclusive = port, exclusive
        self._descriptor: int = port.fileno()
        if exclusive:
            _set_exclusive(self._descriptor, True)

    def read_some(self, wait_s: float) -> bytes:
        ready, _, _ = select.select((self._descriptor,), (), (), wait_s)
        if not ready:
            return b""
        try:
            received = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return b""
        if not received:
            raise PortGone("the port ended")
        return received if len(received) < _TERMINAL_READ_BYTES else received + self._read_more()

    def _read_more(self) -> bytes:
        """Give what waits besides; the end of the port is left for the next read to find."""
        parts, byte_count = [], 0
        with contextlib.suppress(OSError):
            while byte_count < READ_BYTES and (received := os.read(self._descriptor, READ_BYTES)):
                parts.append(received)
                byte_count += len(received)
        return b"".join(parts)

    def write(self, outgoing: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._descriptor, outgoing)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            if self._exclusive:
                _set_exclusive(self._descriptor, False)
        with contextlib.suppress(OSError):
            self._port.close()


def _set_exclusive(descriptor: int, on: bool) -> None:
    """Keep programs out that know nothing of file locks; a port that cannot is left as it is."""
    import fcntl
    import termios

    with contextlib.suppress(OSError):
        fcntl.ioctl(descriptor, termios.TIOCEXCL if on else termios.TIOCNXCL)


class SocketPort:
    """``socket://host:port``; pyserial's own reads byte by byte where it cannot know how many wait."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname or not parts.port:
            raise ValueError(f"{url} is not socket://host:port")
        self._socket = socket.create_connection((parts.hostname, parts.port), _CONNECT_LIMIT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)

    def read_some(self, wait_s: float) -> bytes:
        ready, _, _ = select.select((self._socket,), (), (), wait_s)
        if not ready:
            return b""
        try:
            received = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return b""
        if not received:
            raise PortGone("the other end closed the connection")
        return received

    def write(self, outgoing: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            self._socket.send(outgoing)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()


class PlainPort:
    """Any other port of pyserial: COM ports, rfc2217, loop."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def read_some(self, wait_s: float) -> bytes:
        self._port.timeout = wait_s
        received: bytes = self._port.read(1)
        if received:
            waiting = self._port.in_waiting
            if waiting:
                received += self._port.read(waiting)
        return received

    def write(self, outgoing: bytes) -> None:
        with contextlib.suppress(serial.SerialTimeoutException):
            self._port.write(outgoing)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._port.close()


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a serial line is set; ``parity`` is N, E or O."""

    baud: int = DEFAULT_BAUD
    parity: str = "N"
    stop_bits: float = 1
    byte_bits: int = 8


PLAIN_LINE = LineSettings()


def plug_name(url: str) -> str:
    """Give what tells this plug from others: its USB serial number, else where it is plugged in, else its name."""
    if url.lower().startswith("capture:"):
        return "capture"
    if "://" in url:
        return url.split("://", 1)[1]
    there = next((port for port in serial_ports.comports() if port.device == url), None)
    named = there and (there.serial_number or there.location)
    return str(named or url.removeprefix("/dev/"))


def open_byte_port(url: str, line: LineSettings = PLAIN_LINE) -> BytePort:
    """Open a pyserial URL or a port's name for us alone; OSError or ValueError when it cannot be."""
    if url.lower().startswith("socket://"):
        return SocketPort(url)
    if os.name == "posix" and "://" not in url:
        refuse_if_held(url)
        return DescriptorPort(_open_serial(url, line), exclusive=not is_pseudo_terminal(url))
    return PlainPort(_open_serial(url, line))


def _open_serial(url: str, line: LineSettings) -> Any:
    return serial.serial_for_url(
        url, baudrate=line.baud, bytesize=line.byte_bits, parity=line.parity, stopbits=line.stop_bits, timeout=0.02,
        write_timeout=0.2, exclusive=True)
