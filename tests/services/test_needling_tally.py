"""What the screen counts live is what the record's samples give: over holds, resends, gaps, restarts, undone passes."""

from dataclasses import replace

import numpy as np
import pytest
import treatments as t
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain import needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.history import ChunkHead
from console.domain.ports import AreaSummary, StoredChunk
from console.domain.session import Session
from console.domain.telemetry import NO_CONTACT_FLAG, NOT_MEASURED, Batch, Sample, SampleFlag, pack_samples
from console.domain.workflow import Phase
from console.services.area_figures import Contact, Fitting, contact_of, figures_of, summarise_areas
from console.services.needling_tally import NeedlingTally
from console.services.sample_table import WIRE_SAMPLE, build_table

RUN, SKIN, SENSOR = SampleFlag.MOTOR_RUNNING, SampleFlag.SKIN_CONTACT, SampleFlag.DEPTH_MEASURED
LOAD_PEN = replace(t.PEN, channels=0b11111 | NO_CONTACT_FLAG, contact_load_ma=100)
PENS = {
    "flag": t.PEN, "load": LOAD_PEN, "none": replace(LOAD_PEN, contact_load_ma=None),
    "load_without_flags": replace(LOAD_PEN, channels=0b01111),
}
DEPTHS, RATES, LOADS = (0, 700, 1001, 1151, 2500, NOT_MEASURED), (0, 9_999, 11_001, NOT_MEASURED), (9, 99, 100, 300)
FLAGS = (RUN | SKIN | SENSOR, RUN | SENSOR, SKIN, RUN | SKIN, 0)


class Clinic:
    """A needling session with its pen, its store and the tally of the screen."""

    def __init__(self, pen: ev.PenBound) -> None:
        self.session = t.walk_to(Phase.NEEDLING)
        self.now_us = self.session.state.last_at_us + 1_000_000
        self.stored: list[Batch] = []
        self.late: list[Batch] = []
        self.index = 0
        self.turns: list[tuple[int, ...]] = []
        self.decide(needling.facts(pen))
        self.restart()

    def decide(self, command: object) -> None:
        first = len(self.session.history)
        try:
            made = self.session.decide(command, self.now_us, "PR-02")  # type: ignore[arg-type]
        except Refusal:
            return
        if made and not isinstance(made[0].what, ev.MarkUndone):
            self.turns.append(tuple(range(first, first + len(made))))
        self.now_us += 1

    def undo(self) -> None:
        if self.turns:
            self.decide(self.session.undo(self.turns.pop(), "touched by mistake"))

    def needle(self, samples: list[Sample], period_us: int, late: bool) -> None:
        batch = Batch("A1", 7, self.index, len(samples), period_us, self.index * period_us, self.now_us, 0.0,
                      pack_samples(samples), late)
        self.index += len(samples)
        self.now_us += len(samples) * period_us
        self.late.append(batch) if late else self.arrive(batch)

    def arrive(self, batch: Batch) -> None:
        self.stored.append(batch)
        self.tally.push(t.SESSION_ID, batch)
        self.look()

    def resend(self) -> None:
        while self.late:
            self.arrive(self.late.pop())

    def lose(self) -> None:
        self.index += 40
        self.now_us += 160_000
        self.late.clear()

    def restart(self) -> None:
        self.session = Session(t.SESSION_ID, self.session.history)
        self.turns = []
        self.tally = NeedlingTally()
        self.tally.begin(t.SESSION_ID)
        self.tally.recall(t.SESSION_ID, self.table())

    def look(self) -> None:
        self.tally.follow(self.session.state)
        for area_id in self.session.state.areas:
            self.tally.strokes(area_id)

    def table(self):
        return build_table([StoredChunk(ChunkHead(
            t.SESSION_ID, 1, one.pen_serial, one.boot_id, one.first_index, one.count, one.period_us,
            ((0, one.pen_time_us),), one.utc_us, one.resent, bytes(32)), bytes(32), one.samples)
            for one in self.stored])

    def live(self, area_id: str) -> tuple[object, ...]:
        depth_um, provenance = self.tally.depth_um(area_id)
        return (self.tally.contact_s(area_id), self.tally.strokes(area_id), self.tally.over_band_s(area_id), depth_um,
                provenance, self.tally.punctures_per_cm2(self.session.state, area_id))


def kept(one: AreaSummary) -> tuple[object, ...]:
    return (one.contact_s, one.strokes, one.over_band_s, one.median_depth_um, one.provenance, one.punctures_per_cm2)


SAMPLES = st.lists(st.builds(
    Sample, st.sampled_from(DEPTHS), st.sampled_from(DEPTHS), st.sampled_from(RATES), st.sampled_from(LOADS),
    st.sampled_from([int(one) for one in FLAGS])), min_size=1, max_size=8)
NEEDLE = st.tuples(st.just("needle"), SAMPLES, st.sampled_from([1000, 4000]), st.booleans())
ACTS = st.lists(st.one_of(NEEDLE, st.tuples(st.sampled_from(
    ["forward", "hold", "go_on", "undo", "resend", "lose", "restart", "switch", "rounds", "deeper", "finer",
    "other_pen", "dumb_pen"]))), max_size=40)


GOOD = ("needle", [Sample(900, 1000, 11_000, 300, int(RUN | SKIN | SENSOR))] * 5, 4000, False)


@settings(max_examples=150, deadline=None)
@example("flag", [("forward",), ("hold",), GOOD, ("undo",)])
@example("flag", [("forward",), GOOD, ("forward",), ("switch",), GOOD, ("undo",), GOOD, ("undo",)])
@example("load", [("forward",), (*GOOD[:3], True), ("forward",), ("hold",), ("resend",), ("restart",), GOOD])
@example("flag", [("forward",), GOOD, ("finer",), GOOD, ("other_pen",), GOOD, ("forward",), ("dumb_pen",), GOOD])
@given(st.sampled_from(sorted(PENS)), ACTS)
def test_the_live_tally_is_what_the_stored_samples_give(pen: str, acts: list[tuple]) -> None:
    clinic = Clinic(PENS[pen])
    steps = {
        "finer": lambda: needling.facts(ev.CartridgeBound(t.CARTRIDGE, 36)),
        "other_pen": lambda: needling.facts(replace(LOAD_PEN, needles=9, swap=True)),
        "dumb_pen": lambda: needling.facts(replace(PENS["none"], swap=True)),
        "forward": needling.forward, "hold": needling.pause, "go_on": needling.resume,
        "switch": lambda: needling.start_area("face.cheek_left"), "rounds": lambda: needling.choose_order("rounds"),
        "deeper": lambda: needling.change_target("face.forehead", 1100, "Deeper scars"),
    }
    for name, *rest in acts:
        if name in steps:
            clinic.decide(steps[name]())
        else:
            getattr(clinic, name)(*rest)
    clinic.now_us += 1_000_000
    clinic.resend()
    clinic.decide(needling.end_needling("No time left"))
    clinic.look()
    for one in summarise_areas(clinic.session.state, clinic.table()):
        assert clinic.live(one.area_id) == kept(one)


def test_samples_of_another_session_and_before_the_pass_are_nobody_s() -> None:
    clinic = Clinic(t.PEN)
    good = [Sample(900, 1000, 11_000, 300, int(RUN | SKIN | SENSOR))] * 250
    clinic.needle(good, 4000, False)
    assert clinic.tally.contact_s("face.forehead") == 0.0
    clinic.decide(needling.forward())
    clinic.needle(good, 4000, False)
    clinic.tally.push(t.START_US, clinic.stored[-1])  # type: ignore[arg-type]
    assert clinic.tally.contact_s("face.forehead") == pytest.approx(1.0)
    assert clinic.tally.strokes("face.forehead") == 110


def test_a_hold_taken_back_gives_its_samples_back_at_once() -> None:
    clinic = Clinic(t.PEN)
    clinic.decide(needling.forward())
    clinic.decide(needling.pause())
    clinic.needle([*GOOD[1]] * 50, 4000, False)
    assert clinic.tally.contact_s("face.forehead") == 0.0
    clinic.undo()
    clinic.look()
    assert clinic.tally.contact_s("face.forehead") == 1.0


def figures(contact: Contact, *samples: Sample):
    raw = np.frombuffer(pack_samples(samples), WIRE_SAMPLE)
    return figures_of([(raw, np.full(len(raw), 10_000, np.int64), Fitting(0, contact, 12))], 1150, contact)


def test_without_a_flag_the_motor_s_current_tells_contact_and_without_both_nothing_does() -> None:
    air, skin = Sample(900, NOT_MEASURED, 10_000, 99, int(RUN)), Sample(900, NOT_MEASURED, 10_000, 100, int(RUN))
    off = Sample(900, NOT_MEASURED, 0, 300, 0)
    samples = [air] * 300 + [skin] * 200 + [off] * 50 + [skin._replace(load_ma=NOT_MEASURED)] * 50
    by_load = figures(Contact("load", 100), *samples)
    assert (by_load.contact_s, by_load.strokes, by_load.provenance) == (2.0, 200, "set")
    nobody = figures(Contact("none"), *samples)
    assert (nobody.contact_s, nobody.strokes) == (None, None) and nobody.median_rate_chz == 10_000
    bare = figures(Contact("load", 100, motor_known=False), *[one._replace(flags=0) for one in samples])
    assert (bare.contact_s, bare.strokes) == (2.0, 200)


@pytest.mark.parametrize(("pen", "kind"), [
    ("flag", "flag"), ("load", "load"), ("none", "none"), ("load_without_flags", "load")])
def test_how_contact_is_known_comes_from_the_pen_that_was_bound(pen: str, kind: str) -> None:
    session = t.walk_to(Phase.NEEDLING)
    session.decide(needling.facts(PENS[pen]), session.state.last_at_us, "PR-02")
    assert contact_of(session.state).kind == kind
    assert contact_of(Session(t.SESSION_ID).state).kind == "none"
