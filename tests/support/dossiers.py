"""A treatment fabricated whole, for exports and documents: events, samples, chain and figures.

Nobody real: the patient, the staff and the clinic are invented. Samples come from a seeded
generator, so a dossier is the same on every run.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from console.domain import session_events as ev
from console.domain.history import (
    GENESIS,
    ChunkHead,
    canonical_json,
    commitment_to,
    entry_hash,
    event_entry,
    sealed_event_entry,
)
from console.domain.people import Patient
from console.domain.ports import SessionRow, StoredChunk, StoredEvent
from console.domain.session_events import Payload, SessionEvent
from console.domain.session_fold import fold
from console.domain.session_state import SessionState
from console.domain.telemetry import NOT_MEASURED
from console.services.area_figures import summarise_areas
from console.services.review_desk import SessionDossier
from console.services.sample_table import WIRE_SAMPLE, build_table

SESSION_ID = UUID("019a8f3c-5e80-7c41-9d2b-6a1f0c3e7b55")
START_US = 1_794_914_640_000_000  # 2026-11-17 11:24 UTC
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
PERIOD_US = 4000
CHUNK_SAMPLES = 125
SERIAL = "A1-000042"
WHO = "PR-02"

PATIENT = Patient("P-0412", "Johanna Wiesner", "1992-03-14", "III", "+49 30 5550 0142")
STAFF = {"PR-02": "Dr Annika Meyer", "PR-05": "Tomas Ferreira"}

CREAM = ev.ProductLot("cream-1", "Lidocaine cream 4 %", "anesthetic", "09506000134352", "L24-0817", "2027-03-31")
CARTRIDGE = ev.ProductLot(
    "cart-12", "12-needle cartridge", "cartridge", "09506000134369", "C7-30951", "2028-01-31", "S0018842")
GLIDE = ev.ProductLot("gel-1", "Hyaluronic glide gel, sterile", "glide", "09506000134383", "G-1190", "2027-05-31")
SERUM = ev.ProductLot("serum-1", "Hyaluronic serum, sterile", "serum", "09506000134376", "S-22107", "2027-08-31")
PEN = ev.PenBound("Aria M1", SERIAL, "1.4.0", 7, PERIOD_US, 15000, 31, 12, "")


@dataclass(frozen=True, slots=True)
class AreaShape:
    """How one area goes: plan in µm, passes, seconds a pass."""

    area_id: str
    label: str
    target_um: int
    passes: int
    pass_s: int
    area_mm2: int

    def plan(self) -> ev.AreaPlan:
        """Give its plan: band 0.15 mm either side."""
        return ev.AreaPlan(
            self.area_id, self.label, self.target_um, self.target_um - 150, self.target_um + 150, 10000, 12000,
            self.passes, "pinpoint_bleeding", self.pass_s * self.passes, self.area_mm2, "EX")


FACE = (
    AreaShape("face.forehead", "Forehead", 750, 3, 62, 6200),
    AreaShape("face.chin", "Chin", 1000, 3, 41, 2100),
    AreaShape("face.jawline_right", "Jawline, right", 750, 3, 38, 2600),
    AreaShape("face.cheek_right", "Cheek, right", 1000, 3, 80, 5400),
    AreaShape("face.cheek_left", "Cheek, left", 1000, 3, 76, 5400),
    AreaShape("face.jawline_left", "Jawline, left", 750, 3, 36, 2600),
    AreaShape("face.nose", "Nose", 500, 2, 44, 2300),
    AreaShape("face.perioral", "Perioral", 750, 3, 40, 1900),
    AreaShape("face.upper_lip", "Upper lip", 500, 2, 33, 900),
)
SMALL = (
    AreaShape("face.forehead", "Forehead", 750, 2, 6, 6200), AreaShape("face.chin", "Chin", 1000, 1, 6, 2100))

RULES = (
    ev.RuleRef("active_acne", "skin_stops", "Active acne in the area", "stop", "area", True, "Desert Sage, consent"),
    ev.RuleRef("open_wound", "skin_stops", "Open cuts, wounds or abrasions", "stop", "area", True, "Brief"),
    ev.RuleRef("infection", "skin_stops", "Skin infection", "stop", "area", False, "SkinPen IFU, contraindications"),
    ev.RuleRef("keloid", "history_stops", "Keloid or raised scars", "stop", "patient", False, "SkinPen IFU, warnings"),
    ev.RuleRef("diabetes", "health", "Diabetes or slow healing", "precaution", "patient", False, "Exceed manual, p. 8"),
    ev.RuleRef("herpes", "health", "Cold sores in the past", "precaution", "patient", False, "SkinPen sheet"),
    ev.RuleRef("allergy_la", "health", "Allergy to a numbing cream", "anesthetic_only", "patient", False, "Label"),
)
SIGNATURE = (
    (120, 520, 170, 330, 220, 300, 235, 420, 200, 560, 260, 470, 330, 400, 352, 505, 400, 430, 440, 500, 470, 420),
    (480, 500, 520, 400, 560, 500, 600, 410, 640, 495, 690, 430, 770, 420, 860, 400), (300, 610, 520, 585, 820, 600),
)


class Story:
    """Writes events down as time goes on."""

    def __init__(self) -> None:
        self.now_us = START_US
        self.events: list[SessionEvent] = []

    def wait(self, seconds: float) -> "Story":
        """Let time pass."""
        self.now_us += round(seconds * SECOND_US)
        return self

    def tell(self, *payloads: Payload, actor: str = WHO) -> int:
        """Write events down at this moment; give the ordinal of the last."""
        self.events += [SessionEvent(self.now_us, actor, what) for what in payloads]
        return len(self.events) - 1


def _before_needling(story: Story, areas: tuple[AreaShape, ...], marked_as: str) -> None:
    story.tell(
        ev.SessionOpened("treatment", "P-0412", 34, "III", "C-1", 3, 6, "Room 2", "station-1", WHO, marked_as),
        ev.PlanChosen("acne_scars", "Facial acne scars", 2, "acne_scars", "face", tuple(one.plan() for one in areas)))
    story.wait(40).tell(ev.PatientConfirmed(("name", "birth_date")))
    story.wait(5).tell(ev.PhaseEntered("screening"), ev.ScreeningBegun(3, RULES))
    story.wait(8).tell(ev.ScreeningAnswered("active_acne", "yes", ("face.chin",), "one papule, left out"))
    story.wait(20).tell(ev.ScreeningOverridden("active_acne", "Single papule on the chin, worked round it by 1 cm"))
    for rule in RULES[1:4]:
        story.wait(4).tell(ev.ScreeningAnswered(rule.rule_id, "no"))
    story.wait(6).tell(ev.ScreeningAnswered("herpes", "yes", (), "Valaciclovir since yesterday"))
    story.wait(6).tell(ev.ScreeningGroupConfirmed("health", ("diabetes", "allergy_la"), ("no", "no"), ("", "")))
    story.wait(9).tell(ev.PhaseEntered("consent"))
    for kind, given in (("treatment", True), ("photos", False), ("serum", True)):
        story.wait(7).tell(ev.ConsentRecorded(
            kind, f"{kind}_consent", 7, hashlib.sha256(kind.encode()).hexdigest(), given,
            "" if given else "Patient does not want photos"))
    story.wait(20).tell(ev.SignatureDrawn("consent", "patient", SIGNATURE))
    story.tell(ev.PhotosRecorded("before", 0, "No consent"))
    story.wait(8).tell(ev.PhaseEntered("anesthetic"))
    story.wait(60).tell(ev.AnestheticApplied(
        "A1", CREAM, 12500, 20000, False, story.now_us, False, 1800, 3600, "Lidocaine 4 % label"))
    story.wait(33 * 60).tell(ev.NumbnessTested("numb"))
    story.wait(90).tell(ev.AnestheticRemoved("A1"))
    story.wait(10).tell(ev.PhaseEntered("preparation"))
    story.wait(50).tell(ev.SkinDisinfected())
    story.wait(20).tell(ev.CartridgeBound(CARTRIDGE, 12))
    story.wait(15).tell(ev.GlideChosen(GLIDE))


def _needle(story: Story, areas: tuple[AreaShape, ...]) -> None:
    story.wait(5).tell(ev.PhaseEntered("needling"))
    for place, shape in enumerate(areas):
        for number in range(1, shape.passes + 1):
            story.wait(3 if number > 1 else 9)
            story.tell(ev.PassStarted(shape.area_id, number, ("lengthways", "across", "diagonal")[(number - 1) % 3]))
            if place == len(areas) // 2 and number == 2:
                _incident(story, shape)
            story.wait(shape.pass_s).tell(ev.PassFinished(shape.area_id, number))
        story.tell(ev.EndpointNoted(shape.area_id, "erythema" if place % 2 else "pinpoint_bleeding"))
        story.tell(ev.AreaFinished(shape.area_id, shape.passes))


def _incident(story: Story, shape: AreaShape) -> None:
    story.wait(6)
    story.tell(ev.AlarmRaised(
        "AL1", "depth_above_band", "medium", "Depth above plan. Lift the pen.", shape.target_um + 320,
        shape.target_um + 150, shape.area_id, story.now_us - SECOND_US))
    story.wait(3).tell(ev.AlarmAcknowledged("AL1"))
    story.wait(1).tell(ev.AlarmEnded("AL1", story.now_us))
    mark = story.wait(2).tell(ev.MarkSet(shape.area_id))
    story.wait(2).tell(ev.MarkUndone(mark, "touched by mistake"))
    story.wait(4).tell(ev.NeedlingPaused("patient asked for a break"))
    story.wait(25).tell(ev.NeedlingResumed())


def _after_needling(story: Story, samples: int, sealed: bool) -> None:
    story.wait(6).tell(ev.RecordingEnded(SERIAL, 7, 0, samples, 250), ev.PhaseEntered("serum"))
    story.wait(45).tell(ev.SerumApplied(SERUM, 2000, "Not labelled for use after needling; patient informed"))
    story.wait(60).tell(ev.PrpApplied("T-0412-3", 3000))
    story.wait(20).tell(ev.PhaseEntered("aftercare"))
    story.wait(30).tell(ev.AftercareGiven("aftercare", 1, "en", "printed"), ev.NextSessionProposed("2026-12-22"))
    story.wait(12).tell(ev.PhaseEntered("sign_off"))
    if sealed:
        story.wait(15).tell(
            ev.Signed(WHO, STAFF[WHO], "I performed and recorded this treatment", "pin"),
            ev.SessionEnded("finished"), ev.Sealed(samples, 1))


def treatment_story(areas: tuple[AreaShape, ...], marked_as: str, sealed: bool) -> list[SessionEvent]:
    """Tell a treatment from check-in to seal."""
    story = Story()
    _before_needling(story, areas, marked_as)
    story.wait(12).tell(PEN, ev.RecordingBegan(SERIAL, 7, 1000))
    _needle(story, areas)
    state = fold(story.events)
    start_us, end_us = _span_us(state)
    story.tell(ev.GapRecorded(SERIAL, 7, 1000 + (end_us - start_us) // PERIOD_US * 2 // 3, 250, "not_held"))
    _after_needling(story, (end_us - start_us) // PERIOD_US - 250, sealed)
    return story.events


def _span_us(state: SessionState) -> tuple[int, int]:
    spans = [span for area in state.areas.values() for span in area.passes]
    return spans[0].started_us - 2 * SECOND_US, max(span.ended_us or 0 for span in spans) + 2 * SECOND_US


def make_samples(state: SessionState, seed: int = 42) -> tuple[int, NDArray[np.void]]:
    """Make the samples a pen would send from shortly before the first pass to after the last."""
    start_us, end_us = _span_us(state)
    count = (end_us - start_us) // PERIOD_US
    random = np.random.default_rng(seed)
    utc = start_us + np.arange(count) * PERIOD_US
    target, running = np.zeros(count), np.zeros(count, bool)
    for area in state.areas.values():
        for span in area.passes:
            inside = (utc >= span.started_us) & (utc < (span.ended_us or 0))
            target[inside], running = area.plan.target_depth_um, running | inside
    for from_us, until_us in state.pauses:
        running &= ~((utc >= from_us) & (utc < (until_us or end_us)))
    seconds = np.arange(count) * PERIOD_US / SECOND_US
    contact = running & ((seconds % 2.6) < 2.1)
    sway = 35 * np.sin(seconds / 1.7) + 22 * np.sin(seconds / 0.61)
    depth = target + sway + random.normal(0, 16, count)
    for alarm in state.alarms.values():
        age = (utc - alarm.raised.arose_at_us) / SECOND_US
        depth += np.where((age > 0) & (age < 4), 300, 0)
    raw = np.zeros(count, WIRE_SAMPLE)
    raw["set_depth_um"] = np.where(target > 0, target, NOT_MEASURED)
    raw["depth_um"] = np.where(contact, np.clip(depth, 0, 3000), NOT_MEASURED)
    raw["rate_chz"] = np.where(running, np.clip(11000 - 300 * contact + random.normal(0, 90, count), 0, 15000), 0)
    raw["load_ma"] = np.where(running, np.clip(180 + 90 * contact + random.normal(0, 9, count), 0, 900), NOT_MEASURED)
    raw["flags"] = running * 1 + contact * 2 + 8 + 32 * contact
    return start_us, raw


def _chunk_heads(
    state: SessionState, start_us: int, raw: NDArray[np.void],
) -> list[tuple[int, int, int, bytes]]:
    """Give (end time, t0, first index, samples) of each chunk, with the session's gap left out."""
    gap = state.gaps[0]
    lost = range(gap.first_index - 1000, gap.first_index - 1000 + gap.count)
    chunks, place = [], 0
    while place < len(raw):
        if place == lost.start:
            place = lost.stop
        end = min(place + CHUNK_SAMPLES, len(raw), lost.start if place < lost.start else len(raw))
        t0_us = start_us + place * PERIOD_US
        chunks.append((start_us + end * PERIOD_US, t0_us, 1000 + place, raw[place:end].tobytes()))
        place = end
    return chunks


def chain_up(
    events: list[SessionEvent], chunks: list[tuple[int, int, int, bytes]], session_id: UUID = SESSION_ID,
) -> tuple[tuple[StoredEvent, ...], tuple[StoredChunk, ...], bytes]:
    """Link events and chunks in order of time; give both and the head."""
    line: list[tuple[int, SessionEvent | tuple[int, int, int, bytes]]] = [(one.at_us, one) for one in events]
    line += [(one[0], one) for one in chunks]
    sealed = any(isinstance(one.what, ev.SessionOpened) and one.what.patient_id for one in events)
    stored_events, stored_chunks, head = [], [], GENESIS
    for seq, (_, one) in enumerate(sorted(line, key=lambda pair: pair[0]), 1):
        if isinstance(one, SessionEvent):
            facts = (session_id, seq, one.at_us, one.what.kind, one.what.version, one.actor_id)
            payload, salt = ev.to_payload(one.what), hashlib.sha256(b"salt %d" % seq).digest() if sealed else None
            entry = event_entry(*facts, payload) if salt is None else sealed_event_entry(
                *facts, commitment_to(salt, canonical_json(payload)))
            head = entry_hash(head, entry)
            stored_events.append(StoredEvent(session_id, seq, one, head, salt))
            continue
        _, t0_us, first, samples = one
        chunk = ChunkHead(
            session_id, seq, SERIAL, 7, first, len(samples) // 10, PERIOD_US,
            ((0, 90_000_000 + first * PERIOD_US),), t0_us, seq % 40 == 0, hashlib.sha256(samples).digest())
        head = entry_hash(head, chunk.entry())
        stored_chunks.append(StoredChunk(chunk, head, samples))
    return tuple(stored_events), tuple(stored_chunks), head


def make_row(state: SessionState, head: bytes, samples: int) -> SessionRow:
    """Give the line of the list that belongs to a state."""
    opened, plan = state.opened, state.plan
    lots = tuple(lot.lot for lot in (CREAM, CARTRIDGE, GLIDE, SERUM)) if plan else ()
    return SessionRow(
        SESSION_ID, state.kind, state.lifecycle, state.outcome, state.phase.value, state.opened_at_us,
        state.sealed_at_us, opened.patient_id if opened else "", state.practitioner_id, opened.room if opened else "",
        plan.map_id if plan else "", plan.plan_name if plan else "", plan.indication if plan else "", 3, 6,
        len(state.areas), sum(area.finished for area in state.areas.values()),
        state.needling_time_us(state.last_at_us) // SECOND_US, 890, len(state.alarms), len(state.gaps), samples,
        len(state.amendments), state.pen.serial if state.pen else "", lots,
        opened.marked_as if opened else "", head)


def make_dossier(
    areas: tuple[AreaShape, ...] = SMALL, marked_as: str = "demo", sealed: bool = True,
) -> SessionDossier:
    """Make the dossier of a treatment of these areas."""
    events = treatment_story(areas, marked_as, sealed)
    state = fold(events)
    stored_events, stored_chunks, head = chain_up(events, _chunk_heads(state, *make_samples(state)))
    return assemble(state, stored_events, stored_chunks, head)


def make_bench_dossier(seconds: int = 20) -> SessionDossier:
    """Make a bench capture: a pen recorded with no patient."""
    story = Story()
    story.tell(
        ev.SessionOpened("bench", "", None, "", "", 0, 0, "", "station-1", "bench", "bench"),
        ev.BenchBegan("socket://localhost:7011", seconds), PEN, ev.RecordingBegan(SERIAL, 7, 1000), actor="bench")
    raw = np.zeros(seconds * SECOND_US // PERIOD_US, WIRE_SAMPLE)
    raw["set_depth_um"], raw["depth_um"], raw["flags"] = 1000, NOT_MEASURED, 9
    raw["rate_chz"] = 11000 + 150 * np.sin(np.arange(len(raw)) / 200)
    chunks = [
        (START_US + (at + 125) * PERIOD_US, START_US + at * PERIOD_US, 1000 + at, raw[at:at + 125].tobytes())
        for at in range(0, len(raw), 125)
    ]
    story.wait(seconds + 1).tell(
        ev.BenchEnded(len(raw), 0, 0, 0, 0), ev.SessionEnded("bench"), ev.Sealed(len(raw), 0), actor="bench")
    stored_events, stored_chunks, head = chain_up(story.events, chunks)
    return assemble(fold(story.events), stored_events, stored_chunks, head)


def assemble(
    state: SessionState, events: tuple[StoredEvent, ...], chunks: tuple[StoredChunk, ...], head: bytes,
) -> SessionDossier:
    """Put a dossier together as the review desk does."""
    table = build_table(chunks)
    return SessionDossier(
        make_row(state, head, len(table)), events, state, table, tuple(summarise_areas(state, table)), None, chunks)
