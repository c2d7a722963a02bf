"""``main.py export`` and ``export-all``: sessions in open formats. They only read, also beside a running console."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from console.app.compose import folder_library
from console.app.export_journal import Done, ExportJournal
from console.app.exporting import FORMS, Exporter
from console.app.reading import opened
from console.app.reading_notes import about, sessions_named
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.ports import SessionRow
from console.domain.session_list import SessionFilter
from console.services.event_words import counted
from console.services.local_time import day_start_us
from console.services.review_desk import SessionDossier, read_dossier
from db.data_folder import DataFolder
from db.registry import RegistryReader
from db.session_store import SessionStore
from db.verify import verify_session

_PAGE = 500


def run_export(args: argparse.Namespace) -> int:
    """Write a session in an open format."""
    with opened(args, sessions_named([args.session], "exported", args.format)) as (folder, store):
        session_id = store.find_session(args.session)
        dossier = read_dossier(store, lambda one: verify_session(folder, one), session_id)
        _exporter(folder, store).write(dossier, args.format, args.out, args.photos)
    print(f"Wrote {args.out}")
    if dossier.fault is not None:
        print(f"main.py: entry {dossier.fault.seq} of this session does not verify: {dossier.fault.what}",
              file=sys.stderr)
        return 1
    return 0


def run_export_all(args: argparse.Namespace) -> int:
    """Write every session; begun again, it goes on where it was."""
    with opened(args, about("exported", "every session", " ".join(args.format))) as (folder, store):
        journal = ExportJournal(args.out, folder.folder_id, args.format)
        exporter, since_us = _exporter(folder, store), _since_us(args.since)
        wanted = SessionFilter()
        total, written, kept, faults = store.count(wanted), 0, 0, []
        for place, row in enumerate(_rows(store, wanted), 1):
            if since_us is not None and row.opened_us < since_us:
                total = place - 1
                break
            if journal.has(str(row.session_id), row.head.hex()):
                kept += 1
            else:
                dossier = read_dossier(store, lambda one: verify_session(folder, one), row.session_id)
                journal.note(_write(journal, exporter, dossier, args))
                written += 1
            fault = journal.done[str(row.session_id)].fault
            faults += [(row, fault)] if fault else []
            _progress(place, total)
        journal.finish()
    _tell(args, {"sessions": total, "written": written, "there_already": kept, "damaged": len(faults),
                 "out": str(args.out)})
    for row, fault in faults:
        print(f"main.py: session {row.session_id} does not verify: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _exporter(folder: DataFolder, store: SessionStore) -> Exporter:
    return Exporter(folder, store, folder_library(folder, RegistryReader(store)))


def _since_us(text: str) -> int | None:
    if not text:
        return None
    try:
        return day_start_us(date.fromisoformat(text))
    except ValueError:
        raise OperatorError(f"«{text}» is not a day", "nothing was written", "write it as 2026-05-31") from None


def _rows(store: SessionStore, wanted: SessionFilter) -> Iterator[SessionRow]:
    """Give every session, newest first."""
    before: int | None = None
    while page := store.rows(wanted, _PAGE, before):
        yield from page
        before = page[-1].place


def _write(journal: ExportJournal, exporter: Exporter, dossier: SessionDossier, args: argparse.Namespace) -> Done:
    row = dossier.row
    name = f"{iso_utc(row.opened_us)[:7]}/{iso_utc(row.opened_us)[:10]}_{row.session_id}"
    journal.make_room(name)
    for form in args.format:
        exporter.write(dossier, form, args.out / name / FORMS[form], args.photos)
    fault = "" if dossier.fault is None else f"entry {dossier.fault.seq}: {dossier.fault.what}"
    return journal.seen(str(row.session_id), row.head.hex(), name, fault)


def _progress(place: int, total: int) -> None:
    if sys.stderr.isatty() or place == total or place % 100 == 0:
        end = "\r" if sys.stderr.isatty() and place < total else "\n"
        print(f"{place} of {total}", end=end, file=sys.stderr, flush=True)


def _tell(args: argparse.Namespace, done: dict[str, object]) -> None:
    if args.json:
        print(json.dumps(done, ensure_ascii=False, indent=1))
        return
    print(f"{counted(int(str(done['sessions'])), 'session')} in {Path(args.out)}: {done['written']} written, "
          f"{done['there_already']} there already and unchanged; keep it safe, it is not encrypted.")
