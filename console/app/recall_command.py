"""``main.py recall``: the patients a lot or a cartridge reached, as the page finds them; letters and status."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from console.app.clinic_papers import mark_of
from console.app.compose import folder_library
from console.app.exporting import ready_to_draw
from console.app.keeping_command import opened_for_writing, proved
from console.app.keeping_options import add_by
from console.app.reading import opened
from console.app.reading_notes import about
from console.domain.errors import OperatorError
from console.domain.rights import Right
from console.services.clinical_parts import ClinicFacts
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.local_time import local_day
from console.services.recall_desk import STATES, Recall, RecallCase, RecallReading, call_record, csv_of
from console.services.recall_letter import letters_of
from console.services.whole_files import write_whole
from db.data_folder import INVENTED
from db.quality_reader import QualityReader
from db.registry import RegistryReader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for."""
    parser.add_argument("lot", metavar="LOT", help="a lot, a cartridge's serial number, or words of a product's name")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write the contact list")
    parser.add_argument("--letters", metavar="FILE", type=Path, help="write letters to who is still to be told, as PDF")
    parser.add_argument("--mark", metavar="PATIENT=STATUS", action="append", default=[],
                        help=f"keep how far it has come: {', '.join(STATES)}; needs --by")
    add_by(parser, required=False)


def run(args: argparse.Namespace) -> int:
    """Print the patients; those to call first."""
    text = args.lot.strip()
    if not text:
        raise OperatorError("No lot is named", "nothing was read", "name a lot or a serial number")
    if args.mark:
        _mark(args, text, _marks(args.mark))
    with opened(args, about("recall_read", text, "csv" if args.csv is not None else "")) as (folder, store):
        recall = RecallReading(store, QualityReader(store)).find(text)
        clinic = folder_library(folder, RegistryReader(store)).clinic
        mark = mark_of(folder.kind) if folder.kind in INVENTED else ""
    if args.csv is not None:
        write_whole(args.csv, csv_of(recall).encode())
    if args.letters is not None:
        _write_letters(args.letters, recall, clinic, mark)
    _print(args, recall)
    return 0


def _marks(given: list[str]) -> dict[str, str]:
    marks = dict(one.partition("=")[::2] for one in given)
    for patient_id, state in marks.items():
        if state not in STATES:
            raise OperatorError(f"«{patient_id}={state}» names no status", "nothing was changed",
                                f"give one of {', '.join(STATES)}")
    return marks


def _mark(args: argparse.Namespace, text: str, marks: Mapping[str, str]) -> None:
    with opened_for_writing(args) as desk:
        actor = proved(desk, args, "recall", Right.EDIT_PATIENTS)
        reached = [one.patient_id for one in RecallReading(desk.store, QualityReader(desk.store)).find(text).cases]
        if strange := [one for one in marks if one not in reached]:
            raise OperatorError(f"{text} was not used on {', '.join(strange)}", "nothing was changed",
                                "look at the list first")
        for patient_id, state in marks.items():
            desk.registry.save_record(call_record(text, patient_id, state), actor.staff_id)


def _write_letters(path: Path, recall: Recall, clinic: ClinicFacts, mark: str) -> None:
    from ui.documents.recall_letter import write_letters

    letters = letters_of(recall, [one for one in recall.cases if one.waits], clinic)
    ready_to_draw()
    write_letters(path, letters, recall.text, clinic, local_day(SystemClock().utc_us()), mark)


def _print(args: argparse.Namespace, recall: Recall) -> None:
    if args.json:
        print(json.dumps({
            "asked": recall.text, "sessions": recall.sessions, "products": list(recall.products),
            "lots": [{"lot": one.lot, "product": one.product, "sessions": one.sessions} for one in recall.lots],
            "patients": [_case_json(one) for one in recall.cases]}, ensure_ascii=False, indent=1))
        return
    for lot in recall.lots:
        print(f"{lot.lot:16}  {lot.sessions:>7}  {lot.product}")
    for one in recall.cases:
        who = one.patient
        print(f"{one.patient_id:8}  {one.state:11}  {local_day(one.uses[0].opened_us)}  {len(one.uses):>3}  "
              f"{who.phone if who and who.phone else '-':16}  {who.name if who else 'erased'}")
    if recall.lots:
        print(f"{counted(len(recall.lots), 'lot')} of «{recall.text}» used; name one of them.")
    else:
        print(f"{counted(len(recall.cases), 'patient')}, {counted(recall.sessions, 'session')}.")


def _case_json(one: RecallCase) -> dict[str, object]:
    return {"patient": one.patient_id, "name": one.patient.name if one.patient else None,
            "telephone": one.patient.phone if one.patient else None, "status": one.state,
            "status_by": one.marked_by or None, "status_at_us": one.marked_us or None,
            "sessions": [str(use.session_id) for use in one.uses]}
