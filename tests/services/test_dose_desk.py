"""The dose desk on a rig: restarts and clocks, former visits, prescriptions, alarms of sessions not in front."""

from dataclasses import replace
from uuid import UUID

import pytest
from console_rig import barcode, close_console, make_console, start_session, walk_to
from rig_walk import apply_anesthetic

from console.app.ready_calls import ReadyCalls
from console.domain import numbing
from console.domain.anesthesia import DwellState
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.dose_desk import Order, Wanted

MINUTE_S, HOUR_S = 60, 3600


@pytest.fixture
def console():
    made = make_console()
    start_session(made)
    walk_to(made, Phase.ANESTHETIC)
    yield made
    close_console(made)


def front(console) -> Session:
    assert console.desk.front is not None
    return console.desk.front


def on(console):
    return front(console).state.anesthetics_on()[0]


def restart(console, wall_s=0.0, steady_s=0.0, rebooted=False):
    """Let a closed console's clocks run apart, and take the session up again."""
    utc_us, steady = console.clock.now()
    console.clock.set((utc_us + round(wall_s * 1_000_000), 5.0 if rebooted else steady + steady_s))
    console.doses.after_restart(front(console))
    return on(console)


def test_a_restart_with_both_clocks_in_step_asks_nothing(console) -> None:
    apply_anesthetic(console)
    one = restart(console, 20 * MINUTE_S, 20 * MINUTE_S + 1.5)
    assert not one.in_doubt and console.doses.dwell_of(one).elapsed_s == 20 * MINUTE_S


@pytest.mark.parametrize(("wall_min", "steady_min", "elapsed", "over_from"), [
    (10, 20, 20, 20),  # the wall clock was set back by ten minutes: the steady clock counts
    (40, 20, 20, 40),  # set forward, or the computer slept: ready late, off early
])
def test_a_wall_clock_changed_while_closed_is_asked_about(console, wall_min, steady_min, elapsed, over_from) -> None:
    apply_anesthetic(console)
    one = restart(console, wall_min * MINUTE_S, steady_min * MINUTE_S)
    clock = console.doses.dwell_of(one)
    assert one.in_doubt and clock.elapsed_s == elapsed * MINUTE_S
    assert clock.remove_in_s == one.applied.max_contact_s - over_from * MINUTE_S
    console.doses.confirm(one, console.clock.utc_us() - 25 * 60_000_000)
    assert not on(console).in_doubt and console.doses.dwell_of(on(console)).elapsed_s == 25 * MINUTE_S


def test_a_computer_started_anew_cannot_tell_and_asks(console) -> None:
    apply_anesthetic(console)
    since_us = on(console).since_us
    one = restart(console, 15 * MINUTE_S, rebooted=True)
    assert one.in_doubt and one.since_us == since_us


def test_a_second_restart_does_not_count_the_same_jump_twice(console) -> None:
    apply_anesthetic(console)
    restart(console, 40 * MINUTE_S, 20 * MINUTE_S)
    one = restart(console, 5 * MINUTE_S, 5 * MINUTE_S)
    assert console.doses.dwell_of(one).elapsed_s == 25 * MINUTE_S


def test_the_clock_runs_in_utc_over_the_change_to_winter_time(console) -> None:
    apply_anesthetic(console)
    restart(console, 3 * HOUR_S, 3 * HOUR_S)  # local time jumps, UTC does not
    assert console.doses.dwell_of(on(console)).elapsed_s == 3 * HOUR_S


def test_what_a_former_visit_of_today_put_on_counts(console) -> None:
    lot = console.products.lot_of(console.products.read(barcode("numb-lmx4")), "anesthetic")
    first = console.doses.dose(Wanted(lot, 40_000, 60_000)).share
    console.doses.apply(Wanted(lot, 100_000, 60_000))
    console.doses.remove(on(console), "no time")
    again = console.doses.dose(Wanted(lot, 40_000, 60_000))
    assert first is not None and again.share == pytest.approx(2 * first) and not again.within_label
    with pytest.raises(Refusal, match="together"):
        console.doses.apply(Wanted(lot, 100_000, 60_000))


def test_no_compounded_product_without_its_prescription(console) -> None:
    lot = console.products.lot_of(console.products.read(barcode("numb-blt", "B7")), "anesthetic")
    today = str(console.day.today())
    for order in (Order(), Order("Dr Sato"), Order("", today), Order("Dr Sato", "soon"), Order("Dr Sato", "2030-01-01"),
                  Order("Dr Sato", "2020-01-01", "2020-02-01")):
        with pytest.raises(Refusal):
            console.doses.apply(Wanted(lot, 1000, 1000, order=order))
    console.doses.apply(Wanted(lot, 1000, 1000, order=Order("Dr Sato", today, today)))
    console.doses.remove(on(console), "no time")
    console.clock.advance(HOUR_S)
    again = Wanted(lot, 1000, 1000, order=Order("Dr Sato", today))
    with pytest.raises(Refusal, match="within 24 h"):
        console.doses.apply(again)
    console.doses.apply(Wanted(lot, 1000, 1000, order=Order("Dr Sato", today, repeat_allowed=True)))


def test_ready_is_called_out_once_and_the_longest_time_alarms_for_a_session_not_in_front(console) -> None:
    apply_anesthetic(console)
    whose, session_id = front(console).session_id, str(front(console).session_id)
    console.desk.bring_to_front(None)
    told, chimes = [], []
    calls = ReadyCalls(told.append, lambda: chimes.append(1))

    def look() -> None:
        running = console.doses.running_clocks()
        calls.follow(running)
        console.alarms.feed_dwell([one.dwell for one in running], console.alarms.now_s(), session_id)

    look()
    for _ in range(3):
        console.clock.advance(12 * MINUTE_S)
        look()
    assert len(told) == len(chimes) == 1 and told[0].startswith("P-0412: ")
    assert console.alarms.shown() == ()
    console.clock.advance(5 * HOUR_S)
    look()
    assert [one.alarm.rule.rule_id for one in console.alarms.shown()] == ["anesthetic_over"]
    console.desk.do(numbing.remove_anesthetic(next(iter(
        console.desk.session(UUID(session_id)).state.anesthetics)), console.clock.utc_us()), whose)
    look()
    assert not any(one.lasting for one in console.alarms.shown())


def test_a_clock_never_reads_ready_before_its_onset(console) -> None:
    apply_anesthetic(console)
    console.clock.advance(on(console).applied.onset_s - 0.001)
    assert console.doses.dwell_of(on(console)).state is DwellState.ONSET


def test_a_childs_limits_go_by_months_and_weight(console) -> None:
    emla = console.library.anesthetic("emla")
    assert not console.doses.needs_weight(emla)
    patient = console.registry.patient("P-0412")
    born = console.day.today().replace(year=console.day.today().year - 8)
    console.registry.save_patient(replace(patient, birth_date=str(born)), "PR-01")
    assert console.doses.age_months() == 96
    assert console.doses.needs_weight(emla) and console.doses.longest_s(emla) is None
    console.doses.take_weight(25_000)
    assert front(console).state.weight_g == 25_000 and console.doses.longest_s(emla) == 4 * HOUR_S


@pytest.mark.parametrize(("mass_mg", "area_mm2"), [(500_000, 0), (0, 20_000), (-1, 20_000)])
def test_an_amount_without_its_area_is_never_put_on(console, mass_mg, area_mm2) -> None:
    with pytest.raises(Refusal, match="lacks its amount or its area"):
        apply_anesthetic(console, mass_mg, area_mm2)
    assert not front(console).state.anesthetics
