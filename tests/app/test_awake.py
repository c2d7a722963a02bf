"""Sleep and screen lock are held off while a treatment is open: real calls over a private bus, to another process."""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from console.app.awake import LIVE_FOR_S, Awake, AwakeCalls, treatment_open
from console.app.awake_ways import LOCK, SLEEP, LinuxGrip, MacGrip
from console.domain.session import Session
from console.domain.session_events import SessionEvent, SessionStopped

DESKTOP = Path(__file__).parents[1] / "support" / "desktop_on_a_bus.py"


@pytest.fixture
def bus() -> Iterator[str]:
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"],
                              stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    with daemon:
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@contextlib.contextmanager
def desktop(address: str, name: str) -> Iterator[Iterator[str]]:
    process = subprocess.Popen([sys.executable, str(DESKTOP), address, name], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        said = (line.strip() for line in process.stdout)
        assert next(said) == "ready"
        yield said
        process.kill()


@pytest.fixture
def both_buses(bus: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
        monkeypatch.setenv(variable, bus)
    return bus


def test_linux_holds_lock_and_sleep_until_it_lets_go(both_buses: str) -> None:
    grip = LinuxGrip()
    with desktop(both_buses, "org.freedesktop.ScreenSaver") as saver, \
            desktop(both_buses, "org.freedesktop.login1") as login:
        assert grip.take() == ()
        assert next(saver) == "inhibit Needling Console A treatment is open"
        assert next(login) == "inhibit sleep:idle Needling Console A treatment is open block"
        grip.let_go()
        assert next(saver) == next(login) == "gone"


def test_linux_says_what_it_could_not_hold(both_buses: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "console.app.awake_ways"), desktop(both_buses, "refusing") as saver:
        grip = LinuxGrip()
        assert grip.take() == (LOCK, SLEEP)
        assert next(saver).startswith("inhibit")
        grip.let_go()


def test_without_any_bus_nothing_is_held_and_nothing_breaks(monkeypatch, caplog, tmp_path) -> None:
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
        monkeypatch.setenv(variable, f"unix:path={tmp_path}/none")
    with caplog.at_level(logging.CRITICAL, "console.app.awake_ways"):
        assert LinuxGrip().take() == (LOCK, SLEEP)


def test_a_mac_is_held_by_a_child_that_ends_when_let_go(tmp_path, caplog) -> None:
    child = tmp_path / "caffeinate"
    child.write_text('#!/bin/sh\necho "$@" > "$0.asked"\nexec sleep 60\n')
    child.chmod(0o700)
    grip = MacGrip(str(child))
    assert grip.take() == ()
    held = grip._child
    assert held is not None and held.poll() is None
    grip.let_go()
    assert held.returncode is not None
    with caplog.at_level(logging.CRITICAL, "console.app.awake_ways"):
        assert MacGrip(str(tmp_path / "none")).take() == (LOCK, SLEEP)


class _Grip:
    """Stands where the system would be asked; says in which thread."""

    def __init__(self, fault: tuple[str, ...] = (), broken: bool = False) -> None:
        self.fault, self.broken, self.asked = fault, broken, []
        self.turned = threading.Semaphore(0)

    def take(self) -> tuple[str, ...]:
        self.asked.append(("take", threading.current_thread().name))
        self.turned.release()
        if self.broken:
            raise RuntimeError("no way")
        return self.fault

    def let_go(self) -> None:
        self.asked.append(("let go", threading.current_thread().name))
        self.turned.release()


def test_it_is_asked_for_once_and_in_a_thread_of_its_own() -> None:
    grip = _Grip()
    awake = Awake(grip)
    for _ in range(3):
        awake.want(True)
    assert grip.turned.acquire(timeout=10)
    awake.want(True)
    awake.want(False)
    assert grip.turned.acquire(timeout=10)
    awake.close()
    assert grip.asked == [("take", "awake"), ("let go", "awake")] and not awake.holds


def test_closing_lets_the_system_sleep() -> None:
    grip = _Grip()
    awake = Awake(grip)
    awake.want(True)
    assert grip.turned.acquire(timeout=10)
    awake.close()
    assert [what for what, _ in grip.asked] == ["take", "let go"]


def test_a_way_that_raises_is_a_fault_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "console.app.awake"):
        awake = Awake(_Grip(broken=True))
        awake.want(True)
        awake.close()
    assert awake.fault == ()  # let go of: nothing to complain of any more


def _session(at_us: int) -> Session:
    return Session(UUID(int=1), [SessionEvent(at_us, "PR-01", SessionStopped())])


def test_a_treatment_is_open_until_it_closes_or_was_left_behind() -> None:
    at_us = 1_000_000_000
    limit_us = at_us + LIVE_FOR_S * 1_000_000
    assert not treatment_open([], at_us)
    assert treatment_open([_session(at_us)], limit_us - 1)
    assert not treatment_open([_session(at_us)], limit_us)


def test_what_cannot_be_held_is_said_once(qtbot) -> None:
    grip, told = _Grip((SLEEP,)), []
    awake = Awake(grip)
    calls = AwakeCalls(awake, lambda: [_session(5)], lambda: 6, lambda words, kind: told.append((words, kind)))
    calls.look()
    assert grip.turned.acquire(timeout=10)
    qtbot.waitUntil(lambda: awake.holds)
    calls.look()
    calls.look()
    awake.close()
    assert [kind for _, kind in told] == ["caution"] and "does not let its sleep be held off" in told[0][0]
