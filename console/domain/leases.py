"""Which console may go on with a session that several could: the lease, which one of them holds at a time.

Times are the clinic server's own (UTC µs). A lease whose time ran out still holds: only an explicit act moves it,
so that a room that is cut off keeps its session until somebody takes it over and says why.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.rights import Right, require

LEASE_S = 60  # a room that is heard from renews well before
MOST_REASON = 200


class LeaseAct(StrEnum):
    """What is done with a lease; each is a row on the server that is never changed."""

    TAKEN = "taken"
    RENEWED = "renewed"
    GIVEN_BACK = "given_back"
    TAKEN_OVER = "taken_over"


class Standing(StrEnum):
    """How a lease stands, seen from one console."""

    OURS = "ours"
    FREE = "free"  # nobody ever held it, or it was given back
    THEIRS = "theirs"
    SILENT = "silent"  # theirs, and nothing was heard of them for longer than they promised


@dataclass(frozen=True, slots=True)
class Lease:
    """A session's lease; ``number`` grows with each change of holder and fences what the former one still sends."""

    session_id: UUID
    console_id: UUID  # who holds it, or held it last
    console_name: str
    number: int
    held: bool
    actor_id: str
    taken_us: int
    until_us: int


def standing(lease: Lease | None, console_id: UUID, now_us: int) -> Standing:
    """Tell how a lease stands for a console."""
    if lease is None or not lease.held:
        return Standing.FREE
    if lease.console_id == console_id:
        return Standing.OURS
    return Standing.SILENT if now_us > lease.until_us else Standing.THEIRS


def check_take_over(member: Staff | None, reason: str) -> str:
    """Refuse who may not take a session over, or who gives no reason; give the reason as it is kept."""
    require(member, Right.TREAT)
    return check_reason(reason)


def check_reason(reason: str) -> str:
    """Refuse a take-over without a reason; give it as it is kept."""
    said = " ".join(reason.split())
    if not said:
        raise Refusal("No reason was given", "nothing was taken over", "say why this console goes on with the session")
    if len(said) > MOST_REASON:
        raise Refusal(f"The reason is longer than {MOST_REASON} letters", "nothing was taken over", "say it shorter")
    return said


def refusal_elsewhere(room: str, since: str, actor_id: str) -> Refusal:
    """Give the sentence that refuses an act on a session another console holds."""
    return Refusal(holder_words(room, since, actor_id), "nothing was changed here", "take it over, or go on there")


def holder_words(room: str, since: str, actor_id: str) -> str:
    """Say who holds a session: «Open at Room 2 since 14:02 by PR-02»."""
    return f"Open at {room} since {since}" + (f" by {actor_id}" if actor_id not in ("", "console") else "")


# What an act may consist of where another console holds the session: it must never wait, or tells what was.
NEVER_WAITS: frozenset[type[ev.Payload]] = frozenset({
    ev.NeedlingPaused, ev.SessionStopped, ev.StopExplained, ev.AlarmRaised, ev.AlarmEnded, ev.AlarmAcknowledged,
    ev.AlarmEscalated, ev.AudioPaused, ev.GapRecorded, ev.LinkChanged, ev.PenReported, ev.RecordingBegan,
    ev.RecordingEnded, ev.ClockJumped, ev.ConsoleRestarted, ev.HandedOver, ev.EmergencyLogged, ev.ReactionReported,
    ev.AnestheticRemoved, ev.PenBound, ev.LabelJudged, ev.DwellDoubted, ev.ScreeningExpired,
})


def never_waits(made: list[ev.Payload]) -> bool:
    """Tell whether an act may be done whoever holds the session."""
    return all(type(what) in NEVER_WAITS for what in made)
