"""Ctrl-C and the system's wish to end, heard while Qt runs.

Python raises KeyboardInterrupt inside whatever Qt happens to call, and Qt swallows it there. So a
signal only asks the program to quit, and the interruption is raised once everything is put away.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def quitting_on_interrupts(ask_to_quit: Callable[[], object]) -> Iterator[None]:
    """Ask to quit at a signal; KeyboardInterrupt at the end if one came."""
    came: list[int] = []

    def heard(number: int, _: FrameType | None) -> None:
        came.append(number)
        ask_to_quit()

    former = {one: signal.signal(one, heard) for one in SIGNALS}
    try:
        yield
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)
    if came:
        raise KeyboardInterrupt
