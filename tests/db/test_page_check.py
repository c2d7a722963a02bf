"""A large database: what its start proves, what is proved beside the running console, and what each of them finds."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from store_kit import StillClock, batch, begin, bench_folder, event, raw_connection

from console.domain.session_events import MarkSet
from db.check_state import CheckState, forget_state, keep_state, read_state
from db.data_folder import DataFolder, open_folder
from db.engine import DatabaseDamaged
from db.page_check import EVERY_US, FolderPageCheck
from db.page_proof import PAGE_BYTES, PageProof, pages_in_log
from db.recorder_thread import RecorderThread
from db.start_check import StartCheck, page_damage


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataFolder, bytes]:
    """A record of a few sessions, closed, with its log empty."""
    made = bench_folder(tmp_path_factory.mktemp("record") / "f")
    recorder = RecorderThread(made, StillClock())
    recorder.start()
    for boot_id in range(4):
        session_id = begin(recorder)
        recorder.add_samples(session_id, batch(0, 6_000, boot_id=boot_id))
        recorder.append(session_id, [event(MarkSet("a", "one"))])
    assert recorder.stop(10)
    made.close()
    open_folder(made.path, writing=True).close()
    return made, made.database_path.read_bytes()


@pytest.fixture
def folder(pages: tuple[DataFolder, bytes]) -> Iterator[DataFolder]:
    made, content = pages
    yield made
    made.database_path.write_bytes(content)
    forget_state(made.path)


def spoil(folder: DataFolder, number: int, at: int = 500) -> None:
    content = bytearray(folder.database_path.read_bytes())
    content[(number - 1) * PAGE_BYTES + at] ^= 1
    folder.database_path.write_bytes(content)


def library_says(folder: DataFolder) -> str:
    connection = raw_connection(folder)
    try:
        return page_damage(connection.cursor())
    finally:
        connection.close()


def middle(folder: DataFolder) -> int:
    """A page of samples, which no opening reads."""
    return proof(folder).pages - 20


def proof(folder: DataFolder) -> PageProof:
    return PageProof(folder.database_path, folder.keys.database)


# --- one page ---------------------------------------------------------------------------------------------


def test_a_page_is_judged_as_the_library_judges_it(folder: DataFolder) -> None:
    whole, dice = folder.database_path.read_bytes(), Random(6)
    count = proof(folder).pages
    assert count > 60 and proof(folder).damaged(1, count) == [] and library_says(folder) == ""
    for number in [2, count, *dice.sample(range(2, count), 12)]:
        spoil(folder, number, dice.randrange(PAGE_BYTES))
        assert proof(folder).damaged(1, count) == [number]
        assert f"page {number}" in library_says(folder)
        folder.database_path.write_bytes(whole)
    folder.database_path.write_bytes(whole[: 9 * PAGE_BYTES] + bytes(PAGE_BYTES) + whole[10 * PAGE_BYTES :])
    assert proof(folder).damaged(1, count) == [10], "a page of noughts is none"
    folder.database_path.write_bytes(whole[:-100])
    assert proof(folder).damaged(1, count) == [count], "a page cut off is none"
    swapped = whole[: 9 * PAGE_BYTES] + whole[10 * PAGE_BYTES : 11 * PAGE_BYTES] + whole[10 * PAGE_BYTES :]
    folder.database_path.write_bytes(swapped)
    assert proof(folder).damaged(1, count) == [10], "another page in its place is none"


def test_only_the_pages_asked_for_are_read(folder: DataFolder) -> None:
    spoil(folder, 7)
    spoil(folder, 30)
    assert proof(folder).damaged(8, 20) == []
    assert list(proof(folder).damaged_among([30, 1, 6, 7, 8])) == [7, 30]


def test_the_log_says_which_pages_it_holds(folder: DataFolder) -> None:
    assert pages_in_log(folder.database_path) == set()
    connection = raw_connection(folder)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE extra (name TEXT)")
    held = pages_in_log(folder.database_path)
    assert 1 in held and all(0 < number <= proof(folder).pages + len(held) for number in held)
    log = folder.database_path.with_name("needling.db-wal")
    content = bytearray(log.read_bytes())
    content[16] ^= 1  # the salt of another turn
    log.with_name("other-wal").write_bytes(content)
    assert pages_in_log(log.with_name("other")) == set()
    connection.close()


# --- the start --------------------------------------------------------------------------------------------------


def start(folder: DataFolder, *, quick: bool, whole_at_once: int = 0) -> None:
    begun = StartCheck(folder.database_path, folder.keys.database, quick=quick, whole_at_once=whole_at_once)
    begun.check(folder.writer_engine())


@pytest.fixture
def short_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.start_check._FIRST_PAGES", 8)
    monkeypatch.setattr("db.start_check._LAST_PAGES", 8)


@pytest.mark.usefixtures("short_ends")
def test_a_start_proves_the_ends_of_a_large_database_and_all_of_a_small_one(folder: DataFolder) -> None:
    whole = folder.database_path.read_bytes()
    for number in (3, proof(folder).pages - 1):
        spoil(folder, number)
        with pytest.raises(DatabaseDamaged, match=f"HMAC verification failed for page {number}"):
            start(folder, quick=True)
        folder.database_path.write_bytes(whole)
    spoil(folder, middle(folder))
    start(folder, quick=True)
    for quick, whole_at_once in ((False, 0), (True, len(whole))):
        with pytest.raises(DatabaseDamaged):
            start(folder, quick=quick, whole_at_once=whole_at_once)


@pytest.mark.usefixtures("short_ends")
def test_a_start_proves_what_was_written_last_wherever_it_lies(folder: DataFolder) -> None:
    number = middle(folder)
    spoil(folder, number)
    begun = StartCheck(folder.database_path, folder.keys.database, quick=True, whole_at_once=0)
    begun._written = {number}
    with pytest.raises(DatabaseDamaged, match=f"page {number}"):
        begun.check(folder.writer_engine())


@pytest.mark.usefixtures("short_ends")
def test_a_start_behind_found_damage_proves_everything(folder: DataFolder) -> None:
    spoil(folder, middle(folder))
    keep_state(folder.path, CheckState(damage="a page"))
    with pytest.raises(DatabaseDamaged):
        start(folder, quick=True)


@pytest.mark.usefixtures("short_ends")
def test_the_window_s_way_of_opening_is_the_quick_one(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.start_check.WHOLE_AT_ONCE", 0)
    spoil(folder, middle(folder))
    open_folder(folder.path, writing=True, quick=True).close()
    with pytest.raises(DatabaseDamaged):
        open_folder(folder.path, writing=True)


# --- beside the running console ------------------------------------------------------------------------------------


def check_of(folder: DataFolder, clock: StillClock | None = None) -> FolderPageCheck:
    return FolderPageCheck(folder, clock or StillClock(), whole_at_once=0)


def test_a_whole_database_is_checked_once_a_day(folder: DataFolder) -> None:
    clock = StillClock()
    check = check_of(folder, clock)
    assert check.due() and check.go_on(lambda: True) == ""
    assert not check.due() and not check_of(folder, clock).due(), "what was done is kept"
    state = read_state(folder.path)
    assert state.next_page > proof(folder).pages and {"session_event", "telemetry_body"} <= set(state.tables_done)
    clock.advance(EVERY_US / 1e6 + 1)
    assert check.due() and check.go_on(lambda: True) == ""
    assert not FolderPageCheck(folder, clock).due(), "a small one was checked by its start"


def test_one_that_is_disturbed_goes_on_where_it_was(folder: DataFolder) -> None:
    looks = itertools.count()
    assert check_of(folder).go_on(lambda: next(looks) < 1) == ""
    first = read_state(folder.path)
    assert 1 < first.next_page <= proof(folder).pages and first.unfinished
    again = check_of(folder)
    assert again.due() and again.go_on(lambda: False) == ""
    assert read_state(folder.path) == first, "nobody may, so nothing is done"
    spoil(folder, 2)  # behind what was looked at already
    assert again.go_on(lambda: True) == "a page does not match its checksum", "reading it finds it all the same"


def test_structure_is_given_up_when_somebody_is_treated(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.page_check._OPCODES", 1)
    keep_state(folder.path, CheckState(begun_us=5, next_page=100_000))
    looks = itertools.count()
    check = check_of(folder)
    assert check.go_on(lambda: next(looks) < 3) == "" and check.due()
    assert check.go_on(lambda: True) == "" and not check.due()


def test_damage_is_found_named_and_kept(folder: DataFolder) -> None:
    number = middle(folder)
    spoil(folder, number)
    check = check_of(folder)
    assert check.go_on(lambda: True) == f"HMAC verification failed for page {number}"
    assert read_state(folder.path).damage and not check.due() and not check_of(folder).due()


def test_a_page_that_the_log_holds_newer_is_looked_at_later(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, clock = middle(folder), StillClock()
    whole = folder.database_path.read_bytes()
    spoil(folder, number)
    monkeypatch.setattr("db.page_check.pages_in_log", lambda path: {number})
    keep_state(folder.path, CheckState(begun_us=5, tables_done=["all"]))
    check = check_of(folder, clock)
    monkeypatch.setattr(check, "_tables", lambda may: None)
    assert check.go_on(lambda: True) == "" and read_state(folder.path).pages_later == [number] and check.due()
    monkeypatch.setattr("db.page_check.pages_in_log", lambda path: set())
    assert f"page {number}" in check_of(folder, clock).go_on(lambda: True)
    folder.database_path.write_bytes(whole)
    forget_state(folder.path)
    keep_state(folder.path, CheckState(begun_us=5, pages_later=[number]))
    assert check_of(folder, clock).go_on(lambda: True) == "" and read_state(folder.path).pages_later == []


def test_a_writer_beside_it_raises_no_false_alarm(folder: DataFolder) -> None:
    recorder = RecorderThread(folder, StillClock())
    recorder.start()
    session_id = begin(recorder)
    written = itertools.count()

    def may() -> bool:
        recorder.append(session_id, [event(MarkSet("a", f"{next(written)}" * 400))])
        return True

    assert check_of(folder).go_on(may) == ""
    assert recorder.stop(10) and next(written) > 5


@pytest.mark.parametrize("kept", [b"", b"{}x", b"[]", b'{"other": 1}', b'{"next_page": "5"}', b'{"next_page": -5}'])
def test_what_cannot_be_read_is_begun_anew(folder: DataFolder, kept: bytes) -> None:
    (folder.path / "page-check.json").write_bytes(kept)
    assert read_state(folder.path) == CheckState()
    forget_state(folder.path)


def test_a_full_disk_is_told_and_tried_again(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path, state: CheckState) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("db.page_check.keep_state", full)
    check = check_of(folder)
    with pytest.raises(OSError):
        check.go_on(lambda: True)
    assert check.due()


def test_a_file_cut_between_two_pages_is_found(folder: DataFolder) -> None:
    content = folder.database_path.read_bytes()
    folder.database_path.write_bytes(content[: -30 * PAGE_BYTES])
    assert check_of(folder).go_on(lambda: True)
