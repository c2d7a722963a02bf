"""``main.py record``: a pen recorded with no window, for pen makers and soak tests."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from console.app.opening import open_for_writing
from console.app.pen_shelf import find_profile
from console.app.settings import read_secrets
from console.domain import session_events as ev
from console.domain.errors import OperatorError
from console.domain.ports import SessionReader
from console.domain.session_events import Payload, SessionEvent
from console.domain.telemetry import Gap, LinkNotice, LinkState, PenDescription, PenEvent
from console.services.clocks import SystemClock
from console.services.ids import new_id
from console.services.pen_memory import PenMemory
from console.services.sample_fanout import Inbox, RecordingAccount, RecordingFirst, SampleFanout
from console.services.session_row import summarise
from db.data_folder import BENCH, DEMO, DataFolder, holds_folder, open_or_create_folder
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from devices.port_way import PortWay, way_to
from devices.profile import PEN_LINK, PenProfile
from devices.registry import make_serial_link

FIRST_ANSWER_S, FIRST_SAMPLE_S = 15.0, 10.0
END_WAIT_S, SAVE_LIMIT_S = 20.0, 30.0
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class BenchResult:
    """What a capture came to (samples, except ``crc_errors``: frames, and ``gaps``: events)."""

    session: str
    samples: int
    gaps: int
    missing: int
    crc_errors: int
    duplicates: int
    resent: int
    seconds: float
    pen: str
    foreign_version: int


def run(args: argparse.Namespace) -> int:
    """Record and print; 0 when the recording was taken and saved, whole or with its gaps named."""
    if not args.port.strip():
        raise OperatorError("No port is named", "nothing was recorded", "say --port URL; «main.py ports» lists them")
    folder = _folder(getattr(args, "data", None), getattr(args, "passphrase_fd", None))
    try:
        way = way_to(args.port, SystemClock(), args.capture)
        try:
            profile = find_profile(args.pen or way.pen_id or PEN_LINK.pen_id, folder.path / "pens")
            result = BenchCapture(folder, args.port, args.seconds, way, profile).run()
        finally:
            way.close()
    finally:
        folder.close()
    if way.capture is not None and way.capture.failure is not None:
        print(f"main.py: {way.capture.failure}", file=sys.stderr)
    if not args.json:
        print("\n".join(_lines(result)))
    else:
        fields = ("session", "samples", "gaps", "missing", "crc_errors", "duplicates", "resent", "seconds", "pen",
                  "foreign_version")
        print(json.dumps({name: getattr(result, name) for name in fields}))
    return 0


def _folder(path: Path | None, passphrase_fd: int | None) -> DataFolder:
    if path is None:
        raise OperatorError("No data folder is named", "nothing was recorded", "say --data DIR")
    if holds_folder(path):
        folder = open_for_writing(path, read_secrets(passphrase_fd).passphrase)
        if folder.kind not in (BENCH, DEMO):
            folder.close()
            raise OperatorError(
                f"{path} is a clinic's folder", "nothing was recorded", "name a folder of its own for bench captures")
        return folder
    return open_or_create_folder(path, BENCH, SystemClock())


def _lines(result: BenchResult) -> list[str]:
    lines = [
        f"Pen        {result.pen}", f"Session    {result.session}", f"Samples    {result.samples}",
        f"Gaps       {result.gaps} ({result.missing} samples)", f"CRC errors {result.crc_errors}",
        f"Duplicates {result.duplicates}", f"Resent     {result.resent}",
    ]
    if result.foreign_version:
        lines.append(f"Ignored    frames of Pen Link {result.foreign_version}: this console speaks another version")
    return lines


class BenchCapture:
    """One capture from the first answer to the sealed session."""

    def __init__(
        self, folder: DataFolder, port: str, seconds: float, way: PortWay | None = None, profile: PenProfile = PEN_LINK,
    ) -> None:
        memory = PenMemory()
        self._folder, self._port, self._seconds = folder, memory.port_of(port), seconds
        self._clock = SystemClock()
        self._way = way = way or PortWay(self._clock)
        self._inbox = Inbox()
        self._recorder = RecorderThread(folder, self._clock, summarise)
        self._fanout = SampleFanout(self._recorder, self._inbox)
        link = make_serial_link(profile, self._fanout, way, memory)
        if link is None:
            raise OperatorError(
                f"{profile.name} is entered by hand and sends nothing", "nothing was recorded",
                "choose a pen that has a port")
        self._link = link
        self._session_id = new_id()
        self._account = RecordingAccount(self._session_id)
        self._gaps: list[Gap] = []
        self._unsaved = 0  # samples read that could be kept nowhere
        self._pens: list[PenDescription] = []
        self._state = LinkState.CLOSED
        self._refused = False
        self._first_sample_s: float | None = None

    def run(self) -> BenchResult:
        """Wait for the pen, record, ask for what is missing, seal; OperatorError if no pen answers."""
        self._recorder.start()
        try:
            close_cut_off(self._folder, self._recorder, self._clock)
            self._link.open(self._port)
            pen = self._link.wait_first(FIRST_ANSWER_S)
            return self._capture(pen)
        finally:
            self._link.close()
            self._stop_recorder()

    def _stop_recorder(self) -> None:
        """Save the rest; OperatorError saying where it is, or that it is lost, where that fails."""
        if self._recorder.stop(1.0 if self._refused else SAVE_LIMIT_S):
            return
        saved = self._recorder.state().samples_saved
        lost = sum(gap.count for _, gap in self._recorder.take_unsaved())
        if lost:
            raise OperatorError(
                f"{saved} samples are saved, the last {lost} could be saved nowhere and are lost",
                "what was saved is whole, and the next start marks it as cut off", "free disk space and record again")
        raise OperatorError(
            "The database refuses to take the rest of the recording",
            f"it waits in {self._folder.spill_path} and is folded in by the next start", "free disk space")

    def _capture(self, pen: PenDescription) -> BenchResult:
        opened = ev.SessionOpened("bench", "", None, "", "", 0, 0, "", "bench", "", self._folder.kind)
        self._record(opened, ev.BenchBegan(self._port, round(self._seconds)), _bound(pen))
        self._pens.append(pen)
        self._refused = not self._recorder.synchronise(SAVE_LIMIT_S)
        if self._refused:
            raise OperatorError("The data folder takes no entries", "nothing was recorded", "free disk space")
        window = self._fanout.record_into(self._session_id)
        self._account = self._fanout.account(window) or self._account
        self._link.begin_recording(window)
        self._link.set_streaming(True)
        self._stream()
        self._link.end_recording(0.0 if self._way.ended else END_WAIT_S)  # nobody is left to be asked
        self._wait(self._link.recording_settled, END_WAIT_S + 5.0)
        return self._finish()

    def _stream(self) -> None:
        waiting_since_s = self._clock.monotonic_s()
        while True:
            self._drain()
            if self._first_sample_s is None:
                if self._clock.monotonic_s() - waiting_since_s > FIRST_SAMPLE_S:
                    self._give_up()
            elif self._way.clock.monotonic_s() - self._first_sample_s >= self._seconds or self._way.ended:
                return
            time.sleep(POLL_S)

    def _give_up(self) -> None:
        self._record(ev.SessionEnded("cut_off", "the pen sent no samples"))
        raise OperatorError(
            f"The pen on {self._port} answers but sends no samples", "nothing was recorded", "check the pen")

    def _finish(self) -> BenchResult:
        self._drain()
        counters = self._link.counters()
        samples, missing = self._account.samples - self._unsaved, sum(gap.count for gap in self._gaps)
        last = self._pens[-1]
        self._record(
            ev.RecordingEnded(last.serial, last.boot_id, self._account.last_index, samples, missing),
            ev.BenchEnded(samples, len(self._gaps), counters.crc_errors, counters.duplicates, counters.resent),
            ev.SessionEnded("bench"), ev.Sealed(samples, len(self._gaps)))
        self._refused = not self._recorder.synchronise(SAVE_LIMIT_S)
        return BenchResult(
            str(self._session_id), samples, len(self._gaps), missing, counters.crc_errors, counters.duplicates,
            counters.resent, self._seconds, f"{last.model} {last.serial}", self._link.foreign_version)

    def _drain(self) -> None:
        for news in self._inbox.take_all():
            if isinstance(news, RecordingFirst):
                self._first_sample_s = self._way.clock.monotonic_s()
                self._record(ev.RecordingBegan(news.pen_serial, news.boot_id, news.first_index))
            elif isinstance(news, Gap):
                self._note_gap(news)
            elif isinstance(news, PenEvent):
                self._record(ev.PenReported(
                    news.pen_serial, news.boot_id, news.pen_time_us, news.code, news.value, news.detail))
            elif isinstance(news, LinkNotice):
                self._take_notice(news)
        for session_id, gap in self._recorder.take_unsaved():
            if session_id == self._session_id:
                self._unsaved += gap.count
                self._note_gap(gap)

    def _note_gap(self, gap: Gap) -> None:
        self._gaps.append(gap)
        self._record(ev.GapRecorded(gap.pen_serial, gap.boot_id, gap.first_index, gap.count, gap.cause.value))

    def _take_notice(self, notice: LinkNotice) -> None:
        if notice.pen is not None and self._pens and notice.pen.boot_id != self._pens[-1].boot_id:
            self._pens.append(notice.pen)
            self._record(_bound(notice.pen))
        if notice.state is not self._state and self._first_sample_s is not None:
            self._record(ev.LinkChanged(notice.state.value, notice.reason, notice.pen.serial if notice.pen else ""))
        self._say(notice)
        self._state = notice.state

    def _say(self, notice: LinkNotice) -> None:
        """Tell the pen's maker that the pen went, while it is being looked for."""
        if notice.state is LinkState.LOST and self._state is not LinkState.LOST:
            print(f"main.py: {notice.reason}.", file=sys.stderr)

    def _record(self, *payloads: Payload) -> None:
        now_us = self._clock.utc_us()
        self._recorder.append(self._session_id, [SessionEvent(now_us, "console", what) for what in payloads])

    def _wait(self, done: Callable[[], bool], limit_s: float) -> None:
        until_s = self._clock.monotonic_s() + limit_s
        while not done() and self._clock.monotonic_s() < until_s:
            self._drain()
            time.sleep(POLL_S)


def _bound(pen: PenDescription) -> ev.PenBound:
    return ev.PenBound(
        pen.model, pen.serial, pen.firmware, pen.boot_id, pen.period_us, pen.resend_samples, pen.channels,
        pen.needles, pen.cartridge)


def close_cut_off(folder: DataFolder, recorder: RecorderThread, clock: SystemClock) -> list[UUID]:
    """Mark bench captures that a kill or a power cut ended as cut off; treatments stay open."""
    recorder.synchronise(SAVE_LIMIT_S)
    store = SessionStore(folder)
    try:
        return [one for one in store.open_sessions() if _close_if_bench(store, recorder, clock, one)]
    finally:
        store.close()


def _close_if_bench(store: SessionReader, recorder: RecorderThread, clock: SystemClock, session_id: UUID) -> bool:
    if store.row(session_id).kind != "bench":
        return False
    reason = "the recording was cut off"
    recorder.append(session_id, [SessionEvent(clock.utc_us(), "console", ev.SessionEnded("cut_off", reason))])
    return True
