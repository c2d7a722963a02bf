"""Lists and statistics derived from the history in the same transaction; never the truth."""

import dataclasses
import logging
from collections.abc import Callable, Sequence
from statistics import median_low
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from console.domain.history import canonical_json
from console.domain.ports import AreaSummary, SessionRow, StoredEvent
from console.domain.session_events import (
    AlarmAcknowledged,
    AlarmEnded,
    AlarmRaised,
    CartridgeUnbound,
    ProductLot,
)
from db import tables

log = logging.getLogger(__name__)

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
            _note_median(connection, session_id)
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
    _note_median(connection, session_id)


def _note_median(connection: Connection, session_id: UUID) -> None:
    """Bring a session's median depth up to date: the middle of its areas' medians."""
    column = tables.area_summary.c.median_depth_um
    found = select(column).where(tables.area_summary.c.session_id == session_id, column.is_not(None))
    medians = [depth_um for (depth_um,) in connection.execute(found)]
    if medians:
        summary = tables.session_summary
        changed = update(summary).where(summary.c.session_id == session_id)
        connection.execute(changed.values(median_depth_um=median_low(medians)))


def search_text(row: SessionRow) -> str:
    """Give what the manager's free text is looked for in."""
    words = (str(row.session_id), row.patient_id, row.practitioner_id, row.plan_name, row.pen_serial, *row.lots)
    return " ".join(word for word in words if word).casefold()


def _write_row(connection: Connection, row: SessionRow | None) -> None:
    if row is None:
        return
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    fields["lots"] = canonical_json(row.lots).decode()
    table = tables.session_summary
    connection.execute(delete(table).where(table.c.session_id == row.session_id))
    connection.execute(insert(table).values(**fields, search_text=search_text(row)))


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
