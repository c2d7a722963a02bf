"""The recording window: which samples are ours, over restarts, swaps and lost cables.

It begins with the first sample received after the window's own STREAM 1 and ends with the last
taken before its end. What the pen took before is not ours and is never asked for. Each boot of the
pen has its own ledger; between two boots there is a gap of unknown length.
"""

from dataclasses import dataclass

from console.domain.telemetry import Gap, GapCause, PenDescription
from devices.messages import ErrorCode
from devices.resend import REORDER_GRACE_S, TAIL_GRACE_S, BootLedger, Missing, Range

BootKey = tuple[str, int]
LEAVE_GRACE_S = 0.2


@dataclass(slots=True)
class _Left:
    """A boot the pen has left, not named yet; ``due_s`` is set by the first tick after."""

    key: BootKey
    cause: GapCause
    next_index: int | None
    with_tail: bool
    due_s: float | None = None


@dataclass(slots=True)
class _Closing:
    """The window's end: the pen's time of it (None: no clock known), and how long to wait."""

    end_pen_us: int | None
    deadline_s: float
    past_end_seen: bool = False


class Recording:
    """One window and the ledgers of the boots seen in it. All times are the link's seconds."""

    def __init__(self) -> None:
        self.active = False
        self.number = 0
        self.armed = False  # its own STREAM 1 has been sent
        self.gaps: list[Gap] = []  # named since last taken
        self._ledgers: dict[BootKey, BootLedger] = {}
        self._current: BootKey | None = None
        self._returning: dict[BootKey, GapCause] = {}  # boots the pen left, and why
        self._left: list[_Left] = []
        self._closing: _Closing | None = None
        self._duplicates_before = 0
        self._overruns: dict[int, int] = {}  # the last STATUS's, of the newest boot

    @property
    def closing(self) -> bool:
        """Whether the end was called and the last samples are being asked for."""
        return self._closing is not None

    @property
    def duplicates(self) -> int:
        """How many samples arrived more than once, in all windows so far."""
        return self._duplicates_before + sum(ledger.duplicates for ledger in self._ledgers.values())

    @property
    def current_ledger(self) -> BootLedger | None:
        """Give the account of the present boot, None before its first sample."""
        return self._ledger()

    def asking(self, now_s: float) -> bool:
        """Tell whether an answer is awaited, or the pen said it is busy."""
        ledger = self._ledger()
        return ledger is not None and ledger.asking(now_s)

    def claims_before(self, pen: PenDescription, boot_id: int) -> int:
        """Give the index of a boot before which all samples are this window's, or nobody's any more."""
        ledger = self._ledgers.get((pen.serial, boot_id))
        return 0 if ledger is None else ledger.end if ledger.stop is None else ledger.stop

    def cap(self, pen: PenDescription, boot_id: int, index: int) -> None:
        """Leave samples of a boot from ``index`` on to the window that begins there."""
        ledger = self._ledgers.get((pen.serial, boot_id))
        if ledger is not None and ledger.ceiling is None:
            ledger.ceiling = max(index, ledger.end)

    def begin(self, number: int = 1) -> None:
        """Open a new window; it waits for its own STREAM 1 and then the first sample."""
        if self.active:
            self.finish(GapCause.NOT_ANSWERED)
        self.active, self.armed, self.number = True, False, number

    def end(self, end_pen_us: int | None, deadline_s: float, link_alive: bool) -> None:
        """Call the end at the pen's time ``end_pen_us``; what is missing is asked for until the deadline."""
        if not self.active or self._closing:
            return
        self._closing = _Closing(end_pen_us, deadline_s, past_end_seen=end_pen_us is None and link_alive)
        ledger = self._ledger()
        if ledger is not None:
            ledger.stop = ledger.end

    # --- samples --------------------------------------------------------------------------------

    def take(
        self, pen: PenDescription, boot_id: int, samples: Range, t_us: int, resent: bool, now_s: float
    ) -> list[Range]:
        """Take samples of a boot of the present ``pen``, or of one it had before; give the ranges that are new."""
        if not self.active:
            return []
        key = (pen.serial, boot_id)
        ledger = self._ledgers.get(key)
        if ledger is None:
            if resent or boot_id != pen.boot_id or not self.armed or self._closing or not samples.end > samples.first:
                return []
            ledger = self._ledgers[key] = BootLedger(
                samples.first, pen.resend_samples, self._overruns.get(boot_id)
            )
        if key in self._returning and not resent and boot_id == pen.boot_id and key != self._current:
            self._name_all_left(key)
            self._report(key, ledger.skip_to(samples.first, self._returning.pop(key)))
        if not resent and boot_id == pen.boot_id:
            self._current = key
        if resent:  # an answer tells of what was missed; it cannot tell of what has not been heard of
            ledger.note_resent(samples.first, samples.end, now_s)
            return ledger.take(samples.first, min(samples.end, ledger.end), now_s)
        past_end = self._extend(ledger, samples, t_us, pen.period_us)
        fresh = ledger.take(samples.first, samples.end, now_s)
        if past_end and ledger.stop is not None:
            ledger.expect(ledger.stop, now_s, now_s + REORDER_GRACE_S)
        return fresh

    def _extend(self, ledger: BootLedger, samples: Range, t_us: int, period_us: int) -> bool:
        """Let samples on their way at the end still count: those taken before it.

        Tells whether these samples reach past the end, so that no more can follow.
        """
        closing = self._closing
        if closing is None or closing.end_pen_us is None or ledger.stop is None:
            return False
        before = (closing.end_pen_us - t_us) // period_us + 1
        count = samples.end - samples.first
        ledger.raise_stop(samples.first + min(before, count))
        closing.past_end_seen = closing.past_end_seen or before < count
        return before < count

    # --- what else the pen says -----------------------------------------------------------------

    def note_overruns(self, boot_id: int, next_index: int | None, overruns: int, now_s: float) -> None:
        """Take STATUS of the current boot; ``next_index`` None when no samples are wanted."""
        self._overruns = {boot_id: overruns}
        key, ledger = self._current, self._ledger()
        if ledger is not None and key is not None and key[1] == boot_id:
            self._report(key, ledger.note_status(next_index, overruns, now_s))

    def note_time(self, boot_id: int, t_us: int, index_then: int | None, now_s: float) -> None:
        """Take the pen's time of a STATUS after the end: all taken before the end is now known.

        ``index_then`` is the index the pen's next sample bore at the window's end, by its own clock.
        """
        closing, ledger = self._closing, self._ledger()
        if closing is None or closing.end_pen_us is None or t_us < closing.end_pen_us:
            return
        if self._current is None or self._current[1] != boot_id:
            return
        closing.past_end_seen = True
        if ledger is not None and index_then is not None and index_then > ledger.end:
            stop = ledger.raise_stop(index_then)
            ledger.expect(stop, now_s, now_s + TAIL_GRACE_S)  # a frame may be filling still

    @property
    def end_pen_us(self) -> int | None:
        """Give the pen's time of the window's end, once it was called."""
        return self._closing.end_pen_us if self._closing else None

    def note_error(self, code: int, first: int, count: int, now_s: float) -> None:
        """Take ERROR in answer to RESEND."""
        ledger = self._ledger()
        if ledger is None:
            return
        if code == ErrorCode.NOT_HELD:
            ledger.note_refusal(first, count, now_s)
        elif code == ErrorCode.BUSY:
            ledger.note_busy(now_s)
        elif code == ErrorCode.UNKNOWN_TYPE:
            ledger.note_no_resend(now_s)

    def note_damage(self) -> None:
        """Take notice of a damaged frame."""
        if ledger := self._ledger():
            ledger.note_damage()

    def link_down(self) -> None:
        """Forget the request under way."""
        if ledger := self._ledger():
            ledger.link_down()

    def leave_boot(self, cause: GapCause, next_index: int | None) -> None:
        """The pen restarted or was exchanged: what the old boot still owes, and its tail, is named soon.

        ``next_index`` is the last STATUS's: the tail's length as far as it is known. Frames of the old boot
        may have been overtaken by the news, so a moment passes first.
        """
        key, ledger = self._current, self._ledger()
        if key is None or ledger is None:
            return
        ledger.link_down()
        tail_told = self._closing is None or not self._closing.past_end_seen
        self._left.append(_Left(key, cause, next_index if self._closing is None else None, tail_told))
        self._returning[key] = cause
        self._current = None

    def _name_left(self, left: _Left) -> None:
        """Name what a boot owes that is no longer the pen's present one."""
        ledger = self._ledgers[left.key]
        owed = ledger.give_up(left.cause)
        if left.with_tail:
            tail_end = max(ledger.end, left.next_index or 0)
            touches = bool(owed) and (owed[-1].end, owed[-1].cause) == (ledger.end, left.cause)
            tail_first = owed.pop().first if touches else ledger.end
            owed.append(Missing(tail_first, tail_end, left.cause))
            ledger.expect(tail_end, 0.0)
            ledger.give_up(left.cause)  # reported with the tail
        self._report(left.key, owed)

    def _name_all_left(self, key: BootKey | None = None) -> None:
        """Name now what boots left behind owe (``key``: only this one)."""
        for left in [one for one in self._left if key in (None, one.key)]:
            self._left.remove(left)
            self._name_left(left)

    # --- time -----------------------------------------------------------------------------------

    def tick(self, now_s: float, link_alive: bool) -> None:
        """Let time pass: gaps get their names, a settled or overdue window closes."""
        for key, ledger in self._ledgers.items():
            self._report(key, ledger.tick(now_s))
        for left in list(self._left):
            left.due_s = now_s + LEAVE_GRACE_S if left.due_s is None else left.due_s
            if now_s >= left.due_s:
                self._name_all_left(left.key)
        closing = self._closing
        if closing is None:
            return
        settled = not self._left and all(ledger.settled for ledger in self._ledgers.values())
        if settled and link_alive and (closing.past_end_seen or self._current is None):
            self.finish(GapCause.NOT_ANSWERED)
        elif now_s >= closing.deadline_s:
            self.finish(GapCause.NOT_ANSWERED if link_alive else GapCause.LINK_LOST)

    def next_request(self, boot_id: int, now_s: float) -> Range | None:
        """Give the range of the current boot to ask for, if any."""
        ledger = self._ledger()
        if not self.active or ledger is None or self._current is None or self._current[1] != boot_id:
            return None
        return ledger.next_request(now_s)

    def finish(self, cause: GapCause) -> None:
        """Close the window now; what is missing is named."""
        if not self.active:
            return
        self._name_all_left()
        current = self._ledger()
        for key, ledger in self._ledgers.items():
            self._report(key, ledger.give_up(cause))
            if cause is GapCause.LINK_LOST and ledger is current:
                self._report(key, [Missing(ledger.end, ledger.end, cause)])
        self._duplicates_before = self.duplicates
        self._ledgers, self._current, self._closing = {}, None, None
        self._returning.clear()
        self.active = self.armed = False

    # --- inside ---------------------------------------------------------------------------------

    def _ledger(self) -> BootLedger | None:
        return None if self._current is None else self._ledgers.get(self._current)

    def _report(self, key: BootKey, missing: list[Missing]) -> None:
        serial, boot_id = key
        for first, end, cause in missing:
            self.gaps.append(Gap(serial, boot_id, first, end - first, cause, self.number))
