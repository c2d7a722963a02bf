"""The usual way to keep samples: one row each, in a database as safe and as encrypted as ours."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import sqlcipher3.dbapi2 as sqlcipher
from numpy.typing import NDArray
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

KEY = bytes(range(32))
BULK = 5_000


class Base(DeclarativeBase):
    """What the mapped classes share."""


class SampleRow(Base):
    """One sample, as a first draft of a schema has it."""

    __tablename__ = "sample"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(index=True)
    at_us: Mapped[int]
    depth_um: Mapped[int]
    rate_chz: Mapped[int]
    load_ma: Mapped[int]
    flags: Mapped[int]


def rows_of(samples: bytes, period_us: int) -> list[dict[str, object]]:
    """Give the samples as rows."""
    words = np.frombuffer(samples, "<u2").reshape(-1, 5)
    return [
        {"session_id": "0190b5c2-5d4e-7cc0-8f4b-2f6c1f9a7e10", "at_us": 1_763_000_000_000_000 + place * period_us,
         "depth_um": one[1], "rate_chz": one[2], "load_ma": one[3], "flags": one[4]}
        for place, one in enumerate(words.tolist())]


def open_rows(path: Path) -> Engine:
    """Make an encrypted database with synchronous=FULL for rows."""

    def connect() -> object:
        connection = sqlcipher.connect(str(path), check_same_thread=False)
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    engine = create_engine("sqlite://", module=sqlcipher, creator=connect)
    Base.metadata.create_all(engine)
    return engine


def write_rows(engine: Engine, rows: list[dict[str, object]]) -> float:
    """Insert in bulk with Core, a commit every twenty seconds of samples; give the seconds."""
    began = perf_counter()
    for part in _parts(rows):
        with engine.begin() as connection:
            connection.execute(insert(SampleRow), part)
    return perf_counter() - began


def read_rows(engine: Engine) -> tuple[NDArray[np.int64], float]:
    """Load every row as an object and take the depths; give them and the seconds."""
    began = perf_counter()
    with Session(engine) as session:
        depths = np.array([row.depth_um for row in session.scalars(select(SampleRow).order_by(SampleRow.id))])
    return depths, perf_counter() - began


def _parts(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for first in range(0, len(rows), BULK):
        yield rows[first : first + BULK]
