"""Writes units into the database: one transaction, one chain a session, heads afterwards."""

import hashlib
import logging
import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, delete, insert
from sqlalchemy.exc import OperationalError

from console.domain.session_events import SessionOpened
from console.services.growing_story import GrowingStory
from db import tables
from db.chain_rows import audit_row, chunk_row, event_row
from db.chunk_codec import PLAIN, encode_plain
from db.heads import AUDIT, ForgedHead, Head, HeadFiles
from db.merge import merge_bodies
from db.notary import Notary
from db.patient_keys import PatientErased, begin_sealed, key_of_session
from db.plain_insert import insert_rows
from db.read_models import ReadModels, Summarise, note_samples, write_areas
from db.sealed_payload import KEY_BYTES, PayloadSeal
from db.station_key import StationSigner
from db.stored_rows import audit_tail, count_samples, hash_at, load_story, load_tail
from db.write_tasks import (
    AreasUnit,
    AuditUnit,
    ChunkUnit,
    EventsUnit,
    MergeUnit,
    SynchroniseUnit,
    Unit,
    WriteUnit,
)

log = logging.getLogger(__name__)

STORIES_KEPT = 32


@dataclass(frozen=True, slots=True)
class Tail:
    """How far a session's chain reaches, and how many samples it holds."""

    head: Head
    samples: int


@dataclass(slots=True)
class Written:
    """What one transaction wrote of its first ``units`` units; taken over only after its commit."""

    units: int = 0
    tails: dict[UUID, Tail] = field(default_factory=dict)
    audit: Head | None = None
    stories: dict[UUID, GrowingStory] = field(default_factory=dict)
    seals: dict[UUID, PayloadSeal | None] = field(default_factory=dict)
    tickets: list[tuple[int, UUID, int]] = field(default_factory=list)
    outcomes: list[tuple[WriteUnit, object, BaseException | None]] = field(default_factory=list)
    rows: defaultdict[Table, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    samples: int = 0
    begun: bool = False


class StoreWriter:
    """The only writing connection and what it remembers; lives on the recorder thread."""

    def __init__(
        self, engine: Engine, heads: HeadFiles, summarise: Summarise | None, signer: StationSigner,
    ) -> None:
        self._engine, self._heads = engine, heads
        self._models = ReadModels(summarise) if summarise is not None else None
        self._notary = Notary(signer)
        self._connection: Connection | None = None
        self._tails: dict[UUID, Tail] = {}
        self._audit: Head | None = None
        self._doubted: Written | None = None
        self._stories: OrderedDict[UUID, GrowingStory] = OrderedDict()
        self._seals: dict[UUID, PayloadSeal | None] = {}

    def commit(self, units: Sequence[Unit], folded: dict[UUID, int]) -> Written:
        """Write units in one transaction; any error means that nothing of it was written.

        ``folded`` notes, by spill file, the last record that came from it.
        """
        written = Written(units=len(units))
        try:
            connection = self._open()
            landed = self._landed(connection)
            if landed is not None:
                return self._take_over(landed)
            with connection.begin():
                for unit in units:
                    self._write(connection, unit, written)
                _insert_rows(connection, written)
                self._refresh(connection, written)
                _note_folded(connection, folded)
                if written.begun:
                    self._heads.sync()
                self._doubted = written
        except BaseException:
            self.close()
            raise
        return self._take_over(written)

    def _landed(self, connection: Connection) -> Written | None:
        """Give the last refused write where its commit reached the file although it was refused."""
        doubted = self._doubted
        if doubted is None:
            return None
        with connection.begin():
            sessions = all(load_tail(connection, key) == tail.head for key, tail in doubted.tails.items())
            audit = doubted.audit is None or audit_tail(connection) == doubted.audit
        landed = sessions and audit and bool(doubted.tails or doubted.audit)
        if landed:
            _make_durable(connection)
        self._doubted = None
        return doubted if landed else None

    def folded_upto(self, spill_id: UUID) -> int:
        """Tell up to which record a spill file is in the database already (-1: none)."""
        fold = tables.spill_fold
        connection = self._open()
        with connection.begin():
            found = connection.execute(
                fold.select().where(fold.c.spill_id == spill_id)
            ).first()
        return int(found.folded_upto) if found is not None else -1

    def close(self) -> None:
        """Close the connection and forget what was remembered; the next commit begins afresh."""
        connection, self._connection = self._connection, None
        self._tails.clear()
        self._stories.clear()
        self._seals.clear()
        self._notary.forget()
        self._forget_lines()
        self._audit = None
        if connection is not None:
            connection.close()

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    # --- in the transaction -------------------------------------------------------------------

    def _write(self, connection: Connection, unit: Unit, written: Written) -> None:
        match unit:
            case EventsUnit():
                self._write_events(connection, unit, written)
            case ChunkUnit():
                self._write_chunk(connection, unit, written)
            case AuditUnit():
                self._write_audit(connection, unit, written)
            case WriteUnit():
                _insert_rows(connection, written)
                self._forget_lines()
                if unit.erases:
                    self._refresh(connection, written)
                self._write_work(connection, unit, written)
            case AreasUnit():
                self._forget_lines()
                write_areas(connection, unit.session_id, unit.areas)
            case MergeUnit():
                _insert_rows(connection, written)
                merge_bodies(connection, unit.session_id)
            case SynchroniseUnit():
                pass

    def _write_events(self, connection: Connection, unit: EventsUnit, written: Written) -> None:
        tail = self._tail(connection, unit.session_id, written)
        seal = self._seal(connection, unit, tail, written)
        story = self._story(connection, unit.session_id, written, new=tail.head.seq == 0)
        begun, closed = (True, None) if story is None else (len(story) > 0, story.closed)
        head, rows = tail.head, []
        for event in unit.events:
            row, stored = event_row(unit.session_id, event, head, seal)
            head = Head(stored.seq, stored.hash)
            rows.append(row)
            if story is not None:
                story.add(stored)
        written.rows[tables.session_event] += rows
        written.tails[unit.session_id] = replace(tail, head=head)
        attested = self._notary.attest(connection, unit, head, tail.samples, begun=begun, closed=closed)
        if attested.row is not None:
            written.rows[tables.station_signature].append(attested.row)
        for note in attested.notes:
            self._write_audit(connection, note, written)
        if unit.ticket is not None:
            written.tickets.append((unit.ticket, unit.session_id, head.seq))

    def _write_chunk(self, connection: Connection, unit: ChunkUnit, written: Written) -> None:
        tail = self._tail(connection, unit.session_id, written)
        samples = unit.bytes_now()
        digest = hashlib.sha256(samples).digest()
        row, head = chunk_row(unit, digest, tail.head)
        written.rows[tables.telemetry_chunk].append(row)
        written.rows[tables.telemetry_body].append({
            "session_id": unit.session_id, "first_seq": head.seq, "last_seq": head.seq, "codec": PLAIN,
            "body": encode_plain(samples, digest),
        })
        written.tails[unit.session_id] = Tail(head, tail.samples + unit.count)
        written.samples += unit.count

    def _write_audit(self, connection: Connection, unit: AuditUnit, written: Written) -> None:
        if written.audit is None:
            written.audit = self._audit or self._checked_audit_tail(connection, written)
        row, written.audit = audit_row(unit, written.audit)
        written.rows[tables.audit_entry].append(row)

    def _write_work(self, connection: Connection, unit: WriteUnit, written: Written) -> None:
        if unit.outcome.given_up:
            return
        try:
            with connection.begin_nested():
                result = unit.work(connection)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 whoever asked is told; the others' units go on
            written.outcomes.append((unit, None, error))
            return
        if unit.audit is not None:
            if unit.tell is not None:
                unit.audit.detail = unit.tell(result)
            self._write_audit(connection, unit.audit, written)
        for one in unit.audits:
            self._write_audit(connection, one, written)
        if unit.erases:
            for remembered in (self._stories, self._seals, written.stories, written.seals):
                remembered.clear()
            self._forget_lines()
        if unit.grown is not None:
            self._take_grown(connection, unit.grown, written)
        written.outcomes.append((unit, result, None))

    def _take_grown(self, connection: Connection, session_id: UUID, written: Written) -> None:
        """Go on behind what somebody else's work added to a session's chain, and bring its lists up to date."""
        for remembered in (self._tails, self._stories, self._seals, written.tails, written.stories, written.seals):
            remembered.pop(session_id, None)
        written.tails[session_id] = self._tail(connection, session_id, written)
        self._story(connection, session_id, written, new=False)

    def _refresh(self, connection: Connection, written: Written) -> None:
        for session_id, tail in written.tails.items():
            story = written.stories.get(session_id)
            if story is None or self._models is None:
                note_samples(connection, session_id, tail.samples, tail.head.hash)
            else:
                self._models.refresh(connection, session_id, story, tail.samples, tail.head.hash)

    def _forget_lines(self) -> None:
        """Read the list's lines again: somebody else may have changed them."""
        if self._models is not None:
            self._models.forget()

    # --- what is remembered ---------------------------------------------------------------------

    def _seal(
        self, connection: Connection, unit: EventsUnit, tail: Tail, written: Written
    ) -> PayloadSeal | None:
        """Give what seals a session's payloads: from its first event on where it has a patient, else never."""
        known = written.seals if unit.session_id in written.seals else self._seals
        if unit.session_id not in known:
            written.seals[unit.session_id] = _seal_for(connection, unit, new=tail.head.seq == 0)
            known = written.seals
        return known[unit.session_id]

    def _tail(self, connection: Connection, session_id: UUID, written: Written) -> Tail:
        found = written.tails.get(session_id) or self._tails.get(session_id)
        if found is None:
            found = Tail(load_tail(connection, session_id), count_samples(connection, session_id))
            kept = self._kept_head(session_id, written)
            if kept is not None and kept.seq and hash_at(connection, session_id, kept.seq) != kept.hash:
                self._set_aside(session_id)
        return found

    def _story(
        self, connection: Connection, session_id: UUID, written: Written, *, new: bool
    ) -> GrowingStory | None:
        """Give a session's events so far, None where they were erased: its lists are then left as they are."""
        if session_id not in written.stories:
            known = GrowingStory() if new else self._stories.get(session_id)
            try:
                written.stories[session_id] = known if known is not None else GrowingStory(
                    load_story(connection, session_id))
            except PatientErased:
                return None
        return written.stories[session_id]

    def _checked_audit_tail(self, connection: Connection, written: Written) -> Head:
        tail, kept = audit_tail(connection), self._kept_head(AUDIT, written)
        if kept is not None and kept.seq:
            entry = tables.audit_entry
            there = connection.execute(entry.select().where(entry.c.seq == kept.seq)).first()
            if there is None or there.hash != kept.hash:
                self._set_aside(AUDIT)
        return tail

    def _kept_head(self, chain: UUID | str, written: Written) -> Head | None:
        try:
            kept = self._heads.read(chain)
        except ForgedHead:
            self._set_aside(chain)
            return None
        if kept is None:
            self._heads.begin(chain)
            written.begun = True
        return kept

    def _set_aside(self, chain: UUID | str) -> None:
        log.error("the head kept outside does not match chain %s; it was set aside for verify", chain)
        self._heads.dispute(chain)

    def _take_over(self, written: Written) -> Written:
        self._doubted = None
        self._tails.update(written.tails)
        self._seals.update(written.seals)
        self._audit = written.audit or self._audit
        for session_id, story in written.stories.items():
            self._stories[session_id] = story
            self._stories.move_to_end(session_id)
        while len(self._stories) > STORIES_KEPT:
            self._stories.popitem(last=False)
        return written


def _seal_for(connection: Connection, unit: EventsUnit, *, new: bool) -> PayloadSeal | None:
    """Give a session's seal from the database; a new session with a patient begins one."""
    first = unit.events[0]
    patient_id = first.what.patient_id if isinstance(first.what, SessionOpened) else ""
    if new and not patient_id:
        return None
    key = key_of_session(connection, unit.session_id)
    try:
        if key is not None:
            return key.seal_of(unit.session_id)
        return begin_sealed(connection, unit.session_id, patient_id, first.at_us) if new else None
    except PatientErased as erased:
        log.error("session %s goes on, though its patient was %s", unit.session_id, erased)
        return PayloadSeal(secrets.token_bytes(KEY_BYTES), unit.session_id) if key is not None else None


def _make_durable(connection: Connection) -> None:
    """Have the pages written and synced elsewhere; OSError where that cannot be done now.

    What a refused sync left may lie in the system's cache alone, and syncing the same file again proves nothing.
    """
    busy, in_log, moved = connection.connection.cursor().execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if busy or in_log != moved:
        raise OSError("a commit is not yet known to be on the disk")


def _insert_rows(connection: Connection, written: Written) -> None:
    """Insert what was gathered, table by table: one statement for many rows."""
    for table, rows in written.rows.items():
        if rows:
            insert_rows(connection, table, rows)
    written.rows.clear()


def _note_folded(connection: Connection, folded: dict[UUID, int]) -> None:
    fold = tables.spill_fold
    for spill_id, upto in folded.items():
        connection.execute(delete(fold).where(fold.c.spill_id == spill_id))
        connection.execute(insert(fold).values(spill_id=spill_id, folded_upto=upto))


