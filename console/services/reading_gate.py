"""The gate before records: who may not read is refused, who may is noted in the audit, with the emergency's reason."""

from console.domain.audit import detail_of
from console.domain.errors import Refusal
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.session_desk import SessionDesk


class ReadingGate:
    """One for all desks that show a patient's or a session's record."""

    def __init__(self, desk: SessionDesk, registry: Registry) -> None:
        self._desk, self._registry = desk, registry
        self._listed: dict[str, tuple[str, str]] = {}

    def refused(self) -> Refusal | None:
        """Give why lists of records are not shown, None where they are."""
        return self._desk.access.refused(Right.READ_RECORDS)

    def note(self, action: str, subject: str, what: str = "") -> None:
        """Note that a record was read; Refusal for who may not."""
        self._pass(Right.READ_RECORDS, action, subject, what=what)

    def note_list(self, what: str, asked: str = "") -> None:
        """Note that a list of patients or sessions was looked through, once for each filter and person in turn.

        ``asked`` says what was asked for; never words somebody typed, which may be a name that is erased one day.
        """
        if self._listed.get(what) != (self._desk.actor_id, asked):
            self.note("list_read", what, asked)
            self._listed[what] = (self._desk.actor_id, asked)

    def note_export(self, subject: str, form: str) -> None:
        """Note that a record is written out; Refusal for who may not."""
        self._pass(Right.EXPORT, "exported", subject, form=form)

    def _pass(self, right: Right, action: str, subject: str, **facts: str) -> None:
        access = self._desk.access
        access.require(right)
        self._registry.audit(self._desk.actor_id, action, subject, detail_of(**facts, why=access.why(right)))
