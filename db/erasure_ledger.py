"""The ledger of erasures, outside the database: it outlives a restored backup, which knows nothing of them.

One line an erasure, in ``erasures.jsonl``: canonical JSON with ``number`` from 1, ``erased_us``,
``ground``, ``patient`` and ``hmac``. No patient is named: ``patient`` is an HMAC of the patient's
number, so that only who holds the folder's keys can tell whom it means. Each line's ``hmac``
covers the one before, so that no line can be taken out from between.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.history import JsonValue, canonical_json
from db.atomic_file import write_atomically

LEDGER_FILE = "erasures.jsonl"
_START = bytes(32)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One erasure as the ledger holds it; ``patient`` is the tag that ``tag_of`` gives."""

    number: int
    erased_us: int
    ground: str
    patient: str


class ForgedLedger(ValueError):
    """A ledger that is unreadable, has a hole, or was not written with this folder's key."""


class ErasureLedger:
    """The ledger of one data folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.path, self._key = folder / LEDGER_FILE, key

    def tag_of(self, patient_id: str) -> str:
        """Give what stands for a patient in the ledger."""
        return hmac.new(self._key, b"erased patient " + patient_id.encode(), hashlib.sha256).hexdigest()

    def lines(self) -> list[LedgerLine]:
        """Give every line in order; ForgedLedger where one cannot be trusted."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return [line for line, _ in self._read(raw)]

    def trusted_lines(self) -> list[LedgerLine]:
        """Give every line; OperatorError where the ledger cannot be trusted."""
        try:
            return self.lines()
        except (ForgedLedger, OSError) as error:
            raise OperatorError(
                f"The ledger of erasures {self.path} cannot be trusted: {error}", "nothing was changed",
                "put it back from a backup",
            ) from None

    def append(self, erased_us: int, ground: str, patient_id: str) -> int:
        """Add an erasure durably and give its number; OperatorError where the ledger or the disk refuses."""
        lines = self.trusted_lines()
        made = LedgerLine(len(lines) + 1, erased_us, ground, self.tag_of(patient_id))
        self._write([*lines, made])
        return made.number

    def rewrite(self, lines: Iterable[LedgerLine]) -> None:
        """Write the lines anew under this key, as after the key was changed; OperatorError where the disk refuses."""
        self._write(list(lines))

    def _write(self, lines: list[LedgerLine]) -> None:
        written, before = [], _START
        for line in lines:
            before = self._sign(before, line)
            written.append(canonical_json({**_fields(line), "hmac": before.hex()}) + b"\n")
        try:
            write_atomically(self.path, b"".join(written))
        except OSError as error:
            raise OperatorError(
                f"The ledger of erasures cannot be written ({error.strerror})", "nothing was erased",
                "free disk space or check your rights",
            ) from None

    def _read(self, raw: bytes) -> Iterable[tuple[LedgerLine, bytes]]:
        before = _START
        for place, text in enumerate(raw.splitlines(), 1):
            try:
                kept = json.loads(text)
                line = LedgerLine(
                    int(kept["number"]), int(kept["erased_us"]), str(kept["ground"]), str(kept["patient"]))
                signed = bytes.fromhex(kept["hmac"])
            except (ValueError, KeyError, TypeError):
                raise ForgedLedger(f"line {place} cannot be read") from None
            before = self._sign(before, line)
            if line.number != place or not hmac.compare_digest(signed, before):
                raise ForgedLedger(f"line {place} was not written by this console")
            yield line, before

    def _sign(self, before: bytes, line: LedgerLine) -> bytes:
        return hmac.new(self._key, before + canonical_json(_fields(line)), hashlib.sha256).digest()


def _fields(line: LedgerLine) -> dict[str, JsonValue]:
    return {"number": line.number, "erased_us": line.erased_us, "ground": line.ground, "patient": line.patient}
