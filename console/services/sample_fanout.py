"""Where the pen's reader thread leaves what it read: screen, recorder, alarms, desk.

Runs on the pen-reader thread; nothing here waits. The ring may overwrite, the recorder may not
lose, the watch judges where samples arrive, and the inbox carries plain objects to the desk.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from console.domain.ports import Recorder
from console.domain.telemetry import Batch, Gap, LinkNotice, PenEvent, PenStatus

INBOX_LIMIT = 20_000

log = logging.getLogger("console.pen")


class TakesBatches(Protocol):
    """Anything that looks at samples as they arrive."""

    def push(self, batch: Batch) -> None: ...


class Inbox:
    """A bounded queue from any thread to the desk; what it must turn away is counted, not hidden."""

    def __init__(self, limit: int = INBOX_LIMIT) -> None:
        self._queue: deque[object] = deque()
        self._limit = limit
        self.turned_away = 0

    def put(self, news: object) -> None:
        """Leave a plain object; never blocks."""
        if len(self._queue) >= self._limit:
            self.turned_away += 1
            return
        self._queue.append(news)

    def take_all(self) -> list[object]:
        """Take what lies there, oldest first."""
        taken: list[object] = []
        while self._queue:
            taken.append(self._queue.popleft())
        return taken


class RecordingAccount:
    """What one recording window has brought so far, and for whom."""

    def __init__(self, session_id: UUID) -> None:
        self.session_id = session_id
        self.samples = 0
        self.missing = 0  # named by gaps; the desk's side counts them
        self.last_boot: tuple[str, int] | None = None  # pen serial and boot of the last sample recorded
        self.last_index: int | None = None  # within that boot

    def note(self, batch: Batch) -> None:
        """Count a batch."""
        self.samples += batch.count
        boot = (batch.pen_serial, batch.boot_id)
        if boot != self.last_boot:  # what is sent again belongs to the boot that goes on
            self.last_boot, self.last_index = boot, None
        self.last_index = max(batch.end_index - 1, self.last_index or 0)


class SampleFanout:
    """Fulfils ``ports.LinkSink``: splits the pen's stream to those who need it.

    A recording window has a number; while the former one's missing samples come in, the next one's
    are recorded already, each into its own session.
    """

    def __init__(self, recorder: Recorder | None, inbox: Inbox) -> None:
        self._recorder = recorder
        self.inbox = inbox
        self._watchers: list[TakesBatches] = []
        self._accounts: dict[int, RecordingAccount] = {}
        self._newest = 0
        self.last_status: PenStatus | None = None
        self._on_notice: Callable[[LinkNotice], None] | None = None
        self._on_recorded: Callable[[UUID, Batch], None] | None = None

    def add_watcher(self, watcher: TakesBatches, on_notice: Callable[[LinkNotice], None] | None = None) -> None:
        """Let ``watcher`` see every batch (and ``on_notice`` every change of the link)."""
        self._watchers.append(watcher)
        self._on_notice = on_notice or self._on_notice

    def tell_recorded(self, on_recorded: Callable[[UUID, Batch], None]) -> None:
        """Let one listener see what goes to the recorder, and for which session."""
        self._on_recorded = on_recorded

    def record_into(self, session_id: UUID) -> int:
        """Number the next recording window, whose samples belong to a session."""
        self._newest += 1
        self._accounts = {**self._accounts, self._newest: RecordingAccount(session_id)}
        return self._newest

    def account(self, window: int) -> RecordingAccount | None:
        """Give what a window has brought, None once it is closed."""
        return self._accounts.get(window)

    def close_window(self, window: int) -> None:
        """Forget a window that has settled."""
        self._accounts = {number: one for number, one in self._accounts.items() if number != window}

    def on_samples(self, batch: Batch, window: int) -> None:
        """Spread a batch; samples inside a recording window go to the recorder first."""
        account = self._accounts.get(window)
        if account is not None and self._recorder is not None:
            if account.samples == 0:
                self.inbox.put(RecordingFirst(account.session_id, batch.pen_serial, batch.boot_id, batch.first_index))
            self._recorder.add_samples(account.session_id, batch)
            account.note(batch)
            if self._on_recorded is not None:
                self._on_recorded(account.session_id, batch)
        if 0 < window < self._newest:
            return  # of the patient before: nothing on this one's screen, tally or alarms
        for watcher in self._watchers:
            watcher.push(batch)

    def on_gap(self, gap: Gap) -> None:
        """Pass a named gap on."""
        self.inbox.put(gap)

    def on_notice(self, notice: LinkNotice) -> None:
        """Pass a change of the link on."""
        if self._on_notice is not None:
            self._on_notice(notice)
        self.inbox.put(notice)

    def on_pen_event(self, event: PenEvent) -> None:
        """Pass an event of the pen on."""
        self.inbox.put(event)

    def on_pen_status(self, status: PenStatus) -> None:
        """Keep the latest heartbeat (the screen reads it) and pass it on."""
        self.last_status = status
        self.inbox.put(status)


class RecordingFirst:
    """The first sample of a recording arrived."""

    __slots__ = ("boot_id", "first_index", "pen_serial", "session_id")

    def __init__(self, session_id: UUID, pen_serial: str, boot_id: int, first_index: int) -> None:
        self.session_id, self.pen_serial = session_id, pen_serial
        self.boot_id, self.first_index = boot_id, first_index
