"""The demo clinic: the same one each time, every history legal, the day as it should be."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from demo_world import NOW_US, KeepingRecorder, KeepingRegistry, demo_library

from console.app.demo_book import read_book
from console.app.demo_calendar import lay_out
from console.app.demo_clinic import is_whole, renew_day, seed_demo, told_visits
from console.app.demo_codes import demo_codes
from console.domain import session_events as ev
from console.domain.clinic_records import RecordKind
from console.domain.errors import OperatorError
from console.domain.follow_up import contact_of
from console.domain.outcomes import change_words
from console.domain.products import gtin_problem
from console.domain.session_fold import fold
from console.domain.session_state import SessionState
from console.domain.telemetry import Batch
from console.services.local_time import local, local_day, set_zone
from console.services.sample_table import build_table

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


@pytest.fixture(autouse=True)
def _clinic_in_utc() -> Iterator[None]:
    set_zone(UTC)
    yield
    set_zone(None)


class Seeded(NamedTuple):
    registry: KeepingRegistry
    recorder: KeepingRecorder
    told: list[tuple[str, float]]
    states: dict[UUID, SessionState]


def seed(now_us: int = NOW_US, sessions: int = 60, with_telemetry: int = 2) -> Seeded:
    registry, recorder, told = KeepingRegistry(), KeepingRecorder(), []
    seed_demo(
        registry, recorder, demo_library(), now_us, lambda words, share: told.append((words, share)),
        sessions=sessions, with_telemetry=with_telemetry)
    return Seeded(registry, recorder, told, {key: fold(story) for key, story in recorder.stories().items()})


@pytest.fixture(scope="module")
def full() -> Seeded:
    set_zone(UTC)
    try:
        return seed(sessions=300, with_telemetry=12)
    finally:
        set_zone(None)


def test_the_clinic_has_what_the_demonstration_promises(full: Seeded):
    assert len(full.registry.people) == 40
    assert len(full.registry.members) == 6 and {pin for _, pin in full.registry.members.values()} == {"1234"}
    assert Counter(member.role.value for member, _ in full.registry.members.values()) == {
        "practitioner": 4, "manager": 1, "administrator": 1}
    assert len(full.states) == 300
    assert is_whole(full.registry)
    months = (NOW_US - min(state.opened_at_us for state in full.states.values())) / DAY_US / 30.4
    assert 12 < months < 15


def test_progress_is_shown_often_and_rises(full: Seeded):
    shares = [share for _, share in full.told]
    assert len(shares) >= 20 and shares == sorted(shares) and shares[0] == 0.0 and shares[-1] == 1.0
    assert all(words for words, _ in full.told)


def test_the_newest_twelve_carry_samples_and_no_other(full: Seeded):
    newest = sorted(full.states, reverse=True)[:12]
    assert set(full.recorder.samples()) == set(newest)
    for session_id in newest:
        needled_s = full.states[session_id].needling_time_us(full.states[session_id].last_at_us) / 1_000_000
        count = sum(batch.count for batch in full.recorder.samples()[session_id])
        assert 0.75 * needled_s * 250 < count
        if full.states[session_id].outcome == "finished":
            assert 5 * 60 < needled_s < 12 * 60


def test_ids_rise_with_time(full: Seeded):
    by_id = sorted(full.states)
    by_time = sorted(full.states, key=lambda one: full.states[one].opened_at_us)
    assert by_id == by_time
    assert {one.version for one in by_id} == {7} and {one.variant for one in by_id} == {"specified in RFC 4122"}


def test_every_history_is_closed_in_the_past_and_runs_forward(full: Seeded):
    for story in full.recorder.stories().values():
        times = [event.at_us for event in story]
        assert times == sorted(times)
        assert times[-1] < NOW_US
        assert fold(story).closed


def test_every_visit_keeps_the_rules_of_the_treatment(full: Seeded):
    for state in full.states.values():
        assert not state.anesthetics_on()
        if state.needling_begun:
            assert state.consent_signed and state.screening_verdict().may_proceed
            assert state.cartridge is not None and (state.pen is not None or state.manual_mode)
        if state.outcome == "finished":
            assert state.sealed is not None and state.aftercare is not None
            assert all(area.finished for area in state.treatable_areas())
        assert state.opened is not None and state.opened.marked_as == "demo"


def test_there_is_variety(full: Seeded):
    states = list(full.states.values())
    outcomes = Counter(state.outcome for state in states)
    assert outcomes["finished"] > 240
    for outcome in ("unfinished", "deferred", "opened_in_error"):
        assert outcomes[outcome] >= 2
    kinds = Counter(event.what.kind for story in full.recorder.stories().values() for event in story)
    for kind in (
        "alarm_raised", "gap_recorded", "screening_overridden", "amended", "handed_over", "mark_undone",
        "cartridge_unbound", "console_restarted", "session_continued", "prp_applied", "serum_skipped",
        "anesthetic_skipped", "reaction_reported", "target_changed", "clock_jumped", "screening_group_confirmed",
    ):
        assert kinds[kind] >= 1, kind
    assert {state.plan.map_id for state in states if state.plan} == {"face", "scalp", "body"}
    assert len({state.opened.room for state in states if state.opened}) == 3
    assert len({state.opened.practitioner_id for state in states if state.opened}) == 4
    assert sum(state.manual_mode for state in states) > 200


def test_many_courses_are_graded_on_their_own_scale_and_more_get_better_than_worse(full: Seeded):
    told: dict[tuple[str, str, str], list[ev.OutcomeGraded]] = {}
    finished = [one for one in full.states.values() if one.outcome == "finished"]
    for state in sorted(finished, key=lambda one: one.opened_at_us):
        assert state.opened is not None and state.plan is not None
        for _, what in state.outcomes:
            told.setdefault((state.opened.patient_id, state.plan.plan_id, what.scale_id), []).append(what)
    assert 0.3 < sum(bool(one.outcomes) for one in finished) / len(finished) < 0.8
    words = Counter(change_words(one[0], one[-1]) for one in told.values() if len(one) > 1)
    assert words["Better"] > words["Worse"] and words[""] == 0 and sum(words.values()) >= 10
    assert {"goodman_baron", "gais"} <= {scale_id for _, _, scale_id in told}


def test_a_recording_says_of_itself_what_was_handed_in(full: Seeded):
    for session_id, batches in full.recorder.samples().items():
        state = full.states[session_id]
        count = sum(batch.count for batch in batches)
        ended = [event.what for _, event in state.log if isinstance(event.what, ev.RecordingEnded)]
        assert state.sealed is not None and state.sealed.samples == count == sum(one.samples for one in ended)
        assert state.sealed.gaps == len(state.gaps)
        _assert_each_index_once_or_in_a_gap(batches, state)


def _assert_each_index_once_or_in_a_gap(batches: list[Batch], state: SessionState) -> None:
    bound = {(pen.serial, pen.boot_id) for pen in state.pens}
    seen: dict[tuple[str, int], set[int]] = {}
    for batch in batches:
        here = seen.setdefault((batch.pen_serial, batch.boot_id), set())
        indexes = set(range(batch.first_index, batch.end_index))
        assert not here & indexes
        here |= indexes
    assert set(seen) <= bound
    for (serial, boot_id), indexes in seen.items():
        lost = {index for gap in state.gaps if (gap.pen_serial, gap.boot_id) == (serial, boot_id)
                for index in range(gap.first_index, gap.first_index + gap.count)}
        assert indexes | lost == set(range(min(indexes), max(indexes) + 1)) and not indexes & lost


def test_samples_lie_before_the_events_that_followed_them(full: Seeded):
    last_event_us: dict[UUID, int] = {}
    for session_id, entry in full.recorder.entries:
        if isinstance(entry, Batch):
            arrived_us = round(entry.received_s * 1_000_000)
            assert arrived_us > last_event_us[session_id] - 1
        else:
            last_event_us[session_id] = entry[-1].at_us


def test_told_figures_are_those_of_the_samples(full: Seeded):
    book = read_book(NOW_US)
    calendar = lay_out(book, demo_library(), NOW_US, 25, 3, 9)
    for told in told_visits(book, demo_library(), calendar, "demo", 9):
        if told.batches:
            total = sum(batch.count for _, batch in told.batches)
            assert len(told.table) == total
            raw = {(batch.boot_id, batch.first_index): batch.samples for _, batch in told.batches}
            place = 0
            for boot, index in sorted(raw, key=lambda one: (_boot_place(told.table.boots, one[0]), one[1])):
                part = raw[boot, index]
                assert told.table.raw[place:place + len(part) // 10].tobytes() == part
                place += len(part) // 10
        else:
            assert len(told.table) == len(build_table(()))


def _boot_place(boots: tuple[tuple[str, int], ...], boot_id: int) -> int:
    return [one for _, one in boots].index(boot_id)


def test_the_same_now_gives_the_same_clinic_and_another_seed_another():
    first, second = seed(sessions=25), seed(sessions=25)
    assert first.recorder.entries == second.recorder.entries
    assert first.registry.day == second.registry.day and first.registry.all_courses == second.registry.all_courses
    other = KeepingRecorder()
    seed_demo(KeepingRegistry(), other, demo_library(), NOW_US, lambda words, share: None, sessions=25,
              with_telemetry=1, seed=2)
    assert set(other.stories()) != set(first.recorder.stories())


def test_today_is_the_day_of_the_design(full: Seeded):
    rows = full.registry.appointments(NOW_US - 12 * HOUR_US, NOW_US + 12 * HOUR_US)
    assert [f"{local(row.starts_us):%H:%M} {row.patient_id}" for row in rows] == [
        "08:30 P-0398", "10:00 P-0127", "11:30 P-0412", "13:30 P-0460", "15:00 P-0377", "16:30 P-0231",
        "17:30 P-0419"]
    assert [bool(row.session_id) for row in rows] == [True, True, False, False, False, False, False]
    assert f"{local(rows[2].arrived_us or 0):%H:%M}" == "11:21"
    for row in rows[:2]:
        state = full.states[UUID(row.session_id)]
        assert state.sealed_at_us is not None and row.starts_us < state.sealed_at_us < NOW_US
    courses = {row.patient_id: full.registry.all_courses[row.course_id] for row in rows}
    assert [(courses[one].done, courses[one].length) for one in courses] == [
        (2, 4), (5, 6), (2, 6), (0, 5), (3, 6), (1, 0), (5, 6)]


def test_the_last_visits_are_as_long_ago_as_the_day_list_shows(full: Seeded):
    last: dict[str, date] = {}
    for state in sorted(full.states.values(), key=lambda one: one.opened_at_us):
        if state.opened and local_day(state.opened_at_us) < local_day(NOW_US):
            last[state.opened.patient_id] = local_day(state.opened_at_us)
    today = local_day(NOW_US)
    assert {one: (today - last[one]).days for one in ("P-0398", "P-0127", "P-0412", "P-0377", "P-0231", "P-0419")} == {
        "P-0398": 43, "P-0127": 31, "P-0412": 36, "P-0377": 22, "P-0231": 213, "P-0419": 56}
    assert "P-0460" not in last
    assert full.registry.people["P-0412"].note == "Type 2 diabetes, noted on 31 Aug"


def test_the_next_patient_was_needled_deepest_at_the_depth_of_the_design(full: Seeded):
    states = [one for one in full.states.values() if one.opened and one.opened.patient_id == "P-0412"]
    newest = max(states, key=lambda one: one.opened_at_us)
    assert max(area.plan.target_depth_um for area in newest.areas.values()) == 1250
    assert len(newest.areas) == 9


@pytest.mark.parametrize("hour", [0, 1, 6, 12, 20, 23])
def test_the_day_fits_in_the_day_at_any_hour(hour: int):
    now_us = NOW_US - 11 * HOUR_US + hour * HOUR_US + 17 * 60_000_000
    seeded = seed(now_us, sessions=20, with_telemetry=0)
    assert len(seeded.registry.day) == 7
    for row in seeded.registry.day.values():
        assert local_day(row.starts_us) == local_day(now_us)
    assert all(state.last_at_us < now_us for state in seeded.states.values())


def test_courses_count_the_finished_visits(full: Seeded):
    finished = Counter(
        state.opened.course_id for state in full.states.values() if state.opened and state.outcome == "finished")
    for course in full.registry.all_courses.values():
        assert course.done == finished[course.course_id], course.course_id
        assert not course.length or course.done <= course.length


def test_no_cartridge_was_used_twice(full: Seeded):
    serials = [one.product.serial for state in full.states.values() for one in state.cartridges]
    assert len(set(serials)) == len(serials)
    codes = demo_codes(NOW_US)
    used = codes.used_cartridge.rpartition("21")[2]
    assert used in serials
    assert codes.cartridge.rpartition("21")[2] not in serials


def test_lots_were_in_date_when_they_were_used(full: Seeded):
    for story in full.recorder.stories().values():
        for event in story:
            product = getattr(event.what, "product", None)
            if product is not None:
                assert gtin_problem(product.gtin) == ""
                assert date.fromisoformat(product.expiry) >= local_day(event.at_us)


def test_another_day_gets_a_list_of_its_own_once():
    seeded = seed(sessions=20, with_telemetry=0)
    tomorrow_us = NOW_US + DAY_US
    renew_day(seeded.registry, tomorrow_us)
    rows = seeded.registry.appointments(tomorrow_us - 11 * HOUR_US, tomorrow_us + 12 * HOUR_US)
    assert [row.patient_id for row in rows] == ["P-0412", "P-0460", "P-0377", "P-0231", "P-0419"]
    before = dict(seeded.registry.day)
    renew_day(seeded.registry, tomorrow_us + HOUR_US)
    assert seeded.registry.day == before


def test_a_recorder_that_does_not_commit_in_time_is_said():
    registry = KeepingRegistry()
    with pytest.raises(OperatorError, match="could not be saved in time"):
        seed_demo(registry, KeepingRecorder(commits=False), demo_library(), NOW_US, lambda words, share: None,
                  sessions=18, with_telemetry=0)
    assert not is_whole(registry)


def test_a_full_disk_is_said_at_once_and_the_clinic_is_not_whole():
    failing = "Saving has stopped because the disk is full; free disk space."
    registry, recorder = KeepingRegistry(), KeepingRecorder(commits=False, failing=failing)
    with pytest.raises(OperatorError, match="could not be made: saving has stopped because the disk is full; no"):
        seed_demo(registry, recorder, demo_library(), NOW_US, lambda words, share: None,
                  sessions=18, with_telemetry=0)
    assert not is_whole(registry)


def test_the_standing_note_counts_its_days_from_now():
    book = read_book(NOW_US + 10 * DAY_US)
    patient = next(one.patient for one in book.patients if one.patient.patient_id == "P-0412")
    noted = datetime(2026, 11, 27, tzinfo=UTC) - timedelta(days=78)
    assert patient.note.endswith(f"noted on {noted.day} {noted:%b}")


def test_the_last_sessions_are_called_after_and_one_event_is_open(full: Seeded) -> None:
    records = full.registry.records.values()
    calls = [contact_of(one) for one in records if one.kind is RecordKind.FOLLOW_UP]
    assert {one.state for one in calls} == {"due", "done"} and len(calls) > 5
    assert all(UUID(one.session_id) in full.states for one in calls)
    assert any(one.told for one in calls) and all(one.attempts for one in calls if one.done)
    [event] = [one for one in records if one.kind is RecordKind.ADVERSE_EVENT]
    assert event.state == "open" and event.session_id in {one.session_id for one in calls}
