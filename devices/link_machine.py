"""The console's side of Pen Link 1 as a machine of bytes and time, without port or thread.

Bytes and moments go in; bytes for the pen, batches, gaps and notices come out. The reader thread
(``devices.link``) only moves them. All limits are in the link clock's time, which is the pen's.

    IDENTIFY every 0.5 s, five times -> HELLO -> STREAM 1 every 0.5 s until a sample comes, five times
    no new sample for 0.5 s: stale            no valid frame for 2.5 s, or the port gone: lost
"""

from dataclasses import dataclass, field

from console.domain.telemetry import (
    Batch,
    Gap,
    GapCause,
    LinkCounters,
    LinkNotice,
    LinkState,
    PenDescription,
    PenEvent,
    PenStatus,
)
from devices.clock_map import Moment
from devices.framing import VERSION, FrameReader, SequenceWatch, WireFrame
from devices.messages import (
    ConsoleMessage,
    ErrorCode,
    Event,
    FrameType,
    Hello,
    Identify,
    MalformedBody,
    PenError,
    PenMessage,
    Resend,
    Status,
    Stream,
    Telemetry,
    UnknownType,
    decode_pen_message,
    decode_telemetry,
    describe,
    encode_console_message,
)
from devices.recording import Recording
from devices.resend import INDEX_SPAN
from devices.sample_stream import SampleStream

REPEAT_S = 0.5
REPEATS = 5
STALE_S = 0.5
LOST_S = 2.5
HELD_SAMPLES = 20_000  # of a pen that has not said yet who it is
_EVENTS_REMEMBERED = 16
_NO_BATTERY, _NO_TEMPERATURE = 255, -32768


@dataclass(slots=True)
class Repeater:
    """Says when a request is due: at once, then every half second, five times in all."""

    left: int = 0
    due_s: float = float("inf")

    def start(self, now_s: float) -> None:
        """Begin a round."""
        self.left, self.due_s = REPEATS, now_s

    def stop(self) -> None:
        """End the round: it was answered."""
        self.left, self.due_s = 0, float("inf")

    def due(self, now_s: float) -> bool:
        """Tell whether to send now; it then counts as sent."""
        if not self.left or now_s < self.due_s:
            return False
        self.left, self.due_s = self.left - 1, now_s + REPEAT_S
        return True

    def in_vain(self, now_s: float) -> bool:
        """Tell whether the last repeat has gone unanswered too."""
        return not self.left and now_s >= self.due_s


@dataclass(frozen=True, slots=True)
class SamplesRead:
    """Samples, and whether they belong to the recording."""

    batch: Batch
    recording: bool


LinkOutput = SamplesRead | Gap | LinkNotice | PenEvent | PenStatus


@dataclass(slots=True)
class _Held:
    """Telemetry of a boot no HELLO has spoken of yet."""

    frames: list[tuple[Telemetry, Moment]] = field(default_factory=list)
    samples: int = 0

    def add(self, message: Telemetry, moment: Moment) -> None:
        self.frames.append((message, moment))
        self.samples += message.count + 1
        while self.samples > HELD_SAMPLES:
            self.samples -= self.frames.pop(0)[0].count + 1

    def take(self) -> list[tuple[Telemetry, Moment]]:
        frames, self.frames, self.samples = self.frames, [], 0
        return frames


class LinkMachine:
    """One way to one pen, over lost cables, restarts and exchanged pens."""

    def __init__(self) -> None:
        self.port = ""
        self.pen: PenDescription | None = None  # the last one taken as ours
        self.other_pen: PenDescription | None = None  # answers on the port, but is refused
        self.retries = 0
        self.wants_reopen = False  # nobody answers on this port: try it anew
        self._reader = FrameReader()
        self._seq = SequenceWatch()
        self._recording = Recording()
        self._stream = SampleStream(self._recording)
        self._held = _Held()
        self._out = bytearray()
        self._out_seq = 0
        self._outputs: list[LinkOutput] = []
        self._identify, self._ask_stream = Repeater(), Repeater()
        self._open = self._identified = self._was_lost = False
        self._wants_stream = False
        self._pinned: tuple[str, str] | None = None
        self._accepted = ""
        self._last_frame_s = self._stream_since_s = self._stream_off_s = 0.0
        self._last_next_index: int | None = None
        self._events_seen: list[Event] = []
        self._malformed = self._unknown_types = self._lost_samples = 0
        self._version_told = 0
        self._down_reason = ""
        self._notice = LinkNotice(LinkState.CLOSED, "the port is closed", "", None)

    # --- the port -------------------------------------------------------------------------------

    def looking(self, port: str) -> None:
        """A port was named; nothing is open yet."""
        self.port = port
        self._publish(LinkState.OPENING, f"looking for a pen on {port}")

    def port_opened(self, port: str, moment: Moment) -> None:
        """Take a fresh connection: who is there is to be asked anew."""
        self.port, self._open, self.wants_reopen = port, True, False
        self._reader.start_over()
        self._seq.start_over()
        self._out.clear()
        self._out_seq = 0
        self._ask_who(moment.steady_s)
        self.tick(moment)

    def port_gone(self, reason: str, moment: Moment) -> None:
        """Take the news that the port failed or could not be opened; ``reason`` is for the screen."""
        self._stream_out(self._stream.flush(moment))
        self._open = False
        self._out.clear()
        self._go_down(reason)

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
                self._send(Stream(False))
        self.tick(moment)

    def begin_recording(self, moment: Moment) -> None:
        """Open the window: it starts with the first sample after a STREAM 1 of its own."""
        self._stream_out(self._stream.flush(moment))
        self._recording.begin()
        self._pinned = self.pen.identity if self.pen else None
        self._wants_stream = True
        self._start_stream(moment.steady_s)
        self.tick(moment)

    def end_recording(self, wait_s: float, moment: Moment) -> None:
        """Call the window's end now; ask for what is missing for at most ``wait_s``."""
        self._stream_out(self._stream.flush(moment))
        end_s = moment.steady_s if self._wants_stream else min(self._stream_off_s, moment.steady_s)
        end_pen_us = self._stream.pen_time_us(end_s)
        self._recording.end(end_pen_us, moment.steady_s + wait_s, self._alive(moment.steady_s))
        self.tick(moment)

    def accept_pen(self, serial: str, moment: Moment) -> None:
        """Take the pen of this serial number in place of the one the recording began with."""
        self._accepted = serial
        if self.other_pen is not None and self.other_pen.serial == serial:
            self._welcome(self.other_pen, moment)
        self.tick(moment)

    @property
    def recording(self) -> bool:
        """Whether a recording window is open."""
        return self._recording.active

    @property
    def settled(self) -> bool:
        """Whether no window is open and nothing is being asked for."""
        return not self._recording.active

    # --- what comes out -------------------------------------------------------------------------

    def take_outgoing(self) -> bytes:
        """Give the bytes to send now."""
        outgoing, self._out = bytes(self._out), bytearray()
        return outgoing

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
        return self._notice

    def counters(self) -> LinkCounters:
        """Give what the link has seen."""
        return LinkCounters(
            frames=self._reader.frames,
            crc_errors=self._reader.crc_errors,
            resyncs=self._reader.resyncs,
            malformed=self._malformed,
            unknown_types=self._unknown_types,
            duplicates=self._recording.duplicates + self._stream.stale_duplicates,
            lost=self._lost_samples,
            resent=self._stream.resent,
            bytes_read=self._reader.bytes_read,
        )

    @property
    def sequence(self) -> SequenceWatch:
        """Give the watch on frame numbers: frames missed, repeated and out of order."""
        return self._seq

    # --- bytes and time -------------------------------------------------------------------------

    def receive(self, received: bytes, moment: Moment) -> None:
        """Take bytes as they came."""
        self._stream.anchor.note(moment)
        damaged_before = self._reader.crc_errors
        frames = self._reader.feed(received)
        if self._reader.crc_errors != damaged_before:
            self._recording.note_damage()
        for frame in frames:
            self._take_frame(frame, moment)
        self._stream_out(self._stream.flush(moment))
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Let time pass; call it at least every 20 ms of real time, after what was read."""
        now_s = moment.steady_s
        self._stream.anchor.note(moment)
        if self._open:
            self._ask(now_s)
        self._recording.tick(now_s, self._alive(now_s))
        if not self._recording.active and not self._recording.armed:
            self._pinned = None
        self._drain_gaps()
        self._judge(now_s)

    def _ask(self, now_s: float) -> None:
        if self._identify.due(now_s):
            self._send(Identify())
        elif self._identify.in_vain(now_s):
            self._identify.stop()
            if not self._identified and self.other_pen is None:
                self.wants_reopen = True
                self._go_down(self._nobody_answered())
        silent = now_s - self._last_frame_s >= LOST_S
        if silent and (self._identified or self.other_pen is not None):
            self._go_down("the pen has said nothing for 2.5 s; it is being looked for")
            self._ask_who(now_s)
        if not self._identified or self.pen is None:
            return
        if self._ask_stream.due(now_s):
            self._send(Stream(True))
            self._recording.armed = self._recording.active
        wanted = self._recording.next_request(self.pen.boot_id, now_s)
        if wanted is not None:
            self._send(Resend(self.pen.boot_id, wanted.first % INDEX_SPAN, wanted.end - wanted.first))

    # --- frames ---------------------------------------------------------------------------------

    def _take_frame(self, frame: WireFrame, moment: Moment) -> None:
        self._seq.note(frame.seq)
        if frame.version != VERSION:
            self._tell_version(frame.version)
            return
        self._last_frame_s = moment.steady_s
        try:
            if frame.type == FrameType.TELEMETRY:
                self._take_telemetry(decode_telemetry(frame.body), moment)
            else:
                self._take_message(decode_pen_message(frame), moment)
        except MalformedBody:
            self._malformed += 1
        except UnknownType:
            self._unknown_types += 1

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
                self._take_error(message, moment.steady_s)

    def _take_telemetry(self, message: Telemetry, moment: Moment) -> None:
        if self._identified and self._stream.knows(message.boot_id):
            if message.count and not message.resent:
                self._ask_stream_answered()
            self._stream_out(self._stream.add(message, moment))
        elif self.other_pen is None:
            if self._recording.armed and not message.resent:
                self._held.add(message, moment)
            self._ask_again(moment.steady_s)

    def _take_hello(self, hello: Hello, moment: Moment) -> None:
        if not hello.period_us:
            raise MalformedBody("a sample period of nothing")
        pen = describe(hello)
        self._identify.stop()
        if self._pinned in (None, pen.identity) or self._accepted == pen.serial:
            self._welcome(pen, moment)
            return
        if self._identified:
            self._recording.link_down()
        self._identified, self.other_pen = False, pen
        self._held.take()
        self._was_lost = True
        self._down_reason = (
            f"another pen answers, {pen.model} {pen.serial}; nothing of it is recorded; accept it or "
            "connect the first one again"
        )

    def _welcome(self, pen: PenDescription, moment: Moment) -> None:
        """Take a pen as ours: the same, the same restarted, or another that may be."""
        before, self.pen, self.other_pen = self.pen, pen, None
        anew = not self._identified
        if before and before.identity != pen.identity:
            self._recording.leave_boot(GapCause.PEN_SWAP, None)
        elif before and before.boot_id != pen.boot_id:
            self._recording.leave_boot(GapCause.PEN_RESTART, self._last_next_index)
        if before is None or (before.identity, before.boot_id) != (pen.identity, pen.boot_id):
            anew = True
            self._last_next_index = None
            self._stream.last_new_s = None
        if self._accepted == pen.serial:
            self._accepted = ""
        if self._recording.active:
            self._pinned = pen.identity
        self._identified, self._was_lost, self.retries = True, False, 0
        self._last_frame_s = moment.steady_s
        self._stream.know(pen)
        if anew and self._wants_stream:
            self._start_stream(moment.steady_s)
        for message, arrived in self._held.take():
            if self._stream.knows(message.boot_id):
                self._ask_stream_answered()
                self._stream_out(self._stream.add(message, arrived))
                self._stream_out(self._stream.flush(arrived))

    def _take_status(self, status: Status, moment: Moment) -> None:
        pen = self.pen
        if not self._identified or pen is None or status.boot_id != pen.boot_id:
            if self.other_pen is None:
                self._ask_again(moment.steady_s)
            return
        self._stream.note_time(status.boot_id, status.t_us, moment)
        next_index = self._stream.unwrap(status.next_index)
        self._last_next_index = next_index
        wanted = next_index if self._wants_stream else None
        self._recording.note_overruns(status.boot_id, wanted, status.overruns, moment.steady_s)
        end_pen_us = self._recording.end_pen_us
        if end_pen_us is not None:
            after = self._stream.index_after(end_pen_us)
            known = None if after is None else min(after, next_index)
            self._recording.note_time(status.boot_id, status.t_us, known, moment.steady_s)
        self._outputs.append(
            PenStatus(
                pen.serial,
                status.boot_id,
                next_index,
                None if status.battery == _NO_BATTERY else status.battery,
                None if status.temperature == _NO_TEMPERATURE else status.temperature,
                status.overruns,
            )
        )

    def _take_event(self, event: Event, moment: Moment) -> None:
        pen = self.pen
        if not self._identified or pen is None or event.boot_id != pen.boot_id:
            if self.other_pen is None:
                self._ask_again(moment.steady_s)
            return
        if event in self._events_seen:
            return  # a frame the line repeated
        self._events_seen = [*self._events_seen[1 - _EVENTS_REMEMBERED :], event]
        self._stream.note_time(event.boot_id, event.t_us, moment)
        utc_us = self._stream.utc_us(event.t_us)
        self._outputs.append(
            PenEvent(pen.serial, event.boot_id, event.t_us, utc_us, event.code, event.value, event.detail)
        )

    def _take_error(self, error: PenError, now_s: float) -> None:
        if error.request_type != FrameType.RESEND or not self._identified:
            return
        if error.code == ErrorCode.NOT_HELD:
            self._recording.note_refusal(self._stream.unwrap(error.first_index), error.count, now_s)
        elif error.code == ErrorCode.BUSY:
            self._recording.note_busy(now_s)
        elif error.code == ErrorCode.UNKNOWN_TYPE:
            self._recording.note_no_resend(now_s)

    # --- inside ---------------------------------------------------------------------------------

    def _send(self, message: ConsoleMessage) -> None:
        self._out += encode_console_message(message, self._out_seq)
        self._out_seq = (self._out_seq + 1) & 0xFFFF

    def _ask_who(self, now_s: float) -> None:
        self._identified, self.other_pen = False, None
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
        # A window's own STREAM 1 must have gone out before a sample can answer it.
        if not self._recording.active or self._recording.armed:
            self._ask_stream.stop()

    def _stream_out(self, batches: list[tuple[Batch, bool]]) -> None:
        for batch, recorded in batches:
            if recorded or self._wants_stream:
                self._outputs.append(SamplesRead(batch, recorded))

    def _drain_gaps(self) -> None:
        gaps, self._recording.gaps = self._recording.gaps, []
        self._lost_samples += sum(gap.count for gap in gaps)
        self._outputs += gaps

    def _alive(self, now_s: float) -> bool:
        return self._open and self._identified and now_s - self._last_frame_s < LOST_S

    def _go_down(self, reason: str) -> None:
        self._identified, self.other_pen = False, None
        self._was_lost = True
        self._down_reason = reason
        self._stream.last_new_s = None
        self._held.take()
        self._ask_stream.stop()
        self._recording.link_down()

    def _nobody_answered(self) -> str:
        if self._version_told:
            return f"the pen on {self.port} speaks Pen Link {self._version_told}, this console speaks {VERSION}"
        kept = "what was recorded stays" if self._recording.active and self.pen else "nothing was recorded"
        return (
            f"no pen answered on {self.port}; {kept}; check the cable, that the pen is switched on, "
            "and that this is its port"
        )

    def _tell_version(self, version: int) -> None:
        if not self._version_told:
            self._version_told = version
            told = f"the pen speaks Pen Link {version}, this console speaks {VERSION}; such frames are ignored"
            self._publish(self._notice.state, told)

    def _judge(self, now_s: float) -> None:
        """Publish the state when it changed."""
        if self._identified and self.pen:
            self._publish(*self._state_of(self.pen, now_s))
        elif self._was_lost:
            self._publish(LinkState.LOST, self._down_reason)
        elif self._open:
            self._publish(LinkState.OPENING, f"looking for a pen on {self.port}")

    def _state_of(self, pen: PenDescription, now_s: float) -> tuple[LinkState, str]:
        if not self._wants_stream:
            return LinkState.READY, f"{pen.model} {pen.serial} is connected"
        last_s = self._stream.last_new_s
        since_s = self._stream_since_s if last_s is None else last_s
        if now_s - since_s >= STALE_S:
            return LinkState.STALE, "no new sample for 0.5 s"
        if last_s is None:
            return LinkState.READY, f"{pen.model} {pen.serial} was asked for its samples"
        return LinkState.STREAMING, f"{pen.model} {pen.serial} sends its samples"

    def _publish(self, state: LinkState, reason: str) -> None:
        before = self._notice
        notice = LinkNotice(state, reason, self.port, self.pen, self.retries, self.other_pen)
        self._notice = notice
        known = (before.state, before.port, before.pen, before.other_pen)
        told_version = "such frames" in reason
        if known != (state, self.port, self.pen, self.other_pen) or told_version or before.reason != reason:
            self._outputs.append(notice)
