"""Lists and statistics derived from the history in the same transaction; never the truth."""

import dataclasses
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from console.domain.ports import AreaSummary, SessionRow, StoredEvent
from console.domain.session_events import (
    AlarmAcknowledged,
    AlarmEnded,
    AlarmRaised,
    CartridgeUnbound,
    MarkUndone,
    ProductLot,
)
from db import tables
from db.facets import place_of
from db.list_ledger import ListLedger
from db.list_rows import LINE_COLUMNS, facet_ids, to_line

log = logging.getLogger(__name__)

_KEPT_OF_ERASED = (
    "session_id", "kind", "opened_us", "closed_us", "patient_id", "practitioner_id", "samples", "pen_serial",
    "marked_as", "head",
)

_LINES_KEPT = 32
_NOTE_SAMPLES = "UPDATE session_summary SET samples = ?, head = ? WHERE session_id = ?"

# (session, its events in order, samples stored, hash of its last entry) -> line of the list
Summarise = Callable[[UUID, Sequence[StoredEvent], int, bytes], SessionRow | None]


@dataclass(slots=True)
class _Known:
    """A session's line as it stands (None: none), its facets, what its areas give, how many events it tells."""

    line: SessionRow | None
    facets: list[int]
    areas: tuple[int | None, int | None]
    told: int


class ReadModels:
    """Keeps the read models of sessions; remembers lines while nobody else writes them (else: ``forget``)."""

    def __init__(self, summarise: Summarise) -> None:
        self._summarise = summarise
        self._known: OrderedDict[UUID, _Known] = OrderedDict()

    def forget(self) -> None:
        """Read every line again."""
        self._known.clear()

    def refresh(
        self, connection: Connection, session_id: UUID, story: Sequence[StoredEvent], samples: int, head: bytes,
    ) -> None:
        """Bring a session's read models up to date; a failure is logged and leaves the history unharmed."""
        try:
            row = self._summarise(session_id, story, samples, head)
            known = self._known.pop(session_id, None)
            fresh = story if known is None else story[known.told:]
            products, alarms = any(map(_is_of_products, fresh)), any(map(_is_of_alarms, fresh))
            if known is None or products or alarms or not _is_alike(known.line, row, known.areas):
                known = self._write(connection, session_id, row, known, story, products, alarms)
            elif row is not None:
                note_samples(connection, session_id, samples, head)
            known.told = len(story)
            self._known[session_id] = known
            if len(self._known) > _LINES_KEPT:
                self._known.popitem(last=False)
        except OperationalError:
            raise
        except Exception:
            log.exception("read models of session %s were not refreshed", session_id)

    def _write(
        self, connection: Connection, session_id: UUID, row: SessionRow | None, known: _Known | None,
        story: Sequence[StoredEvent], products: bool, alarms: bool,
    ) -> _Known:
        with connection.begin_nested():
            found = _write_row(connection, row, known)
            if products or known is None:
                _write_products(connection, session_id, story)
            if alarms or known is None:
                _write_alarms(connection, session_id, story)
        return found


def _is_alike(line: SessionRow | None, row: SessionRow | None, areas: tuple[int | None, int | None]) -> bool:
    """Tell whether nothing changes on a line but how far its chain reaches."""
    if line is None or row is None:
        return line is row
    return line == replace(_with_areas(row, areas), place=line.place, samples=line.samples, head=line.head)


def _is_of_products(stored: StoredEvent) -> bool:
    what = stored.event.what
    return isinstance(what, (CartridgeUnbound, MarkUndone)) or isinstance(getattr(what, "product", None), ProductLot)


def _is_of_alarms(stored: StoredEvent) -> bool:
    return isinstance(stored.event.what, (AlarmRaised, AlarmEnded, AlarmAcknowledged, MarkUndone))


def note_samples(connection: Connection, session_id: UUID, samples: int, head: bytes) -> None:
    """Bring a session's sample count and head up to date where nothing else of its line changed."""
    connection.exec_driver_sql(_NOTE_SAMPLES, (samples, head, session_id.hex))


def write_areas(connection: Connection, session_id: UUID, areas: Sequence[AreaSummary]) -> None:
    """Replace a session's area summaries."""
    connection.execute(delete(tables.area_summary).where(tables.area_summary.c.session_id == session_id))
    rows = [
        {"session_id": session_id, "place": place, **dataclasses.asdict(area)} for place, area in enumerate(areas)
    ]
    if rows:
        connection.execute(insert(tables.area_summary), rows)
    _note_areas(connection, session_id)


def _note_areas(connection: Connection, session_id: UUID) -> None:
    """Bring what a line has from its areas up to date."""
    median_um, over_ms = _from_areas(connection, session_id)
    changed: dict[str, int] = {} if median_um is None else {"median_depth_um": median_um}
    if over_ms is not None:
        changed["over_band_ms"] = over_ms
    if changed:
        summary = tables.session_summary
        connection.execute(update(summary).where(summary.c.session_id == session_id).values(changed))


def _from_areas(connection: Connection, session_id: UUID) -> tuple[int | None, int | None]:
    """Give the middle of the areas' median depths, and how long all of them were over the band (ms)."""
    area = tables.area_summary
    wanted = select(area.c.median_depth_um, area.c.over_band_s).where(area.c.session_id == session_id)
    found = connection.execute(wanted).all()
    medians = [row.median_depth_um for row in found if row.median_depth_um is not None]
    over_ms = round(sum(row.over_band_s for row in found) * 1_000) if found else None
    return median_low(medians) if medians else None, over_ms


def _write_row(connection: Connection, row: SessionRow | None, known: _Known | None = None) -> _Known:
    """Write a session's line, and enter it under its facets and into the monthly sums; give it as it then stands."""
    if row is None:
        return _Known(None, [], (None, None), 0)
    summary, ledger = tables.session_summary, ListLedger()
    if known is None or known.line is None:
        areas, stood = _from_areas(connection, row.session_id), _entered(connection, row.session_id)
    else:
        areas, stood = known.areas, (known.line, known.facets)
    row = _with_areas(row, areas)
    if stood is None:
        row = replace(row, place=free_place(connection, place_of(row)))
        facets = ledger.add(row)
    else:
        before, entered = stood
        row = replace(row, place=before.place)
        columns = ledger.change(row, before, entered)
        facets = facet_ids(columns["facets"])
        connection.execute(update(summary).where(summary.c.place == row.place).values(columns))
    ledger.write(connection)
    return _Known(row, facets, areas, 0)


def _with_areas(row: SessionRow, areas: tuple[int | None, int | None]) -> SessionRow:
    median_um, over_ms = areas
    return replace(row, median_depth_um=row.median_depth_um if median_um is None else median_um, over_band_ms=over_ms)


def _entered(connection: Connection, session_id: UUID) -> tuple[SessionRow, list[int]] | None:
    """Give a session's line as it stands, and the facets it is entered under."""
    summary = tables.session_summary
    stored = select(*LINE_COLUMNS, summary.c.facets).where(summary.c.session_id == session_id)
    found = connection.execute(stored).first()
    return None if found is None else (to_line(found[:-1]), facet_ids(found[-1]))


def enter_again(connection: Connection, session_id: UUID) -> None:
    """Enter a line as it stands under its facets: of a session whose history was erased nothing more is known."""
    summary, ledger = tables.session_summary, ListLedger()
    known = _entered(connection, session_id)
    if known is not None:
        line, entered = known
        columns = ledger.change(line, line, entered)
        connection.execute(update(summary).where(summary.c.place == line.place).values(columns))
        ledger.write(connection)


def free_place(connection: Connection, place: int) -> int:
    """Give the first place from here on where no session stands; two may have begun in the same microsecond."""
    summary = tables.session_summary
    while connection.execute(select(summary.c.place).where(summary.c.place == place)).first() is not None:
        place += 1
    return place


def write_erased_row(connection: Connection, session_id: UUID) -> None:
    """Leave of an erased session's line when it was, by whom, and that it was erased."""
    table = tables.session_summary
    found = connection.execute(select(table).where(table.c.session_id == session_id)).first()
    if found is None:
        return
    kept = {name: getattr(found, name) for name in _KEPT_OF_ERASED}
    others: dict[str, Any] = {
        name: _blank(hint) for name, hint in get_type_hints(SessionRow).items() if name not in kept}
    _write_row(connection, SessionRow(**{**others, **kept, "state": "erased", "standing": "erased"}))


def _blank(hint: object) -> object:
    if type(None) in get_args(hint):
        return None
    origin = get_origin(hint) or hint
    return origin() if isinstance(origin, type) else None


def products_used(story: Sequence[StoredEvent]) -> list[tuple[int, ProductLot]]:
    """Give what was put on or used, with its time; a cartridge unbound unused is taken out again."""
    used: list[tuple[int, ProductLot]] = []
    for stored in story:
        what = stored.event.what
        product = getattr(what, "product", None)
        if isinstance(product, ProductLot):
            used.append((stored.event.at_us, product))
        elif isinstance(what, CartridgeUnbound) and not what.used:
            places = [place for place, (_, lot) in enumerate(used) if lot.role == "cartridge"]
            if places:
                del used[places[-1]]
    return used


def _write_products(connection: Connection, session_id: UUID, story: Sequence[StoredEvent]) -> None:
    connection.execute(delete(tables.product_use).where(tables.product_use.c.session_id == session_id))
    rows = [
        {
            "session_id": session_id, "place": place, "at_us": at_us, "role": lot.role,
            "product_id": lot.product_id, "name": lot.name, "lot": lot.lot, "serial": lot.serial,
            "expiry": lot.expiry,
        }
        for place, (at_us, lot) in enumerate(products_used(story))
    ]
    if rows:
        connection.execute(insert(tables.product_use), rows)


def _write_alarms(connection: Connection, session_id: UUID, story: Sequence[StoredEvent]) -> None:
    connection.execute(delete(tables.alarm_summary).where(tables.alarm_summary.c.session_id == session_id))
    alarms: dict[str, dict[str, object]] = {}
    for stored in story:
        what = stored.event.what
        if isinstance(what, AlarmRaised):
            alarms[what.alarm_id] = {
                "session_id": session_id, "alarm_id": what.alarm_id, "rule_id": what.rule_id,
                "priority": what.priority, "text": what.text, "area_id": what.area_id,
                "arose_at_us": what.arose_at_us, "ended_at_us": None, "acknowledged_at_us": None,
            }
        elif isinstance(what, AlarmEnded) and what.alarm_id in alarms:
            alarms[what.alarm_id]["ended_at_us"] = what.ended_at_us
        elif isinstance(what, AlarmAcknowledged) and what.alarm_id in alarms:
            alarms[what.alarm_id]["acknowledged_at_us"] = stored.event.at_us
    if alarms:
        connection.execute(insert(tables.alarm_summary), list(alarms.values()))
