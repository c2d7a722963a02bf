"""The clinic server's schema: numbered scripts, run in order by the owner of the database."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from console.domain.errors import OperatorError

_SCRIPTS = Path(__file__).with_name("schema")
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")
_VERSIONS = """\
CREATE TABLE IF NOT EXISTS server_schema (number INTEGER PRIMARY KEY, made_at TIMESTAMPTZ NOT NULL DEFAULT now());
"""
_READABLE = "GRANT SELECT ON server_schema TO needling_console;\n"


def scripts() -> dict[int, str]:
    """Give the scripts by number; the highest is the newest schema."""
    found = {int(match[1]): path for path in sorted(_SCRIPTS.iterdir()) if (match := _NUMBERED.fullmatch(path.name))}
    return {number: path.read_text(encoding="utf-8") for number, path in found.items()}


def script_from(schema: int) -> str:
    """Give, for ``psql``, what brings a database from ``schema`` (0: empty) to the newest; empty where it is that."""
    todo = {number: made for number, made in scripts().items() if number > schema}
    if not todo:
        return ""
    parts = [_VERSIONS]
    for number, made in todo.items():
        parts += [made, f"INSERT INTO server_schema (number) VALUES ({number});\n"]
    return "BEGIN;\n\n" + "\n".join([*parts, _READABLE]) + "\nCOMMIT;\n"


def server_schema(connection: Connection) -> int:
    """Give the number of the database's schema, 0 where it has none."""
    if not inspect(connection).has_table("server_schema"):
        return 0
    return int(connection.execute(text("SELECT coalesce(max(number), 0) FROM server_schema")).scalar_one())


def prepare(connection: Connection) -> int:
    """Bring the database to the newest schema, as its owner; give its number. OperatorError where it is newer."""
    schema = server_schema(connection)
    refuse_newer(schema)
    script = script_from(schema).removeprefix("BEGIN;").removesuffix("COMMIT;\n")
    if script:
        driver: Any = connection.connection.driver_connection
        driver.execute(script)  # many statements at once, which only the driver takes
    return max(scripts())


def refuse_newer(schema: int) -> None:
    """Refuse a schema this program does not know, with an OperatorError."""
    if schema > max(scripts()):
        raise OperatorError(
            f"The clinic server was prepared by a newer console (schema {schema})", "nothing was changed",
            "install the newer console")


def check_schema(connection: Connection) -> None:
    """Refuse a server that is not prepared, or for an earlier or newer console; OperatorError."""
    schema = server_schema(connection)
    refuse_newer(schema)
    if schema < max(scripts()):
        what = "is not prepared yet" if schema == 0 else f"was prepared by an earlier console (schema {schema})"
        raise OperatorError(
            f"The clinic server {what}", "nothing was sent to it; the record here is complete",
            "have its owner run what main.py server prepare gives")
