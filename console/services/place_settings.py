"""Where this console stands: room, station and the kind of pen whose speeds plans go by, kept as settings."""

from collections.abc import Mapping
from dataclasses import replace

from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.ports import Registry
from console.domain.rights import Right, allows
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_settings import Option, SettingEntry, SettingField
from console.services.day_desk import PEN_CLASS_DEFAULT, DayDesk, Place

ROOM, STATION, PEN_CLASS, CLINIC = "room", "station", "pen_class", "clinic"
MOST_CHARACTERS = 40


def kept_place(registry: Registry, place: Place) -> Place:
    """Give a place with what is kept of it in the settings."""
    return replace(
        place, room=registry.setting(ROOM, place.room), station=registry.setting(STATION, place.station),
        pen_class=registry.setting(PEN_CLASS, place.pen_class), clinic=registry.setting(CLINIC, place.clinic))


def place_entry(place: Place, library: ClinicalLibrary) -> SettingEntry:
    """Give it as an entry of the settings page."""
    pens = (Option(PEN_CLASS_DEFAULT, "Any pen", "speeds a plan gives for any pen"),
            *(Option(pen.pen_id, pen.name, _speeds(pen.rate_low_chz, pen.rate_high_chz)) for pen in library.pens))
    fields = (
        SettingField(ROOM, "Room", place.room, most=MOST_CHARACTERS),
        SettingField(STATION, "Station", place.station, most=MOST_CHARACTERS),
        SettingField(CLINIC, "Clinic, where there are several", place.clinic, most=MOST_CHARACTERS),
        SettingField(PEN_CLASS, "Speeds of plans are those of", place.pen_class, options=pens, compared=False))
    return SettingEntry("place", "place", "place", "This console", place.room, "", None, fields,
                        "Sessions begun from now on bear it; one that is open keeps its room.")


def _speeds(low_chz: int | None, high_chz: int | None) -> str:
    if low_chz is None or high_chz is None:
        return "no speed is cited"
    return f"{low_chz / 100:g} to {high_chz / 100:g} strokes per second"


def save_place(day: DayDesk, registry: Registry, changes: Mapping[str, int | str], editor: Staff | None) -> None:
    """Keep what changed; sessions begun from now on bear it."""
    if editor is None or not allows(editor, Right.EDIT_CLINIC):
        raise Refusal("A manager or an administrator changes this", "nothing was saved", "let one of them sign in")
    wanted = {name: " ".join(str(value).split()) for name, value in changes.items()}
    empty = [name for name, value in wanted.items() if not value and name != CLINIC]
    if empty:
        raise Refusal(f"The {empty[0]} needs a name", "nothing was saved")
    for name, value in wanted.items():
        registry.save_setting(name, value, editor.staff_id)
    day.place = replace(
        day.place, room=wanted.get(ROOM, day.place.room), station=wanted.get(STATION, day.place.station),
        pen_class=wanted.get(PEN_CLASS, day.place.pen_class), clinic=wanted.get(CLINIC, day.place.clinic))
