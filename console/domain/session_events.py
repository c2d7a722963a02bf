"""Everything that can happen in a session, as small immutable records, and their one canonical form.

Each class is one kind of event; ``kind`` is its name in the history. Payloads are made of
integers, strings, booleans, None and tuples only. To add an event: write the class in the module of
its phase, name it here, and fold it in ``session_fold.py``.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from console.domain.event_base import (
    AreaPlan as AreaPlan,
)
from console.domain.event_base import (
    Payload as Payload,
)
from console.domain.event_base import (
    ProductLot as ProductLot,
)
from console.domain.event_base import (
    RuleRef as RuleRef,
)
from console.domain.event_base import (
    SessionEvent as SessionEvent,
)
from console.domain.events_of_clinic import (
    CompetenceAccepted as CompetenceAccepted,
)
from console.domain.events_of_clinic import (
    EmergencyLogged as EmergencyLogged,
)
from console.domain.events_of_clinic import (
    EnteredAfterwards as EnteredAfterwards,
)
from console.domain.events_of_closing import (
    AftercareGiven as AftercareGiven,
)
from console.domain.events_of_closing import (
    Amended as Amended,
)
from console.domain.events_of_closing import (
    BenchBegan as BenchBegan,
)
from console.domain.events_of_closing import (
    BenchEnded as BenchEnded,
)
from console.domain.events_of_closing import (
    ClockJumped as ClockJumped,
)
from console.domain.events_of_closing import (
    ConsoleRestarted as ConsoleRestarted,
)
from console.domain.events_of_closing import (
    HandedOver as HandedOver,
)
from console.domain.events_of_closing import (
    NextSessionProposed as NextSessionProposed,
)
from console.domain.events_of_closing import (
    OutcomeGraded as OutcomeGraded,
)
from console.domain.events_of_closing import (
    PrpApplied as PrpApplied,
)
from console.domain.events_of_closing import (
    Sealed as Sealed,
)
from console.domain.events_of_closing import (
    SerumApplied as SerumApplied,
)
from console.domain.events_of_closing import (
    SerumSkipped as SerumSkipped,
)
from console.domain.events_of_closing import (
    SessionContinued as SessionContinued,
)
from console.domain.events_of_closing import (
    SessionEnded as SessionEnded,
)
from console.domain.events_of_closing import (
    SessionStopped as SessionStopped,
)
from console.domain.events_of_closing import (
    Signed as Signed,
)
from console.domain.events_of_closing import (
    StopExplained as StopExplained,
)
from console.domain.events_of_facts import (
    DirectionChosen as DirectionChosen,
)
from console.domain.events_of_facts import (
    LabelJudged as LabelJudged,
)
from console.domain.events_of_facts import (
    OffLabelAccepted as OffLabelAccepted,
)
from console.domain.events_of_facts import (
    OrderChosen as OrderChosen,
)
from console.domain.events_of_facts import (
    PainRated as PainRated,
)
from console.domain.events_of_intake import (
    AnestheticApplied as AnestheticApplied,
)
from console.domain.events_of_intake import (
    AnestheticRemoved as AnestheticRemoved,
)
from console.domain.events_of_intake import (
    AnestheticSkipped as AnestheticSkipped,
)
from console.domain.events_of_intake import (
    CartridgeBound as CartridgeBound,
)
from console.domain.events_of_intake import (
    CartridgeTagAccepted as CartridgeTagAccepted,
)
from console.domain.events_of_intake import (
    CartridgeUnbound as CartridgeUnbound,
)
from console.domain.events_of_intake import (
    ChaperoneRecorded as ChaperoneRecorded,
)
from console.domain.events_of_intake import (
    ClinicalVersion as ClinicalVersion,
)
from console.domain.events_of_intake import (
    ClinicalVersionsNoted as ClinicalVersionsNoted,
)
from console.domain.events_of_intake import (
    ConsentRecorded as ConsentRecorded,
)
from console.domain.events_of_intake import (
    ConsentWithdrawn as ConsentWithdrawn,
)
from console.domain.events_of_intake import (
    GlideChosen as GlideChosen,
)
from console.domain.events_of_intake import (
    ManualModeChosen as ManualModeChosen,
)
from console.domain.events_of_intake import (
    NumbnessTested as NumbnessTested,
)
from console.domain.events_of_intake import (
    PatientConfirmed as PatientConfirmed,
)
from console.domain.events_of_intake import (
    PenBound as PenBound,
)
from console.domain.events_of_intake import (
    PhaseEntered as PhaseEntered,
)
from console.domain.events_of_intake import (
    PhotosRecorded as PhotosRecorded,
)
from console.domain.events_of_intake import (
    PlanChosen as PlanChosen,
)
from console.domain.events_of_intake import (
    ReactionReported as ReactionReported,
)
from console.domain.events_of_intake import (
    ScreeningAnswered as ScreeningAnswered,
)
from console.domain.events_of_intake import (
    ScreeningBegun as ScreeningBegun,
)
from console.domain.events_of_intake import (
    ScreeningExpired as ScreeningExpired,
)
from console.domain.events_of_intake import (
    ScreeningGroupConfirmed as ScreeningGroupConfirmed,
)
from console.domain.events_of_intake import (
    ScreeningOverridden as ScreeningOverridden,
)
from console.domain.events_of_intake import (
    SessionOpened as SessionOpened,
)
from console.domain.events_of_intake import (
    SignatureDrawn as SignatureDrawn,
)
from console.domain.events_of_intake import (
    SkinDisinfected as SkinDisinfected,
)
from console.domain.events_of_intake import (
    TurnedTo as TurnedTo,
)
from console.domain.events_of_needling import (
    AlarmAcknowledged as AlarmAcknowledged,
)
from console.domain.events_of_needling import (
    AlarmEnded as AlarmEnded,
)
from console.domain.events_of_needling import (
    AlarmEscalated as AlarmEscalated,
)
from console.domain.events_of_needling import (
    AlarmRaised as AlarmRaised,
)
from console.domain.events_of_needling import (
    AreaFinished as AreaFinished,
)
from console.domain.events_of_needling import (
    AudioPaused as AudioPaused,
)
from console.domain.events_of_needling import (
    EndpointNoted as EndpointNoted,
)
from console.domain.events_of_needling import (
    GapRecorded as GapRecorded,
)
from console.domain.events_of_needling import (
    LinkChanged as LinkChanged,
)
from console.domain.events_of_needling import (
    ManualSettings as ManualSettings,
)
from console.domain.events_of_needling import (
    MarkSet as MarkSet,
)
from console.domain.events_of_needling import (
    MarkUndone as MarkUndone,
)
from console.domain.events_of_needling import (
    NeedlingPaused as NeedlingPaused,
)
from console.domain.events_of_needling import (
    NeedlingResumed as NeedlingResumed,
)
from console.domain.events_of_needling import (
    NoteWritten as NoteWritten,
)
from console.domain.events_of_needling import (
    PassesChanged as PassesChanged,
)
from console.domain.events_of_needling import (
    PassFinished as PassFinished,
)
from console.domain.events_of_needling import (
    PassStarted as PassStarted,
)
from console.domain.events_of_needling import (
    PenReported as PenReported,
)
from console.domain.events_of_needling import (
    RecordingBegan as RecordingBegan,
)
from console.domain.events_of_needling import (
    RecordingEnded as RecordingEnded,
)
from console.domain.events_of_needling import (
    TargetChanged as TargetChanged,
)
from console.domain.events_of_numbing import (
    AnestheticRemovedFrom as AnestheticRemovedFrom,
)
from console.domain.events_of_numbing import (
    DwellConfirmed as DwellConfirmed,
)
from console.domain.events_of_numbing import (
    DwellDoubted as DwellDoubted,
)
from console.domain.events_of_numbing import (
    WeightTaken as WeightTaken,
)
from console.domain.events_of_photos import (
    PhotoStruck as PhotoStruck,
)
from console.domain.events_of_photos import (
    PhotoTaken as PhotoTaken,
)
from console.domain.history import JsonValue

KINDS: dict[str, type[Payload]] = {cls.kind: cls for cls in Payload.__subclasses__() if cls.kind}


def to_payload(what: Payload) -> dict[str, JsonValue]:
    """Write an event's fields as plain JSON values."""
    return cast(dict[str, JsonValue], _plain(what))


def _plain(value: object) -> JsonValue:
    if value is None or isinstance(value, (str, int)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(inner) for name, later, default in _fields(type(value))
                if (inner := getattr(value, name)) != default or not later}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return cast(JsonValue, value)


@cache
def _fields(cls: type[Any]) -> tuple[tuple[str, bool, object], ...]:
    """Give each field's name, whether it came later, and its default: asked for with every event."""
    return tuple((one.name, bool(one.metadata.get("later")), one.default) for one in dataclasses.fields(cls))


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
