"""``main.py server``: the clinic server, prepared, founded, joined, looked at and left."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from console.app.keeping_command import opened_for_writing
from console.app.reading_notes import computer_user
from console.app.settings import default_data_folder, read_secrets
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from console.services.event_words import counted
from db.atomic_file import write_atomically
from db.data_folder import DataFolder, open_folder
from db.recorder_thread import RecorderThread
from db.sync.clinic_key import invitation
from db.sync.consoles import (
    ConsoleOfClinic,
    console_id_of,
    consoles,
    found_clinic,
    join_clinic,
    leave_clinic,
    refuse_other_clinic,
)
from db.sync.fetch import fetch_session, find_on_server
from db.sync.pusher import Pusher, told_words
from db.sync.quarantine import WHY_WORDS, SetAside, set_aside
from db.sync.server_address import ClinicServer, ServerAddress, forget_server, server_of
from db.sync.server_link import ServerAway, ServerLink, ServerRefused
from db.sync.server_schema import prepare, script_from

PASSWORD_VARIABLE = "NEEDLING_SERVER_PASSWORD"
_STOP_LIMIT_S = 30.0


def run_prepare(args: argparse.Namespace) -> int:
    """Print the script that prepares a database, or run it where a host is named."""
    if not args.host:
        print(script_from(args.from_schema) or "-- There is nothing to do: that is the newest schema.")
        return 0
    link = ServerLink(_address(args), _password(args))
    try:
        with link.transaction() as connection:
            number = prepare(connection)
    finally:
        link.close()
    print(f"The database is prepared (schema {number}). Give each console a user of its own: "
          "CREATE ROLE room_2 LOGIN PASSWORD '…' IN ROLE needling_console;")
    return 0


def run_found(args: argparse.Namespace) -> int:
    """Make the clinic, with this console as its first."""
    with _writing(args) as folder:
        _refuse_second(folder)
        address, password = _address(args), _password(args)
        with linked(address, password) as link:
            made = found_clinic(folder, link, address, password, args.name)
        _note(folder, "clinic_server_founded", f"{made.clinic_id} as {args.name}")
    print(f"The clinic is founded, and this console is «{args.name}» in it. The next console joins with what "
          "main.py server invite writes.")
    return 0


def run_invite(args: argparse.Namespace) -> int:
    """Write a joining text and show its code."""
    with _writing(args) as folder:
        known = server_of(folder) or no_server()
        text, code = invitation(known.clinic_id, known.clinic_key)
        if args.out.exists():
            raise OperatorError(f"There is something at {args.out} already", "it was left as it is", "name a new file")
        write_atomically(args.out, text.encode() + b"\n")
        _note(folder, "clinic_server_invited", "")
    print(f"Wrote {args.out}. The joining code is\n\n  {code}\n\nIt is shown this once. Whoever has both, and a user "
          "of the server, can read every patient: carry them apart, and destroy the file after joining.")
    return 0


def run_join(args: argparse.Namespace) -> int:
    """Join the clinic of a joining text."""
    with _writing(args) as folder:
        _refuse_second(folder)
        address, password = _address(args), _password(args)
        text, code = _joining_text(args.text), _joining_code(args.code_fd)
        with linked(address, password) as link:
            made = join_clinic(folder, link, address, password, args.name, text, code)
        _note(folder, "clinic_server_joined", f"{made.clinic_id} as {args.name}")
    print(f"This console is «{args.name}» in the clinic now.")
    return 0


def run_status(args: argparse.Namespace) -> int:
    """Print how the server stands; 1 where it cannot be reached or refuses."""
    folder = _opened(args)
    try:
        known = server_of(folder)
        if known is None:
            print(json.dumps({"joined": False}) if args.json else
                  "This console belongs to no clinic server; all it records is kept here.")
            return 0
        members, waiting, aside, fault = _asked(folder, known)
    finally:
        folder.close()
    where = known.address
    if args.json:
        print(json.dumps({
            "joined": True, "clinic": str(known.clinic_id), "host": where.host, "port": where.port,
            "database": where.database, "user": where.user, "tls": where.tls, "reachable": not fault, "fault": fault,
            "waiting": waiting, "set_aside": [
                {"session": str(one.session_id), "entries": one.entries, "why": one.why.value} for one in aside],
            "consoles": [{"console": str(one.console_id), "name": one.name, "station_key": one.station_key_id,
                          "member": one.member, "this": one.console_id == console_id_of(folder),
                          "since": iso_utc(one.changed_us)} for one in members]}, indent=1, ensure_ascii=False))
        return 1 if fault else 0
    print(f"Server     {where.host}, port {where.port}, database {where.database}, {where.tls}")
    for one in members:
        print(f"Console    {one.name}{', this one' if one.console_id == console_id_of(folder) else ''}"
              f"{'' if one.member else ', left'}")
    if fault:
        raise OperatorError(fault.rstrip("."))
    print(f"Waiting    {waiting:,} to be sent (sessions and photos)")
    for lot in aside:
        print(f"Set aside  {counted(lot.entries, 'entry')} of session {lot.session_id}: {WHY_WORDS[lot.why]}")
    return 0


def run_push(args: argparse.Namespace) -> int:
    """Send what waits; 1 where something must be looked at."""
    folder = _opened(args)
    try:
        known = server_of(folder) or no_server()
        with linked(known.address, known.password) as link, closing(Pusher(folder, known, link)) as pusher:
            pusher.compare()
            while pusher.push_some():
                pass
            pusher.push_audit_head()
    finally:
        folder.close()
    words = told_words(pusher.told)
    if args.json:
        print(json.dumps({"entries": pusher.told.entries, "look_at": words}, indent=1, ensure_ascii=False))
    else:
        print(f"{counted(pusher.told.entries, 'entry')} sent; the server holds all there is to send."
              if not words else f"{counted(pusher.told.entries, 'entry')} sent.")
        for one in words:
            print(one, file=sys.stderr)
    return 1 if words else 0


def run_fetch(args: argparse.Namespace) -> int:
    """Bring a session of another console into this record."""
    from console.app.compose import settle_session  # which brings the whole console with it

    with opened_for_writing(args) as desk:
        known = server_of(desk.folder) or no_server()
        with linked(known.address, known.password) as link:
            session_id = find_on_server(link, args.session)
            made = fetch_session(desk.folder, desk.recorder, link, known, session_id, computer_user(),
                                 SystemClock().utc_us())
        if made.entries and desk.store.row(session_id).state != "open":
            settle_session(desk.recorder, desk.store, session_id)
    print(f"{counted(made.entries, 'entry')} of session {session_id} came from the clinic server, and verify."
          if made.entries else f"All of session {session_id} is here already.")
    return 0


def run_leave(args: argparse.Namespace) -> int:
    """Leave the clinic server."""
    told = ""
    with _writing(args) as folder:
        known = server_of(folder) or no_server()
        try:
            with linked(known.address, known.password) as link:
                leave_clinic(folder, link)
        except (ServerAway, ServerRefused) as error:
            told = f" The server was not told ({error.happened})."
        forget_server(folder)
        _note(folder, "clinic_server_left", str(known.clinic_id))
    print(f"This console belongs to no clinic server any more; what it pushed stays there.{told}")
    return 0


def _asked(
    folder: DataFolder, known: ClinicServer,
) -> tuple[list[ConsoleOfClinic], int | None, list[SetAside], str]:
    try:
        with linked(known.address, known.password) as link:
            with link.transaction() as connection:
                refuse_other_clinic(connection, known)
                members, aside = list(consoles(connection)), set_aside(connection, console_id_of(folder))
            with closing(Pusher(folder, known, link)) as pusher:
                return members, pusher.count_waiting(), aside, ""
    except OperatorError as error:
        return [], None, [], str(error)


# --- parts ------------------------------------------------------------------------------------------


def _opened(args: argparse.Namespace, *, writing: bool = False) -> DataFolder:
    path: Path = getattr(args, "data", None) or default_data_folder()
    return open_folder(path, read_secrets(getattr(args, "passphrase_fd", None)).passphrase, writing=writing)


@contextmanager
def _writing(args: argparse.Namespace) -> Iterator[DataFolder]:
    folder = _opened(args, writing=True)
    try:
        yield folder
    finally:
        folder.close()


@contextmanager
def linked(address: ServerAddress, password: str) -> Iterator[ServerLink]:
    """Give a link, closed at the end."""
    link = ServerLink(address, password)
    try:
        yield link
    finally:
        link.close()


def _address(args: argparse.Namespace) -> ServerAddress:
    root = str(Path(args.root_certificate).resolve()) if args.root_certificate else ""
    return ServerAddress(args.host, args.port, args.database, args.user, args.tls, root)


def _password(args: argparse.Namespace) -> str:
    if args.password_fd is not None:
        return read_secrets(args.password_fd).passphrase or ""
    return os.environ.get(PASSWORD_VARIABLE, "")


def _refuse_second(folder: DataFolder) -> None:
    if server_of(folder) is not None:
        raise OperatorError("This console belongs to a clinic server already", "nothing was changed",
                            "leave that one first (main.py server leave)")


def no_server() -> ClinicServer:
    """Refuse, in the place of a server."""
    raise OperatorError("This console belongs to no clinic server", "nothing was changed",
                        "found or join one first (main.py server)")


def _joining_text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise OperatorError(f"{path} cannot be read as a joining text", "nothing was changed",
                            "name the file that main.py server invite wrote") from None


def _joining_code(code_fd: int | None) -> str:
    if code_fd is not None:
        return read_secrets(code_fd).passphrase or ""
    try:
        return getpass.getpass("Joining code: ")
    except EOFError:
        raise OperatorError("No joining code was given", "nothing was changed", "give it by --code-fd") from None


def _note(folder: DataFolder, action: str, detail: str) -> None:
    recorder = RecorderThread(folder, SystemClock())
    recorder.start()
    recorder.audit("console", action, folder.folder_id, detail)
    if not recorder.stop(_STOP_LIMIT_S):
        raise OperatorError("It was done, but the audit could not be written now",
                            "the entry is kept and comes in later", "open the console once")
