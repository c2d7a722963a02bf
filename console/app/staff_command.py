"""``main.py staff``: the clinic's people from the command line. Who changes them proves to be an administrator."""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.app.opening import open_for_writing
from console.app.reading import opened
from console.app.reading_notes import no_record
from console.app.settings import default_data_folder, read_secrets
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError, Refusal
from console.domain.people import Role, Staff, StaffVersion
from console.domain.rights import Right, require
from console.services.clocks import SystemClock
from console.services.local_time import local
from console.services.own_secrets import OwnSecrets
from console.services.pin_guard import PinGuard
from console.services.query_thread import AtOnce
from console.services.session_desk import SessionDesk
from console.services.session_row import summarise
from console.services.staff_desk import StaffDesk
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry, RegistryReader
from db.session_store import SessionStore

PIN_VARIABLE, NEW_VARIABLE, PASSWORD_VARIABLE = "NEEDLING_PIN", "NEEDLING_NEW_SECRET", "NEEDLING_PASSWORD"
STOP_LIMIT_S = 10.0
EPILOG = f"""\
Who changes the staff is named by --by; their PIN comes from the variable {PIN_VARIABLE}, the new PIN or password
from {NEW_VARIABLE}, never from an argument. The very first administrator needs no --by.
Everybody may change their own with my-pin and my-password, against the former PIN, or the former password in
{PASSWORD_VARIABLE}.
"""


@dataclass(frozen=True, slots=True)
class Writing:
    """What the verbs that change something are given."""

    desk: StaffDesk
    registry: ClinicRegistry
    pins: PinGuard
    acting: SessionDesk


Act = Callable[[Writing, argparse.Namespace], Staff]


def add_arguments(staff: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    staff.epilog = EPILOG
    staff.set_defaults(act=None)
    verbs = staff.add_subparsers(title="verbs", metavar="VERB")
    _verb(verbs, "list", "list everybody (the default)", None)
    history = _verb(verbs, "history", "every version of one", None, "staff_id")
    history.set_defaults(history=True)
    add = _verb(verbs, "add", "add somebody", _add, "name")
    _roles(add)
    _roles(_verb(verbs, "role", "give somebody other roles", _role, "staff_id"))
    _verb(verbs, "pin", "give somebody a new PIN", _pin, "staff_id")
    _verb(verbs, "password", "give somebody a password; an empty one takes it away", _password, "staff_id")
    _verb(verbs, "my-pin", "give yourself (--by) another PIN", _my_pin)
    _verb(verbs, "my-password", "give yourself (--by) another password; an empty one takes it away", _my_password)
    _verb(verbs, "disable", "let somebody sign in no more", _disable, "staff_id")
    _verb(verbs, "enable", "let somebody sign in again", _enable, "staff_id")


def _verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str, act: Act | None,
          about: str = "") -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=words)
    verb.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON for programs")
    verb.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                      help="read the passphrase from this file descriptor")
    if about:
        verb.add_argument(about, metavar=about.upper())
    if act is not None:
        verb.add_argument("--by", metavar="ID", default="", help="the administrator who does it")
    verb.set_defaults(act=act)
    return verb


def _roles(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--role", action="append", choices=[role.value for role in Role], required=True,
                      help="a role; may be given more than once")


def run(args: argparse.Namespace) -> int:
    """List, tell the history of one, or change."""
    if args.act is not None:
        return _change(args)
    with opened(args, no_record) as (_, store):
        registry = RegistryReader(store)
        if getattr(args, "history", False):
            _print_history(registry.staff_versions(args.staff_id), args)
            return 0
        members = registry.staff()
    if getattr(args, "json", False):
        print(json.dumps([_as_json(one) for one in members], ensure_ascii=False, indent=1))
        return 0
    for one in members:
        print(f"{one.staff_id:7}  {one.name:28}  {one.role_words:40}  "
              f"{'may sign in' if one.active else 'disabled'}{', with a password' if one.has_password else ''}")
    print(f"{len(members)} people" if members else "Nobody yet.")
    return 0


def _as_json(one: Staff) -> dict[str, object]:
    return {"staff": one.staff_id, "name": one.name, "roles": [role.value for role in one.roles],
            "active": one.active, "password": one.has_password}


def _print_history(versions: list[StaffVersion], args: argparse.Namespace) -> None:
    if not versions:
        raise OperatorError(f"There is no member of staff {args.staff_id}", "nothing was changed", "check the id")
    if getattr(args, "json", False):
        print(json.dumps([{**_as_json(one.member), "version": one.rev, "at": iso_utc(one.changed_us),
                           "by": one.changed_by, "new_pin": one.new_pin, "new_password": one.new_password}
                          for one in versions], ensure_ascii=False, indent=1))
        return
    for one in versions:
        secrets = "".join(words for on, words in ((one.new_pin, ", new PIN"), (one.new_password, ", password changed"))
                          if on)
        state = "may sign in" if one.member.active else "disabled"
        print(f"{one.rev:3}  {local(one.changed_us):%Y-%m-%d %H:%M}  by {one.changed_by:8}  {one.member.name}, "
              f"{one.member.role_words}, {state}{secrets}")


def _change(args: argparse.Namespace) -> int:
    with _keeping(args) as writing:
        made = args.act(writing, args)
    if getattr(args, "json", False):
        print(json.dumps(_as_json(made), ensure_ascii=False, indent=1))
    else:
        print(f"{made.staff_id} {made.name}: {made.role_words}, {'may sign in' if made.active else 'disabled'}")
    return 0


@contextmanager
def _keeping(args: argparse.Namespace) -> Iterator[Writing]:
    path: Path = getattr(args, "data", None) or default_data_folder()
    folder = open_for_writing(path, read_secrets(getattr(args, "passphrase_fd", None)).passphrase)
    clock = SystemClock()
    recorder, store = RecorderThread(folder, clock, summarise), SessionStore(folder)
    recorder.start()
    try:
        registry, desk = ClinicRegistry(store, recorder, clock), SessionDesk(clock, recorder)
        pins = PinGuard(registry, clock)
        if args.act in (_my_pin, _my_password):
            desk.actor = _active(registry, args.by)
        elif registry.staff():
            desk.actor = _proved(registry, pins, args.by)
        yield Writing(StaffDesk(desk, registry), registry, pins, desk)
    finally:
        recorder.stop(STOP_LIMIT_S)
        store.close()
        folder.close()


def _active(registry: ClinicRegistry, staff_id: str) -> Staff:
    found = next((one for one in registry.staff() if one.staff_id == staff_id and one.active), None)
    if found is None:
        raise Refusal(f"«{staff_id}» may not sign in here", "nothing was changed", "name who does it with --by")
    return found


def _proved(registry: ClinicRegistry, pins: PinGuard, staff_id: str) -> Staff:
    keeper = _active(registry, staff_id)
    if pins.wait_s(staff_id) > 0:
        raise Refusal(f"{pins.wrong(staff_id)} wrong PINs of {staff_id}", "nothing was changed",
                      f"wait {pins.wait_s(staff_id):.0f} s")
    if not pins.check(staff_id, os.environ.get(PIN_VARIABLE, "")):
        raise Refusal("That PIN is not right", "nothing was changed", f"give it in the variable {PIN_VARIABLE}")
    require(keeper, Right.KEEP_STAFF)
    return keeper


def _secret() -> str:
    return os.environ.get(NEW_VARIABLE, "")


def _add(writing: Writing, args: argparse.Namespace) -> Staff:
    return writing.desk.add(args.name, [Role(one) for one in args.role], _secret())


def _role(writing: Writing, args: argparse.Namespace) -> Staff:
    return writing.desk.change_roles(args.staff_id, [Role(one) for one in args.role])


def _pin(writing: Writing, args: argparse.Namespace) -> Staff:
    return writing.desk.set_pin(args.staff_id, _secret())


def _password(writing: Writing, args: argparse.Namespace) -> Staff:
    return writing.desk.set_password(args.staff_id, _secret())


def _disable(writing: Writing, args: argparse.Namespace) -> Staff:
    return writing.desk.set_active(args.staff_id, False)


def _enable(writing: Writing, args: argparse.Namespace) -> Staff:
    return writing.desk.set_active(args.staff_id, True)


def _my_pin(writing: Writing, args: argparse.Namespace) -> Staff:
    failures: list[BaseException] = []
    _own(writing).change_pin(os.environ.get(PIN_VARIABLE, ""), _secret(), lambda _done: None, failures.append)
    if failures:
        raise failures[0]
    return writing.desk.member(args.by)


def _my_password(writing: Writing, args: argparse.Namespace) -> Staff:
    own = _own(writing)
    failures: list[BaseException] = []
    former = os.environ.get(PASSWORD_VARIABLE if own.asks_password else PIN_VARIABLE, "")
    own.change_password(former, _secret(), lambda _done: None, failures.append)
    if failures:
        raise failures[0]
    return writing.desk.member(args.by)


def _own(writing: Writing) -> OwnSecrets:
    return OwnSecrets(writing.acting, writing.registry, AtOnce(), writing.registry, writing.pins)
