"""Notes each session's head in the station's audit chain when it opens and closes, and signs it when it closes.

It works in the transaction that writes the events, so that no closed history is ever without its signature.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from console.domain.station_proof import ADDED, CLOSED, OPENED, act_of, note_of, record_statement
from db.heads import Head
from db.station_key import StationSigner, keep_key
from db.write_tasks import AuditUnit, EventsUnit


@dataclass(frozen=True, slots=True)
class Attested:
    """What the notary adds to one unit of events: entries of the audit chain, a row of ``station_signature``."""

    notes: tuple[AuditUnit, ...]
    row: dict[str, object] | None


class Notary:
    """Lives on the recorder thread."""

    def __init__(self, signer: StationSigner) -> None:
        self._signer = signer
        self._kept = False

    def forget(self) -> None:
        """Look again whether the public key is stored."""
        self._kept = False

    def attest(
        self, connection: Connection, unit: EventsUnit, head: Head, samples: int,
        *, begun: bool, closed: bool | None,
    ) -> Attested:
        """Give what is to be written with ``unit``, which made the chain reach ``head``.

        Before it the session was ``begun``, and ``closed`` (None: its events were erased).
        """
        session_id, events = unit.session_id, unit.events
        if not events:
            return Attested((), None)
        notes = [] if begun else [_note(unit, OPENED, note_of(head.seq, head.hash))]
        act = act_of(events, closed=closed) if closed is not None else "added"
        if not act:
            return Attested(tuple(notes), None)
        statement = record_statement(
            session_id, head.seq, head.hash, samples, act, events, self._signer.key_id)
        text, signature = self._signer.sign_record(statement)
        if not self._kept:
            keep_key(connection, self._signer.first_key(events[-1].at_us))
            self._kept = True
        action = ADDED if act == "added" else CLOSED
        notes.append(_note(unit, action, note_of(head.seq, head.hash, self._signer.key_id)))
        return Attested(tuple(notes), {
            "session_id": session_id, "seq": head.seq, "key_id": self._signer.key_id, "statement": text,
            "signature": signature,
        })


def _note(unit: EventsUnit, action: str, detail: str) -> AuditUnit:
    last = unit.events[-1]
    return AuditUnit(last.at_us, last.actor_id, action, str(unit.session_id), detail, unit.queued_s)
