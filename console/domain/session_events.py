"""Everything that can happen in a session, as small immutable records.

Each class is one kind of event; ``kind`` is its name in the history. Payloads are made of
integers, strings, booleans, None and tuples only, so they have one canonical form. To add an
event: write the class, and fold it in ``session_state.py``.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from console.domain.history import JsonValue


@dataclass(frozen=True, slots=True)
class Payload:
    """Base of every event's payload; ``version`` rises when its fields change meaning."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """One thing that happened: when (UTC microseconds), by whom, what."""

    at_us: int
    actor_id: str
    what: Payload


# --- parts of payloads ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """What is meant to happen on one area; depth in µm, rate in strokes per second x 100."""

    area_id: str
    label: str
    target_depth_um: int
    band_low_um: int
    band_high_um: int
    rate_low_chz: int
    rate_high_chz: int
    passes: int
    endpoint: str
    planned_s: int
    area_mm2: int | None = None
    depth_source: str = ""


@dataclass(frozen=True, slots=True)
class RuleRef:
    """A screening rule as it stood when it was asked: class ``stop``, ``precaution`` or ``anesthetic_only``."""

    rule_id: str
    group_id: str
    question: str
    rule_class: str
    scope: str  # "patient" or "area"
    override_allowed: bool
    source: str


@dataclass(frozen=True, slots=True)
class ProductLot:
    """A product as scanned, typed or chosen; ``expiry`` is an ISO date or empty."""

    product_id: str
    name: str
    role: str  # anesthetic, serum, cartridge, glide
    gtin: str = ""
    lot: str = ""
    expiry: str = ""
    serial: str = ""
    entry: str = "scan"  # scan, typed, chosen, tag


# --- the way through the treatment --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionOpened(Payload):
    kind: ClassVar[str] = "session_opened"
    session_kind: str  # treatment, bench, training
    patient_id: str
    age_years: int | None
    fitzpatrick: str
    course_id: str
    course_number: int
    course_length: int
    room: str
    station: str
    practitioner_id: str
    marked_as: str = ""  # "", "demo", "bench", "training": printed on every page and export


@dataclass(frozen=True, slots=True)
class PlanChosen(Payload):
    kind: ClassVar[str] = "plan_chosen"
    plan_id: str
    plan_name: str
    plan_version: int
    indication: str
    map_id: str  # face, scalp, body
    areas: tuple[AreaPlan, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PatientConfirmed(Payload):
    kind: ClassVar[str] = "patient_confirmed"
    matched: tuple[str, ...]  # name, birth_date, photo


@dataclass(frozen=True, slots=True)
class PhaseEntered(Payload):
    kind: ClassVar[str] = "phase_entered"
    phase: str


@dataclass(frozen=True, slots=True)
class ScreeningBegun(Payload):
    kind: ClassVar[str] = "screening_begun"
    ruleset_version: int
    rules: tuple[RuleRef, ...]


@dataclass(frozen=True, slots=True)
class ScreeningAnswered(Payload):
    kind: ClassVar[str] = "screening_answered"
    rule_id: str
    answer: str  # yes, no
    area_ids: tuple[str, ...] = ()
    note: str = ""
    reason: str = ""  # of a correction


@dataclass(frozen=True, slots=True)
class ScreeningGroupConfirmed(Payload):
    """A whole group asked and answered as last time, by one hold; stops are never in it."""

    kind: ClassVar[str] = "screening_group_confirmed"
    group_id: str
    rule_ids: tuple[str, ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]  # last time's, confirmed with them


@dataclass(frozen=True, slots=True)
class ScreeningOverridden(Payload):
    kind: ClassVar[str] = "screening_overridden"
    rule_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Payload):
    kind: ClassVar[str] = "consent_recorded"
    consent: str  # treatment, photos, serum
    form_id: str
    form_version: int
    text_sha256: str
    given: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SignatureDrawn(Payload):
    """A drawn signature: ``strokes`` are pen-down runs of x, y in 1/1000 of the pad's width."""

    kind: ClassVar[str] = "signature_drawn"
    purpose: str  # consent
    signer: str  # patient, guardian, witness
    strokes: tuple[tuple[int, ...], ...]
    witness_id: str = ""
    refused_reason: str = ""


@dataclass(frozen=True, slots=True)
class PhotosRecorded(Payload):
    kind: ClassVar[str] = "photos_recorded"
    moment: str  # before, after
    count: int
    declined_reason: str = ""


@dataclass(frozen=True, slots=True)
class AnestheticApplied(Payload):
    """Times and limits as the product's label gave them then, so the clocks live in the history."""

    kind: ClassVar[str] = "anesthetic_applied"
    application_id: str
    product: ProductLot
    mass_mg: int
    area_mm2: int
    occluded: bool
    applied_at_us: int
    back_timed: bool
    onset_s: int
    max_contact_s: int
    source: str
    authorised_by: str = ""


@dataclass(frozen=True, slots=True)
class NumbnessTested(Payload):
    kind: ClassVar[str] = "numbness_tested"
    result: str  # sharp, dull, numb


@dataclass(frozen=True, slots=True)
class AnestheticRemoved(Payload):
    """Taken off and the skin cleansed, confirmed by a hold."""

    kind: ClassVar[str] = "anesthetic_removed"
    application_id: str
    early_reason: str = ""


@dataclass(frozen=True, slots=True)
class AnestheticSkipped(Payload):
    kind: ClassVar[str] = "anesthetic_skipped"
    reason: str


@dataclass(frozen=True, slots=True)
class ReactionReported(Payload):
    kind: ClassVar[str] = "reaction_reported"
    signs: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class SkinDisinfected(Payload):
    kind: ClassVar[str] = "skin_disinfected"


@dataclass(frozen=True, slots=True)
class CartridgeBound(Payload):
    kind: ClassVar[str] = "cartridge_bound"
    product: ProductLot
    needles: int


@dataclass(frozen=True, slots=True)
class CartridgeUnbound(Payload):
    kind: ClassVar[str] = "cartridge_unbound"
    reason: str
    used: bool


@dataclass(frozen=True, slots=True)
class GlideChosen(Payload):
    """What glides during needling; None where nothing is used."""

    kind: ClassVar[str] = "glide_chosen"
    product: ProductLot | None
    warning_shown: str = ""


@dataclass(frozen=True, slots=True)
class PenBound(Payload):
    """The pen this session records; ``swap`` where another was accepted in its place."""

    kind: ClassVar[str] = "pen_bound"
    model: str
    serial: str
    firmware: str
    boot_id: int
    period_us: int
    resend_samples: int
    channels: int
    needles: int
    cartridge: str
    swap: bool = False


@dataclass(frozen=True, slots=True)
class ManualModeChosen(Payload):
    kind: ClassVar[str] = "manual_mode_chosen"
    reason: str


# --- needling -----------------------------------------------------------------------------------


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


# --- after the needle -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SerumApplied(Payload):
    kind: ClassVar[str] = "serum_applied"
    product: ProductLot
    volume_ul: int
    off_label_reason: str = ""


@dataclass(frozen=True, slots=True)
class PrpApplied(Payload):
    kind: ClassVar[str] = "prp_applied"
    tube_id: str
    volume_ul: int


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
    kind: ClassVar[str] = "amended"
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockJumped(Payload):
    """Wall and steady clock parted by ``jump_ms`` (wall ahead: positive)."""

    kind: ClassVar[str] = "clock_jumped"
    jump_ms: int


@dataclass(frozen=True, slots=True)
class ConsoleRestarted(Payload):
    kind: ClassVar[str] = "console_restarted"
    phase: str


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


# --- codec ------------------------------------------------------------------------------------------

KINDS: dict[str, type[Payload]] = {cls.kind: cls for cls in Payload.__subclasses__() if cls.kind}


def to_payload(what: Payload) -> dict[str, JsonValue]:
    """Write an event's fields as plain JSON values."""
    return cast(dict[str, JsonValue], _plain(what))


def _plain(value: object) -> JsonValue:
    if value is None or isinstance(value, (str, int)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return cast(JsonValue, value)


def from_payload(kind: str, payload: Mapping[str, JsonValue]) -> Payload:
    """Read an event back; KeyError for an unknown kind, TypeError for fields that do not fit."""
    return cast(Payload, _build(KINDS[kind], payload))


def _build(cls: type[Any], fields: Mapping[str, JsonValue]) -> object:
    hints = _hints(cls)
    if not isinstance(fields, Mapping) or not hints.keys() >= fields.keys():
        raise TypeError(f"the fields of {cls.__name__} do not fit")
    return cls(**{name: _typed(hints[name], value) for name, value in fields.items()})


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(cls: type[Any]) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = typing.get_type_hints(cls)
    return _HINTS[cls]


def _typed(hint: Any, value: JsonValue) -> object:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        return _typed(next(arm for arm in hint.__args__ if arm is not type(None)), value)
    if dataclasses.is_dataclass(hint):
        return _build(cast(type[Any], hint), cast(Mapping[str, JsonValue], value))
    wanted = list if typing.get_origin(hint) is tuple else hint
    if type(value) is not wanted:
        raise TypeError(f"{value!r} is no {wanted}")
    if wanted is list:
        inner = typing.get_args(hint)[0]
        return tuple(_typed(inner, part) for part in cast(list[JsonValue], value))
    return value
