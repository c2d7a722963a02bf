"""The query thread: one worker that owns the read-only connection of lists, pages and replay.

A second one, «secrets», checks and makes the hashes of PINs and passwords, which are slow on purpose.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

T = TypeVar("T")

log = logging.getLogger("console.query")


class Questions(Protocol):
    """Takes questions and gives their answers."""

    def ask(self, question: Callable[[], T], answer: Callable[[T], None],
            failed: Callable[[BaseException], None]) -> None:
        """Ask; one of the two is called with what came of it."""


class AtOnce:
    """Answers where it is asked, for the command line. Fulfils ``Questions``."""

    def ask(self, question: Callable[[], T], answer: Callable[[T], None],
            failed: Callable[[BaseException], None]) -> None:
        """Answer before it returns; what goes wrong is raised here."""
        answer(question())


class QueryThread:
    """Runs questions one after the other; answers come back by ``deliver`` on the asking thread."""

    def __init__(self, name: str = "query") -> None:
        self._asked: queue.SimpleQueue[tuple[Callable[[], object], Future[object]] | None] = queue.SimpleQueue()
        self._waiting: list[tuple[Future[object], Callable[[object], None], Callable[[BaseException], None]]] = []
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(
        self, question: Callable[[], T], answer: Callable[[T], None], failed: Callable[[BaseException], None],
    ) -> None:
        """Put a question; one of the two callbacks runs in a later ``deliver``."""
        future: Future[object] = Future()
        self._waiting.append((future, answer, failed))  # type: ignore[arg-type]
        self._asked.put((question, future))

    def deliver(self) -> None:
        """Hand over the answers that are there (called once a frame by the thread that asks).

        Where a callback fails, the answers behind it wait for the next frame.
        """
        for one in [one for one in self._waiting if one[0].done()]:
            if one not in self._waiting:
                continue
            self._waiting.remove(one)
            future, answer, failed = one
            error = future.exception()
            if error is None:
                answer(future.result())
            else:
                failed(error)

    @property
    def busy(self) -> bool:
        """Tell whether an answer is outstanding."""
        return bool(self._waiting)

    def stop(self, timeout_s: float = 5.0) -> None:
        """Finish what was asked, then end."""
        self._asked.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            question, future = asked
            try:
                future.set_result(question())
            except Exception as error:  # noqa: BLE001  a thread boundary: the asker is told
                future.set_exception(error)
