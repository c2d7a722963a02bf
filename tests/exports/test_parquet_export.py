"""Parquet: the pen's integers bit for bit, what was not measured told as such, gaps beside them."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from dossiers import SERIAL, SMALL, make_dossier

from console.domain.errors import OperatorError
from console.exports import parquet_export
from console.exports.parquet_export import write_parquet
from console.services.sample_table import WIRE_SAMPLE


def test_the_samples_are_the_pens_bytes(tmp_path: Path) -> None:
    dossier = make_dossier(SMALL)
    write_parquet(tmp_path / "samples.parquet", dossier)
    table = parquet.read_table(tmp_path / "samples.parquet")
    raw = np.zeros(len(table), WIRE_SAMPLE)
    for name in ("set_depth_um", "depth_um", "rate_chz", "load_ma", "flags"):
        column = table.column(name)
        assert str(column.type) == "uint16"
        raw[name] = column.fill_null(0xFFFF).to_numpy()
    assert raw.tobytes() == b"".join(chunk.samples for chunk in dossier.chunks)
    assert table.column("sample_index").to_pylist() == dossier.table.index.tolist()
    assert table.column("pen_time_us").to_pylist() == dossier.table.pen_time_us.tolist()
    assert set(table.column("pen_serial").to_pylist()) == {SERIAL}
    assert "face.forehead" in table.column("area_id").to_pylist() and None in table.column("area_id").to_pylist()
    assert table.column("utc").type.tz == "UTC"


def test_the_gaps_stand_in_the_metadata(tmp_path: Path) -> None:
    dossier = make_dossier(SMALL)
    write_parquet(tmp_path / "samples.parquet", dossier)
    told = parquet.read_schema(tmp_path / "samples.parquet").metadata
    gap = dossier.state.gaps[0]
    assert [(one["first_index"], one["count"]) for one in json.loads(told[b"gaps"])] == [(gap.first_index, gap.count)]
    assert told[b"head"].decode() == dossier.head.hex() and told[b"schema_version"] == b"1"


def test_without_the_package_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(parquet_export, "import_module", missing)
    with pytest.raises(OperatorError, match="Parquet needs the package"):
        write_parquet(tmp_path / "samples.parquet", make_dossier(SMALL))
    assert not list(tmp_path.iterdir())
