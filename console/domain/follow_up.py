"""When the patient comes again, and the clinic's calls and visits after a session."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal
from console.domain.history import JsonValue
from console.domain.reactions import SEVERITIES, Told

CALL, VISIT = "call", "visit"
DUE, DONE, GIVEN_UP = "due", "done", "given_up"
MOST_CALL_HOURS = 24 * 14  # against slips of the finger


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``earliest`` to ``latest``, both included."""

    earliest: date
    latest: date

    def __contains__(self, day: date) -> bool:
        return self.earliest <= day <= self.latest


def next_window(session_day: date, interval_min_days: int, interval_max_days: int) -> Window:
    """Give the window the plan's interval opens after a session."""
    return Window(
        session_day + timedelta(days=interval_min_days),
        session_day + timedelta(days=interval_max_days),
    )


def propose(session_day: date, window: Window) -> date:
    """Propose a day: the first of the same weekday inside the window, else its first day."""
    ahead = (session_day.weekday() - window.earliest.weekday()) % 7
    same_weekday = window.earliest + timedelta(days=ahead)
    return same_weekday if same_weekday in window else window.earliest


def interval_notice(last_day: date, today: date, min_days: int, max_days: int) -> str:
    """Say how today stands to the plan's interval; empty when inside it or none is set."""
    if max_days <= 0:
        return ""
    window = next_window(last_day, min_days, max_days)
    gone = (today - last_day).days
    if today < window.earliest:
        return f"{gone} days since the last session; the plan waits at least {min_days}"
    if today > window.latest:
        return f"{gone} days since the last session; the plan expects at most {max_days}"
    return ""


# --- the clinic's call ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallRule:
    """The clinic's own rule: it calls so many hours after a session. No source gives these; none is shipped."""

    from_hours: int
    until_hours: int

    @property
    def words(self) -> str:
        """Write the rule as the settings hold it."""
        return f"{self.from_hours}-{self.until_hours}"


def read_call_rule(words: str) -> CallRule | None:
    """Read what ``CallRule.words`` wrote; None for «off», nothing, or what is no rule."""
    first, _, last = words.partition("-")
    if not (first.isdecimal() and last.isdecimal()):
        return None
    return make_call_rule(int(first), int(last))


def make_call_rule(from_hours: int, until_hours: int) -> CallRule:
    """Make a rule; Refusal where its hours do not follow each other."""
    if not 0 <= from_hours < until_hours <= MOST_CALL_HOURS:
        raise Refusal(f"{from_hours} to {until_hours} hours is no span", "nothing was changed",
                      f"give hours from 0 to {MOST_CALL_HOURS}, the smaller first")
    return CallRule(from_hours, until_hours)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach the patient."""

    at_us: int
    by: str
    reached: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A call or visit after a session: from when to when (ISO days), the tries, and what was told."""

    contact_id: str
    kind: str
    patient_id: str
    session_id: str
    first: str
    due: str
    state: str = DUE
    attempts: tuple[Attempt, ...] = ()
    told: tuple[Told, ...] = ()
    rev: int = 0

    @property
    def done(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.state != DUE


def call_after(patient_id: str, session_id: str, finished_local: datetime, rule: CallRule) -> Contact:
    """Give the call that follows a session."""
    first = (finished_local + timedelta(hours=rule.from_hours)).date()
    last = (finished_local + timedelta(hours=rule.until_hours)).date()
    return Contact(f"{CALL} {session_id}", CALL, patient_id, session_id, first.isoformat(), last.isoformat())


def visit_on(patient_id: str, session_id: str, day: date) -> Contact:
    """Give a visit agreed for a day."""
    return Contact(f"{VISIT} {session_id} {day.isoformat()}", VISIT, patient_id, session_id, day.isoformat(),
                   day.isoformat())


def session_of(contact_id: str) -> str:
    """Give the session a contact's id names; an id that names none gives one that is nobody's."""
    _, _, rest = contact_id.partition(" ")
    return rest.partition(" ")[0] or "none"


def spoken(contact: Contact, attempt: Attempt, told: Sequence[Told]) -> Contact:
    """Note a try; once the patient was reached the contact is done, and what they told is kept."""
    if told and not attempt.reached:
        raise Refusal("Nobody was reached", "nothing was recorded", "say that the patient was reached")
    for one in told:
        if one.severity not in SEVERITIES:
            raise Refusal(f"«{one.text}» has no severity", "nothing was recorded", "choose mild, moderate or severe")
        if not one.text.strip():
            raise Refusal("A reaction needs words", "nothing was recorded", "say what it was")
    state = DONE if attempt.reached else contact.state
    return replace(contact, state=state, attempts=(*contact.attempts, attempt), told=(*contact.told, *told))


def given_up(contact: Contact, attempt: Attempt) -> Contact:
    """Stop trying, with the reason in the attempt's note."""
    if not attempt.note.strip():
        raise Refusal("Giving up needs a reason", "nothing was recorded", "say why")
    return replace(contact, state=GIVEN_UP, attempts=(*contact.attempts, attempt))


def contact_record(contact: Contact) -> ClinicRecord:
    """Write a contact as a record."""
    fields: dict[str, JsonValue] = {
        "kind": contact.kind, "first": contact.first, "attempts": [asdict(one) for one in contact.attempts],
        "told": [asdict(one) for one in contact.told]}
    return ClinicRecord(RecordKind.FOLLOW_UP, contact.contact_id, contact.state, fields, "", contact.patient_id,
                        contact.session_id, contact.due)


def contact_of(record: ClinicRecord) -> Contact:
    """Read a contact from its record."""
    fields = cast(dict[str, Any], record.fields)
    return Contact(
        record.record_id, fields["kind"], record.patient_id, record.session_id, fields["first"], record.due,
        record.state, tuple(Attempt(**one) for one in fields["attempts"]),
        tuple(Told(**one) for one in fields["told"]), record.rev)
