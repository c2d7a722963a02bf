import threading
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import START_US, StillClock, batch, begin, end, event

from console.domain.session_events import MarkSet, NoteWritten
from console.services.clocks import HastenedClock
from console.services.ids import new_id
from db.data_folder import DataFolder
from db.intake import CHUNK_WAITS_S
from db.recorder_thread import TICK_S, RecorderThread
from db.sample_run import CHUNK_LIMIT_US, SampleRun
from db.session_store import SessionStore
from db.verify import verify_folder


def test_events_are_saved_in_order_with_their_tickets(folder: DataFolder, clock: StillClock) -> None:
    heard: list[tuple[int, UUID, int]] = []
    recorder = RecorderThread(folder, clock, on_commit=heard.extend)
    recorder.start()
    session_id = new_id()
    tickets = [
        recorder.append(session_id, [event(MarkSet("face.chin", str(n)), START_US + n), event(MarkSet("", ""))])
        for n in range(20)
    ]
    assert recorder.synchronise(10)
    assert recorder.state().saved_ticket == tickets[-1] == recorder.state().issued_ticket
    assert heard == [(ticket, session_id, 2 * ticket) for ticket in tickets]
    assert recorder.stop(10)
    store = SessionStore(folder)
    stored = store.events(session_id)
    store.close()
    assert [one.seq for one in stored] == list(range(1, 41))
    assert [one.event.what.text for one in stored[::2]] == [str(n) for n in range(20)]  # type: ignore[attr-defined]


def test_events_of_one_call_become_visible_together(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    recorder.append(session_id, [event(MarkSet("a", "")), event(MarkSet("b", ""))])
    recorder.synchronise(10)
    assert len(store.events(session_id)) == 3


def test_an_event_without_a_canonical_form_is_refused_at_once(recorder: RecorderThread) -> None:
    session_id = begin(recorder)
    with pytest.raises(TypeError):
        recorder.append(session_id, [event(NoteWritten("a", 1.5))])  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        recorder.append(session_id, [event(NoteWritten("a", "\ud800"))])
    assert recorder.synchronise(10)


def test_four_tenths_of_a_second_make_a_chunk(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    for first in range(0, 250, 5):
        recorder.add_samples(session_id, batch(first, 5))
    recorder.synchronise(10)
    chunks = store.chunks(session_id)
    assert [chunk.head.count for chunk in chunks] == [100, 100, 50]
    assert b"".join(chunk.samples for chunk in chunks) == batch(0, 250).samples
    assert all(chunk.head.pen_time_marks == ((0, chunk.head.first_index * 4_000),) for chunk in chunks)
    assert recorder.state().samples_saved == 250
    assert recorder.state().held_samples == 0


def test_a_huge_batch_is_split_in_halves_of_a_second_at_most(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 1_000))
    recorder.synchronise(10)
    chunks = store.chunks(session_id)
    assert [chunk.head.count for chunk in chunks] == [125] * 8
    assert [chunk.head.t0_utc_us for chunk in chunks] == [START_US + n * 500_000 for n in range(8)]
    assert b"".join(chunk.samples for chunk in chunks) == batch(0, 1_000).samples


def test_samples_wait_four_tenths_of_a_second_of_the_clock_at_most(
    recorder: RecorderThread, store: SessionStore, clock: StillClock, folder: DataFolder
) -> None:
    heard = threading.Event()
    watched = RecorderThread(folder, clock)  # only to show that nothing but the clock moves this one
    watched.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 5))
    recorder.synchronise(10)
    recorder.add_samples(session_id, batch(5, 5))
    clock.advance(0.39)
    assert not heard.wait(0.06)
    assert recorder.state().held_samples == 5
    clock.advance(0.02)
    while recorder.state().held_samples:
        heard.wait(0.005)
    assert [chunk.head.count for chunk in store.chunks(session_id)] == [5, 5]
    watched.stop(10)


def test_samples_before_an_event_lie_before_it(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 5))
    recorder.append(session_id, [event(MarkSet("a", ""))])
    recorder.add_samples(session_id, batch(5, 5))
    end(recorder, session_id)
    recorder.synchronise(10)
    assert [chunk.head.seq for chunk in store.chunks(session_id)] == [2, 4]
    assert [stored.seq for stored in store.events(session_id)] == [1, 3, 5]


def test_jittering_pen_time_makes_marks_and_not_chunks(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    for first in range(0, 60, 5):
        recorder.add_samples(session_id, batch(first, 5, late_us=(first % 3) * 37))
    recorder.synchronise(10)
    (chunk,) = store.chunks(session_id)
    assert chunk.head.count == 60
    assert chunk.head.pen_time_marks == tuple(
        (first, first * 4_000 + (first % 3) * 37) for first in range(0, 60, 5)
    )


@pytest.mark.parametrize(
    "other", [{"boot_id": 8}, {"serial": "PEN-2"}, {"period_us": 5_000}, {"resent": True}],
)
def test_another_run_is_another_chunk(
    recorder: RecorderThread, store: SessionStore, other: dict[str, object]
) -> None:
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 5))
    recorder.add_samples(session_id, batch(5, 5, **other))  # type: ignore[arg-type]
    recorder.synchronise(10)
    assert [chunk.head.count for chunk in store.chunks(session_id)] == [5, 5]


def test_samples_asked_for_again_are_kept_as_they_came(recorder: RecorderThread, store: SessionStore) -> None:
    session_id = begin(recorder)
    for first in (0, 5, 20, 25):
        recorder.add_samples(session_id, batch(first, 5))
    recorder.add_samples(session_id, batch(15, 5, resent=True))
    recorder.add_samples(session_id, batch(30, 5))
    recorder.add_samples(session_id, batch(10, 5, resent=True))
    recorder.synchronise(10)
    found = [(chunk.head.first_index, chunk.head.count, chunk.head.resent) for chunk in store.chunks(session_id)]
    assert sorted(found) == [(0, 10, False), (10, 5, True), (15, 5, True), (20, 15, False)]
    for chunk in store.chunks(session_id):
        assert chunk.samples == batch(chunk.head.first_index, chunk.head.count).samples


def test_two_sessions_at_once_keep_two_chains(
    recorder: RecorderThread, store: SessionStore, folder: DataFolder
) -> None:
    first, second = begin(recorder), begin(recorder, START_US + 1)
    for index in range(0, 100, 5):
        recorder.add_samples(first, batch(index, 5))
        recorder.add_samples(second, batch(index, 5, boot_id=9))
        recorder.append(second if index % 2 else first, [event(MarkSet("a", str(index)))])
    recorder.synchronise(10)
    for session_id, boot_id in ((first, 7), (second, 9)):
        raw = b"".join(chunk.samples for chunk in store.chunks(session_id))
        assert raw == batch(0, 100, boot_id=boot_id).samples
    assert verify_folder(folder) == []
    assert store.session_ids() == [second, first]


def test_a_chain_goes_on_after_a_restart(folder: DataFolder, clock: StillClock) -> None:
    session_id = new_id()
    for _ in range(3):
        recorder = RecorderThread(folder, clock)
        recorder.start()
        recorder.append(session_id, [event(MarkSet("a", ""))])
        assert recorder.stop(10)
    store = SessionStore(folder)
    assert [stored.seq for stored in store.events(session_id)] == [1, 2, 3]
    store.close()
    assert verify_folder(folder) == []


def test_stop_commits_what_was_only_gathered(folder: DataFolder, clock: StillClock) -> None:
    recorder = RecorderThread(folder, clock)
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 3))
    assert recorder.stop(10)
    assert recorder.state().all_saved
    store = SessionStore(folder)
    assert store.chunks(session_id)[0].samples == batch(0, 3).samples
    store.close()


def test_merging_keeps_chain_and_samples_and_saves_room(
    recorder: RecorderThread, store: SessionStore, folder: DataFolder
) -> None:
    session_id = begin(recorder)
    for first in range(0, 2_000, 5):
        recorder.add_samples(session_id, batch(first, 5))
        if first % 500 == 0:
            recorder.append(session_id, [event(MarkSet("a", ""))])
    end(recorder, session_id)
    recorder.synchronise(10)
    before = store.chunks(session_id)
    with store.reading() as connection:
        rows, size = connection.exec_driver_sql("SELECT count(*), sum(length(body)) FROM telemetry_body").one()
    recorder.merge_bodies(session_id)
    recorder.merge_bodies(session_id)
    recorder.synchronise(10)
    with store.reading() as connection:
        merged = connection.exec_driver_sql("SELECT count(*), sum(length(body)) FROM telemetry_body").one()
    assert rows > 15
    assert merged[0] == 1
    assert merged[1] < size
    assert store.chunks(session_id) == before
    assert verify_folder(folder) == []


def test_a_broken_summary_never_keeps_the_history_from_being_saved(
    folder: DataFolder, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug in the summary")

    recorder = RecorderThread(folder, clock, broken)
    recorder.start()
    begin(recorder)
    assert recorder.synchronise(10)
    assert recorder.stop(10)
    assert "were not refreshed" in caplog.text


def test_a_broken_listener_never_ends_the_recorder(
    folder: DataFolder, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("a bug in the listener")

    recorder = RecorderThread(folder, clock, on_commit=broken)
    recorder.start()
    begin(recorder)
    assert recorder.synchronise(10)
    begin(recorder)
    assert recorder.stop(10)
    assert "listener of commits failed" in caplog.text


def test_a_ragged_batch_is_a_bug(recorder: RecorderThread) -> None:
    import dataclasses

    with pytest.raises(ValueError, match="count times ten"):
        recorder.add_samples(new_id(), dataclasses.replace(batch(0, 2), count=3))


def test_a_life_eight_times_faster_leaves_little_pen_time_unsaved(folder: DataFolder) -> None:
    times_faster, sent = 8.0, 250 * 12
    assert CHUNK_WAITS_S + 2 * TICK_S * times_faster <= 1.0  # by design: how long a disk takes is the machine's own
    clock = HastenedClock(START_US, times_faster)
    recorder = RecorderThread(folder, clock)
    recorder.start()
    session_id = begin(recorder)
    for first in range(0, sent, 50):
        recorder.add_samples(session_id, batch(first, 50))
    pause = threading.Event()
    while recorder.state().held_samples:  # nothing but the clock tells it to save
        pause.wait(0.005)
    assert recorder.state().samples_saved == sent
    assert recorder.stop(10)


@given(
    sizes=st.lists(st.integers(1, 300), min_size=1, max_size=12),
    period_us=st.sampled_from([500, 1_000, 4_000, 10_000, 700_000]),
)
def test_a_run_loses_and_doubles_nothing(sizes: list[int], period_us: int) -> None:
    made: list[SampleRun] = []
    first = 0
    for size in sizes:
        rest = batch(first, size, period_us=period_us)
        first += size
        while rest is not None:
            if not made or not made[-1].continues_with(rest) or made[-1].full:
                made.append(SampleRun(new_id(), rest, 0.0))
            rest = made[-1].add(rest)  # type: ignore[assignment]
    assert b"".join(bytes(run.samples) for run in made) == batch(0, first, period_us=period_us).samples
    assert all(run.count == 1 or run.count * period_us <= CHUNK_LIMIT_US for run in made)
    assert all(len(run.marks) == 1 for run in made)


def test_the_recorder_s_own_connection_runs_as_the_design_says(recorder: RecorderThread) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema", "secure_delete",
             "cell_size_check", "mmap_size", "busy_timeout", "temp_store", "cipher_log_level")
    found = recorder.write(lambda connection: {
        name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in names})
    assert found == {
        "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "recursive_triggers": "1",
        "trusted_schema": "0", "secure_delete": "1", "cell_size_check": "1", "mmap_size": "0",
        "busy_timeout": "400", "temp_store": "2", "cipher_log_level": "NONE",
    }
