"""The alarm book: brings what the alarm board judged into the sessions' history, and what is answered."""

from console.domain import needling
from console.domain import session_events as ev
from console.domain.alarms import AlarmChange
from console.domain.clock import Clock
from console.domain.session import Session
from console.services.alarm_board import AlarmBoard
from console.services.session_desk import SessionDesk


class AlarmBook:
    """Lives on the desk's thread; an alarm's times are those at which it arose, escalated and ended."""

    def __init__(self, desk: SessionDesk, board: AlarmBoard, clock: Clock) -> None:
        self._desk, self._board, self._clock = desk, board, clock
        self._number = 0
        self._alarm_ids: dict[tuple[str, str], str] = {}

    def take(self, change: AlarmChange) -> None:
        """Record a change; one that belongs to no open session is nobody's record."""
        session = self._session(change.subject)
        if session is None:
            return
        key = (change.rule_id, change.subject)
        if change.raised:
            self._raise(change, session)
        elif change.escalated:
            self._escalate(change, session)
        elif alarm_id := self._alarm_ids.pop(key, ""):
            self._record(session, ev.AlarmEnded(alarm_id, self._utc_us(change.at_s)))

    def _raise(self, change: AlarmChange, session: Session) -> None:
        rule = next(rule for rule in self._board.rules if rule.rule_id == change.rule_id)
        text = next((one.text for one in self._board.shown()
                     if one.alarm.rule is rule and one.alarm.subject == change.subject), rule.text)
        self._number = max(self._number, len(session.state.alarms)) + 1
        self._alarm_ids[change.rule_id, change.subject] = alarm_id = f"{change.rule_id}-{self._number}"
        self._record(session, ev.AlarmRaised(
            alarm_id, change.rule_id, rule.priority.value, text, change.value, change.limit,
            session.state.active_area or "", self._utc_us(change.arose_s)))

    def _escalate(self, change: AlarmChange, session: Session) -> None:
        rule = next(rule for rule in self._board.rules if rule.rule_id == change.rule_id)
        alarm_id = self._alarm_ids.get((change.rule_id, change.subject), "")
        if alarm_id and rule.escalation is not None:
            self._record(session, ev.AlarmEscalated(
                alarm_id, rule.escalation.to.value, rule.escalation.louder, round(rule.escalation.after_s)))

    def restore(self) -> None:
        """Put the latched alarms that nobody answered before a restart back on the line."""
        latched = {rule.rule_id for rule in self._board.rules if rule.latch}
        for session in self._desk.sessions:
            for alarm in session.state.alarms.values():
                if alarm.raised.rule_id in latched and alarm.acknowledged_at_us is None:
                    self._board.restore(
                        alarm.raised.rule_id, str(session.session_id), alarm.raised.value, alarm.raised.limit)

    def acknowledge(self, rule_id: str, subject: str) -> None:
        """Acknowledge an alarm on the line and in the record."""
        self._board.acknowledge(rule_id, subject)
        session = self._session(subject)
        if session is not None:
            standing = [
                alarm_id for alarm_id, alarm in session.state.alarms.items()
                if alarm.raised.rule_id == rule_id and alarm.acknowledged_at_us is None
            ]
            self._desk.do(needling.acknowledge(standing), session.session_id)

    def pause_audio(self, subject: str) -> None:
        """Silence the sounds for a time, and note it with the session whose alarm was touched."""
        self._board.pause_audio()
        session = self._session(subject)
        if session is not None:
            self._record(session, ev.AudioPaused(self._board.pause_s))

    def _session(self, subject: str) -> Session | None:
        return next((one for one in self._desk.sessions if str(one.session_id) == subject), None)

    def _record(self, session: Session, payload: ev.Payload) -> None:
        self._desk.do(needling.facts(payload), session.session_id)

    def _utc_us(self, at_s: float) -> int:
        return self._clock.utc_us() - round((self._clock.monotonic_s() - at_s) * 1_000_000)
