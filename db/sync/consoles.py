"""Which consoles belong to the clinic, and the clinic's founding."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert
from uuid6 import uuid7

from console.domain.errors import OperatorError
from db.data_folder import DataFolder
from db.station_key import StationSigner
from db.sync import server_tables as server
from db.sync.clinic_key import accept, key_check, new_clinic_key
from db.sync.server_address import ClinicServer, ServerAddress, keep_server
from db.sync.server_link import ServerLink
from db.sync.server_schema import check_schema

NIL = UUID(int=0)
_FOUNDING = 1  # the number of the server's lock: two consoles cannot found at once


@dataclass(frozen=True, slots=True)
class ConsoleOfClinic:
    """A console as the server knows it."""

    console_id: UUID
    name: str
    station_key_id: str
    member: bool
    changed_us: int


def console_id_of(folder: DataFolder) -> UUID:
    """Give the id by which a folder's console is known to the server."""
    return UUID(folder.folder_id)


def found_clinic(folder: DataFolder, link: ServerLink, address: ServerAddress, password: str,
                 name: str) -> ClinicServer:
    """Make a clinic on an empty server, with this console as its first; OperatorError where there is one already."""
    made = ClinicServer(address, UUID(bytes=uuid7().bytes), new_clinic_key(), password)
    with link.transaction() as connection:
        check_schema(connection)
        connection.execute(select(func.pg_advisory_xact_lock(_FOUNDING)))
        if connection.execute(select(server.clinic.c.clinic_id)).first() is not None:
            raise OperatorError("There is a clinic on this server already", "nothing was changed",
                                "join it with a joining text of one of its consoles")
        connection.execute(insert(server.clinic).values(
            clinic_id=made.clinic_id, kind=folder.kind, key_check=key_check(made.clinic_key)))
        _enter(connection, folder, name, member=True)
        keep_server(folder, made)  # before the commit: a key nobody kept would be of no use to anybody
    return made


def join_clinic(folder: DataFolder, link: ServerLink, address: ServerAddress, password: str, name: str,
                text: str, code: str) -> ClinicServer:
    """Enter this console into the clinic of a joining text; OperatorError where text, code or server do not fit."""
    clinic_id, clinic_key = accept(text, code)
    made = ClinicServer(address, clinic_id, clinic_key, password)
    with link.transaction() as connection:
        refuse_other_clinic(connection, made)
        kind = connection.execute(select(server.clinic.c.kind)).scalar_one()
        if kind != folder.kind:
            raise OperatorError(f"The server holds a {kind} clinic, and this is a {folder.kind} folder",
                                "nothing was changed", "join with a folder of that kind")
        _enter(connection, folder, name, member=True)
        keep_server(folder, made)
    return made


def leave_clinic(folder: DataFolder, link: ServerLink) -> None:
    """Note on the server that this console left; what it pushed stays there."""
    with link.transaction() as connection:
        known = {one.console_id: one for one in consoles(connection)}
        mine = known.get(console_id_of(folder))
        if mine is not None:
            _enter(connection, folder, mine.name, member=False)


def refuse_other_clinic(connection: Connection, known: ClinicServer) -> None:
    """Refuse a server that is not prepared, or holds another clinic, or was founded with another key."""
    check_schema(connection)
    found = connection.execute(select(server.clinic)).first()
    if found is None or found.clinic_id != known.clinic_id or found.key_check != key_check(known.clinic_key):
        raise OperatorError("The server holds another clinic than this console belongs to",
                            "nothing was sent to it; the record here is complete", "check the server's address")


def register_again(connection: Connection, folder: DataFolder, name: str) -> None:
    """Enter a new revision of this console where its name or station key changed."""
    mine = next((one for one in consoles(connection) if one.console_id == console_id_of(folder)), None)
    key_id = StationSigner(folder.keys.station).key_id
    if mine is not None and (mine.station_key_id != key_id or (name and mine.name != name)):
        _enter(connection, folder, name or mine.name, member=mine.member)


def consoles(connection: Connection) -> Sequence[ConsoleOfClinic]:
    """Give the clinic's consoles as they stand now, by name."""
    table, later = server.console, server.console.alias("later")
    newest = select(func.max(later.c.rev)).where(later.c.console_id == table.c.console_id).scalar_subquery()
    rows = connection.execute(select(table).where(table.c.rev == newest).order_by(table.c.name, table.c.console_id))
    return [ConsoleOfClinic(row.console_id, row.name, row.station_key_id, row.member, row.changed_us) for row in rows]


def _enter(connection: Connection, folder: DataFolder, name: str, *, member: bool) -> None:
    table, console_id, signer = server.console, console_id_of(folder), StationSigner(folder.keys.station)
    former = connection.execute(
        select(func.coalesce(func.max(table.c.rev), 0)).where(table.c.console_id == console_id)).scalar_one()
    connection.execute(insert(table).values(
        console_id=console_id, rev=former + 1, name=name or f"Console {console_id.hex[-4:]}",
        station_key_id=signer.key_id, station_public_key=signer.public_key, member=member))
