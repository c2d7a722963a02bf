"""The sounds' settings: kept, shown, refused, and what an unreadable one counts as."""

from collections.abc import Iterator

import pytest
from console_rig import close_console, make_console

from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.services.console import Console
from console.services.sound_settings import LEVEL, LOW_SOUNDS, PAUSE, SoundPlan, read_sound, save_sound, sound_entry

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


def test_what_was_saved_counts_and_is_shown(console: Console) -> None:
    assert read_sound(console.registry) == SoundPlan()
    save_sound(console.registry, {LEVEL: "5", PAUSE: "30", LOW_SOUNDS: "on"}, MANAGER)
    plan = read_sound(console.registry)
    assert plan == SoundPlan(5, 30, True)
    entry = sound_entry(plan)
    assert entry.summary == "loudness 5, pause 30 s"
    assert [entry.field(name).value for name in (LEVEL, PAUSE, LOW_SOUNDS)] == [5, "30", "on"]


@pytest.mark.parametrize("changes", [{LEVEL: "0"}, {PAUSE: "600"}, {LEVEL: "4", LOW_SOUNDS: "maybe"}])
def test_nothing_is_kept_of_what_cannot_be(console: Console, changes: dict[str, int | str]) -> None:
    with pytest.raises(Refusal):
        save_sound(console.registry, changes, MANAGER)
    with pytest.raises(Refusal):
        save_sound(console.registry, {LEVEL: "4"}, Staff("PR-09", "B", Role.PRACTITIONER))
    assert read_sound(console.registry) == SoundPlan()


def test_what_can_no_longer_be_read_is_as_usual(console: Console) -> None:
    console.registry.save_setting(LEVEL, "loud", "MG-01")
    console.registry.save_setting(PAUSE, "60", "MG-01")
    assert read_sound(console.registry) == SoundPlan(3, 60)
