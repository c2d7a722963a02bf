from uuid import UUID

import pytest
from sqlalchemy import select
from store_kit import PERIOD_US, START_US, batch, begin, end, event, opened, stored_areas, summary, without_guards

from console.domain.errors import OperatorError
from console.domain.people import Patient
from console.domain.ports import AreaSummary, StoredRun
from console.domain.session_events import (
    AlarmAcknowledged,
    AlarmEnded,
    AlarmRaised,
    BenchEnded,
    CartridgeBound,
    CartridgeUnbound,
    ProductLot,
    SerumApplied,
)
from console.domain.session_list import Facet, FacetKind, SessionFilter
from console.services.ids import new_id
from console.services.sample_table import columns_of
from db import tables
from db.data_folder import DataFolder
from db.rebuild import rebuild_read_models
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

CARTRIDGE = ProductLot("cart-12", "12 needles", "cartridge", lot="C1", serial="S77")
SERUM = ProductLot("ha-1", "Hyaluronic", "serum", lot="L9")


def treat(recorder: RecorderThread, patient_id: str, at_us: int, *, finished: bool = True) -> UUID:
    session_id = new_id()
    recorder.append(session_id, [event(opened(patient_id), at_us), event(SerumApplied(SERUM, 500), at_us)])
    if finished:
        recorder.append(session_id, [event(BenchEnded(0, 0, 0, 0, 0), at_us + 1)])
    return session_id


def test_sessions_are_found_by_id_prefix_and_last(recorder: RecorderThread, store: SessionStore) -> None:
    with pytest.raises(OperatorError, match="There is no session yet"):
        store.find_session("last")
    ids = [UUID(f"0199aa00-000{n}-7000-8000-000000000000") for n in range(3)]
    for n, session_id in enumerate(ids):
        recorder.append(session_id, [event(opened(), START_US - n)])
    recorder.synchronise(10)
    assert store.session_ids() == ids
    assert store.find_session("last") == ids[0]
    assert store.find_session(str(ids[1])) == store.find_session("0199AA00-0001") == ids[1]
    for text, said in (
        ("0199aa", "fits 3 sessions"), ("0199a", "is not a session"), ("ffffff", "No session begins"),
        ("../../etc", "is not a session"), ("", "is not a session"), ("0" * 40, "is not a session"),
    ):
        with pytest.raises(OperatorError, match=said):
            store.find_session(text)


def test_pages_follow_each_other_without_gap_or_double(recorder: RecorderThread, store: SessionStore) -> None:
    made = [treat(recorder, f"P-{n:04d}", START_US + n // 3) for n in range(20)]
    recorder.synchronise(10)
    seen: list[UUID] = []
    before = None
    while page := store.rows(SessionFilter(), 6, before):
        seen += [row.session_id for row in page]
        before = page[-1].place
    assert len(seen) == 20
    assert set(seen) == set(made)
    opened = [store.row(session_id).opened_us for session_id in seen]
    assert opened == sorted(opened, reverse=True)


def test_filters_match_what_they_say(
    recorder: RecorderThread, store: SessionStore, folder: DataFolder
) -> None:
    registry = ClinicRegistry(store, recorder, recorder._clock)
    registry.save_patient(Patient("P-0001", "Ana_Ruiz 100%", "1980-01-01"), "PR-02")
    first, second = treat(recorder, "P-0001", START_US), treat(recorder, "P-0002", START_US + 10, finished=False)
    bench = begin(recorder, START_US + 20)
    recorder.synchronise(10)

    def found(**wanted: object) -> set[UUID]:
        kinds = wanted.pop("facets", {})
        facets = tuple(Facet(FacetKind(kind), values) for kind, values in kinds.items())  # type: ignore[attr-defined]
        asked = SessionFilter(facets=facets, **wanted)  # type: ignore[arg-type]
        rows = {row.session_id for row in store.rows(asked, 50)}
        assert store.count(asked) == len(rows)
        return rows

    assert found() == {first, second, bench}
    assert found(text="p-0002") == {second}
    assert found(text="lot-9 p-0001") == {first}
    assert found(text="ana_ruiz") == {first}
    assert found(text="100%") == {first}
    assert found(text="%") == set()
    assert found(text="nobody") == set()
    assert found(facets={"kind": ("bench",)}) == {bench}
    assert found(facets={"state": ("open", "cut_off")}) == {second, bench}
    assert found(since_us=START_US + 10) == {second, bench}
    assert found(until_us=START_US + 10) == {first}
    assert found(facets={"practitioner": ("PR-02",), "map": ("face",)}) == {first, second, bench}
    assert found(facets={"practitioner": ("PR-03",)}) == set()
    assert found(facets={"alarm": ("any",)}) == set()
    assert store.open_sessions() == [second, bench]
    last = store.last_of_patient("P-0001", START_US + 1)
    assert last is not None and last.session_id == first
    assert store.last_of_patient("P-0001", START_US) is None
    assert store.last_of_patient("P-0002", START_US + 99) is None
    assert store.last_treatments() == {"P-0001": START_US}


def test_the_line_of_the_list_keeps_pace_with_the_samples(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 100))
    recorder.synchronise(10)
    row = store.row(session_id)
    assert row.samples == 100
    assert row.head == store.chunks(session_id)[-1].hash == store.entry_hash(session_id, 2)
    assert store.entry_hash(session_id, 99) is None
    with pytest.raises(OperatorError, match="There is no session"):
        store.row(new_id())


def uses_of_lot(store: SessionStore, lot: str) -> list[UUID]:
    use = tables.product_use
    with store.reading() as connection:
        return list(connection.execute(select(use.c.session_id).where(use.c.lot == lot)).scalars())


def test_products_and_alarms_are_listed(recorder: RecorderThread, store: SessionStore) -> None:
    registry = ClinicRegistry(store, recorder, recorder._clock)
    session_id = new_id()
    recorder.append(session_id, [
        event(opened()), event(CartridgeBound(CARTRIDGE, 12)), event(SerumApplied(SERUM, 500)),
        event(AlarmRaised("A1", "depth_over", "high", "Depth", 1, 2, "face.chin", START_US)),
        event(AlarmEnded("A1", START_US + 5)), event(AlarmAcknowledged("A1"), START_US + 7),
    ])
    recorder.synchronise(10)
    assert uses_of_lot(store, "L9") == [session_id]
    assert uses_of_lot(store, "L8") == []
    assert registry.cartridge_used_in("cart-12", "C1", "S77") == session_id
    assert registry.cartridge_used_in("cart-12", "C1", "") is None
    assert registry.cartridge_used_in("cart-12", "C1", "S78") is None
    with store.reading() as connection:
        alarm = connection.execute(tables.alarm_summary.select()).one()
    assert (alarm.ended_at_us, alarm.acknowledged_at_us) == (START_US + 5, START_US + 7)
    recorder.append(session_id, [event(CartridgeUnbound("wrong size", used=False))])
    recorder.synchronise(10)
    assert registry.cartridge_used_in("cart-12", "C1", "S77") is None
    assert len(uses_of_lot(store, "L9")) == 1


AREA = AreaSummary(
    "face.chin", "Chin", 500, 900, 3, 3, 61, 40.5, 700, None, 901, 10_000, 0.25, 6_000, 120, "erythema", "measured",
)


def test_area_summaries_come_back_in_order(recorder: RecorderThread, store: SessionStore) -> None:
    import dataclasses

    session_id = begin(recorder)
    areas = [dataclasses.replace(AREA, area_id=name) for name in ("b", "a")]
    recorder.save_area_summaries(session_id, [AREA])
    recorder.save_area_summaries(session_id, areas)
    recorder.synchronise(10)
    assert stored_areas(store, session_id) == areas
    assert stored_areas(store, new_id()) == []


def test_read_models_can_be_built_anew(recorder: RecorderThread, store: SessionStore, folder: DataFolder) -> None:
    session_id = treat(recorder, "P-0001", START_US)
    recorder.add_samples(session_id, batch(0, 30))
    recorder.save_area_summaries(session_id, [AREA])
    recorder.synchronise(10)
    before = store.row(session_id)
    connection = without_guards(folder)
    for table in ("session_summary", "product_use", "area_summary"):
        connection.execute(f"DELETE FROM {table}")
    connection.close()
    assert rebuild_read_models(recorder, summary, lambda _: [AREA]) == 1  # type: ignore[arg-type]
    assert store.row(session_id) == before
    assert len(uses_of_lot(store, "L9")) == 1
    assert stored_areas(store, session_id) == [AREA]


def test_a_damaged_record_is_a_sentence(recorder: RecorderThread, store: SessionStore, folder: DataFolder) -> None:
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 30))
    end(recorder, session_id)
    recorder.synchronise(10)
    connection = without_guards(folder)
    connection.execute("UPDATE telemetry_body SET body = x'00'")
    connection.execute("UPDATE session_event SET payload = '{' WHERE seq = 3")
    connection.close()
    for read in (store.chunks, store.events):
        with pytest.raises(OperatorError, match="was altered or damaged"):
            read(session_id)


def test_no_name_can_be_read_in_any_file(recorder: RecorderThread, store: SessionStore, folder: DataFolder) -> None:
    registry = ClinicRegistry(store, recorder, recorder._clock)
    registry.save_patient(Patient("P-0001", "Zebedee Marker", "1980-01-01", note="Zebedee"), "PR-02")
    for n in range(50):
        treat(recorder, f"P-Zebedee-{n}", START_US + n)
    recorder.synchronise(10)
    for file in folder.path.rglob("*"):
        if file.is_file():
            assert b"Zebedee" not in file.read_bytes(), file.name
            assert b"SQLite format" not in file.read_bytes()[:16]
    assert (folder.path / "needling.db-wal").stat().st_size > 0


def test_stored_runs_join_what_follows_and_keep_boots_in_order_of_arrival(
    recorder: RecorderThread, store: SessionStore
) -> None:
    session_id, other = begin(recorder), begin(recorder)
    for first, count, boot_id in ((100, 50, 9), (150, 50, 9), (250, 10, 9), (0, 20, 4)):
        recorder.add_samples(session_id, batch(first, count, boot_id=boot_id))
    recorder.add_samples(other, batch(0, 5))
    recorder.synchronise(10)
    recorder.add_samples(session_id, batch(200, 50, boot_id=9, resent=True))
    recorder.synchronise(10)
    assert store.stored_runs(session_id) == [StoredRun("PEN-1", 9, 100, 260), StoredRun("PEN-1", 4, 0, 20)]
    assert sum(run.count for run in store.stored_runs(session_id)) == store.row(session_id).samples == 180
    assert store.stored_runs(new_id()) == []


def test_the_moment_of_the_last_stored_sample_tells_when_a_killed_console_went_off(
    recorder: RecorderThread, store: SessionStore
) -> None:
    session_id, empty = begin(recorder), begin(recorder)
    recorder.add_samples(session_id, batch(200, 50))
    recorder.add_samples(session_id, batch(100, 50, resent=True))
    recorder.synchronise(10)
    assert store.last_sample_us(session_id) == START_US + 250 * PERIOD_US
    assert store.last_sample_us(empty) is None


def test_samples_by_columns_are_the_chunks_in_one(
    recorder: RecorderThread, store: SessionStore, folder: DataFolder,
) -> None:
    session_id = begin(recorder)
    for first, late_us in ((0, 0), (125, 700), (250, 700), (9, 0)):
        recorder.add_samples(session_id, batch(first, 125, late_us=late_us, resent=first == 9))
    recorder.add_samples(session_id, batch(0, 40, boot_id=8))
    end(recorder, session_id)
    recorder.synchronise(10)
    expected = columns_of(store.chunks(session_id))
    assert store.samples(session_id) == expected and sum(expected.count) == 540
    assert expected.breaks or len(expected.count) > 4
    recorder.merge_bodies(session_id)
    recorder.synchronise(10)
    assert store.samples(session_id) == expected
    assert store.samples(new_id()).samples == b""
    with without_guards(folder) as raw:
        raw.execute("UPDATE telemetry_body SET body = zeroblob(40)")
    with pytest.raises(OperatorError, match="altered or damaged"):
        store.samples(session_id)
