"""Views of the session list by name: those that are always there, and each person's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.errors import Refusal
from console.domain.ports import Registry
from console.domain.session_list import Facet, FacetKind, SessionFilter
from console.services.ids import new_id
from console.services.list_columns import USUAL
from console.services.list_periods import BY_KEY, during

EVERYTHING = SessionFilter()
MOST_LETTERS = 40
KEPT, GONE = "kept", "gone"


@dataclass(frozen=True, slots=True)
class ListView:
    """A view: its filter (its period counted from the day it is opened), its columns. ``view_id`` empty: shipped."""

    name: str
    wanted: SessionFilter = EVERYTHING
    columns: tuple[str, ...] = USUAL
    period: str = "all"
    view_id: str = ""

    def filter_now(self, now_us: int) -> SessionFilter:
        """Give its filter as of now."""
        period = BY_KEY.get(self.period)
        return self.wanted if period is None else during(self.wanted, period, now_us)


def _of(kind: FacetKind, *values: str) -> SessionFilter:
    return SessionFilter(facets=(Facet(kind, values),))


_ENDED = ("date", "patient", "by", "area", "seal", "reason")
SHIPPED = (
    ListView("Last 30 days", period="month"),
    ListView("Everything"),
    ListView("Open now", _of(FacetKind.STATE, "open"), ("date", "patient", "by", "room", "area", "seal")),
    ListView("Stopped", _of(FacetKind.STANDING, "stopped"), _ENDED),
    ListView("Deferred", _of(FacetKind.STANDING, "deferred"), _ENDED),
    ListView("Opened in error", _of(FacetKind.STANDING, "opened_in_error"), _ENDED),
    ListView("Abandoned", _of(FacetKind.STANDING, "abandoned"), _ENDED),
    ListView("Cut off", _of(FacetKind.STANDING, "cut_off"), _ENDED),
    ListView("Deviations", _of(FacetKind.MARK, "any"), ("date", "patient", "by", "area", "deviations", "seal")),
    ListView("Off label", _of(FacetKind.MARK, "off_label"), ("date", "patient", "by", "plan", "depth", "seal")),
    ListView("Incomplete", _of(FacetKind.MISSING, "signature", "consent", "photos_before", "photos_after", "lot",
                               "endpoint", "aftercare", "next_session"),
             ("date", "patient", "by", "area", "missing", "seal")),
    ListView("Reactions", _of(FacetKind.MARK, "reaction"), ("date", "patient", "by", "area", "lots", "seal")),
)


class SavedViews:
    """A person's own views, kept as records of the clinic."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def of(self, staff_id: str) -> list[ListView]:
        """Give a person's views by name."""
        found = self._registry.records(RecordFilter(RecordKind.SAVED_VIEW, state=KEPT, subject_id=staff_id))
        return sorted((_view(one) for one in found), key=lambda one: one.name.casefold())

    def keep(self, view: ListView, staff_id: str) -> ListView:
        """Keep a view; one of the same name is taken the place of. Refusal without a name or a person."""
        name = " ".join(view.name.split())[:MOST_LETTERS]
        if not staff_id:
            raise Refusal("Nobody is signed in", "nothing was kept", "sign in first")
        if not name:
            raise Refusal("The view needs a name", "nothing was kept")
        former = next((one for one in self.of(staff_id) if one.name.casefold() == name.casefold()), None)
        made = replace(view, name=name, view_id=former.view_id if former else str(new_id()))
        self._registry.save_record(_record(made, staff_id, KEPT), staff_id)
        return made

    def drop(self, view: ListView, staff_id: str) -> None:
        """Keep a view no longer."""
        self._registry.save_record(_record(view, staff_id, GONE), staff_id)


def _record(view: ListView, staff_id: str, state: str) -> ClinicRecord:
    wanted = view.wanted
    return ClinicRecord(RecordKind.SAVED_VIEW, view.view_id, state, {
        "name": view.name, "text": wanted.text, "patient": wanted.patient_id, "period": view.period,
        "since_us": wanted.since_us, "until_us": wanted.until_us, "columns": list(view.columns),
        "facets": [[one.kind.value, *one.values] for one in wanted.facets]}, subject_id=staff_id)


def _view(record: ClinicRecord) -> ListView:
    fields: Mapping[str, Any] = record.fields
    known = {kind.value for kind in FacetKind}
    facets: Sequence[Sequence[str]] = fields.get("facets", ())
    wanted = SessionFilter(
        fields.get("text", ""), fields.get("since_us"), fields.get("until_us"), fields.get("patient", ""),
        tuple(Facet(FacetKind(kind), tuple(values)) for kind, *values in facets if kind in known))
    return ListView(fields.get("name", ""), wanted, tuple(fields.get("columns", USUAL)),
                    fields.get("period", ""), record.record_id)
