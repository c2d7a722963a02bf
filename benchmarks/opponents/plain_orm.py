"""The list as one writes it with an ORM and no read model: names by lazy relations, pages by OFFSET, lots by LIKE."""

import json
from collections.abc import Sequence
from statistics import median_low
from uuid import UUID

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Integer, String, Text, Uuid, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from console.domain.ports import SessionRow


class Base(DeclarativeBase):
    """The opponent's tables."""


class PlainPatient(Base):
    """A patient."""

    __tablename__ = "plain_patient"
    patient_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class PlainStaff(Base):
    """A member of staff."""

    __tablename__ = "plain_staff"
    staff_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class PlainSession(Base):
    """A session with what its list shows, indexed by its time."""

    __tablename__ = "plain_session"
    session_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    opened_us: Mapped[int] = mapped_column(BigInteger)
    patient_id: Mapped[str] = mapped_column(ForeignKey("plain_patient.patient_id"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("plain_staff.staff_id"))
    outcome: Mapped[str] = mapped_column(String(32))
    plan_name: Mapped[str] = mapped_column(Text)
    room: Mapped[str] = mapped_column(Text)
    needling_s: Mapped[int] = mapped_column(Integer)  # for the figures by month, so that they need no join
    alarm_count: Mapped[int] = mapped_column("alarms", Integer)
    patient: Mapped[PlainPatient] = relationship()
    staff: Mapped[PlainStaff] = relationship()
    areas: Mapped[list["PlainArea"]] = relationship()
    alarms: Mapped[list["PlainAlarm"]] = relationship()


Index("ix_plain_session_opened", PlainSession.opened_us)


class PlainArea(Base):
    """What was done on an area of a session."""

    __tablename__ = "plain_area"
    area_key: Mapped[int] = mapped_column(Integer, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("plain_session.session_id"))
    area_id: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[int] = mapped_column(Integer)
    median_depth_um: Mapped[int] = mapped_column(Integer)


class PlainAlarm(Base):
    """An alarm of a session."""

    __tablename__ = "plain_alarm"
    alarm_key: Mapped[int] = mapped_column(Integer, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("plain_session.session_id"))
    rule_id: Mapped[str] = mapped_column(String(64))


Index("ix_plain_area_session", PlainArea.session_id)
Index("ix_plain_alarm_session", PlainAlarm.session_id)


class PlainEvent(Base):
    """An event of a session; here only the three that name a lot, where a real one has a hundred."""

    __tablename__ = "plain_event"
    event_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("plain_session.session_id"))
    kind: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)


Index("ix_plain_event_session", PlainEvent.session_id)


def enter_people(
    connection: Connection, patients: Sequence[tuple[str, str]], staff: Sequence[tuple[str, str]],
) -> None:
    """Write the people."""
    connection.execute(insert(PlainPatient), [{"patient_id": one, "name": name} for one, name in patients])
    connection.execute(insert(PlainStaff), [{"staff_id": one, "name": name} for one, name in staff])


def enter(connection: Connection, lines: Sequence[SessionRow]) -> None:
    """Write sessions with the events that name their lots."""
    connection.execute(insert(PlainSession.__table__), [
        {"session_id": one.session_id, "opened_us": one.opened_us, "patient_id": one.patient_id,
         "staff_id": one.practitioner_id, "outcome": one.outcome, "plan_name": one.plan_name, "room": one.room,
         "needling_s": one.needling_s, "alarms": one.alarms}
        for one in lines])
    kinds = ("anesthetic_applied", "cartridge_bound", "serum_applied")
    connection.execute(insert(PlainEvent), [
        {"session_id": one.session_id, "kind": kind, "payload": json.dumps(
            {"product": {"product_id": kind, "name": "Product", "gtin": "04012345678901", "lot": lot,
                         "expiry": "2027-01-31", "serial": ""}})}
        for one in lines for kind, lot in zip(kinds, one.lots, strict=True)])


def enter_parts(connection: Connection, lines: Sequence[SessionRow]) -> None:
    """Write the sessions' areas and alarms."""
    connection.execute(insert(PlainArea), [
        {"session_id": one.session_id, "area_id": area_id, "seconds": one.needling_s // len(one.area_ids),
         "median_depth_um": (one.median_depth_um or 0) + 10 * place}
        for one in lines for place, area_id in enumerate(one.area_ids)])
    alarms = [{"session_id": one.session_id, "rule_id": "depth_above"} for one in lines for _ in range(one.alarms)]
    if alarms:
        connection.execute(insert(PlainAlarm), alarms)


def page(connection: Connection, offset: int, limit: int) -> list[tuple[object, ...]]:
    """Give a page as a list shows it, newest first: names, time, depth and alarms each from where they lie."""
    with Session(bind=connection) as session:
        wanted = select(PlainSession).order_by(PlainSession.opened_us.desc()).offset(offset).limit(limit)
        return [(one.session_id, one.opened_us, one.patient.name, one.staff.name, one.plan_name, one.room,
                 sum(area.seconds for area in one.areas), median_low([area.median_depth_um for area in one.areas]),
                 len(one.alarms), one.outcome) for one in session.scalars(wanted)]


def recall(connection: Connection, lot: str) -> list[tuple[object, ...]]:
    """Give the sessions and patients in whose events a lot is named."""
    with Session(bind=connection) as session:
        wanted = select(PlainEvent.session_id).where(PlainEvent.payload.like(f'%"lot": "{lot}"%')).distinct()
        found = list(session.scalars(wanted))
        return [(one.session_id, one.patient_id, one.opened_us) for one in (
            session.get_one(PlainSession, session_id) for session_id in found)]


def months(connection: Connection) -> list[tuple[object, ...]]:
    """Give sessions, treatments, minutes and alarms by month."""
    month = func.strftime("%Y%m", PlainSession.opened_us / 1_000_000, "unixepoch", "localtime")
    with Session(bind=connection) as session:
        wanted = select(month, func.count(), func.sum(PlainSession.needling_s), func.sum(PlainSession.alarm_count))
        return [tuple(row) for row in session.execute(
            wanted.where(PlainSession.outcome == "finished").group_by(month).order_by(month.desc()))]
