"""A session as tables: a folder of CSV files that any program reads."""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.history import JsonValue, canonical_json
from console.domain.session_events import GapRecorded, to_payload
from console.domain.session_state import SessionState
from console.domain.telemetry import NOT_MEASURED
from console.exports.sample_places import on_hold, pass_places, spans
from console.exports.session_facts import area_fields, row_fields
from console.services.label_words import label_words
from console.services.review_desk import SessionDossier
from console.services.sample_table import SampleTable
from console.services.whole_files import told_as_operator_error, write_folder_whole

SCHEMA, SCHEMA_VERSION = "needling-console/session-csv", 1
FILES = frozenset({"README.txt", "areas.csv", "events.csv", "gaps.csv", "samples.csv", "session.csv"})
SAMPLE_COLUMNS = (
    "boot_id", "sample_index", "pen_time_us", "utc", "set_depth_um", "depth_um", "rate_chz", "load_ma", "flags",
    "pen_serial", "resent", "area_id", "pass_number", "on_hold",
)
_BLOCK_ROWS = 50_000

_README = """\
Needling console: one session as tables (CSV, UTF-8, comma, one header line).
{mark}
Session    {session_id}
Chain head {head}

session.csv  Facts of the session, one a line. Times ending in _us are microseconds since 1970, UTC.
samples.csv  What the pen sent, its own integers. An empty cell: not measured by the pen.
             set_depth_um is the depth the pen is set to, depth_um the needle's measured extension; neither
             is a depth of penetration. rate_chz is strokes per second x 100. flags: 1 motor running,
             2 skin contact, 4 button held, 8 cartridge present, 16 fault, 32 depth measured by a sensor.
             Boots in order of arrival, then by index. resent 1: fetched again from the pen. area_id and
             pass_number: the pass that ran at that moment. on_hold 1: needling was paused.
             An index that is not there was lost; gaps.csv says why. Nothing is filled in.
gaps.csv     Samples known to be missing: count from first_index (0: number unknown), and the cause.
events.csv   The whole history in order; payload is canonical JSON. The JSON export carries the whole chain.
areas.csv    Figures of each area, made from samples.csv. Punctures per cm2 are an estimate
             (rate x contact time x needles / area). contact_from says how time on the skin is known: flag
             (the pen's), load (the motor's current) or none. directions: of each pass, in order.
             pain_vas_mm: 0 to 100 as the patient rated it last. label_standing: of the pen's label.
"""


def write_csv(folder: Path, dossier: SessionDossier) -> None:
    """Write a session's tables; an earlier export of the same session is replaced.

    OperatorError where ``folder`` holds anything else, or cannot be written.
    """
    _refuse_strangers(folder, str(dossier.row.session_id))
    write_folder_whole(folder, lambda fresh: _fill(fresh, dossier))


def _refuse_strangers(folder: Path, session_id: str) -> None:
    with told_as_operator_error(folder):
        if not folder.exists():
            return
        if not folder.is_dir():
            raise OperatorError(f"{folder} is a file", "nothing was written", "name a folder")
        names = {one.name for one in folder.iterdir()}
        if not names or (names <= FILES and _session_of(folder) == session_id):
            return
    raise OperatorError(
        f"{folder} is not empty and holds no earlier export of this session", "nothing was written",
        "choose an empty or a new folder")


def _session_of(folder: Path) -> str:
    """Give the session whose export a folder holds, empty if none."""
    try:
        with (folder / "session.csv").open(encoding="utf-8", newline="") as lines:
            facts = {cells[0]: cells[1] for cells in csv.reader(lines) if len(cells) == 2}
    except (FileNotFoundError, UnicodeDecodeError, csv.Error):
        return ""
    return facts.get("session_id", "") if facts.get("schema") == SCHEMA else ""


def _fill(folder: Path, dossier: SessionDossier) -> None:
    mark = f"\nThis export is marked: {dossier.row.marked_as}, not clinical.\n" if dossier.row.marked_as else ""
    told = dossier.state.afterwards
    if told is not None:
        mark += (f"\nEntered afterwards from paper {told.paper} by {told.entered_by} at {iso_utc(told.entered_at_us)}; "
                 "the times before the signature are those on the paper.\n")
    readme = _README.format(mark=mark, session_id=dossier.row.session_id, head=dossier.head.hex())
    _write(folder / "README.txt", lambda out: out.write(readme))
    _write(folder / "samples.csv", lambda out: _write_samples(out, dossier))
    for name, rows in (
        ("session.csv", _session_rows(dossier)), ("gaps.csv", _gap_rows(dossier)),
        ("events.csv", _event_rows(dossier)), ("areas.csv", _area_rows(dossier)),
    ):
        _write_table(folder / name, rows)


def _write(path: Path, fill: Callable[[TextIO], object]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        fill(out)


def _write_table(path: Path, rows: Iterable[Iterable[object]]) -> None:
    _write(path, lambda out: csv.writer(out, lineterminator="\n").writerows(rows))


# --- the small tables -----------------------------------------------------------------------------


def _cell(value: JsonValue) -> object:
    if isinstance(value, (list, tuple)):
        return " ".join(str(part) for part in value)
    return int(value) if isinstance(value, bool) else value


def _session_rows(dossier: SessionDossier) -> Iterator[tuple[object, ...]]:
    fault = dossier.fault
    yield "field", "value"
    yield "schema", SCHEMA
    yield "schema_version", SCHEMA_VERSION
    for name, value in row_fields(dossier.row).items():
        yield name, _cell(value)
    pain = dossier.state.pain
    yield "session_pain_vas_mm", pain[-1][1] if pain else None
    yield "label", label_words(dossier.state)
    yield "chain", "whole" if fault is None else f"entry {fault.seq}: {fault.what}"


def _area_rows(dossier: SessionDossier) -> Iterator[Iterable[object]]:
    rows = [area_fields(area, dossier.state) for area in dossier.areas]
    if rows:
        yield rows[0].keys()
    yield from (map(_cell, row.values()) for row in rows)


def _gap_rows(dossier: SessionDossier) -> Iterator[tuple[object, ...]]:
    yield "pen_serial", "boot_id", "first_index", "count", "cause", "recorded_utc"
    for one in dossier.events:
        gap = one.event.what
        if isinstance(gap, GapRecorded):
            yield gap.pen_serial, gap.boot_id, gap.first_index, gap.count, gap.cause, iso_utc(one.event.at_us)


def _event_rows(dossier: SessionDossier) -> Iterator[tuple[object, ...]]:
    yield "seq", "utc", "actor", "kind", "version", "payload", "hash"
    for one in dossier.events:
        what = one.event.what
        payload = canonical_json(to_payload(what)).decode()
        yield one.seq, iso_utc(one.event.at_us), one.event.actor_id, what.kind, what.version, payload, one.hash.hex()


# --- the large one --------------------------------------------------------------------------------


def _write_samples(out: TextIO, dossier: SessionDossier) -> None:
    table = dossier.table
    out.write(",".join(SAMPLE_COLUMNS) + "\n")
    ran = spans(dossier.state)
    for start in range(0, len(table), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        lines = map(",".join, zip(*_columns(table, block, dossier.state, ran), strict=True))
        out.write("\n".join(lines) + "\n")


def _columns(
    table: SampleTable, block: slice, state: SessionState, ran: list[tuple[int, int, str, int]],
) -> list[list[str]]:
    raw, utc_us, boot = table.raw[block], table.utc_us[block], table.boot[block]
    boot_ids = np.array([str(boot_id) for _, boot_id in table.boots], object)
    serials = np.array([_quoted(serial) for serial, _ in table.boots], object)
    place = pass_places(utc_us, ran)
    areas = np.array(["", *(span[2] for span in ran)], object)
    numbers = np.array(["", *(str(span[3]) for span in ran)], object)
    yes_no = np.array(["0", "1"], object)
    return [
        boot_ids[boot].tolist(), list(map(str, table.index[block].tolist())),
        list(map(str, table.pen_time_us[block].tolist())), _utc_texts(utc_us),
        *(_measured_texts(raw[name]) for name in ("set_depth_um", "depth_um", "rate_chz", "load_ma")),
        list(map(str, raw["flags"].tolist())), serials[boot].tolist(),
        yes_no[table.resent[block].astype(np.intp)].tolist(), areas[place].tolist(), numbers[place].tolist(),
        yes_no[on_hold(utc_us, state).astype(np.intp)].tolist(),
    ]


def _measured_texts(column: NDArray[np.uint16]) -> list[str]:
    texts = list(map(str, column.tolist()))
    for place in np.flatnonzero(column == NOT_MEASURED).tolist():
        texts[place] = ""
    return texts


def _utc_texts(utc_us: NDArray[np.int64]) -> list[str]:
    """Write moments as ``2026-11-17T12:32:05.120000Z``; each second's head is made once."""
    seconds, micros = np.divmod(utc_us, 1_000_000)
    known, which = np.unique(seconds, return_inverse=True)
    heads = [iso_utc(second * 1_000_000)[:-7] for second in known.tolist()]
    return [f"{heads[at]}{micro:06d}Z" for at, micro in zip(which.tolist(), micros.tolist(), strict=True)]


def _quoted(text: str) -> str:
    """Quote a cell where CSV needs it."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text
