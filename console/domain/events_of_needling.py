"""Events of the needling phase, of the pen and of the alarms."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import Payload


@dataclass(frozen=True, slots=True)
class RecordingBegan(Payload):
    kind: ClassVar[str] = "recording_began"
    pen_serial: str
    boot_id: int
    first_index: int


@dataclass(frozen=True, slots=True)
class RecordingEnded(Payload):
    """``last_index`` is -0: None where no sample arrived."""

    kind: ClassVar[str] = "recording_ended"
    pen_serial: str
    boot_id: int | None
    last_index: int | None
    samples: int
    missing: int


@dataclass(frozen=True, slots=True)
class PassStarted(Payload):
    kind: ClassVar[str] = "pass_started"
    area_id: str
    pass_number: int
    direction: str = ""


@dataclass(frozen=True, slots=True)
class PassFinished(Payload):
    kind: ClassVar[str] = "pass_finished"
    area_id: str
    pass_number: int


@dataclass(frozen=True, slots=True)
class AreaFinished(Payload):
    kind: ClassVar[str] = "area_finished"
    area_id: str
    passes_done: int
    short_reason: str = ""  # passes left out


@dataclass(frozen=True, slots=True)
class NeedlingPaused(Payload):
    kind: ClassVar[str] = "needling_paused"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NeedlingResumed(Payload):
    kind: ClassVar[str] = "needling_resumed"


@dataclass(frozen=True, slots=True)
class ManualSettings(Payload):
    """Depth and rate as dialled, entered by hand."""

    kind: ClassVar[str] = "manual_settings"
    area_id: str
    depth_um: int
    rate_chz: int | None


@dataclass(frozen=True, slots=True)
class TargetChanged(Payload):
    kind: ClassVar[str] = "target_changed"
    area_id: str
    target_depth_um: int
    band_low_um: int
    band_high_um: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassesChanged(Payload):
    kind: ClassVar[str] = "passes_changed"
    area_id: str
    passes: int
    reason: str


@dataclass(frozen=True, slots=True)
class EndpointNoted(Payload):
    kind: ClassVar[str] = "endpoint_noted"
    area_id: str
    endpoint: str  # erythema, pinpoint_bleeding
    seen: bool = True


@dataclass(frozen=True, slots=True)
class MarkSet(Payload):
    kind: ClassVar[str] = "mark_set"
    area_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteWritten(Payload):
    kind: ClassVar[str] = "note_written"
    area_id: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkUndone(Payload):
    """Takes back the event with ``ordinal`` (its place among this session's events, from 0)."""

    kind: ClassVar[str] = "mark_undone"
    ordinal: int
    reason: str


@dataclass(frozen=True, slots=True)
class AlarmRaised(Payload):
    kind: ClassVar[str] = "alarm_raised"
    alarm_id: str
    rule_id: str
    priority: str
    text: str
    value: int | None
    limit: int | None
    area_id: str
    arose_at_us: int


@dataclass(frozen=True, slots=True)
class AlarmEnded(Payload):
    kind: ClassVar[str] = "alarm_ended"
    alarm_id: str
    ended_at_us: int


@dataclass(frozen=True, slots=True)
class AlarmAcknowledged(Payload):
    kind: ClassVar[str] = "alarm_acknowledged"
    alarm_id: str


@dataclass(frozen=True, slots=True)
class AlarmEscalated(Payload):
    """Nobody answered for ``after_s``: its priority from now on, and how many steps louder it sounds."""

    kind: ClassVar[str] = "alarm_escalated"
    alarm_id: str
    priority: str
    louder: int
    after_s: int


@dataclass(frozen=True, slots=True)
class AudioPaused(Payload):
    kind: ClassVar[str] = "audio_paused"
    seconds: int


@dataclass(frozen=True, slots=True)
class GapRecorded(Payload):
    kind: ClassVar[str] = "gap_recorded"
    pen_serial: str
    boot_id: int
    first_index: int
    count: int
    cause: str


@dataclass(frozen=True, slots=True)
class LinkChanged(Payload):
    kind: ClassVar[str] = "link_changed"
    state: str
    reason: str
    pen_serial: str


@dataclass(frozen=True, slots=True)
class PenReported(Payload):
    """EVENT of the pen, kept as sent; unknown codes are kept too."""

    kind: ClassVar[str] = "pen_reported"
    pen_serial: str
    boot_id: int
    pen_time_us: int
    code: int
    value: int
    detail: str
