"""The options of ``server``; what it does is imported once it is asked for."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

from console.app.keeping_options import add_by


def add_server(commands: Any) -> None:
    """Add ``server`` with its verbs."""
    server = commands.add_parser("server", help="the clinic server that several consoles share (PostgreSQL)")
    verbs = server.add_subparsers(title="verbs", metavar="VERB", required=True)
    prepare = _verb(verbs, "prepare", "print, or run as its owner, what makes a database a clinic server", data=False)
    prepare.add_argument("--from-schema", metavar="N", type=int, default=0, help="print from this one on (default 0)")
    _add_address(prepare, required=False)
    found = _verb(verbs, "found", "make a clinic on a prepared server, with this console as its first")
    _add_address(found)
    _add_name(found)
    invite = _verb(verbs, "invite", "write the joining text for another console, and show the code that opens it")
    invite.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to write")
    join = _verb(verbs, "join", "join the clinic of a joining text")
    _add_address(join)
    _add_name(join)
    join.add_argument("--text", metavar="FILE", type=Path, required=True, help="the file with the joining text")
    join.add_argument("--code-fd", metavar="N", type=int, help="read the joining code from this descriptor "
                      "(default: it is asked for)")
    status = _verb(verbs, "status", "the server, the consoles, and what still has to be pushed")
    status.add_argument("--json", action="store_true", help="print JSON for programs")
    push = _verb(verbs, "push", "send what the server does not hold yet; a running console does so by itself")
    push.add_argument("--json", action="store_true", help="print JSON for programs")
    fetch = _verb(verbs, "fetch", "bring a session of another console into this record, proved")
    fetch.add_argument("session", help="its id, or the first 6 or more characters of it")
    leases = "server_lease_command"
    sessions = _verb(verbs, "sessions", "which console has which open session", module=leases)
    sessions.add_argument("--json", action="store_true", help="print JSON for programs")
    take = _verb(verbs, "take-over", "take an open session of another console over, with its record", module=leases)
    take.add_argument("session", help="its id, or the first 6 or more characters of it")
    take.add_argument("--reason", metavar="TEXT", required=True, help="why; it goes on the record of both consoles")
    add_by(take)
    release = _verb(verbs, "release", "give a session of this console back, for any to go on with", module=leases)
    release.add_argument("session", help="its id, or the first 6 or more characters of it")
    add_by(release)
    _verb(verbs, "leave", "forget the server; what was pushed stays there")


def _verb(verbs: Any, name: str, words: str, *, data: bool = True, module: str = "server_command") -> Any:
    verb = verbs.add_parser(name, help=words)
    if data:
        verb.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
        verb.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                          help="read the passphrase from this file descriptor")

    def run(args: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"console.app.{module}"), f"run_{name.replace('-', '_')}")(args)
        return code

    verb.set_defaults(run=run)
    return verb


def _add_address(verb: Any, *, required: bool = True) -> None:
    verb.add_argument("--host", metavar="HOST", required=required, default="",
                      help="its name, or the folder of its Unix socket")
    verb.add_argument("--port", metavar="N", type=int, default=5432, help="default 5432")
    verb.add_argument("--database", metavar="NAME", default="needling", help="default needling")
    verb.add_argument("--user", metavar="NAME", required=required, default="")
    verb.add_argument("--tls", choices=("verify-full", "plain"), default="verify-full",
                      help="plain: only to this very machine")
    verb.add_argument("--root-certificate", metavar="FILE", default="", help="trust this one (default: the system's)")
    verb.add_argument("--password-fd", metavar="N", type=int, help="read the user's password from this descriptor "
                      "(default: the variable NEEDLING_SERVER_PASSWORD, else none)")


def _add_name(verb: Any) -> None:
    verb.add_argument("--name", metavar="NAME", required=True, help="what the others call this console, such as Room 2")
