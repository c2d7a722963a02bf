"""What the invented clinic is made of: people, stock, the day's list, words; read from its files."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from console.domain.people import CatalogProduct, Patient, Role, Staff
from console.domain.session_events import ProductLot
from console.services.local_time import local_day
from console.services.resources import resource_text

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A patient with what their visits are like."""

    patient: Patient
    plan_id: str
    pace_days: int
    answers: dict[str, str] = field(default_factory=dict)  # standing yes answers: rule id -> note
    overrides: dict[str, str] = field(default_factory=dict)
    anesthetic_id: str = ""


@dataclass(frozen=True, slots=True)
class DemoLot:
    """A lot of a product: the day it came into use and the day it expires."""

    lot: str
    opened: date
    expiry: date


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product of the stock with its lots, oldest first."""

    product: CatalogProduct
    lots: tuple[DemoLot, ...]

    def lot_on(self, day: date) -> DemoLot:
        """Give the lot in use on a day: the newest one opened by then."""
        return next((one for one in reversed(self.lots) if one.opened <= day), self.lots[0])

    def scanned(self, day: date, serial: str = "") -> ProductLot:
        """Give what a scan of the package in use on a day told."""
        lot, product = self.lot_on(day), self.product
        return ProductLot(
            product.product_id, product.name, product.role, product.gtin, lot.lot, lot.expiry.isoformat(), serial)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line of today's list; ``last_days`` are the days since the last visits, newest first."""

    patient_id: str
    minutes: int  # from the next appointment
    state: str  # sealed, arrived, due
    last_days: tuple[int, ...]
    course_length: int
    interval_min_days: int
    interval_max_days: int
    deepest_um: int = 0
    deepest_areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoBook:
    """Everything the files say, with dates counted from a given now."""

    pin: str
    staff: tuple[Staff, ...]
    patients: tuple[DemoPatient, ...]
    products: dict[str, DemoProduct]
    recalled: tuple[tuple[str, str], ...]  # product id, lot
    use: dict[str, Any]
    volume_ul: dict[str, int]
    room: str
    day: tuple[DayLine, ...]
    words: dict[str, Any]

    @property
    def practitioners(self) -> tuple[Staff, ...]:
        """Give those who treat."""
        return tuple(one for one in self.staff if one.role is Role.PRACTITIONER)

    def product_for(self, role: str, plan_id: str = "") -> DemoProduct:
        """Give the product the clinic uses for a role, for a plan."""
        by_plan: dict[str, str] = self.use.get(f"{role}_by_plan", {})
        return self.products[by_plan.get(plan_id, self.use[role])]


def read_book(now_us: int) -> DemoBook:
    """Read the demo clinic's files; dates are counted from ``now_us``."""
    today = local_day(now_us)
    people, stock = _table("people.toml"), _table("products.toml")
    day, words = _table("day.toml"), _table("words.toml")
    return DemoBook(
        pin=people["pin"],
        staff=tuple(Staff(one["id"], one["name"], Role(one["role"])) for one in people["staff"]),
        patients=tuple(_patient(one, today) for one in people["patient"]),
        products={one["id"]: _product(one, today) for one in stock["product"]},
        recalled=tuple((one["product"], one["lot"]) for one in stock["recalled"]),
        use=stock["use"], volume_ul=stock["volume_ul"], room=day["room"],
        day=tuple(_day_line(one) for one in day["row"]), words=words,
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resource_text("demo", name))


def _patient(entry: dict[str, Any], today: date) -> DemoPatient:
    note = entry.get("note", "")
    if note:
        noted = today - timedelta(days=entry["noted_days_ago"])
        note = f"{note}, noted on {noted.day} {noted:%b}"
    patient = Patient(
        entry["id"], entry["name"], entry["birth_date"], entry["fitzpatrick"], entry["phone"], entry["language"],
        note, entry["colour"])
    return DemoPatient(
        patient, entry["plan"], entry["pace_days"], entry.get("answers", {}), entry.get("overrides", {}),
        entry.get("anesthetic", ""))


def _product(entry: dict[str, Any], today: date) -> DemoProduct:
    product = CatalogProduct(
        entry["id"], entry["gtin"], entry["name"], entry["role"], entry.get("clinical_id", ""),
        entry.get("needles", 0))
    return DemoProduct(product, tuple(_lot(lot, today) for lot in entry["lots"]))


def _lot(entry: dict[str, Any], today: date) -> DemoLot:
    opened = today - timedelta(days=entry["opened_days_ago"])
    return DemoLot(entry["lot"], opened, opened + timedelta(days=entry["shelf_days"]))


def _day_line(entry: dict[str, Any]) -> DayLine:
    course = entry["course"]
    return DayLine(
        entry["patient"], entry["minutes"], entry["state"], tuple(entry["last_days"]), course["length"],
        course["interval_min_days"], course["interval_max_days"], entry.get("deepest_um", 0),
        tuple(entry.get("deepest_areas", ())))
