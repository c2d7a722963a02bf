"""The fold: how each event changes a session's state. The state is built here and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import singledispatch

from console.domain import fold_of_clinic, fold_of_facts, fold_of_photos, fold_of_preparation
from console.domain import session_events as ev
from console.domain.consent import withdrawn
from console.domain.phases import Phase
from console.domain.screening import Scope
from console.domain.session_events import Payload, SessionEvent
from console.domain.session_state import AlarmRecord, AnswerGiven, Application, AreaProgress, PassSpan, SessionState


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
    if any(area.area_id not in kept for area in what.areas):  # nobody was asked about the new ones
        of_areas = {rule.rule_id for rule in state.rules if rule.scope == Scope.AREA}
        state.answers = {one: given for one, given in state.answers.items() if one not in of_areas}
        state.overrides = {one: why for one, why in state.overrides.items() if one not in of_areas}
    state.plan = what
    state.areas = {
        area.area_id: replace(kept[area.area_id], plan=area) if area.area_id in kept else AreaProgress(area)
        for area in what.areas
    }


@_fold_one.register
def _(what: ev.ClinicalVersionsNoted, state: SessionState, event: SessionEvent) -> None:
    state.clinical = what


@_fold_one.register
def _(what: ev.PatientConfirmed, state: SessionState, event: SessionEvent) -> None:
    state.patient_confirmed, state.check_again = what.matched, False


@_fold_one.register
def _(what: ev.TurnedTo, state: SessionState, event: SessionEvent) -> None:
    state.check_again = True


@_fold_one.register
def _(what: ev.PhaseEntered, state: SessionState, event: SessionEvent) -> None:
    state.phase = Phase(what.phase)
    state.phase_entered_us[state.phase] = event.at_us


@_fold_one.register
def _(what: ev.ScreeningBegun, state: SessionState, event: SessionEvent) -> None:
    state.ruleset_version, state.rules = what.ruleset_version, what.rules


@_fold_one.register
def _(what: ev.ScreeningAnswered, state: SessionState, event: SessionEvent) -> None:
    state.answers[what.rule_id] = AnswerGiven(
        what.answer, event.at_us, what.area_ids, what.note, False, what.since, what.since_about, what.asked_on)
    if what.answer == "no":
        state.overrides.pop(what.rule_id, None)


@_fold_one.register
def _(what: ev.ScreeningGroupConfirmed, state: SessionState, event: SessionEvent) -> None:
    count = len(what.rule_ids)  # histories before areas and dates were carried have none of them
    areas, since = what.areas or ((),) * count, what.since or ("",) * count
    about = what.since_about or (False,) * count
    for place, (rule_id, answer, note) in enumerate(zip(what.rule_ids, what.answers, what.notes, strict=True)):
        state.answers[rule_id] = AnswerGiven(
            answer, event.at_us, areas[place], note, True, since[place], about[place], what.asked_on)


@_fold_one.register
def _(what: ev.ScreeningExpired, state: SessionState, event: SessionEvent) -> None:
    for rule_id in what.rule_ids:
        state.answers.pop(rule_id, None)
        state.overrides.pop(rule_id, None)


@_fold_one.register
def _(what: ev.ScreeningOverridden, state: SessionState, event: SessionEvent) -> None:
    state.overrides[what.rule_id] = what


@_fold_one.register
def _(what: ev.ConsentRecorded, state: SessionState, event: SessionEvent) -> None:
    state.consents[what.consent], state.signature_stands = what, False
    state.withdrawn.pop(what.consent, None)


@_fold_one.register
def _(what: ev.ConsentWithdrawn, state: SessionState, event: SessionEvent) -> None:
    state.consents[what.consent] = withdrawn(state.consents[what.consent], what.reason)
    state.withdrawn[what.consent] = what.reason


@_fold_one.register
def _(what: ev.ChaperoneRecorded, state: SessionState, event: SessionEvent) -> None:
    state.chaperone = what


@_fold_one.register
def _(what: ev.SignatureDrawn, state: SessionState, event: SessionEvent) -> None:
    state.signatures.append((event.at_us, what))
    state.signature_stands = state.signature_stands or what.purpose == "consent"


@_fold_one.register
def _(what: ev.PhotosRecorded, state: SessionState, event: SessionEvent) -> None:
    state.photos.append(what)


@_fold_one.register
def _(what: ev.AnestheticApplied, state: SessionState, event: SessionEvent) -> None:
    state.anesthetics[what.application_id] = Application(what)
    state.anesthetic_skipped = ""
    state.disinfected = False  # cream on the skin: clean it again


@_fold_one.register
def _(what: ev.NumbnessTested, state: SessionState, event: SessionEvent) -> None:
    state.numbness = what.result


@_fold_one.register
def _(what: ev.AnestheticRemoved, state: SessionState, event: SessionEvent) -> None:
    application = state.anesthetics[what.application_id]
    application.removed_at_us, application.early_reason = event.at_us, what.early_reason


@_fold_one.register
def _(what: ev.AnestheticRemovedFrom, state: SessionState, event: SessionEvent) -> None:
    application = state.anesthetics[what.application_id]
    application.cleared = (*application.cleared, *what.area_ids)
    application.early_reason = application.early_reason or what.early_reason
    if not application.on_areas(state.areas):
        application.removed_at_us = event.at_us


@_fold_one.register
def _(what: ev.WeightTaken, state: SessionState, event: SessionEvent) -> None:
    state.weight_g = what.weight_g


@_fold_one.register
def _(what: ev.DwellDoubted, state: SessionState, event: SessionEvent) -> None:
    for application in state.anesthetics_on():
        application.in_doubt = True


@_fold_one.register
def _(what: ev.DwellConfirmed, state: SessionState, event: SessionEvent) -> None:
    application = state.anesthetics[what.application_id]
    application.confirmed_us, application.clock_jumped_us = what.since_us, 0
    application.in_doubt, application.doubt_us = False, 0
    application.steady_mark = (event.at_us, what.wall_less_steady_ms)


@_fold_one.register
def _(what: ev.AnestheticSkipped, state: SessionState, event: SessionEvent) -> None:
    state.anesthetic_skipped = what.reason


@_fold_one.register
def _(what: ev.ReactionReported, state: SessionState, event: SessionEvent) -> None:
    state.reactions.append((event.at_us, what))


@_fold_one.register
def _(what: ev.OutcomeGraded, state: SessionState, event: SessionEvent) -> None:
    state.outcomes.append((event.at_us, what))


for _step in (*fold_of_preparation.STEPS, *fold_of_facts.STEPS, *fold_of_photos.STEPS, *fold_of_clinic.STEPS):
    _fold_one.register(_step)


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
    state.cartridge_needled = state.cartridge is not None


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
def _(what: ev.AlarmEscalated, state: SessionState, event: SessionEvent) -> None:
    if what.alarm_id in state.alarms:
        state.alarms[what.alarm_id].escalated_at_us = event.at_us


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
def _(what: ev.ClockJumped, state: SessionState, event: SessionEvent) -> None:
    for application in state.anesthetics_on():
        application.clock_jumped_us += what.jump_ms * 1_000
        application.in_doubt = True
        application.doubt_us += max(0, what.jump_ms * 1_000)


@_fold_one.register
def _(what: ev.ConsoleRestarted, state: SessionState, event: SessionEvent) -> None:
    state.restarts += 1
    if what.off_since_us is not None and what.off_since_us < event.at_us:
        state.downtimes.append((what.off_since_us, event.at_us))


@_fold_one.register
def _(what: ev.BenchBegan, state: SessionState, event: SessionEvent) -> None:
    state.bench_port = what.port


@_fold_one.register
def _(what: ev.BenchEnded, state: SessionState, event: SessionEvent) -> None:
    state.bench_ended = what
