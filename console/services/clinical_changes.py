"""From changed fields of the settings page to the whole entry as it would stand in a clinical file.

What the clinic enters itself is cited as its own; what it chooses among sources keeps the source chosen.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from console.domain.clinical_edits import THIS_CLINIC
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_settings import UNSET, SettingEntry

Changes = Mapping[str, int | str]
_Table = dict[str, object]


def changed_table(library: ClinicalLibrary, entry: SettingEntry, changes: Changes) -> dict[str, object]:
    """Give the entry's table with the changes in it, sources and all; nothing is saved here."""
    written = library.entries.get((entry.kind, entry.entry_id))
    table: _Table = dict(written.table) if written is not None else {"id": entry.entry_id}
    if entry.kind == "clinic":
        table.pop("id", None)
    _CHANGES[entry.kind](table, entry, changes)
    return table


def _number(entry: SettingEntry, key: str, value: int | str) -> Decimal | int | str:
    field = entry.field(key)
    if isinstance(value, str) or field.scale == 1:
        return value
    return Decimal(value) / field.scale


def _inner(table: Mapping[str, object], name: str) -> _Table:
    value = table.get(name)
    return dict(value) if isinstance(value, Mapping) else {}


def _inners(table: Mapping[str, object], name: str) -> list[_Table]:
    value = table.get(name)
    return [dict(one) for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _add_own_source(table: _Table) -> None:
    """Put the clinic before the sources an entry had: what they said stays named."""
    before = table.get("source", [])
    named = [before] if isinstance(before, str) else list(before) if isinstance(before, list) else []
    table["source"] = [THIS_CLINIC, *(one for one in named if one != THIS_CLINIC)]


def _cite_own(table: _Table, *names: str) -> None:
    table["cites"] = {**_inner(table, "cites"), **{name: THIS_CLINIC for name in names}}


# --- one kind each ----------------------------------------------------------------------------------------


def _clinic(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    choices = _inner(table, "choices")
    for key, value in changes.items():
        if key.startswith("choices."):
            choices[key.removeprefix("choices.")] = value
        elif value == "":
            table.pop(key, None)
        else:
            table[key] = value
    if choices:
        table["choices"] = choices
    table["source"] = THIS_CLINIC


def _plan(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    version = table.get("version")
    table["version"] = version + 1 if isinstance(version, int) else 1
    _add_own_source(table)
    areas = {str(one["id"]): one for one in _inners(table, "area")}
    if "depth_source" in changes:
        _follow(table, areas, str(changes["depth_source"]))
    if "passes" in changes:
        for area in areas.values():
            area.pop("passes", None)
    for name in ("passes", "endpoint"):
        if name in changes:
            table[name] = changes[name]
            _cite_own(table, name)
    _course(table, changes)
    aim = {key.removeprefix("punctures."): value for key, value in changes.items() if key.startswith("punctures.")}
    if aim:
        table["punctures"] = {**_inner(table, "punctures"), **aim, "source": THIS_CLINIC}
    for key, value in changes.items():
        if key.startswith("area."):
            area_id, _, name = key.removeprefix("area.").rpartition(".")
            area = areas.setdefault(area_id, _area_of(entry, area_id))
            area |= {name: _number(entry, key, value), "source": THIS_CLINIC}
    wanted = [areas[area_id] for area_id, _ in entry.parts if area_id in areas and len(areas[area_id]) > 1]
    table["area"] = wanted
    if not wanted:
        del table["area"]


def _follow(table: _Table, areas: Mapping[str, _Table], named: str) -> None:
    """Let the plan's depths come from other sources; bands entered area by area go."""
    sources = [one for one in named.split("; ") if one]
    table["depth_source"] = sources
    table["cites"] = {**_inner(table, "cites"), "depth_source": sources}
    for area in areas.values():
        for name in ("low_mm", "high_mm", "target_mm", "note", "for_pens"):
            area.pop(name, None)


def _area_of(entry: SettingEntry, area_id: str) -> _Table:
    """Begin an area's own table with the band it has, so that changing one end keeps the other."""
    area: _Table = {"id": area_id}
    for name in ("low_mm", "high_mm"):
        key = f"area.{area_id}.{name}"
        value = entry.field(key).value
        if value is not None:
            area[name] = _number(entry, key, value)
    return area


def _course(table: _Table, changes: Changes) -> None:
    courses = [*([_inner(table, "course")] if "course" in table else []), *_inners(table, "other_courses")]
    if "course" in changes:
        chosen = next(one for one in courses if _course_key(one) == changes["course"])
        courses = [chosen, *(one for one in courses if one is not chosen)]
    numbers = {key.removeprefix("course."): value for key, value in changes.items() if key.startswith("course.")}
    if numbers:
        former = courses[0] if courses else {}
        kept = [one for one in courses if one.get("source") != THIS_CLINIC]
        courses = [{**former, **numbers, "source": THIS_CLINIC}, *kept]
    if courses:
        table["course"], table["other_courses"] = courses[0], courses[1:]


def _course_key(course: Mapping[str, object]) -> str:
    counted = {"length": 0, **course}  # as the settings name a course that is open-ended
    return " ".join(str(counted.get(name)) for name in ("source", "length", "interval_min_days", "interval_max_days"))


def _rule(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    waits = [_inner(table, "wait"), *_inners(table, "other_waits")]
    if "wait" in changes:
        chosen = next(one for one in waits if f"{_wait_words(one)} {one['source']}" == changes["wait"])
        waits = [chosen, *(one for one in waits if one is not chosen)]
    if changes.keys() & {"wait.number", "wait.unit"}:
        own = {"number": changes.get("wait.number", waits[0].get("number")),
               "unit": changes.get("wait.unit", waits[0].get("unit")), "source": THIS_CLINIC}
        waits = [own, *(one for one in waits if one.get("source") != THIS_CLINIC)]
    table["wait"], table["other_waits"] = waits[0], waits[1:]
    if "ask_again_days" in changes:
        table["ask_again_days"] = changes["ask_again_days"]
        _add_own_source(table)
        _cite_own(table, "ask_again_days")


def _wait_words(wait: Mapping[str, object]) -> str:
    unit = str(wait["unit"])
    return f"{wait['number']} {unit.removesuffix('s') if wait['number'] == 1 else unit}"


def _anesthetic(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    bands: list[_Table] = []
    for place, band in enumerate(_inners(table, "band")):
        chosen = changes.get(f"band.{place}.contact")
        bands += [band] if chosen is None else _contact_by(band, str(chosen))
    table["band"] = bands
    if "onset_min" in changes:
        table["onset_min"] = _number(entry, "onset_min", changes["onset_min"])
        _add_own_source(table)
        _cite_own(table, "onset_min")


def _contact_by(band: _Table, chosen: str) -> list[_Table]:
    """Let another source's longest time count, for the ages that source speaks of and no others."""
    others = _inners(band, "other_contact")
    other = next((one for one in others if f"{_seconds(one)} {one['source']}" == chosen), None)
    if other is None:
        return [band]
    former = {"max_contact_min": band["max_contact_min"], "source": band["source"]}
    rest = [one for one in others if one is not other]
    until, end = other.get("to_months"), band.get("to_months")
    young = {**band, "max_contact_min": other["max_contact_min"], "source": other["source"],
             "other_contact": [former, *rest]}
    if not isinstance(until, int) or not isinstance(end, int) or until >= end:
        return [young]
    older = {**band, "from_months": until}
    older.pop("other_contact", None)
    return [{**young, "to_months": until}, older]


def _seconds(contact: Mapping[str, object]) -> int:
    return int(Decimal(str(contact["max_contact_min"])) * 60)


def _product(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    table.pop("meant_for_dermis", None)
    if changes["meant_for_dermis"] != UNSET:
        table["meant_for_dermis"] = changes["meant_for_dermis"] == "true"
    _add_own_source(table)


def _area_size(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    table.setdefault("estimate", True)
    if "cm2" in changes:
        table["cm2"] = _number(entry, "cm2", changes["cm2"])
    if "estimate" in changes:
        table["estimate"] = changes["estimate"] == "true"
    table["source"] = THIS_CLINIC


def _alarm(table: _Table, entry: SettingEntry, changes: Changes) -> None:
    for key, value in changes.items():
        if key == "after_s":
            table["escalation"] = _inner(table, "escalation") | {key: _number(entry, key, value)}
        else:
            table[key] = _number(entry, key, value)
    _add_own_source(table)
    _cite_own(table, *("escalation" if key == "after_s" else key for key in changes))


_CHANGES: dict[str, Callable[[_Table, SettingEntry, Changes], None]] = {
    "clinic": _clinic, "plan": _plan, "rule": _rule, "anesthetic": _anesthetic, "product": _product,
    "area_size": _area_size, "alarm": _alarm,
}
