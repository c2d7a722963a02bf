"""The list by place: facets, months, search and rebuilding, against counting the plain way."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select
from store_kit import begin, summary

from console.domain.people import Patient, Role, Staff
from console.domain.ports import SessionRow
from console.domain.session_list import FacetKind, SessionFilter
from console.services.ids import new_id
from db import review_queries, tables
from db.facets import ALL_ID, facet_id
from db.list_ledger import ListLedger
from db.read_models import _write_row
from db.rebuild import enter_sessions, not_entered
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

DAY_US = 86_400_000_000
FIRST_US = 1_700_000_000_000_000
LINES = 400


def line(number: int, chance: Random) -> SessionRow:
    alarms = chance.choice((0, 0, 0, 1, 2))
    standing = chance.choice(("finished", "finished", "finished", "deferred", "stopped"))
    marks = tuple(one for one in ("override", "off_label", "by_hand") if chance.random() < 0.2)
    return SessionRow(
        new_id(), "treatment", "sealed", standing, "sign_off", FIRST_US + number * DAY_US // 2, None,
        f"P-{chance.randrange(40):04d}", chance.choice(("PR-01", "PR-02")), chance.choice(("Room 1", "Room 2")),
        "face", "Acne scars", "scars", 1, 4, 2, 2, 600, 900, alarms, chance.choice((0, 1)), 0, 0,
        chance.choice(("PEN-1", "PEN-2", "")), (f"L{chance.randrange(30)}", "C1"), "demo", b"h" * 32,
        standing=standing, plan_id="scars", area_ids=("face.chin", "face.nose"), marks=marks,
        alarm_kinds=("high", "depth_over") if alarms else ())


@pytest.fixture
def lines(recorder: RecorderThread) -> list[SessionRow]:
    chance = Random(7)
    made = [line(number, chance) for number in range(LINES)]

    def work(connection: object) -> None:
        for row in made:
            _write_row(connection, row)  # type: ignore[arg-type]

    recorder.write(work, timeout_s=60)
    return made[::-1]


def of(kind: FacetKind, *values: str, **more: object) -> SessionFilter:
    return SessionFilter(**more).having(kind, *values)  # type: ignore[arg-type]


def ids(rows: list[SessionRow]) -> list[UUID]:
    return [row.session_id for row in rows]


WANTED = [
    (SessionFilter(), lambda row: True),
    (of(FacetKind.PRACTITIONER, "PR-01"), lambda row: row.practitioner_id == "PR-01"),
    (of(FacetKind.PEN, "PEN-1", "PEN-2"), lambda row: row.pen_serial),
    (of(FacetKind.LOT, "L3", "L4").having(FacetKind.ROOM, "Room 2"),
     lambda row: {"L3", "L4"} & set(row.lots) and row.room == "Room 2"),
    (of(FacetKind.MARK, "override").having(FacetKind.ALARM, "high").having(FacetKind.STANDING, "finished"),
     lambda row: "override" in row.marks and row.alarms and row.standing == "finished"),
    (of(FacetKind.ALARM, "any", patient_id="P-0007"), lambda row: row.alarms and row.patient_id == "P-0007"),
    (of(FacetKind.AREA, "face.chin", since_us=FIRST_US + 50 * DAY_US, until_us=FIRST_US + 90 * DAY_US),
     lambda row: FIRST_US + 50 * DAY_US <= row.opened_us < FIRST_US + 90 * DAY_US),
    (of(FacetKind.LOT, *(f"L{one}" for one in range(20))), lambda row: row.lots[0] in {f"L{n}" for n in range(20)}),
    (of(FacetKind.CLINIC, "elsewhere"), lambda row: False),
]


@pytest.mark.parametrize(("wanted", "fits"), WANTED)
def test_a_list_is_the_same_from_any_side(lines: list[SessionRow], store: SessionStore, wanted, fits) -> None:
    expected = ids([row for row in lines if fits(row)])
    assert ids(list(store.all_rows(wanted, 7))) == expected
    assert store.count(wanted) == store.outline(wanted).count == len(expected)
    upwards: list[UUID] = []
    after = 0
    while rows := store.rows_after(wanted, 9, after):
        upwards = ids(rows) + upwards
        after = rows[0].place
    assert upwards == expected
    met = 0
    for span in store.outline(wanted).spans:
        place = span.count // 2
        found = store.rows(wanted, 3, span.high, place)
        assert ids(found) == expected[met + place:met + place + 3]
        met += span.count


def test_months_count_finished_treatments_alone(lines: list[SessionRow], store: SessionStore) -> None:
    months = store.months(FacetKind.PRACTITIONER, "PR-02")
    mine = [row for row in lines if row.practitioner_id == "PR-02"]
    treated = [row for row in mine if row.standing == "finished"]
    assert sum(one.sessions for one in months) == len(mine) and sum(one.treated for one in months) == len(treated)
    assert sum(one.alarms for one in months) == sum(row.alarms for row in treated)
    assert sum(one.overrides for one in months) == sum("override" in row.marks for row in treated)
    assert sum(one.needling_s for one in months) == 600 * len(treated)
    assert [one.month for one in months] == sorted((one.month for one in months), reverse=True)


def test_choices_tell_how_many_the_other_filters_leave(lines: list[SessionRow], store: SessionStore) -> None:
    plain = {one.value: one.count for one in store.choices(SessionFilter(), FacetKind.PEN, 10)}
    assert plain == {pen: count for pen, count in Counter(row.pen_serial for row in lines).items() if pen}
    wanted = of(FacetKind.ROOM, "Room 1").having(FacetKind.PEN, "PEN-1")
    narrowed = {one.value: one.count for one in store.choices(wanted, FacetKind.PEN, 10)}
    assert narrowed == {
        pen: sum(row.pen_serial == pen and row.room == "Room 1" for row in lines) for pen in ("PEN-1", "PEN-2")}


def test_a_long_list_of_several_filters_is_told_as_capped(
    lines: list[SessionRow], store: SessionStore, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(review_queries, "CAP", 50)
    wanted = of(FacetKind.ROOM, "Room 1", "Room 2").having(FacetKind.PRACTITIONER, "PR-01")
    known = store.outline(wanted)
    assert known.capped and known.count == 50 and store.count(wanted) > 50
    assert len(store.rows(wanted, 100, known.spans[0].low)) == min(100, store.count(wanted) - 50)
    choice = store.choices(wanted, FacetKind.KIND, 5)[0]
    assert (choice.count, choice.capped) == (50, True)


def test_a_changed_line_leaves_no_trace_of_what_it_was(
    recorder: RecorderThread, lines: list[SessionRow], store: SessionStore,
) -> None:
    row = next(one for one in lines if one.pen_serial == "PEN-1")
    changed = dataclasses.replace(row, pen_serial="PEN-9", needling_s=60, standing="finished", lots=("L77",))
    recorder.write(lambda connection: _write_row(connection, changed))
    assert ids(store.rows(of(FacetKind.PEN, "PEN-9"), 5)) == [row.session_id]
    assert row.session_id not in ids(list(store.all_rows(of(FacetKind.PEN, "PEN-1"))))
    assert store.count(of(FacetKind.PEN, "PEN-1")) == sum(one.pen_serial == "PEN-1" for one in lines) - 1
    assert [one.needling_s for one in store.months(FacetKind.LOT, "L77")] == [60]


def test_two_that_began_in_the_same_moment_both_have_a_place(recorder: RecorderThread, store: SessionStore) -> None:
    first = line(1, Random(1))
    twin = dataclasses.replace(first, session_id=UUID(int=first.session_id.int ^ (1 << 100)))
    for row in (first, twin):
        recorder.write(lambda connection, row=row: _write_row(connection, row))
    assert set(ids(store.rows(SessionFilter(), 5))) == {first.session_id, twin.session_id}


@pytest.fixture
def named(recorder: RecorderThread, store: SessionStore, lines: list[SessionRow]) -> Iterator[SessionStore]:
    registry = ClinicRegistry(store, recorder, recorder._clock)
    registry.save_patient(Patient("P-0007", "Marie-Zoé Núñez", "1980-01-01"), "AD-01")
    registry.save_patient(Patient("P-0008", "Martina Nowak", "1980-01-01"), "AD-01")
    registry.save_staff(Staff("PR-02", "Lena Okafor", Role.PRACTITIONER), "2468", "AD-01")
    yield store


@pytest.mark.parametrize(("typed", "patient"), [
    ("nunez", "P-0007"), ("NÚÑEZ", "P-0007"), ("nunes", "P-0007"), ("p0007", "P-0007"), ("P-0007", "P-0007"),
    ("0007", "P-0007"), ("martna", "P-0008"), ("novak", "P-0008"), ("marie zoe", "P-0007")])
def test_search_forgives_slips_in_names(named: SessionStore, typed: str, patient: str) -> None:
    found = list(named.all_rows(SessionFilter(typed)))
    assert found and {row.patient_id for row in found} == {patient}


def test_search_finds_lots_staff_and_sessions_but_nobody_else(named: SessionStore, lines: list[SessionRow]) -> None:
    assert {row.practitioner_id for row in named.all_rows(SessionFilter("okafr"))} == {"PR-02"}
    assert all("L29" in row.lots for row in named.all_rows(SessionFilter("l29")))
    both = list(named.all_rows(SessionFilter("l2 nunez")))
    assert all(row.patient_id == "P-0007" and row.lots[0].startswith("L2") for row in both)
    wanted = lines[5]
    assert wanted.session_id in ids(named.rows(SessionFilter(str(wanted.session_id)[:13]), 500))
    assert ids(named.rows(SessionFilter(str(wanted.session_id)), 500)) == [wanted.session_id]
    assert named.rows(SessionFilter("p0099"), 5) == []  # a number that is alike is somebody else's


def test_gathered_and_one_by_one_are_entered_alike(
    recorder: RecorderThread, lines: list[SessionRow], store: SessionStore,
) -> None:
    def contents(connection):
        return [connection.execute(select(table).order_by(*table.primary_key.columns)).all()
                for table in (tables.session_summary, tables.facet, tables.session_facet, tables.month_figure)]

    one_by_one = recorder.write(contents)

    def gathered(connection):
        for table in (tables.session_summary, tables.facet, tables.session_facet, tables.month_figure):
            connection.execute(table.delete())
        ledger = ListLedger()
        for row in one_by_one[0]:
            ledger.add(next(dataclasses.replace(one, place=row.place) for one in lines
                            if one.session_id == row.session_id))
        ledger.write(connection)
        return contents(connection)

    assert recorder.write(gathered) == one_by_one


def test_the_number_of_the_facet_of_all_never_changes() -> None:
    assert facet_id(FacetKind.ALL, "") == ALL_ID
    migration = __import__("importlib").import_module("db.migrations.versions.v0006_session_list")
    assert migration._ALL == ALL_ID


def test_lines_carried_over_by_a_migration_are_entered_newest_first(
    recorder: RecorderThread, store: SessionStore,
) -> None:
    made = [begin(recorder, FIRST_US + number) for number in range(3)]
    recorder.synchronise(10)

    def bare(connection):
        for table in (tables.facet, tables.session_facet, tables.month_figure):
            connection.execute(table.delete())
        connection.execute(tables.session_summary.update().values(facets="[]"))

    with store.reading() as connection:
        assert not_entered(connection) == []
    recorder.write(bare)
    with store.reading() as connection:
        waiting = not_entered(connection)
    assert waiting == made[::-1] and store.rows(SessionFilter(), 9) == []
    enter_sessions(recorder, summary, waiting[:2])  # type: ignore[arg-type]
    assert ids(store.rows(of(FacetKind.KIND, "bench"), 9)) == made[:0:-1]
    enter_sessions(recorder, summary, waiting[2:])  # type: ignore[arg-type]
    assert store.count(SessionFilter()) == 3
    with store.reading() as connection:
        assert not_entered(connection) == []
