"""``main.py retention``, ``hold`` and ``erase``: how long records are kept, and their end."""

import argparse
import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.app.reading import opened
from console.app.reading_notes import about, enter_told, listing
from console.app.settings import default_data_folder, read_secrets
from console.domain.erasure import KEPT_WORDS, Ground, PatientTrace
from console.domain.errors import OperatorError
from console.domain.people import Staff
from console.domain.retention import Keeping, RetentionRule, rule_words
from console.domain.rights import Right, require
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.pin_guard import PinGuard
from console.services.record_keeping import KeptRecords, RecordKeeping
from console.services.session_row import summarise
from db.data_folder import DataFolder, open_folder
from db.erasure import PatientTraces, StoreEraser, apply_ledger
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry, RegistryReader
from db.session_store import SessionStore

PIN_VARIABLE = "NEEDLING_PIN"
_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """What a command needs that writes into a folder."""

    folder: DataFolder
    recorder: RecorderThread
    registry: ClinicRegistry
    keeping: RecordKeeping
    store: SessionStore


@contextmanager
def opened_for_writing(args: argparse.Namespace) -> Iterator[WritingDesk]:
    """Open the folder as its one writer; OperatorError while a console holds it."""
    path: Path = getattr(args, "data", None) or default_data_folder()
    clock = SystemClock()
    folder = open_folder(path, read_secrets(getattr(args, "passphrase_fd", None)).passphrase, writing=True)
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    store = SessionStore(folder)
    try:
        recorder.synchronise(_LIMIT_S)
        enter_told(folder, recorder.write)
        apply_ledger(folder, recorder)
        registry = ClinicRegistry(store, recorder, clock)
        yield WritingDesk(folder, recorder, registry, RecordKeeping(
            registry, StoreEraser(folder, store, recorder, clock), clock), store)
    finally:
        store.close()
        recorder.stop(_LIMIT_S)
        folder.close()


def proved(desk: WritingDesk, args: argparse.Namespace, what_for: str, right: Right = Right.ERASE) -> Staff:
    """Give who acts, proved by right and PIN; Refusal where one is missing."""
    member = next((one for one in desk.registry.staff() if one.staff_id == args.by), None)
    if member is None:
        raise OperatorError(
            f"«{args.by}» is no member of staff", "nothing was changed", "give --by with a staff number")
    require(member, right)
    guard = PinGuard(desk.registry, SystemClock())
    wait_s = guard.wait_s(member.staff_id)
    if wait_s > 0:
        raise OperatorError(f"Too many wrong PINs of {member.staff_id}", "nothing was changed",
                            f"wait {wait_s:.0f} s and try again")
    if not guard.check(member.staff_id, _pin(args.pin_fd, member), what_for):
        raise OperatorError(f"That is not the PIN of {member.staff_id}", "nothing was changed", "try again")
    return member


def _pin(pin_fd: int | None, member: Staff) -> str:
    if pin_fd is not None:
        return read_secrets(pin_fd).passphrase or ""
    if PIN_VARIABLE in os.environ:
        return os.environ[PIN_VARIABLE]
    try:
        return getpass.getpass(f"PIN of {member.name}: ")
    except EOFError:
        raise OperatorError("No PIN was given", "nothing was changed", "pass one by --pin-fd or NEEDLING_PIN") from None


# --- retention and holds ------------------------------------------------------------------------------


def run_retention(args: argparse.Namespace) -> int:
    """Print the rule, the holds, and whose record need no longer be kept."""
    with opened(args, listing("retention")) as (folder, store):
        keeping = KeptRecords(RegistryReader(store), PatientTraces(folder, store), SystemClock())
        due, holds, erased = keeping.due_list(), keeping.holds(), keeping.erasures()
    rule, over = due.rule, due.over
    if args.json:
        print(json.dumps({
            "rule": None if rule is None else {
                "years": rule.years, "source": rule.source, "minor_age": rule.minor_age,
                "minor_years": rule.minor_years},
            "holds": [{"patient": one.patient_id, "reason": one.reason, "by": one.by} for one in holds],
            "past_retention": [_keeping_json(one) for one in over],
            "within_a_year": [_keeping_json(one) for one in due.soon],
            "erased": [{"number": one.number, "patient": one.patient_id or None, "ground": one.ground,
                        "by": one.actor_id, "reason": one.reason} for one in erased],
        }, ensure_ascii=False, indent=1))
        return 0
    print(rule_words(rule))
    for hold in holds:
        print(f"Held      {hold.patient_id}  {hold.reason} ({hold.by})")
    for one in due.soon:
        print(f"Soon      {one.visit.patient_id}  last visit {one.visit.day}, kept until {one.keep_until}")
    for one in over:
        print(f"Over      {one.visit.patient_id}  last visit {one.visit.day}, kept until {one.keep_until}")
    for done in erased:
        whom = done.patient_id or "nobody here"
        print(f"Erased    {whom}  number {done.number}, {done.ground} ({done.actor_id})")
    print(f"{counted(len(over), 'patient')} past retention, {len(due.soon):,} more within a year, "
          f"{counted(len(holds), 'hold')}; nothing is erased by itself.")
    return 0


def _keeping_json(one: Keeping) -> dict[str, object]:
    return {"patient": one.visit.patient_id, "last_visit": one.visit.day.isoformat(),
            "kept_until": one.keep_until.isoformat() if one.keep_until else None}


def run_retention_set(args: argparse.Namespace) -> int:
    """Set the clinic's rule."""
    with opened_for_writing(args) as desk:
        rule = RetentionRule(args.years, args.source, args.minor_age, args.minor_years)
        desk.keeping.set_rule(rule, proved(desk, args, "retention"))
    print(rule_words(rule))
    return 0


def run_hold(args: argparse.Namespace) -> int:
    """Set or lift a legal hold."""
    with opened_for_writing(args) as desk:
        member = proved(desk, args, args.patient)
        change = desk.keeping.lift_hold if args.lift else desk.keeping.set_hold
        change(args.patient, args.reason, member)
    print(f"The legal hold on {args.patient} is lifted." if args.lift else f"{args.patient} is under a legal hold.")
    return 0


# --- erasing ------------------------------------------------------------------------------------------------


def run_erase(args: argparse.Namespace) -> int:
    """Erase a patient; without ``--confirm`` only say what that would do."""
    if not args.confirm:
        return _say_what_goes(args)
    with opened_for_writing(args) as desk:
        member = proved(desk, args, args.patient)
        made = desk.keeping.erase(args.patient, Ground(args.ground), args.reason, args.confirm, member)
    print(f"{made.patient_id} was erased, as number {made.number} of the ledger. Backups made before still hold the "
          "record until they age out.")
    return 0


def _say_what_goes(args: argparse.Namespace) -> int:
    with opened(args, about("patient_read", args.patient)) as (folder, store):
        trace = PatientTraces(folder, store).trace(args.patient)
    if trace.is_empty or not args.patient:
        raise OperatorError(f"There is no patient «{args.patient}»", "nothing was changed", "check the number")
    for line in trace_lines(trace):
        print(line)
    print(f"Nothing was erased; to do it give --confirm {args.patient}, --reason and --by.")
    return 0


def trace_lines(trace: PatientTrace) -> Iterator[str]:
    """Say what an erasure takes and what it leaves."""
    yield (f"Goes: the content of {counted(trace.entries, 'entry')} in {counted(len(trace.sessions), 'session')}, "
           f"{counted(trace.photos, 'photo')}, {counted(trace.clinic_records, 'record')} of the clinic, name, birth "
           "date and contact, courses and appointments.")
    if trace.exports:
        yield f"Goes: {counted(len(trace.exports), 'file')} among this folder's exports ({', '.join(trace.exports)})."
    for what, why in KEPT_WORDS:
        yield f"Stays: {what[0].lower()}{what[1:]}, {why}."
    if trace.open_sessions:
        yield f"First {counted(len(trace.open_sessions), 'session')} must be ended: still open."
