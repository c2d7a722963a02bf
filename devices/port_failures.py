"""Why a port could not be opened, in words a person at the console can act on."""

import errno
import os
import socket
import sys

from console.domain.errors import OperatorError
from console.domain.pen_ports import PortState
from devices.playback import CaptureOver
from devices.port_holders import PortHeld, holder_of

_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)
_NOT_THERE = (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO)
_NOT_A_PORT = (errno.ENOTTY, errno.EISDIR, errno.EINVAL, errno.ENOTDIR)
_NOTHING_RECORDED = "nothing was recorded"


def owning_group(port: str) -> str:
    """Give the group that may use a port on this system, ``dialout`` where it cannot be told."""
    if sys.platform == "win32":
        return ""
    import grp

    try:
        name = grp.getgrgid(os.stat(port).st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"
    return name if name != "root" else "dialout"


def _error_number(exc: BaseException) -> int | None:
    """Give the system's number; pyserial sometimes has it only in the error it was made from."""
    for error in (exc, exc.__context__):
        number = getattr(error, "errno", None)
        if number is None and error is not None and error.args and isinstance(error.args[0], int):
            number = error.args[0]
        if number is not None:
            return int(number)
    return None


def port_state_of(exc: BaseException) -> PortState:
    """Sort a failure to open a port by what can be done about it."""
    number, words = _error_number(exc), str(exc).lower()
    if number in (errno.EACCES, errno.EPERM):
        return PortState.NO_RIGHTS
    if number in _BUSY or "exclusively lock" in words:
        return PortState.BUSY
    return PortState.GONE if number in _NOT_THERE or "filenotfound" in words else PortState.FAILED


def _joined_but_not_signed_in_again(group: str) -> bool:
    """Tell whether this account is in the group, but this sign-in is older than that."""
    import grp
    import pwd

    try:
        entry = grp.getgrnam(group)
        return pwd.getpwuid(os.getuid()).pw_name in entry.gr_mem and entry.gr_gid not in os.getgroups()
    except KeyError:
        return False


def explain_port_failure(port: str, exc: BaseException) -> OperatorError:
    """Turn a failure to open a port into one sentence: what happened, what is safe, what to do."""
    if isinstance(exc, CaptureOver):
        return exc.said
    number, words = _error_number(exc), str(exc).lower()
    if isinstance(exc, socket.gaierror):
        return OperatorError(f"{port} names a computer that cannot be found", _NOTHING_RECORDED, "check the name")
    if isinstance(exc, TimeoutError) or number in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return OperatorError(
            f"{port} does not answer", _NOTHING_RECORDED, "check the network and that the pen's bridge is on"
        )
    if number == errno.ECONNREFUSED or "refused" in words:
        return OperatorError(
            f"nothing listens on {port}", _NOTHING_RECORDED, "start the pen or its bridge and check the number"
        )
    if number in (errno.EACCES, errno.EPERM):
        return _no_rights(port)
    if number in _BUSY or "exclusively lock" in words:
        holder = exc.holder if isinstance(exc, PortHeld) else holder_of(port)
        return OperatorError(
            f"{holder or 'another program'} is using {port}", _NOTHING_RECORDED, "close that program and try again"
        )
    if number in _NOT_THERE or "filenotfound" in words:
        return OperatorError(
            f"there is no port {port}",
            _NOTHING_RECORDED,
            "plug the pen in and see which ports there are with «main.py ports»",
        )
    return _no_port_at_all(port, exc, number)


def _no_rights(port: str) -> OperatorError:
    group = owning_group(port)
    if not group:
        return OperatorError(
            f"{port} may not be opened, or another program is using it",
            _NOTHING_RECORDED,
            "close other programs that use the pen and try again",
        )
    if _joined_but_not_signed_in_again(group):
        return OperatorError(
            f"this sign-in has no right to open {port} yet",
            _NOTHING_RECORDED,
            f"the account is in the group {group} already: sign out and in again",
        )
    return OperatorError(
        f"this account has no right to open {port}",
        _NOTHING_RECORDED,
        f"add it to the group {group} (sudo usermod -aG {group} \"$USER\") and sign in again",
    )


def _no_port_at_all(port: str, exc: BaseException, number: int | None) -> OperatorError:
    if number in _NOT_A_PORT or isinstance(exc, ValueError):
        return OperatorError(
            f"{port} is not a serial port or an address of one",
            _NOTHING_RECORDED,
            "name a port as «main.py ports» prints it, or an address such as socket://host:port",
        )
    return OperatorError(
        f"{port} could not be opened ({exc})", _NOTHING_RECORDED, "see which ports there are with «main.py ports»"
    )
