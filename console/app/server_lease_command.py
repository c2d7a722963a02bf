"""``main.py server sessions|take-over|release``: which console has which open session, and moving one by hand."""

import argparse
import json

from console.app.keeping_command import opened_for_writing, proved
from console.app.reading import opened
from console.app.reading_notes import listing
from console.app.server_command import linked, no_server
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.leases import check_take_over, holder_words, standing
from console.domain.rights import Right
from console.services.clocks import SystemClock
from console.services.local_time import clock_text
from db.sync.consoles import console_id_of, refuse_other_clinic
from db.sync.fetch import find_on_server
from db.sync.lease import give_back, held_leases, lease_of, server_now_us
from db.sync.lease_book import patients_of
from db.sync.lease_round import NotedActs, note_acts
from db.sync.server_address import server_of
from db.sync.taking import Taking


def run_sessions(args: argparse.Namespace) -> int:
    """Print the sessions that are open at any console, the one taken last first."""
    with opened(args, listing("sessions open at the clinic's consoles")) as (folder, _):
        known, here = server_of(folder) or no_server(), console_id_of(folder)
        with linked(known.address, known.password) as link, link.transaction() as connection:
            refuse_other_clinic(connection, known)
            leases, now_us = held_leases(connection), server_now_us(connection)
            patients = patients_of(connection, [one.session_id for one in leases])
    if args.json:
        print(json.dumps([{
            "session": str(one.session_id), "patient": patients.get(one.session_id, ""), "console": one.console_name,
            "console_id": str(one.console_id), "lease": one.number, "by": one.actor_id, "since": iso_utc(one.taken_us),
            "until": iso_utc(one.until_us), "stands": standing(one, here, now_us).value} for one in leases],
            indent=1, ensure_ascii=False))
        return 0
    for one in leases:
        words = holder_words(one.console_name, clock_text(one.taken_us), one.actor_id)
        told = {"ours": ", this console", "silent": ", not heard from since"}.get(standing(one, here, now_us).value, "")
        print(f"{one.session_id}  {patients.get(one.session_id) or '-':8}  {words}{told}")
    if not leases:
        print("No session is open at any console.")
    return 0


def run_take_over(args: argparse.Namespace) -> int:
    """Take an open session of another console over, with its record."""
    with opened_for_writing(args) as desk:
        known = server_of(desk.folder) or no_server()
        member = proved(desk, args, "session_take_over", Right.TREAT)
        reason = check_take_over(member, args.reason)
        taking = Taking(desk.folder, desk.recorder, known, SystemClock())
        with linked(known.address, known.password) as link:
            session_id = find_on_server(link, args.session)
            with link.transaction() as connection:
                refuse_other_clinic(connection, known)
                seen = lease_of(connection, session_id)
            number = taking.take(link, session_id, member.staff_id, seen.number if seen else 0, reason)
            with desk.store.reading() as local, link.transaction() as connection:
                note_acts(connection, known.clinic_key, console_id_of(desk.folder), NotedActs(local),
                          desk.recorder.audit)
    print(f"Session {session_id} is this console's now (lease {number}); its record is here, and verifies.")
    return 0


def run_release(args: argparse.Namespace) -> int:
    """Give a session of this console back, so that any may go on with it."""
    with opened_for_writing(args) as desk:
        known = server_of(desk.folder) or no_server()
        member = proved(desk, args, "session_release", Right.TREAT)
        here = console_id_of(desk.folder)
        with linked(known.address, known.password) as link:
            session_id = find_on_server(link, args.session)
            with link.transaction() as connection:
                refuse_other_clinic(connection, known)
                lease = lease_of(connection, session_id)
                if lease is None or not lease.held:
                    raise OperatorError("No console has that session", "nothing was changed", "any may go on with it")
                give_back(connection, session_id, here, lease.number, member.staff_id)
            with desk.store.reading() as local, link.transaction() as connection:
                note_acts(connection, known.clinic_key, here, NotedActs(local), desk.recorder.audit)
    print(f"Session {session_id} is given back; any console may go on with it.")
    return 0
