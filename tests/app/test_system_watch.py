"""The computer's word on a bus of our own: real signals from another connection, a login service that answers."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from pytestqt.qtbot import QtBot

from console.app.system_watch import LOGIN, LOGIN_PATH, MANAGER, PROPERTIES, SESSION, BusWatch

BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
SCREEN = DBusAddress("/org/freedesktop/ScreenSaver", None, "org.freedesktop.ScreenSaver")
SLEEP = DBusAddress(LOGIN_PATH, None, MANAGER)
OURS, OTHERS = f"{LOGIN_PATH}/session/_32", f"{LOGIN_PATH}/session/c1"


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[DBusConnection]:
    """Give the connection of a desktop and a login service on a bus that is both buses."""
    assert shutil.which("dbus-daemon"), "the build's packages name it"
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
                              text=True)
    assert daemon.stdout is not None
    with daemon:
        address = daemon.stdout.readline().strip()
        for variable in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
            monkeypatch.setenv(variable, address)
        with open_dbus_connection(bus=address, enable_fds=True) as connection:
            for name in ("org.freedesktop.ScreenSaver", LOGIN):
                connection.send_and_get_reply(new_method_call(BUS, "RequestName", "su", (name, 0)))
            yield connection
        daemon.terminate()


Answers = dict[str, tuple[str, tuple[Any, ...]]]


def listening(other: DBusConnection, answers: Answers) -> BusWatch:
    """Make a watch and answer its questions with ``answers``, by member; give it once it listens."""
    watch = BusWatch()
    while not watch.listening:
        answer_one(other, answers)
    return watch


def answer_one(other: DBusConnection, answers: Answers) -> str:
    """Answer a question, if one comes; give which."""
    try:
        asked = other.receive(timeout=0.01)
    except TimeoutError:
        return ""
    if asked.header.message_type is not MessageType.method_call:
        return ""
    member = str(asked.header.fields[HeaderFields.member])
    found = answers.get(member)
    other.send(new_method_return(asked, *found) if found else new_error(asked, f"{LOGIN}.NoSuchSession"))
    return member


def of_session(path: str, **changed: tuple[str, Any]) -> Any:
    return new_signal(DBusAddress(path, None, PROPERTIES), "PropertiesChanged", "sa{sv}as", (SESSION, changed, []))


def locks(path: str) -> Any:
    return new_signal(DBusAddress(path, None, SESSION), "Lock")


@pytest.mark.parametrize("signal", [
    new_signal(SCREEN, "ActiveChanged", "b", (True,)), locks(OURS), of_session(OURS, LockedHint=("b", True)),
], ids=["screen saver", "Lock", "LockedHint"])
def test_a_locked_screen_is_heard_whoever_says_it(other: DBusConnection, signal: Any) -> None:
    watch = listening(other, {"GetSession": ("o", (OURS,)), "GetSessionByPID": ("o", (OURS,))})
    assert first(watch, other, signal) == "screen"
    watch.close()


def first(watch: BusWatch, other: DBusConnection, *signals: Any) -> str:
    """Send signals; give what is told first of them: one connection's come in order."""
    for one in signals:
        other.send(one)
    while not (word := watch.told()):
        time.sleep(0)  # the thread that listens has its turn
    return word


def test_another_user_in_front_and_the_sleep_are_heard(other: DBusConnection) -> None:
    watch = listening(other, {"GetSession": ("o", (OURS,)), "GetSessionByPID": ("o", (OURS,))})
    assert first(watch, other, of_session(OURS, Active=("b", False))) == "away"
    assert first(watch, other, new_signal(SLEEP, "PrepareForSleep", "b", (True,))) == "suspend"
    watch.close()


def test_ends_and_other_people_s_sessions_are_not_heard(other: DBusConnection) -> None:
    watch = listening(other, {"GetSession": ("o", (OURS,)), "GetSessionByPID": ("o", (OURS,))})
    assert first(watch, other, new_signal(SCREEN, "ActiveChanged", "b", (False,)), locks(OTHERS),
                 new_signal(SLEEP, "PrepareForSleep", "b", (False,)), of_session(OURS, Active=("b", True)),
                 of_session(OURS, LockedHint=("b", False)), of_session(OTHERS, Active=("b", False)),
                 of_session(OTHERS, LockedHint=("b", True)), of_session(OURS, IdleHint=("b", True)),
                 new_signal(SLEEP, "PrepareForSleep", "b", (True,))) == "suspend"
    watch.close()


def test_a_console_outside_any_session_goes_by_the_one_its_user_sits_at(
        other: DBusConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "gone")
    watch = listening(other, {"Get": ("v", (("(so)", ("2", OURS)),))})
    assert first(watch, other, locks(OURS)) == "screen"
    watch.close()


def test_without_any_session_the_sleep_is_still_heard(other: DBusConnection) -> None:
    watch = listening(other, {})
    assert first(watch, other, new_signal(SLEEP, "PrepareForSleep", "b", (True,))) == "suspend"
    watch.close()


def test_a_sleep_is_put_off_until_the_lock_has_fallen_and_again_after_it(other: DBusConnection) -> None:
    held, ours = os.pipe()
    os.set_blocking(held, False)
    watch = listening(other, {"Inhibit": ("h", (ours,))})
    os.close(ours)
    other.send(new_signal(SLEEP, "PrepareForSleep", "b", (True,)))
    with pytest.raises(BlockingIOError):
        os.read(held, 1)  # its copy of the other end is open: nobody sleeps yet
    while watch.told() != "suspend":
        time.sleep(0)
    os.set_blocking(held, True)
    assert os.read(held, 1) == b"", "let go once it was taken"
    other.send(new_signal(SLEEP, "PrepareForSleep", "b", (False,)))
    while answer_one(other, {}) != "Inhibit":
        continue
    os.close(held)
    watch.close()


def asked_all(watch: BusWatch) -> bool:
    return all(one.asked for one in watch._listeners)


def test_without_a_bus_nothing_is_ever_said(monkeypatch: pytest.MonkeyPatch, tmp_path, qtbot: QtBot) -> None:
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
        monkeypatch.setenv(variable, f"unix:path={tmp_path}/none")
    watch = BusWatch()
    qtbot.waitUntil(lambda: asked_all(watch))
    assert not watch.listening and watch.told() == ""
    watch.close()


def test_a_bus_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, tmp_path, qtbot: QtBot) -> None:
    place = str(tmp_path / "mute")
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(place)
        mute.listen(4)
        for variable in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
            monkeypatch.setenv(variable, f"unix:path={place}")
        watch = BusWatch()
        taken = [mute.accept()[0] for _ in watch._listeners]
        assert [one.recv(1) for one in taken] == [b"\0"] * 2, "it asks, and waits"
        assert watch.told() == "" and not asked_all(watch), "while the window goes on"
        for one in taken:
            one.close()
        qtbot.waitUntil(lambda: asked_all(watch))
    assert watch.told() == ""
    watch.close()


def test_a_bus_that_ends_is_let_go(other: DBusConnection, qtbot: QtBot) -> None:
    watch = listening(other, {"GetSession": ("o", (OURS,)), "GetSessionByPID": ("o", (OURS,))})
    watch.close()
    qtbot.waitUntil(lambda: not watch.listening)
    assert watch.told() == ""
