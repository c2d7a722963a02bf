"""The clinical library: every plan, rule, dose, label and text, read strictly from its files.

Shipped files lie in ``resources/clinical``, ``resources/pens`` and ``resources/alarms.toml``. A clinic's
own entries, in a file or a folder of files with the same tables, replace shipped ones by id. Nothing
in it changes after loading; what a session used is kept in the session.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from console.domain.aftercare import AftercareAdvice, SheetLine, chosen_items, sheet_lines
from console.domain.alarms import AlarmRule
from console.domain.anesthesia import Anesthetic, ExposureRules, ToxicitySign
from console.domain.areas import AREA_IDS
from console.domain.clinical_edits import THIS_CLINIC, ClinicalEdit
from console.domain.consent import ConsentKind, ConsentText
from console.domain.errors import OperatorError
from console.domain.label_matrix import PenLabel
from console.domain.photos import PhotoSet
from console.domain.products import SkinProduct
from console.domain.screening import Rule, RuleGroup, rules_for
from console.domain.session_events import RuleRef
from console.domain.sheet_language import ENGLISH, SheetLanguage
from console.domain.sources import Grade, Source
from console.domain.treatment_plan import TreatmentPlan
from console.services import clinical_anesthetics as anesthetics
from console.services import clinical_parts as parts
from console.services.clinical_figures import FieldRule, Figure, Reading
from console.services.clinical_languages import language_named, read_language, read_translation, with_translations
from console.services.clinical_parts import AreaSize, ClinicFacts, Scale, SheetHead
from console.services.clinical_photos import read_photo_set
from console.services.pen_labels import RefusedPen, pen_files, read_pen_labels
from console.services.toml_entries import Entry
from console.services.toml_files import Row, TomlFile, fault, read_toml, rows_of

SHIPPED = (
    "sources.toml", "areas.toml", "screening.toml", "depths.toml", "plans.toml", "anesthetics.toml",
    "serums.toml", "aftercare.toml", "consent.toml", "scales.toml", "photos.toml",
)
_KEYED = (
    "area_size", "group", "rule", "plan", "anesthetic", "sign", "product", "item", "form", "scale", "alarm",
    "photo_set", "language", "translation",
)
_TABLES = (*_KEYED, "source", "depth", "rate", "sheet", "clinic", "exposure")
_Part = TypeVar("_Part")


SETTINGS = "the clinic's settings"  # what an edit is called where a file would be named
SINGLE = ("sheet", "clinic", "exposure")


@dataclass(frozen=True, slots=True)
class ClinicalEntry:
    """One entry as it is written; ``below`` is what the files say where the clinic's settings say otherwise."""

    kind: str
    entry_id: str
    file: str
    table: Mapping[str, object]
    below: Mapping[str, object] | None = None
    edit: ClinicalEdit | None = None


class ClinicalFault(OperatorError):
    """Faults of clinical files, in the order met; the first is told."""

    def __init__(self, faults: Sequence[OperatorError]) -> None:
        first = faults[0]
        super().__init__(first.happened, first.safe, first.todo)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ClinicalLibrary:
    """Everything clinical the console knows; ``figures`` lists every number and text of it with its source."""

    ruleset_version: int
    sources: tuple[Source, ...]
    rule_groups: tuple[RuleGroup, ...]
    rules: tuple[Rule, ...]
    plans: tuple[TreatmentPlan, ...]
    anesthetics: tuple[Anesthetic, ...]
    exposure: ExposureRules
    toxicity_signs: tuple[ToxicitySign, ...]
    skin_products: tuple[SkinProduct, ...]
    aftercare: tuple[AftercareAdvice, ...]
    sheet: SheetHead
    consents: tuple[ConsentText, ...]
    area_sizes: tuple[AreaSize, ...]
    pens: tuple[PenLabel, ...]
    alarms: tuple[AlarmRule, ...]
    scales: tuple[Scale, ...]
    clinic: ClinicFacts
    figures: tuple[Figure, ...]
    fields: tuple[FieldRule, ...]
    entries: Mapping[tuple[str, str], ClinicalEntry]  # by kind and id
    refused_pens: tuple[RefusedPen, ...] = ()
    photo_sets: tuple[PhotoSet, ...] = ()
    languages: tuple[SheetLanguage, ...] = ()

    @classmethod
    def load(
        cls, resources: Path, clinic: Path | None = None, pens: Path | None = None, edits: Sequence[ClinicalEdit] = (),
    ) -> "ClinicalLibrary":
        """Read the shipped files below ``resources``, the clinic's own over them, its settings over both.

        ``pens`` is the folder of the clinic's own pens.

        Faults raise ClinicalFault; each names file, line, entry, field, found and allowed. A bad pen is
        only left out, and named in ``refused_pens``.
        """
        reading = Reading()
        library: ClinicalLibrary | None = None
        try:
            library = _Shelf(reading, resources, clinic, pens, edits).library()
        except OperatorError as error:
            reading.faults.append(error)
        if library is None or reading.faults:
            raise ClinicalFault(reading.faults)
        return library

    @property
    def numbers(self) -> tuple[Figure, ...]:
        """Give every number with its source."""
        return tuple(figure for figure in self.figures if figure.is_number)

    def plan(self, plan_id: str) -> TreatmentPlan:
        """Give a treatment plan; an unknown id raises OperatorError."""
        return _named(self.plans, lambda one: one.plan_id, plan_id, "treatment plan")

    def anesthetic(self, clinical_id: str) -> Anesthetic:
        """Give an anesthetic; an unknown id raises OperatorError."""
        return _named(self.anesthetics, lambda one: one.clinical_id, clinical_id, "anesthetic")

    def skin_product(self, clinical_id: str) -> SkinProduct | None:
        """Give a serum or glide product, None where the files do not know it."""
        return next((one for one in self.skin_products if one.clinical_id == clinical_id), None)

    def consent(self, kind: ConsentKind | str) -> ConsentText:
        """Give the newest consent text of a kind."""
        forms = [form for form in self.consents if form.kind == kind]
        if not forms:
            raise OperatorError(
                f"There is no consent text for {kind}", "Nothing was changed", "Add one to the clinic's files")
        return max(forms, key=lambda form: form.version)

    def pen(self, pen_id: str) -> PenLabel:
        """Give a pen's label; an unknown id raises OperatorError."""
        return _named(self.pens, lambda one: one.pen_id, pen_id, "pen")

    def photo_set(self, map_id: str) -> PhotoSet:
        """Give the standard views of a map; an unknown one raises OperatorError."""
        return _named(self.photo_sets, lambda one: one.map_id, map_id, "photo set")

    def rules_for(self, area_ids: Collection[str]) -> tuple[Rule, ...]:
        """Give the screening rules to ask for areas, in the order of their groups."""
        return rules_for(self.rules, area_ids)

    def rule_refs(self, area_ids: Collection[str]) -> tuple[RuleRef, ...]:
        """Give the same rules as a session keeps them."""
        return tuple(rule.ref() for rule in self.rules_for(area_ids))

    def area_size(self, area_id: str) -> AreaSize:
        """Give an area's size; ``area_mm2`` is None where none is known."""
        unset = AreaSize(area_id, None, False, "")
        return next((size for size in self.area_sizes if size.area_id == area_id), unset)

    def sizes_mm2(self) -> dict[str, int | None]:
        """Give the size of every area, None where none is known."""
        return {area_id: self.area_size(area_id).area_mm2 for area_id in AREA_IDS}

    def aftercare_items(self) -> tuple[AftercareAdvice, ...]:
        """Give the aftercare lines the clinic chose."""
        return chosen_items(self.aftercare, dict(self.clinic.choices))

    def language(self, code: str) -> SheetLanguage:
        """Give a language of the aftercare sheet; English where there is no sheet in the one asked for."""
        return language_named(self.languages, code)

    def aftercare_sheet(self, finished_local: datetime, language: str = ENGLISH) -> tuple[SheetLine, ...]:
        """Work out the aftercare sheet for a session that ended at a local time."""
        return self.language(language).worded(sheet_lines(self.aftercare_items(), finished_local))


def _named(all_of: Sequence[_Part], id_of: Callable[[_Part], str], wanted: str, what: str) -> _Part:
    for one in all_of:
        if id_of(one) == wanted:
            return one
    known = ", ".join(id_of(one) for one in all_of)
    raise OperatorError(
        f"The clinical files know no {what} «{wanted}»", "Nothing was changed", f"Choose one of: {known}")


def _citing(table: Mapping[str, object], source_id: str) -> dict[str, object]:
    """Give a table of a setting with its own source in the place of ``this_clinic``."""

    def cited(value: object) -> object:
        if isinstance(value, Mapping):
            return {name: cited(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [cited(inner) for inner in value]
        return source_id if value == THIS_CLINIC else value

    return {name: cited(value) for name, value in table.items()}


class _Shelf:
    """The files opened and laid over each other, table by table."""

    def __init__(
        self, reading: Reading, resources: Path, clinic: Path | None, pens: Path | None,
        edits: Sequence[ClinicalEdit],
    ) -> None:
        self._reading, self._resources, self._pens = reading, resources, pens
        self._keyed: dict[str, dict[str, Row]] = {name: {} for name in _KEYED}
        self._plain: dict[str, list[Row]] = {"source": [], "depth": [], "rate": []}
        self._single: dict[str, Row] = {}
        self._ruleset_version = 0
        self._edits: dict[tuple[str, str], tuple[ClinicalEdit, Row | None]] = {}
        for path in self._files(clinic):
            self._lay(path)
        self._read_sources()
        for edit in edits:
            self._lay_edit(edit)

    def _files(self, clinic: Path | None) -> list[Path]:
        folder = self._resources / "clinical"
        shipped = [*(folder / name for name in SHIPPED), *sorted(folder.glob("aftercare.*.toml"))]
        own: list[Path] = []
        if clinic is not None:
            own = sorted(clinic.glob("*.toml")) if clinic.is_dir() else [clinic]
        return [*shipped, self._resources / "alarms.toml", *own]

    def _lay(self, path: Path) -> None:
        content, file = read_toml(path)
        version = content.pop("version", None)
        if version is not None:
            if isinstance(version, bool) or not isinstance(version, int) or version < 1:
                raise fault(path.name, "field «version»", str(version), "a whole number from 1")
            self._ruleset_version = max(self._ruleset_version, version)
        met: set[tuple[str, str]] = set()
        for name, rows in rows_of(content, file, _TABLES).items():
            for row in rows:
                self._lay_row(name, row, met)

    def _lay_row(self, name: str, row: Row, met: set[tuple[str, str]]) -> None:
        if name in self._plain:
            self._plain[name].append(row)
            return
        if name not in self._keyed:
            self._single[name] = row
            return
        key = str(row.table.get("id", "?"))
        if (name, key) in met:
            at = f"line {row.line}, " if row.line else ""
            raise fault(row.file.name, f"{at}{name} «{key}»", "the same id twice", "each id once in a file")
        met.add((name, key))
        self._keyed[name][key] = row

    def _lay_edit(self, edit: ClinicalEdit) -> None:
        """Lay the clinic's setting over an entry; what it decided itself is cited as its own, with the reason."""
        if edit.kind not in (*self._keyed, *SINGLE):
            raise fault(SETTINGS, "", f"the kind «{edit.kind}»", ", ".join((*self._keyed, *SINGLE)))
        source_id = f"{THIS_CLINIC}.{edit.version}"
        said = f"This clinic, {edit.changed_by or 'not saved yet'}, {edit.table.get('reviewed')}: {edit.reason}"
        self._reading.sources[source_id] = Source(source_id, said, Grade.CLINIC)
        row = Row(TomlFile(SETTINGS), _citing(edit.table, source_id))
        single = edit.kind in SINGLE
        below = self._single.get(edit.kind) if single else self._keyed[edit.kind].get(edit.entry_id)
        self._edits[edit.kind, edit.entry_id] = (edit, below)
        if single:
            self._single[edit.kind] = row
        else:
            self._keyed[edit.kind][edit.entry_id] = row

    def _entries(self) -> dict[tuple[str, str], ClinicalEntry]:
        rows = {(kind, key): row for kind, keyed in self._keyed.items() for key, row in keyed.items()}
        rows |= {(kind, kind): row for kind, row in self._single.items()}
        found: dict[tuple[str, str], ClinicalEntry] = {}
        for (kind, key), row in rows.items():
            edit, below = self._edits.get((kind, key), (None, None))
            table = edit.table if edit else row.table
            found[kind, key] = ClinicalEntry(kind, key, row.file.name, table, below.table if below else None, edit)
        return found

    def _read_sources(self) -> None:
        for row in self._plain["source"]:
            entry = Entry(self._reading, row, "source")
            source = Source(entry.ident(), entry.text("text", most=300), entry.choice("grade", Grade))
            entry.finish(cited=False)
            self._reading.sources[source.source_id] = source

    def _all(self, name: str, read: Callable[[Entry], _Part]) -> tuple[_Part, ...]:
        parts_read: list[_Part] = []
        for row in (*self._keyed.get(name, {}).values(), *self._plain.get(name, [])):
            try:
                parts_read.append(self._one(name, row, read))
            except OperatorError as error:
                self._reading.faults.append(error)
        return tuple(parts_read)

    def _one(self, name: str, row: Row, read: Callable[[Entry], _Part]) -> _Part:
        label = name if name in SINGLE else str(row.table.get("id") or row.table.get("source") or "?")
        entry = Entry(self._reading, row, name, label)
        part = read(entry)
        entry.finish()
        return part

    def library(self) -> ClinicalLibrary:
        """Read every table and check what only shows between tables."""
        groups = {group.group_id: group for group in self._uncited("group", parts.read_group)}
        order = {group_id: place for place, group_id in enumerate(groups)}
        rules = sorted(
            self._all("rule", lambda entry: parts.read_rule(entry, groups)),
            key=lambda rule: order[rule.group_id])
        items = self._items()
        languages = self._languages(items)
        plans = self._plans()
        alarms = self._all("alarm", parts.read_alarm)
        pens = read_pen_labels(pen_files(self._resources / "pens", self._pens), self._reading)
        photo_sets = self._all("photo_set", read_photo_set)
        self._refuse_unknown_alarms(alarms)
        return ClinicalLibrary(
            self._ruleset_version, tuple(self._reading.sources.values()), tuple(groups.values()),
            tuple(rules), plans, self._all("anesthetic", anesthetics.read_anesthetic),
            self._exposure(), self._all("sign", anesthetics.read_sign),
            self._all("product", parts.read_skin_product), items,
            self._sheet(), self._all("form", parts.read_consent), self._all("area_size", parts.read_area_size),
            pens.labels, alarms, self._all("scale", parts.read_scale), self._clinic(items),
            (*self._reading.figures, *pens.figures), tuple(self._reading.rules.values()), self._entries(), pens.refused,
            photo_sets, languages,
        )

    def _languages(self, items: Sequence[AftercareAdvice]) -> tuple[SheetLanguage, ...]:
        languages = self._uncited("language", read_language)
        translations = self._uncited(
            "translation", lambda entry: read_translation(entry, languages, {item.item_id for item in items}))
        return with_translations(languages, translations)

    def _plans(self) -> tuple[TreatmentPlan, ...]:
        depths, rates = self._all("depth", parts.read_depth), self._all("rate", parts.read_rate)
        return self._all("plan", lambda entry: parts.read_plan(entry, depths, rates))

    def _uncited(self, name: str, read: Callable[[Entry], _Part]) -> list[_Part]:
        """Read entries that state nothing of their own and so need no source."""
        found: list[_Part] = []
        for row in self._keyed[name].values():
            entry = Entry(self._reading, row, name)
            found.append(read(entry))
            entry.finish(cited=False)
        return found

    def _items(self) -> tuple[AftercareAdvice, ...]:
        icons = tuple(sorted(path.stem for path in (self._resources / "icons").glob("*.svg")))
        items = self._all("item", lambda entry: parts.read_aftercare_item(entry, icons))
        for choice in {item.choice for item in items if item.choice}:
            shipped = {item.option for item in items if item.choice == choice and item.shipped}
            if len(shipped) != 1:
                raise fault(
                    "aftercare.toml", f"choice «{choice}»", f"{len(shipped)} shipped options", "exactly one")
        return items

    def _sheet(self) -> SheetHead:
        if "sheet" not in self._single:
            raise fault("aftercare.toml", "table «sheet»", "nothing", "the table; it must be there")
        return self._one("sheet", self._single["sheet"], parts.read_sheet)

    def _exposure(self) -> ExposureRules:
        if "exposure" not in self._single:
            raise fault("anesthetics.toml", "table «exposure»", "nothing", "the table; it must be there")
        return self._one("exposure", self._single["exposure"], anesthetics.read_exposure)

    def _clinic(self, items: Sequence[AftercareAdvice]) -> ClinicFacts:
        if "clinic" not in self._single:
            return ClinicFacts()
        options: Mapping[str, list[str]] = {
            choice: sorted({item.option for item in items if item.choice == choice})
            for choice in sorted({item.choice for item in items if item.choice})
        }
        return self._one("clinic", self._single["clinic"], lambda entry: parts.read_clinic(entry, options))

    def _refuse_unknown_alarms(self, alarms: Sequence[AlarmRule]) -> None:
        known = {alarm.rule_id for alarm in alarms}
        for alarm in alarms:
            if alarm.supersedes and alarm.supersedes not in known:
                raise fault(
                    "alarms.toml", f"alarm «{alarm.rule_id}», field «supersedes»", alarm.supersedes,
                    ", ".join(sorted(known)))
