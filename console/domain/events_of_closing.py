"""Events after the needle, and every way a session can stop or end."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import Payload, ProductLot, later


@dataclass(frozen=True, slots=True)
class SerumApplied(Payload):
    kind: ClassVar[str] = "serum_applied"
    product: ProductLot
    volume_ul: int
    off_label_reason: str = ""
    warning_shown: str = later("")


@dataclass(frozen=True, slots=True)
class PrpApplied(Payload):
    kind: ClassVar[str] = "prp_applied"
    tube_id: str
    volume_ul: int
    drawn_at_us: int | None = later(None)
    off_label_reason: str = later("")


@dataclass(frozen=True, slots=True)
class SerumSkipped(Payload):
    kind: ClassVar[str] = "serum_skipped"
    reason: str


@dataclass(frozen=True, slots=True)
class AftercareGiven(Payload):
    kind: ClassVar[str] = "aftercare_given"
    sheet_id: str
    sheet_version: int
    language: str
    how: str  # printed, pdf, shown


@dataclass(frozen=True, slots=True)
class OutcomeGraded(Payload):
    """A value on an outcome scale, with the scale's version, ends and direction as they stood then."""

    kind: ClassVar[str] = "outcome_graded"
    scale_id: str
    scale_version: int
    scale_name: str
    value: int
    low: int
    high: int
    better: str  # lower, higher, none
    graded_by: str  # practitioner, patient


@dataclass(frozen=True, slots=True)
class NextSessionProposed(Payload):
    kind: ClassVar[str] = "next_session_proposed"
    date: str


@dataclass(frozen=True, slots=True)
class SessionStopped(Payload):
    """«Stop», one hold away; the reason may follow in ``StopExplained``."""

    kind: ClassVar[str] = "session_stopped"


@dataclass(frozen=True, slots=True)
class StopExplained(Payload):
    kind: ClassVar[str] = "stop_explained"
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SessionContinued(Payload):
    kind: ClassVar[str] = "session_continued"


@dataclass(frozen=True, slots=True)
class SessionEnded(Payload):
    """``outcome``: finished, unfinished, deferred, opened_in_error, bench."""

    kind: ClassVar[str] = "session_ended"
    outcome: str
    reason: str = ""
    untreated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedOver(Payload):
    kind: ClassVar[str] = "handed_over"
    from_id: str
    to_id: str


@dataclass(frozen=True, slots=True)
class Signed(Payload):
    """A signature with its printed name and meaning (21 CFR 11.50)."""

    kind: ClassVar[str] = "signed"
    signer_id: str
    signer_name: str
    meaning: str
    method: str  # pin


@dataclass(frozen=True, slots=True)
class Sealed(Payload):
    """The last entry before amendments; its hash is the head printed on the report."""

    kind: ClassVar[str] = "sealed"
    samples: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Amended(Payload):
    """Said after sealing; ``ordinal`` is the entry it corrects, ``was`` what that says, in words.

    What was sealed stays as it is, beside it.
    """

    kind: ClassVar[str] = "amended"
    text: str
    reason: str
    ordinal: int | None = later(None)
    was: str = later("")
    author_name: str = later("")
    method: str = later("")  # pin: how the author was proved


@dataclass(frozen=True, slots=True)
class ClockJumped(Payload):
    """Wall and steady clock parted by ``jump_ms`` (wall ahead: positive)."""

    kind: ClassVar[str] = "clock_jumped"
    jump_ms: int


@dataclass(frozen=True, slots=True)
class ConsoleRestarted(Payload):
    """``off_since_us``: UTC of the last thing stored before (None: written by a version that did not tell)."""

    kind: ClassVar[str] = "console_restarted"
    phase: str
    off_since_us: int | None = later(None)


@dataclass(frozen=True, slots=True)
class BenchBegan(Payload):
    """A pen recorded with no patient and no window."""

    kind: ClassVar[str] = "bench_began"
    port: str
    seconds_wanted: int


@dataclass(frozen=True, slots=True)
class BenchEnded(Payload):
    kind: ClassVar[str] = "bench_ended"
    samples: int
    gaps: int
    crc_errors: int
    duplicates: int
    resent: int
