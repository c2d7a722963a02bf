"""The shelf: the clinical library of now, the one each open session began with, and the clinic's edits.

A session keeps the library it began with; an edit counts for sessions begun after it. What a session used is
noted in its history (``clinical_versions_noted``), so that after a restart the same library is put together.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from datetime import date
from typing import Protocol, cast
from uuid import UUID

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.clinical_edits import ClinicalEdit, edit_of
from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.history import JsonValue, canonical_json
from console.domain.people import Staff
from console.domain.ports import Registry
from console.domain.rights import Right, allows
from console.domain.session import Session
from console.domain.session_events import ClinicalVersion, ClinicalVersionsNoted
from console.services.clinical_library import ClinicalLibrary
from console.services.local_time import local_day

Rejected = tuple[ClinicalEdit, OperatorError]
Load = Callable[[Sequence[ClinicalEdit]], ClinicalLibrary]

log = logging.getLogger("console.clinical")


class Records(Protocol):
    """Whoever reads the clinic's own records."""

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...


class ClinicalShelf:
    """Lives on the GUI thread; loading takes a twentieth of a second. ``files``: what was loaded already."""

    def __init__(self, load: Load, registry: Registry, clock: Clock, files: ClinicalLibrary | None = None) -> None:
        self._load, self._registry, self._clock = load, registry, clock
        self._began: dict[UUID, ClinicalLibrary] = {}
        self._noted: tuple[ClinicalLibrary, str, ClinicalVersionsNoted] | None = None
        self._edits = {edit.name: edit for edit in _edits_in(registry)}
        self.files = files or load(())  # what the clinic's settings lie over
        self.current, self.rejected = whole_library(load, edits) if (edits := self._in_force()) else (self.files, ())

    # --- which library ------------------------------------------------------------------------------

    def begin(self, session_id: UUID, beside: Session | None = None) -> ClinicalLibrary:
        """Give a new session the library of now; alarms are one board's, so ``beside`` an open session they are its."""
        library = self.current
        if beside is not None and (alarms := self.for_session(beside).alarms) != library.alarms:
            library = replace(library, alarms=alarms)
        self._began[session_id] = library
        return library

    def for_session(self, session: Session | None) -> ClinicalLibrary:
        """Give the library a session began with; without a session that of now."""
        if session is None:
            return self.current
        if session.session_id not in self._began:
            self._began[session.session_id] = self._as_noted(session)
        return self._began[session.session_id]

    def _as_noted(self, session: Session) -> ClinicalLibrary:
        noted = session.state.clinical
        if noted is None or set(noted.edits) == {edit.version for edit in self.edits()}:
            return self.current
        try:
            return self._load([self._version(one) for one in noted.edits])
        except OperatorError:
            log.exception("the clinical files a session began with cannot be put together again")
            return self.current

    def _version(self, noted: str) -> ClinicalEdit:
        name, _, rev = noted.rpartition("@")
        kind, _, entry_id = name.partition("/")
        found = next((one for one in self.versions(kind, entry_id) if str(one.rev) == rev), None)
        if found is None:
            raise OperatorError(f"There is no version {noted}")
        return found

    def edits(self) -> tuple[ClinicalEdit, ...]:
        """Give the edits in force, by name."""
        rejected = {edit.name for edit, _ in self.rejected}
        return tuple(edit for edit in self._in_force() if edit.name not in rejected)

    def _in_force(self) -> list[ClinicalEdit]:
        return [edit for _, edit in sorted(self._edits.items()) if edit.in_force]

    # --- editing ----------------------------------------------------------------------------------------

    def try_edit(self, kind: str, entry_id: str, table: Mapping[str, object], reason: str) -> ClinicalEdit:
        """Prove an edit; OperatorError names the field, what was found and what is allowed."""
        if len(reason.split()) == 0:
            raise Refusal("A change of clinical data needs a reason", "nothing was saved", "say why")
        dated = {**table, "reviewed": local_day(self._clock.utc_us())}
        edit = ClinicalEdit(kind, entry_id, dated, " ".join(reason.split()))
        others = [one for one in self.edits() if one.name != edit.name]
        try:
            self._load([*others, edit])
        except OperatorError as error:
            raise OperatorError(error.happened, "nothing was saved", "correct it and save again") from error
        return edit

    def save(self, kind: str, entry_id: str, table: Mapping[str, object], reason: str, editor: Staff | None) -> None:
        """Keep an edit as a new version and count by it from the next session on."""
        self._keep(self.try_edit(kind, entry_id, table, reason), editor)

    def withdraw(self, kind: str, entry_id: str, reason: str, editor: Staff | None) -> None:
        """Go back to what the files say; every version is kept."""
        standing = self._edits.get(f"{kind}/{entry_id}")
        if standing is None or not standing.in_force:
            raise Refusal("This entry is as the files have it", "nothing was changed")
        if len(reason.split()) == 0:
            raise Refusal("A change of clinical data needs a reason", "nothing was saved", "say why")
        self._keep(replace(standing, in_force=False, reason=" ".join(reason.split())), editor)

    def _keep(self, edit: ClinicalEdit, editor: Staff | None) -> None:
        if editor is None or not allows(editor, Right.EDIT_CLINIC):
            raise Refusal("Clinical data is changed by a manager or an administrator", "nothing was saved",
                          "let one of them sign in")
        before = self._edits.get(edit.name)
        files = self.files.entries.get((edit.kind, edit.entry_id))
        first = replace(edit, was=files.table) if before is None and files is not None else edit
        self._registry.save_record(first.record(), editor.staff_id)
        self._edits[edit.name] = replace(
            edit, rev=(before.rev if before else 0) + 1, changed_by=editor.staff_id, changed_us=self._clock.utc_us())
        self.current, self.rejected = whole_library(self._load, self._in_force())

    def versions(self, kind: str, entry_id: str) -> tuple[ClinicalEdit, ...]:
        """Give every version of an edit, the newest first."""
        record = ClinicRecord(RecordKind.CLINICAL_EDIT, f"{kind}/{entry_id}", "", {})
        stored = {one.rev: edit_of(one) for one in self._registry.record_versions(record)}
        standing = self._edits.get(f"{kind}/{entry_id}")
        if standing is not None:
            stored.setdefault(standing.rev, standing)  # its commit may still be under way
        return tuple(stored[rev] for rev in sorted(stored, reverse=True))

    # --- what a session notes -----------------------------------------------------------------------------

    def noted(self, library: ClinicalLibrary, plan_id: str) -> ClinicalVersionsNoted:
        """Give what a session with this plan is to note of its library: versions and hashes of what it goes by."""
        if self._noted is None or self._noted[0] is not library or self._noted[1] != plan_id:
            self._noted = (library, plan_id, versions_of(library, plan_id))
        return self._noted[2]


def versions_of(library: ClinicalLibrary, plan_id: str) -> ClinicalVersionsNoted:
    """Give the versions, edits and SHA-256 of the plan and of every other kind of entry a session goes by."""
    plan = library.plan(plan_id)
    groups: tuple[tuple[str, str, int, Sequence[object]], ...] = (
        ("plan", plan.plan_id, plan.version, (plan,)), ("rule", "", library.ruleset_version, library.rules),
        ("anesthetic", "", 0, library.anesthetics), ("product", "", 0, library.skin_products),
        ("alarm", "", 0, library.alarms), ("area_size", "", 0, library.area_sizes), ("form", "", 0, library.consents),
        ("item", "", library.sheet.version, library.aftercare_items()), ("scale", "", 0, library.scales),
        ("translation", "", 0, tuple(one for language in library.languages for one in language.translations)),
        ("pen", "", 0, library.pens))
    return ClinicalVersionsNoted(
        tuple(ClinicalVersion(kind, entry_id, version, len(parts), digest(parts))
              for kind, entry_id, version, parts in groups),
        tuple(sorted(one.edit.version for one in library.entries.values() if one.edit is not None)))


def digest(parts: Iterable[object]) -> str:
    """Give the SHA-256 of entries as they are read, in canonical JSON."""
    return hashlib.sha256(canonical_json([_plain(part) for part in parts])).hexdigest()


def _plain(value: object) -> JsonValue:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):  # seconds of a delay
        return round(value * 1000)
    if isinstance(value, date):
        return value.isoformat()
    return cast(JsonValue, value)


def _edits_in(registry: Records) -> list[ClinicalEdit]:
    return [edit_of(record) for record in registry.records(RecordFilter(RecordKind.CLINICAL_EDIT))]


def kept_library(load: Load, records: Records) -> ClinicalLibrary:
    """Give the library of now, for readers without a shelf."""
    in_force = sorted((edit for edit in _edits_in(records) if edit.in_force), key=lambda one: one.name)
    return whole_library(load, in_force)[0]


def whole_library(load: Load, edits: Sequence[ClinicalEdit]) -> tuple[ClinicalLibrary, tuple[Rejected, ...]]:
    """Load with all edits; one that no longer fits the files is left out and told, never a reason not to open."""
    try:
        return load(edits), ()
    except OperatorError:
        if not edits:
            raise
    kept: list[ClinicalEdit] = []
    rejected: list[Rejected] = []
    for edit in edits:
        try:
            load([*kept, edit])
            kept.append(edit)
        except OperatorError as error:
            log.critical("the clinic's edit %s is not in force: %s", edit.version, error)
            rejected.append((edit, error))
    return load(kept), tuple(rejected)
