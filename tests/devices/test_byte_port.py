"""A port gives every byte that came before its end, and only then says that it is gone."""

import os
import threading
import tty

import pytest

from devices.byte_port import READ_BYTES, open_byte_port

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


def test_what_came_before_the_cable_was_pulled_is_not_lost(terminal) -> None:
    ours, port = terminal
    os.write(ours, SENT[:9_000])
    taken = port.read_some(5.0)
    os.close(ours)
    with pytest.raises(OSError):
        while True:
            taken += port.read_some(5.0)
    assert taken == SENT[:9_000]
