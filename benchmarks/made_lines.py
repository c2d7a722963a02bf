"""Lines of a session list for the benchmark, made up and not derived: no histories stand behind them.

They are entered by the list's own writer, so that the tables are those of a clinic with as many sessions. Beside
them lie the opponent's plain tables with the same facts.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import Connection, insert

from benchmarks.opponents import plain_orm
from console.domain.ports import SessionRow
from console.services.clocks import SystemClock
from console.services.session_marks import DEVIATIONS
from db import tables
from db.data_folder import BENCH, DataFolder, create_folder
from db.facets import place_of
from db.list_ledger import ListLedger

NOW_US = 1_795_000_000_000_000
SPAN_US = 8 * 365 * 86_400_000_000  # the sessions of a chain over eight years
BATCH = 10_000
AREAS = ("forehead", "cheek_left", "cheek_right", "chin", "nose", "perioral", "jaw_left", "jaw_right")
PLANS = (("scars", "Facial acne scars", "acne_scars"), ("lines", "Fine lines", "rejuvenation"),
         ("hair", "Hair loss", "alopecia"), ("striae", "Stretch marks", "striae"))
FIRST = ("Anna", "Maya", "Tom", "Lena", "Igor", "Zoe", "Omar", "Nina", "Paul", "Rosa", "Ines", "Karl", "Mira", "Yusuf")
LAST = ("Keller", "Lindqvist", "Becker", "Okafor", "Novak", "Nunez", "Haddad", "Moreau", "Silva", "Tanaka", "Weiss")
PATIENT_SESSIONS, LOT_SESSIONS, PRACTITIONER_SESSIONS = 8, 600, 4_000


def patient_name(number: int) -> str:
    """Give a patient's made-up name; the family name bears a syllable of the number."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}{_syllables(number)}"


def _syllables(number: int) -> str:
    return "".join("bcdfghklmnprstvw"[number >> shift & 15] + "aeio"[number >> shift & 3] for shift in (0, 4, 8, 12))


def made_line(number: int, sessions: int, seed: int) -> SessionRow:
    """Give line ``number``; 0 is the oldest."""
    chance = Random(seed * 10_000_019 + number)
    opened_us = NOW_US - SPAN_US + SPAN_US * number // sessions + chance.randrange(1, SPAN_US // sessions // 2)
    session_id = UUID(int=opened_us // 1_000 << 80 | 0x7 << 76 | 0b10 << 62 | chance.getrandbits(62))
    standing = chance.choices(("finished", "stopped", "deferred", "opened_in_error", "abandoned"),
                              (940, 25, 20, 10, 5))[0]
    plan_id, plan_name, indication = chance.choice(PLANS)
    alarms = chance.choices((0, 1, 2, 5), (80, 13, 5, 2))[0]
    age = number * 40 // sessions  # lots and cartridges come and go
    lots = (f"L{chance.randrange(sessions // LOT_SESSIONS + 1) // 40 * 40 + age:05d}",
            f"C{chance.randrange(sessions // LOT_SESSIONS + 1):05d}", f"S{chance.randrange(40):03d}")
    marks = tuple(one for one in DEVIATIONS if chance.random() < 0.012)
    finished = standing == "finished"
    return SessionRow(
        session_id, "treatment", "abandoned" if standing in ("deferred", "opened_in_error") else "sealed",
        "unfinished" if standing == "stopped" else standing, "sign_off", opened_us, opened_us + 3_600_000_000,
        f"P-{chance.randrange(sessions // PATIENT_SESSIONS + 1):06d}",
        f"PR-{chance.randrange(sessions // PRACTITIONER_SESSIONS + 3):03d}", f"Room {chance.randrange(12) + 1}",
        chance.choice(("face", "scalp", "body")), plan_name, indication, chance.randrange(1, 6), 6, 6,
        6 if finished else 2, chance.randrange(600, 2_400), chance.randrange(300, 1_500), alarms,
        int("gap" in marks), 0, 0, f"A1-{chance.randrange(sessions // 3_000 + 4):06d}", lots, "bench", bytes(32),
        standing, "" if finished else "Patient unwell", f"Clinic {chance.randrange(sessions // 40_000 + 1) + 1}",
        plan_id,
        tuple(f"face.{one}" for one in chance.sample(AREAS, 4)), marks,
        ("complete",) if finished and chance.random() < 0.95 else ("aftercare",) if finished else (),
        ("medium", "depth_above") if alarms else ())


def fill(folder: Path, sessions: int, seed: int) -> DataFolder:
    """Make a bench folder with so many lines, and the opponent's tables beside them."""
    made = create_folder(folder, BENCH, SystemClock())
    engine = made.writer_engine()
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA cache_size=-200000")
        with connection.begin():
            plain_orm.Base.metadata.create_all(connection)
            _fill_people(connection, sessions)
        for batch in _batches(sessions, seed):
            with connection.begin():
                _enter(connection, batch)
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return made


def _batches(sessions: int, seed: int) -> Iterator[list[SessionRow]]:
    for first in range(0, sessions, BATCH):
        yield [made_line(number, sessions, seed) for number in range(first, min(sessions, first + BATCH))]


def _enter(connection: Connection, lines: list[SessionRow]) -> None:
    ledger = ListLedger()
    taken: set[int] = set()
    for line in lines:
        place = place_of(line)
        while place in taken:
            place += 1
        taken.add(place)
        ledger.add(replace(line, place=place))
    ledger.write(connection)
    plain_orm.enter(connection, lines)
    plain_orm.enter_parts(connection, lines)


def _fill_people(connection: Connection, sessions: int) -> None:
    numbers = range(sessions // PATIENT_SESSIONS + 1)
    changed = {"rev": 1, "changed_us": 0, "changed_by": "AD-01"}
    connection.execute(insert(tables.patient), [
        {"patient_id": f"P-{number:06d}", "name": patient_name(number), "birth_date": "1980-01-01",
         "fitzpatrick": "III", "phone": "", "language": "en", "note": "", "colour": "",
         "search_text": f"{patient_name(number)} P-{number:06d}".casefold(), **changed} for number in numbers])
    plain_orm.enter_people(
        connection, [(f"P-{number:06d}", patient_name(number)) for number in numbers],
        [(f"PR-{number:03d}", f"Dr {number}") for number in range(sessions // PRACTITIONER_SESSIONS + 3)])
