"""A believable clinic of any size: the invented one's people and stock grown to so many sessions, years back.

Every session is told by the real commands and written as a real one; the same numbers give the same clinic.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from console.app.demo_book import DemoBook, DemoLot, DemoPatient, DemoProduct
from console.app.demo_calendar import MINUTE_US, SLOTS, Calendar, Place, count_courses
from console.domain.people import Patient, Role, Staff
from console.services.clinical_library import ClinicalLibrary
from console.services.local_time import day_start_us, local_day

REACH_DAYS = 5 * 365
YOUNGEST_DAYS = 25 * 365  # now: nobody was a minor at the oldest session, where a guardian would have to sign
PATIENT_SESSIONS = 7  # on average
PRACTITIONER_SESSIONS, CLINIC_SESSIONS = 1_500, 12_000
LOT_DAYS, LEAST_LOTS = 45, 3
PLAIN_SHARE = 0.8  # of sessions that go as usual
PACE_SPREAD = (0.85, 1.6)
SUNDAY = 6
FIRST = ("Maren", "Ilse", "Tomás", "Amina", "Jonas", "Freya", "Noor", "Luca", "Sigrid", "Emeka", "Paula", "Hana",
         "Viktor", "Leila", "Oskar", "Renata", "Yara", "Felix", "Astrid", "Mehmet", "Clara", "Ravi", "Nadia", "Stefan")
LAST = ("Aalto", "Bergmann", "Castillo", "Demir", "Ekström", "Fontaine", "Grabowski", "Haddad", "Ivanova", "Jansen",
        "Kowalski", "Lindholm", "Marchetti", "Nowak", "Okafor", "Petrov", "Quist", "Rossi", "Sørensen", "Tanaka",
        "Ugarte", "Vasquez", "Weiss", "Yilmaz", "Zimmermann", "Almeida", "Brandt", "Costa", "Dvořák", "Eriksen")


def grown_book(book: DemoBook, sessions: int, today: date, seed: int) -> DemoBook:
    """Give the invented clinic's book with people and lots for so many sessions."""
    chance = Random(f"{seed} people")
    patients = [_patient(book, number, today, chance) for number in range(max(5, sessions // PATIENT_SESSIONS))]
    others = [one for one in book.staff if one.role is not Role.PRACTITIONER]
    count = max(len(book.practitioners), sessions // PRACTITIONER_SESSIONS + 1)
    staff = [*book.practitioners, *(
        Staff(f"PR-{number:02d}", _name(chance), Role.PRACTITIONER) for number in range(11, 11 + count))][:count]
    products = {key: replace(one, lots=_lots(one, today)) for key, one in book.products.items()}
    return replace(book, patients=tuple(patients), staff=(*staff, *others), products=products, day=())


def _name(chance: Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _patient(book: DemoBook, number: int, today: date, chance: Random) -> DemoPatient:
    like = book.patients[number % len(book.patients)]
    born = today - timedelta(days=chance.randrange(YOUNGEST_DAYS, 66 * 365))
    who = Patient(
        f"P-{10_000 + number}", _name(chance), born.isoformat(), like.patient.fitzpatrick, "",
        like.patient.language, "", like.patient.colour)
    return replace(like, patient=who)


def _lots(product: DemoProduct, today: date) -> tuple[DemoLot, ...]:
    """Give a lot every so often over the whole reach, the oldest first, named after the product's newest."""
    newest = product.lots[-1]
    shelf = newest.expiry - newest.opened
    days = range(REACH_DAYS + LOT_DAYS, -1, -LOT_DAYS)
    begun = [today - timedelta(days=ago) for ago in days]
    return (*(DemoLot(f"{newest.lot}-{place:02d}", day, day + shelf) for place, day in enumerate(begun, 1)),)


def lay_out(
    book: DemoBook, library: ClinicalLibrary, now_us: int, sessions: int, with_pen: int, seed: int,
) -> Calendar:
    """Place exactly so many visits, each patient's at the pace of their plan, over the last years."""
    chance = Random(f"{seed} calendar")
    today = local_day(now_us)
    days: list[tuple[date, DemoPatient, int]] = []
    while len(days) < sessions:
        for number, who in enumerate(book.patients):
            day = today - timedelta(days=chance.randrange(30, REACH_DAYS))
            for _ in range(chance.randrange(3, 2 * PATIENT_SESSIONS - 2)):
                if day >= today:
                    break
                days.append((day - timedelta(days=day.weekday() == SUNDAY), who, number))
                day += timedelta(days=round(who.pace_days * chance.uniform(*PACE_SPREAD)))
    chance.shuffle(days)
    placed = [_placed(book, sessions, one, chance) for one in days[:sessions]]
    placed.sort(key=lambda place: (place.starts_us, place.who.patient.patient_id))
    return count_courses(book, library, placed, with_pen, chance, PLAIN_SHARE)


def _placed(book: DemoBook, sessions: int, what: tuple[date, DemoPatient, int], chance: Random) -> Place:
    day, who, number = what
    clinics = sessions // CLINIC_SESSIONS + 1
    clinic = number % clinics
    people = [one for place, one in enumerate(book.practitioners) if place % clinics == clinic] or book.practitioners
    starts_us = day_start_us(day) + chance.choice(SLOTS) * MINUTE_US + chance.randrange(90 * 60) * 1_000_000
    return Place(who, starts_us, f"Room {chance.randrange(1, 5)}", None,
                 f"Clinic {clinic + 1}" if clinics > 1 else "", chance.choice(people))
