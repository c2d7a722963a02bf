"""``clinical list``, ``clinical check`` and ``clinical schema``: what the console knows, for whoever answers for it."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from console.app.clinical_input import library_at
from console.domain.errors import OperatorError
from console.services.clinical_figures import Figure, json_schema
from console.services.clinical_library import ClinicalFault, ClinicalLibrary
from console.services.resources import resource_path

DEMO_FILE = ("clinical", "demo_clinic.toml")


def run_list(args: argparse.Namespace) -> int:
    """Print every number, rule and text with its source and the day it was reviewed, sorted by kind and entry."""
    library = library_at(args)
    figures = sorted(library.figures, key=lambda one: (one.kind, one.file, one.entry_id))
    kinds = sorted({one.kind for one in figures})
    if args.kind and args.kind not in kinds:
        raise OperatorError(f"There is no kind «{args.kind}»", "nothing was done", f"choose one of: {', '.join(kinds)}")
    wanted = [one for one in figures if args.kind in ("", one.kind) and (one.is_number or not args.numbers)]
    if args.json:
        print(json.dumps([_figure_json(one) for one in wanted], ensure_ascii=False, indent=1))
        return 0
    _print_figures(wanted)
    return 0


def _figure_json(figure: Figure) -> dict[str, object]:
    return {
        "file": figure.file, "kind": figure.kind, "entry": figure.entry_id, "field": figure.field,
        "value": figure.value, "unit": figure.unit, "number": figure.is_number, "source": figure.source,
        "sources": [{"id": one.source_id, "grade": one.grade.value, "text": one.text} for one in figure.sources],
        "reviewed": figure.reviewed.isoformat()}


def _print_figures(figures: Sequence[Figure]) -> None:
    """One line a figure, so that it can be searched line by line."""
    for one in figures:
        value = " ".join(f"{one.value} {one.unit}".split())
        print(f"{one.kind} {one.entry_id}  {one.field} = {value} | {one.source} | reviewed {one.reviewed} | {one.file}")
    numbers = sum(one.is_number for one in figures)
    print(f"{numbers} numbers and {len(figures) - numbers} rules and texts, each with its source. "
          "Grades: R regulator, P peer-reviewed, M manufacturer, S secondary, C the clinic, D design of this console.")


def run_check(args: argparse.Namespace) -> int:
    """Prove a clinic's own file, or a folder of them, laid over the shipped ones; every fault is told."""
    path: Path = args.file
    if not path.exists():
        raise OperatorError(f"There is no file {path}", "nothing was done", "check the name")
    try:
        library = ClinicalLibrary.load(resource_path("."), path)
    except ClinicalFault as found:
        if args.json:
            print(json.dumps({"whole": False, "faults": [one.happened for one in found.faults]}, ensure_ascii=False))
        for one in found.faults:
            print(f"main.py: {one.happened}.", file=sys.stderr)
        return 1
    names = {one.name for one in path.glob("*.toml")} if path.is_dir() else {path.name}
    own = [one for one in library.figures if one.file in names]
    numbers, entries = sum(one.is_number for one in own), len({(one.kind, one.entry_id) for one in own})
    if args.json:
        print(json.dumps({"whole": True, "faults": [], "entries": entries, "numbers": numbers}))
    else:
        print(f"{path.name} is whole: {entries} entries with {numbers} numbers, each with its source.")
    return 0


def run_schema(args: argparse.Namespace) -> int:
    """Print what a clinical file may hold: each table, field, unit and allowed values."""
    resources = resource_path(".")
    # Between them these files hold every kind of table.
    both = (ClinicalLibrary.load(resources, resource_path(*DEMO_FILE)), ClinicalLibrary.load(resources))
    fields = tuple({(rule.kind, rule.field): rule for library in both for rule in library.fields}.values())
    if args.json:
        print(json.dumps(json_schema(fields), ensure_ascii=False, indent=1))
        return 0
    for rule in sorted(fields, key=lambda one: (one.kind, one.field)):
        print(f"{rule.kind:18} {rule.field:20} {'optional' if rule.optional else 'needed':9} {rule.words()}")
    return 0
