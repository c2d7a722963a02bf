"""The machine's clock set, a year's end, summer time, another zone, sleep: while an anesthetic is on the skin.

The console is composed over the encrypted record as the program does it; only its clock is held in the hand.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fake_clock import FakeClock
from treatments import applied

from console.app.compose import Composition, compose
from console.domain import numbing
from console.domain.clock import to_utc_us
from console.services.day_desk import Place
from console.services.local_time import set_zone
from db.data_folder import open_folder
from db.session_store import SessionStore
from db.verify import verify_folder
from tests.faults.report import Figure, Run
from tests.faults.taken_up import seen_in

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
MINUTE_S, HOUR_S, NEAR_S = 60, 3_600, 3.0
PRACTITIONER = "PR-02"


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls the clock ten minutes after the anesthetic went on; ``jump_s`` is of the wall clock alone."""

    name: str
    jump_s: float = 0.0
    at: datetime | None = None  # when the anesthetic goes on
    zone_after: ZoneInfo | None = None
    closed: bool = False  # while the console is closed
    sleep: bool = False

    @property
    def noticed(self) -> bool:
        """Tell whether the console must note a jump."""
        return self.jump_s != 0.0


JUMPS = (
    Fault("set forward by 1 h", HOUR_S), Fault("set back by 1 h", -HOUR_S),
    Fault("summer time begins", at=datetime(2027, 3, 28, 0, 50, tzinfo=UTC)),
    Fault("summer time ends", at=datetime(2027, 10, 31, 0, 50, tzinfo=UTC)),
    Fault("year's end", at=datetime(2026, 12, 31, 22, 50, tzinfo=UTC)),
    Fault("another time zone", zone_after=TOKYO),
    Fault("set back by 1 h while closed", -HOUR_S, closed=True), Fault("set forward by 3 s", 3.0),
)
SLEEPS = (
    Fault("sleep of 3 s", 3.0, sleep=True), Fault("sleep of 10 min", 10 * MINUTE_S, sleep=True),
    Fault("sleep of 8 h", 8 * HOUR_S, sleep=True),
    Fault("sleep of 20 min while closed", 20 * MINUTE_S, closed=True, sleep=True),
)


def run(run: Run) -> list[Figure]:
    """Try each once."""
    if run.taste:
        return []
    standing, figures = run.stations(), []
    for name, faults in (("clock set, summer time, zone, year's end", JUMPS), ("sleep of the machine", SLEEPS)):
        figure = Figure(name)
        for number, fault in enumerate(faults):
            place = run.place / f"{name[:5]}-{number}"
            shutil.copytree(standing / "anesthetic" / "data", place)
            set_zone(BERLIN)
            try:
                wrong = _befall(place, fault)
            finally:
                set_zone(UTC)
            figure.count(f"{fault.name}: {wrong}" if wrong else "")
        figure.worst = f"{len(faults)} kinds; dwell within {NEAR_S:.0f} s of the steady clock"
        figures.append(figure)
    return figures


@contextmanager
def _console(place: Path, clock: FakeClock) -> Iterator[Composition]:
    folder = open_folder(place, writing=True)
    made = compose(folder, clock, Place("Room 2", "station-1", folder.marked_as))
    try:
        desk = made.console.desk
        desk.actor = next(one for one in made.console.registry.staff() if one.staff_id == PRACTITIONER)
        desk.turn_to(desk.sessions[0].session_id)
        yield made
    finally:
        made.close()


def _befall(place: Path, fault: Fault) -> str:
    session_id = seen_in(place).session_id
    assert session_id is not None
    begins = fault.at or datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    clock = FakeClock(to_utc_us(begins))
    with _console(place, clock) as made:
        parting_ms = clock.utc_us() // 1_000 - round(clock.monotonic_s() * 1_000)
        cream = replace(applied(clock.utc_us()), wall_less_steady_ms=parting_ms)
        made.console.desk.do(numbing.apply_anesthetic(cream, clock.utc_us()))
        clock.advance(10 * MINUTE_S)
        if not fault.closed:
            _strike(clock, fault)
            made.console.desk.check_clock()
            if wrong := _judged(made, clock, fault):
                return wrong
    if fault.closed:
        _strike(clock, fault)
        with _console(place, clock) as made:
            if wrong := _judged(made, clock, fault):
                return wrong
    return _history(place, session_id)


def _strike(clock: FakeClock, fault: Fault) -> None:
    clock.jump(fault.jump_s)
    if fault.zone_after is not None:
        set_zone(fault.zone_after)


def _judged(made: Composition, clock: FakeClock, fault: Fault) -> str:
    """Ten minutes later: the dwell by the steady clock, the jump in the history, and the question where it is due."""
    clock.advance(10 * MINUTE_S)
    made.console.desk.check_clock()
    front = made.console.desk.front
    assert front is not None
    on = front.state.anesthetics_on()[0]
    jumps = [event.what.jump_ms for _, event in front.state.log if event.what.kind == "clock_jumped"]
    told = round(fault.jump_s * 1_000)
    if fault.noticed and not fault.closed and jumps != [told]:
        return f"jumps noted: {jumps}"
    if not fault.noticed and (jumps or on.in_doubt):
        return f"a jump was noted where there was none: {jumps}"
    if fault.noticed and not on.in_doubt:
        return "nobody is asked whether the start is right"
    off_s = made.console.doses.dwell_of(on).elapsed_s - 20 * MINUTE_S
    wanted = abs(off_s) <= NEAR_S
    return "" if wanted else f"the dwell is off by {off_s:.0f} s"


def _history(place: Path, session_id) -> str:  # type: ignore[no-untyped-def]
    """Times never go back but at a jump that is told, and the chain holds."""
    folder = open_folder(place)
    store = SessionStore(folder)
    try:
        faults, last_us, jumped = verify_folder(folder), 0, False
        if faults:
            return f"entry {faults[0].seq}: {faults[0].what}"
        for stored in store.events(session_id):
            told = stored.event.what.kind in ("clock_jumped", "console_restarted", "dwell_doubted")
            jumped = jumped or told
            if stored.event.at_us < last_us and not jumped:
                return f"time goes back at entry {stored.seq}, and no jump is told"
            last_us = max(last_us, stored.event.at_us)
    finally:
        store.close()
        folder.close()
    return ""
