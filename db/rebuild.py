"""Builds every session's read models anew from its history."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update

from console.domain.ports import AreaSummary
from console.domain.session_list import FacetKind
from db import tables
from db.facets import ALL_ID
from db.patient_keys import PatientErased
from db.read_models import ReadModels, Summarise, enter_again, write_areas
from db.recorder_thread import RecorderThread
from db.stored_rows import count_samples, load_story, load_tail

SummariseAreas = Callable[[UUID], Sequence[AreaSummary]]


def rebuild_read_models(
    recorder: RecorderThread, summarise: Summarise, summarise_areas: SummariseAreas | None = None,
    timeout_s: float = 60.0,
) -> int:
    """Rebuild lists and statistics session by session; give how many were rebuilt."""
    ids: list[UUID] = recorder.write(_forget_strays, timeout_s=timeout_s)
    for session_id in ids:
        areas = summarise_areas(session_id) if summarise_areas is not None else None
        recorder.write(_Rebuilt(session_id, summarise, areas), timeout_s=timeout_s)
    return len(ids)


def not_entered(connection: Connection) -> list[UUID]:
    """Give the sessions whose lines stand under no facet but that of all, newest first: none but after a migration."""
    summary, facet = tables.session_summary, tables.facet
    entered = select(func.coalesce(func.sum(facet.c.sessions), 0)).where(facet.c.kind == FacetKind.STANDING.value)
    lines = select(func.count()).select_from(summary)
    if connection.execute(entered).scalar_one() >= connection.execute(lines).scalar_one():
        return []
    bare = summary.c.facets.in_(("[]", f"[{ALL_ID}]"))
    return list(connection.execute(
        select(summary.c.session_id).where(bare).order_by(summary.c.place.desc())).scalars())


def enter_sessions(
    recorder: RecorderThread, summarise: Summarise, session_ids: Sequence[UUID], timeout_s: float = 60.0,
) -> None:
    """Write the lines of some sessions anew; the figures of their areas are left as they are."""
    for session_id in session_ids:
        recorder.write(_Rebuilt(session_id, summarise, None), timeout_s=timeout_s)


class _Rebuilt:
    """One session's read models, written by the recorder."""

    def __init__(self, session_id: UUID, summarise: Summarise, areas: Sequence[AreaSummary] | None) -> None:
        self._session_id, self._summarise, self._areas = session_id, summarise, areas

    def __call__(self, connection: Connection) -> None:
        session_id = self._session_id
        try:
            story = load_story(connection, session_id)
        except PatientErased:
            enter_again(connection, session_id)  # what its line tells cannot be worked out again
            return
        samples, head = count_samples(connection, session_id), load_tail(connection, session_id).hash
        ReadModels(self._summarise).refresh(connection, session_id, story, samples, head)
        if self._areas is not None:
            write_areas(connection, session_id, self._areas)


def _forget_strays(connection: Connection) -> list[UUID]:
    event = tables.session_event
    known = select(event.c.session_id).where(event.c.seq == 1)
    for table in (tables.session_summary, tables.area_summary, tables.product_use, tables.alarm_summary):
        connection.execute(delete(table).where(table.c.session_id.not_in(known)))
    for table in (tables.facet, tables.session_facet, tables.month_figure):
        connection.execute(delete(table))
    connection.execute(update(tables.session_summary).values(facets="[]"))
    return list(connection.execute(known.order_by(event.c.at_us)).scalars())
