"""Inserting many rows at the driver's own pace: the recorder's chains, where SQLAlchemy would look at every value."""

from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, Uuid


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that name the same columns, two or more; their UUIDs become text, as the table keeps them."""
    names = tuple(rows[0])
    statement, ids = _statement(table, names)
    for row in rows:
        for name in ids:
            row[name] = row[name].hex
    connection.exec_driver_sql(statement, list(map(itemgetter(*names), rows)))  # by place: names are looked up each


@cache
def _statement(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    ids = tuple(name for name in names if isinstance(table.c[name].type, Uuid))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", ids
