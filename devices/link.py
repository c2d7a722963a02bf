"""The way to a pen over a real port: one thread that only moves bytes.

All meaning lives in ``LinkMachine`` and the driver of the pen's kind; the thread reads what is there,
hands it to the machine, sends what the machine wants sent, and passes on what came out. It never
waits on anybody but the port, and that for 20 ms at most. A lost pen is looked for four times a
second of link time, on its own port and wherever else it turns up.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.link_ports import LinkSink
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
from devices.byte_port import BytePort, open_byte_port, plug_name
from devices.clock_map import Moment
from devices.delay_watch import DelayWatch
from devices.driver import PenDriver
from devices.link_machine import LinkMachine
from devices.link_words import LinkOutput, SamplesRead
from devices.pens.pen_link import PenLinkDriver
from devices.port_failures import explain_port_failure
from devices.read_only import write_request

AUTO = "auto"
READ_WAIT_S = 0.01  # real time: at eight times the pace a limit of 0.5 s is still met
RETRY_S = 0.25  # link time
RETRY_WAIT_S = 0.02  # real time
SEARCH_S = 0.3  # link time between looks for ports that have come
JOIN_LIMIT_S = 5.0

_log = logging.getLogger("pen.link")


class PenSearch(Protocol):
    """Finds the port a pen answers on."""

    def __call__(self, identity: tuple[str, str] | None, stop: threading.Event) -> str | None:
        """Give a port on which this pen (None: any) answers, or None; ends soon once ``stop`` is set.

        OperatorError when several answer and a person has to choose, or only others than the one wanted.
        """
        ...


class SerialPenLink:
    """Fulfils ``console.domain.ports.PenLink``. Sink calls come from the thread «pen-reader»."""

    def __init__(
        self,
        sink: LinkSink,
        clock: Clock,
        *,
        open_port: Callable[[str], BytePort] = open_byte_port,
        search: PenSearch | None = None,
        make_driver: Callable[[], PenDriver] = PenLinkDriver,
        note_asked: Callable[[], None] = lambda: None,
    ) -> None:
        self._sink, self._clock = sink, clock
        self._open_port, self._search, self._make_driver = open_port, search, make_driver
        self._note_asked, self._streams_asked = note_asked, 0
        self._lock = threading.Lock()
        self._machine = LinkMachine(make_driver())
        self._delays = DelayWatch()
        self._delivering = self._changing_port = False
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._first_word = threading.Event()  # a pen answered, or the first try failed
        self._first_failure: OperatorError | None = None

    # --- PenLink --------------------------------------------------------------------------------

    def open(self, port: str) -> None:
        """Start looking for a pen on ``port`` (a pyserial URL, or ``auto``); returns at once.

        While open, it changes the port: an open recording window, the asking for samples and the
        pen's identity stay. After ``close`` everything begins anew.
        """
        if self._thread is None:
            self._machine = LinkMachine(self._make_driver())
            self._delays = DelayWatch()
        self._halt(keep_open=True)
        self._stop = threading.Event()
        self._first_word.clear()
        self._first_failure = None
        with self._lock:
            self._machine.looking(port)
        reader = threading.Thread(target=self._run, args=(port, self._stop), name="pen-reader", daemon=True)
        self._thread = reader
        reader.start()

    def close(self) -> None:
        """Ask the pen for silence, close the port and join the thread. Harmless when not open."""
        self._halt(keep_open=False)

    def _halt(self, keep_open: bool) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._changing_port = keep_open
        self._stop.set()
        if thread is not threading.current_thread():
            thread.join(JOIN_LIMIT_S)

    def set_streaming(self, on: bool) -> None:
        """Ask the pen to send samples, or to stop sending."""
        with self._lock:
            self._machine.set_streaming(on, self._now())

    def begin_recording(self, window: int = 1) -> None:
        """Start a recording window with the first sample after its own STREAM 1.

        One whose end was called goes on beside it until what it misses is there. ``window`` numbers it.
        """
        with self._lock:
            self._machine.begin_recording(self._now(), window)

    def end_recording(self, wait_s: float) -> None:
        """Ask for what is missing for at most ``wait_s`` (link time), then close the window."""
        with self._lock:
            self._machine.end_recording(wait_s, self._now())
            if self._thread is not None:
                return
            self._machine.closed(self._now())
        self._deliver()

    def recording_settled(self, window: int | None = None) -> bool:
        """Tell whether a window (None: every one) is closed and all of it has been handed to the sink."""
        with self._lock:
            machine = self._machine
            is_open = machine.recording if window is None else machine.is_recording(window)
            return not is_open and not self._delivering and not machine.has_outputs

    def accept_pen(self, serial: str) -> None:
        """Take another pen in place of the one this session began with."""
        with self._lock:
            self._machine.accept_pen(serial, self._now())

    def state(self) -> LinkNotice:
        """Give the link's state now."""
        with self._lock:
            return self._machine.notice()

    def counters(self) -> LinkCounters:
        """Give what the link has seen since it was opened."""
        with self._lock:
            counted = self._machine.counters()
            delays = self._delays
            return replace(counted, latency_median_ms=delays.median_ms, latency_max_ms=delays.greatest_ms)

    @property
    def foreign_version(self) -> int:
        """The protocol version of frames that are not of ours; 0 when there were none."""
        with self._lock:
            return self._machine.board.version

    def pen(self) -> PenDescription | None:
        """Give the pen taken as ours, also while it is lost; None before one answered."""
        with self._lock:
            return self._machine.pen

    # --- for a command that must know whether it has a pen at all ---------------------------------

    @property
    def first_failure(self) -> OperatorError | None:
        """Why the first try failed: the port did not open, or no pen answered. None once one did."""
        return self._first_failure

    def wait_first(self, timeout_s: float) -> PenDescription:
        """Wait until a pen answers; OperatorError when the first try fails or time (real) runs out.

        After an error the link goes on trying; close it if that is not wanted.
        """
        self._first_word.wait(timeout_s)
        pen = self.pen()
        if pen is not None:
            return pen
        raise self._first_failure or OperatorError(
            "no pen answered in time", "nothing was recorded", "check the cable and that the pen is switched on"
        )

    # --- the thread -----------------------------------------------------------------------------

    def _now(self) -> Moment:
        return Moment(self._clock.monotonic_s(), self._clock.utc_us())

    def _run(self, wanted: str, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                try:
                    self._serve(wanted, stop)
                except Exception as fault:  # noqa: BLE001 - the thread's boundary: lost, never dead-alive
                    _log.exception("the pen link failed and starts again")
                    self._fail(OperatorError(f"the pen link failed ({fault})", "what was recorded stays"))
                    stop.wait(RETRY_S)
        finally:
            self._end(stop)

    def _serve(self, wanted: str, stop: threading.Event) -> None:
        """Open, read until the port goes, look for the pen again; until told to stop."""
        retry_s = search_s = float("-inf")
        while not stop.is_set():
            now_s = self._clock.monotonic_s()
            opened = self._open(wanted) if wanted != AUTO and now_s >= retry_s else None
            if opened is None and now_s >= search_s and (wanted == AUTO or self._machine.pen is not None):
                found = self._find(stop)
                opened = self._open(found) if found else None
                search_s = self._clock.monotonic_s() + SEARCH_S
            if opened is not None:
                try:
                    self._read(opened, stop)
                finally:
                    opened.close()
            if now_s >= retry_s:
                retry_s = self._clock.monotonic_s() + RETRY_S
            with self._lock:
                self._machine.tick(self._now())
            self._deliver()
            stop.wait(RETRY_WAIT_S)

    def _find(self, stop: threading.Event) -> str | None:
        if self._search is None:
            return None
        with self._lock:
            pen, any_pen = self._machine.pen, not self._machine.recording
        try:
            found = self._search(None if any_pen or pen is None else pen.identity, stop)
        except OperatorError as told:
            self._tell(told, while_lost=pen is not None and not any_pen)
            return None
        if found is None and pen is None and not stop.is_set():
            self._fail(
                OperatorError(
                    "no pen answered on any port", "nothing was recorded", "plug a pen in and switch it on"
                )
            )
        return found

    def _tell(self, told: OperatorError, while_lost: bool) -> None:
        """Say what a search found: another reason for a pen that is away, or for having none."""
        if not while_lost:
            self._fail(told)
            return
        with self._lock:
            self._machine.still_lost(str(told).removesuffix("."))
        self._deliver()

    def _open(self, port: str) -> BytePort | None:
        try:
            opened = self._open_port(port)
        except (OSError, ValueError) as failure:
            self._fail(explain_port_failure(port, failure))
            return None
        plug = plug_name(port)
        with self._lock:
            self._machine.port_opened(port, self._now(), plug)
        return opened

    def _read(self, port: BytePort, stop: threading.Event) -> None:
        """Move bytes until the port goes, nobody answers on it, or the link is closed."""
        try:
            while not stop.is_set():
                self._write(port)
                received = port.read_some(READ_WAIT_S)
                with self._lock:
                    now = self._now()
                    if received:
                        self._machine.receive(received, now)
                    else:
                        self._machine.tick(now)
                    done = self._machine.wants_reopen
                self._deliver()
                if received:
                    self._note_delay(now)
                if done:
                    self._note_silence()
                    return
            with self._lock:
                if not self._changing_port:
                    self._machine.part()
            self._write(port)
        except OSError:
            _log.info("the port of the pen is gone")
            self._fail(
                OperatorError(
                    "the pen's port is gone", "what came in is kept", "check the cable; the pen is being looked for"
                )
            )

    def _note_delay(self, read: Moment) -> None:
        delay_s = self._clock.monotonic_s() - read.steady_s
        with self._lock:
            self._delays.note(delay_s)

    def _write(self, port: BytePort) -> None:
        with self._lock:
            outgoing = self._machine.take_outgoing(self._now())
            before, self._streams_asked = self._streams_asked, self._machine.streams_asked
        if self._streams_asked > before:
            self._note_asked()
        if outgoing:
            write_request(port, outgoing)

    def _note_silence(self) -> None:
        with self._lock:
            reason = self._machine.notice().reason
            self._machine.port_gone(reason, self._now())
        self._note_first(OperatorError(reason))
        self._deliver()

    def _fail(self, failure: OperatorError) -> None:
        with self._lock:
            self._machine.port_gone(str(failure).removesuffix("."), self._now())
            self._machine.tick(self._now())
        self._note_first(failure)
        self._deliver()

    def _note_first(self, failure: OperatorError) -> None:
        if not self._first_word.is_set():
            self._first_failure = failure
            self._first_word.set()

    def _deliver(self) -> None:
        """Hand the sink what came out, outside the lock: it may ask the link things."""
        with self._lock:
            outputs = self._machine.take_outputs()
            self._delivering = bool(outputs)
        for output in outputs:
            self._hand_over(output)
        if outputs:
            with self._lock:
                self._delivering = False

    def _hand_over(self, output: LinkOutput) -> None:
        try:
            match output:
                case SamplesRead():
                    self._sink.on_samples(output.batch, output.window)
                case Gap():
                    self._sink.on_gap(output)
                case LinkNotice():
                    self._note_answer(output)
                    self._sink.on_notice(output)
                case PenEvent():
                    self._sink.on_pen_event(output)
                case PenStatus():
                    self._sink.on_pen_status(output)
        except Exception:  # noqa: BLE001 - a fault beyond the link must not end the reading
            _log.exception("what the pen sent could not be handed on")
            if isinstance(output, SamplesRead) and output.window:
                self._report_not_saved(output.batch, output.window)

    def _report_not_saved(self, batch: Batch, window: int) -> None:
        gap = Gap(batch.pen_serial, batch.boot_id, batch.first_index, batch.count, GapCause.NOT_SAVED, window)
        try:
            self._sink.on_gap(gap)
        except Exception:  # noqa: BLE001 - the log has both faults; reading goes on
            _log.exception("a gap could not be handed on either")

    def _note_answer(self, notice: LinkNotice) -> None:
        if notice.pen is not None and notice.state in (LinkState.READY, LinkState.STREAMING):
            self._first_failure = None
            self._first_word.set()

    def _end(self, stop: threading.Event) -> None:
        """Leave the link closed when told to, lost when the thread dies of anything else."""
        if not stop.is_set():
            self._fail(OperatorError("the pen's reader has died", "what was recorded stays", "open the pen again"))
            return
        with self._lock:
            if self._changing_port:
                self._machine.port_gone("another port was chosen", self._now())
            else:
                self._machine.closed(self._now())
        self._deliver()
        self._first_word.set()
