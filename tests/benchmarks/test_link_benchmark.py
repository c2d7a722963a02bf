"""The benchmark of the link runs, as a script and as a module, and gives its named figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = {
    "link.decode_vs_readline", "link.decode_vs_raw_read", "link.recovered", "link.false_frames",
    "link.decode_vs_usb_full_speed", "link.cpu_250hz", "link.cpu_1000hz", "link.to_ring_p50", "link.to_ring_p99",
}  # fmt: skip


@pytest.mark.parametrize("how", [["benchmarks/link.py"], ["-m", "benchmarks.link"]], ids=["script", "module"])
def test_it_prints_one_object_of_figures(how: list[str]) -> None:
    command = [sys.executable, *how, "--json", "--quick", "--rounds", "1", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert set(figures) >= NAMES
    assert all(value >= 0 for value in figures.values())
    assert figures["link.false_frames"] == 0
    assert figures["link.recovered"] > 0.98
