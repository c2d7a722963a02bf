"""The audit of a rig: what its registry was told, read as a console reads it."""

from rig_ports import START, RigRegistry

from console.domain.audit import AuditChange, AuditEntry, AuditFilter
from console.domain.clock import to_utc_us


class RigAudit:
    """The audit over the registry's list; every entry is of the same moment."""

    def __init__(self, registry: RigRegistry) -> None:
        self._registry = registry

    def entries(self, wanted: AuditFilter, limit: int, before_seq: int | None = None) -> list[AuditEntry]:
        found = [AuditEntry(seq, to_utc_us(START) + seq * 1_000_000, *told, bytes(32), _patient_in(told[2]))
                 for seq, told in enumerate(self._registry.audits, 1)]
        return [one for one in reversed(found) if self._matches(one, wanted)
                and (before_seq is None or one.seq < before_seq)][:limit]

    @staticmethod
    def _matches(one: AuditEntry, wanted: AuditFilter) -> bool:
        return (wanted.person in ("", one.actor) and wanted.patient_id in ("", one.patient_id)
                and wanted.kind in (None, one.kind) and one.at_us >= (wanted.since_us or 0)
                and one.at_us < (wanted.until_us or one.at_us + 1) and one.seq <= (wanted.up_to_seq or one.seq))

    def count(self, wanted: AuditFilter) -> int:
        return len(self.entries(wanted, 10**6))

    def changes(self, entry: AuditEntry) -> list[AuditChange]:
        return [AuditChange(name, str(old), str(new)) for name, (old, new) in entry.facts.get("changed", {}).items()]


def _patient_in(subject: str) -> str:
    return subject if subject.startswith("P-") else ""
