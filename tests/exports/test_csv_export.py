"""The tables: the pen's own integers, in order, the same on every run, never over a stranger's files."""

import csv
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from dossiers import SMALL, chain_up, make_bench_dossier, make_dossier

from console.domain.errors import OperatorError
from console.domain.telemetry import NOT_MEASURED
from console.exports import csv_export
from console.exports.csv_export import write_csv
from console.services import whole_files
from console.services.review_desk import SessionDossier
from console.services.sample_table import WIRE_SAMPLE, build_table


@pytest.fixture(scope="module")
def dossier() -> SessionDossier:
    return make_dossier(SMALL)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_first_columns_are_those_promised(dossier: SessionDossier, tmp_path: Path) -> None:
    write_csv(tmp_path / "out", dossier)
    head = (tmp_path / "out" / "samples.csv").read_text("utf-8").split("\n", 1)[0]
    promised = "boot_id,sample_index,pen_time_us,utc,set_depth_um,depth_um,rate_chz,load_ma,flags,pen_serial,"
    assert head.startswith(promised)


def test_every_sample_is_there_with_the_bytes_of_the_pen(dossier: SessionDossier, tmp_path: Path) -> None:
    write_csv(tmp_path / "out", dossier)
    rows = rows_of(tmp_path / "out" / "samples.csv")
    back = np.zeros(len(rows), WIRE_SAMPLE)
    for name in WIRE_SAMPLE.names or ():
        back[name] = [int(row[name] or NOT_MEASURED) for row in rows]
    assert back.tobytes() == b"".join(chunk.samples for chunk in dossier.chunks)
    indexes = [int(row["sample_index"]) for row in rows]
    gap = dossier.state.gaps[0]
    expected = [*range(1000, gap.first_index), *range(gap.first_index + gap.count, indexes[-1] + 1)]
    assert indexes == expected
    assert {row["depth_um"] == "" for row in rows} == {True, False}
    assert str(NOT_MEASURED) not in {row[name] for row in rows for name in ("depth_um", "load_ma", "set_depth_um")}


def test_times_areas_and_holds_stand_beside_each_sample(dossier: SessionDossier, tmp_path: Path) -> None:
    write_csv(tmp_path / "out", dossier)
    rows = rows_of(tmp_path / "out" / "samples.csv")
    assert rows[0]["utc"] == "2026-11-17T12:04:04.000000Z"
    assert rows[1]["utc"] == "2026-11-17T12:04:04.004000Z"
    assert (rows[0]["area_id"], rows[0]["pass_number"], rows[0]["pen_serial"]) == ("", "", "A1-000042")
    passes = {(row["area_id"], row["pass_number"]) for row in rows if row["area_id"]}
    assert passes == {("face.forehead", "1"), ("face.forehead", "2"), ("face.chin", "1")}
    pass_one = sum(row["area_id"] == "face.forehead" and row["pass_number"] == "1" for row in rows)
    assert pass_one == 6 * 250
    assert {row["on_hold"] for row in rows} == {"0"}


def test_samples_on_hold_are_marked(tmp_path: Path) -> None:
    long = make_dossier((SMALL[0], replace(SMALL[1], passes=2)))
    write_csv(tmp_path / "out", long)
    held = [row for row in rows_of(tmp_path / "out" / "samples.csv") if row["on_hold"] == "1"]
    assert len(held) == 25 * 250 - long.state.gaps[0].count  # the gap lies in the hold
    assert {row["area_id"] for row in held} == {"face.chin"}


def test_gaps_and_events_tell_the_rest(dossier: SessionDossier, tmp_path: Path) -> None:
    write_csv(tmp_path / "out", dossier)
    gap = rows_of(tmp_path / "out" / "gaps.csv")
    assert [(one["boot_id"], one["count"], one["cause"]) for one in gap] == [("7", "250", "not_held")]
    assert gap[0]["recorded_utc"].endswith("Z")
    events = rows_of(tmp_path / "out" / "events.csv")
    assert list(events[0]) == ["seq", "utc", "actor", "kind", "version", "payload", "hash"]
    assert [int(one["seq"]) for one in events] == [one.seq for one in dossier.events]
    assert events[-1]["hash"] == dossier.events[-1].hash.hex()
    assert events[-1]["payload"].startswith('{"gaps":1,"samples":')


def test_boots_stand_in_order_of_arrival(tmp_path: Path) -> None:
    made = make_bench_dossier(2)
    later = [replace(one, head=replace(one.head, boot_id=2, first_index=one.head.first_index - 1000))
             for one in made.chunks]
    table = build_table([*made.chunks, *later])
    write_csv(tmp_path / "out", replace(made, table=table))
    rows = rows_of(tmp_path / "out" / "samples.csv")
    assert [row["boot_id"] for row in rows] == ["7"] * 500 + ["2"] * 500
    assert [int(row["sample_index"]) for row in rows[500:]] == list(range(500))


def test_a_second_run_gives_the_same_bytes(dossier: SessionDossier, tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_csv(target, dossier)
    first = {one.name: one.read_bytes() for one in target.iterdir()}
    assert set(first) == csv_export.FILES
    write_csv(target, dossier)
    assert {one.name: one.read_bytes() for one in target.iterdir()} == first
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_marked_session_says_so_in_every_text(dossier: SessionDossier, tmp_path: Path) -> None:
    write_csv(tmp_path / "out", dossier)
    assert "marked: demo, not clinical" in (tmp_path / "out" / "README.txt").read_text("utf-8")
    assert "marked_as,demo\n" in (tmp_path / "out" / "session.csv").read_text("utf-8")
    write_csv(tmp_path / "clinical", make_dossier(SMALL, ""))
    assert "not clinical" not in (tmp_path / "clinical" / "README.txt").read_text("utf-8")


def test_files_of_others_are_never_replaced(dossier: SessionDossier, tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_csv(target, dossier)
    (target / "my notes.txt").write_text("mine")
    with pytest.raises(OperatorError, match="not empty"):
        write_csv(target, dossier)
    (target / "my notes.txt").unlink()
    other = replace(dossier, row=replace(dossier.row, session_id=UUID(int=5)))
    with pytest.raises(OperatorError, match="no earlier export of this session"):
        write_csv(target, other)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OperatorError, match="is a file"):
        write_csv(tmp_path / "file", dossier)
    with pytest.raises(OperatorError, match="could not be written"):
        write_csv(tmp_path / "file" / "below", dossier)
    (tmp_path / "empty").mkdir()
    write_csv(tmp_path / "empty", dossier)
    assert (tmp_path / "empty" / "samples.csv").exists()


def test_a_full_disk_leaves_the_earlier_export_and_nothing_half(
    dossier: SessionDossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "out"
    write_csv(target, dossier)
    before = {one.name: one.read_bytes() for one in target.iterdir()}

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files, "flush_to_disk", full)
    with pytest.raises(OperatorError, match="make room"):
        write_csv(target, dossier)
    assert {one.name: one.read_bytes() for one in target.iterdir()} == before
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_serial_with_a_comma_stays_one_cell(tmp_path: Path) -> None:
    made = make_bench_dossier(1)
    named = tuple(replace(one, head=replace(one.head, pen_serial='A,"1"')) for one in made.chunks)
    write_csv(tmp_path / "out", replace(made, table=build_table(named), chunks=named))
    assert {row["pen_serial"] for row in rows_of(tmp_path / "out" / "samples.csv")} == {'A,"1"'}


def test_an_empty_session_still_has_its_headings(tmp_path: Path) -> None:
    made = make_bench_dossier(1)
    events, chunks, _ = chain_up([one.event for one in made.events], [])
    write_csv(tmp_path / "out", replace(made, events=events, chunks=chunks, table=build_table(chunks)))
    assert len((tmp_path / "out" / "samples.csv").read_text("utf-8").splitlines()) == 1
