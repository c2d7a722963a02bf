"""A port gives every byte that came before its end, and only then says that it is gone."""

import os
import socket
import threading
import tty

import pytest

from devices.byte_port import READ_BYTES, DescriptorPort, open_byte_port

SENT = bytes(range(256)) * 400


@pytest.fixture
def terminal():
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port = open_byte_port(os.ttyname(theirs))
    os.close(theirs)
    yield ours, port
    port.close()


def test_a_flood_is_read_in_bounded_pieces_and_whole(terminal) -> None:
    ours, port = terminal
    writer = threading.Thread(target=lambda: [os.write(ours, SENT) for _ in range(20)])
    writer.start()
    taken = []
    while sum(map(len, taken)) < 20 * len(SENT):
        taken.append(port.read_some(5.0))
        assert taken[-1], "the flood stopped"
    writer.join()
    assert b"".join(taken) == SENT * 20
    assert max(map(len, taken)) < 2 * READ_BYTES
    assert port.read_some(0.0) == b""
    os.close(ours)


class Plug:
    """What pyserial gives, over any descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        os.close(self._descriptor)


def pipe_that_ends() -> int:
    ours, theirs = os.pipe()
    os.write(theirs, SENT[:9_000])
    os.close(theirs)
    return ours


def socket_that_fails() -> int:
    ours, theirs = socket.socketpair()
    ours.send(b"never read: the other end fails with its last byte")
    theirs.send(SENT[:9_000])
    theirs.close()
    return ours.detach()


@pytest.mark.parametrize("pulled", [pipe_that_ends, socket_that_fails])
def test_what_came_before_the_cable_was_pulled_is_not_lost(pulled) -> None:
    """A terminal's own end is no proof: the system throws away what it still held when its maker goes."""
    descriptor = pulled()
    os.set_blocking(descriptor, False)
    port = DescriptorPort(Plug(descriptor))
    taken = port.read_some(5.0)
    with pytest.raises(OSError):
        while True:
            taken += port.read_some(5.0)
    assert taken == SENT[:9_000]
    port.close()
