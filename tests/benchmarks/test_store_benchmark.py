"""The benchmark of the store runs and gives its named figures."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = {
    "store.bytes_vs_rows", "store.write_vs_rows", "store.read_vs_rows", "store.commit_vs_log", "store.commit_p99",
    "store.log_p99",
}


def test_it_prints_one_object_of_figures() -> None:
    command = [sys.executable, "benchmarks/store.py", "--json", "--quick", "--rounds", "1", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert set(figures) >= NAMES
    assert all(value > 0 for value in figures.values())
