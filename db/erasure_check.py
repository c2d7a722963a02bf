"""Proves that what the database calls erased is erased by the ledger outside too."""

from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from db import tables
from db.chain_check import BadEntry
from db.data_folder import DataFolder
from db.erasure_ledger import ErasureLedger, ForgedLedger
from db.patient_keys import key_of_session


def check_erasure(connection: Connection, folder: DataFolder, session_id: UUID) -> None:
    """Raise BadEntry where a session counts as erased and the ledger does not name its patient."""
    key = key_of_session(connection, session_id)
    if key is None or key.erasure is None:
        return
    if what := _Vouch(folder).fault_of(key.erasure, key.patient_id):
        raise BadEntry(1, what)


def unvouched_erasures(folder: DataFolder) -> list[str]:
    """Tell what is wrong between the database's erasures and the ledger's."""
    erasure = tables.erasure
    try:
        with folder.reader_engine().connect() as connection, connection.begin():
            rows = connection.execute(select(erasure.c.number, erasure.c.patient_id).order_by(erasure.c.number)).all()
    except DBAPIError:
        return []  # the page it lies on is damaged, which is told as such
    vouch = _Vouch(folder)
    if vouch.forged:
        return [vouch.forged]
    found = [what for row in rows if row.patient_id and (what := vouch.fault_of(row.number, row.patient_id))]
    missing = sorted(vouch.tags.keys() - {row.number for row in rows})
    return found + [f"erasure {number} of the ledger is not done in the database" for number in missing]


class _Vouch:
    """The ledger as it can be trusted; ``forged`` says why it cannot."""

    def __init__(self, folder: DataFolder) -> None:
        self._ledger, self.forged = ErasureLedger(folder.path, folder.keys.head), ""
        self.tags: dict[int, str] = {}
        try:
            self.tags = {line.number: line.patient for line in self._ledger.lines()}
        except (ForgedLedger, OSError) as error:
            self.forged = f"the ledger of erasures cannot be trusted: {error}"

    def fault_of(self, number: int, patient_id: str) -> str:
        """Say what is wrong with one erasure; empty where the ledger vouches for it."""
        if self.forged:
            return self.forged
        if self.tags.get(number) == self._ledger.tag_of(patient_id):
            return ""
        return f"was erased as number {number}, of which the ledger outside the database does not know"
