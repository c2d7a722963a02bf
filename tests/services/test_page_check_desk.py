"""The desk of the whole check: when it goes on, when it is held, and what becomes of what it finds."""

import threading
from collections.abc import Callable, Iterator

import pytest
from console_rig import close_console, make_console, start_session, walk_to

from console.domain.workflow import Phase
from console.services.page_check_desk import AGAIN_S, CALM_S, PageCheckDesk

LIMIT_S = 10.0


class Checker:
    """Checks until it may not, or until it is told to end."""

    def __init__(self) -> None:
        self.begun, self.end = threading.Semaphore(0), threading.Event()
        self.turns, self.found, self.wanted, self.failure = 0, "", True, None
        self.looked = threading.Event()

    def due(self) -> bool:
        self.looked.set()
        return self.wanted

    def go_on(self, may: Callable[[], bool]) -> str:
        self.turns += 1
        self.begun.release()
        while may() and not self.end.wait(0.001):
            pass
        if self.failure is not None:
            raise self.failure
        return self.found


@pytest.fixture
def console() -> Iterator[object]:
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def checker() -> Checker:
    return Checker()


@pytest.fixture
def desk(console, checker: Checker) -> Iterator[PageCheckDesk]:
    made = PageCheckDesk(console.desk, console.registry, checker, console.clock)
    yield made
    checker.end.set()
    made.stop(LIMIT_S)


def begin(console, desk: PageCheckDesk, checker: Checker) -> None:
    console.clock.advance(CALM_S)
    desk.look()
    assert checker.begun.acquire(timeout=LIMIT_S)


def ended(desk: PageCheckDesk) -> None:
    desk._thread.join(LIMIT_S)
    assert not desk._thread.is_alive()
    desk.look()


def test_it_begins_once_the_start_is_over(console, desk: PageCheckDesk, checker: Checker) -> None:
    desk.look()
    assert desk._thread is None
    begin(console, desk, checker)
    desk.look()
    assert checker.turns == 1, "one at a time"
    checker.end.set()
    ended(desk)
    assert desk.damage == ""


def test_a_session_that_opens_ends_it_at_once_and_it_waits(console, desk: PageCheckDesk, checker: Checker) -> None:
    begin(console, desk, checker)
    console.station.link.show_pen()
    start_session(console)  # the event alone does, no look in between
    ended(desk)
    for phase in (Phase.PREPARATION, Phase.NEEDLING):
        walk_to(console, phase)
        console.clock.advance(10 * AGAIN_S)
        desk.look()
        assert desk.treating and checker.turns == 1
    walk_to(console, Phase.AFTERCARE)
    assert not desk.treating
    desk.look()
    assert checker.begun.acquire(timeout=LIMIT_S)


def test_what_is_found_is_kept_and_audited_once(console, desk: PageCheckDesk, checker: Checker) -> None:
    checker.found = "HMAC verification failed for page 7"
    begin(console, desk, checker)
    checker.end.set()
    ended(desk)
    console.clock.advance(10 * AGAIN_S)
    desk.look()
    assert desk.damage == checker.found and checker.turns == 1
    assert [one for one in console.registry.audits if "damage_found" in one] == [
        ("console", "damage_found", "", checker.found)]


def test_what_could_not_be_checked_is_tried_again(console, desk: PageCheckDesk, checker: Checker) -> None:
    checker.failure = OSError(28, "No space left on device")
    checker.end.set()
    begin(console, desk, checker)
    ended(desk)
    desk.look()
    assert checker.turns == 1, "not at once"
    console.clock.advance(AGAIN_S)
    desk.look()
    assert checker.begun.acquire(timeout=LIMIT_S) and desk.damage == ""


def test_what_is_not_due_is_left_alone(console, desk: PageCheckDesk, checker: Checker) -> None:
    checker.wanted = False
    console.clock.advance(CALM_S)
    desk.look()
    ended(desk)
    assert checker.looked.is_set() and checker.turns == 0


def test_closing_abandons_it(console, desk: PageCheckDesk, checker: Checker) -> None:
    begin(console, desk, checker)
    desk.stop(LIMIT_S)
    assert not desk._thread.is_alive()
