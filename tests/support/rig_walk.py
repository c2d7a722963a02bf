"""Bring the front session of a rig's console to a phase, by desk commands, as a practitioner would."""

import threading

from rig_ports import MINUTE_S, PIN, barcode

from console.domain import closing, consenting, intake, needling
from console.domain import session_events as ev
from console.domain.screening import by_record
from console.domain.workflow import PHASES, Phase
from console.services.console import Console
from console.services.dose_desk import Wanted

_FRAME = threading.Event()
STEP_S = 20.0  # a little time passes between one step and the next
YES_BY_DEFAULT = {"herpes_history": "Prophylaxis taken"}
_cartridges = iter(range(1, 10_000))


def walk_to(console: Console, phase: Phase) -> None:
    """Carry the front session on until it has just entered ``phase``."""
    front = console.desk.front
    assert front is not None, "no session is in front"
    while PHASES.index(front.state.phase) < PHASES.index(phase):
        _STEPS[front.state.phase](console)


def finish_session(console: Console) -> None:
    """Carry the front session on to its seal, and put it away."""
    walk_to(console, Phase.SIGN_OFF)
    sign_and_seal(console)
    front = console.desk.front
    assert front is not None
    console.desk.put_away(front.session_id)


def sign_and_seal(console: Console, pin: str = PIN, unfinished_reason: str = "") -> None:
    """Sign the front session and wait, frame by frame, until it is sealed; raise what refuses it."""
    sealed: list[object] = []
    refused: list[BaseException] = []
    console.closing.begin_signing(pin, sealed.append, refused.append, unfinished_reason)
    while console.queries.busy:  # the seal, then the count of its course
        console.queries.deliver()
        _FRAME.wait(0.001)
    if refused:
        raise refused[0]
    assert sealed


def answer_all(console: Console, yes: dict[str, str] | None = None) -> None:
    """Answer every open question with no, but those in ``yes`` (rule id to note)."""
    front = console.desk.front
    assert front is not None
    told = {rule.rule_id: by_record(rule, front.state.patient_facts()) for rule in front.state.rules}
    notes = {**{one: f"Noted: {words}" for one, words in told.items() if words},
             **(YES_BY_DEFAULT if yes is None else yes)}
    for rule in front.state.rules:
        if rule.rule_id not in front.state.answers:
            given = "yes" if rule.rule_id in notes else "no"
            console.desk.do(intake.answer(rule.rule_id, given, note=notes.get(rule.rule_id, "")))


def bind_cartridge(console: Console) -> None:
    """Scan and bind a new cartridge."""
    scan = console.products.read(barcode("cart-12", "C7", "280131", f"S{next(_cartridges):05d}"))
    console.products.bind_cartridge(console.products.lot_of(scan, "cartridge"))


def apply_anesthetic(console: Console, mass_mg: int = 30_000, area_mm2: int = 20_000) -> None:
    """Scan the lidocaine cream and put it on now."""
    lot = console.products.lot_of(console.products.read(barcode("numb-lmx4")), "anesthetic")
    console.doses.apply(Wanted(lot, mass_mg, area_mm2))


def _pass_time(console: Console, seconds: float = STEP_S) -> None:
    console.clock.advance(seconds)  # type: ignore[attr-defined]  # the rig's own clock
    console.station.drain()


def _check_in(console: Console) -> None:
    console.desk.do(intake.confirm_patient(("name", "birth_date")))
    _pass_time(console)
    console.screening.begin()


def _screening(console: Console) -> None:
    answer_all(console)
    _pass_time(console)
    console.desk.do(intake.enter_phase(Phase.CONSENT))


def _consent(console: Console) -> None:
    for kind in ("treatment", "photos", "serum"):
        console.screening.decide_consent(kind, True)
    stroke = (100, 200, 300, 150, 500, 250)
    console.desk.do(consenting.sign_consent(ev.SignatureDrawn("consent", "patient", (stroke,))))
    console.desk.do(intake.record_photos("before", 3))
    _pass_time(console)
    console.desk.do(intake.enter_phase(Phase.ANESTHETIC))


def _anesthetic(console: Console) -> None:
    state = console.desk.front.state  # type: ignore[union-attr]
    if not state.anesthetics:
        apply_anesthetic(console)
    _pass_time(console, 31 * MINUTE_S)
    for on_skin in state.anesthetics_on():
        console.doses.remove(on_skin)
    console.desk.do(intake.enter_phase(Phase.PREPARATION))


def _preparation(console: Console) -> None:
    front = console.desk.front
    assert front is not None
    console.desk.do(intake.disinfect())
    if front.state.cartridge is None:
        bind_cartridge(console)
    if not front.state.glide_decided:
        scan = console.products.read(barcode("glide-ha", "G3"))
        console.products.choose_glide(console.products.lot_of(scan, "glide"))
    console.station.drain()
    if console.station.pen is not None:
        console.station.take_pen(front)
    elif not front.state.manual_mode:
        console.station.go_by_hand(front, "no pen in this room")
    _pass_time(console)
    console.desk.do(intake.enter_phase(Phase.NEEDLING))


def _needling(console: Console) -> None:
    state = console.desk.front.state  # type: ignore[union-attr]
    console.station.drain()
    while any(not area.finished for area in state.treatable_areas()):
        console.desk.do(needling.forward())
        _pass_time(console)
    console.desk.do(needling.end_needling())
    console.station.drain()
    console.station.drain()


def _serum(console: Console) -> None:
    lot = console.products.lot_of(console.products.read(barcode("serum-ha", "S2")), "serum")
    console.products.apply_serum(lot, 2000, "Agreed with the patient")
    _pass_time(console)
    console.desk.do(intake.enter_phase(Phase.AFTERCARE))


def _aftercare(console: Console) -> None:
    console.closing.give("pdf", "en")
    proposal = console.closing.proposal()
    if proposal is not None:
        console.desk.do(closing.propose_next(proposal.isoformat()))
    _pass_time(console)
    console.desk.do(intake.enter_phase(Phase.SIGN_OFF))


_STEPS = {
    Phase.CHECK_IN: _check_in, Phase.SCREENING: _screening, Phase.CONSENT: _consent, Phase.ANESTHETIC: _anesthetic,
    Phase.PREPARATION: _preparation, Phase.NEEDLING: _needling, Phase.SERUM: _serum, Phase.AFTERCARE: _aftercare,
}
