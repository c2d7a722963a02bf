"""However the harness ends, no process and no folder of it is left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.ending import marked, sweep

ROOT = Path(__file__).parents[2]
# Begins a process in a session of its own whose parent is gone at once, and another harness that does the same.
INNER = """
import subprocess, sys, signal
from tests.faults.ending import own_ground
with own_ground() as ground:
    subprocess.run(["sh", "-c", "sleep 600 & echo $!"], stdout=subprocess.DEVNULL, start_new_session=True, check=True)
    (ground.root / "played").mkdir()
    {then}
"""
BEGUN = 4  # two sleepers, the inner harness and its guardian
WAITING = "print('ready', flush=True); signal.pause()"
OUTER = INNER.replace("{then}", """inner = subprocess.Popen([sys.executable, "-c", sys.argv[1]],
                             stdout=subprocess.PIPE, text=True)
    inner.stdout.readline()
    {then}""")


@pytest.fixture
def ground(tmp_path, monkeypatch):
    """Give where the harness's folders go, and that they are gone at the end with all that carries their name."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield tmp_path
    left = marked(tmp_path)
    sweep(tmp_path)
    assert left == [], "a process was left"
    assert list(tmp_path.iterdir()) == [], "a folder was left"


def begin(then: str) -> "subprocess.Popen[str]":
    made = subprocess.Popen(
        [sys.executable, "-c", OUTER.replace("{then}", then), INNER.replace("{then}", WAITING)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert made.stdout is not None
    return made


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing(ground, number):
    with begin(WAITING) as harness:
        harness.stdout.readline()
        begun = len(marked(ground))
        harness.send_signal(number)
        assert "nothing is left behind" in harness.communicate()[1]
    assert harness.returncode == 128 + number and begun == BEGUN


def test_an_exception_leaves_nothing(ground):
    with begin("raise ValueError('a kind that fails')") as harness:
        assert "a kind that fails" in harness.communicate()[1]
    assert harness.returncode == 1


def test_a_killed_harness_is_cleaned_up_by_its_guardian(ground):
    with begin(WAITING) as harness:
        harness.stdout.readline()
        begun = len(marked(ground))
        harness.kill()
        harness.communicate()  # ends once nobody holds its output any more
    assert begun == BEGUN
    while list(ground.iterdir()):
        os.sched_yield()
