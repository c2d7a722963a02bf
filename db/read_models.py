"""Lists and statistics derived from the history in the same transaction; never the truth."""

import dataclasses
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
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

# (session, its events in order, samples stored, hash of its last entry) -> line of the list
Summarise = Callable[[UUID, Sequence[StoredEvent], int, bytes], SessionRow | None]


def refresh(
    connection: Connection, summarise: Summarise, session_id: UUID, story: Sequence[StoredEvent],
    samples: int, head: bytes,
) -> None:
    """Write a session's read models anew; a failure is logged and leaves the history unharmed."""
    try:
        with connection.begin_nested():
            _write_row(connection, summarise(session_id, story, samples, head))
            _write_products(connection, session_id, story)
            _write_alarms(connection, session_id, story)
    except OperationalError:
        raise
    except Exception:
        log.exception("read models of session %s were not refreshed", session_id)


def note_samples(connection: Connection, session_id: UUID, samples: int, head: bytes) -> None:
    """Bring a session's sample count up to date where only chunks were added."""
    summary = tables.session_summary
    connection.execute(
        update(summary).where(summary.c.session_id == session_id).values(samples=samples, head=head)
    )


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


def _write_row(connection: Connection, row: SessionRow | None) -> None:
    """Write a session's line, and enter it under its facets and into the monthly sums."""
    if row is None:
        return
    summary, ledger = tables.session_summary, ListLedger()
    median_um, over_ms = _from_areas(connection, row.session_id)
    row = replace(row, median_depth_um=row.median_depth_um if median_um is None else median_um, over_band_ms=over_ms)
    known = _entered(connection, row.session_id)
    if known is None:
        ledger.add(replace(row, place=free_place(connection, place_of(row))))
    else:
        before, entered = known
        row = replace(row, place=before.place)
        columns = ledger.change(row, before, entered)
        connection.execute(update(summary).where(summary.c.place == row.place).values(columns))
    ledger.write(connection)


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
