"""What an import of patients, staff, products or the day list would do, row by row; written in one go or not at all."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

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
from console.services.local_time import local, moment_us
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
    """One row as it would be taken; ``like`` names who or what is there already, ``against`` is it.

    ``like_line`` is the line of the same file that it repeats, 0 for none.
    """

    line: int
    standing: str
    words: str
    record: Record | None = None
    like: str = ""
    faults: tuple[CellFault, ...] = ()
    against: Record | None = None
    like_line: int = 0


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

    def lines(self, standing: str) -> frozenset[int]:
        """Give the lines of a standing."""
        return frozenset(one.line for one in self.rows if one.standing == standing)

    def batch(self, also: Collection[int] = ()) -> ImportBatch:
        """Give what is to be written: new rows, and of the similar ones those at the lines ``also``.

        OperatorError while any cell is bad.
        """
        if self.faults:
            raise OperatorError(f"{self.faults[0].words}; {len(self.faults)} bad in all", "nothing was imported",
                                "mend the file and import it again")
        records = tuple(row.record for row in self.rows if row.record is not None and (
            row.standing == NEW or (row.standing == SIMILAR and row.line in also)))
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
            self.bad(name, "one day, as 1990-05-31 (with slashes say which comes first, day or month)")
        return found

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        found = self.text(name)
        if found not in allowed:
            self.bad(name, f"one of {', '.join(one for one in allowed if one)}{' or nothing' if '' in allowed else ''}")
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


def write_import(registry: Registry, preview: ImportPreview, actor_id: str, also: Collection[int] = ()) -> int:
    """Write what a preview showed, all of it or nothing; give how many rows. OperatorError while a cell is bad."""
    batch = preview.batch(also)
    found = len(batch.patients) + len(batch.staff) + len(batch.products) + len(batch.appointments)
    if found:
        registry.save_import(batch, actor_id)
    return found


class _Judge:
    """Compares the rows of a file with what is there."""

    def __init__(self, lists: KnownLists, library: ClinicalLibrary, today: date) -> None:
        self._registry, self._library, self._today = lists, library, today
        self._lines: dict[int, int] = {}  # of the file, by what was made of it

    # --- patients ------------------------------------------------------------------------------------------

    def all_patients(self, rows: list[_Cells]) -> list[ImportRow]:
        born: dict[str, list[Patient]] = {}
        for one in self._registry.patients("", _EVERYBODY):
            born.setdefault(one.birth_date, []).append(one)
        number = int(self._registry.next_patient_id().removeprefix("P-"))
        found = []
        for cells in rows:
            patient = self._patient(cells, f"P-{number:04d}")
            row = self._settled(cells, patient.name, patient, *_standing(patient, born.get(patient.birth_date, [])))
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
            there = next((one for one in everybody if one.name.casefold() == name.casefold()), None)
            row = self._settled(cells, f"{name}, {role}", member, KNOWN if there else NEW, there)
            if row.standing == NEW and member is not None:
                everybody = [*everybody, member]
            found.append(row)
        return found

    def all_products(self, rows: list[_Cells]) -> list[ImportRow]:
        kept = {gtin14(one.gtin): one for one in self._registry.products()}
        found = []
        for cells in rows:
            product = self._product(cells)
            there = kept.get(product.gtin)
            row = self._settled(cells, f"{product.name} ({product.gtin})", product, KNOWN if there else NEW, there)
            if row.standing == NEW:
                kept[product.gtin] = product
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
        plans = {words.casefold(): one.plan_id for one in self._library.plans for words in (one.name, one.plan_id)}
        made = [self._appointment(cells, patients, plans) for cells in rows]
        starts = [one.starts_us for one in made if one is not None]
        kept = self._registry.appointments(min(starts), max(starts) + 1) if starts else []
        taken = {(one.patient_id, one.starts_us): one for one in kept}
        found = []
        for cells, one in zip(rows, made, strict=True):
            if one is None:
                found.append(self._settled(cells, cells.text("patient"), None, FAULTY, None))
                continue
            there = taken.setdefault((one.patient_id, one.starts_us), one)
            words = f"{one.patient_id} {cells.text('date')} {cells.text('time')}, {one.plan_id}"
            found.append(self._settled(cells, words, one, NEW if there is one else KNOWN,
                                       None if there is one else there))
        return found

    def _settled(
        self, cells: _Cells, words: str, record: Record | None, standing: str, against: Record | None,
    ) -> ImportRow:
        if cells.faults:
            return ImportRow(cells.line, FAULTY, words, None, "", tuple(cells.faults))
        if record is not None and standing in (NEW, SIMILAR):
            self._lines[id(record)] = cells.line
        like = key_of(against) if against is not None else ""
        return ImportRow(cells.line, standing, words, record, like, (), against, self._lines.get(id(against), 0))

    def _appointment(
        self, cells: _Cells, patients: Mapping[str, Patient], plans: Mapping[str, str],
    ) -> Appointment | None:
        patient_id, day, clock = cells.text("patient"), cells.day("date"), read_time(cells.text("time"))
        if patient_id not in patients:
            cells.bad("patient", "the number of a patient of this clinic, as P-0412")
        if clock is None:
            cells.bad("time", "a time of day, as 09:30")
        plan = plans.get(cells.text("plan").casefold(), "")
        if not plan:
            cells.bad("plan", f"one of {', '.join(sorted(set(plans.values())))}, or its name")
        if cells.faults or day is None or clock is None:
            return None
        return Appointment(str(new_id()), patient_id, plan, "", moment_us(day, clock), cells.text("room"))


def _standing(patient: Patient, others: list[Patient]) -> tuple[str, Patient | None]:
    """Compare with who has the same birth date: the same name, a similar one, or nobody."""
    from rapidfuzz import fuzz  # not before it is needed

    name = patient.name.casefold()
    for one in others:
        if one.name.casefold() == name:
            return KNOWN, one
    best = max(others, key=lambda one: fuzz.token_sort_ratio(name, one.name.casefold()), default=None)
    if best is not None and fuzz.token_sort_ratio(name, best.name.casefold()) >= LIKE_PERCENT:
        return SIMILAR, best
    return NEW, None


def key_of(record: Record) -> str:
    """Give what a record is called by: its number; an appointment by its patient's."""
    if isinstance(record, Staff):
        return record.staff_id
    return record.product_id if isinstance(record, CatalogProduct) else record.patient_id


def facts_of(record: Record) -> dict[str, str]:
    """Give a record's facts by the words a person reads, to lay two beside each other."""
    if isinstance(record, Patient):
        return {"Name": record.name, "Birth date": record.birth_date, "Phone": record.phone,
                "Skin type": record.fitzpatrick, "Language": record.language, "Note": record.note}
    if isinstance(record, Staff):
        return {"Name": record.name, "Role": record.role_words}
    if isinstance(record, CatalogProduct):
        return {"Name": record.name, "Number": record.gtin, "Role": record.role, "Clinical entry": record.clinical_id,
                "Needles": str(record.needles) if record.needles else ""}
    moment = local(record.starts_us)
    return {"Patient": record.patient_id, "Day": moment.date().isoformat(), "Time": f"{moment:%H:%M}",
            "Plan": record.plan_id, "Room": record.room}
