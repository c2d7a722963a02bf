"""What the computer says of itself on its bus: the screen is locked, or it goes to sleep.

Where there is no such bus (Windows, macOS, a bare terminal) it never says anything; the lock's clocks still do.
"""

from typing import cast

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection

SCREEN_SAVERS = (("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
                 ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
                 ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"))
# What Qt takes here is a text; its stubs ask for bytes, which it refuses.
SCREEN_SLOT, SLEEP_SLOT = cast(bytes, SLOT("screen_changed(bool)")), cast(bytes, SLOT("sleep_changed(bool)"))
LOGIN, LOGIN_PATH, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"


class BusWatch(QObject):
    """Implements ``ports.SystemWatch``; signals arrive on the thread that made it."""

    def __init__(self, session: QDBusConnection | None = None, system: QDBusConnection | None = None) -> None:
        super().__init__()
        self._said = ""
        self._session = QDBusConnection.sessionBus() if session is None else session
        self._system = QDBusConnection.systemBus() if system is None else system
        if self._session.isConnected():
            for service, path in SCREEN_SAVERS:
                self._session.connect(service, path, service, "ActiveChanged", self, SCREEN_SLOT)
        if self._system.isConnected():
            self._system.connect(LOGIN, LOGIN_PATH, MANAGER, "PrepareForSleep", self, SLEEP_SLOT)

    def told(self) -> str:
        """Give «screen» or «suspend» where it began since asked last, else empty."""
        said, self._said = self._said, ""
        return said

    @Slot(bool)
    def screen_changed(self, active: bool) -> None:
        """Take the screen saver's word."""
        if active:
            self._said = "screen"

    @Slot(bool)
    def sleep_changed(self, going: bool) -> None:
        """Take the login service's word: before the sleep, so that nothing is in sight after it."""
        if going:
            self._said = "suspend"
