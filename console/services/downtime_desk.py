"""Downtime: numbered paper forms, and the entry of what was written on them, by the same gates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from uuid import UUID

from console.domain import cartridges, closing, consenting, downtime, intake, needling, numbing
from console.domain import session_events as ev
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.dose import Application, check_dose
from console.domain.downtime import Paper
from console.domain.errors import OperatorError, Refusal
from console.domain.ports import Registry
from console.domain.rights import Right
from console.domain.session import Command, Session
from console.domain.workflow import Phase
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.day_desk import DayDesk
from console.services.ids import new_id
from console.services.incident_desk import next_number
from console.services.local_time import moment_us
from console.services.session_desk import SessionDesk

CONSENTS = ("treatment", "photos", "serum")


@dataclass(frozen=True, slots=True)
class PaperArea:
    """One row of the form: depth in µm, passes, and its times as ``HH:MM``."""

    area_id: str
    depth_um: int
    passes: int
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class PaperAnesthetic:
    """What was on the skin, and from when until when as ``HH:MM``."""

    lot: ev.ProductLot
    clinical_id: str
    mass_mg: int
    area_mm2: int
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class PaperVisit:
    """What the form says; times as ``HH:MM`` of its day, ``day`` an ISO date."""

    paper: str
    patient_id: str
    plan_id: str
    written_by: str
    day: str
    opened: str
    consented: str
    ended: str
    areas: tuple[PaperArea, ...]
    cartridge: ev.ProductLot
    needles: int
    no_anesthetic: str  # why none, where none is given
    no_serum: str
    written: frozenset[str]  # which of ``downtime.NEEDED`` and ``OPTIONAL`` stand on the form
    yes: Mapping[str, str] = field(default_factory=dict)  # answers that were yes, with what was written
    anesthetic: PaperAnesthetic | None = None
    note: str = ""
    why: str = "the console was down"


class DowntimeDesk:
    """Use cases of paper forms."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, shelf: ClinicalShelf,
                 day: DayDesk) -> None:
        self._desk, self._registry, self._clock, self._shelf, self._day = desk, registry, clock, shelf, day

    def papers(self) -> list[Paper]:
        """Give every form, the newest number first."""
        found = self._registry.records(RecordFilter(RecordKind.DOWNTIME))
        return sorted(map(downtime.from_record, found), key=lambda one: one.number, reverse=True)

    def issue(self) -> Paper:
        """Give the next number out."""
        self._desk.access.require(Right.TREAT)
        made = Paper(next_number("D", [one.number for one in self.papers()]), self._clock.utc_us(),
                     self._desk.actor_id)
        self._save(made)
        return made

    def void(self, number: str, why: str) -> None:
        """Take a form out of use."""
        self._desk.access.require(Right.TREAT)
        self._save(downtime.voided(self._paper(number), why))

    def _paper(self, number: str) -> Paper:
        found = next((one for one in self.papers() if one.number == number), None)
        if found is None:
            raise Refusal(f"There is no paper {number or 'without a number'}", "nothing was entered",
                          "take the number printed on the form")
        return found

    def _save(self, paper: Paper) -> None:
        self._registry.save_record(downtime.to_record(paper), self._desk.actor_id)

    # --- entry ------------------------------------------------------------------------------------------

    def enter(self, visit: PaperVisit) -> UUID:
        """Enter a form up to its signature; Refusal where a gate or a time is against it, with nothing kept."""
        self._desk.access.require(Right.TREAT)
        paper = self._paper(visit.paper)
        session = Session(new_id())
        closed_paper = downtime.entered(paper, str(session.session_id))
        library = self._shelf.current
        _Telling(session, visit, library, self._desk.actor_id).tell(
            self._opened(visit, library), self._day.plan_for(
                library, visit.plan_id, tuple(one.area_id for one in visit.areas)), self._clock.utc_us())
        self._refuse_used(session)
        self._shelf.begin(session.session_id, None)
        self._desk.enter_afterwards(session)
        self._save(closed_paper)
        self._registry.audit(self._desk.actor_id, "entered_afterwards", str(session.session_id), visit.paper)
        return session.session_id

    def _opened(self, visit: PaperVisit, library: ClinicalLibrary) -> ev.SessionOpened:
        patient = self._registry.patient(visit.patient_id)
        if not any(one.staff_id == visit.written_by for one in self._registry.staff()):
            raise Refusal("Who treated is not said", "nothing was entered", "choose the practitioner of the form")
        born, day = _day_of(patient.birth_date), _day_of(visit.day)
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        course = next((one for one in self._registry.courses(visit.patient_id) if one.plan_id == visit.plan_id), None)
        place = self._day.place
        return ev.SessionOpened(
            place.session_kind, patient.patient_id, age, patient.fitzpatrick, course.course_id if course else "",
            course.done + 1 if course else 1, course.length if course else 0, place.room, place.station,
            visit.written_by, place.marked_as, library.clinic.adult_age_years, place.clinic)

    def _refuse_used(self, session: Session) -> None:
        bound = session.state.cartridge
        if bound is not None and self._registry.cartridge_used_in(
                bound.product.product_id, bound.product.lot, bound.product.serial) is not None:
            raise Refusal("This cartridge was used in another session", "nothing was entered", "check its number")


class _Telling:
    """Carries out the commands of a visit at the times written on the form."""

    def __init__(self, session: Session, visit: PaperVisit, library: ClinicalLibrary, entered_by: str) -> None:
        self._session, self._visit, self._library, self._entered_by = session, visit, library, entered_by
        self._day = _day_of(visit.day)

    def tell(self, opened: ev.SessionOpened, plan: ev.PlanChosen, now_us: int) -> None:
        visit, library = self._visit, self._library
        self._refuse_times(now_us)
        downtime.refuse_unwritten(visit.written, *downtime.NEEDED)
        opened_us, consented_us = self._at(visit.opened), self._at(visit.consented)
        self._do(opened_us, intake.open_session(opened))
        self._do(opened_us, needling.facts(
            ev.EnteredAfterwards(visit.paper, visit.written_by, self._entered_by, now_us, visit.why)))
        self._do(opened_us, intake.choose_plan(self._as_written(plan)))
        self._do(opened_us, intake.confirm_patient(("name", "birth_date")))
        rules = library.rule_refs(tuple(self._session.state.areas))
        self._do(opened_us, intake.enter_phase(Phase.SCREENING, library.ruleset_version, rules))
        for rule in self._session.state.rules:
            note = visit.yes.get(rule.rule_id)
            self._do(opened_us, intake.answer(rule.rule_id, "no" if note is None else "yes", note=note or ""))
        self._do(opened_us, intake.enter_phase(Phase.CONSENT))
        for kind in CONSENTS:
            given = f"consent_{kind}" in visit.written
            self._do(consented_us, consenting.record_consent(
                library.consent(kind).decided(given, "" if given else f"not signed on paper {visit.paper}")))
        self._do(consented_us, consenting.sign_consent(ev.SignatureDrawn(
            "consent", "witness", (), visit.written_by, f"signed on paper {visit.paper}")))
        self._do(consented_us, intake.enter_phase(Phase.ANESTHETIC))
        self._numb(consented_us)
        self._do(self._session.state.last_at_us, intake.enter_phase(Phase.PREPARATION))
        self._needle()
        self._close()

    def _numb(self, consented_us: int) -> None:
        one, opened = self._visit.anesthetic, self._session.state.opened
        if one is None:
            self._do(consented_us, numbing.skip_anesthetic(self._visit.no_anesthetic))
            return
        label = self._library.anesthetic(one.clinical_id)
        months = opened.age_years * 12 if opened is not None and opened.age_years is not None else None
        if label.needs_authorisation:
            downtime.refuse_unwritten(self._visit.written, "prescribed")
        covered = "covered" in self._visit.written
        check = check_dose([Application(
            label, one.mass_mg, one.area_mm2, covered, authorised="prescribed" in self._visit.written)], months)
        over = [found.text for found in check.findings if found.severity == "over"]
        if over or check.max_contact_s is None:
            raise Refusal(over[0].rstrip(".") if over else f"The label of {one.lot.name} gives no longest time",
                          "nothing was entered", "report an incident, and enter the session by hand")
        on_us, off_us = self._at(one.since), self._at(one.until)
        applied = ev.AnestheticApplied(
            str(new_id()), one.lot, one.mass_mg, one.area_mm2, covered, on_us, False, label.onset_s,
            check.max_contact_s, label.source)
        self._do(on_us, numbing.apply_anesthetic(applied, on_us))
        early = "as on paper" if off_us - on_us < label.onset_s * 1_000_000 else ""
        self._do(off_us, numbing.remove_anesthetic(applied.application_id, off_us, early))

    def _needle(self) -> None:
        visit, begun_us = self._visit, self._at(self._visit.areas[0].since)
        self._do(begun_us, intake.disinfect())
        self._do(begun_us, cartridges.bind_cartridge(visit.cartridge, visit.needles, False, not visit.cartridge.serial))
        downtime.refuse_unwritten(visit.written, "no_glide")
        self._do(begun_us, intake.choose_glide(None))
        self._do(begun_us, intake.choose_manual_mode(f"from paper {visit.paper}"))
        self._do(begun_us, intake.enter_phase(Phase.NEEDLING))
        for area in visit.areas:
            since_us, until_us = self._at(area.since), self._at(area.until)
            self._do(since_us, needling.start_area(area.area_id))
            self._do(since_us, needling.enter_by_hand(area.area_id, area.depth_um, None))
            for _ in range(area.passes - 1):
                self._do(until_us, needling.forward())
            self._do(until_us, needling.finish_area(area.area_id, "as on paper"))
        self._do(self._session.state.last_at_us, needling.end_needling("not on paper"))

    def _close(self) -> None:
        visit, ended_us = self._visit, self._at(self._visit.ended)
        if visit.note.strip():
            self._do(ended_us, needling.facts(ev.NoteWritten("", visit.note.strip())))
        self._do(ended_us, closing.skip_serum(visit.no_serum))
        self._do(ended_us, intake.enter_phase(Phase.AFTERCARE))
        sheet = self._library.sheet
        self._do(ended_us, closing.give_aftercare(ev.AftercareGiven(sheet.sheet_id, sheet.version, "en", "printed")))
        self._do(ended_us, intake.enter_phase(Phase.SIGN_OFF))

    def _as_written(self, plan: ev.PlanChosen) -> ev.PlanChosen:
        passes = {one.area_id: one.passes for one in self._visit.areas}
        return replace(plan, areas=tuple(replace(area, passes=passes[area.area_id]) for area in plan.areas))

    def _refuse_times(self, now_us: int) -> None:
        visit = self._visit
        if not visit.areas:
            raise Refusal("No area is written", "nothing was entered", "enter at least one row")
        if any(one.passes < 1 or one.depth_um <= 0 for one in visit.areas):
            raise Refusal("A row has no depth or no pass", "nothing was entered", "enter both as written")
        spans = [text for one in visit.areas for text in (one.since, one.until)]
        numb = (visit.anesthetic.since, visit.anesthetic.until) if visit.anesthetic is not None else ()
        moments = [self._at(text) for text in (visit.opened, visit.consented, *numb, *spans, visit.ended)]
        if moments != sorted(moments):
            raise Refusal("The times do not follow each other", "nothing was entered",
                          "enter them in order: opened, consent, anesthetic on and off, each area, ended")
        if moments[-1] > now_us:
            raise Refusal("A time on the form is still to come", "nothing was entered", "check the day and the times")

    def _do(self, at_us: int, command: Command) -> None:
        self._session.decide(command, at_us, self._visit.written_by)

    def _at(self, text: str) -> int:
        try:
            clock = time.fromisoformat(text.strip())
        except ValueError:
            raise Refusal(f"«{text}» is no time", "nothing was entered", "write it as 14:05") from None
        return moment_us(self._day, clock)


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise OperatorError(f"«{text}» is no date", "nothing was entered", "write it as 2027-03-31") from None
