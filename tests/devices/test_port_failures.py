"""Every way a port can refuse gets one sentence: what happened, what is safe, what to do."""

import errno
import os
import socket
from pathlib import Path

import pytest

from devices.byte_port import open_byte_port
from devices.port_failures import explain_port_failure


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOENT, "x"), "there is no port P; nothing was recorded; plug the pen in"),
        (OSError(errno.EACCES, "x"), "this account has no right to open P; nothing was recorded; add it to the group"),
        (OSError(errno.EBUSY, "x"), "another program is using P; nothing was recorded; close that program"),
        (OSError(errno.EAGAIN, "x"), "another program is using P"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "nothing listens on P"),
        (TimeoutError("timed out"), "P does not answer"),
        (socket.gaierror(-2, "x"), "P names a computer that cannot be found"),
        (ValueError("x"), "P is not a serial port or an address of one"),
        (OSError(errno.ENOTTY, "x"), "P is not a serial port"),
        (OSError("odd"), "P could not be opened (odd)"),
    ],
)
def test_each_failure_has_its_sentence(error: Exception, words: str) -> None:
    told = str(explain_port_failure("P", error))
    assert told.startswith(words)
    assert "nothing was recorded" in told
    assert told.count("\n") == 0


def failure_of(url: str) -> str:
    with pytest.raises((OSError, ValueError)) as caught:
        open_byte_port(url).close()
    return str(explain_port_failure(url, caught.value))


def test_real_ports_that_cannot_be_opened(tmp_path: Path) -> None:
    plain = tmp_path / "a-file"
    plain.write_bytes(b"")
    assert failure_of(str(tmp_path / "missing")).startswith("there is no port")
    assert failure_of(str(plain)).startswith(f"{plain} is not a serial port")
    assert failure_of(str(tmp_path)).startswith(f"{tmp_path} is not a serial port")
    assert failure_of("nonsense://x").startswith("nonsense://x is not a serial port")
    assert failure_of("socket://no-port-here").startswith("socket://no-port-here is not a serial port")
    with socket.create_server(("127.0.0.1", 0)) as door:
        free = door.getsockname()[1]
    assert failure_of(f"socket://127.0.0.1:{free}").startswith("nothing listens on")


def test_a_port_in_use_is_busy() -> None:
    ours, theirs = os.openpty()
    try:
        name = os.ttyname(theirs)
        first = open_byte_port(name)
        assert failure_of(name).startswith(f"another program is using {name}")
        first.close()
    finally:
        os.close(ours)
        os.close(theirs)
