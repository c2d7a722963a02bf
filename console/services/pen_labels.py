"""What the label of each pen says, from its profile; how a pen is reached and read is the link's to know.

Profiles lie in ``resources/pens``, a clinic's own in ``pens`` of its data folder; the clinic's wins by id.
A bad one is left out and named: it hinders no treatment and no other pen.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.label_matrix import PenLabel
from console.domain.sources import Grade, Source
from console.services import clinical_parts as parts
from console.services.clinical_figures import Figure, Reading
from console.services.toml_entries import Entry
from console.services.toml_files import fault, read_toml, rows_of

PEN_TABLES = ("pen", "use", "source", "link", "field")


@dataclass(frozen=True, slots=True)
class RefusedPen:
    """A profile that could not be read, and why."""

    path: Path
    why: OperatorError


@dataclass(frozen=True, slots=True)
class PenLabels:
    """The labels read, the figures in them, and the files refused."""

    labels: tuple[PenLabel, ...]
    figures: tuple[Figure, ...]
    refused: tuple[RefusedPen, ...]


def pen_files(*folders: Path | None) -> list[Path]:
    """Give the profiles of folders that are there, in order."""
    return [path for folder in folders if folder is not None for path in sorted(folder.glob("*.toml"))]


@contextmanager
def only_this_pen() -> Iterator[None]:
    """Let a complaint say what a bad profile leaves untouched: everything else."""
    try:
        yield
    except OperatorError as error:
        raise OperatorError(
            error.happened, "this pen is left out, all others are there", "correct it and start again") from error


def read_pen_labels(paths: Sequence[Path], reading: Reading) -> PenLabels:
    """Read the label of every profile; a later one of the same id wins."""
    labels: dict[str, tuple[PenLabel, list[Figure]]] = {}
    refused = []
    for path in paths:
        try:
            label, figures = read_pen_label(path, reading)
        except OperatorError as error:
            refused.append(RefusedPen(path, error))
        else:
            labels[label.pen_id] = label, figures
    figures_of_all = tuple(figure for _, figures in labels.values() for figure in figures)
    return PenLabels(tuple(label for label, _ in labels.values()), figures_of_all, tuple(refused))


def read_pen_label(path: Path, known: Reading) -> tuple[PenLabel, list[Figure]]:
    """Read one profile's label; OperatorError with file, line, field, found and allowed."""
    with only_this_pen():
        content, file = read_toml(path)
        rows = rows_of(content, file, PEN_TABLES)
        reading = Reading(dict(known.sources), rules=known.rules)
        for row in rows.get("source", []):
            entry = Entry(reading, row, "source")
            source = Source(entry.ident(), entry.text("text", most=300), entry.choice("grade", Grade))
            reading.sources[source.source_id] = source
        if len(rows.get("pen", [])) != 1:
            raise fault(path.name, "table «pen»", f"{len(rows.get('pen', []))} of it", "exactly one")
        uses = [
            Entry(reading, row, "use", str(row.table.get("indication", place)))
            for place, row in enumerate(rows.get("use", []), 1)
        ]
        return parts.read_pen(Entry(reading, rows["pen"][0], "pen"), uses), reading.figures
