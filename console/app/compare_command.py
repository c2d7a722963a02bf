"""``main.py compare``: two to four sessions side by side, area by area."""

import argparse
import json
from collections.abc import Iterable

from console.app.reading import opened
from console.app.reading_notes import sessions_named
from console.services.session_compare import (
    LETTERS,
    MEASURES,
    Comparison,
    comparison_json,
    name_of,
    read_comparison,
    settings_rows,
)

NAME_WIDE, CELL_WIDE = 24, 12  # characters


def run(args: argparse.Namespace) -> int:
    """Print the comparison of the sessions named."""
    with opened(args, sessions_named(args.sessions)) as (_, store):
        comparison = read_comparison(store, [store.find_session(one) for one in args.sessions])
    if args.json:
        print(json.dumps(comparison_json(comparison), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(comparison)))
    return 0


def lines(comparison: Comparison) -> list[str]:
    """Give the comparison as lines of text, in columns."""
    said = [f"{letter}  {name_of(one)}  {one.row.session_id}"
            for letter, one in zip(LETTERS, comparison.sessions, strict=False)]
    for measure in MEASURES:
        said += ["", f"{measure.name}{f', {measure.unit}' if measure.unit else ''}. {measure.note}."]
        said.append(_line("", LETTERS[:len(comparison.sessions)]))
        for area_id, label in comparison.areas:
            values = [measure.value(one.area(area_id)) for one in comparison.sessions]
            said.append(_line(label, [measure.shown(one) for one in values]))
    said += ["", "Settings"]
    for name, told_of in settings_rows(comparison):
        said += [f"{name}:", *(f"  {letter}  {one}" for letter, one in zip(LETTERS, told_of, strict=False))]
    for patient, told in comparison.gradings:
        steps = ", ".join(f"session {one.session_number}: {one.what.value}" for one in told)
        said += ["", f"{told[0].what.scale_name} of {patient}, by the {told[0].what.graded_by}: {steps}"]
    return said


def _line(name: str, cells: Iterable[str]) -> str:
    return f"{name:{NAME_WIDE}}" + "".join(f"{one:>{CELL_WIDE}}" for one in cells)
