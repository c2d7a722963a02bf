"""Damage found beside the console: told once each way, and the door only when nobody is treated and no hand moves."""

from dataclasses import dataclass

from store_kit import StillClock

from console.app.damage_watch import STILL_S, DamageWatch


@dataclass
class Check:
    damage: str = ""
    treating: bool = False


class Window:
    def __init__(self, check: Check) -> None:
        self.clock, self.told, self.left, self.active_s = StillClock(), [], 0, 0.0
        self.watch = DamageWatch(check, lambda words, kind: self.told.append((words, kind)),  # type: ignore[arg-type]
                                 lambda: self.active_s, self.clock, self._leave)

    def _leave(self) -> None:
        self.left += 1

    def look(self, after_s: float = 0.0) -> None:
        self.clock.advance(after_s)
        self.watch.look()


def test_nothing_is_said_of_a_whole_record() -> None:
    window = Window(Check())
    window.look(10 * STILL_S)
    assert window.told == [] and window.left == 0


def test_a_treatment_goes_on_and_the_door_opens_behind_it() -> None:
    check = Check("page 7", treating=True)
    window = Window(check)
    for _ in range(4):
        window.look(10 * STILL_S)
    assert window.left == 0
    (words, kind), = window.told
    assert kind == "stop" and "This treatment goes on being recorded" in words and "page" not in words
    check.treating = False
    window.look()
    assert len(window.told) == 2 and "backup is offered now" in window.told[1][0] and window.left == 0
    window.look(STILL_S)
    window.look(STILL_S)
    assert window.left == 1, "once"


def test_a_hand_that_moves_is_not_interrupted() -> None:
    window = Window(Check("page 7"))
    window.look()
    window.active_s = window.clock.monotonic_s() + STILL_S - 1
    window.look(STILL_S)
    assert window.left == 0
    window.look(STILL_S - 1)
    assert window.left == 1
