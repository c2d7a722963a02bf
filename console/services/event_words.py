"""Each kind of event as one sentence, for the report, the timeline and the command line."""

from collections.abc import Callable
from datetime import date
from typing import Any

from console.domain import session_events as ev
from console.domain.photos import view_label
from console.domain.quantities import quantity
from console.domain.session_events import Payload
from console.domain.session_state import SessionState
from console.domain.waits import day_words
from console.services.local_time import clock_text, local_day

Say = Callable[[Any, "EventWords"], str]

GAP_CAUSES = {
    "not_held": "the pen no longer held them", "not_answered": "the pen did not answer",
    "pen_overrun": "the pen itself lost them", "pen_restart": "the pen restarted",
    "pen_swap": "another pen was taken", "link_lost": "the link was lost until the recording ended",
    "no_resend": "this pen keeps no past readings", "not_saved": "they could not be saved",
    "console_restart": "the console restarted",
}


PEN_EVENTS = {  # EVENT codes of Pen Link 1; others are kept and shown by number
    1: "button pressed", 2: "button released", 3: "cartridge attached, {value} needles", 4: "cartridge removed",
    5: "motor started", 6: "motor stopped", 7: "fault {value}", 8: "battery low, {value} %",
    9: "depth dial moved to {mm} mm",
}


def plain(code: str) -> str:
    """Write a code as words: ``pinpoint_bleeding`` becomes ``pinpoint bleeding``."""
    return code.replace("_", " ")


def after(text: str, before: str = ": ") -> str:
    """Give text with what leads to it, or nothing."""
    return f"{before}{text}" if text else ""


def amendment_words(what: ev.Amended) -> str:
    """Say what was sealed and what it was amended to."""
    said = f"«{what.text}» in place of «{what.was}»" if what.was else what.text
    return f"Amended: {said}{after(what.reason, '. Reason: ')}{after(what.author_name, '. By ')}"


def lot_words(product: ev.ProductLot) -> str:
    """Write a product with its lot and expiry."""
    lot, expiry = after(product.lot, ", lot "), after(product.expiry, ", expires ")
    return f"{product.name}{lot}{expiry}{after(product.serial, ', serial ')}"


def since_words(since: str, about: bool) -> str:
    """Write when a finding was: ``on 1 Mar 2027``; nothing where it is not known."""
    return f"{'about' if about else 'on'} {day_words(date.fromisoformat(since))}" if since else ""


def counted(number: int, one: str) -> str:
    """Write a number with its noun: ``1 gap``, ``2 gaps``, ``3 passes``."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {_plural(one)}"


def _plural(one: str) -> str:
    if one.endswith("y") and one[-2:] not in ("ay", "ey", "oy"):
        return f"{one[:-1]}ies"
    return f"{one}es" if one.endswith(("s", "ch")) else f"{one}s"


CLINICAL_KINDS = {
    "plan": "plan", "rule": "screening rules", "anesthetic": "anesthetics", "product": "serums and glide products",
    "alarm": "alarms", "area_size": "sizes of areas", "form": "consent texts", "item": "aftercare", "scale": "scales",
    "pen": "labels of pens", "clinic": "the clinic", "sign": "signs of toxicity", "sheet": "aftercare sheet",
    "exposure": "rules over all anesthetics", "translation": "translations of the aftercare sheet",
}


def clinical_words(one: ev.ClinicalVersion) -> str:
    """Write one kind of clinical data: ``screening rules version 1, 38 entries, 0f3a91c2``."""
    version = f" version {one.version}" if one.version else ""
    count = "" if one.entry_id else f", {counted(one.entries, 'entry')}"
    return f"{CLINICAL_KINDS.get(one.entry_kind, plain(one.entry_kind))}{version}{count}, {one.sha256[:8]}"


def missing_words(count: int) -> str:
    """Write a number of missing readings; 0 is an unknown number."""
    return f"{counted(count, 'reading')} missing" if count else "readings missing, number unknown"


class EventWords:
    """Knows the labels a session's own plan and rules gave, so a history speaks for itself."""

    def __init__(self, state: SessionState) -> None:
        self._labels = {area_id: area.plan.label for area_id, area in state.areas.items()}
        self._questions = {rule.rule_id: rule.question for rule in state.rules}
        self._priorities = {one.raised.alarm_id: one.raised.priority for one in state.alarms.values()}
        self._photos = {one.taken.photo_id: one.taken for one in state.pictures.values()}

    def area(self, area_id: str) -> str:
        """Give an area's label."""
        return self._labels.get(area_id, area_id)

    def areas(self, area_ids: tuple[str, ...]) -> str:
        """Give several areas' labels."""
        return "; ".join(map(self.area, area_ids))

    def new_priority(self, alarm_id: str, priority: str) -> str:
        """Give an alarm's priority where it has changed, else nothing."""
        return priority if self._priorities.get(alarm_id, priority) != priority else ""

    def rule(self, rule_id: str) -> str:
        """Give the question of a rule."""
        return self._questions.get(rule_id, plain(rule_id))

    def photo(self, photo_id: str) -> str:
        """Give a photo's moment and view."""
        taken = self._photos.get(photo_id)
        return f"{plain(taken.moment)}, {view_label(taken.view).lower()}," if taken else photo_id[-4:]

    def say(self, what: Payload) -> str:
        """Give an event's sentence, without a full stop."""
        say = _WORDS.get(type(what))
        return say(what, self) if say else plain(what.kind).capitalize()


def _opened(e: ev.SessionOpened, _: EventWords) -> str:
    course = f", session {e.course_number} of {e.course_length}" if e.course_length else ""
    return f"{e.session_kind.capitalize()} opened{after(e.patient_id, ' for ')}{course}{after(e.room, ', ')}"


def _clinical(e: ev.ClinicalVersionsNoted, _: EventWords) -> str:
    edits = after(", ".join(e.edits), "; the clinic's own: ")
    return f"Clinical data noted, {counted(sum(one.entries for one in e.versions), 'entry')}{edits}"


def _confirmed(e: ev.ScreeningGroupConfirmed, w: EventWords) -> str:
    answers = "; ".join(f"{w.rule(rule)} {answer}" for rule, answer in zip(e.rule_ids, e.answers, strict=True))
    return f"Asked again and unchanged: {answers}"


def _signature(e: ev.SignatureDrawn, _: EventWords) -> str:
    if e.refused_reason:
        return f"{e.purpose.capitalize()} not signed: {e.refused_reason}{after(e.witness_id, ', witness ')}"
    return f"{e.purpose.capitalize()} signed by {_signer(e)}{after(e.witness_id, ', witness ')}"


def _signer(e: ev.SignatureDrawn) -> str:
    who = ", ".join(part for part in (e.signer_name, e.relation.lower()) if part)
    identity = after(e.identity_check.lower(), ", identity by ")
    return f"{e.signer}{after(who, ' ')}{identity}"


def _chaperone(e: ev.ChaperoneRecorded, _: EventWords) -> str:
    return f"Chaperone: {e.name}" if e.name else f"No chaperone: {e.declined_reason}"


def _photos(e: ev.PhotosRecorded, _: EventWords) -> str:
    if e.declined_reason:
        return f"No photos {e.moment}: {e.declined_reason}"
    return f"{counted(e.count, 'photo')} {e.moment}"


def _anesthetic(e: ev.AnestheticApplied, w: EventWords) -> str:
    back = f", back-timed to {clock_text(e.applied_at_us)}" if e.back_timed else ""
    amount = f"{quantity('mass_mg').with_unit(e.mass_mg)} on {quantity('area_mm2').with_unit(e.area_mm2)}"
    cover = ", under film" if e.occluded else ""
    where = after(w.areas(e.area_ids), ", ")
    late = after(e.over_reason, ", past the longest time: ")
    order = after(e.authorised_by, ", authorised by ") + after(e.authorised_on, " on ")
    return f"Anesthetic on: {lot_words(e.product)}, {amount}{where}{cover}{back}{late}{order}"


def _removed_from(e: ev.AnestheticRemovedFrom, w: EventWords) -> str:
    clean = "cleansed and disinfected" if e.disinfected else "cleansed"
    return f"Anesthetic removed and skin {clean}: {w.areas(e.area_ids)}{after(e.early_reason, ', early: ')}"


def _unbound(e: ev.CartridgeUnbound, w: EventWords) -> str:
    where = f" in pass {e.pass_number}, {w.area(e.area_id)}" if e.pass_number is not None else ""
    words = f"Cartridge taken off{where}, {'used' if e.used else 'not used'}: {e.reason}"
    if not e.broken:
        return words
    return f"{words}; {e.fragments[:1].lower()}{e.fragments[1:]}; piece {'kept' if e.piece_kept else 'not kept'}"


def _pen(e: ev.PenBound, _: EventWords) -> str:
    return f"{'Pen changed to' if e.swap else 'Pen'} {e.model}, serial {e.serial}, firmware {e.firmware}"


def _pen_reported(e: ev.PenReported, _: EventWords) -> str:
    known = PEN_EVENTS.get(e.code)
    words = known.format(value=e.value, mm=f"{e.value / 1000:.2f}") if known else f"event {e.code}, value {e.value}"
    return f"Pen: {words}{after(e.detail)}"


def _off_label(e: ev.OffLabelAccepted, w: EventWords) -> str:
    by_reason: dict[str, list[str]] = {}
    for area_id, reasons in zip(e.area_ids, e.findings, strict=True):
        for reason in reasons:
            by_reason.setdefault(reason, []).append(w.area(area_id))
    found = "; ".join(f"{reason} ({', '.join(areas)})" for reason, areas in by_reason.items())
    return f"Off-label, gone on: {e.reason}{after(found, '. Found: ')}"


def _by_hand(e: ev.ManualSettings, w: EventWords) -> str:
    rate = f", {quantity('rate_chz').with_unit(e.rate_chz)}" if e.rate_chz is not None else ""
    return f"{w.area(e.area_id)}: {quantity('depth_um').with_unit(e.depth_um)}{rate}, entered by hand"


def _target(e: ev.TargetChanged, w: EventWords) -> str:
    low, high = (quantity("depth_um").shown(one) for one in (e.band_low_um, e.band_high_um))
    target = quantity("depth_um").with_unit(e.target_depth_um)
    return f"{w.area(e.area_id)}: target now {target} ({low} to {high}){after(e.reason)}"


def _alarm(e: ev.AlarmRaised, w: EventWords) -> str:
    area = f" {w.area(e.area_id)}." if e.area_id else ""
    return f"Alarm, {e.priority}: {e.text.rstrip('.')}.{area}".rstrip(".")


def _escalated(e: ev.AlarmEscalated, w: EventWords) -> str:
    grave = w.new_priority(e.alarm_id, e.priority)
    return f"Alarm unanswered for {e.after_s} s{f', now {grave}' if grave else ''}{', louder' if e.louder else ''}"


def _serum(e: ev.SerumApplied, _: EventWords) -> str:
    volume = quantity("volume_ul").with_unit(e.volume_ul)
    return f"Serum: {lot_words(e.product)}, {volume}{after(e.off_label_reason, '. Off-label: ')}"


def _plasma(e: ev.PrpApplied, _: EventWords) -> str:
    drawn = f", drawn at {clock_text(e.drawn_at_us)}" if e.drawn_at_us is not None else ""
    volume = quantity("volume_ul").with_unit(e.volume_ul)
    return f"PRP from tube {e.tube_id}, {volume}{drawn}{after(e.off_label_reason, '. Off-label: ')}"


def _ended(e: ev.SessionEnded, w: EventWords) -> str:
    return f"Ended: {plain(e.outcome)}{after(e.reason, ', ')}{after(w.areas(e.untreated), '. Not treated: ')}"


def _afterwards(e: ev.EnteredAfterwards, _: EventWords) -> str:
    when = f"{local_day(e.entered_at_us).isoformat()} {clock_text(e.entered_at_us)}"
    return (f"Entered afterwards from paper {e.paper}, written by {e.written_by}, "
            f"typed in by {e.entered_by} on {when}{after(e.reason)}")


def _competence(e: ev.CompetenceAccepted, _: EventWords) -> str:
    what = f"expired on {e.until}" if e.standing == "expired" else "missing"
    return f"Competence of {e.staff_id} {what}, gone on: {e.reason}"


def _bench_ended(e: ev.BenchEnded, _: EventWords) -> str:
    return (
        f"Capture ended: {counted(e.samples, 'reading')}, {counted(e.gaps, 'gap')}, "
        f"{counted(e.crc_errors, 'damaged frame')}, {e.resent:,} resent")


_WORDS: dict[type[Payload], Say] = {
    ev.SessionOpened: _opened,
    ev.PlanChosen: lambda e, w: (
        f"Plan: {e.plan_name}, version {e.plan_version}, {counted(len(e.areas), 'area')}{after(e.reason)}"),
    ev.ClinicalVersionsNoted: _clinical,
    ev.PatientConfirmed: lambda e, w: f"Right patient confirmed by {' and '.join(map(plain, e.matched))}",
    ev.PhaseEntered: lambda e, w: f"{plain(e.phase).capitalize()} begun",
    ev.ScreeningBegun: lambda e, w: (
        f"Screening with {counted(len(e.rules), 'question')}, rules version {e.ruleset_version}"),
    ev.ScreeningAnswered: lambda e, w: (
        f"{w.rule(e.rule_id)}: {e.answer}{after(w.areas(e.area_ids), ', ')}"
        f"{after(since_words(e.since, e.since_about), ', ')}{after(e.note, ', ')}"),
    ev.ScreeningGroupConfirmed: _confirmed,
    ev.ScreeningOverridden: lambda e, w: (
        f"Overridden, {w.rule(e.rule_id).lower()}: {e.reason}{after(e.signer_name, ', signed by ')}"),
    ev.ScreeningExpired: lambda e, w: (
        f"{counted(len(e.rule_ids), 'answer')} no longer of today: asked again"),
    ev.ConsentRecorded: lambda e, w: (
        f"Consent to {e.consent} {'given' if e.given else 'not given'}, text version {e.form_version}"
        f"{after(e.reason)}"),
    ev.ConsentWithdrawn: lambda e, w: f"Consent to {e.consent} withdrawn: {e.reason}",
    ev.ChaperoneRecorded: _chaperone,
    ev.SignatureDrawn: _signature,
    ev.PhotosRecorded: _photos,
    ev.PhotoTaken: lambda e, w: (
        f"Photo {plain(e.moment)}, {view_label(e.view).lower()}, from a {e.origin}, {e.sha256[:8]}"),
    ev.PhotoStruck: lambda e, w: f"Photo {w.photo(e.photo_id)} struck: {e.reason}",
    ev.AnestheticApplied: _anesthetic,
    ev.NumbnessTested: lambda e, w: f"Numbness tested: {e.result}",
    ev.AnestheticRemoved: lambda e, w: f"Anesthetic removed and skin cleansed{after(e.early_reason, ', early: ')}",
    ev.AnestheticRemovedFrom: _removed_from,
    ev.WeightTaken: lambda e, w: f"Weight {e.weight_g / 1000:g} kg",
    ev.DwellDoubted: lambda e, w: "The start of the anesthetic is to be confirmed: the console was started again",
    ev.DwellConfirmed: lambda e, w: f"Anesthetic on since {clock_text(e.since_us)}, confirmed",
    ev.AnestheticSkipped: lambda e, w: f"No anesthetic: {e.reason}",
    ev.ReactionReported: lambda e, w: (
        f"Reaction: {', '.join(map(plain, e.signs))}{after(e.text, '. ' if e.signs else '')}"),
    ev.OutcomeGraded: lambda e, w: (
        f"{e.scale_name}, version {e.scale_version}: {e.value} of {e.low} to {e.high}, by the {e.graded_by}"),
    ev.SkinDisinfected: lambda e, w: "Skin disinfected",
    ev.CartridgeBound: lambda e, w: f"Cartridge: {lot_words(e.product)}, {counted(e.needles, 'needle')}"
    f"{', from a new, sealed pack' if e.from_sealed_pack else ''}",
    ev.CartridgeUnbound: _unbound,
    ev.CartridgeTagAccepted: lambda e, w: f"Pen reads cartridge {e.tag}, package says {e.serial}: said to be the same",
    ev.GlideChosen: lambda e, w: (
        f"Glide: {lot_words(e.product)}{after(e.off_label_reason, '. Off-label: ')}" if e.product
        else "No glide product"),
    ev.PenBound: _pen,
    ev.ManualModeChosen: lambda e, w: f"Needling by hand{after(e.pen_name, ' with ')}, no readings: {e.reason}",
    ev.RecordingBegan: lambda e, w: f"Recording of pen {e.pen_serial} began",
    ev.RecordingEnded: lambda e, w: f"Recording ended: {counted(e.samples, 'reading')}, {e.missing:,} missing",
    ev.PassStarted: lambda e, w: f"{w.area(e.area_id)}, pass {e.pass_number} begun{after(plain(e.direction), ', ')}",
    ev.PassFinished: lambda e, w: f"{w.area(e.area_id)}, pass {e.pass_number} finished",
    ev.AreaFinished: lambda e, w: (
        f"{w.area(e.area_id)} finished after {counted(e.passes_done, 'pass')}"
        f"{after(e.short_reason, ', left short: ')}"),
    ev.NeedlingPaused: lambda e, w: f"On hold{after(e.reason)}",
    ev.NeedlingResumed: lambda e, w: "Resumed",
    ev.ManualSettings: _by_hand,
    ev.TargetChanged: _target,
    ev.PassesChanged: lambda e, w: f"{w.area(e.area_id)}: {counted(e.passes, 'pass')} planned{after(e.reason)}",
    ev.EndpointNoted: lambda e, w: f"{w.area(e.area_id)}: {plain(e.endpoint)} {'seen' if e.seen else 'not seen'}",
    ev.MarkSet: lambda e, w: f"Mark{after(w.area(e.area_id), ', ')}{after(e.text)}",
    ev.LabelJudged: lambda e, w: f"Label: {plain(e.standing).replace('off label', 'off-label')}. {e.why.rstrip('.')}",
    ev.OffLabelAccepted: _off_label,
    ev.OrderChosen: lambda e, w: "By rounds: one pass of every area, then the next" if e.order == "rounds"
    else "By area: all passes of one area, then the next",
    ev.DirectionChosen: lambda e, w: f"{w.area(e.area_id)}, pass {e.pass_number}: {e.direction}",
    ev.PainRated: lambda e, w: f"Pain {quantity('pain_vas_mm').with_unit(e.vas_mm)}{after(w.area(e.area_id), ', ')}",
    ev.EmergencyLogged: lambda e, w: f"Emergency: {e.entry}{after(e.note)}",
    ev.CompetenceAccepted: _competence,
    ev.EnteredAfterwards: _afterwards,
    ev.NoteWritten: lambda e, w: f"Note{after(w.area(e.area_id), ', ')}: {e.text}",
    ev.MarkUndone: lambda e, w: f"Entry {e.ordinal + 1} taken back: {e.reason}",
    ev.AlarmRaised: _alarm,
    ev.AlarmEscalated: _escalated,
    ev.AlarmEnded: lambda e, w: "Alarm ended",
    ev.AlarmAcknowledged: lambda e, w: "Alarm acknowledged",
    ev.AudioPaused: lambda e, w: f"Alarm sound paused for {e.seconds} s",
    ev.GapRecorded: lambda e, w: f"{missing_words(e.count)}: {GAP_CAUSES.get(e.cause, plain(e.cause))}".capitalize(),
    ev.LinkChanged: lambda e, w: f"Pen link {e.state}{after(e.reason)}",
    ev.PenReported: _pen_reported,
    ev.SerumApplied: _serum,
    ev.PrpApplied: _plasma,
    ev.SerumSkipped: lambda e, w: f"No serum: {e.reason}",
    ev.AftercareGiven: lambda e, w: f"Aftercare sheet given, {e.how}, version {e.sheet_version} ({e.language})",
    ev.NextSessionProposed: lambda e, w: f"Next session proposed for {e.date}",
    ev.SessionStopped: lambda e, w: "Stopped",
    ev.StopExplained: lambda e, w: f"Stopped because: {plain(e.reason)}{after(e.text, ', ')}",
    ev.SessionContinued: lambda e, w: "Continued after the stop",
    ev.SessionEnded: _ended,
    ev.HandedOver: lambda e, w: f"Handed over from {e.from_id} to {e.to_id}",
    ev.Signed: lambda e, w: f"Signed by {e.signer_name}: {e.meaning}",
    ev.Sealed: lambda e, w: f"Sealed with {counted(e.samples, 'reading')} and {counted(e.gaps, 'gap')}",
    ev.Amended: lambda e, w: amendment_words(e),
    ev.ClockJumped: lambda e, w: f"The computer's clock jumped by {e.jump_ms / 1000:+.1f} s",
    ev.TurnedTo: lambda e, w: "Turned to this session; the right patient is asked again",
    ev.ConsoleRestarted: lambda e, w: f"Console restarted in {plain(e.phase)}",
    ev.BenchBegan: lambda e, w: f"Bench capture of {e.port} for {e.seconds_wanted} s",
    ev.BenchEnded: _bench_ended,
}
