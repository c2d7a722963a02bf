"""``record`` as a stranger meets it: a real process, a pen that shares no code with the program."""

import base64
import contextlib
import csv
import io
import json
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from plain_pen import PlainPen, sample

from console.app.cli import main

ROOT = Path(__file__).parents[2]
SECONDS, EPOCH = 3.0, datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = [
    "boot_id", "sample_index", "pen_time_us", "utc", "set_depth_um", "depth_um", "rate_chz", "load_ma", "flags",
    "pen_serial",
]
PAUSE = threading.Event()
NAMES = ("even", "dropping", "overrun", "rough", "mute at the end", "unplugged", "restarted")


def program(*arguments: object) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(*arguments), capture_output=True, text=True, encoding="utf-8", timeout=90, check=False)


def read(*arguments: object) -> tuple[int, str]:
    """Run a command that only reads, without the cost of a process of its own."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main([str(word) for word in arguments])
    return code, said.getvalue()


def pens() -> dict[str, PlainPen]:
    """Every kind of trouble, each with a pen of its own."""
    made = {name: PlainPen(boot_id=1_000 * (place + 1)) for place, name in enumerate(
        NAMES)}
    made["even"].frame_samples = 99
    made["dropping"].drop_every, made["dropping"].damage_every, made["dropping"].repeat_every = 5, 7, 3
    made["overrun"].lost = frozenset({50, 51, 52, 300})
    made["rough"].rough = True
    made["mute at the end"].mute_after_s = SECONDS - 0.6
    made["unplugged"].unplug_at_s, made["unplugged"].unplugged_s = 0.8, 1.0
    made["restarted"].restart_at_s = 1.2
    return made


@dataclass(frozen=True)
class Capture:
    """What came of one recording, and the pen that knows what it sent."""

    pen: PlainPen
    folder: Path
    told: dict[str, Any]
    rows: list[list[str]]
    gaps: list[dict[str, str]]

    @property
    def keys(self) -> list[tuple[int, int]]:
        return [(int(row[0]), int(row[1])) for row in self.rows]

    @property
    def missing(self) -> set[tuple[int, int]]:
        return {(int(gap["boot_id"]), int(gap["first_index"]) + n)
                for gap in self.gaps for n in range(int(gap["count"]))}


def record(pen: PlainPen, folder: Path) -> str:
    with pen:
        recorded = run("record", "--port", pen.url, "--seconds", SECONDS, "--data", folder, "--json")
    assert recorded.returncode == 0, recorded.stderr
    return recorded.stdout


def look(pen: PlainPen, folder: Path, printed: str) -> Capture:
    told = json.loads(printed)  # and nothing else
    out = folder / "exports" / "one"
    assert read("export", told["session"], "--data", folder, "--format", "csv", "--out", out)[0] == 0
    with (out / "samples.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head[: len(COLUMNS)] == COLUMNS
    with (out / "gaps.csv").open(newline="", encoding="utf-8") as file:
        return Capture(pen, folder, told, rows, list(csv.DictReader(file)))


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Capture]]:
    made = pens()
    folders = [tmp_path_factory.mktemp("capture") / "d" for _ in made]
    with ThreadPoolExecutor(len(made)) as hands:
        printed = list(hands.map(record, made.values(), folders))
    yield {name: look(made[name], *rest) for name, *rest in zip(made, folders, printed, strict=True)}


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_stored_once_in_order_and_byte_exact(captures: dict[str, Capture], name: str) -> None:
    taken = captures[name]
    assert len(taken.rows) > 0.6 * SECONDS * 250
    order = [boot for boot in taken.pen.boots if boot in {key[0] for key in taken.keys}]
    assert taken.keys == sorted(set(taken.keys), key=lambda key: (order.index(key[0]), key[1]))
    for row, key in zip(taken.rows, taken.keys, strict=True):
        cells = ["" if value == 0xFFFF and place < 4 else str(value) for place, value in enumerate(sample(*key))]
        assert row[4:9] == cells, key
        assert int(row[2]) == taken.pen.sent[key], key


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_there_is_a_gap_of_its_true_length(captures: dict[str, Capture], name: str) -> None:
    taken = captures[name]
    missing, present = taken.missing, set(taken.keys)
    assert not missing & present
    assert not missing & set(taken.pen.sent)
    for boot in {boot for boot, _ in present}:
        indexes = [index for one, index in present if one == boot]
        whole = {(boot, index) for index in range(min(indexes), max(indexes) + 1)}
        assert whole <= present | missing
    assert taken.told["samples"] == len(present)
    assert taken.told["gaps"] == len(taken.gaps)


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_lists_verifies_and_exports_the_same_bytes(captures: dict[str, Capture], name: str) -> None:
    taken = captures[name]
    (listed,) = json.loads(read("sessions", "--data", taken.folder, "--json")[1])
    assert (listed["session"], listed["kind"], listed["state"]) == (taken.told["session"], "bench", "sealed")
    assert read("verify", "--data", taken.folder)[0] == 0
    one, two = taken.folder / "exports" / "one", taken.folder / "exports" / "two"
    assert read("export", "last", "--data", taken.folder, "--format", "csv", "--out", two)[0] == 0
    assert {file.name for file in one.iterdir()} >= {"samples.csv", "gaps.csv", "events.csv"}
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes()


def wire_bytes(key: tuple[int, int]) -> bytes:
    """Give a sample as the pen put it on the wire."""
    return struct.pack("<5H", *sample(*key))


def history_bytes(history: dict[str, Any]) -> dict[tuple[int, int], bytes]:
    """Give every sample of a session file, cut out by what docs/session-json.md says."""
    found = {}
    for link in history["chain"]:
        if "samples" in link:
            head, raw = link["entry"], base64.b64decode(link["samples"])
            assert len(raw) == 10 * head["count"]
            found.update({(head["boot_id"], head["first_index"] + place): raw[10 * place:10 * place + 10]
                          for place in range(head["count"])})
    return found


@pytest.mark.parametrize("name", ["dropping", "overrun", "restarted"])
def test_every_open_format_holds_the_pens_very_bytes(captures: dict[str, Capture], name: str, tmp_path: Path) -> None:
    taken = captures[name]
    files = {form: tmp_path / f"one.{form}" for form in ("json", "parquet", "fhir")}
    for form, file in files.items():
        assert read("export", "last", "--data", taken.folder, "--format", form, "--out", file)[0] == 0
    sent = {key: wire_bytes(key) for key in taken.keys}
    assert history_bytes(json.loads(files["json"].read_bytes())) == sent
    rows = pq.read_table(files["parquet"]).to_pylist()
    numbers = [[row[one] for one in ("set_depth_um", "depth_um", "rate_chz", "load_ma", "flags")] for row in rows]
    assert {(row["boot_id"], row["sample_index"]): struct.pack("<5H", *(0xFFFF if one is None else one for one in told))
            for row, told in zip(rows, numbers, strict=True)} == sent
    resources = [one["resource"] for one in json.loads(files["fhir"].read_bytes())["entry"]]
    binary = next(one for one in resources if one["resourceType"] == "Binary" and "json" in one["contentType"])
    assert history_bytes(json.loads(base64.b64decode(binary["data"]))) == sent
    assert sampled_load(resources) == binned_load(taken)


def sampled_load(resources: list[dict[str, Any]]) -> list[tuple[list[str], list[str]]]:
    """Give least and greatest load of each second, run by run, as the document tells them."""
    runs = [one["component"] for one in resources if one["resourceType"] == "Observation"
            and one["code"]["coding"][0]["code"] == "load_ma"]
    return [(parts[0]["valueSampledData"]["data"].split(), parts[2]["valueSampledData"]["data"].split())
            for parts in runs]


def binned_load(taken: Capture) -> list[tuple[list[str], list[str]]]:
    """Reckon the same from what the pen sent and when; a run is a boot."""
    runs: dict[int, list[tuple[int, int]]] = {}
    for row, key in zip(taken.rows, taken.keys, strict=True):
        at_us = (datetime.fromisoformat(row[3]) - EPOCH) // timedelta(microseconds=1)
        runs.setdefault(key[0], []).append((at_us, sample(*key)[3]))
    found = []
    for run_of_boot in runs.values():
        start_us, last_us = min(run_of_boot)[0], max(run_of_boot)[0]
        bins: dict[int, list[int]] = {}
        for at_us, load_ma in run_of_boot:
            if load_ma != 0xFFFF:
                bins.setdefault((at_us - start_us) // 1_000_000, []).append(load_ma)
        seconds = range((last_us - start_us) // 1_000_000 + 1)
        found.append(([str(min(bins[one])) if one in bins else "E" for one in seconds],
                      [str(max(bins[one])) if one in bins else "E" for one in seconds]))
    return found


def test_what_a_pen_holds_is_asked_for_and_leaves_no_gap(captures: dict[str, Capture]) -> None:
    for name in ("even", "dropping", "rough", "mute at the end", "unplugged"):
        assert captures[name].gaps == [], name
    assert captures["dropping"].told["resent"] > 50
    assert captures["dropping"].told["crc_errors"] > 3
    assert captures["dropping"].told["duplicates"] > 50
    assert captures["unplugged"].told["resent"] > 200
    span = captures["mute at the end"].keys
    assert span[-1][1] - span[0][1] + 1 >= SECONDS * 250 - 10


def test_what_the_pen_lost_itself_is_named_so(captures: dict[str, Capture]) -> None:
    gaps = captures["overrun"].gaps
    assert {gap["cause"] for gap in gaps} == {"pen_overrun"}
    assert {int(gap["count"]) for gap in gaps} <= {1, 3}
    assert captures["overrun"].missing


def test_a_restart_is_a_gap_and_the_samples_follow(captures: dict[str, Capture]) -> None:
    assert [gap["cause"] for gap in captures["restarted"].gaps] == ["pen_restart"]
    assert {boot for boot, _ in captures["restarted"].keys} == set(captures["restarted"].pen.boots)


def test_another_version_is_told_once(captures: dict[str, Capture]) -> None:
    assert captures["rough"].told["foreign_version"] == 2
    assert captures["even"].told["foreign_version"] == 0


# --- killed ---------------------------------------------------------------------------------------


def until(seen: Any, limit_s: float = 30.0) -> None:
    end_s = time.monotonic() + limit_s
    while not seen():
        assert time.monotonic() < end_s, "it never came to be"
        PAUSE.wait(0.01)


def test_a_killed_recording_keeps_all_but_the_last_second(tmp_path: Path) -> None:
    for turn in range(2):
        with PlainPen(boot_id=turn + 1) as pen:
            process = subprocess.Popen(
                program("record", "--port", pen.url, "--seconds", 60, "--data", tmp_path / "d"),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until(lambda pen=pen: len(pen.sent) > 400)
            newest = max(index for _, index in pen.sent)
            process.kill()
            process.wait()
        assert read("verify", "--data", tmp_path / "d")[0] == 0
        rows = json.loads(read("sessions", "--data", tmp_path / "d", "--json")[1])
        assert [row["state"] for row in rows] == ["open", "cut_off"][: turn + 1]
        first = min(index for _, index in pen.sent)
        assert newest - (first + rows[0]["samples"] - 1) <= 250


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("port", "said"),
    [
        ("", "No port is named"), ("ttyNotThere", "there is no port ttyNotThere"),
        ("socket://127.0.0.1:1", "nothing listens on"), (str(ROOT), "is not a serial port"),
    ],
)
def test_a_bad_port_is_one_sentence(tmp_path: Path, port: str, said: str) -> None:
    told = run("record", "--port", port, "--seconds", 1, "--data", tmp_path / "d", "--json")
    assert told.returncode == 1
    assert said in told.stderr and "nothing was recorded" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert told.stdout == ""
