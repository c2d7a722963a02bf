"""What of one boot's samples is there, what is missing, and what to ask for next.

Gaps are asked for with RESEND, oldest first, one request at a time, at most 2,000 samples each. No
answer for half a second, or «busy»: asked again, three times in all. What stays missing gets its
cause. All times are seconds of the link's clock; all indexes are unwrapped (they go on past 2**32).
"""

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from console.domain.telemetry import GapCause
from devices.holes import Hole, HoleList

MOST_A_REQUEST = 2_000
ANSWER_LIMIT_S = 0.5
ASKS_IN_ALL = 3
NOISY_ASKS_IN_ALL = 9
REORDER_GRACE_S = 0.1  # a frame overtaken by another is not lost yet
TAIL_GRACE_S = 0.5  # samples STATUS speaks of may still be on their way
NAMING_GRACE_S = 1.5  # the next STATUS tells whether the pen itself lost them
LATE_GRACE_S = 5.0  # after the last request: a slow pen's answer is still an answer
ANSWER_END_S = 0.1  # after the last sample asked for, an ERROR may still follow
BACKLOG_HOLES = 8
BACKLOG_BRIDGE = 50  # samples asked for twice to save a request, when many wait
HOPELESS_SLACK = 20_000  # samples older than the pen holds that are still asked for
MOST_HOLES = 8_192
NAME_EVERY_S = 0.05  # a stretch whose neighbour is still being asked for is looked at again
INDEX_SPAN = 1 << 32


class Range(NamedTuple):
    """Indexes ``first`` to before ``end``."""

    first: int
    end: int


class Missing(NamedTuple):
    """A gap with its cause; ``end == first`` when its length is unknown."""

    first: int
    end: int
    cause: GapCause


@dataclass(slots=True)
class _Request:
    first: int
    end: int
    last_word_s: float
    answered: bool = False
    noisy: bool = False
    at_end: bool = False


class BootLedger:
    """Keeps account of one boot inside the recording window."""

    def __init__(self, first_index: int, resend_samples: int, overruns: int | None) -> None:
        self.begin = self.end = first_index
        self.stop: int | None = None  # where the window ends, once that is known
        self.ceiling: int | None = None  # where the next window began: no later sample is this one's
        self.duplicates = 0
        self._resend_samples = resend_samples
        self._overruns_then = self._overruns_now = overruns
        self._overruns_told = 0
        self._holes = HoleList()
        self._request: _Request | None = None
        self._busy_until_s = float("-inf")  # the one request that was told «busy» waits; no other goes before it
        self._name_s = float("inf")  # no gap can get its name earlier
        self._tail: tuple[int, float] | None = None  # next_index of a STATUS, and when it is due

    # --- what arrives ---------------------------------------------------------------------------

    def take(self, first: int, end: int, now_s: float) -> list[Range]:
        """Take samples that arrived; give the ranges that are new. What was named missing stays so."""
        last = end if self.stop is None else min(end, self.stop)
        first = max(first, self.begin)
        if last <= first:
            return []
        fresh: list[Range] = []
        if first < self.end:
            fresh += [Range(*piece) for piece in self._holes.fill(first, min(last, self.end))]
        if last > self.end:
            start = max(first, self.end)
            self._reach(start, now_s, now_s + REORDER_GRACE_S)
            self.end = last
            fresh.append(Range(start, last))
        too_late = self._holes.named_within(first, last)
        self.duplicates += last - first - too_late - sum(piece.end - piece.first for piece in fresh)
        return fresh

    def raise_stop(self, index: int) -> int:
        """Let the window end at ``index`` at the earliest; give where it ends."""
        stop = max(self.stop or 0, index)
        self.stop = stop if self.ceiling is None else min(stop, self.ceiling)
        return self.stop

    def skip_to(self, first_index: int, cause: GapCause) -> list[Missing]:
        """Go on at an index without asking for what lies before: it may not be ours. Give that as a gap."""
        if first_index <= self.end:
            return []
        self.expect(first_index, 0.0)
        return self.give_up(cause)

    def note_resent(self, first: int, end: int, now_s: float) -> None:
        """Take notice that the pen is answering."""
        request = self._request
        if request and first < request.end and end > request.first:
            request.answered, request.last_word_s = True, now_s
            request.at_end = request.at_end or end >= request.end

    def note_damage(self) -> None:
        """Take notice that a frame came damaged: the answer may have been among it."""
        if self._request:
            self._request.noisy = True

    def note_refusal(self, first: int, count: int, now_s: float) -> None:
        """Take ERROR 2: these are no longer held."""
        request = self._request
        if request is None:
            return
        request.answered, request.last_word_s = True, now_s
        first, end = max(first, request.first), min(first + count, request.end)
        if first < end:
            for hole in self._holes.cut_out(first, end):
                if hole.open:
                    self._refuse(hole, GapCause.NOT_HELD, now_s, NAMING_GRACE_S)

    def note_busy(self, now_s: float) -> None:
        """Take ERROR 3: ask again later."""
        if self._request:
            request, self._request = self._request, None
            self._busy_until_s = now_s + ANSWER_LIMIT_S
            for hole in self._holes.cut_out(request.first, request.end):
                self._asked_in_vain(hole, now_s, self._busy_until_s, noisy=False)

    def note_no_resend(self, now_s: float) -> None:
        """Take ERROR 1: this pen does not know RESEND. What answers no request says nothing of one."""
        if self._request is None or self._request.answered:
            return
        self._resend_samples = 0
        self._request = None
        for hole in self._holes:
            if hole.open:
                self._refuse(hole, GapCause.NO_RESEND, now_s, TAIL_GRACE_S)

    def note_status(self, next_index: int | None, overruns: int, now_s: float) -> list[Missing]:
        """Take STATUS; ``next_index`` None when nothing is to be streamed. Give gaps it explains."""
        if next_index is not None and self.stop is not None:
            next_index = min(next_index, self.stop)
        if next_index is not None and next_index > self.end and self._tail is None:
            self._tail = (next_index, now_s + TAIL_GRACE_S)
        if self._overruns_then is None:
            self._overruns_then = overruns
        self._overruns_now = overruns
        return self._name(now_s, told_by_status=True)

    # --- what to do about it --------------------------------------------------------------------

    def tick(self, now_s: float) -> list[Missing]:
        """Let time pass; give gaps that have their final name."""
        if self._tail and now_s >= self._tail[1]:
            next_index, self._tail = self._tail[0], None
            if self.stop is not None:
                next_index = min(next_index, self.stop)
            self.expect(next_index, now_s)
        self._judge_request(now_s)
        if len(self._holes) > MOST_HOLES:
            self._relieve(now_s)
        return self._name(now_s, told_by_status=False) if now_s >= self._name_s else []

    def expect(self, next_index: int, now_s: float, due_s: float | None = None) -> None:
        """Count samples before ``next_index`` that have not come as missing."""
        if next_index > self.end:
            self._reach(next_index, now_s, due_s if due_s is not None else now_s)
            self.end = next_index

    def next_request(self, now_s: float) -> Range | None:
        """Give the range to ask for now, if any; it then counts as asked."""
        if self._request is not None or now_s < self._busy_until_s:
            return None
        due = (hole for hole in self._holes if hole.open and hole.due_s <= now_s)
        soonest = list(itertools.islice(due, BACKLOG_HOLES))
        if not soonest:
            return None
        first = soonest[0].first
        limit = min(first + MOST_A_REQUEST, (first // INDEX_SPAN + 1) * INDEX_SPAN)
        end = min(soonest[0].end, limit)
        if len(soonest) == BACKLOG_HOLES:
            for hole in itertools.chain(soonest, due):
                if hole.first > min(end + BACKLOG_BRIDGE, limit):
                    break
                end = max(end, min(hole.end, limit))
        self._request = _Request(first, end, now_s)
        return Range(first, end)

    def asking(self, now_s: float) -> bool:
        """Tell whether a request is under way, or waits because the pen is busy."""
        return self._request is not None or now_s < self._busy_until_s

    def link_down(self) -> None:
        """Forget the request under way: its answer will not come, and that is no refusal."""
        self._request = None
        self._busy_until_s = float("-inf")

    @property
    def settled(self) -> bool:
        """Whether nothing is being asked for, and nothing missing could still get another name."""
        return self._tail is None and all(
            hole.named or hole.cause is GapCause.NOT_ANSWERED for hole in self._holes)

    def give_up(self, cause: GapCause) -> list[Missing]:
        """Name all that is still missing; what was refused keeps its own cause."""
        self._request = self._tail = None
        for hole in self._holes:
            if hole.open:
                hole.cause = cause
            hole.name_by_s = float("-inf")
        return self._name(float("inf"), told_by_status=False)

    # --- inside ---------------------------------------------------------------------------------

    def _reach(self, first: int, now_s: float, due_s: float) -> None:
        """Open a hole from the end to ``first``; what no pen of this memory holds is not asked for."""
        if first <= self.end:
            return
        begin, held_from = self.end, first - self._resend_samples - HOPELESS_SLACK
        if self._resend_samples and begin < held_from:
            hopeless = Hole(begin, held_from, now_s, due_s)
            self._refuse(hopeless, GapCause.NOT_HELD, now_s, NAMING_GRACE_S)
            self._holes.add(hopeless)
            begin = held_from
        hole = Hole(begin, first, now_s, due_s)
        if not self._resend_samples:
            self._refuse(hole, GapCause.NO_RESEND, now_s, NAMING_GRACE_S)
        self._holes.add(hole)

    def _refuse(self, hole: Hole, cause: GapCause, now_s: float, grace_s: float) -> None:
        hole.cause, hole.name_by_s = cause, now_s + grace_s
        self._name_s = min(self._name_s, hole.name_by_s)

    def _relieve(self, now_s: float) -> None:
        """Stop asking for the older half: a pen that tears more holes than can be filled."""
        for hole in list(self._holes)[: MOST_HOLES // 2]:
            if hole.open:
                self._refuse(hole, GapCause.NOT_ANSWERED, now_s, 0.0)

    def _judge_request(self, now_s: float) -> None:
        request = self._request
        if request is None:
            return
        waiting = any(hole.open for hole in self._holes.within(request.first, request.end))
        limit_s = ANSWER_END_S if request.at_end else ANSWER_LIMIT_S
        if waiting and now_s - request.last_word_s < limit_s:
            return
        self._request = None
        if not waiting:
            return
        for hole in self._holes.cut_out(request.first, request.end):
            if request.answered:
                hole.asks = hole.noisy_asks = 0  # what is still missing was lost on the way: a new gap
                hole.due_s = now_s
            else:
                self._asked_in_vain(hole, now_s, now_s, request.noisy)

    def _asked_in_vain(self, hole: Hole, now_s: float, due_s: float, noisy: bool) -> None:
        if not hole.open:
            return
        hole.due_s = due_s
        if noisy:
            hole.noisy_asks += 1
        else:
            hole.asks += 1
        if hole.asks >= ASKS_IN_ALL or hole.asks + hole.noisy_asks >= NOISY_ASKS_IN_ALL:
            self._refuse(hole, GapCause.NOT_ANSWERED, now_s, LATE_GRACE_S)

    def _name(self, now_s: float, told_by_status: bool) -> list[Missing]:
        """Name the refused stretches that are due; one stretch is named whole, not by pieces."""
        named: list[Missing] = []
        stretch: list[Hole] = []
        for hole in [*self._holes, None]:
            if stretch and (hole is None or hole.named or hole.first != stretch[-1].end):
                named += self._name_stretch(stretch, now_s, told_by_status)
                stretch = []
            if hole is not None and not hole.named:
                stretch.append(hole)
        if named:
            self._holes.fold()
        unnamed = [hole.name_by_s for hole in self._holes if not hole.open and not hole.named]
        self._name_s = max(min(unnamed), now_s + NAME_EVERY_S) if unnamed else float("inf")
        return named

    def _name_stretch(self, stretch: list[Hole], now_s: float, told_by_status: bool) -> list[Missing]:
        if any(hole.open for hole in stretch):
            return []
        due = all(hole.name_by_s <= now_s for hole in stretch)
        told = told_by_status and all(
            hole.cause is not GapCause.NOT_ANSWERED and now_s - hole.seen_s >= TAIL_GRACE_S for hole in stretch)
        if not due and not told:
            return []
        named: list[Missing] = []
        for hole in stretch:
            hole.named = True
            cause = hole.cause or GapCause.NOT_ANSWERED
            if named and named[-1].cause == cause:
                named[-1] = Missing(named[-1].first, hole.end, cause)
            else:
                named.append(Missing(hole.first, hole.end, cause))
        return [self._blame_overrun(missing) for missing in named]

    def _blame_overrun(self, missing: Missing) -> Missing:
        """Lay a gap to the pen itself when its overrun counter grew by as much."""
        if missing.cause not in (GapCause.NOT_HELD, GapCause.NO_RESEND):
            return missing
        grown = (self._overruns_now or 0) - (self._overruns_then or 0) - self._overruns_told
        if 0 < missing.end - missing.first <= grown:
            self._overruns_told += missing.end - missing.first
            return missing._replace(cause=GapCause.PEN_OVERRUN)
        return missing
