"""``main.py import``: patients, staff, products or the day list from a file; looked at first with --dry-run."""

import argparse
import json

from console.app.compose import folder_library
from console.app.keeping_command import opened_for_writing, proved
from console.app.reading import opened
from console.app.reading_notes import about
from console.services.clinical_library import ClinicalLibrary
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.import_desk import read_list
from console.services.import_preview import (
    FAULTY,
    KNOWN,
    NEW,
    RIGHTS,
    SIMILAR,
    ImportPreview,
    KnownLists,
    preview_import,
    write_import,
)
from console.services.import_table import ImportTable, read_table
from console.services.local_time import local_day
from db.registry import RegistryReader

_STANDINGS = {NEW: "new", KNOWN: "there already", SIMILAR: "perhaps", FAULTY: "bad"}


def run(args: argparse.Namespace) -> int:
    """Show what the file would bring; without --dry-run write it, all or nothing."""
    table = read_table(read_list(args.file))
    if args.dry_run:
        with opened(args, about("import_compared", args.what)) as (folder, store):
            registry = RegistryReader(store)
            preview = _preview(args, table, registry, folder_library(folder, registry))
        _tell(args, preview, 0)
        return 1 if preview.faults else 0
    with opened_for_writing(args) as desk:
        actor = proved(desk, args, "import", RIGHTS[args.what])
        preview = _preview(args, table, desk.registry, folder_library(desk.folder, desk.registry))
        if preview.faults:
            _tell(args, preview, 0)
        written = write_import(desk.registry, preview, actor.staff_id,
                               preview.lines(SIMILAR) if args.also_similar else ())
    _tell(args, preview, written)
    return 0


def _preview(
    args: argparse.Namespace, table: ImportTable, lists: KnownLists, library: ClinicalLibrary,
) -> ImportPreview:
    named = dict(one.partition("=")[::2] for one in args.map)
    return preview_import(args.what, table, lists, library, local_day(SystemClock().utc_us()), named, args.dates)


def _tell(args: argparse.Namespace, preview: ImportPreview, written: int) -> None:
    if args.json:
        print(json.dumps({
            "read_as": preview.told, "columns": dict(preview.mapping), "written": written,
            "rows": [{"line": row.line, "standing": row.standing, "what": row.words, "like": row.like or None,
                      "faults": [{"column": one.column, "found": one.found, "allowed": one.allowed}
                                 for one in row.faults]} for row in preview.rows]}, ensure_ascii=False, indent=1))
        return
    print(f"Read as {preview.told}")
    for name, column in preview.mapping.items():
        print(f"  {name:12} from «{column}»")
    for row in preview.rows:
        print(f"{row.line:>6}  {_STANDINGS[row.standing]:13}  {row.words}{f', as {row.like}' if row.like else ''}")
        for fault in row.faults:
            print(f"        {fault.words}")
    print(f"{counted(preview.count(NEW), 'new row')}, {preview.count(KNOWN)} there already, "
          f"{preview.count(SIMILAR)} perhaps there already, {preview.count(FAULTY)} bad; "
          + (f"{counted(written, 'row')} written." if written else "nothing was written."))
