"""Reads the station's audit on a connection that cannot write, newest first."""

import json
from collections.abc import Mapping
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, or_, select

from console.domain.audit import ACTIONS, SAVES, AuditChange, AuditEntry, AuditFilter, AuditKind
from console.domain.audit_changes import changes_between
from db import tables
from db.session_store import SessionStore

_ENTRY = tables.audit_entry
_VERSIONED: dict[str, tuple[Table, tuple[str, ...]]] = {
    SAVES + one.name: (one, key) for one, key in (
        (tables.patient, ("patient_id",)), (tables.course, ("course_id",)),
        (tables.appointment, ("appointment_id",)), (tables.clinic_record, ("kind", "record_id")))}
_IN_THE_SUBJECT = {"save_clinic_record": ("kind", "record_id"), "save_setting": ("name",)}  # told with it already


class AuditReader:
    """Implements ``ports.AuditSource``; for the thread its store belongs to."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def entries(self, wanted: AuditFilter, limit: int, before_seq: int | None = None) -> list[AuditEntry]:
        """Give a page of entries, newest first, before the ``seq`` of the page before it."""
        with self._store.reading() as connection:
            query = self._matching(connection, wanted)
            if before_seq is not None:
                query = query.where(_ENTRY.c.seq < before_seq)
            rows = connection.execute(query.order_by(_ENTRY.c.seq.desc()).limit(limit)).all()
            patients = _patients_of(connection, [row.subject for row in rows])
        return [_entry(row, patients) for row in rows]

    def count(self, wanted: AuditFilter) -> int:
        """Count what a filter matches."""
        with self._store.reading() as connection:
            return int(connection.execute(
                select(func.count()).select_from(self._matching(connection, wanted).subquery())).scalar_one())

    def changes(self, entry: AuditEntry) -> list[AuditChange]:
        """Give old and new values of a change: from the entry, a patient's from the two revisions."""
        facts = entry.facts
        if "fields" in facts:
            old, new = self._revisions(entry, int(facts["rev"]))
            made = (changes_between(name, old.get(name), new.get(name)) for name in facts["fields"])
            gone = [] if new else [AuditChange(name, "", "") for name in facts["fields"]]
            return [*gone, *chain.from_iterable(made)]
        if "new" in facts:
            hidden = _IN_THE_SUBJECT.get(entry.action, ())
            told = {name: value for name, value in facts["new"].items() if name not in hidden}
            was = told.pop("was", None)
            return list(chain.from_iterable(
                changes_between(name, was if name == "table" else None, value) for name, value in told.items()))
        return list(chain.from_iterable(
            changes_between(name, old, new) for name, (old, new) in facts.get("changed", {}).items()
            if name != "was"))

    def _revisions(self, entry: AuditEntry, rev: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if entry.action not in _VERSIONED:
            return {}, {}
        table, key = _VERSIONED[entry.action]
        parts = entry.subject.split(" ", len(key) - 1)
        query = select(table).where(table.c.rev.in_((rev - 1, rev)))
        for name, part in zip(key, parts, strict=False):
            query = query.where(table.c[name] == part)
        with self._store.reading() as connection:
            found = {row.rev: _fields(row) for row in connection.execute(query)}
        return found.get(rev - 1, {}), found.get(rev, {})

    @staticmethod
    def _matching(connection: Connection, wanted: AuditFilter) -> Select[Any]:
        query = select(_ENTRY)
        if wanted.person:
            query = query.where(_ENTRY.c.actor == wanted.person)
        if wanted.patient_id:
            query = query.where(_ENTRY.c.subject.in_(_subjects_of(connection, wanted.patient_id)))
        if wanted.kind is not None:
            query = query.where(_of_kind(wanted.kind))
        if wanted.since_us is not None:
            query = query.where(_ENTRY.c.at_us >= wanted.since_us)
        if wanted.until_us is not None:
            query = query.where(_ENTRY.c.at_us < wanted.until_us)
        if wanted.up_to_seq is not None:
            query = query.where(_ENTRY.c.seq <= wanted.up_to_seq)
        return query


def _of_kind(kind: AuditKind) -> ColumnElement[bool]:
    action = _ENTRY.c.action
    saved = action.startswith(SAVES, autoescape=True)
    if kind is AuditKind.CHANGE:
        return saved
    if kind is AuditKind.CONSOLE:  # and whatever a later console notes
        others = [one for other, actions in ACTIONS.items() if other is not kind for one in actions]
        return ~or_(saved, action.in_(others))
    return action.in_(ACTIONS[kind])


def _subjects_of(connection: Connection, patient_id: str) -> list[str]:
    """Give everything of a patient that an entry can be about: the indexes find the entries by it."""
    session, record = tables.session_summary, tables.clinic_record
    subjects = [patient_id]
    subjects += [str(one) for one in connection.execute(
        select(session.c.session_id).where(session.c.patient_id == patient_id)).scalars()]
    subjects += [f"{row.kind} {row.record_id}" for row in connection.execute(
        select(record.c.kind, record.c.record_id).where(record.c.patient_id == patient_id).distinct())]
    for table, name in ((tables.course, "course_id"), (tables.appointment, "appointment_id")):
        subjects += connection.execute(
            select(table.c[name]).where(table.c.patient_id == patient_id).distinct()).scalars()
    return subjects


def _patients_of(connection: Connection, subjects: list[str]) -> dict[str, str]:
    sessions = {text: found for text in subjects if (found := _session_id(text)) is not None}
    if not sessions:
        return {}
    table = tables.session_summary
    rows = connection.execute(select(table.c.session_id, table.c.patient_id).where(
        table.c.session_id.in_(set(sessions.values())))).all()
    patients = {row.session_id: row.patient_id for row in rows}
    return {text: patients.get(session_id, "") for text, session_id in sessions.items()}


def _session_id(text: str) -> UUID | None:
    if len(text) != 36:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def _entry(row: Row[Any], patients: Mapping[str, str]) -> AuditEntry:
    made = AuditEntry(row.seq, row.at_us, row.actor, row.action, row.subject, row.detail, row.hash)
    own = row.subject if row.action in ("patient_read", "photo_viewed", "save_patient") else ""
    patient_id = patients.get(row.subject) or str(made.facts.get("patient", "")) or own
    return AuditEntry(row.seq, row.at_us, row.actor, row.action, row.subject, row.detail, row.hash, patient_id)


def _fields(row: Row[Any]) -> dict[str, Any]:
    fields = row._asdict()
    return fields | json.loads(fields["body"]) if "body" in fields else fields
