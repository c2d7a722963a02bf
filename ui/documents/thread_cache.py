"""Keeps what a thread made for that thread: Qt's fonts and drawings may be made anywhere, but not shared."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def cache_per_thread(make: Callable[P, T]) -> Callable[P, T]:
    """Remember what a function made for its arguments, anew in each thread that calls it."""
    own = threading.local()

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> T:
        if not hasattr(own, "kept"):
            own.kept = {}
        kept: dict[object, T] = own.kept
        key = (args, tuple(sorted(named.items())))
        if key not in kept:
            kept[key] = make(*args, **named)
        return kept[key]

    return made
