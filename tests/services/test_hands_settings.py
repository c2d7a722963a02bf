"""The foot's settings: kept, shown, refused."""

from collections.abc import Iterator

import pytest
from console_rig import close_console, make_console

from console.domain.errors import Refusal
from console.domain.pedal import FootAct, PedalPlan
from console.domain.people import Role, Staff
from console.services.console import Console
from console.services.hands_settings import KEY, ORDER, SWITCHES, pedal_entry, read_pedal, save_pedal

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


def test_what_was_saved_counts_from_then_on(console: Console) -> None:
    assert read_pedal(console.registry) == PedalPlan()
    saved = save_pedal(console.registry, {KEY: "B", ORDER: "pause,mark,forward"}, MANAGER)
    assert read_pedal(console.registry) == saved
    assert saved.key == "B" and saved.order[0] is FootAct.PAUSE
    save_pedal(console.registry, {SWITCHES: "3", "pedal_key_mark": "A"}, MANAGER)
    assert read_pedal(console.registry).keys == ("F15", "F14", "A")


def test_the_entry_shows_what_counts(console: Console) -> None:
    entry = pedal_entry(PedalPlan(switches=3))
    assert entry.field(SWITCHES).value == "3" and entry.field("pedal_key_forward").value == "F15"
    assert entry.summary == "Three switches: F13, F14, F15"
    assert pedal_entry(PedalPlan()).summary == "F13, press: forward"


@pytest.mark.parametrize("changes", [{KEY: "Return"}, {ORDER: "mark"}, {SWITCHES: "4"},
                                     {SWITCHES: "3", "pedal_key_mark": "F15"}])
def test_what_cannot_be_is_refused_and_nothing_saved(console: Console, changes: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        save_pedal(console.registry, changes, MANAGER)
    assert read_pedal(console.registry) == PedalPlan()


def test_only_who_may_change_the_clinic_saves(console: Console) -> None:
    with pytest.raises(Refusal, match="manager"):
        save_pedal(console.registry, {KEY: "B"}, Staff("PR-02", "A. Sato", Role.PRACTITIONER))
    assert read_pedal(console.registry).key == "F13"


def test_settings_nobody_can_read_count_as_not_set(console: Console) -> None:
    console.registry.save_setting(ORDER, "sideways", "MG-01")
    assert read_pedal(console.registry) == PedalPlan()
