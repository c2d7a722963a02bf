"""The desk: every open session, the one in front, and the only hand that appends events."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from console.domain import closing, intake
from console.domain import session_events as ev
from console.domain.clock import Clock
from console.domain.errors import Refusal
from console.domain.leases import never_waits
from console.domain.people import Staff
from console.domain.ports import Recorder
from console.domain.rights import Right, require
from console.domain.session import Command, Session
from console.domain.session_events import SessionEvent
from console.domain.session_state import SessionState
from console.domain.workflow import Phase
from console.services.access import Access

JUMP_LIMIT_S = 2.0  # wall and steady clock may part by this much before it is an event

log = logging.getLogger("console.desk")


class Saving(StrEnum):
    """What the screen says of the record."""

    SAVED = "saved"
    SAVING = "saving"
    NOT_SAVED = "not_saved"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command left: its events and the ticket that tells when they are committed."""

    session_id: UUID
    ticket: int
    ordinals: tuple[int, ...]
    events: tuple[SessionEvent, ...]


class SessionDesk:
    """Holds the open sessions. Lives on the GUI thread (or the command line's only one)."""

    def __init__(self, clock: Clock, recorder: Recorder) -> None:
        self._clock, self._recorder = clock, recorder
        self._sessions: dict[UUID, Session] = {}
        self._front: UUID | None = None
        self._last_ticket: dict[UUID, int] = {}
        self._listeners: list[Callable[[Receipt], None]] = []
        self._wall_less_steady_us = self._parting_us()
        self._fence: Callable[[UUID], Refusal | None] = _open
        self.access = Access(clock)

    # --- who and which ----------------------------------------------------------------------------

    @property
    def actor(self) -> Staff | None:
        """Give who is signed in."""
        return self.access.actor

    @actor.setter
    def actor(self, member: Staff | None) -> None:
        self.access.actor = member

    @property
    def actor_id(self) -> str:
        """Give who acts now; nobody signed in is the console itself."""
        return self.actor.staff_id if self.actor else "console"

    @property
    def sessions(self) -> list[Session]:
        """Give the open sessions, oldest first."""
        return list(self._sessions.values())

    @property
    def front(self) -> Session | None:
        """Give the session whose pages are shown."""
        return self._sessions.get(self._front) if self._front else None

    @property
    def needling(self) -> Session | None:
        """Give the session in its needling phase; there is never more than one."""
        return next((one for one in self._sessions.values()
                     if one.state.phase is Phase.NEEDLING and not one.state.closed), None)

    def session(self, session_id: UUID) -> Session:
        """Give an open session; KeyError if it is not open here."""
        return self._sessions[session_id]

    def bring_to_front(self, session_id: UUID | None) -> None:
        """Show another session's pages (None: no session)."""
        if session_id is not None and session_id not in self._sessions:
            raise KeyError(session_id)
        self._front = session_id

    def turn_to(self, session_id: UUID) -> None:
        """Bring a session to front by hand; from another (or none) its patient is to be checked again."""
        before = self._front
        self.access.require(Right.TREAT)
        self.bring_to_front(session_id)
        if before != session_id and self._fence(session_id) is None:
            self.do(intake.turn_to(), session_id)

    def take_up(self, session: Session) -> None:
        """Hold a session read back from its history (after a restart or from another room)."""
        self._sessions[session.session_id] = session

    def hand_over_to(self, member: Staff) -> bool:
        """Let somebody who proved to be it act from now on, also in the session in front; tell whether there is one.

        Their right to treat counts: that of who stands here may have ended with an emergency access.
        """
        front = self.front
        running = front is not None and not front.state.closed
        if front is not None and running:
            require(member, Right.TREAT)
            self.do(closing.hand_over(member.staff_id), front.session_id)
        self.actor = member
        return running

    def put_away(self, session_id: UUID) -> None:
        """Let go of a closed session."""
        self._sessions.pop(session_id, None)
        if self._front == session_id:
            self._front = None

    def fence_by(self, fence: Callable[[UUID], Refusal | None]) -> None:
        """Ask before each act whether another console has the session; what must never wait is done all the same."""
        self._fence = fence

    # --- commands -----------------------------------------------------------------------------------

    def now_us(self) -> int:
        """Give UTC microseconds."""
        return self._clock.utc_us()

    def do(self, command: Command, session_id: UUID | None = None) -> Receipt:
        """Carry out a command on a session (the front one) and hand its events to the recorder.

        Raises Refusal with its reason; then nothing has changed. The page may say «saved» only once
        ``saving`` says so. On the front session it is an act of who is signed in, who must be allowed to treat.
        """
        if session_id is None and self.actor is not None and not self._may_end_what_runs():
            self.access.require(Right.TREAT)
        session = self._sessions[session_id] if session_id else self.front
        if session is None:
            raise Refusal("No session is in front", todo="open one first")
        self._refuse_second_needling(session, command)
        self._refuse_elsewhere(session, command)
        first = len(session.history)
        events = session.decide(command, self.now_us(), self.actor_id)
        return self._hand_over(session, events, first)

    def _may_end_what_runs(self) -> bool:
        """Tell whether emergency access ran out under the needle: pause, marks, stop and end stay in reach."""
        self.access.may(Right.TREAT)  # looks at the clock
        return self.access.lapsed and self.needling is not None and self.needling is self.front

    def begin(self, session: Session, command: Command) -> Receipt:
        """Hold a new session, bring it to front and carry out its first command."""
        before, self._front = self._front, session.session_id
        self._sessions[session.session_id] = session
        try:
            return self.do(command)
        except Refusal:
            self.put_away(session.session_id)
            self._front = before
            raise

    def enter_afterwards(self, session: Session) -> Receipt:
        """Hold a session told from paper, hand its whole history to the recorder and bring it to front."""
        self.access.require(Right.TREAT)
        self._sessions[session.session_id] = session
        self._front = session.session_id
        return self._hand_over(session, session.history, 0)

    def undo(self, receipt: Receipt, reason: str = "taken back at once") -> Receipt:
        """Take back what a command did, by hand as it was done."""
        self.access.require(Right.TREAT)
        session = self._sessions[receipt.session_id]
        return self.do(session.undo(receipt.ordinals, reason), receipt.session_id)

    def _hand_over(self, session: Session, events: Iterable[SessionEvent], first: int) -> Receipt:
        made = tuple(events)
        ticket = self._recorder.append(session.session_id, made) if made else self._last_ticket.get(
            session.session_id, 0)
        self._last_ticket[session.session_id] = ticket
        receipt = Receipt(session.session_id, ticket, tuple(range(first, first + len(made))), made)
        for listener in self._listeners:
            try:
                listener(receipt)
            except Exception:  # the events are in the record by now; what follows from them must not undo the touch
                log.exception("a listener failed after %s", ", ".join(event.what.kind for event in made))
        return receipt

    def _refuse_second_needling(self, session: Session, command: Command) -> None:
        other = self.needling
        if other is None or other is session:
            return
        trial = command(session.state)
        if any(isinstance(what, ev.PhaseEntered) and what.phase == Phase.NEEDLING.value for what in trial):
            raise Refusal("Another session is needling", "nothing was started", "end or hand over that one first")

    def _refuse_elsewhere(self, session: Session, command: Command) -> None:
        refusal = self._fence(session.session_id)
        if refusal is not None and not never_waits(command(session.state)):
            raise refusal

    def on_events(self, listener: Callable[[Receipt], None]) -> None:
        """Call ``listener`` after each command that made events."""
        self._listeners.append(listener)

    # --- how it stands --------------------------------------------------------------------------------

    def saving(self, session_id: UUID | None = None) -> Saving:
        """Tell whether all of a session's events are committed."""
        state = self._recorder.state()
        if state.failing:
            return Saving.NOT_SAVED
        wanted = self._last_ticket.get(session_id or self._front or UUID(int=0), 0)
        return Saving.SAVED if state.saved_ticket >= wanted else Saving.SAVING

    def is_saved(self, receipt: Receipt) -> bool:
        """Tell whether a command's events are committed."""
        return self._recorder.state().saved_ticket >= receipt.ticket

    def check_clock(self) -> int:
        """Record a jump of the wall clock against the steady one in every open session; give its ms, 0 without."""
        parting_us = self._parting_us()
        jump_us = parting_us - self._wall_less_steady_us
        if abs(jump_us) <= JUMP_LIMIT_S * 1_000_000:
            return 0
        self._wall_less_steady_us = parting_us
        log.warning("wall clock jumped by %d ms", jump_us // 1000)
        for session in self.sessions:
            self.do(_clock_jumped(jump_us // 1000), session.session_id)
        return jump_us // 1000

    def _parting_us(self) -> int:
        return self._clock.utc_us() - round(self._clock.monotonic_s() * 1_000_000)


def _open(session_id: UUID) -> Refusal | None:
    return None


def _clock_jumped(jump_ms: int) -> Command:
    def command(state: SessionState) -> list[ev.Payload]:
        return [] if state.closed else [ev.ClockJumped(jump_ms)]

    return command
