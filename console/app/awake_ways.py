"""How each system is asked not to sleep and not to lock its screen: D-Bus, Windows' execution state, caffeinate."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

PROGRAM, REASON = "Needling Console", "A treatment is open"
ANSWER_S = 2.0
LOCK, SLEEP = "screen lock", "sleep"

# SetThreadExecutionState, winbase.h: until further notice, the system and the display are in use.
_ES_CONTINUOUS, _ES_SYSTEM_REQUIRED, _ES_DISPLAY_REQUIRED = 0x8000_0000, 0x0000_0001, 0x0000_0002

log = logging.getLogger(__name__)


class Grip(Protocol):
    """One way to hold the system awake; both calls are made by one and the same thread and may wait."""

    def take(self) -> tuple[str, ...]:
        """Hold sleep and screen lock off; give what could not be held, in words, none if all is."""
        ...

    def let_go(self) -> None:
        """Let the system sleep and lock again; once is enough, twice does no harm."""
        ...


def grip_of_this_system() -> Grip:
    """Give the way of the system this runs on."""
    if sys.platform == "win32":
        return WindowsGrip()
    if sys.platform == "darwin":
        return MacGrip()
    return LinuxGrip()


class LinuxGrip:
    """``org.freedesktop.ScreenSaver.Inhibit`` for the lock, ``org.freedesktop.login1`` for sleep and idleness.

    The desktop drops the one with our connection, the system the other with the descriptor it gave: a killed
    console keeps nothing awake.
    """

    def __init__(self) -> None:
        self._held: list[Callable[[], None]] = []

    def take(self) -> tuple[str, ...]:
        self.let_go()
        faults = []
        for what, hold in ((LOCK, self._hold_lock), (SLEEP, self._hold_sleep)):
            try:
                self._held.append(hold())
            except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:  # no bus, or it refused
                log.warning("%s not held off: %s", what, _brief(error))
                faults.append(what)
        return tuple(faults)

    def let_go(self) -> None:
        while self._held:
            self._held.pop()()

    @staticmethod
    def _hold_lock() -> Callable[[], None]:
        return _called("SESSION", _Call("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver",
                                        "org.freedesktop.ScreenSaver", "ss", (PROGRAM, REASON)))

    @staticmethod
    def _hold_sleep() -> Callable[[], None]:
        return _called("SYSTEM", _Call("/org/freedesktop/login1", "org.freedesktop.login1",
                                       "org.freedesktop.login1.Manager", "ssss",
                                       ("sleep:idle", PROGRAM, REASON, "block")))


@dataclass(frozen=True, slots=True)
class _Call:
    path: str
    name: str
    interface: str
    signature: str
    words: tuple[str, ...]


def _called(bus: str, call: _Call) -> Callable[[], None]:
    """Call ``Inhibit`` and give what ends it: the connection is kept, its end is the end of the inhibition."""
    from jeepney import DBusAddress, MessageType, new_method_call  # Linux only; not needed to paint the first page
    from jeepney.io.blocking import open_dbus_connection

    connection = open_dbus_connection(bus, enable_fds=True)
    try:
        address = DBusAddress(call.path, call.name, call.interface)
        asked = new_method_call(address, "Inhibit", call.signature, call.words)
        answer = connection.send_and_get_reply(asked, timeout=ANSWER_S)
        if answer.header.message_type is not MessageType.method_return:
            raise OSError(str(answer.body[0]) if answer.body else "refused")
    except BaseException:
        connection.close()
        raise
    held = [one for one in answer.body if hasattr(one, "close")]

    def end() -> None:
        for one in held:
            one.close()
        connection.close()

    return end


def _brief(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


class WindowsGrip:
    """``SetThreadExecutionState``; it holds for the calling thread, which therefore stays the same."""

    def take(self) -> tuple[str, ...]:
        return () if self._set(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED | _ES_DISPLAY_REQUIRED) else (LOCK, SLEEP)

    def let_go(self) -> None:
        self._set(_ES_CONTINUOUS)

    @staticmethod
    def _set(state: int) -> bool:
        import ctypes

        return bool(ctypes.windll.kernel32.SetThreadExecutionState(state))  # type: ignore[attr-defined,unused-ignore]


class MacGrip:
    """``caffeinate`` beside us; it ends with this process, however that ends."""

    def __init__(self, command: str = "/usr/bin/caffeinate") -> None:
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None

    def take(self) -> tuple[str, ...]:
        self.let_go()
        try:
            self._child = subprocess.Popen([self._command, "-d", "-i", "-s", "-w", str(os.getpid())])
        except OSError as error:
            log.warning("caffeinate cannot be started: %s", error.strerror)
            return (LOCK, SLEEP)
        return ()

    def let_go(self) -> None:
        if self._child is not None:
            self._child.terminate()
            self._child.wait(ANSWER_S)
            self._child = None
