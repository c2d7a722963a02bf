"""The clinic's own version of an entry of the clinical files, kept as a record; each change adds a version.

A record's id is ``kind/entry``, its state ``in_force`` or ``withdrawn`` (back to the files). Its fields hold the whole
entry as a table of a clinical file: decimals as ``{"decimal": "0.25"}``, dates as ``{"date": "2026-11-22"}``,
for JSON here knows no floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.history import JsonValue

IN_FORCE, WITHDRAWN = "in_force", "withdrawn"
THIS_CLINIC = "this_clinic"  # the source an edit names for what the clinic decided itself


@dataclass(frozen=True, slots=True)
class ClinicalEdit:
    """One version of an edit: the whole entry, why, and by whom; ``rev`` 0 is not saved yet.

    ``was``: what the files said when the clinic first changed it, for the audit's old values.
    """

    kind: str
    entry_id: str
    table: Mapping[str, object]
    reason: str
    in_force: bool = True
    rev: int = 0
    changed_us: int = 0
    changed_by: str = ""
    was: Mapping[str, object] | None = None

    @property
    def name(self) -> str:
        """Give the id of its record."""
        return f"{self.kind}/{self.entry_id}"

    @property
    def version(self) -> str:
        """Give what a session notes of it: ``kind/entry@rev``."""
        return f"{self.name}@{self.rev}"

    def record(self) -> ClinicRecord:
        """Give it as a record."""
        fields: dict[str, JsonValue] = {"table": to_json(self.table), "reason": self.reason}
        if self.was is not None:
            fields["was"] = to_json(self.was)
        return ClinicRecord(
            RecordKind.CLINICAL_EDIT, self.name, IN_FORCE if self.in_force else WITHDRAWN, fields, subject_id=self.kind)


def edit_of(record: ClinicRecord) -> ClinicalEdit:
    """Read an edit back from its record."""
    kind, _, entry_id = record.record_id.partition("/")
    table = cast(Mapping[str, object], from_json(record.fields["table"]))
    return ClinicalEdit(
        kind, entry_id, table, str(record.fields["reason"]), record.state == IN_FORCE, record.rev,
        record.changed_us, record.changed_by)


def to_json(value: object) -> JsonValue:
    """Write a value of a clinical file as JSON without floats; what TOML does not know raises TypeError."""
    if isinstance(value, Mapping):
        return {str(name): to_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, Decimal):
        return {"decimal": f"{value:f}"}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, str | int):
        return value
    raise TypeError(f"{value!r} does not stand in a clinical file")


def from_json(value: JsonValue) -> object:
    """Read what ``to_json`` wrote."""
    if isinstance(value, dict):
        if value.keys() == {"decimal"}:
            return Decimal(str(value["decimal"]))
        if value.keys() == {"date"}:
            return date.fromisoformat(str(value["date"]))
        return {name: from_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [from_json(inner) for inner in value]
    return value
