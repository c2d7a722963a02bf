"""What a manager does with one patient's record at the screen: look how it stands, hold, give out, erase.

Everything that reads or writes much goes to the query thread; the answer comes in a later frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.domain.erasure import Erasure, Ground, PatientTrace
from console.domain.people import Staff
from console.domain.retention import Keeping, RetentionRule
from console.domain.rights import Right, refusal
from console.services.pin_guard import PinGuard
from console.services.query_thread import QueryThread
from console.services.record_keeping import DueList, RecordKeeping
from console.services.session_desk import SessionDesk

Failed = Callable[[BaseException], None]
WriteAll = Callable[[str], Path]


@dataclass(frozen=True, slots=True)
class RecordStanding:
    """How a patient's record stands, and what an erasure would take."""

    keeping: Keeping
    rule: RetentionRule | None
    trace: PatientTrace


class KeepingDesk:
    """``keeping`` and ``write_all`` belong to the query thread."""

    def __init__(self, desk: SessionDesk, queries: QueryThread, keeping: RecordKeeping, pins: PinGuard,
                 write_all: WriteAll) -> None:
        self._desk, self._queries, self._keeping, self._pins = desk, queries, keeping, pins
        self._write_all = write_all

    @property
    def may(self) -> bool:
        """Tell whether who is signed in keeps and erases records."""
        return self._desk.access.may(Right.ERASE)

    def ask(self, patient_id: str, answer: Callable[[RecordStanding], None], failed: Failed) -> None:
        """Ask how a record stands."""
        if (refused := self._desk.access.refused(Right.ERASE)) is not None:
            failed(refused)
            return
        keeping = self._keeping
        self._queries.ask(
            lambda: RecordStanding(keeping.keeping(patient_id), keeping.rule(), keeping.trace(patient_id)),
            answer, failed)

    def due(self, answer: Callable[[DueList], None], failed: Failed) -> None:
        """Ask whose record may be erased, or is held; noted in the audit."""
        if (refused := self._desk.access.refused(Right.ERASE)) is not None:
            failed(refused)
            return
        by, keeping = self._who(), self._keeping

        def looked() -> DueList:
            keeping.note_looked_through(by)
            return keeping.due_list()

        self._queries.ask(looked, answer, failed)

    def change_hold(self, patient_id: str, reason: str, held: bool, answer: Callable[[None], None],
                    failed: Failed) -> None:
        """Set (``held``) or lift a legal hold."""
        by = self._who()
        change = self._keeping.set_hold if held else self._keeping.lift_hold
        self._queries.ask(lambda: change(patient_id, reason, by), answer, failed)

    def write_all(self, patient_id: str, answer: Callable[[Path], None], failed: Failed) -> None:
        """Write all that is kept of a patient in open formats."""
        by = self._who()

        def written() -> Path:
            self._keeping.note_given_out(patient_id, by)
            return self._write_all(patient_id)

        self._queries.ask(written, answer, failed)

    def erase(self, patient_id: str, ground: Ground, reason: str, typed: str, pin: str,
              answer: Callable[[Erasure], None], failed: Failed) -> None:
        """Erase a patient once the PIN is proved; ``failed`` where it is wrong."""
        by = self._who()

        def erased(made: Erasure) -> None:
            for session in self._desk.sessions:
                if session.state.opened is not None and session.state.opened.patient_id == patient_id:
                    self._desk.put_away(session.session_id)
            answer(made)

        def erase() -> None:
            self._queries.ask(lambda: self._keeping.erase(patient_id, ground, reason, typed, by), erased, failed)

        self._pins.prove(by.staff_id, pin, erase, failed, patient_id, "nothing was erased")

    def _who(self) -> Staff:
        actor = self._desk.actor
        if actor is None or not self.may:
            raise refusal(actor, Right.ERASE)
        return actor
