"""Commands after the needle, and every way a session can stop or end."""

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.products import is_tube_of
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, require, treatment_consent_gate


def apply_serum(serum: ev.SerumApplied) -> Command:
    """Record a serum with its lot and volume."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SERUM)
        _refuse_without_consent(state)
        return [serum]

    return command


def _refuse_without_consent(state: SessionState) -> None:
    if reason := treatment_consent_gate(state):
        raise Refusal(reason.capitalize(), "nothing was recorded", "confirm that no serum is used")
    consent = state.consents.get("serum")
    if consent is not None and not consent.given:
        raise Refusal("The patient refused serum and plasma", "nothing was recorded", "confirm that none is used")


def apply_prp(plasma: ev.PrpApplied) -> Command:
    """Record plasma of the patient's own; the tube must bear this patient's number."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SERUM)
        _refuse_without_consent(state)
        if not is_tube_of(plasma.tube_id, state.opened.patient_id if state.opened else ""):
            raise Refusal(f"Tube {plasma.tube_id} is not this patient's", "nothing was recorded", "check the label")
        return [plasma]

    return command


def skip_serum(reason: str) -> Command:
    """Confirm that no serum is used, with a reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SERUM)
        if not reason.strip():
            raise Refusal("Going without serum needs a reason")
        if state.serums:
            raise Refusal("A serum is recorded already", "nothing was changed", "take that entry back first")
        return [ev.SerumSkipped(reason.strip())]

    return command


def give_aftercare(given: ev.AftercareGiven) -> Command:
    """Record that the patient has the sheet."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.AFTERCARE)
        return [given]

    return command


def propose_next(date: str) -> Command:
    """Propose the next session."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.AFTERCARE, Phase.SIGN_OFF)
        return [ev.NextSessionProposed(date)] if date != state.next_session else []

    return command


def stop() -> Command:
    """Stop at once and keep everything; why is asked afterwards."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        events: list[Payload] = []
        if state.phase is Phase.NEEDLING and not state.paused:
            events.append(ev.NeedlingPaused("stopped"))
        return [*events, ev.SessionStopped()]

    return command


def explain_stop(reason: str, text: str = "") -> Command:
    """Say why the session was stopped."""

    def command(state: SessionState) -> list[Payload]:
        if not state.stopped or state.closed:
            raise Refusal("The session is not stopped")
        return [ev.StopExplained(reason, text)]

    return command


def continue_session() -> Command:
    """Go on after a stop, in the same phase; needling stays paused until resumed."""

    def command(state: SessionState) -> list[Payload]:
        if not state.stopped or state.closed:
            raise Refusal("The session is not stopped")
        return [ev.SessionContinued()]

    return command


def restart(last_sample_us: int | None = None) -> Command:
    """Note that the console was started again. Its watch broke off, so what it was alarming of is ended there.

    ``last_sample_us`` is when the last stored sample was taken: with the last event it tells since when the
    console was off, which counts as nobody's needling time.
    """

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed")
        ended = [ev.AlarmEnded(alarm.raised.alarm_id, state.last_at_us) for alarm in state.standing_alarms()]
        off_since_us = max(state.last_at_us, last_sample_us or 0)
        return [*ended, ev.ConsoleRestarted(state.phase.value, off_since_us)]

    return command


def hand_over(to_id: str) -> Command:
    """Let a colleague take over."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed")
        if to_id == state.practitioner_id:
            return []
        return [ev.HandedOver(state.practitioner_id, to_id)]

    return command


def _untreated(state: SessionState) -> tuple[str, ...]:
    return tuple(area_id for area_id, area in state.areas.items() if area.passes_done < area.plan.passes)


def _close_running(state: SessionState) -> list[Payload]:
    if state.active_pass is None or state.active_area is None:
        return []
    return [ev.PassFinished(state.active_area, state.active_pass.number)]


def _refuse_while_recorded(state: SessionState) -> None:
    if state.recording:  # else readings would come in behind the end
        raise Refusal("Readings are still being recorded", "nothing was ended", "wait a moment")


def defer(reason: str) -> Command:
    """End before the needle and rebook."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed")
        if state.needling_begun:
            raise Refusal("Needling has begun", todo="end the session as unfinished")
        if state.anesthetics_on():
            raise Refusal("The anesthetic is on the skin", todo="confirm its removal first")
        _refuse_while_recorded(state)
        return [ev.SessionEnded("deferred", reason, _untreated(state))]

    return command


def opened_in_error(reason: str) -> Command:
    """Close a session opened for the wrong patient; it is kept and stays out of the statistics."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed")
        if state.needling_begun:
            raise Refusal("Needling has begun", "the record stays a treatment", "end it as unfinished")
        if state.anesthetics_on():
            raise Refusal("The anesthetic is on the skin", todo="confirm its removal first")
        _refuse_while_recorded(state)
        if not reason.strip():
            raise Refusal("«Opened in error» needs a reason")
        return [ev.SessionEnded("opened_in_error", reason.strip())]

    return command


def seal(
    signed: ev.Signed, samples: int, gaps: int, unfinished_reason: str = "", second: ev.Signed | None = None,
) -> Command:
    """Sign and seal: the finished session at sign-off, an unfinished one after a stop; ``second`` co-signs it."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed")
        if state.anesthetics_on():
            raise Refusal("The anesthetic is on the skin", todo="confirm its removal first")
        finished = state.phase is Phase.SIGN_OFF and not state.stopped
        if not finished and not unfinished_reason:
            raise Refusal("The treatment is not finished", todo="finish it, or end it as unfinished with a reason")
        if second is not None and second.signer_id == signed.signer_id:
            raise Refusal("One person cannot sign twice", "nothing was sealed", "let a colleague co-sign")
        untreated = _untreated(state)
        outcome = "finished" if finished else "unfinished"
        return [
            *_close_running(state), ev.SessionEnded(outcome, unfinished_reason, untreated), signed,
            *([second] if second is not None else []), ev.Sealed(samples, gaps),
        ]

    return command


def amend(
    text: str, reason: str, ordinal: int | None = None, was: str = "", author_name: str = "", method: str = "",
) -> Command:
    """Add to a sealed record; the record itself stays as it was.

    ``ordinal`` names the entry that is corrected, ``was`` what it says.
    """

    def command(state: SessionState) -> list[Payload]:
        if state.sealed is None:
            raise Refusal("Only a sealed record is amended", todo="correct the entry itself")
        if not text.strip() or not reason.strip():
            raise Refusal("An amendment needs its text and a reason")
        if ordinal is not None and not 0 <= ordinal < state.event_count:
            raise Refusal(f"The record has no entry {ordinal + 1} to amend", "nothing was changed")
        return [ev.Amended(text.strip(), reason.strip(), ordinal, was, author_name, method)]

    return command
