"""The list's questions as SQL: pages by place, from whichever facet is rarest; nothing is sorted or scanned whole.

A list is the sessions that belong to every one of its groups. The rarest group leads in the order of places; the
others are probed at their keys. What is asked by month is answered from the monthly sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, literal, or_, select, union

from console.domain.ports import SessionRow
from console.domain.session_list import (
    FacetCount,
    FacetKind,
    ListOutline,
    ListSpan,
    MonthFigures,
    SessionFilter,
    SessionUse,
)
from console.services.local_time import month_start_us
from db import tables
from db.facets import ALL_ID, SUM_NAMES, facet_id, first_place
from db.list_rows import LINE_COLUMNS, to_line
from db.list_search import Found, Vocabulary

CAP = 10_000  # further than this a list of several filters is not counted
LAST_PLACE = (1 << 63) - 1
MOST_ARMS = 12

_SUMMARY, _MEMBER = tables.session_summary, tables.session_facet


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions with any of these facets, or of these patients, or whose id begins so."""

    facet_ids: tuple[int, ...] = ()
    patient_ids: tuple[str, ...] = ()
    id_prefix: str = ""

    @property
    def only_facets(self) -> bool:
        """Tell whether it goes by facets alone."""
        return not self.patient_ids and not self.id_prefix


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter as the tables know it: groups to belong to, and places ``low <= place < high``."""

    groups: tuple[Group, ...]
    low: int = 0
    high: int = LAST_PLACE

    @property
    def only_facet(self) -> int | None:
        """Give the one facet the list goes by, None where it goes by more or by others."""
        if not self.groups:
            return ALL_ID
        first = self.groups[0]
        return first.facet_ids[0] if len(self.groups) == 1 and first.only_facets and len(first.facet_ids) == 1 else None


def resolve(wanted: SessionFilter, vocabulary: Vocabulary) -> Wanted:
    """Give a filter as the tables know it."""
    groups = [Group(tuple(facet_id(one.kind, value) for value in one.values)) for one in wanted.facets]
    if wanted.patient_id:
        groups.append(Group(patient_ids=(wanted.patient_id,)))
    groups += [_group(vocabulary.look_up(word)) for word in wanted.text.split()]
    low = 0 if wanted.since_us is None else first_place(wanted.since_us)
    return Wanted(tuple(groups), low, LAST_PLACE if wanted.until_us is None else first_place(wanted.until_us))


def _group(found: Found) -> Group:
    return Group(found.facet_ids, found.patient_ids, found.id_prefix)


def _of_one_facet() -> Select[Any]:
    """Give the page asked for most as one statement made once: making it takes longer than carrying it out."""
    member = _MEMBER.c
    found = select(member.place).where(
        member.facet_id == bindparam("facet"), member.place >= bindparam("low"), member.place < bindparam("high"),
    ).order_by(member.place.desc()).limit(bindparam("limit")).offset(bindparam("skip")).subquery()
    return select(*LINE_COLUMNS).join_from(
        found, _SUMMARY, _SUMMARY.c.place == found.c.place).order_by(found.c.place.desc())


_OF_ONE_FACET = _of_one_facet()


# --- pages ----------------------------------------------------------------------------------------------


def page(
    connection: Connection, wanted: Wanted, limit: int, below: int | None = None, above: int | None = None,
    skip: int = 0,
) -> list[SessionRow]:
    """Give a page, newest first: those next below a place, or next above one."""
    high = wanted.high if below is None else min(below, wanted.high)
    low = wanted.low if above is None else max(above + 1, wanted.low)
    if wanted.only_facet is not None and above is None:
        asked = {"facet": wanted.only_facet, "low": low, "high": high, "limit": limit, "skip": skip}
        return [to_line(row) for row in connection.execute(_OF_ONE_FACET, asked)]
    upwards = above is not None
    places = _places(connection, wanted, low, high, upwards).limit(limit).offset(skip)
    found = places.subquery()
    lines = select(*LINE_COLUMNS).join_from(
        found, _SUMMARY, _SUMMARY.c.place == found.c.place).order_by(found.c.place.desc())
    return [to_line(row) for row in connection.execute(lines)]


def places_of(connection: Connection, wanted: Wanted, limit: int, below: int) -> list[int]:
    """Give the next places below one, newest first."""
    return list(connection.execute(_places(connection, wanted, wanted.low, min(below, wanted.high)).limit(limit))
                .scalars())


def _places(connection: Connection, wanted: Wanted, low: int, high: int, upwards: bool = False) -> Select[Any]:
    lead, others = _led(connection, wanted.groups)
    arms = _arms(lead, low, high, others)
    if len(arms) == 1:
        place = arms[0].selected_columns[0]
        return arms[0].order_by(place if upwards else place.desc())
    joined = union(*arms).subquery()
    return select(joined.c.place).order_by(joined.c.place if upwards else joined.c.place.desc())


def _led(connection: Connection, groups: Sequence[Group]) -> tuple[Group, list[Group]]:
    """Give the rarest group, and the others."""
    if len(groups) < 2:
        return (groups[0] if groups else Group((ALL_ID,))), []
    sizes = _sizes(connection, groups)
    rarest = min(range(len(groups)), key=lambda place: sizes[place])
    return groups[rarest], [one for place, one in enumerate(groups) if place != rarest]


def _sizes(connection: Connection, groups: Sequence[Group]) -> list[int]:
    ids = {facet for group in groups for facet in group.facet_ids}
    facet = tables.facet
    found = select(facet.c.facet_id, facet.c.sessions).where(facet.c.facet_id.in_(ids))
    known = {number: sessions for number, sessions in connection.execute(found)}
    return [sum(known.get(one, 0) for one in group.facet_ids) + 20 * len(group.patient_ids) for group in groups]


def _arms(lead: Group, low: int, high: int, others: list[Group]) -> list[Select[Any]]:
    arms: list[Select[Any]] = []
    member, summary = _MEMBER.c, _SUMMARY.c
    by_facet = [member.facet_id == one for one in lead.facet_ids]
    if len(by_facet) > MOST_ARMS:
        by_facet = [member.facet_id.in_(lead.facet_ids)]
    arms += [_arm(member.place, one, low, high, others) for one in by_facet]
    by_patient = [summary.patient_id == one for one in lead.patient_ids]
    if len(by_patient) > MOST_ARMS:
        by_patient = [summary.patient_id.in_(lead.patient_ids)]
    arms += [_arm(summary.place, one, low, high, others) for one in by_patient]
    if lead.id_prefix:
        arms.append(_arm(summary.place, _begins(lead.id_prefix), low, high, others))
    return arms or [select(member.place).where(literal(False))]


def _arm(
    place: ColumnElement[int], which: ColumnElement[bool], low: int, high: int, others: list[Group],
) -> Select[Any]:
    belongs = [_belongs(place, group) for group in others]
    return select(place.label("place")).where(which, place >= low, place < high, *belongs)


def _belongs(place: ColumnElement[int], group: Group) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if group.facet_ids:
        other = _MEMBER.alias()
        ways.append(exists().where(other.c.facet_id.in_(group.facet_ids), other.c.place == place))
    if group.patient_ids or group.id_prefix:
        line = _SUMMARY.alias()
        of_line: ColumnElement[bool] = line.c.patient_id.in_(group.patient_ids)
        if group.id_prefix:
            of_line = or_(of_line, _begins(group.id_prefix, line))
        ways.append(exists().where(line.c.place == place, of_line))
    return or_(*ways) if ways else literal(False)


def _begins(prefix: str, line: Any = _SUMMARY) -> ColumnElement[bool]:
    first, last = UUID(prefix.ljust(32, "0")), UUID(prefix.ljust(32, "f"))
    return and_(line.c.session_id >= first, line.c.session_id <= last)


# --- how long a list is ---------------------------------------------------------------------------------------


def outline(connection: Connection, wanted: Wanted) -> ListOutline:
    """Give a list's length: by month from the sums where it goes by one facet, else counted up to ``CAP``."""
    facet = wanted.only_facet
    if facet is not None:
        return ListOutline(tuple(_month_spans(connection, facet, wanted.low, wanted.high)))
    counted, last = _counted(connection, wanted)
    if counted <= CAP:
        return ListOutline((ListSpan(wanted.high, wanted.low, counted),) if counted else ())
    return ListOutline((ListSpan(wanted.high, last, CAP),), capped=True)


def count_to(connection: Connection, wanted: Wanted, cap: int = CAP) -> int:
    """Count matches, at most one more than ``cap``."""
    some = _places(connection, wanted, wanted.low, wanted.high).order_by(None).limit(cap + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def count_all(connection: Connection, wanted: Wanted) -> int:
    """Count every match."""
    known = outline(connection, wanted)
    if not known.capped:
        return known.count
    every = _places(connection, wanted, wanted.low, wanted.high).order_by(None).subquery()
    return int(connection.execute(select(func.count()).select_from(every)).scalar_one())


def _counted(connection: Connection, wanted: Wanted) -> tuple[int, int]:
    """Give the number of matches, at most one more than ``CAP``, and the place of the last that is counted."""
    found = places_of(connection, wanted, CAP + 1, LAST_PLACE)
    return len(found), found[CAP - 1] if len(found) >= CAP else wanted.low


def _month_spans(connection: Connection, facet: int, low: int, high: int) -> list[ListSpan]:
    """Give the months of a facet, newest first; those cut by the bounds are counted."""
    month = tables.month_figure
    wanted = select(month.c.month, month.c.sessions).where(month.c.facet_id == facet).order_by(month.c.month.desc())
    spans = []
    for number, sessions in connection.execute(wanted).all():
        begin, end = month_places(number)
        if end <= low or begin >= high or not sessions:
            continue
        if begin < low or end > high:
            begin, end = max(begin, low), min(end, high)
            inside = select(func.count()).where(
                _MEMBER.c.facet_id == facet, _MEMBER.c.place >= begin, _MEMBER.c.place < end)
            sessions = int(connection.execute(inside).scalar_one())
        spans.append(ListSpan(end, begin, sessions))
    return [one for one in spans if one.count]


def month_places(month: int) -> tuple[int, int]:
    """Give the first place of a month and of the next."""
    return first_place(month_start_us(month)), first_place(month_start_us(month + 1))


# --- counts by facet ---------------------------------------------------------------------------------------------


def choices(connection: Connection, wanted: Wanted, kind: FacetKind, limit: int) -> list[FacetCount]:
    """Give a kind's values, most frequent first, with how many of the wanted sessions have each; none with none."""
    facet = tables.facet
    found = connection.execute(
        select(facet.c.facet_id, facet.c.value, facet.c.sessions).where(facet.c.kind == kind.value)
        .where(facet.c.sessions > 0).order_by(facet.c.sessions.desc(), facet.c.value).limit(limit)).all()
    whole = not wanted.groups and wanted.low == 0 and wanted.high == LAST_PLACE
    made = []
    for number, value, sessions in found:
        if not whole:
            narrowed = Wanted((*wanted.groups, Group((number,))), wanted.low, wanted.high)
            sessions = count_to(connection, narrowed)
        made.append(FacetCount(value, sessions if whole else min(sessions, CAP), not whole and sessions > CAP))
    return sorted((one for one in made if one.count), key=lambda one: -one.count)


def uses(connection: Connection, kind: FacetKind, value: str) -> list[SessionUse]:
    """Give the sessions that have a facet's value, newest first: where a lot went."""
    line = _SUMMARY.c
    wanted = select(line.session_id, line.patient_id, line.opened_us).join_from(
        _MEMBER, _SUMMARY, _MEMBER.c.place == line.place).where(_MEMBER.c.facet_id == facet_id(kind, value))
    return [SessionUse(*row) for row in connection.execute(wanted.order_by(_MEMBER.c.place.desc()))]


def months(connection: Connection, kind: FacetKind, value: str) -> list[MonthFigures]:
    """Give the monthly sums of a facet's value, newest first."""
    month = tables.month_figure
    columns = [month.c.month, *(month.c[name] for name in SUM_NAMES)]
    wanted = select(*columns).where(month.c.facet_id == facet_id(kind, value), month.c.sessions > 0)
    return [MonthFigures(*row) for row in connection.execute(wanted.order_by(month.c.month.desc()))]
