"""``record`` against pens that answer RESEND in every wrong way: two processes and the wire between them."""

import csv
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_process import HostileProcess

from console.app.cli import main

ROOT = Path(__file__).parents[2]
KINDS = ("wrong_range", "foreign_boot", "unasked_errors", "silent")
COLUMNS = ("set_depth_um", "depth_um", "rate_chz", "load_ma", "flags")
NOT_MEASURED = 0xFFFF


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[dict]]]:
    """All at once: what was exported of each, and what its pen took. The cable is out for a second."""
    place = tmp_path_factory.mktemp("hostile")
    pens = {kind: HostileProcess(kind, place / f"{kind}.log", "200", "1.0") for kind in KINDS}
    recordings = [subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "record", "--port", pen.url, "--seconds", "4", "--data",
         str(place / kind)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for kind, pen in pens.items()]
    told = [recording.communicate(timeout=90)[1] for recording in recordings]
    took = {kind: pen.end() for kind, pen in pens.items()}
    assert [recording.returncode for recording in recordings] == [0] * len(KINDS), told
    for kind in KINDS:
        assert main(["verify", "last", "--data", str(place / kind)]) == 0
        assert main(["export", "last", "--data", str(place / kind), "--format", "csv", "--out",
                     str(place / f"{kind}-csv")]) == 0
    return {kind: (place / f"{kind}-csv", took[kind]) for kind in KINDS}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(row: dict[str, str]) -> tuple[int, ...]:
    return tuple(int(row[name]) if row[name] else NOT_MEASURED for name in COLUMNS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_sample_it_held_is_stored_once_and_no_other(kind: str, recorded) -> None:
    folder, took = recorded[kind]
    (pen,) = took
    assert pen["requests"] > 0, json.dumps({"never asked": kind})
    samples, ((boot_id, taken),) = rows(folder / "samples.csv"), pen["boots"].items()
    assert {row["boot_id"] for row in samples} == {boot_id} and {row["pen_serial"] for row in samples} == {"R-1"}
    indexes = [int(row["sample_index"]) for row in samples]
    assert len(indexes) > 500 and indexes == list(range(indexes[0], indexes[0] + len(indexes)))
    for row, index in zip(samples, indexes, strict=True):
        assert numbers(row) == struct.unpack("<5H", bytes.fromhex(taken[index]))
    assert rows(folder / "gaps.csv") == []
