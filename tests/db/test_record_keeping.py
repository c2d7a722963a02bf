"""The clinic's rule over a real store: who is proposed, what stands in the way, and that nothing goes by itself."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from store_kit import StillClock, event, opened, summary

from console.domain.erasure import Ground
from console.domain.errors import OperatorError, Refusal
from console.domain.people import Patient, Role, Staff
from console.domain.retention import RetentionRule
from console.domain.session_events import BenchEnded
from console.services.ids import new_id
from console.services.record_keeping import RecordKeeping
from db.data_folder import DataFolder
from db.erasure import StoreEraser
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

MANAGER, PRACTITIONER = Staff("MG-01", "M.", Role.MANAGER), Staff("PR-02", "P.", Role.PRACTITIONER)
YEAR_S = 366 * 86_400


@pytest.fixture
def keeping(folder: DataFolder, clock: StillClock) -> Iterator[RecordKeeping]:
    recorder = RecorderThread(folder, clock, summary)
    recorder.start()
    store = SessionStore(folder)
    registry = ClinicRegistry(store, recorder, clock)
    registry.save_patient(Patient("P-0001", "Grown Up", "1980-01-01"), "PR-02")
    registry.save_patient(Patient("P-0002", "Quite Young", "2014-01-01"), "PR-02")
    registry.save_patient(Patient("P-0003", "Never Here", ""), "PR-02")
    for patient_id in ("P-0001", "P-0002"):
        session_id: UUID = new_id()
        recorder.append(session_id, [event(opened(patient_id)), event(BenchEnded(0, 0, 0, 0, 0))])
    assert recorder.synchronise(10)
    yield RecordKeeping(registry, StoreEraser(folder, store, recorder, clock), clock)
    store.close()
    recorder.stop(10)


def over(keeping: RecordKeeping) -> list[str]:
    return [one.visit.patient_id for one in keeping.past_retention()]


def test_without_a_rule_nobody_is_proposed(keeping: RecordKeeping, clock: StillClock) -> None:
    clock.advance(90 * YEAR_S)
    assert keeping.rule() is None and over(keeping) == []


def test_whose_time_is_over_is_proposed_the_longest_first(keeping: RecordKeeping, clock: StillClock) -> None:
    keeping.set_rule(RetentionRule(8, "A law", 18, 7), MANAGER)
    assert over(keeping) == []
    clock.advance(8 * YEAR_S)
    assert over(keeping) == ["P-0001", "P-0003"]
    clock.advance(6 * YEAR_S)
    assert over(keeping) == ["P-0001", "P-0003", "P-0002"]  # a minor then: until 25
    keeping.set_hold("P-0003", "a letter", MANAGER)
    assert over(keeping) == ["P-0001", "P-0002"]
    assert keeping.erasures() == []  # proposed, never done


def test_holds_are_set_and_lifted_once_with_a_reason(keeping: RecordKeeping) -> None:
    with pytest.raises(Refusal, match="with a reason"):
        keeping.set_hold("P-0001", " ", MANAGER)
    with pytest.raises(OperatorError, match="There is no patient P-9"):
        keeping.set_hold("P-9", "x", MANAGER)
    with pytest.raises(Refusal, match="under no legal hold"):
        keeping.lift_hold("P-0001", "x", MANAGER)
    keeping.set_hold("P-0001", "a letter", MANAGER)
    with pytest.raises(Refusal, match="under a legal hold already"):
        keeping.set_hold("P-0001", "another", MANAGER)
    assert [(one.patient_id, one.reason, one.by) for one in keeping.holds()] == [("P-0001", "a letter", "MG-01")]
    keeping.lift_hold("P-0001", "settled", MANAGER)
    assert keeping.holds() == [] and keeping.hold("P-0001") is None


def test_a_practitioner_may_do_none_of_it(keeping: RecordKeeping) -> None:
    for act in (
        lambda: keeping.set_rule(RetentionRule(8, "A law"), PRACTITIONER),
        lambda: keeping.set_hold("P-0001", "x", PRACTITIONER),
        lambda: keeping.lift_hold("P-0001", "x", PRACTITIONER),
        lambda: keeping.erase("P-0001", Ground.ORDER, "x", "P-0001", PRACTITIONER),
    ):
        with pytest.raises(Refusal, match="PR-02 may not set retention, hold and erase"):
            act()


def test_an_erasure_asks_for_number_reason_and_an_end_of_the_duty(keeping: RecordKeeping, clock: StillClock) -> None:
    def erase(ground: Ground = Ground.REQUEST, reason: str = "asked", confirmed: str = "P-0001") -> None:
        keeping.erase("P-0001", ground, reason, confirmed, MANAGER)

    for words, act in (
        ("typed is not P-0001", lambda: erase(confirmed="P-0002")), ("needs its reason", lambda: erase(reason="")),
        ("no retention rule", erase),
    ):
        with pytest.raises(Refusal, match=words):
            act()
    keeping.set_rule(RetentionRule(8, "A law"), MANAGER)
    with pytest.raises(Refusal, match="must be kept until 2033"):
        erase()
    clock.advance(8 * YEAR_S)
    erase(confirmed=" p-0001 ")
    assert [one.patient_id for one in keeping.erasures()] == ["P-0001"] and "P-0001" not in over(keeping)
    with pytest.raises(OperatorError, match="was erased, as number 1"):
        erase()


def test_a_ground_of_law_does_not_wait(keeping: RecordKeeping) -> None:
    assert keeping.erase("P-0002", Ground.ORDER, "order 12/26", "P-0002", MANAGER).number == 1
    with pytest.raises(OperatorError, match="There is no patient P-7777"):
        keeping.erase("P-7777", Ground.ORDER, "x", "P-7777", MANAGER)


@pytest.mark.parametrize("by", [PRACTITIONER, Staff("AD-01", "A.", Role.ADMINISTRATOR)])
def test_who_may_not_keep_or_not_export_is_given_no_copy(keeping: RecordKeeping, by: Staff) -> None:
    with pytest.raises(Refusal, match="may not"):
        keeping.note_given_out("P-0001", by)
    keeping.note_given_out("P-0001", MANAGER)
