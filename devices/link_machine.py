"""The console's side of the link as a machine of bytes and time, without port or thread.

Bytes and moments go in; bytes for the pen, batches, gaps and notices come out. The reader thread
(``devices.link``) only moves them, a driver (``devices.driver``) knows what they mean to one kind of
pen. All limits are in the link clock's time, which is the pen's.

    IDENTIFY every 0.5 s, five times -> HELLO -> STREAM 1 every 0.5 s until a sample comes, five times
    no new sample for 0.5 s: stale            no valid frame for 2.5 s, or the port gone: lost
"""

from dataclasses import replace

from console.domain.telemetry import Batch, GapCause, LinkCounters, LinkNotice, LinkState, PenDescription
from devices.asking import REPEATS, HeldTelemetry, Repeater
from devices.clock_map import Moment
from devices.driver import PenDriver
from devices.link_words import (
    SILENT,
    LinkOutput,
    NoticeBoard,
    SamplesRead,
    pen_event,
    pen_status,
    refusal_of,
    state_of_connected,
)
from devices.messages import (
    Event,
    FrameType,
    Hello,
    Identify,
    PenError,
    PenMessage,
    Resend,
    Status,
    Stream,
    Telemetry,
    describe,
)
from devices.pens.pen_link import PenLinkDriver
from devices.resend import INDEX_SPAN
from devices.sample_stream import SampleStream
from devices.windows import Windows

STALE_S = 0.5
LOST_S = 2.5
_EVENTS_REMEMBERED = 16


class LinkMachine:
    """One way to one pen, over lost cables, restarts and exchanged pens."""

    def __init__(self, driver: PenDriver | None = None) -> None:
        self.board = NoticeBoard()
        self._driver: PenDriver = driver or PenLinkDriver()
        self.wants_reopen = False  # nobody answers on this port: try it anew
        self._recording = Windows()
        self._stream = SampleStream(self._recording)
        self._held = HeldTelemetry()
        self._outputs: list[LinkOutput] = []
        self._identify, self._ask_stream = Repeater(), Repeater()
        self._open = self._identified = self._was_lost = False
        self._wants_stream = False
        self.streams_asked = 0  # how often samples were asked for
        self._pinned: tuple[str, str] | None = None
        self._accepted = ""
        self._last_frame_s = self._stream_since_s = self._stream_off_s = self._opened_s = 0.0
        self._last_next_index: int | None = None
        self._events_seen: list[Event] = []
        self._lost_samples = self._asked_samples = 0
        self._down_reason = ""

    # --- the port -------------------------------------------------------------------------------

    def looking(self, port: str) -> None:
        """A port was named; nothing is open yet."""
        self.board.port = port
        self._publish(LinkState.OPENING, f"looking for a pen on {port}")

    def port_opened(self, port: str, moment: Moment, place: str = "") -> None:
        """Take a fresh connection: who is there is to be asked anew. ``place``: the plug's own name."""
        self.board.port, self._open, self.wants_reopen = port, True, False
        self._opened_s = moment.steady_s
        self._driver.start_over(place or port, moment)
        self._ask_who(moment.steady_s)
        self.tick(moment)

    def port_gone(self, reason: str, moment: Moment) -> None:
        """Take the news that the port failed or could not be opened; ``reason`` is for the screen."""
        self._stream_out(self._stream.flush(moment))
        self._open = False
        self._driver.drop_outgoing()
        self.board.retries += 1
        # That it cannot be opened again says less than why a pen that was there is gone.
        first_loss = not self._was_lost or self.board.pen is None
        self._go_down(reason if first_loss else self._down_reason)

    def still_lost(self, reason: str) -> None:
        """Take better knowledge of why the pen is away."""
        if self._was_lost and not self._identified:
            self._down_reason = reason

    def part(self) -> None:
        """Ask for silence before the port is closed on purpose."""
        if self._identified and self._wants_stream:
            self._driver.ask(Stream(False))

    def closed(self, moment: Moment) -> None:
        """Take the news that the port was closed on purpose; an open window ends here."""
        self._stream_out(self._stream.flush(moment))
        self._recording.finish(GapCause.LINK_LOST)
        self._drain_gaps()
        self._open = self._identified = False
        self._publish(LinkState.CLOSED, "the port is closed")

    # --- commands -------------------------------------------------------------------------------

    def set_streaming(self, on: bool, moment: Moment) -> None:
        """Ask for samples, or for silence."""
        if on == self._wants_stream:
            return
        self._wants_stream = on
        if on:
            self._start_stream(moment.steady_s)
        else:
            self._ask_stream.stop()
            self._stream_off_s = moment.steady_s
            if self._identified:
                self._driver.ask(Stream(False))

    def begin_recording(self, moment: Moment, window: int = 1) -> None:
        """Open the window: it starts with the first sample after a STREAM 1 of its own."""
        self._stream_out(self._stream.flush(moment))
        self._recording.begin(window)
        self._pinned = self.board.pen.identity if self.board.pen else None
        self._wants_stream = True
        self._start_stream(moment.steady_s)

    def end_recording(self, wait_s: float, moment: Moment) -> None:
        """Call the window's end now; ask for what is missing for at most ``wait_s``."""
        self._stream_out(self._stream.flush(moment))
        end_s = moment.steady_s if self._wants_stream else min(self._stream_off_s, moment.steady_s)
        end_pen_us = self._stream.pen_time_us(end_s)
        self._recording.end(end_pen_us, moment.steady_s + wait_s, self._alive(moment.steady_s))

    def accept_pen(self, serial: str, moment: Moment) -> None:
        """Take the pen of this serial number in place of the one the recording began with."""
        self._accepted = serial
        if self.board.other_pen is not None and self.board.other_pen.serial == serial:
            self._welcome(self.board.other_pen, moment)

    @property
    def pen(self) -> PenDescription | None:
        """Give the last pen taken as ours."""
        return self.board.pen

    @property
    def recording(self) -> bool:
        """Whether a recording window is open."""
        return self._recording.active

    def is_recording(self, window: int) -> bool:
        """Tell whether the window of this number is open."""
        return self._recording.is_open(window)

    # --- what comes out -------------------------------------------------------------------------

    def take_outgoing(self, moment: Moment) -> bytes:
        """Give the bytes to send now."""
        return self._driver.take_outgoing(moment)

    def take_outputs(self) -> list[LinkOutput]:
        """Give what has happened since the last call, in order."""
        outputs, self._outputs = self._outputs, []
        return outputs

    @property
    def has_outputs(self) -> bool:
        """Whether something waits to be taken."""
        return bool(self._outputs)

    def notice(self) -> LinkNotice:
        """Give the link's state."""
        return self.board.current

    def counters(self) -> LinkCounters:
        """Give what the link has seen."""
        counted = self._driver.counts()
        return replace(
            counted,
            malformed=counted.malformed + self._stream.refused,
            duplicates=self._recording.duplicates + self._stream.stale_duplicates,
            lost=self._lost_samples,
            resent=self._stream.resent,
            samples=self._stream.samples,
            asked=self._asked_samples,
            drift_ppm=self._stream.drift_ppm,
        )

    # --- bytes and time -------------------------------------------------------------------------

    def receive(self, received: bytes, moment: Moment) -> None:
        """Take bytes as they came."""
        self._stream.anchor.note(moment)
        damaged_before, heard_before = self._driver.damaged, self._driver.heard
        messages = self._driver.feed(received, moment)
        if self._driver.damaged != damaged_before:
            self._recording.note_damage()
        if self._driver.heard != heard_before:
            self._last_frame_s = moment.steady_s
        for message in messages:
            self._take_message(message, moment)
        if self._driver.foreign_version:
            self._outputs += self.board.publish_version(self._driver.foreign_version)
        self._stream_out(self._stream.flush(moment))
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Let time pass; call it at least every 20 ms of real time, after what was read."""
        now_s = moment.steady_s
        self._stream.anchor.note(moment)
        if self._open:
            for message in self._driver.tick(moment):
                self._take_message(message, moment)
            self._ask(now_s)
        self._recording.tick(now_s, self._alive(now_s))
        if not self._recording.active and not self._recording.armed:
            self._pinned = None
        self._drain_gaps()
        self._judge(now_s)

    def _ask(self, now_s: float) -> None:
        if self._identify.due(now_s):
            self._driver.ask(Identify())
        elif self._identify.in_vain(now_s) and now_s - self._opened_s >= self._driver.patience_s:
            self._identify.stop()
            if not self._identified and self.board.other_pen is None:
                self.wants_reopen = True
                self._go_down(self.board.nobody_answered(self._recording.active))
        silent = now_s - self._last_frame_s >= LOST_S
        if silent and (self._identified or self.board.other_pen is not None):
            self._go_down(SILENT)
            self._ask_who(now_s)
        if not self._identified or self.board.pen is None:
            return
        if self._ask_stream.due(now_s):
            self._driver.ask(Stream(True))
            self.streams_asked += 1
            self._recording.arm()
        wanted = self._recording.next_request(self.board.pen.boot_id, now_s)
        if wanted is not None:
            self._asked_samples += wanted.end - wanted.first
            self._driver.ask(Resend(self.board.pen.boot_id, wanted.first % INDEX_SPAN, wanted.end - wanted.first))

    # --- frames ---------------------------------------------------------------------------------

    def _take_message(self, message: PenMessage, moment: Moment) -> None:
        match message:
            case Telemetry():
                self._take_telemetry(message, moment)
            case Hello():
                self._stream_out(self._stream.flush(moment))
                self._take_hello(message, moment)
            case Status():
                self._stream_out(self._stream.flush(moment))
                self._take_status(message, moment)
            case Event():
                self._take_event(message, moment)
            case PenError():
                self._stream_out(self._stream.flush(moment))
                if message.request_type == FrameType.RESEND and self._identified:
                    first = self._stream.unwrap(message.first_index)
                    self._recording.note_error(message.code, first, message.count, moment.steady_s)

    def _take_telemetry(self, message: Telemetry, moment: Moment) -> None:
        if self._identified and self._stream.knows(message.boot_id):
            if message.count and not message.resent:
                self._ask_stream_answered()
            self._stream_out(self._stream.add(message, moment))
        elif self.board.other_pen is None:
            if self._recording.armed and not message.resent:
                self._held.add(message, moment)
            self._ask_again(moment.steady_s)

    def _take_hello(self, hello: Hello, moment: Moment) -> None:
        pen = describe(hello)
        self._identify.stop()
        if self._pinned in (None, pen.identity) or self._accepted == pen.serial:
            self._welcome(pen, moment)
            return
        if self._identified:
            self._recording.link_down()
        self._identified, self.board.other_pen = False, pen
        self._held.take()
        self._was_lost = True
        self._down_reason = refusal_of(pen)

    def _welcome(self, pen: PenDescription, moment: Moment) -> None:
        """Take a pen as ours: the same, the same restarted, or another that may be."""
        before, self.board.pen, self.board.other_pen = self.board.pen, pen, None
        anew = not self._identified
        if before and before.identity != pen.identity:
            self._recording.leave_boot(GapCause.PEN_SWAP, None)
        elif before and before.boot_id != pen.boot_id:
            cause = GapCause.PEN_RESTART if self._driver.knows_restarts else GapCause.LINK_LOST
            self._recording.leave_boot(cause, self._last_next_index)
        if before is None or (before.identity, before.boot_id) != (pen.identity, pen.boot_id):
            anew = True
            self._last_next_index = None
            self._stream.last_new_s = None
        if self._accepted == pen.serial:
            self._accepted = ""
        if self._recording.active:
            self._pinned = pen.identity
        self._identified, self._was_lost, self.board.retries = True, False, 0
        self._last_frame_s = moment.steady_s
        self._stream.know(pen)
        if anew and self._wants_stream:
            self._start_stream(moment.steady_s)
        for message, arrived in self._held.take():
            if self._stream.knows(message.boot_id):
                self._stream_out(self._stream.add(message, arrived))
                self._stream_out(self._stream.flush(arrived))

    def _take_status(self, status: Status, moment: Moment) -> None:
        pen = self._ours(status.boot_id, moment.steady_s)
        if pen is None:
            return
        self._stream.note_time(status.boot_id, status.t_us, moment)
        next_index = self._stream.unwrap(status.next_index)
        self._last_next_index = next_index
        self._recording.note_status(
            status.boot_id, status.t_us, next_index, self._wants_stream, status.overruns, moment.steady_s,
            self._stream.index_after)
        self._outputs.append(pen_status(pen, status, next_index))

    def _take_event(self, event: Event, moment: Moment) -> None:
        pen = self._ours(event.boot_id, moment.steady_s)
        if pen is None or event in self._events_seen:
            return  # a frame the line repeated
        self._events_seen = [*self._events_seen[1 - _EVENTS_REMEMBERED :], event]
        self._stream.note_time(event.boot_id, event.t_us, moment)
        self._outputs.append(pen_event(pen, event, self._stream.utc_us(event.t_us)))

    def _ours(self, boot_id: int, now_s: float) -> PenDescription | None:
        """Give our pen if this is its boot; ask who is there if nobody has said so yet."""
        pen = self.board.pen
        if self._identified and pen is not None and boot_id == pen.boot_id:
            return pen
        if self.board.other_pen is None:
            self._ask_again(now_s)
        return None

    # --- inside ---------------------------------------------------------------------------------

    def _ask_who(self, now_s: float) -> None:
        self._identified, self.board.other_pen = False, None
        self._last_frame_s = now_s
        self._ask_stream.stop()
        self._identify.start(now_s)

    def _ask_again(self, now_s: float) -> None:
        if not self._identify.left and self._identify.due_s == float("inf"):
            self._identify.start(now_s)

    def _start_stream(self, now_s: float) -> None:
        self._stream_since_s = now_s
        self._ask_stream.start(now_s)

    def _ask_stream_answered(self) -> None:
        if self._ask_stream.left < REPEATS:  # it went out once, so a sample can answer it
            self._ask_stream.stop()

    def _stream_out(self, batches: list[tuple[Batch, int]]) -> None:
        for batch, window in batches:
            if window or self._wants_stream:
                self._outputs.append(SamplesRead(batch, window))

    def _drain_gaps(self) -> None:
        gaps = self._recording.take_gaps()
        self._lost_samples += sum(gap.count for gap in gaps)
        self._outputs += gaps

    def _alive(self, now_s: float) -> bool:
        return self._open and self._identified and now_s - self._last_frame_s < LOST_S

    def _go_down(self, reason: str) -> None:
        self._identified, self.board.other_pen = False, None
        self._was_lost = True
        self._down_reason = reason
        self._stream.last_new_s = None
        self._held.take()
        self._ask_stream.stop()
        self._recording.link_down()

    def _judge(self, now_s: float) -> None:
        """Publish the state when it changed."""
        pen = self.board.pen
        if self._identified and pen:
            last_s = self._stream.last_new_s
            stale = now_s - (self._stream_since_s if last_s is None else last_s) >= STALE_S
            self._publish(*state_of_connected(pen, self._wants_stream, stale, last_s is not None))
        elif self._was_lost:
            self._publish(LinkState.LOST, self._down_reason)
        elif self._open:
            self._publish(LinkState.OPENING, f"looking for a pen on {self.board.port}")

    def _publish(self, state: LinkState, reason: str) -> None:
        self._outputs += self.board.publish(state, reason)
