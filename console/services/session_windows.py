"""The rows a list shows, held by windows: what is looked at is fetched, what was looked at long ago is dropped."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import accumulate

from console.domain.ports import SessionRow
from console.domain.session_list import ListOutline, ListSpan, SessionFilter
from console.services.list_desk import Failed, ListDesk, ListStart

WINDOW = 64
KEPT = 40  # windows


class SessionWindows:
    """``row`` never waits: it gives what is there and notes what is missed; ``ask_missing`` asks for that.

    One question at a time, and always for what was looked at last: a list that is dragged through asks for
    nothing that has passed out of sight.
    """

    def __init__(self, desk: ListDesk, arrived: Callable[[int, int], None], grown: Callable[[int], None],
                 failed: Failed) -> None:
        self._desk, self._arrived, self._grown, self._failed = desk, arrived, grown, failed
        self._wanted = SessionFilter()
        self._number = 0
        self._windows: OrderedDict[int, tuple[SessionRow, ...]] = OrderedDict()
        self._missed: OrderedDict[int, None] = OrderedDict()
        self._asking = False
        self._show(ListOutline(()))

    @property
    def count(self) -> int:
        """Give how many rows are known to be there."""
        return self._ends[-1] if self._ends else 0

    @property
    def capped(self) -> bool:
        """Tell whether there are more."""
        return self._outline.capped

    def show(self, wanted: SessionFilter, start: ListStart) -> None:
        """Hold another list."""
        self._wanted = wanted
        self._number += 1
        self._windows.clear()
        self._missed.clear()
        self._asking = False
        self._show(start.outline)
        if start.rows:
            self._keep(0, start.rows[:WINDOW])

    def row(self, place: int) -> SessionRow | None:
        """Give a row, None where it is not there yet."""
        window, within = divmod(place, WINDOW)
        found = self._windows.get(window)
        if found is None:
            self._missed[window] = None
            self._missed.move_to_end(window)
            return None
        self._windows.move_to_end(window)
        return found[within] if within < len(found) else None

    def ask_missing(self) -> None:
        """Ask for what was missed last, unless a question is out."""
        if self._asking or not self._missed:
            return
        window, _ = self._missed.popitem()
        while len(self._missed) > 2:  # what lies further back has passed out of sight
            self._missed.popitem(last=False)
        if window in self._windows or window * WINDOW >= self.count:
            return
        self._asking = True
        span, skip, number = *self._entry(window), self._number
        self._desk.rows(self._wanted, span, skip, WINDOW, lambda rows: self._take(number, window, rows),
                        lambda error: self._lose(number, error))

    def go_on(self) -> None:
        """Ask how a list that is longer than it was counted goes on."""
        if not self.capped or self._asking:
            return
        self._asking, number = True, self._number
        self._desk.further(self._wanted, self._outline.spans[-1].low, lambda more: self._grow(number, more),
                           lambda error: self._lose(number, error))

    def _entry(self, window: int) -> tuple[ListSpan, int]:
        first = window * WINDOW
        before = self._windows.get(window - 1)
        if before is not None and len(before) == WINDOW:
            return ListSpan(before[-1].place, 0, 0), 0
        place = bisect_right(self._ends, first)
        behind = self._ends[place - 1] if place else 0
        return self._outline.spans[place], first - behind

    def _take(self, number: int, window: int, rows: Sequence[SessionRow]) -> None:
        if number != self._number:
            return
        self._asking = False
        self._keep(window, tuple(rows))
        self._arrived(window * WINDOW, window * WINDOW + WINDOW - 1)
        self.ask_missing()

    def _grow(self, number: int, more: ListOutline) -> None:
        if number != self._number:
            return
        self._asking = False
        former = self.count
        self._windows.pop(former // WINDOW, None)  # its rest is known only now
        self._show(ListOutline((*self._outline.spans, *more.spans), more.capped))
        self._grown(former)

    def _lose(self, number: int, error: BaseException) -> None:
        if number == self._number:
            self._asking = False
            self._failed(error)

    def _keep(self, window: int, rows: tuple[SessionRow, ...]) -> None:
        self._windows[window] = rows
        self._windows.move_to_end(window)
        while len(self._windows) > KEPT:
            self._windows.popitem(last=False)

    def _show(self, outline: ListOutline) -> None:
        self._outline = outline
        self._ends = list(accumulate(span.count for span in outline.spans))
