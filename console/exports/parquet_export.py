"""A session's samples as one Parquet file: the pen's own integers; docs/exports.md says what each column is."""

import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.domain.errors import OperatorError
from console.domain.history import JsonValue
from console.domain.session_events import GapRecorded, to_payload
from console.domain.telemetry import NOT_MEASURED
from console.exports.sample_places import on_hold, pass_places, spans
from console.services.review_desk import SessionDossier
from console.services.whole_files import write_whole

SCHEMA, SCHEMA_VERSION = "needling-console/samples-parquet", 1
_GROUP_ROWS = 250_000


def write_parquet(path: Path, dossier: SessionDossier) -> None:
    """Write the samples; OperatorError where that fails or the package that writes Parquet is not installed."""
    arrow, parquet = _arrow()
    out = io.BytesIO()
    parquet.write_table(_table(arrow, dossier), out, compression="zstd", row_group_size=_GROUP_ROWS)
    write_whole(path, out.getvalue())


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise OperatorError("Parquet needs the package «pyarrow», which is not installed", "nothing was written",
                            "install the extra «parquet», or write csv") from None


def _table(arrow: Any, dossier: SessionDossier) -> Any:
    table, state = dossier.table, dossier.state
    ran = spans(state)
    place = pass_places(table.utc_us, ran)
    serials, boots = [serial for serial, _ in table.boots], np.array([boot for _, boot in table.boots], np.int64)
    columns = {
        "pen_serial": _words(arrow, table.boot, serials), "boot_id": arrow.array(boots[table.boot]),
        "sample_index": arrow.array(table.index), "pen_time_us": arrow.array(table.pen_time_us),
        "utc": arrow.array(table.utc_us, arrow.timestamp("us", "UTC")),
        **{name: _measured(arrow, table.raw[name]) for name in ("set_depth_um", "depth_um", "rate_chz", "load_ma")},
        "flags": arrow.array(np.ascontiguousarray(table.raw["flags"])), "resent": arrow.array(table.resent),
        "area_id": _words(arrow, place - 1, [one[2] for one in ran]),
        "pass_number": arrow.array(np.array([0, *(one[3] for one in ran)], np.int32)[place], mask=place == 0),
        "on_hold": arrow.array(on_hold(table.utc_us, state)),
    }
    return arrow.table(columns).replace_schema_metadata(_metadata(dossier))


def _words(arrow: Any, place: NDArray[Any], words: list[str]) -> Any:
    """Give a column of words by their place; none where it is below zero."""
    wanted = arrow.array(place.astype(np.int32), mask=place < 0)
    return arrow.DictionaryArray.from_arrays(wanted, arrow.array(words, arrow.string()))


def _measured(arrow: Any, column: NDArray[np.uint16]) -> Any:
    """Give a column as sent, with nothing where the pen sent that it did not measure."""
    return arrow.array(np.ascontiguousarray(column), mask=column == NOT_MEASURED)


def _metadata(dossier: SessionDossier) -> dict[str, str]:
    gaps: list[JsonValue] = [
        {**to_payload(one.event.what), "recorded_us": one.event.at_us} for one in dossier.events
        if isinstance(one.event.what, GapRecorded)]
    periods = sorted(set(dossier.table.period_us.tolist()))
    return {
        "schema": SCHEMA, "schema_version": str(SCHEMA_VERSION), "session_id": str(dossier.row.session_id),
        "marked_as": dossier.row.marked_as, "head": dossier.head.hex(), "gaps": json.dumps(gaps, sort_keys=True),
        "periods_us": json.dumps(periods), "fault": "" if dossier.fault is None else dossier.fault.what}
