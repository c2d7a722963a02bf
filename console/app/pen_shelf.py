"""Every pen profile that can be used: shipped, and the clinic's own over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.label_matrix import PenLabel
from console.domain.link_ports import PenChoice
from console.domain.ports import Registry
from console.services.clinical_library import ClinicalLibrary
from console.services.pen_labels import RefusedPen, pen_files
from console.services.resources import resource_path
from devices.chosen_link import ChosenLink
from devices.profile import MANUAL, PEN_LINK, PenProfile
from devices.profile_reader import read_profile

PROFILE_SETTING = "pen_profile"
BUILT_IN = (PEN_LINK, MANUAL)


@dataclass(frozen=True, slots=True)
class ShelvedPen:
    """A profile and the file it is from; None for what is built in."""

    profile: PenProfile
    path: Path | None
    label: PenLabel | None


@dataclass(frozen=True, slots=True)
class PenShelf:
    """The profiles by id, and the files that were refused."""

    pens: tuple[ShelvedPen, ...]
    refused: tuple[RefusedPen, ...]

    def pen(self, pen_id: str) -> ShelvedPen:
        """Give a profile; OperatorError names those there are."""
        for pen in self.pens:
            if pen.profile.pen_id == pen_id:
                return pen
        known = ", ".join(pen.profile.pen_id for pen in self.pens)
        raise OperatorError(f"There is no pen profile «{pen_id}»", "nothing was changed", f"choose one of: {known}")


def load_shelf(clinic_pens: Path | None, library: ClinicalLibrary | None = None) -> PenShelf:
    """Read every profile, examples last; a bad one is refused and the others load. A clinic's wins by id."""
    resources = resource_path(".")
    library = library or ClinicalLibrary.load(resources, None, clinic_pens)
    labels = {label.pen_id: label for label in library.pens}
    refused = {bad.path: bad for bad in library.refused_pens}
    pens = {profile.pen_id: ShelvedPen(profile, None, None) for profile in BUILT_IN}
    for path in pen_files(resources / "pens", clinic_pens):
        if path in refused:
            continue
        try:
            profile = read_profile(path)
        except OperatorError as error:
            refused[path] = RefusedPen(path, error)
        else:
            pens[profile.pen_id] = ShelvedPen(profile, path, labels.get(profile.pen_id))
    order = sorted(pens.values(), key=_order)
    return PenShelf(tuple(order), tuple(refused.values()))


def _order(pen: ShelvedPen) -> tuple[bool, bool, str]:
    return pen.path is not None, pen.profile.example, pen.profile.name.lower() if pen.path else ""


def find_profile(wanted: str, clinic_pens: Path | None) -> PenProfile:
    """Give a profile by its id or its file."""
    if wanted.endswith(".toml"):
        return read_profile(Path(wanted))
    built_in = next((one for one in BUILT_IN if one.pen_id == wanted), None)
    return built_in or load_shelf(clinic_pens).pen(wanted).profile


class PenChooser:
    """Fulfils ``console.domain.ports.PenProfiles`` over the link in use; the choice is kept in a setting."""

    def __init__(self, shelf: PenShelf, link: ChosenLink, registry: Registry) -> None:
        self._shelf, self._link, self._registry = shelf, link, registry

    def choices(self) -> Sequence[PenChoice]:
        """Give every profile, the built-in ones first."""
        return [choice_of(pen.profile) for pen in self._shelf.pens]

    def chosen(self) -> PenChoice:
        """Give the profile in use."""
        return choice_of(self._link.profile)

    def choose(self, pen_id: str, actor_id: str) -> None:
        """Use another profile, now and at the next start."""
        self._link.choose(self._shelf.pen(pen_id).profile)
        self._registry.remember_setting(PROFILE_SETTING, pen_id, actor_id)


def choice_of(profile: PenProfile) -> PenChoice:
    """Give what is told of a profile where one is chosen."""
    return PenChoice(profile.pen_id, profile.name, profile.kind, profile.example)


def remembered(shelf: PenShelf, registry: Registry) -> PenProfile:
    """Give the profile chosen last; Pen Link where none was, or where it is no longer there."""
    pen_id = registry.setting(PROFILE_SETTING, PEN_LINK.pen_id)
    return next((pen.profile for pen in shelf.pens if pen.profile.pen_id == pen_id), PEN_LINK)
