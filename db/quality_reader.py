"""A manager's questions over many sessions, beside the lists: each goes by an index."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from console.domain.quality_ports import AreaSums, LotUse
from console.domain.session_list import FacetKind, SessionUse
from db import tables
from db.facets import facet_id, first_place
from db.registry import MOST_NAMED, RegistryReader


class QualityReader(RegistryReader):
    """Implements ``quality_ports.QualityReader`` on a store's connection."""

    def former_treatments(self, places: Sequence[int]) -> dict[int, int]:
        """Give when the same patient's finished treatment before each of these began (UTC µs), by place."""
        line, former = tables.session_summary, tables.session_summary.alias("former")
        newest = select(func.max(former.c.opened_us)).where(
            former.c.patient_id == line.c.patient_id, former.c.place < line.c.place,
            former.c.standing == "finished").scalar_subquery()
        found: dict[int, int] = {}
        with self._store.reading() as connection:
            for begin in range(0, len(places), MOST_NAMED):
                some = places[begin:begin + MOST_NAMED]
                rows = connection.execute(select(line.c.place, newest).where(line.c.place.in_(some)))
                found.update((place, opened_us) for place, opened_us in rows if opened_us is not None)
        return found

    def uses_of_serial(self, serial: str) -> list[SessionUse]:
        """Give the sessions that used something of a serial number, newest first."""
        use, line = tables.product_use, tables.session_summary
        wanted = select(line.c.session_id, line.c.patient_id, line.c.opened_us).distinct().join_from(
            use, line, use.c.session_id == line.c.session_id).where(use.c.serial == serial)
        with self._store.reading() as connection:
            return [SessionUse(*row) for row in connection.execute(wanted.order_by(line.c.opened_us.desc()))]

    def lots_of(self, product_ids: Sequence[str]) -> list[LotUse]:
        """Give the lots of these products that were used, those used most first."""
        facet, use = tables.facet, tables.product_use
        names = {one.product_id: one.name for one in self.products()}
        found: list[LotUse] = []
        with self._store.reading() as connection:
            for product_id in product_ids:
                of_it = select(use.c.lot).where(use.c.lot == facet.c.value, use.c.product_id == product_id).exists()
                rows = connection.execute(select(facet.c.value, facet.c.sessions).where(
                    facet.c.kind == FacetKind.LOT.value, facet.c.sessions > 0, of_it))
                found += [LotUse(lot, names.get(product_id, product_id), sessions) for lot, sessions in rows]
        return sorted(found, key=lambda one: (-one.sessions, one.lot))

    def names_of_lot(self, text: str) -> list[str]:
        """Give the names of the products of a lot or a serial number, as they were used."""
        use = tables.product_use
        with self._store.reading() as connection:
            for column in (use.c.lot, use.c.serial):
                kinds = connection.execute(select(use.c.product_id).distinct().where(column == text)).scalars().all()
                if kinds:
                    named = [connection.execute(select(use.c.name).where(
                        column == text, use.c.product_id == one).limit(1)).scalar_one() for one in kinds]
                    return sorted(set(named))
        return []

    def area_sums(self, since_us: int, until_us: int) -> list[AreaSums]:
        """Give what was done on each area in finished treatments of a period."""
        member, line, area = tables.session_facet, tables.session_summary, tables.area_summary
        finished = facet_id(FacetKind.STANDING, "finished")
        c = area.c
        wanted = select(
            c.area_id, func.max(c.label), func.count(), func.sum(c.area_time_s), func.sum(c.over_band_s),
            func.coalesce(func.sum(c.median_depth_um), 0), func.count(c.median_depth_um),
            func.coalesce(func.sum(c.punctures_per_cm2), 0), func.count(c.punctures_per_cm2),
        ).select_from(member).join(line, line.c.place == member.c.place).join(
            area, c.session_id == line.c.session_id).where(
            member.c.facet_id == finished, member.c.place >= first_place(since_us),
            member.c.place < first_place(until_us), c.passes_done > 0).group_by(c.area_id)
        with self._store.reading() as connection:
            return [AreaSums(*row) for row in connection.execute(wanted)]

    def mean_density(self, session_ids: Sequence[UUID]) -> float | None:
        """Give the mean estimated punctures per cm² over the areas of these sessions, None where none is known."""
        area = tables.area_summary.c
        with self._store.reading() as connection:
            found = connection.execute(select(func.avg(area.punctures_per_cm2)).where(
                area.session_id.in_(session_ids[:MOST_NAMED]), area.passes_done > 0)).scalar_one()
        return None if found is None else float(found)
