"""Commands from check-in to preparation: each judges a state and gives events, or refuses."""

from collections.abc import Mapping, Sequence
from datetime import date

from console.domain import session_events as ev
from console.domain.areas import label_of
from console.domain.errors import Refusal
from console.domain.screening import by_record, why_not_carried
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import AnswerGiven, SessionState, iso_day
from console.domain.workflow import Phase, require, why_not

OVERRIDE_MEANING = "I take responsibility for going on in spite of this finding"


def open_session(opened: ev.SessionOpened) -> Command:
    """Begin a history."""

    def command(state: SessionState) -> list[Payload]:
        if state.opened is not None:
            raise Refusal("This session is already open")
        return [opened]

    return command


def choose_plan(plan: ev.PlanChosen, noted: ev.ClinicalVersionsNoted | None = None) -> Command:
    """Choose areas and settings; once needling has begun a change needs a reason.

    An area is added at check-in only: behind the screening nobody would be asked about it. ``noted`` is
    the clinical data the plan is from, recorded where it is new.
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
        return [plan] if noted is None or noted == state.clinical else [plan, noted]

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


def _rule_of(state: SessionState, rule_id: str) -> ev.RuleRef | None:
    return next((rule for rule in state.rules if rule.rule_id == rule_id), None)


def answer(rule_id: str, given: str, area_ids: Sequence[str] = (), note: str = "", reason: str = "", *,
           since: str = "", since_about: bool = False, asked_on: str = "") -> Command:
    """Answer one screening question; changing an answer needs a reason, and both are kept.

    ``since`` (ISO) is when it was, for a rule with a waiting time; ``asked_on`` the clinic's day.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SCREENING)
        rule = _rule_of(state, rule_id)
        if rule is None:
            raise Refusal(f"{rule_id} is not among the questions of this session")
        event = ev.ScreeningAnswered(rule_id, given, tuple(area_ids), note, reason, since, since_about, asked_on)
        _refuse_unfit(state, rule, event)
        before = state.answers.get(rule_id)
        if before is not None and _same(before, event):
            return []
        if before is not None and before.answer != given and not reason:
            raise Refusal("Changing an answer needs a reason", "the first answer stands")
        return [event]

    return command


def _same(before: AnswerGiven, event: ev.ScreeningAnswered) -> bool:
    return (before.answer, before.area_ids, before.note, before.since, before.asked_on) == (
        event.answer, event.area_ids, event.note, event.since, event.asked_on)


def _refuse_unfit(state: SessionState, rule: ev.RuleRef, event: ev.ScreeningAnswered) -> None:
    if strange := [one for one in event.area_ids if one not in state.areas]:
        raise Refusal(f"{label_of(strange[0])} is not in the plan", "the answer was not recorded")
    record = by_record(rule, state.patient_facts())
    if event.answer == "no" and record:
        raise Refusal(f"The patient's record says otherwise: {record}", "the answer was not recorded", "answer yes")
    if event.since and not (rule.wait_number and event.answer == "yes" and event.asked_on):
        raise Refusal("This answer takes no date", "it was not recorded")
    if event.since > event.asked_on and not rule.both_ways:
        raise Refusal("That date lies ahead", "the answer was not recorded", "give a day up to today")


def confirm_group(group_id: str, last_answers: Mapping[str, AnswerGiven], asked_on: str = "") -> Command:
    """Answer the rest of a group as last time, in one act; stops are asked one by one, never here.

    ``last_answers`` maps rule ids to last visit's answers; ``asked_on`` is the clinic's day, ISO.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SCREENING)
        rules = [
            rule for rule in state.rules
            if rule.group_id == group_id and rule.rule_class != "stop" and rule.rule_id not in state.answers
        ]
        if not rules:
            raise Refusal("Nothing is left to confirm in this group")
        for rule in rules:
            if why := carried_not(state, rule, last_answers.get(rule.rule_id), asked_on):
                raise Refusal(f"«{rule.question}» {why}", todo="ask it")
        last = [last_answers[rule.rule_id] for rule in rules]
        return [ev.ScreeningGroupConfirmed(
            group_id, tuple(rule.rule_id for rule in rules), tuple(one.answer for one in last),
            tuple(one.note for one in last),
            tuple(tuple(area for area in one.area_ids if area in state.areas) for one in last),
            tuple(one.since for one in last), tuple(one.since_about for one in last), asked_on)]

    return command


def carried_not(state: SessionState, rule: ev.RuleRef, last: AnswerGiven | None, asked_on: str) -> str:
    """Say why last visit's answer cannot be confirmed as today's in one act, empty if it can."""
    if last is not None and last.area_ids and not any(area in state.areas for area in last.area_ids):
        return "was answered for areas that are not planned today"
    given = last.as_answer(rule.rule_id) if last is not None else None
    return why_not_carried(rule, given, iso_day(asked_on), state.patient_facts())


def expire_screening(today: str) -> Command:
    """Drop answers that are no longer today's, as long as no needle has touched the skin.

    Behind the screening pages midnight alone does not undo it, as an anesthetic may be on the skin: a full day does.
    """

    def command(state: SessionState) -> list[Payload]:
        if state.closed or state.needling_begun:
            return []
        patience_days = 0 if state.phase in (Phase.SCREENING, Phase.CONSENT) else 1
        now = date.fromisoformat(today)
        stale = tuple(
            rule_id for rule_id, given in state.answers.items()
            if given.asked_on and (now - date.fromisoformat(given.asked_on)).days > patience_days)
        return [ev.ScreeningExpired(stale, today)] if stale else []

    return command


def override(rule_id: str, reason: str, signer_id: str, signer_name: str, method: str = "pin") -> Command:
    """Go on in spite of a finding, where its rule allows it, with a reason and a signature."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.SCREENING)
        rule = _rule_of(state, rule_id)
        if rule is None or not rule.override_allowed:
            raise Refusal("This rule allows no override", "treatment stays blocked", "defer the session")
        if not reason.strip():
            raise Refusal("An override needs a reason", "nothing was changed")
        if not (signer_id and signer_name.strip() and method):
            raise Refusal("An override needs a signature", "nothing was changed", "sign with your PIN")
        if all(one.rule_id != rule_id for one in state.screening_verdict().reasons):
            raise Refusal("There is nothing to override here", "nothing was changed")
        return [ev.ScreeningOverridden(rule_id, reason.strip(), signer_id, signer_name.strip(), OVERRIDE_MEANING,
                                       method)]

    return command


def record_photos(moment: str, count: int, declined_reason: str = "") -> Command:
    """Record that the photo set was taken, or why not."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        photos = state.consents.get("photos")
        if count and photos is not None and not photos.given:
            raise Refusal("The patient refused photographs", "nothing was recorded")
        if count == 0 and not declined_reason:
            raise Refusal("No photo was taken", todo="take the set or say why not")
        return [ev.PhotosRecorded(moment, count, declined_reason)]

    return command


def disinfect() -> Command:
    """Confirm the skin is disinfected."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION)
        return [] if state.disinfected else [ev.SkinDisinfected()]

    return command


def choose_glide(product: ev.ProductLot | None, warning_shown: str = "", off_label_reason: str = "") -> Command:
    """Record what glides during needling, or that nothing is used."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION)
        return [ev.GlideChosen(product, warning_shown, off_label_reason)]

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


def choose_manual_mode(reason: str, pen_id: str = "", pen_name: str = "") -> Command:
    """Go on with depth and rate entered by hand; ``pen_id`` is the profile of the pen in hand, where it is known."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        return [ev.ManualModeChosen(reason, pen_id, pen_name)]

    return command
