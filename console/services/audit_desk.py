"""The audit: asked on the query thread, so that however long it is no page waits for it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from console.domain.audit import AuditChange, AuditEntry, AuditFilter, detail_of
from console.domain.clock import iso_utc
from console.domain.errors import Refusal
from console.domain.ports import ChainFault, Registry
from console.domain.rights import Right
from console.services.audit_words import change_words, filter_words, sentence
from console.services.query_thread import QueryThread
from console.services.session_desk import SessionDesk

PAGE_ENTRIES = 500
CSV_COLUMNS = ("seq", "utc", "person", "name", "kind", "action", "subject", "patient", "what", "changes", "why", "hash")

Failed = Callable[[BaseException], None]


class AuditSource(Protocol):
    """Reads the audit; belongs to the query thread."""

    def entries(self, wanted: AuditFilter, limit: int, before_seq: int | None = None) -> list[AuditEntry]: ...
    def count(self, wanted: AuditFilter) -> int: ...
    def changes(self, entry: AuditEntry) -> list[AuditChange]: ...


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries, newest first, with the number of all matches."""

    entries: tuple[AuditEntry, ...]
    total: int


class AuditDesk:
    """Use cases of who may read the audit. ``enter_told``, for the query thread, brings in what commands read."""

    def __init__(self, desk: SessionDesk, registry: Registry, queries: QueryThread, source: AuditSource,
                 verify: Callable[[], ChainFault | None], enter_told: Callable[[], None] = lambda: None) -> None:
        self._desk, self._registry, self._queries = desk, registry, queries
        self._source, self._verify, self._enter_told = source, verify, enter_told

    @property
    def may_read(self) -> bool:
        """Tell whether who is signed in may read it."""
        return self._desk.access.may(Right.READ_AUDIT)

    def note_reading(self) -> None:
        """Note that the audit was opened; Refusal for who may not."""
        self._desk.access.require(Right.READ_AUDIT)
        self._registry.audit(self._desk.actor_id, "audit_read", "")

    def page(self, wanted: AuditFilter, limit: int, before_seq: int | None, answer: Callable[[AuditPage], None],
             failed: Failed) -> None:
        """Ask for a page of entries."""
        def asked() -> AuditPage:
            if before_seq is None:
                self._enter_told()
            return AuditPage(tuple(self._source.entries(wanted, limit, before_seq)), self._source.count(wanted))

        if self._allowed(failed):
            self._queries.ask(asked, answer, failed)

    def changes(self, entry: AuditEntry, answer: Callable[[list[AuditChange]], None], failed: Failed) -> None:
        """Ask for old and new values of a change."""
        if self._allowed(failed):
            self._queries.ask(lambda: self._source.changes(entry), answer, failed)

    def verify(self, answer: Callable[[ChainFault | None], None], failed: Failed) -> None:
        """Ask whether the chain is whole."""
        if self._allowed(failed):
            self._queries.ask(self._verify, answer, failed)

    def csv(self, wanted: AuditFilter, answer: Callable[[str], None], failed: Failed) -> None:
        """Ask for everything a filter matches, as CSV."""
        if self._allowed(failed):
            names = {one.staff_id: one.name for one in self._registry.staff()}
            self._registry.audit(self._desk.actor_id, "exported", "the audit",
                                 detail_of(form="csv", asked=filter_words(wanted)))
            self._queries.ask(lambda: csv_text(self._source, all_entries(self._source, wanted), names), answer, failed)

    def _allowed(self, failed: Failed) -> bool:
        try:
            self._desk.access.require(Right.READ_AUDIT)
        except Refusal as refused:
            failed(refused)
            return False
        return True


def all_entries(source: AuditSource, wanted: AuditFilter) -> Iterator[AuditEntry]:
    """Give everything a filter matches, newest first, page by page."""
    before_seq: int | None = None
    while found := source.entries(wanted, PAGE_ENTRIES, before_seq):
        yield from found
        before_seq = found[-1].seq


def csv_text(source: AuditSource, entries: Iterable[AuditEntry], names: Mapping[str, str]) -> str:
    """Write entries as CSV with one header line, in their order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for one in entries:
        changes = "; ".join(change_words(change) for change in source.changes(one))
        writer.writerow((one.seq, iso_utc(one.at_us), one.actor, names.get(one.actor, ""), one.kind.value, one.action,
                         one.subject, one.patient_id, sentence(one), changes, one.why, one.hash.hex()))
    return out.getvalue()
