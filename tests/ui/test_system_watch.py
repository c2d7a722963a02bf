"""The computer's word on a bus of our own: real signals from another connection."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from jeepney import DBusAddress, new_method_call, new_signal
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from ui.system_watch import BusWatch

BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
SCREEN = DBusAddress("/org/freedesktop/ScreenSaver", None, "org.freedesktop.ScreenSaver")
LOGIN = DBusAddress("/org/freedesktop/login1", None, "org.freedesktop.login1.Manager")


@pytest.fixture
def address() -> Iterator[str]:
    assert shutil.which("dbus-daemon"), "the build's packages name it"
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
                              text=True)
    assert daemon.stdout is not None
    with daemon:
        yield daemon.stdout.readline().strip()
        daemon.terminate()


def test_screen_lock_and_sleep_are_heard_once_each_and_their_ends_are_not(address: str, qtbot: QtBot) -> None:
    ours = QDBusConnection.connectToBus(address, f"watch-{os.getpid()}")
    watch = BusWatch(ours, ours)
    other = open_dbus_connection(bus=address)
    for name in ("org.freedesktop.ScreenSaver", "org.freedesktop.login1"):
        other.send_and_get_reply(new_method_call(BUS, "RequestName", "su", (name, 0)))
    heard = []

    def tell(about: DBusAddress, name: str, on: bool) -> None:
        other.send_message(new_signal(about, name, "b", (on,)))

    def waited() -> bool:
        heard.append(watch.told())
        return bool(heard[-1])

    tell(SCREEN, "ActiveChanged", False)
    tell(SCREEN, "ActiveChanged", True)
    qtbot.waitUntil(waited)
    tell(LOGIN, "PrepareForSleep", False)
    tell(LOGIN, "PrepareForSleep", True)
    qtbot.waitUntil(waited)
    assert [one for one in heard if one] == ["screen", "suspend"] and watch.told() == ""
    other.close()
    QDBusConnection.disconnectFromBus(f"watch-{os.getpid()}")


def test_without_a_bus_nothing_is_ever_said() -> None:
    none = QDBusConnection("no such connection")
    assert not none.isConnected() and BusWatch(none, none).told() == ""
