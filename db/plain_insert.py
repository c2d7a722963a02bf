"""Inserting many rows at the driver's own pace: the recorder's chains, where SQLAlchemy would look at every value."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, Uuid


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that name the same columns; their UUIDs become text, as the table keeps them."""
    statement, ids = _statement(table, tuple(rows[0]))
    for row in rows:
        for name in ids:
            row[name] = row[name].hex
    connection.exec_driver_sql(statement, rows)


@cache
def _statement(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    ids = tuple(name for name in names if isinstance(table.c[name].type, Uuid))
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})", ids
