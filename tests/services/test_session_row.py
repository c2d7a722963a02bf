from treatments import CARTRIDGE, CREAM, SERUM, SESSION_ID, START_US, walk, walk_to

from console.domain import session_events as ev
from console.domain.ports import StoredEvent
from console.domain.session_events import SessionEvent
from console.domain.workflow import Phase
from console.services.session_row import summarise


def line(session, samples=0):
    story = [StoredEvent(SESSION_ID, seq, event, bytes(32)) for seq, event in enumerate(session.history, 1)]
    return summarise(SESSION_ID, story, samples, b"h" * 32)


def test_a_sealed_treatment_in_one_line():
    row = line(walk(), 500)
    assert (row.kind, row.state, row.outcome, row.phase) == ("treatment", "sealed", "finished", "sign_off")
    assert (row.areas_planned, row.areas_done, row.samples, row.head) == (2, 2, 500, b"h" * 32)
    assert (row.patient_id, row.plan_name, row.course_number, row.pen_serial) == (
        "P-0412", "Facial acne scars", 3, "A1-000042")
    assert row.lots == (CREAM.lot, CARTRIDGE.lot, SERUM.lot)
    assert row.opened_us == START_US and row.closed_us > row.opened_us and row.needling_s == 300


def test_an_open_one_has_no_end_and_counts_only_areas_needled():
    row = line(walk_to(Phase.NEEDLING))
    assert (row.state, row.outcome, row.closed_us, row.areas_done, row.phase) == ("open", "", None, 0, "needling")


def test_before_it_was_opened_there_is_no_line():
    assert summarise(SESSION_ID, [], 0, bytes(32)) is None


def test_depth_by_hand_stands_in_the_line_only_without_a_pen():
    by_hand = ev.ManualSettings("face.forehead", 800, None)
    with_pen = walk_to(Phase.NEEDLING)
    with_pen.accept([SessionEvent(START_US * 2, "PR-02", by_hand)])
    assert line(with_pen).median_depth_um is None
    without = walk_to(Phase.PREPARATION)
    without.accept([SessionEvent(START_US * 2, "PR-02", what) for what in (ev.ManualModeChosen("none"), by_hand)])
    assert line(without).median_depth_um == 800


def test_a_lot_used_twice_is_named_once():
    session = walk()
    again = walk_to(Phase.SERUM)
    again.accept([SessionEvent(START_US * 2, "PR-02", ev.SerumApplied(SERUM, 500)) for _ in range(2)])
    assert line(again).lots.count(SERUM.lot) == 1 and line(session).lots.count(SERUM.lot) == 1
