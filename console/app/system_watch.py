"""What the computer says of itself on its buses: the screen is locked, it goes to sleep, another user is in front.

Threads of its own do the talking, in plain sockets: Qt's own D-Bus keeps the interpreter to itself while it waits, so
that a bus that accepts and never answers would stand the whole window still. Where there is no bus (Windows, macOS, a
bare terminal) nothing is ever said: a sleep is then found at the waking, by the clocks, and the rest by idleness.
"""

import logging
import os
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from console.app.awake_ways import PROGRAM

SCREEN_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")
LOGIN, LOGIN_PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
MANAGER, SESSION = f"{LOGIN}.Manager", f"{LOGIN}.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
SCREEN, SUSPEND, AWAY = "screen", "suspend", "away"
ANSWER_S, TAKEN_S, PAINTED_S = 2.0, 2.0, 0.2  # the login service itself waits for no more than five seconds
_MOST_WAITING = 16

log = logging.getLogger(__name__)


class BusWatch:
    """Implements ``computer_ports.SystemWatch``: one thread for each bus; any thread may ask."""

    def __init__(self) -> None:
        self._said: deque[str] = deque(maxlen=_MOST_WAITING)
        self._taken = threading.Event()
        self._listeners = [BusListener(bus, rules, self._said.append, self._taken) for bus, rules in (
            ("SESSION", _saver_rules), ("SYSTEM", _login_rules))] if sys.platform == "linux" else []

    @property
    def listening(self) -> bool:
        """Tell whether each bus was asked by now and at least one is listened to."""
        return all(one.asked for one in self._listeners) and any(one.heard for one in self._listeners)

    def told(self) -> str:
        """Give «screen», «suspend» or «away», whichever began first since asked last, else empty."""
        said = self._said.popleft() if self._said else ""
        self._said.clear()
        if said:
            self._taken.set()
        return said

    def close(self) -> None:
        """Leave the buses."""
        for one in self._listeners:
            one.close()


class BusListener:
    """Listens to one bus until it ends or is left; ``tell`` is called on its thread.

    The login service is asked to put a sleep off until what was told is ``taken``, so that the lock falls before it.
    """

    def __init__(self, bus: str, rules: Callable[[Any], Iterator[dict[str, str]]], tell: Callable[[str], None],
                 taken: threading.Event) -> None:
        self._bus, self._rules, self._tell, self._taken = bus, rules, tell, taken
        self._delay: Any = None
        self._may_delay = bus == "SYSTEM"
        self._connection: Any = None
        self._left = False
        self.asked = self.heard = False
        threading.Thread(target=self._run, name=f"watch {bus.lower()} bus", daemon=True).start()

    def close(self) -> None:
        """Leave the bus; a bus that never answers is left to the end of the process."""
        self._left = True
        if self._connection is not None:
            try:
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended by itself
                return

    def _run(self) -> None:
        try:
            self._listen()
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:  # no bus is normal; so is its end
            if not self._left:
                log.info("the %s bus is not listened to: %s", self._bus.lower(), type(error).__name__)
        except Exception:  # the system's ways are many; none may take the console with it
            log.exception("the %s bus is not listened to any more", self._bus.lower())
        finally:
            self.asked, self.heard = True, False
            self._let_sleep()
            if self._connection is not None:
                self._connection.close()

    def _put_sleep_off(self) -> None:
        from jeepney import DBusAddress, MessageType, new_method_call

        asked = new_method_call(DBusAddress(LOGIN_PATH, LOGIN, MANAGER), "Inhibit", "ssss",
                                ("sleep", PROGRAM, "Records are hidden first", "delay"))
        try:
            answer = self._connection.send_and_get_reply(asked, timeout=ANSWER_S)
        except TimeoutError:  # the words it tells are listened to all the same
            return
        self._may_delay = answer.header.message_type is MessageType.method_return
        self._delay = answer.body[0] if self._may_delay else None

    def _let_sleep(self) -> None:
        if self._delay is not None:
            self._delay.close()
            self._delay = None

    def _follow(self, signal: Any) -> None:
        told = meaning(signal)
        if told:
            self._taken.clear()
            self._tell(told)
        if told == SUSPEND:
            self._taken.wait(TAKEN_S)
            time.sleep(PAINTED_S if self._delay is not None else 0)  # the window shows it in its next frame
            self._let_sleep()
        elif self._may_delay and _is_awake(signal):
            self._put_sleep_off()

    def _listen(self) -> None:
        from jeepney import DBusAddress, MatchRule, new_method_call  # Linux only; not needed to paint the first page
        from jeepney.io.blocking import open_dbus_connection

        self._connection = connection = open_dbus_connection(self._bus, enable_fds=True)
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        signals: deque[Any] = deque()
        with connection.filter(MatchRule(type="signal"), queue=signals):
            for rule in self._rules(connection):
                words = ",".join(f"{name}='{value}'" for name, value in {"type": "signal", **rule}.items())
                connection.send_and_get_reply(new_method_call(bus, "AddMatch", "s", (words,)), timeout=ANSWER_S)
            if self._may_delay:
                self._put_sleep_off()
            self.asked = self.heard = True
            while not self._left:
                self._follow(connection.recv_until_filtered(signals))


def meaning(signal: Any) -> str:
    """Say what a signal means for the lock, empty for nothing."""
    from jeepney import HeaderFields

    fields, body = signal.header.fields, signal.body
    interface, member = fields.get(HeaderFields.interface), fields.get(HeaderFields.member)
    if member == "ActiveChanged" and interface in SCREEN_SAVERS:
        return SCREEN if body == (True,) else ""
    if (interface, member) == (MANAGER, "PrepareForSleep"):  # before the sleep: nothing is in sight after it
        return SUSPEND if body == (True,) else ""
    if (interface, member) == (SESSION, "Lock"):
        return SCREEN
    if (interface, member) == (PROPERTIES, "PropertiesChanged") and body[0] == SESSION:
        return _of_session(body[1])
    return ""


def _is_awake(signal: Any) -> bool:
    from jeepney import HeaderFields

    return bool(signal.header.fields.get(HeaderFields.member) == "PrepareForSleep" and signal.body == (False,))


def _of_session(changed: dict[str, tuple[str, Any]]) -> str:
    if changed.get("LockedHint") == ("b", True):
        return SCREEN
    return AWAY if changed.get("Active") == ("b", False) else ""


def _saver_rules(_: Any) -> Iterator[dict[str, str]]:
    for name in SCREEN_SAVERS:
        yield {"sender": name, "interface": name, "member": "ActiveChanged"}


def _login_rules(connection: Any) -> Iterator[dict[str, str]]:
    yield {"sender": LOGIN, "path": LOGIN_PATH, "interface": MANAGER, "member": "PrepareForSleep"}
    session = _own_session(connection)
    if session:
        yield {"sender": LOGIN, "path": session, "interface": SESSION, "member": "Lock"}
        yield {"sender": LOGIN, "path": session, "interface": PROPERTIES, "member": "PropertiesChanged",
               "arg0": SESSION}


def _own_session(connection: Any) -> str:
    """Give the path of the login session this runs in, else the one the user sits at; empty where there is none."""
    from jeepney import DBusAddress, MessageType, new_method_call

    login, user = DBusAddress(LOGIN_PATH, LOGIN, MANAGER), DBusAddress(f"{LOGIN_PATH}/user/self", LOGIN, PROPERTIES)
    named = os.environ.get("XDG_SESSION_ID", "")
    questions = [new_method_call(login, "GetSession", "s", (named,))] if named else []
    questions.append(new_method_call(login, "GetSessionByPID", "u", (os.getpid(),)))
    for asked in questions:
        answer = connection.send_and_get_reply(asked, timeout=ANSWER_S)
        if answer.header.message_type is MessageType.method_return:
            return str(answer.body[0])
    display = new_method_call(user, "Get", "ss", (f"{LOGIN}.User", "Display"))
    answer = connection.send_and_get_reply(display, timeout=ANSWER_S)
    if answer.header.message_type is not MessageType.method_return:
        return ""
    name, path = answer.body[0][1]
    return str(path) if name else ""
