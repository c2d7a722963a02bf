"""What a session report is made from, and the words and figures it writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from console.domain import session_events as ev
from console.domain.people import Patient
from console.domain.session_state import SessionState
from console.services.event_words import EventWords
from console.services.local_time import local
from console.services.review_desk import SessionDossier

DASH = "–"
NOTHING = "not recorded"


class ClinicLines(Protocol):
    """What a letterhead shows of the clinic."""

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ReportCase:
    """A session with the people it is about. ``staff_names`` maps staff ids to printed names."""

    dossier: SessionDossier
    patient: Patient | None
    staff_names: Mapping[str, str]
    clinic: ClinicLines
    verified_text: str
    words: EventWords = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", EventWords(self.dossier.state))

    @property
    def state(self) -> SessionState:
        """Give the session's state."""
        return self.dossier.state

    @property
    def mark(self) -> str:
        """Give the mark every page bears: not clinical, entered afterwards, or nothing."""
        return "; ".join(part for part in (mark_words(self.dossier.row.marked_as), self.afterwards) if part)

    @property
    def afterwards(self) -> str:
        """Give the mark of a session entered from paper, empty for one recorded as it happened."""
        told = self.state.afterwards
        return f"Entered afterwards, paper {told.paper}" if told is not None else ""

    def person(self, staff_id: str) -> str:
        """Write a member of staff as name and id."""
        name = self.staff_names.get(staff_id, "")
        return f"{name} ({staff_id})" if name else staff_id


def afterwards_words(told: ev.EnteredAfterwards) -> str:
    """Say who typed a paper form in, and when; its times are the paper's."""
    return f"Times as on paper. Typed in by {told.entered_by}, {stamp(told.entered_at_us)}."


def mark_words(marked_as: str) -> str:
    """Give the printed mark of a demo, bench or training record, empty for a clinical one."""
    return f"{marked_as.capitalize()}, not clinical" if marked_as else ""


def stamp(utc_us: int) -> str:
    """Write ``2026-11-17 12:32``, local."""
    return local(utc_us).strftime("%Y-%m-%d %H:%M")


def zone_words(utc_us: int) -> str:
    """Write the zone local times are in: ``UTC+01:00``."""
    away = local(utc_us).strftime("%z")
    return "UTC" if away == "+0000" else f"UTC{away[:3]}:{away[3:5]}"


def mm(depth_um: int | None) -> str:
    """Write a depth in mm without its unit, a dash where there is none."""
    return DASH if depth_um is None else f"{depth_um / 1000:.2f}"


def span_mm(low_um: int | None, high_um: int | None) -> str:
    """Write a range in mm without its unit."""
    return DASH if low_um is None or high_um is None else f"{low_um / 1000:.2f}{DASH}{high_um / 1000:.2f}"


def hz(rate_chz: int | None) -> str:
    """Write a rate in strokes per second without its unit."""
    return DASH if rate_chz is None else f"{rate_chz / 100:.0f}"


def length(seconds: float | None) -> str:
    """Write a duration as minutes and seconds, ``4:27``."""
    if seconds is None:
        return DASH
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def count(number: int | None) -> str:
    """Write a whole number with thousands apart."""
    return DASH if number is None else f"{number:,}"


def born_words(patient: Patient | None, age_years: int | None) -> str:
    """Write birth date and the age at the session."""
    age = f"{age_years} years" if age_years is not None else ""
    born = patient.birth_date if patient else ""
    return f"{born}, {age}" if born and age else born or age or NOTHING


def day_of(iso: str) -> str:
    """Write an ISO date as ``Tue 22 Dec 2026``; other text stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day:%a} {day.day} {day:%b} {day.year}"


PROVENANCE = {"measured": "measured", "set": "set", "by_hand": "entered by hand", "none": "no readings"}
