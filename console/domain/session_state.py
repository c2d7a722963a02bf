"""The state of a session as its history folds to it (``session_fold``), and the questions a page asks of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from console.domain import session_events as ev
from console.domain.consent import needs_guardian
from console.domain.phases import Phase
from console.domain.screening import Answer, PatientFacts, RuleClass, Verdict, verdict
from console.domain.session_events import AreaPlan, SessionEvent

DIRECTIONS = ("horizontal", "vertical", "oblique")  # planned in turn, pass by pass


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
    chosen: dict[int, str] = field(default_factory=dict)  # direction by pass, where not as planned
    pain: list[tuple[int, int]] = field(default_factory=list)  # when, mm of the visual scale

    @property
    def passes_done(self) -> int:
        """Count passes that were finished."""
        return sum(1 for span in self.passes if span.ended_us is not None)

    @property
    def begun(self) -> bool:
        """Tell whether any pass was started."""
        return bool(self.passes)

    def direction_of(self, number: int) -> str:
        """Give the direction of a pass: as chosen, as recorded, else as planned."""
        recorded = next((span.direction for span in reversed(self.passes) if span.number == number), "")
        return self.chosen.get(number) or recorded or DIRECTIONS[(number - 1) % len(DIRECTIONS)]

    @property
    def directions(self) -> tuple[str, ...]:
        """Give the direction of each pass begun, in order; empty where an older history has none."""
        return tuple(self.chosen.get(span.number) or span.direction for span in self.passes)


@dataclass(slots=True)
class Application:
    """An anesthetic on the skin, or taken off."""

    applied: ev.AnestheticApplied
    removed_at_us: int | None = None
    early_reason: str = ""
    clock_jumped_us: int = 0  # how far the wall clock jumped while it was on the skin
    confirmed_us: int | None = None  # since when it is on, confirmed by hand
    in_doubt: bool = False  # the clock jumped or the console was restarted, and nobody confirmed the start
    doubt_us: int = 0  # so much earlier it may have been put on: the computer may have slept
    cleared: tuple[str, ...] = ()  # areas from which it was taken off already
    steady_mark: tuple[int, int | None] | None = None  # when its start was confirmed, and wall less steady clock then

    @property
    def in_step(self) -> tuple[int, int | None]:
        """Give when its start was known last (UTC), and by how many ms the wall clock was before the steady one."""
        return self.steady_mark or (self.applied.applied_at_us, self.applied.wall_less_steady_ms)

    @property
    def since_us(self) -> int:
        """Give when it was applied, by the wall clock as it goes now: its dwell is counted from here."""
        start_us = self.confirmed_us if self.confirmed_us is not None else self.applied.applied_at_us
        return start_us + self.clock_jumped_us

    @property
    def earliest_us(self) -> int:
        """Give the earliest start that is possible: the longest time is counted from here."""
        return self.since_us - self.doubt_us

    def on_areas(self, all_areas: Iterable[str]) -> tuple[str, ...]:
        """Give the areas it is on now; one whose areas are not recorded is on all of them."""
        if self.removed_at_us is not None:
            return ()
        return tuple(one for one in self.applied.area_ids or all_areas if one not in self.cleared)


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """The standing answer to a screening rule."""

    answer: str
    at_us: int
    area_ids: tuple[str, ...] = ()
    note: str = ""
    confirmed_in_group: bool = False
    since: str = ""
    since_about: bool = False
    asked_on: str = ""

    def as_answer(self, rule_id: str) -> Answer:
        """Give it as the verdict judges it."""
        return Answer(rule_id, self.answer == "yes", self.area_ids, self.note, iso_day(self.since), self.since_about,
                      iso_day(self.asked_on))


def iso_day(text: str) -> date | None:
    """Read an ISO date, None where it is empty."""
    return date.fromisoformat(text) if text else None


@dataclass(slots=True)
class AlarmRecord:
    """One alarm of the session's history."""

    raised: ev.AlarmRaised
    acknowledged_at_us: int | None = None
    ended_at_us: int | None = None
    escalated_at_us: int | None = None


@dataclass(slots=True)
class KeptPhoto:
    """A picture of the record; ``struck`` is the reason why it no longer counts, empty while it does."""

    taken: ev.PhotoTaken
    at_us: int
    struck: str = ""


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
    clinical: ev.ClinicalVersionsNoted | None = None
    areas: dict[str, AreaProgress] = field(default_factory=dict)
    patient_confirmed: tuple[str, ...] = ()
    check_again: bool = False  # turned to from another session, and not confirmed since
    ruleset_version: int = 0
    rules: tuple[ev.RuleRef, ...] = ()
    answers: dict[str, AnswerGiven] = field(default_factory=dict)
    overrides: dict[str, ev.ScreeningOverridden] = field(default_factory=dict)
    consents: dict[str, ev.ConsentRecorded] = field(default_factory=dict)
    signature_stands: bool = False  # a consent decided after it has to be signed again
    withdrawn: dict[str, str] = field(default_factory=dict)  # consent to reason
    chaperone: ev.ChaperoneRecorded | None = None
    signatures: list[tuple[int, ev.SignatureDrawn]] = field(default_factory=list)
    photos: list[ev.PhotosRecorded] = field(default_factory=list)
    pictures: dict[str, KeptPhoto] = field(default_factory=dict)  # by photo id, in the order taken
    weight_g: int | None = None
    anesthetics: dict[str, Application] = field(default_factory=dict)
    anesthetic_skipped: str = ""
    numbness: str = ""
    reactions: list[tuple[int, ev.ReactionReported]] = field(default_factory=list)
    outcomes: list[tuple[int, ev.OutcomeGraded]] = field(default_factory=list)
    disinfected: bool = False
    cartridge: ev.CartridgeBound | None = None
    cartridges: list[ev.CartridgeBound] = field(default_factory=list)
    spent_cartridges: list[ev.CartridgeBound] = field(default_factory=list)  # taken off after their seal was broken
    cartridge_needled: bool = False  # a pass began with the one bound
    pen_tag: str = ""  # the cartridge's id as the pen reads it
    accepted_tags: list[str] = field(default_factory=list)
    glide: ev.GlideChosen | None = None
    glide_decided: bool = False
    pen: ev.PenBound | None = None
    pens: list[ev.PenBound] = field(default_factory=list)
    fitted: list[tuple[int, ev.PenBound | None, int]] = field(default_factory=list)  # since when (UTC)
    by_hand: ev.ManualModeChosen | None = None
    label: ev.LabelJudged | None = None  # as judged last
    off_label: list[ev.OffLabelAccepted] = field(default_factory=list)
    order: str = "area"  # or rounds
    pain: list[tuple[int, int]] = field(default_factory=list)  # of the session as a whole: when, mm
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
    emergency: list[tuple[int, ev.EmergencyLogged]] = field(default_factory=list)
    competence: ev.CompetenceAccepted | None = None
    afterwards: ev.EnteredAfterwards | None = None  # entered from paper, not as it happened
    downtimes: list[tuple[int, int]] = field(default_factory=list)  # the console was off: nobody's needling time
    log: list[tuple[int, SessionEvent]] = field(default_factory=list)  # (ordinal, event), not undone
    event_count: int = 0
    judged: tuple[tuple[object, ...], Verdict] | None = field(default=None, compare=False, repr=False)  # kept answer

    # --- questions ------------------------------------------------------------------------------

    @property
    def needles(self) -> int:
        """Give the needles of the cartridge bound last, else what the pen says, else 0 (unknown)."""
        if self.cartridges and self.cartridges[-1].needles:
            return self.cartridges[-1].needles
        return self.pen.needles if self.pen else 0

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
        """Tell whether the consent as it stands carries a signature, or a witnessed refusal to sign."""
        return self.signature_stands

    @property
    def guardian_needed(self) -> bool | None:
        """Tell whether a guardian consents, by the clinic's rule of then; None where age or rule is not known."""
        return needs_guardian(self.opened.age_years, self.opened.adult_age_years) if self.opened else None

    def treatable_areas(self) -> list[AreaProgress]:
        """Give the planned areas that screening does not block, in order of the plan."""
        by_record = any(rule.rule_class == RuleClass.STOP and (rule.below_age_years or rule.skin_types)
                        for rule in self.rules)
        if not by_record and all(given.answer != "yes" for given in self.answers.values()):
            return list(self.areas.values())  # only a yes blocks, or the patient's record
        blocked = set(self.screening_verdict().blocked_areas)
        return [area for area_id, area in self.areas.items() if area_id not in blocked]

    @property
    def manual_mode(self) -> bool:
        """Tell whether depth and rate are entered by hand."""
        return self.by_hand is not None

    def screening_verdict(self) -> Verdict:
        """Judge the standing answers by the rules the session asked; the same question is judged once."""
        asked = (self.rules, tuple(self.answers.items()), tuple(self.overrides), tuple(self.areas), self.opened)
        if self.judged is None or self.judged[0] != asked:
            given = {rule_id: answer.as_answer(rule_id) for rule_id, answer in self.answers.items()}
            found = verdict(self.rules, given, self.overrides, tuple(self.areas), self.patient_facts())
            self.judged = asked, found
        return self.judged[1]

    def patient_facts(self) -> PatientFacts:
        """Give what the record knows of the patient, as it was when the session was opened."""
        return PatientFacts(self.opened.age_years, self.opened.fitzpatrick) if self.opened else PatientFacts()

    def anesthetics_on(self) -> list[Application]:
        """Give what is on the skin now."""
        return [one for one in self.anesthetics.values() if one.removed_at_us is None]

    def numbed_areas(self) -> frozenset[str]:
        """Give the areas on which an anesthetic lies now."""
        on = self.anesthetics_on()
        return frozenset(area_id for one in on for area_id in one.on_areas(self.areas))

    def free_areas(self) -> list[AreaProgress]:
        """Give the treatable areas on which no anesthetic lies."""
        numbed = self.numbed_areas()
        return [area for area in self.treatable_areas() if area.plan.area_id not in numbed]

    def held_us(self, from_us: int, until_us: int) -> int:
        """Give microseconds on hold, or with the console off, between two moments."""
        held, upto = 0, from_us
        for start, end in sorted([*((a, until_us if b is None else b) for a, b in self.pauses), *self.downtimes]):
            end = min(end, until_us)
            held += max(0, end - max(start, upto))
            upto = max(upto, end)
        return held

    def area_time_us(self, area_id: str, now_us: int) -> int:
        """Give the time spent on an area: its passes less the pauses and the console's downtimes."""
        total = 0
        for span in self.areas[area_id].passes:
            until_us = span.ended_us if span.ended_us is not None else now_us
            total += until_us - span.started_us - self.held_us(span.started_us, until_us)
        return total

    def needling_time_us(self, now_us: int) -> int:
        """Give the time spent on all areas."""
        return sum(self.area_time_us(area_id, now_us) for area_id in self.areas)

    def standing_alarms(self) -> list[AlarmRecord]:
        """Give alarms whose cause has not ended, newest last."""
        return [alarm for alarm in self.alarms.values() if alarm.ended_at_us is None]

    def next_area_id(self) -> str | None:
        """Give the treatable area that comes next: free of anesthetic, not finished and not the active one.

        By rounds it is the one with the fewest passes done, by area the first; both in the plan's order.
        """
        waiting = [area for area in self.free_areas() if not area.finished and area.plan.area_id != self.active_area]
        if not waiting:
            return None
        first = min(waiting, key=lambda area: area.passes_done) if self.order == "rounds" else waiting[0]
        return first.plan.area_id


_NO_SEAL = ("opened_in_error", "deferred", "cut_off")
