"""A treatment in steps, for tests: each step is (phase it happens in, command)."""

from uuid import UUID

from console.domain import cartridges, closing, consenting, intake, needling, numbing
from console.domain import session_events as ev
from console.domain.session import Command, Session
from console.domain.workflow import Phase

SESSION_ID = UUID("0190b1d5-7c00-7000-8000-000000000001")
START_US = 1_794_914_640_000_000  # 2026-11-17 11:24 UTC
MINUTE_US = 60_000_000

STOP_RULE = ev.RuleRef("open_wound", "skin_stops", "Open cuts or wounds", "stop", "area", True, "brief")
HARD_STOP = ev.RuleRef("keloid", "history_stops", "Keloid or raised scars", "stop", "patient", False, "brief")
PRECAUTION = ev.RuleRef("diabetes", "health", "Diabetes or slow healing", "precaution", "patient", False, "EX")
NUMB_ONLY = ev.RuleRef("allergy_la", "health", "Allergy to anesthetic", "anesthetic_only", "patient", False, "SP")
RULES = (STOP_RULE, HARD_STOP, PRECAUTION, NUMB_ONLY)


def area(area_id: str, label: str, passes: int = 2) -> ev.AreaPlan:
    """Give a plan for one area."""
    return ev.AreaPlan(area_id, label, 1000, 850, 1150, 10000, 12000, passes, "erythema", 60, 4000)


FOREHEAD = area("face.forehead", "Forehead")
CHEEK = area("face.cheek_left", "Cheek, left", 3)
PLAN = ev.PlanChosen("acne_scars", "Facial acne scars", 1, "acne_scars", "face", (FOREHEAD, CHEEK))
OPENED = ev.SessionOpened("treatment", "P-0412", 34, "III", "C-1", 3, 6, "Room 2", "station-1", "PR-02")
CREAM = ev.ProductLot("cream-1", "Lidocaine cream 4 %", "anesthetic", "09506000134352", "L24", "2027-03-31")
CARTRIDGE = ev.ProductLot("cart-12", "12-needle cartridge", "cartridge", "09506000134369", "C7", "2028-01-31", "S1")
SERUM = ev.ProductLot("serum-1", "Hyaluronic serum", "serum", "09506000134376", "S2", "2027-08-31")
PEN = ev.PenBound("Aria M1", "A1-000042", "1.4.0", 7, 4000, 15000, 31, 12, "")


def applied(at_us: int) -> ev.AnestheticApplied:
    """Give an anesthetic of 30 min onset and 60 min at most, put on at ``at_us``."""
    return ev.AnestheticApplied("A1", CREAM, 7500, 20000, False, at_us, False, 1800, 3600, "label")


def consent(kind: str, given: bool = True) -> ev.ConsentRecorded:
    """Give one consent."""
    return ev.ConsentRecorded(kind, f"form-{kind}", 7, "0" * 64, given, "" if given else "does not want it")


def steps() -> list[Command]:
    """Give the commands of a whole treatment in order, one minute apart (see ``walk``)."""
    at = lambda minute: START_US + minute * MINUTE_US  # noqa: E731
    return [
        intake.open_session(OPENED), intake.choose_plan(PLAN), intake.confirm_patient(("name", "birth_date")),
        intake.enter_phase(Phase.SCREENING, 3, RULES),
        *[intake.answer(rule.rule_id, "no") for rule in RULES],
        intake.enter_phase(Phase.CONSENT),
        *[consenting.record_consent(consent(kind)) for kind in ("treatment", "photos", "serum")],
        consenting.sign_consent(ev.SignatureDrawn("consent", "patient", ((1, 2, 3, 4),))),
        intake.enter_phase(Phase.ANESTHETIC), numbing.apply_anesthetic(applied(at(14)), at(14)),
        numbing.remove_anesthetic("A1", at(50)),
        intake.enter_phase(Phase.PREPARATION), intake.disinfect(),
        cartridges.bind_cartridge(CARTRIDGE, 12, False), intake.choose_glide(None), intake.bind_pen(PEN),
        intake.enter_phase(Phase.NEEDLING), *[needling.forward() for _ in range(6)],
        needling.end_needling(), closing.apply_serum(ev.SerumApplied(SERUM, 2000)),
        intake.enter_phase(Phase.AFTERCARE),
        closing.give_aftercare(ev.AftercareGiven("standard", 1, "en", "pdf")), closing.propose_next("2026-12-22"),
        intake.enter_phase(Phase.SIGN_OFF),
        closing.seal(ev.Signed("PR-02", "A. Meyer", "I performed this treatment", "pin"), 1000, 0),
    ]


def walk(count: int | None = None) -> Session:
    """Carry out the first ``count`` steps (all of them by default), a minute apart."""
    session = Session(SESSION_ID)
    for minute, command in enumerate(steps()[:count]):
        session.decide(command, START_US + minute * MINUTE_US, "PR-02")
    return session


def walk_to(phase: Phase) -> Session:
    """Walk until the session has just entered ``phase``."""
    session = Session(SESSION_ID)
    for minute, command in enumerate(steps()):
        session.decide(command, START_US + minute * MINUTE_US, "PR-02")
        if session.state.phase is phase:
            return session
    raise AssertionError(f"no step enters {phase}")
