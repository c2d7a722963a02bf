"""The audit's entries as plain sentences."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from console.domain.audit import COMPUTER_USER, SAVES, AuditChange, AuditEntry, AuditFilter, AuditKind
from console.services.local_time import local_day

KIND_WORDS = {
    AuditKind.READ: "Reading", AuditKind.CHANGE: "Changes", AuditKind.EXPORT: "Exports",
    AuditKind.SIGN_IN: "Signing in", AuditKind.EMERGENCY: "Emergency", AuditKind.CONSOLE: "Console",
}
_THINGS = {
    "staff": "the member of staff", "patient": "the patient", "course": "the course", "appointment": "the appointment",
    "product": "the product", "recalled_lot": "the recall of", "setting": "the setting", "clinic_record": "the record",
}
_SENTENCES = {
    "patient_read": "Read the record of {patient}", "session_read": "Opened {session}",
    "session_replayed": "Replayed {session}", "photo_viewed": "Looked at photos of {patient}",
    "list_read": "Looked through {subject}", "reading_unreadable": "A note of what a command read cannot be opened",
    "recall_read": "Looked up whom {subject} reached",
    "audit_read": "Read the audit", "medwatch_written": "Wrote {subject} as an FDA form",
    "exported": "Wrote {session}", "imported": "Imported {subject}",
    "import_compared": "Compared a foreign list of {subject} with the clinic's",
    "signed_in": "Signed in", "signed_out": "Signed out",
    "handed_over": "Took {session} over", "locked": "The console locked", "unlocked": "Unlocked the console",
    "pin_refused": "A PIN was refused", "pin_accepted": "The right PIN after refused ones",
    "password_refused": "A password was refused", "password_accepted": "The right password after refused ones",
    "emergency_began": "Took emergency access", "emergency_ended": "Emergency access ended",
    "emergency_answered": "Answered for an emergency access", "clock_jumped": "The computer's clock jumped",
    "session_opened": "Began {session}", "session_sealed": "Sealed {session}",
    "session_co_signed": "Co-signed {session}",
    "patient_erased": "Erased {subject} for good", "patient_exported": "Wrote all that is kept of {subject}",
    "head_opened": "Noted the head of {session}", "head_closed": "Signed {session} for the station",
    "head_added": "Signed what was added to {session} for the station",
    "passphrase_refused": "A wrong passphrase for the folder",
    "passphrase_changed": "Another passphrase for the folder",
    "database_key_changed": "Another key for the database",
    "station_key_changed": "Another signing key for the station",
    "recovery_sheet_printed": "Printed the recovery sheet",
    "entered_afterwards": "Entered {session} from paper", "photos_kept": "Kept photos of {session}",
    "backup_made": "Made a backup", "backup_failed": "A backup failed",
    "damage_found": "Found the record's file damaged",
    "restored": "Restored this folder from a backup",
    "clinic_server_founded": "Founded the clinic on a server", "clinic_server_joined": "Joined a clinic server",
    "lease_taken": "Opened {session} at this console", "lease_given_back": "Gave {session} back",
    "lease_taken_over": "Took {session} over from another console",
    "lease_lost": "Another console took {session} over",
    "session_fetched": "Fetched {session} from the clinic server",
    "clinic_server_left": "Left the clinic server",
    "clinic_server_invited": "Wrote a joining text for another console",
}
_PLAIN_DETAIL = frozenset({
    "passphrase_refused", "database_key_changed", "station_key_changed", "recovery_sheet_printed",
    "clinic_server_founded", "clinic_server_joined", "clinic_server_left"})
_FIELD_WORDS = {
    "active": "may sign in", "more_roles": "further roles", "birth_date": "birth date", "pin": "PIN",
    "password_hash": "password", "arrived_us": "arrived", "starts_us": "begins", "fitzpatrick": "skin type",
    "value": "value", "began_us": "began", "until_us": "until",
}


def sentence(entry: AuditEntry) -> str:
    """Say what was done, without its when and who."""
    if entry.action.startswith(SAVES):
        return _saved(entry)
    words = _SENTENCES.get(entry.action)
    if words is None:
        return f"{entry.action.replace('_', ' ').capitalize()}: {entry.subject}".rstrip(": ")
    patient = entry.patient_id or entry.subject
    of_whom = f"a session of {entry.patient_id}" if entry.patient_id else _thing(entry)
    made = words.format(patient=patient, session=of_whom, subject=entry.subject)
    more = _more(entry)
    if entry.action == "emergency_began":
        return f"{made}: {more}"
    return f"{made}, {more}" if more else made


def _saved(entry: AuditEntry) -> str:
    table = entry.action.removeprefix(SAVES)
    first = entry.facts.get("rev") == 1 and "was" not in entry.facts.get("new", {})
    verb = "Added" if first else "Changed"
    subject = entry.subject.replace("_", " ") if table in ("setting", "clinic_record") else entry.subject
    subject = re.sub(r" ?[0-9a-f]{32}$", "", subject)  # an id nobody reads
    of_whom = f" of {entry.patient_id}" if entry.patient_id and entry.patient_id != entry.subject else ""
    thing = _THINGS.get(table, table)
    if subject.startswith("clinical edit "):
        thing, subject = "the clinical entry", subject.removeprefix("clinical edit ").replace("/", " ", 1)
    return f"{verb} {thing} {subject}{of_whom}"


def _thing(entry: AuditEntry) -> str:
    return f"session {entry.subject[:13]}" if len(entry.subject) == 36 else entry.subject.replace("_", " ")


def _more(entry: AuditEntry) -> str:
    facts = entry.facts
    if facts.get("command"):
        return _of_command(facts)
    if entry.action == "list_read":
        return str(facts.get("what", ""))
    if entry.action == "clock_jumped":
        seconds = int(facts.get("ms", 0)) / 1000
        return f"{abs(seconds):,.0f} s {'ahead' if seconds > 0 else 'back'}"
    if entry.action == "exported":
        return ", ".join(part for part in (f"as {str(facts.get('form', '')).upper()}" if facts.get("form") else "",
                                           str(facts.get("asked", ""))) if part)
    if entry.action == "locked":
        return str(facts.get("cause", ""))
    if entry.action == "emergency_began":
        return str(facts.get("reason", ""))
    if entry.action in ("lease_taken_over", "lease_lost"):
        return ": ".join(one for one in (str(facts.get("held_by") or facts.get("by", "")), entry.why) if one)
    return entry.detail if entry.action in _PLAIN_DETAIL else ""


def _of_command(facts: Mapping[str, object]) -> str:
    form, asked = str(facts.get("form", "")), str(facts.get("asked", ""))
    parts = [f"as {form.upper()}" if form else "", f"by the command {facts['command']}", asked,
             f"at {facts['at']}" if facts.get("at") else ""]
    return ", ".join(part for part in parts if part)


def period_words(wanted: AuditFilter) -> str:
    """Say which days a filter takes, empty where it takes all."""
    first = local_day(wanted.since_us) if wanted.since_us is not None else None
    last = local_day(wanted.until_us - 1) if wanted.until_us is not None else None
    if first == last:
        return f"on {first}" if first else ""
    return " ".join(part for part in (f"from {first}" if first else "", f"to {last}" if last else "") if part)


def filter_words(wanted: AuditFilter) -> str:
    """Say what a filter asks for, as the audit notes it of who wrote the audit out; empty where it asks for all."""
    kind = KIND_WORDS[wanted.kind].lower() if wanted.kind is not None else ""
    return ", ".join(part for part in (wanted.patient_id, wanted.person, kind, period_words(wanted)) if part)


def field_words(name: str) -> str:
    """Name a field as the screen does."""
    return _FIELD_WORDS.get(name, name.replace("_", " "))


def change_words(change: AuditChange) -> str:
    """Say one change: «room: Room 1 -> Room 2»."""
    old, new = (_time(one) if change.name.endswith("_us") else one for one in (change.old, change.new))
    if not old and not new:
        return f"{field_words(change.name)}: not kept any more"
    if not old:
        return f"{field_words(change.name)}: {new}"
    return f"{field_words(change.name)}: {old} -> {new or 'nothing'}"


def _time(text: str) -> str:
    return f"{datetime.fromtimestamp(int(text) / 1_000_000, UTC):%Y-%m-%d %H:%M} UTC" if text.isdigit() else text


def who_words(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """Name who did it: «A. Meyer PR-02»; what nobody did is the console's."""
    if entry.actor.startswith(COMPUTER_USER):
        return f"Computer user {entry.actor.removeprefix(COMPUTER_USER)}"
    name = names.get(entry.actor, "")
    return f"{name} {entry.actor}".strip() if entry.actor != "console" else "The console"
