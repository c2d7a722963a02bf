"""The foot's words: which key is which switch, and what a press, two presses and a hold mean."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations

from console.domain.errors import Refusal


class FootAct(StrEnum):
    """What a foot can do; never more than a hand's forward, pause and mark."""

    FORWARD = "forward"
    PAUSE = "pause"
    MARK = "mark"


class Gesture(StrEnum):
    """How a switch is used."""

    PRESS = "press"
    TWICE = "twice"
    HOLD = "hold"


Order = tuple[FootAct, FootAct, FootAct]
ORDERS: tuple[Order, ...] = tuple(permutations(FootAct, 3))  # of press, press twice, hold
GESTURE_WORDS = {Gesture.PRESS: "press", Gesture.TWICE: "twice", Gesture.HOLD: "hold 1 s"}
PLACES_OF_TWO = {FootAct.FORWARD: "right", FootAct.PAUSE: "left", FootAct.MARK: "left, hold 1 s"}
SWITCH_PLACES = {FootAct.FORWARD: "right", FootAct.PAUSE: "middle", FootAct.MARK: "left"}
_TAKEN = {
    "Return": "ends every scan", "Enter": "ends every scan", "Tab": "ends some scans and moves the focus",
    "F8": "is a scanner's separator", "Esc": "closes sheets", "Backspace": "corrects what is typed",
    "Del": "corrects what is typed",
}


@dataclass(frozen=True, slots=True)
class PedalPlan:
    """A pedal of one switch with three gestures, or of three with an act each; keys as Qt names them.

    Of two switches the right one goes forward, the left one pauses and, held, marks.
    """

    switches: int = 1
    key: str = "F13"
    order: Order = ORDERS[0]
    own_keys: tuple[str, str, str] = ("F15", "F14", "F13")  # of forward, pause, mark

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the keys that belong to the foot."""
        return self.own_keys[:self.switches] if self.several else (self.key,)

    @property
    def several(self) -> bool:
        """Tell whether no press has to wait until it can be no double any more."""
        return self.switches > 1

    def act(self, key: str, gesture: Gesture) -> FootAct:
        """Give what a gesture on a switch does; a switch of its own does the same however it is pressed."""
        if self.several:
            own = tuple(FootAct)[self.keys.index(key)]
            marks = self.switches == 2 and own is FootAct.PAUSE and gesture is Gesture.HOLD
            return FootAct.MARK if marks else own
        return self.order[tuple(Gesture).index(gesture)]

    def words(self, act: FootAct) -> str:
        """Say how the foot does an act: «Pedal: press»."""
        if self.switches == 2:
            return f"Pedal: {PLACES_OF_TWO[act]}"
        if self.several:
            return f"Pedal: {SWITCH_PLACES[act]}"
        return f"Pedal: {GESTURE_WORDS[tuple(Gesture)[self.order.index(act)]]}"

    def proved(self) -> "PedalPlan":
        """Give it back; Refusal where a key cannot be a foot's or is two switches at once."""
        for key in self.keys:
            if not key:
                raise Refusal("A switch has no key", "nothing was saved", "learn it: press the switch when asked")
            if key in _TAKEN:
                raise Refusal(f"{key} {_TAKEN[key]} and cannot be the pedal's", "nothing was saved",
                              "set the pedal to another key, best F13 to F24")
        if len(set(self.keys)) < len(self.keys):
            raise Refusal("Two switches have the same key", "nothing was saved", "learn each with its own key")
        return self


def order_key(order: Order) -> str:
    """Write an order for keeping: «forward,pause,mark»."""
    return ",".join(order)


def order_words(order: Order) -> str:
    """Say an order: «Press: forward. Twice: pause. Hold 1 s: mark»."""
    press, twice, hold = order
    return f"Press: {press}. Twice: {twice}. Hold 1 s: {hold}"


def read_order(kept: str) -> Order:
    """Read an order as it is kept; Refusal where it is none."""
    found = next((one for one in ORDERS if order_key(one) == kept), None)
    if found is None:
        raise Refusal(f"«{kept}» is no order of forward, pause and mark", "nothing was changed")
    return found
