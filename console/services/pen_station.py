"""The pen station: the desk's side of the link. Turns what the pen does into the session's events.

The console never controls the pen: it asks for samples and records what it gets. Streaming is asked
for while a session is in preparation or needling; recording runs with the needling phase.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from console.domain import intake, needling
from console.domain import session_events as ev
from console.domain.alarms import AlarmChange, PenLimits
from console.domain.cartridges import is_spent
from console.domain.clock import Clock
from console.domain.label_matrix import pen_id_of
from console.domain.link_ports import PenChoice, PenLink, PenProfiles
from console.domain.ports import SessionReader, StoredRun
from console.domain.session import Session
from console.domain.telemetry import (
    BATTERY_LOW,
    PEN_FAULT,
    Batch,
    Gap,
    LinkNotice,
    LinkState,
    PenDescription,
    PenEvent,
    PenStatus,
)
from console.domain.workflow import Phase, tag_gate
from console.services.alarm_board import AlarmBoard
from console.services.alarm_book import AlarmBook
from console.services.needling_tally import NeedlingTally
from console.services.pen_memory import AUTO, PenMemory
from console.services.pen_watch import PenWatch, WatchOrder
from console.services.restart_gaps import restart_gaps
from console.services.sample_fanout import RecordingAccount, RecordingFirst, SampleFanout
from console.services.session_desk import Receipt, SessionDesk
from console.services.tally_recall import Recall, recall_at_once

GAPS_SHOWN = 20
RECORDED_KEPT = 40_000  # batches between two frames: minutes of a desk that stands still
END_WAIT_S = 5.0  # how long the end of a recording may spend on asking for what is missing
DOWN_STATES = (LinkState.LOST, LinkState.OPENING, LinkState.CLOSED)
PEN_LINK = "pen-link"  # the kind of profile whose pens name themselves
BY_HAND = "manual"  # the kind of profile that reads nothing, and the id of the one for any pen
LINK_RULES = (
    "link_lost", "pen_silent", "heartbeat_missed", "battery_low", "cartridge_other", "cartridge_spent",
    "session_over_time")

log = logging.getLogger("console.pen")


class PenStation:
    """Owns the link and drains its inbox on the desk's thread, once a frame."""

    def __init__(
        self, desk: SessionDesk, fanout: SampleFanout, link: PenLink, board: AlarmBoard, clock: Clock,
        reader: SessionReader, memory: PenMemory | None = None,
    ) -> None:
        self._desk, self._fanout, self._link, self._board, self._clock = desk, fanout, link, board, clock
        self._reader, self._memory = reader, memory or PenMemory()
        self._watch = PenWatch(board)
        self.tally = NeedlingTally()
        self._recorded: deque[tuple[UUID, Batch]] = deque(maxlen=RECORDED_KEPT)
        fanout.add_watcher(self._watch)
        fanout.tell_recorded(lambda session_id, batch: self._recorded.append((session_id, batch)))
        self._notice: LinkNotice = link.state()
        self._link_was = self._notice.state
        self.status: PenStatus | None = None
        self._battery: int | None = None
        self._streaming: bool | None = None
        self.always_stream = False
        self._recording: UUID | None = None
        self._ending: UUID | None = None
        self._window = self._ending_window = 0
        self._turned_away = 0
        self.recent_gaps: deque[tuple[int, Gap]] = deque(maxlen=GAPS_SHOWN)  # UTC of the naming
        self._left_off: Sequence[StoredRun] = ()
        self._watched, self._watched_since_s = "", 0.0
        self._let_go: UUID | None = None
        self._book = AlarmBook(desk, board, clock)
        self._status_s, self._streaming_since_s = float("-inf"), float("-inf")
        self._limits_of: Callable[[Session], PenLimits] = _band_limits
        self._contact_load_of: Callable[[str], int | None] = lambda model: None
        self._recall: Recall = recall_at_once(reader)
        self.profiles: PenProfiles | None = None
        self._wanted_port = AUTO

    def offer(self, profiles: PenProfiles) -> None:
        """Offer the pen profiles there are to choose from."""
        self.profiles = profiles

    def judge_by(self, limits_of: Callable[[Session], PenLimits]) -> None:
        """Choose how a session's alarm limits are found (band, label ceiling, pen range)."""
        self._limits_of = limits_of

    def tell_contact_by(self, contact_load_of: Callable[[str], int | None]) -> None:
        """Choose how a model's motor current on the skin is found, for pens that flag no contact."""
        self._contact_load_of = contact_load_of

    def recall_by(self, recall: Recall) -> None:
        """Choose how a session's stored samples are read for its live figures; without this, on this thread."""
        self._recall = recall

    # --- the link ---------------------------------------------------------------------------------

    def connect(self, port: str) -> None:
        """Look for the pen on a port (``auto``: wherever one answers, ``auto:SERIAL``: that pen and no other)."""
        self._wanted_port = self._memory.port_of(port)
        self._link.open(self._wanted_port)
        self._streaming = None

    def choose_pen(self, serial: str, port: str) -> None:
        """Take this of several pens that answer, and prefer it from now on."""
        self._memory.remember(serial, self._desk.actor_id)
        self.connect(port)

    def choose_profile(self, pen_id: str) -> None:
        """Read pens by another profile, and look for one; OperatorError while samples are recorded."""
        if self.profiles is None:
            return
        self.profiles.choose(pen_id, self._desk.actor_id)
        self._streaming = None
        self._link.open(self._wanted_port)
        self._notice = self._link.state()
        session = self._desk.front
        by_hand = session.state.by_hand if session is not None and not session.state.stopped else None
        if session is not None and by_hand is not None and by_hand.pen_id != self.hand_pen_id():
            self.go_by_hand(session, by_hand.reason)

    def hand_pen(self) -> PenChoice | None:
        """Give the chosen pen where it is one that sends nothing: its depth and speed are entered by hand."""
        chosen = self.profiles.chosen() if self.profiles is not None else None
        return chosen if chosen is not None and chosen.kind == BY_HAND and chosen.pen_id != BY_HAND else None

    def hand_pen_id(self) -> str:
        """Give its id, empty where the chosen pen is another or none."""
        chosen = self.hand_pen()
        return chosen.pen_id if chosen is not None else ""

    def likely_pen(self) -> str:
        """Give the model or profile of the pen to come: connected, chosen, else bound last; empty where none is."""
        chosen = self.profiles.chosen() if self.profiles is not None else None
        if self.pen is not None:
            return self.pen.model
        if chosen is not None and chosen.kind != PEN_LINK:
            return "" if chosen.pen_id == BY_HAND else chosen.pen_id
        return self._memory.model

    def go_by_hand(self, session: Session, reason: str, same_pen: bool = False) -> Receipt:
        """Go on by hand, with the pen chosen for it; ``same_pen``: with the one bound, whose readings ceased."""
        chosen, bound = self.hand_pen(), session.state.pen
        pen_id, name = (chosen.pen_id, chosen.name) if chosen is not None else ("", "")
        if same_pen and bound is not None:
            pen_id, name = pen_id_of(bound.model), bound.model
        return self._desk.do(intake.choose_manual_mode(reason, pen_id, name), session.session_id)

    def ours(self) -> dict[str, PenDescription | None]:
        """Give the port this console has open or tries to open, and the pen there (None: not now)."""
        port = self._notice.port
        return {port: self.pen} if port and port != AUTO else {}

    def disconnect(self) -> None:
        """Close the link and join its thread."""
        self._link.close()

    @property
    def link(self) -> PenLink:
        """Give the link itself (counters, diagnostics)."""
        return self._link

    @property
    def notice(self) -> LinkNotice:
        """Give the link's state; a pen the needling session is not bound to is another pen, and refused."""
        pen = self._stranger()
        if pen is None:
            return self._notice
        reason = f"another pen answers, {pen.model} {pen.serial}; accept it or connect the first one again"
        return replace(self._notice, state=LinkState.LOST, reason=reason, other_pen=pen)

    def _stranger(self) -> PenDescription | None:
        session, pen = self._desk.needling, self._notice.pen
        bound = session.state.pen if session is not None and not session.state.manual_mode else None
        if bound is None or pen is None or self._notice.state in DOWN_STATES:
            return None
        return None if pen.identity == (bound.model, bound.serial) else pen

    @property
    def pen(self) -> PenDescription | None:
        """Give the pen that answers now."""
        return self.notice.pen if self.notice.state not in DOWN_STATES else None

    def take_pen(self, session: Session, swap: bool = False) -> None:
        """Bind the pen that answers to a session; Refusal if another was bound and ``swap`` is not said."""
        pen = self.notice.other_pen if swap and self.notice.other_pen else self.pen
        if pen is None:
            return
        bound = ev.PenBound(
            pen.model, pen.serial, pen.firmware, pen.boot_id, pen.period_us, pen.resend_samples, pen.channels,
            pen.needles, pen.cartridge, swap, self._contact_load_of(pen.model),
        )
        self._desk.do(intake.bind_pen(bound), session.session_id)
        if swap:
            self._link.accept_pen(pen.serial)

    # --- once a frame --------------------------------------------------------------------------------

    def drain(self) -> None:
        """Take the news of the pen and the board, and keep link and watch in step with the sessions."""
        self._own_up()
        # Asked first: then its last gaps lie in the inbox already.
        settled = self._link.recording_settled(self._ending_window)
        for news in self._fanout.inbox.take_all():
            self._take(news)
        self._keep_recording(settled)
        self._keep_streaming()
        self._keep_watching()
        while self._recorded:
            self.tally.push(*self._recorded.popleft())

    def _own_up(self) -> None:
        turned_away = self._fanout.inbox.turned_away
        if turned_away > self._turned_away:
            log.error("%d news of the pen found no room and are not in the record", turned_away - self._turned_away)
            self._turned_away = turned_away

    def _take(self, news: object) -> None:
        if isinstance(news, LinkNotice):
            self._take_notice(news)
        elif isinstance(news, PenStatus):
            self.status, self._status_s, self._battery = news, self._clock.monotonic_s(), news.battery_percent
        elif isinstance(news, AlarmChange):
            self._book.take(news)
        elif isinstance(news, Gap):
            self._take_gap(news)
        elif isinstance(news, PenEvent):
            self._take_pen_event(news)
        elif isinstance(news, RecordingFirst):
            self._begin_events(news)

    def _take_gap(self, gap: Gap) -> None:
        self.recent_gaps.appendleft((self._clock.utc_us(), gap))
        account = self._fanout.account(gap.window or self._window or self._ending_window)
        if account is not None:
            account.missing += gap.count
            self._record(_gap_event(gap), into=account.session_id)

    def _take_pen_event(self, news: PenEvent) -> None:
        self._record(ev.PenReported(
            news.pen_serial, news.boot_id, news.pen_time_us, news.code, news.value, news.detail))
        if news.code == BATTERY_LOW:
            self._battery = news.value
        elif news.code == PEN_FAULT and self._desk.needling is not None:
            self._board.feed("pen_fault", True, self._clock.monotonic_s(), str(self._desk.needling.session_id))

    def note_gap(self, session_id: UUID, gap: Gap) -> None:
        """Record a gap that did not come from the link: samples that could not be saved."""
        self.recent_gaps.appendleft((self._clock.utc_us(), gap))
        for window in (self._window, self._ending_window):
            account = self._fanout.account(window)
            if account is not None and account.session_id == session_id:
                account.missing += gap.count
                break
        self._record(_gap_event(gap), into=session_id)

    def _record(self, *payloads: ev.Payload, into: UUID | None = None) -> None:
        target = into or self._recording or self._ending
        if any(one.session_id == target for one in self._desk.sessions):
            self._desk.do(needling.facts(*payloads), target)

    def _take_notice(self, notice: LinkNotice) -> None:
        before, self._notice = self._link_was, notice
        trying = notice.state is LinkState.OPENING and before is LinkState.LOST
        self._link_was = before if trying else notice.state  # another try to reopen is no news for the record
        if self._link_was is not before:
            serial = notice.pen.serial if notice.pen else ""
            self._record(ev.LinkChanged(notice.state.value, notice.reason, serial))

    def _begin_events(self, first: RecordingFirst) -> None:
        began = ev.RecordingBegan(first.pen_serial, first.boot_id, first.first_index)
        session = next((one for one in self._desk.sessions if one.session_id == first.session_id), None)
        gaps: Sequence[ev.Payload] = ()
        if session is not None and session.state.recording:
            gaps = restart_gaps(session.state, self._left_off, began)
        self._record(*gaps, began, into=first.session_id)

    # --- alarms ---------------------------------------------------------------------------------------

    def restore_alarms(self) -> None:
        """Put the latched alarms that nobody answered before a restart back on the line."""
        self._book.restore()

    def acknowledge(self, rule_id: str, subject: str) -> None:
        """Acknowledge an alarm on the line and in the record."""
        self._book.acknowledge(rule_id, subject)

    def pause_audio(self, subject: str) -> None:
        """Silence the sounds for a time, and note it with the session whose alarm was touched."""
        self._book.pause_audio(subject)

    # --- in step with the sessions -------------------------------------------------------------------

    def _keep_streaming(self) -> None:
        wanted = self.always_stream or any(
            one.state.phase in (Phase.PREPARATION, Phase.NEEDLING) and not one.state.manual_mode
            for one in self._desk.sessions) or self._ending is not None
        if wanted != self._streaming:
            self._streaming = wanted
            self._link.set_streaming(wanted)

    def _keep_recording(self, settled: bool) -> None:
        session = self._desk.needling
        wanted = session.session_id if session and not session.state.manual_mode else None
        if wanted == self._let_go:
            wanted = None
        if self._ending is not None and settled:
            self._finish_recording(self._ending)
        self._close_cut_off(wanted)
        if wanted == self._recording or (self._ending is not None and (self._recording or wanted == self._ending)):
            return
        if self._recording is not None:
            self._link.end_recording(END_WAIT_S)
            self._ending, self._recording = self._recording, None
            self._ending_window, self._window = self._window, 0
        elif wanted is not None and session is not None and self.pen is not None:
            self._begin_recording(session)

    def _begin_recording(self, session: Session) -> None:
        """Record from now on: the session's own pen answers, and the link holds on to it."""
        # Read before the first new sample: what a killed console stored ends here.
        self._left_off = self._reader.stored_runs(session.session_id) if session.state.recording else ()
        self._begin_tally(session)
        self._window = self._fanout.record_into(session.session_id)
        self._recording = session.session_id
        self._link.begin_recording(self._window)

    def _finish_recording(self, session_id: UUID) -> None:
        account = self._fanout.account(self._ending_window) or RecordingAccount(session_id)
        boot = account.last_boot
        if boot is None and self._notice.pen is not None:
            boot = (self._notice.pen.serial, self._notice.pen.boot_id)
        serial, boot_id = boot or ("", None)
        ended = ev.RecordingEnded(serial, boot_id, account.last_index, account.samples, account.missing)
        self._record(ended, into=session_id)
        self._fanout.close_window(self._ending_window)
        self._ending, self._ending_window = None, 0
        log.info("recording ended: %d samples, %d missing", account.samples, account.missing)

    def _close_cut_off(self, wanted: UUID | None) -> None:
        """End the recording of a session that was killed between its needling and its recording's end."""
        for session in self._desk.sessions:
            state = session.state
            if not state.recording or state.closed or session.session_id in (wanted, self._recording, self._ending):
                continue
            stored = self._reader.stored_runs(session.session_id)
            gaps = restart_gaps(state, stored, None)
            serial, boot_id = state.recordings[-1].pen_serial, state.recordings[-1].boot_id
            ends = [run.end_index for run in stored if (run.pen_serial, run.boot_id) == (serial, boot_id)]
            ended = ev.RecordingEnded(
                serial, boot_id, max(ends) - 1 if ends else None, sum(run.count for run in stored),
                sum(gap.count for gap in gaps))
            self._desk.do(needling.facts(*gaps, ended), session.session_id)

    def let_go(self, session_id: UUID | None) -> None:
        """End the recording of a session that ends in mid-needling; None takes this back."""
        self._let_go = session_id

    def settled(self, session_id: UUID) -> bool:
        """Tell whether a session's recording is over, in the record too, and nothing is being asked for."""
        states = [one.state for one in self._desk.sessions if one.session_id == session_id]
        on_record = any(state.recording and not state.closed for state in states)
        return not on_record and session_id not in (self._recording, self._ending)

    def _keep_watching(self) -> None:
        session = self._desk.needling
        now_s = self._clock.monotonic_s()
        self._board.escalate(now_s)
        self._turn_to(str(session.session_id) if session else "", now_s)
        if session is None:
            return
        state, subject = session.state, str(session.session_id)
        active = state.active_pass is not None and not state.paused and not state.stopped
        self._watch.obey(WatchOrder(subject, active, self._limits_of(session), self._battery), now_s)
        self._board.feed("cartridge_other", active and bool(tag_gate(state)), now_s, subject)
        self._board.feed("cartridge_spent", active and is_spent(state), now_s, subject)
        self._feed_link(subject, state.pen is not None and not state.manual_mode, now_s)
        self._begin_tally(session)
        self.tally.follow(state)

    def _begin_tally(self, session: Session) -> None:
        session_id = session.session_id
        if self.tally.session_id != session_id:
            self.tally.begin(session_id)
            # What is stored by now, and no more: what follows is pushed.
            self._recall(session_id, self._reader.stored_runs(session_id), partial(self.tally.recall, session_id))

    def _turn_to(self, subject: str, now_s: float) -> None:
        """Watch for another session (or none): what stood for the former can no longer be judged."""
        if subject == self._watched:
            return
        self._watch.obey(WatchOrder(), now_s)
        if self._watched:
            self._board.withdraw(LINK_RULES, now_s, self._watched)
        self._watched, self._watched_since_s = subject, now_s

    def _feed_link(self, subject: str, has_pen: bool, now_s: float) -> None:
        state = self.notice.state
        if not has_pen:  # by hand now: the pen is not back, it is no longer waited for
            self._board.withdraw(("link_lost", "pen_silent", "heartbeat_missed"), now_s, subject)
            return
        self._feed_heartbeat(subject, state, now_s)
        self._board.feed("link_lost", state in DOWN_STATES, now_s, subject)
        if state is LinkState.STREAMING:
            self._board.feed("pen_silent", False, now_s, subject)
        elif state is LinkState.STALE:
            since_s = max(self._watch.last_new_s or 0.0, self._watched_since_s)
            self._board.feed("pen_silent", True, min(since_s, now_s), subject)
            self._board.feed("pen_silent", True, now_s, subject)
        else:  # lost, which is graver, or only just asked for its samples
            self._board.feed("pen_silent", None, now_s, subject)

    def _feed_heartbeat(self, subject: str, state: LinkState, now_s: float) -> None:
        """Judge the age of the last STATUS, of a pen that sent one since it answers; a silent one is told as such."""
        pen, status = self._notice.pen, self.status
        told = pen is not None and status is not None and (status.pen_serial, status.boot_id) == (
            pen.serial, pen.boot_id)
        if state is not LinkState.STREAMING:
            self._streaming_since_s = now_s
        age_s = now_s - max(self._status_s, self._streaming_since_s)
        if not told:
            self._board.withdraw(("heartbeat_missed",), now_s, subject)
        age_ms = round(age_s * 1000) if told and state is LinkState.STREAMING else None
        self._board.feed_measure("heartbeat_age_ms", age_ms, now_s, subject)


def _gap_event(gap: Gap) -> ev.GapRecorded:
    return ev.GapRecorded(gap.pen_serial, gap.boot_id, gap.first_index, gap.count, gap.cause.value)


def _band_limits(session: Session) -> PenLimits:
    state = session.state
    if state.active_area is None:
        return PenLimits()
    plan = state.areas[state.active_area].plan
    return PenLimits(plan.band_low_um, plan.band_high_um, None, plan.rate_low_chz, plan.rate_high_chz)
