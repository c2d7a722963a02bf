"""Commands from check-in to preparation: each judges a state and gives events, or refuses."""

from collections.abc import Mapping, Sequence

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, require, require_open, why_not


def open_session(opened: ev.SessionOpened) -> Command:
    """Begin a history."""

    def command(state: SessionState) -> list[Payload]:
        if state.opened is not None:
            raise Refusal("This session is already open")
        return [opened]

    return command


def choose_plan(plan: ev.PlanChosen) -> Command:
    """Choose areas and settings; once needling has begun a change needs a reason.

    An area is added at check-in only: behind the screening nobody would be asked about it.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if not plan.areas:
            raise Refusal("A plan needs at least one area", todo="choose an area on the map")
        if state.needling_begun and not plan.reason:
            raise Refusal("Changing the plan during needling needs a reason", "nothing was changed")
        begun = [area_id for area_id, area in state.areas.items() if area.begun]
        lost = [area_id for area_id in begun if area_id not in {area.area_id for area in plan.areas}]
        if lost:
            raise Refusal(f"{state.areas[lost[0]].plan.label} has been needled and stays in the plan")
        added = [area.label for area in plan.areas if area.area_id not in state.areas]
        if added and state.phase is not Phase.CHECK_IN:
            raise Refusal(f"{added[0]} was not screened", "the plan was not changed", "go back to check-in to add it")
        return [plan]

    return command


def confirm_patient(matched: Sequence[str]) -> Command:
    """Record the right-patient check; two identifiers must match."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if len(set(matched)) < 2:
            raise Refusal("The right-patient check needs two matches", todo="confirm another identifier")
        return [ev.PatientConfirmed(tuple(matched))]

    return command


def turn_to() -> Command:
    """Note that the session was turned to from another; a patient not yet confirmed is asked about anyway."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed or state.check_again or not state.patient_confirmed:
            return []
        return [ev.TurnedTo()]

    return command


def enter_phase(to: Phase, ruleset_version: int = 0, rules: Sequence[ev.RuleRef] = ()) -> Command:
    """Go to another phase if its gate is open; entering screening fixes the rules to be asked, for the areas of now."""

    def command(state: SessionState) -> list[Payload]:
        if reason := why_not(state, to):
            raise Refusal(f"Not yet: {reason}")
        events: list[Payload] = [ev.PhaseEntered(to.value)]
        if to is Phase.SCREENING and (not state.rules or (rules and tuple(rules) != state.rules)):
            events.append(ev.ScreeningBegun(ruleset_version, tuple(rules)))
        return events

    return command


def answer(rule_id: str, given: str, area_ids: Sequence[str] = (), note: str = "", reason: str = "") -> Command:
    """Answer one screening question; changing an answer needs a reason, and both are kept."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SCREENING)
        rule = next((rule for rule in state.rules if rule.rule_id == rule_id), None)
        if rule is None:
            raise Refusal(f"{rule_id} is not among the questions of this session")
        before = state.answers.get(rule_id)
        same = before is not None and before.answer == given and before.area_ids == tuple(area_ids)
        if same and before is not None and before.note == note:
            return []
        if before is not None and before.answer != given and not reason:
            raise Refusal("Changing an answer needs a reason", "the first answer stands")
        return [ev.ScreeningAnswered(rule_id, given, tuple(area_ids), note, reason)]

    return command


def confirm_group(group_id: str, last_answers: Mapping[str, tuple[str, str]]) -> Command:
    """Answer the rest of a group as last time, in one act; stops are asked one by one, never here.

    ``last_answers`` maps rule ids to last visit's answer and note.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SCREENING)
        rules = [
            rule for rule in state.rules
            if rule.group_id == group_id and rule.rule_class != "stop" and rule.rule_id not in state.answers
        ]
        if not rules:
            raise Refusal("Nothing is left to confirm in this group")
        if unknown := [rule for rule in rules if rule.rule_id not in last_answers]:
            raise Refusal(f"«{unknown[0].question}» has no answer from last time", todo="ask it")
        ids = tuple(rule.rule_id for rule in rules)
        answers, notes = zip(*(last_answers[one] for one in ids), strict=True)
        return [ev.ScreeningGroupConfirmed(group_id, ids, answers, notes)]

    return command


def override(rule_id: str, reason: str) -> Command:
    """Go on in spite of a stop, where its rule allows it, with a reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SCREENING)
        rule = next((rule for rule in state.rules if rule.rule_id == rule_id), None)
        if rule is None or not rule.override_allowed:
            raise Refusal("This rule allows no override", "treatment stays blocked", "defer the session")
        if not reason.strip():
            raise Refusal("An override needs a reason", "nothing was changed")
        return [ev.ScreeningOverridden(rule_id, reason.strip())]

    return command


def record_consent(consent: ev.ConsentRecorded) -> Command:
    """Record a consent given or refused; photos and serum may be refused, treatment ends the way."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.CONSENT)
        if not consent.given and consent.consent == "treatment" and not consent.reason:
            raise Refusal("A refused treatment needs a word why", todo="give the reason or defer the session")
        return [consent]

    return command


def sign_consent(signature: ev.SignatureDrawn, guardian_needed: bool | None = False) -> Command:
    """Keep the drawn signature, or the reason why there is none with its witness.

    ``guardian_needed`` by the clinic's rule for the patient's age; None: not known, either may sign.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.CONSENT)
        if guardian_needed and signature.signer == "patient":
            raise Refusal("A guardian consents at this age", "nothing was recorded", "let the guardian sign")
        if not signature.strokes and not (signature.refused_reason and signature.witness_id):
            raise Refusal("The signature is empty", todo="sign, or name a witness and the reason")
        return [signature]

    return command


def record_photos(moment: str, count: int, declined_reason: str = "") -> Command:
    """Record that the photo set was taken, or why not."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if count == 0 and not declined_reason:
            raise Refusal("No photo was taken", todo="take the set or say why not")
        return [ev.PhotosRecorded(moment, count, declined_reason)]

    return command


def apply_anesthetic(applied: ev.AnestheticApplied, now_us: int) -> Command:
    """Start a dwell clock. A start before now is back-timed and marked so; a later one is refused."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.ANESTHETIC)
        if applied.applied_at_us > now_us:
            raise Refusal("The anesthetic cannot be applied in the future")
        if state.screening_verdict().blocks_anesthetic:
            raise Refusal("Screening blocks the anesthetic for this patient", todo="skip it with that reason")
        if applied.application_id in state.anesthetics:
            raise Refusal("This application is already recorded")
        return [applied]

    return command


def record_numbness(result: str) -> Command:
    """Record the pin test."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.ANESTHETIC)
        return [ev.NumbnessTested(result)]

    return command


def remove_anesthetic(application_id: str, now_us: int, early_reason: str = "") -> Command:
    """Confirm «removed and cleansed», also during a stop; before onset it needs a reason."""

    def command(state: SessionState) -> list[Payload]:
        require_open(state)
        application = state.anesthetics.get(application_id)
        if application is None or application.removed_at_us is not None:
            raise Refusal("No such anesthetic is on the skin")
        ready_us = application.since_us + application.applied.onset_s * 1_000_000
        if now_us < ready_us and not early_reason:
            raise Refusal("The anesthetic has not had its time", todo="wait, or give a reason to remove it early")
        return [ev.AnestheticRemoved(application_id, early_reason)]

    return command


def skip_anesthetic(reason: str) -> Command:
    """Go on without anesthetic, with a reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.ANESTHETIC)
        if not reason.strip():
            raise Refusal("Skipping the anesthetic needs a reason")
        if state.anesthetics_on():
            raise Refusal("An anesthetic is on the skin", todo="remove it first")
        return [ev.AnestheticSkipped(reason.strip())]

    return command


def report_reaction(signs: Sequence[str], text: str = "") -> Command:
    """Record signs of a reaction, at any time, also during a stop."""

    def command(state: SessionState) -> list[Payload]:
        require_open(state)
        if not signs and not text:
            raise Refusal("A reaction needs a sign or a word")
        return [ev.ReactionReported(tuple(signs), text)]

    return command


def disinfect() -> Command:
    """Confirm the skin is disinfected."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION)
        return [] if state.disinfected else [ev.SkinDisinfected()]

    return command


def bind_cartridge(product: ev.ProductLot, needles: int, used_elsewhere: bool) -> Command:
    """Bind one cartridge to this patient and session; a used one is refused, with no override."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if used_elsewhere:
            raise Refusal(
                "This cartridge was used in another session", "it is not bound", "take a new, sealed one"
            )
        if state.cartridge is not None:
            raise Refusal("A cartridge is already bound", todo="un-bind it first")
        bound_before = {(one.product.product_id, one.product.lot, one.product.serial) for one in state.cartridges}
        if product.serial and (product.product_id, product.lot, product.serial) in bound_before:
            raise Refusal("This cartridge was un-bound before", "it is not bound", "take a new, sealed one")
        return [ev.CartridgeBound(product, needles)]

    return command


def unbind_cartridge(reason: str, used: bool) -> Command:
    """Take a dropped or broken cartridge out of the session."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if state.cartridge is None:
            raise Refusal("No cartridge is bound")
        if not reason.strip():
            raise Refusal("Un-binding a cartridge needs a reason")
        return [ev.CartridgeUnbound(reason.strip(), used)]

    return command


def choose_glide(product: ev.ProductLot | None, warning_shown: str = "") -> Command:
    """Record what glides during needling, or that nothing is used."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION)
        return [ev.GlideChosen(product, warning_shown)]

    return command


def bind_pen(pen: ev.PenBound) -> Command:
    """Bind the pen this session records; another than the first is a swap and marked so."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if state.pen is not None and (state.pen.model, state.pen.serial) != (pen.model, pen.serial) and not pen.swap:
            raise Refusal("Another pen answers", "nothing of it is recorded", "accept it or plug the first back in")
        same = state.pen is not None and (state.pen.serial, state.pen.boot_id) == (pen.serial, pen.boot_id)
        return [] if same and not state.manual_mode else [pen]

    return command


def choose_manual_mode(reason: str) -> Command:
    """Go on with depth and rate entered by hand."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        return [ev.ManualModeChosen(reason)]

    return command
