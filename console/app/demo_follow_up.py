"""Calls after the invented clinic's last sessions, what was told, and one adverse event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from console.domain import follow_up
from console.domain.adverse_events import AdverseEvent, event_record, suspects_of
from console.domain.follow_up import Attempt, CallRule, Contact
from console.domain.ports import Registry
from console.domain.reactions import ExpectedReaction, Told, expected_reactions
from console.domain.session_state import SessionState
from console.services.clinical_library import ClinicalLibrary
from console.services.follow_up_desk import CALL_SETTING
from console.services.local_time import day_start_us, local, local_day

RULE = CallRule(24, 72)  # the invented clinic's own
DAYS, HOUR_US = 21, 3_600_000_000
CALLER = "PR-01"
AFTERWARDS = (
    ("Redness that stayed for more than a week", "Seen, cooling advised"),
    ("Small nodules on both cheeks", "Seen, photographed, referred"),
    ("Cold sore on the upper lip", "Referred to the doctor"),
    ("Darker patches on the jaw", "Sun protection, seen again after four weeks"),
    ("Itching rash where the serum was", "Serum left out from now on"))


@dataclass(frozen=True, slots=True)
class Finished:
    """A session that may be called after."""

    session_id: UUID
    state: SessionState


def write_follow_ups(
    registry: Registry, library: ClinicalLibrary, finished: Sequence[Finished], now_us: int, author: str,
) -> None:
    """Write the clinic's rule, a call after each recent session, and what was told at those made."""
    registry.save_setting(CALL_SETTING, RULE.words, author)
    today, expected = local_day(now_us), expected_reactions(library.aftercare_items())
    normal = [one for one in expected if not one.warns]
    worst = next((one for one in expected if one.warns), None)
    late: list[Contact] = []
    for one in finished:
        call = _call(one, today)
        if call is None:
            continue
        if date.fromisoformat(call.due) >= today:
            registry.save_record(follow_up.contact_record(call), author)
        else:
            late.append(call)
    for place, call in enumerate(reversed(late)):  # newest first: the newest is still to be made
        spoken = call if place == 0 else _spoken(call, normal, worst if place == 1 else None)
        registry.save_record(follow_up.contact_record(spoken), author)
        if place == 1 and worst is not None:
            state = next(one.state for one in finished if str(one.session_id) == call.session_id)
            registry.save_record(event_record(_event(spoken, state, today)), author)


def _call(one: Finished, today: date) -> Contact | None:
    ended_us = one.state.sealed_at_us
    if ended_us is None or one.state.opened is None or not one.state.needling_begun:
        return None
    if local_day(ended_us) < today - timedelta(days=DAYS):
        return None
    return follow_up.call_after(one.state.opened.patient_id, str(one.session_id), local(ended_us), RULE)


def _spoken(call: Contact, normal: Sequence[ExpectedReaction], worst: ExpectedReaction | None) -> Contact:
    chance = Random(call.session_id)
    at_us = day_start_us(date.fromisoformat(call.first)) + 10 * HOUR_US
    told = [Told(call.first, one.response_id, one.text, chance.choice(("mild", "mild", "moderate")), "", at_us, CALLER)
            for one in normal[:chance.randrange(len(normal))]]
    if worst is not None:
        told.append(Told(call.first, worst.response_id, worst.text, "moderate", "left cheek", at_us, CALLER))
    return follow_up.spoken(call, Attempt(at_us, CALLER, True), told)


def _event(call: Contact, state: SessionState, today: date) -> AdverseEvent:
    told = call.told[-1]
    return AdverseEvent(
        "AE-0001", call.patient_id, call.session_id, f"{told.text}, {told.note}", told.day, told.severity,
        outcome="recovering", relation="possible", suspects=tuple(one.key for one in suspects_of(state)[-1:]),
        done_about_it="Seen the next day, photographed", owner_id=CALLER,
        due=(today + timedelta(days=5)).isoformat(), told_by=call.contact_id)


def adverse_event_of(number: int, session_id: UUID, state: SessionState, chance: Random) -> AdverseEvent:
    """Give an adverse event told some days after a session, with what may have caused it."""
    what, done = chance.choice(AFTERWARDS)
    day = local_day(state.last_at_us) + timedelta(days=chance.randrange(1, 12))
    suspects = tuple(one.key for one in suspects_of(state))
    return AdverseEvent(
        f"AE-{number:04d}", state.opened.patient_id if state.opened else "", str(session_id), what, day.isoformat(),
        chance.choice(("mild", "mild", "moderate")), outcome="recovered",
        relation=chance.choice(("possible", "probable")),
        suspects=suspects[:1 + chance.randrange(2)], done_about_it=done, owner_id=CALLER,
        due=(day + timedelta(days=7)).isoformat())
