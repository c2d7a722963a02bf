"""What was done and agreed: Procedure, figures of each area, scales, Consent and AdverseEvent."""

from collections.abc import Sequence

from console.domain import session_events as ev
from console.domain.adverse_events import OUTCOMES, RELATIONS, SERIOUSNESS, AdverseEvent
from console.domain.ports import AreaSummary
from console.domain.session_state import SessionState
from console.exports.fhir_parts import (
    TERMINOLOGY,
    Entries,
    Resource,
    attachment,
    code,
    instant,
    ours,
    period,
    quantity_of,
)
from console.services.event_words import counted, plain
from console.services.review_desk import SessionDossier

_OUTCOME = {
    "unknown": "unknown", "not_recovered": "ongoing", "recovering": "recovering", "recovered": "resolved",
    "lasting": "resolvedWithSequelae", "fatal": "fatal",
}
_CONSENTS = {"treatment": "treatment", "serum": "treatment", "photos": "patient-privacy"}
_SCOPE_WORDS = {"treatment": "Treatment", "patient-privacy": "Privacy Consent"}


def add_procedure(entries: Entries, dossier: SessionDossier, about: Resource) -> Resource | None:
    """Keep the treatment; None where the session has no patient (a bench recording)."""
    state, row = dossier.state, dossier.row
    if "subject" not in about:
        return None
    done = [one for one in state.areas.values() if one.begun]
    spans = [span for one in done for span in one.passes]
    status, why = procedure_status(state)
    complications = [code(", ".join([*map(plain, what.signs), what.text]).strip(", "))
                     for _, what in state.reactions if what.signs or what.text]
    entries.add("procedure", {
        "resourceType": "Procedure", "status": status, "statusReason": code(why) if why else None,
        "code": ours("procedure", "microneedling", "Micro-needling"),
        **about, "performedPeriod": period(
            spans[0].started_us, max((one.ended_us or state.last_at_us) for one in spans)) if spans else None,
        "performer": [{"actor": entries.ref(f"staff {state.practitioner_id}"), "onBehalfOf": entries.ref("clinic")}],
        "reasonCode": [code(plain(row.indication))] if row.indication else [],
        "bodySite": [ours("area", one.plan.area_id, one.plan.label) for one in done],
        "complication": complications,
        "followUp": [code(f"Next session {state.next_session}")] if state.next_session else [],
        "usedReference": entries.keys_of("Device"),
    }, [f"{row.plan_name or 'Micro-needling'}: {counted(len(done), 'area')} needled. {why}".strip()])
    return entries.ref("procedure")


def procedure_status(state: SessionState) -> tuple[str, str]:
    """Give a session's procedure status of FHIR and the reason where it was not completed."""
    ended, reason = state.ended, state.stop_reason
    if ended is None:
        if state.stopped:
            return "stopped", reason or "Stopped"
        return ("in-progress", "") if state.needling_begun else ("preparation", "")
    why = ended.reason or reason
    if ended.outcome == "opened_in_error":
        return "entered-in-error", why
    if not state.needling_begun:
        return "not-done", why or plain(ended.outcome)
    return ("completed", "") if ended.outcome == "finished" else ("stopped", why or plain(ended.outcome))


def add_areas(entries: Entries, dossier: SessionDossier, about: Resource) -> None:
    """Keep the figures of each area needled, and the outcome scales."""
    state = dossier.state
    if "subject" not in about:
        return
    for area in dossier.areas:
        spans = state.areas[area.area_id].passes
        if spans:
            entries.add(f"area {area.area_id}", {
                "resourceType": "Observation", "status": "final", **about,
                "code": ours("figures", "area", "Needling of an area"),
                "bodySite": ours("area", area.area_id, area.label),
                "effectivePeriod": period(spans[0].started_us, spans[-1].ended_us or state.last_at_us),
                "component": _figures(area)}, [f"{area.label}: {counted(area.passes_done, 'pass')} done"])
    for number, (at_us, what) in enumerate(state.outcomes, 1):
        entries.add(f"outcome {number}", {
            "resourceType": "Observation", "status": "final", **about,
            "code": ours("scale", what.scale_id, what.scale_name),
            "effectiveDateTime": instant(at_us), "valueInteger": what.value,
            "note": [{"text": f"Scale {what.low} to {what.high}; better: {what.better}; by the {what.graded_by}"}],
        }, [f"{what.scale_name}: {what.value}"])


def _figures(area: AreaSummary) -> list[Resource]:
    depth = {"measured": "as measured", "set": "as set", "by_hand": "as entered by hand"}.get(area.provenance, "")
    told = (
        ("passes_done", "Passes done", area.passes_done, "1", "1"),
        ("area_time", "Time on the area", area.area_time_s, "s", "s"),
        ("contact", "Contact time", area.contact_s, "s", "s"),
        ("median_depth", f"Median needle depth {depth}".strip(), _mm(area.median_depth_um), "mm", "mm"),
        ("p5_depth", "5th percentile of needle depth", _mm(area.p5_depth_um), "mm", "mm"),
        ("p95_depth", "95th percentile of needle depth", _mm(area.p95_depth_um), "mm", "mm"),
        ("median_rate", "Median strokes per second",
         None if area.median_rate_chz is None else area.median_rate_chz / 100, "/s", "/s"),
        ("over_band", "Time above the planned depth", round(area.over_band_s, 3), "s", "s"),
        ("density", "Punctures per square centimetre, an estimate", area.punctures_per_cm2, "/cm2", "/cm2"),
    )
    found = [{"code": ours("figure", name, words), "valueQuantity": quantity_of(value, unit, ucum)}
             for name, words, value, unit, ucum in told if value is not None]
    if area.endpoint:
        found.append({"code": ours("figure", "endpoint", "Endpoint"),
                      "valueCodeableConcept": code(plain(area.endpoint))})
    return found


def _mm(depth_um: int | None) -> float | None:
    return None if depth_um is None else depth_um / 1000


# --- consents ---------------------------------------------------------------------------------------------


def add_consents(entries: Entries, state: SessionState, about: Resource) -> None:
    """Keep each consent as it stood last, with the text that was shown and how it was signed."""
    if "subject" not in about:
        return
    signed = [(at_us, what) for at_us, what in state.signatures if what.purpose == "consent"]
    given_us = {one.what.consent: one.at_us for _, one in state.log if isinstance(one.what, ev.ConsentRecorded)}
    for kind, what in state.consents.items():
        scope = _CONSENTS.get(kind, "treatment")
        withdrawn = state.withdrawn.get(kind)
        words = f"Consent to {kind}: " + ("given" if what.given else f"refused, {what.reason}")
        entries.add(f"consent {kind}", {
            "resourceType": "Consent",
            "status": "inactive" if withdrawn is not None else "active" if what.given else "rejected",
            "scope": code(_SCOPE_WORDS[scope], f"{TERMINOLOGY}/consentscope", scope, _SCOPE_WORDS[scope]),
            "category": [ours("consent", kind, f"Consent to {kind}")], "patient": about["subject"],
            "dateTime": instant(given_us.get(kind, state.opened_at_us)), "organization": [entries.ref("clinic")],
            "policyRule": code(f"{what.form_id}, version {what.form_version}, text SHA-256 {what.text_sha256}"),
            "sourceAttachment": _text(what), "verification": [_verified(at_us, one, about) for at_us, one in signed],
            "provision": {"type": "permit" if what.given and withdrawn is None else "deny"},
        }, [words + (f"; withdrawn, {withdrawn}" if withdrawn is not None else "")])


def _text(what: ev.ConsentRecorded) -> Resource | None:
    if not what.shown_text:
        return None
    return attachment(what.shown_text.encode(), "text/plain; charset=utf-8",
                      f"{what.form_id}, version {what.form_version}")


def _verified(at_us: int, what: ev.SignatureDrawn, about: Resource) -> Resource:
    by_patient = what.signer == "patient"
    return {"verified": bool(what.strokes), "verificationDate": instant(at_us),
            "verifiedWith": about["subject"] if by_patient else {"display": what.signer_name or what.signer}}


# --- adverse events ---------------------------------------------------------------------------------------


def add_events(entries: Entries, events: Sequence[AdverseEvent], about: Resource) -> None:
    """Keep what was decided to be an adverse event."""
    if "subject" not in about:
        return
    for one in events:
        serious = bool(one.serious)
        seriousness = code("; ".join(SERIOUSNESS[name] for name in one.serious) if serious else "Not serious",
                           f"{TERMINOLOGY}/adverse-event-seriousness", "Serious" if serious else "Non-serious",
                           "Serious" if serious else "Non-serious")
        assessment = code(RELATIONS[one.relation])
        suspects = [{"instance": ref, "causality": [{"assessment": assessment}]}
                    for key in one.suspects if (ref := entries.ref(key)) is not None]
        entries.add(f"adverse {one.event_id}", {
            "resourceType": "AdverseEvent", "actuality": "actual", "event": code(one.what), **about,
            "date": one.began, "seriousness": seriousness,
            "severity": code(one.severity.capitalize(), f"{TERMINOLOGY}/adverse-event-severity", one.severity),
            "outcome": code(OUTCOMES[one.outcome], f"{TERMINOLOGY}/adverse-event-outcome", _OUTCOME[one.outcome]),
            "suspectEntity": suspects,
        }, [f"{one.event_id}: {one.what}", f"Done about it: {one.done_about_it}" if one.done_about_it else ""])
