"""Photos of a session: the standard views, and the commands that keep a picture or strike it.

The bytes lie in the database; the history holds their hash, so a picture cannot be exchanged unseen.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session_events import Payload
from console.domain.session_state import KeptPhoto, SessionState
from console.domain.sources import Source

BEFORE, AFTER, FOLLOW_UP = "before", "after", "follow_up"
MOMENTS = (BEFORE, AFTER, FOLLOW_UP)
CONSENT = "photos"


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the patient; left and right are the patient's."""

    view_id: str
    label: str


VIEWS = tuple(View(*one) for one in (
    ("frontal", "Frontal"), ("oblique_right", "Oblique, right"), ("oblique_left", "Oblique, left"),
    ("lateral_right", "Lateral, right"), ("lateral_left", "Lateral, left"),
    ("hairline", "Hairline, front"), ("vertex", "Vertex, from above"), ("crown", "Crown, back"),
    ("temple_right", "Temple, right"), ("temple_left", "Temple, left"),
    ("front", "Front"), ("side_right", "Side, right"), ("side_left", "Side, left"), ("close", "Close up"),
))
VIEW_IDS = tuple(view.view_id for view in VIEWS)
_LABELS = {view.view_id: view.label for view in VIEWS}


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """The views a map's areas need; the distance is None where no source names one."""

    map_id: str
    views: tuple[str, ...]
    frankfurt: bool
    distance_low_cm: int | None
    distance_high_cm: int | None
    reminders: tuple[str, ...]
    sources: tuple[Source, ...]
    reviewed: date

    @property
    def distance_words(self) -> str:
        """Give the distance in words, empty where none is known."""
        if self.distance_low_cm is None or self.distance_high_cm is None:
            return ""
        return f"{self.distance_low_cm} to {self.distance_high_cm} cm away"


def view_label(view_id: str) -> str:
    """Give a view's words; the id itself where it is unknown."""
    return _LABELS.get(view_id, view_id)


def standing(state: SessionState, moment: str = "") -> list[KeptPhoto]:
    """Give the pictures that count, those of one moment where it is named."""
    return [one for one in state.pictures.values() if not one.struck and moment in ("", one.taken.moment)]


def latest(state: SessionState, moment: str) -> dict[str, KeptPhoto]:
    """Give the newest picture that counts, by view."""
    return {one.taken.view: one for one in standing(state, moment)}


def laid_out(count: int, views: Sequence[str], filled: Collection[str]) -> list[str]:
    """Give a view to each of ``count`` pictures in order: the empty views first, then the filled ones anew."""
    order = [view for view in views if view not in filled] + [view for view in views if view in filled]
    return order[:count]


def why_no_photos(state: SessionState) -> str:
    """Say why no picture may be kept or shown, empty where one may."""
    if CONSENT in state.withdrawn:
        return "the patient withdrew the consent to photographs"
    given = state.consents.get(CONSENT)
    if given is None:
        return "the consent to photographs is not decided"
    return "" if given.given else "the patient refused photographs"


def keep_photos(taken: Sequence[ev.PhotoTaken]) -> Callable[[SessionState], list[Payload]]:
    """Record pictures of one moment whose bytes are stored, and that the set was taken."""

    def command(state: SessionState) -> list[Payload]:
        if not taken:
            raise Refusal("No photo was taken", todo="take the set or say why not")
        moment = taken[0].moment
        _require_open_for(state, moment)
        fresh = {one.view for one in taken}
        before = [one for one in standing(state, moment) if one.taken.view not in fresh]
        replaced = [ev.PhotoStruck(one.taken.photo_id, "taken again") for one in standing(state, moment)
                    if one.taken.view in fresh]
        recorded = [] if moment == FOLLOW_UP else [ev.PhotosRecorded(moment, len(before) + len(taken))]
        return [*replaced, *taken, *recorded]

    return command


def strike_photo(photo_id: str, reason: str) -> Callable[[SessionState], list[Payload]]:
    """Mark a picture as struck; its bytes and its entry stay. Behind the seal nothing is struck."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:
            raise Refusal("The session is closed", "its photos are kept", "use an amendment")
        photo = state.pictures.get(photo_id)
        if photo is None or photo.struck:
            raise Refusal("That photo is struck already", "nothing was changed")
        if not reason.strip():
            raise Refusal("Striking a photo needs a reason", "nothing was changed")
        return [ev.PhotoStruck(photo_id, reason.strip())]

    return command


def _require_open_for(state: SessionState, moment: str) -> None:
    if moment not in MOMENTS:
        raise Refusal(f"There is no moment «{moment}»", "nothing was recorded")
    if why := why_no_photos(state):
        raise Refusal(why[0].upper() + why[1:], "nothing was recorded")
    if moment == FOLLOW_UP:
        if state.sealed is None:
            raise Refusal("The session is not sealed yet", "nothing was recorded", "take it as after-photo")
    elif state.closed:
        raise Refusal("The session is closed", "nothing was recorded", "take it as follow-up photo")
