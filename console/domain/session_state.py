"""The state of a session: a fold over its history, and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch

from console.domain import session_events as ev
from console.domain.screening import Answer, Verdict, verdict
from console.domain.session_events import AreaPlan, Payload, SessionEvent
from console.domain.workflow import Phase


@dataclass(slots=True)
class PassSpan:
    """One pass over an area; ``ended_us`` None while it runs."""

    number: int
    started_us: int
    ended_us: int | None = None
    direction: str = ""


@dataclass(slots=True)
class AreaProgress:
    """What is planned and done on one area."""

    plan: AreaPlan
    passes: list[PassSpan] = field(default_factory=list)
    finished: bool = False
    short_reason: str = ""
    endpoints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    manual: list[tuple[int, ev.ManualSettings]] = field(default_factory=list)

    @property
    def passes_done(self) -> int:
        """Count passes that were finished."""
        return sum(1 for span in self.passes if span.ended_us is not None)

    @property
    def begun(self) -> bool:
        """Tell whether any pass was started."""
        return bool(self.passes)


@dataclass(slots=True)
class Application:
    """An anesthetic on the skin, or taken off."""

    applied: ev.AnestheticApplied
    removed_at_us: int | None = None
    early_reason: str = ""


@dataclass(slots=True)
class AnswerGiven:
    """The standing answer to a screening rule."""

    answer: str
    at_us: int
    area_ids: tuple[str, ...] = ()
    note: str = ""
    confirmed_in_group: bool = False


@dataclass(slots=True)
class AlarmRecord:
    """One alarm of the session's history."""

    raised: ev.AlarmRaised
    acknowledged_at_us: int | None = None
    ended_at_us: int | None = None


@dataclass(slots=True)
class SessionState:
    """Everything a page asks of a session. Built only by ``fold`` and ``apply``."""

    opened: ev.SessionOpened | None = None
    opened_at_us: int = 0
    last_at_us: int = 0
    phase: Phase = Phase.CHECK_IN
    phase_entered_us: dict[Phase, int] = field(default_factory=dict)
    practitioner_id: str = ""
    plan: ev.PlanChosen | None = None
    areas: dict[str, AreaProgress] = field(default_factory=dict)
    patient_confirmed: tuple[str, ...] = ()
    ruleset_version: int = 0
    rules: tuple[ev.RuleRef, ...] = ()
    answers: dict[str, AnswerGiven] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    consents: dict[str, ev.ConsentRecorded] = field(default_factory=dict)
    signatures: list[tuple[int, ev.SignatureDrawn]] = field(default_factory=list)
    photos: list[ev.PhotosRecorded] = field(default_factory=list)
    anesthetics: dict[str, Application] = field(default_factory=dict)
    anesthetic_skipped: str = ""
    numbness: str = ""
    reactions: list[tuple[int, ev.ReactionReported]] = field(default_factory=list)
    disinfected: bool = False
    cartridge: ev.CartridgeBound | None = None
    cartridges: list[ev.CartridgeBound] = field(default_factory=list)
    glide: ev.GlideChosen | None = None
    glide_decided: bool = False
    pen: ev.PenBound | None = None
    pens: list[ev.PenBound] = field(default_factory=list)
    manual_mode: bool = False
    active_area: str | None = None
    active_pass: PassSpan | None = None
    pauses: list[tuple[int, int | None]] = field(default_factory=list)
    recordings: list[ev.RecordingBegan] = field(default_factory=list)
    recording: bool = False
    alarms: dict[str, AlarmRecord] = field(default_factory=dict)
    gaps: list[ev.GapRecorded] = field(default_factory=list)
    link_state: str = ""
    serums: list[tuple[int, ev.SerumApplied | ev.PrpApplied]] = field(default_factory=list)
    serum_skipped: str = ""
    aftercare: ev.AftercareGiven | None = None
    aftercare_at_us: int | None = None
    next_session: str = ""
    stopped: bool = False
    stop_reason: str = ""
    ended: ev.SessionEnded | None = None
    ended_at_us: int | None = None
    signed: list[tuple[int, ev.Signed]] = field(default_factory=list)
    sealed: ev.Sealed | None = None
    sealed_at_us: int | None = None
    amendments: list[tuple[int, ev.Amended]] = field(default_factory=list)
    bench_port: str = ""
    bench_ended: ev.BenchEnded | None = None
    restarts: int = 0
    log: list[tuple[int, SessionEvent]] = field(default_factory=list)  # (ordinal, event), not undone
    event_count: int = 0

    # --- questions ------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """Give treatment, bench or training."""
        return self.opened.session_kind if self.opened else "bench"

    @property
    def closed(self) -> bool:
        """Tell whether nothing but amendments may follow."""
        return self.sealed is not None or (self.ended is not None and self.ended.outcome in _NO_SEAL)

    @property
    def outcome(self) -> str:
        """Give how it ended, empty while it has not."""
        return self.ended.outcome if self.ended else ""

    @property
    def lifecycle(self) -> str:
        """Give open, sealed, cut_off or abandoned."""
        if self.sealed is not None:
            return "sealed"
        if self.ended is None:
            return "open"
        return {"cut_off": "cut_off"}.get(self.ended.outcome, "abandoned" if self.closed else "open")

    @property
    def needling_begun(self) -> bool:
        """Tell whether a needle has touched the skin by the record."""
        return any(area.begun for area in self.areas.values())

    @property
    def paused(self) -> bool:
        """Tell whether needling is on hold."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def consent_signed(self) -> bool:
        """Tell whether the consent carries a signature, or a witnessed refusal to sign."""
        return any(drawn.purpose == "consent" for _, drawn in self.signatures)

    def treatable_areas(self) -> list[AreaProgress]:
        """Give the planned areas that screening does not block, in order of the plan."""
        if all(given.answer != "yes" for given in self.answers.values()):
            return list(self.areas.values())  # only a yes blocks
        blocked = set(self.screening_verdict().blocked_areas)
        return [area for area_id, area in self.areas.items() if area_id not in blocked]

    def screening_verdict(self) -> Verdict:
        """Judge the standing answers by the rules the session asked."""
        given = {
            rule_id: Answer(rule_id, answer.answer == "yes", answer.area_ids, answer.note)
            for rule_id, answer in self.answers.items()
        }
        return verdict(self.rules, given, self.overrides, tuple(self.areas))

    def anesthetics_on(self) -> list[Application]:
        """Give what is on the skin now."""
        return [one for one in self.anesthetics.values() if one.removed_at_us is None]

    def held_us(self, from_us: int, until_us: int) -> int:
        """Give microseconds of pause between two moments."""
        return sum(
            max(0, min(until_us, end if end is not None else until_us) - max(from_us, start))
            for start, end in self.pauses
        )

    def area_time_us(self, area_id: str, now_us: int) -> int:
        """Give the time spent on an area: its passes less the pauses."""
        total = 0
        for span in self.areas[area_id].passes:
            until_us = span.ended_us if span.ended_us is not None else now_us
            total += until_us - span.started_us - self.held_us(span.started_us, until_us)
        return total

    def needling_time_us(self, now_us: int) -> int:
        """Give the time spent on all areas."""
        return sum(self.area_time_us(area_id, now_us) for area_id in self.areas)

    def standing_alarms(self) -> list[AlarmRecord]:
        """Give alarms whose cause has not ended or that nobody has acknowledged, newest last."""
        return [alarm for alarm in self.alarms.values() if alarm.ended_at_us is None]

    def next_area_id(self) -> str | None:
        """Give the first treatable area that is not finished and not the active one."""
        for area in self.treatable_areas():
            if not area.finished and area.plan.area_id != self.active_area:
                return area.plan.area_id
        return None


_NO_SEAL = ("opened_in_error", "deferred", "cut_off")


def fold(events: Iterable[SessionEvent]) -> SessionState:
    """Build the state from a history; events taken back by ``MarkUndone`` leave no trace in it."""
    history = list(events)
    undone = undone_ordinals(history)
    state = SessionState()
    for ordinal, event in enumerate(history):
        state.event_count = ordinal
        if ordinal not in undone:
            _advance(state, event)
    state.event_count = len(history)
    return state


def undone_ordinals(history: Sequence[SessionEvent]) -> set[int]:
    """Give the places of the events that were taken back."""
    return {event.what.ordinal for event in history if isinstance(event.what, ev.MarkUndone)}


def apply(state: SessionState, event: SessionEvent) -> None:
    """Add one event to a state in place; undoing needs ``fold`` over the whole history."""
    if isinstance(event.what, ev.MarkUndone):
        raise ValueError("taking an event back means folding the history again")
    _advance(state, event)
    state.event_count += 1


def _advance(state: SessionState, event: SessionEvent) -> None:
    state.last_at_us = event.at_us
    state.log.append((state.event_count, event))
    _fold_one(event.what, state, event)


@singledispatch
def _fold_one(what: Payload, state: SessionState, event: SessionEvent) -> None:
    """Events that change nothing but the log."""


@_fold_one.register
def _(what: ev.SessionOpened, state: SessionState, event: SessionEvent) -> None:
    state.opened, state.opened_at_us = what, event.at_us
    state.practitioner_id = what.practitioner_id
    state.phase_entered_us[Phase.CHECK_IN] = event.at_us


@_fold_one.register
def _(what: ev.PlanChosen, state: SessionState, event: SessionEvent) -> None:
    kept = state.areas
    state.plan = what
    state.areas = {
        area.area_id: replace(kept[area.area_id], plan=area) if area.area_id in kept else AreaProgress(area)
        for area in what.areas
    }


@_fold_one.register
def _(what: ev.PatientConfirmed, state: SessionState, event: SessionEvent) -> None:
    state.patient_confirmed = what.matched


@_fold_one.register
def _(what: ev.PhaseEntered, state: SessionState, event: SessionEvent) -> None:
    state.phase = Phase(what.phase)
    state.phase_entered_us[state.phase] = event.at_us


@_fold_one.register
def _(what: ev.ScreeningBegun, state: SessionState, event: SessionEvent) -> None:
    state.ruleset_version, state.rules = what.ruleset_version, what.rules


@_fold_one.register
def _(what: ev.ScreeningAnswered, state: SessionState, event: SessionEvent) -> None:
    state.answers[what.rule_id] = AnswerGiven(what.answer, event.at_us, what.area_ids, what.note)
    if what.answer == "no":
        state.overrides.pop(what.rule_id, None)


@_fold_one.register
def _(what: ev.ScreeningGroupConfirmed, state: SessionState, event: SessionEvent) -> None:
    for rule_id, answer, note in zip(what.rule_ids, what.answers, what.notes, strict=True):
        state.answers[rule_id] = AnswerGiven(answer, event.at_us, note=note, confirmed_in_group=True)


@_fold_one.register
def _(what: ev.ScreeningOverridden, state: SessionState, event: SessionEvent) -> None:
    state.overrides[what.rule_id] = what.reason


@_fold_one.register
def _(what: ev.ConsentRecorded, state: SessionState, event: SessionEvent) -> None:
    state.consents[what.consent] = what


@_fold_one.register
def _(what: ev.SignatureDrawn, state: SessionState, event: SessionEvent) -> None:
    state.signatures.append((event.at_us, what))


@_fold_one.register
def _(what: ev.PhotosRecorded, state: SessionState, event: SessionEvent) -> None:
    state.photos.append(what)


@_fold_one.register
def _(what: ev.AnestheticApplied, state: SessionState, event: SessionEvent) -> None:
    state.anesthetics[what.application_id] = Application(what)
    state.anesthetic_skipped = ""


@_fold_one.register
def _(what: ev.NumbnessTested, state: SessionState, event: SessionEvent) -> None:
    state.numbness = what.result


@_fold_one.register
def _(what: ev.AnestheticRemoved, state: SessionState, event: SessionEvent) -> None:
    application = state.anesthetics[what.application_id]
    application.removed_at_us, application.early_reason = event.at_us, what.early_reason


@_fold_one.register
def _(what: ev.AnestheticSkipped, state: SessionState, event: SessionEvent) -> None:
    state.anesthetic_skipped = what.reason


@_fold_one.register
def _(what: ev.ReactionReported, state: SessionState, event: SessionEvent) -> None:
    state.reactions.append((event.at_us, what))


@_fold_one.register
def _(what: ev.SkinDisinfected, state: SessionState, event: SessionEvent) -> None:
    state.disinfected = True


@_fold_one.register
def _(what: ev.CartridgeBound, state: SessionState, event: SessionEvent) -> None:
    state.cartridge = what
    state.cartridges.append(what)


@_fold_one.register
def _(what: ev.CartridgeUnbound, state: SessionState, event: SessionEvent) -> None:
    state.cartridge = None


@_fold_one.register
def _(what: ev.GlideChosen, state: SessionState, event: SessionEvent) -> None:
    state.glide, state.glide_decided = what, True


@_fold_one.register
def _(what: ev.PenBound, state: SessionState, event: SessionEvent) -> None:
    state.pen, state.manual_mode = what, False
    state.pens.append(what)


@_fold_one.register
def _(what: ev.ManualModeChosen, state: SessionState, event: SessionEvent) -> None:
    state.manual_mode = True


@_fold_one.register
def _(what: ev.RecordingBegan, state: SessionState, event: SessionEvent) -> None:
    state.recordings.append(what)
    state.recording = True


@_fold_one.register
def _(what: ev.RecordingEnded, state: SessionState, event: SessionEvent) -> None:
    state.recording = False


@_fold_one.register
def _(what: ev.PassStarted, state: SessionState, event: SessionEvent) -> None:
    span = PassSpan(what.pass_number, event.at_us, direction=what.direction)
    area = state.areas[what.area_id]
    area.passes.append(span)
    area.finished = False
    state.active_area, state.active_pass = what.area_id, span


@_fold_one.register
def _(what: ev.PassFinished, state: SessionState, event: SessionEvent) -> None:
    if state.active_pass is not None:
        state.active_pass.ended_us = event.at_us
    state.active_pass = None


@_fold_one.register
def _(what: ev.AreaFinished, state: SessionState, event: SessionEvent) -> None:
    area = state.areas[what.area_id]
    area.finished, area.short_reason = True, what.short_reason
    if state.active_area == what.area_id:
        state.active_area = None


@_fold_one.register
def _(what: ev.NeedlingPaused, state: SessionState, event: SessionEvent) -> None:
    state.pauses.append((event.at_us, None))


@_fold_one.register
def _(what: ev.NeedlingResumed, state: SessionState, event: SessionEvent) -> None:
    if state.paused:
        state.pauses[-1] = (state.pauses[-1][0], event.at_us)


@_fold_one.register
def _(what: ev.ManualSettings, state: SessionState, event: SessionEvent) -> None:
    state.areas[what.area_id].manual.append((event.at_us, what))


@_fold_one.register
def _(what: ev.TargetChanged, state: SessionState, event: SessionEvent) -> None:
    area = state.areas[what.area_id]
    area.plan = replace(
        area.plan, target_depth_um=what.target_depth_um, band_low_um=what.band_low_um,
        band_high_um=what.band_high_um,
    )


@_fold_one.register
def _(what: ev.PassesChanged, state: SessionState, event: SessionEvent) -> None:
    area = state.areas[what.area_id]
    area.plan = replace(area.plan, passes=what.passes)


@_fold_one.register
def _(what: ev.EndpointNoted, state: SessionState, event: SessionEvent) -> None:
    endpoints = state.areas[what.area_id].endpoints
    if what.seen and what.endpoint not in endpoints:
        endpoints.append(what.endpoint)
    if not what.seen and what.endpoint in endpoints:
        endpoints.remove(what.endpoint)


@_fold_one.register
def _(what: ev.NoteWritten, state: SessionState, event: SessionEvent) -> None:
    if what.area_id in state.areas:
        state.areas[what.area_id].notes.append(what.text)


@_fold_one.register
def _(what: ev.AlarmRaised, state: SessionState, event: SessionEvent) -> None:
    state.alarms[what.alarm_id] = AlarmRecord(what)


@_fold_one.register
def _(what: ev.AlarmEnded, state: SessionState, event: SessionEvent) -> None:
    if what.alarm_id in state.alarms:
        state.alarms[what.alarm_id].ended_at_us = what.ended_at_us


@_fold_one.register
def _(what: ev.AlarmAcknowledged, state: SessionState, event: SessionEvent) -> None:
    if what.alarm_id in state.alarms:
        state.alarms[what.alarm_id].acknowledged_at_us = event.at_us


@_fold_one.register
def _(what: ev.GapRecorded, state: SessionState, event: SessionEvent) -> None:
    state.gaps.append(what)


@_fold_one.register
def _(what: ev.LinkChanged, state: SessionState, event: SessionEvent) -> None:
    state.link_state = what.state


@_fold_one.register
def _(what: ev.SerumApplied, state: SessionState, event: SessionEvent) -> None:
    state.serums.append((event.at_us, what))
    state.serum_skipped = ""


@_fold_one.register
def _(what: ev.PrpApplied, state: SessionState, event: SessionEvent) -> None:
    state.serums.append((event.at_us, what))
    state.serum_skipped = ""


@_fold_one.register
def _(what: ev.SerumSkipped, state: SessionState, event: SessionEvent) -> None:
    state.serum_skipped = what.reason


@_fold_one.register
def _(what: ev.AftercareGiven, state: SessionState, event: SessionEvent) -> None:
    state.aftercare, state.aftercare_at_us = what, event.at_us


@_fold_one.register
def _(what: ev.NextSessionProposed, state: SessionState, event: SessionEvent) -> None:
    state.next_session = what.date


@_fold_one.register
def _(what: ev.SessionStopped, state: SessionState, event: SessionEvent) -> None:
    state.stopped, state.stop_reason = True, ""


@_fold_one.register
def _(what: ev.StopExplained, state: SessionState, event: SessionEvent) -> None:
    state.stop_reason = what.reason


@_fold_one.register
def _(what: ev.SessionContinued, state: SessionState, event: SessionEvent) -> None:
    state.stopped = False


@_fold_one.register
def _(what: ev.SessionEnded, state: SessionState, event: SessionEvent) -> None:
    state.ended, state.ended_at_us = what, event.at_us


@_fold_one.register
def _(what: ev.HandedOver, state: SessionState, event: SessionEvent) -> None:
    state.practitioner_id = what.to_id


@_fold_one.register
def _(what: ev.Signed, state: SessionState, event: SessionEvent) -> None:
    state.signed.append((event.at_us, what))


@_fold_one.register
def _(what: ev.Sealed, state: SessionState, event: SessionEvent) -> None:
    state.sealed, state.sealed_at_us = what, event.at_us


@_fold_one.register
def _(what: ev.Amended, state: SessionState, event: SessionEvent) -> None:
    state.amendments.append((event.at_us, what))


@_fold_one.register
def _(what: ev.ConsoleRestarted, state: SessionState, event: SessionEvent) -> None:
    state.restarts += 1


@_fold_one.register
def _(what: ev.BenchBegan, state: SessionState, event: SessionEvent) -> None:
    state.bench_port = what.port


@_fold_one.register
def _(what: ev.BenchEnded, state: SessionState, event: SessionEvent) -> None:
    state.bench_ended = what
