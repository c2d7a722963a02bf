"""A logical checksum of a database: the same for the same rows, however the pages lie."""

import hashlib
from dataclasses import dataclass
from typing import Any

# Made from the rest again at any time, or of this program's own keeping.
DERIVED = frozenset({
    "session_summary", "facet", "session_facet", "month_figure", "area_summary", "product_use", "alarm_summary",
    "spill_fold", "alembic_version",
})


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest over every kept row, and how many rows each table has."""

    digest: str
    counts: dict[str, int]


def logical_checksum(cursor: Any) -> Checksum:
    """Read every row that is not derived, table by table in the order of its key, whatever the schema.

    The digest is SHA-256 over one line a table (its name and columns) and one a row: values as JSON-like text,
    a blob by its own SHA-256.
    """
    whole, counts, sha256 = hashlib.sha256(), {}, hashlib.sha256
    for table in _tables(cursor):
        columns = [(row[1], row[5]) for row in cursor.execute(f'PRAGMA table_info("{table}")').fetchall()]
        names = sorted(name for name, _ in columns)
        order = [name for name, place in sorted(columns, key=lambda one: one[1]) if place] or names
        whole.update(f"{table} {' '.join(names)}\n".encode())
        quoted, by = (", ".join(f'"{name}"' for name in some) for some in (names, order))
        counts[table] = 0
        for row in cursor.execute(f'SELECT {quoted} FROM "{table}" ORDER BY {by}'):
            plain = tuple([sha256(value).hexdigest() if type(value) is bytes else value for value in row])
            whole.update(repr(plain).encode() + b"\n")
            counts[table] += 1
    return Checksum(whole.hexdigest(), counts)


def _tables(cursor: Any) -> list[str]:
    found = cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    names = sorted(row[0] for row in found.fetchall())
    return [name for name in names if name not in DERIVED and not name.startswith("sqlite_")]

