"""Which key is which switch, and what its gestures do."""

import pytest

from console.domain.errors import Refusal
from console.domain.pedal import ORDERS, FootAct, Gesture, PedalPlan, order_key, order_words, read_order


def test_one_switch_does_three_things_in_the_order_chosen() -> None:
    plan = PedalPlan(order=(FootAct.PAUSE, FootAct.MARK, FootAct.FORWARD))
    assert [plan.act("F13", gesture) for gesture in Gesture] == ["pause", "mark", "forward"]
    assert [plan.words(act) for act in FootAct] == ["Pedal: hold 1 s", "Pedal: press", "Pedal: twice"]
    assert plan.keys == ("F13",)


def test_three_switches_do_one_thing_each() -> None:
    plan = PedalPlan(switches=3, own_keys=("C", "B", "A"))
    for gesture in Gesture:
        assert [plan.act(key, gesture) for key in "CBA"] == ["forward", "pause", "mark"]
    assert [plan.words(act) for act in FootAct] == ["Pedal: right", "Pedal: middle", "Pedal: left"]


@pytest.mark.parametrize("key", ["", "Return", "Enter", "Tab", "F8", "Esc"])
def test_keys_a_scanner_or_a_sheet_needs_are_refused(key: str) -> None:
    with pytest.raises(Refusal, match="nothing was saved"):
        PedalPlan(key=key).proved()


def test_two_switches_never_share_a_key() -> None:
    with pytest.raises(Refusal, match="same key"):
        PedalPlan(switches=3, own_keys=("A", "B", "A")).proved()
    assert PedalPlan(own_keys=("A", "B", "A")).proved().key == "F13", "with one switch the others do not count"


def test_every_order_can_be_kept_and_said() -> None:
    assert len(ORDERS) == 6
    assert all(read_order(order_key(one)) == one for one in ORDERS)
    assert order_words(ORDERS[0]) == "Press: forward. Twice: pause. Hold 1 s: mark"
    with pytest.raises(Refusal):
        read_order("forward,forward,mark")


def test_of_two_switches_the_left_one_held_marks():
    plan = PedalPlan(switches=2, own_keys=("R", "L", ""))
    assert plan.proved().keys == ("R", "L"), "the third's key does not count"
    assert [plan.act("R", gesture) for gesture in Gesture] == [FootAct.FORWARD] * 3
    assert [plan.act("L", gesture) for gesture in Gesture] == [FootAct.PAUSE, FootAct.PAUSE, FootAct.MARK]
    assert plan.words(FootAct.MARK) == "Pedal: left, hold 1 s"
