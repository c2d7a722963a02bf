"""Imports of patients, staff, products and the day list: looked at first, then written in one go or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from rapidfuzz import fuzz

from console.domain.errors import OperatorError
from console.domain.importing import ImportBatch
from console.domain.people import Appointment, CatalogProduct, Patient, Role, Staff
from console.domain.ports import Registry
from console.domain.products import gtin14, gtin_problem
from console.domain.rights import Right
from console.services.catalogue_desk import ROLES, clinical_entries
from console.services.clinical_library import ClinicalLibrary
from console.services.ids import new_id
from console.services.import_columns import CellFault, mapping_of, read_day, read_time
from console.services.import_table import ImportTable
from console.services.local_time import moment_us
from console.services.staff_desk import next_staff_id

RIGHTS = {"patients": Right.EDIT_PATIENTS, "staff": Right.KEEP_STAFF, "products": Right.EDIT_CLINIC,
          "appointments": Right.EDIT_PATIENTS}
NEW, KNOWN, SIMILAR, FAULTY = "new", "known", "similar", "faulty"
LIKE_PERCENT = 85.0
_EVERYBODY = 10_000_000
_SKIN = ("", "I", "II", "III", "IV", "V", "VI")

Record = Patient | Staff | CatalogProduct | Appointment


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row as it would be taken; ``like`` names who or what is there already."""

    line: int
    standing: str
    words: str
    record: Record | None = None
    like: str = ""
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do."""

    kind: str
    told: str
    mapping: Mapping[str, str]
    rows: tuple[ImportRow, ...]

    def count(self, standing: str) -> int:
        """Count the rows of a standing."""
        return sum(one.standing == standing for one in self.rows)

    @property
    def faults(self) -> list[CellFault]:
        """Give every bad cell."""
        return [fault for row in self.rows for fault in row.faults]

    def batch(self, also_similar: bool = False) -> ImportBatch:
        """Give what is to be written; OperatorError while any cell is bad."""
        if self.faults:
            raise OperatorError(f"{self.faults[0].words}; {len(self.faults)} bad in all", "nothing was imported",
                                "mend the file and import it again")
        wanted = (NEW, SIMILAR) if also_similar else (NEW,)
        records = tuple(row.record for row in self.rows if row.standing in wanted and row.record is not None)
        return ImportBatch(
            self.kind, tuple(one for one in records if isinstance(one, Patient)),
            tuple(one for one in records if isinstance(one, Staff)),
            tuple(one for one in records if isinstance(one, CatalogProduct)),
            tuple(one for one in records if isinstance(one, Appointment)))


@dataclass(slots=True)
class _Cells:
    """The cells of one row by field; takes down what is bad."""

    line: int
    cells: Mapping[str, str]
    mapping: Mapping[str, str]
    order: str
    faults: list[CellFault] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def bad(self, name: str, allowed: str) -> None:
        self.faults.append(CellFault(self.line, self.mapping.get(name, name), self.text(name), allowed))

    def name(self) -> str:
        found = " ".join(self.text("name").split())
        if len(found) < 2:
            self.bad("name", "a name of at least two letters")
        return found

    def day(self, name: str) -> date | None:
        found = read_day(self.text(name), self.order)
        if found is None:
            self.bad(name, "one day, as 1990-05-31 (with slashes say which comes first, dmy or mdy)")
        return found

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        found = self.text(name)
        if found not in allowed:
            self.bad(name, f"one of {', '.join(one or 'nothing' for one in allowed)}")
        return found


class KnownLists(Protocol):
    """What is there already."""

    def patients(self, text: str = "", limit: int = 50) -> list[Patient]: ...
    def next_patient_id(self) -> str: ...
    def staff(self) -> list[Staff]: ...
    def products(self) -> list[CatalogProduct]: ...
    def appointments(self, from_us: int, until_us: int) -> list[Appointment]: ...


def preview_import(
    kind: str, table: ImportTable, lists: KnownLists, library: ClinicalLibrary, today: date,
    named: Mapping[str, str], order: str = "",
) -> ImportPreview:
    """Say what an import would do; OperatorError where the columns are not clear."""
    mapping = mapping_of(kind, table.columns, named)
    places = {name: table.columns.index(column) for name, column in mapping.items()}
    judge = _Judge(lists, library, today)
    readers: dict[str, Callable[[list[_Cells]], list[ImportRow]]] = {
        "patients": judge.all_patients, "staff": judge.all_staff, "products": judge.all_products,
        "appointments": judge.all_appointments}
    rows = [_Cells(line, {name: cells[place] for name, place in places.items()}, mapping, order)
            for line, cells in table.rows]
    return ImportPreview(kind, table.told, mapping, tuple(readers[kind](rows)))


def write_import(registry: Registry, preview: ImportPreview, actor_id: str, also_similar: bool = False) -> int:
    """Write what a preview showed, all of it or nothing; give how many rows. OperatorError while a cell is bad."""
    batch = preview.batch(also_similar)
    found = len(batch.patients) + len(batch.staff) + len(batch.products) + len(batch.appointments)
    if found:
        registry.save_import(batch, actor_id)
    return found


class _Judge:
    """Compares the rows of a file with what is there."""

    def __init__(self, lists: KnownLists, library: ClinicalLibrary, today: date) -> None:
        self._registry, self._library, self._today = lists, library, today

    # --- patients ------------------------------------------------------------------------------------------

    def all_patients(self, rows: list[_Cells]) -> list[ImportRow]:
        born: dict[str, list[Patient]] = {}
        for one in self._registry.patients("", _EVERYBODY):
            born.setdefault(one.birth_date, []).append(one)
        number = int(self._registry.next_patient_id().removeprefix("P-"))
        found = []
        for cells in rows:
            patient = self._patient(cells, f"P-{number:04d}")
            row = _settled(cells, patient.name, patient, *_standing(patient, born.get(patient.birth_date, [])))
            if row.standing in (NEW, SIMILAR):
                number += 1
                born.setdefault(patient.birth_date, []).append(patient)
            found.append(row)
        return found

    def _patient(self, cells: _Cells, patient_id: str) -> Patient:
        name, day = cells.name(), cells.day("birth_date")
        if day is not None and day >= self._today:
            cells.bad("birth_date", "a day in the past")
        skin = cells.one_of("fitzpatrick", _SKIN)
        return Patient(patient_id, name, day.isoformat() if day else "", skin, cells.text("phone"),
                       cells.text("language") or "en", cells.text("note"))

    # --- staff and products --------------------------------------------------------------------------------

    def all_staff(self, rows: list[_Cells]) -> list[ImportRow]:
        everybody, found = self._registry.staff(), []
        for cells in rows:
            name, role = cells.name(), cells.one_of("role", tuple(one.value for one in Role))
            member = Staff(next_staff_id(Role(role), everybody), name, Role(role)) if not cells.faults else None
            like = next((one.staff_id for one in everybody if one.name.casefold() == name.casefold()), "")
            row = _settled(cells, f"{name}, {role}", member, KNOWN if like else NEW, like)
            if row.standing == NEW and member is not None:
                everybody = [*everybody, member]
            found.append(row)
        return found

    def all_products(self, rows: list[_Cells]) -> list[ImportRow]:
        there = {gtin14(one.gtin): one.product_id for one in self._registry.products()}
        found = []
        for cells in rows:
            product = self._product(cells)
            like = there.get(product.gtin, "")
            row = _settled(cells, f"{product.name} ({product.gtin})", product, KNOWN if like else NEW, like)
            if row.standing == NEW:
                there[product.gtin] = product.product_id
            found.append(row)
        return found

    def _product(self, cells: _Cells) -> CatalogProduct:
        name, role, gtin = cells.name(), cells.one_of("role", ROLES), cells.text("gtin")
        if problem := gtin_problem(gtin):
            cells.bad("gtin", f"a product number with its check digit ({problem})")
        needles, clinical_id = cells.text("needles") or "0", cells.text("clinical_id")
        if not (needles.isascii() and needles.isdigit() and len(needles) < 4):
            cells.bad("needles", "a whole number")
            needles = "0"
        known = [one.clinical_id for one in clinical_entries(self._library, role)] if role in ROLES else []
        if clinical_id and clinical_id not in known:
            cells.bad("clinical_id", f"one of {', '.join(known) or 'nothing'}")
        return CatalogProduct(f"gtin-{gtin14(gtin)}", gtin14(gtin), name, role, clinical_id, int(needles))

    # --- the day list --------------------------------------------------------------------------------------

    def all_appointments(self, rows: list[_Cells]) -> list[ImportRow]:
        patients = {one.patient_id: one for one in self._registry.patients("", _EVERYBODY)}
        plans = tuple(one.plan_id for one in self._library.plans)
        taken: set[tuple[str, int]] = set()
        found = []
        for cells in rows:
            made = self._appointment(cells, patients, plans)
            if made is None:
                found.append(_settled(cells, cells.text("patient"), None, FAULTY, ""))
                continue
            there = (made.patient_id, made.starts_us) in taken or any(
                one.patient_id == made.patient_id
                for one in self._registry.appointments(made.starts_us, made.starts_us + 1))
            taken.add((made.patient_id, made.starts_us))
            words = f"{made.patient_id} {cells.text('date')} {cells.text('time')}, {made.plan_id}"
            found.append(_settled(cells, words, made, KNOWN if there else NEW, made.patient_id if there else ""))
        return found

    def _appointment(
        self, cells: _Cells, patients: Mapping[str, Patient], plans: tuple[str, ...],
    ) -> Appointment | None:
        patient_id, day, clock = cells.text("patient"), cells.day("date"), read_time(cells.text("time"))
        if patient_id not in patients:
            cells.bad("patient", "the number of a patient of this clinic, as P-0412")
        if clock is None:
            cells.bad("time", "a time of day, as 09:30")
        plan = cells.one_of("plan", plans)
        if cells.faults or day is None or clock is None:
            return None
        return Appointment(str(new_id()), patient_id, plan, "", moment_us(day, clock), cells.text("room"))


def _standing(patient: Patient, others: list[Patient]) -> tuple[str, str]:
    """Compare with who has the same birth date: the same name, a similar one, or nobody."""
    name = patient.name.casefold()
    for one in others:
        if one.name.casefold() == name:
            return KNOWN, one.patient_id
    scored = [(fuzz.token_sort_ratio(name, one.name.casefold()), one.patient_id) for one in others]
    best = max(scored, default=(0.0, ""))
    return (SIMILAR, best[1]) if best[0] >= LIKE_PERCENT else (NEW, "")


def _settled(cells: _Cells, words: str, record: Record | None, standing: str, like: str) -> ImportRow:
    if cells.faults:
        return ImportRow(cells.line, FAULTY, words, None, "", tuple(cells.faults))
    return ImportRow(cells.line, standing, words, record, like)
