"""The script that turns a capture into a test: the test runs, passes, and fails when the bytes change."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CAPTURE = ROOT / "tests" / "devices" / "captures" / "rough_line.capture"


def turn(*arguments: object) -> subprocess.CompletedProcess[str]:
    tool = ROOT / "tools" / "capture_to_test.py"
    return subprocess.run(
        [sys.executable, str(tool), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def run(test: Path) -> None:
    made: dict[str, object] = {"__file__": str(test)}
    exec(compile(test.read_text(), str(test), "exec"), made)
    made["test_my_pen_gives_the_same_samples_and_gaps"]()


def test_the_test_it_makes_can_pass_and_can_fail(tmp_path: Path) -> None:
    capture = tmp_path / "My pen.capture"
    capture.write_bytes(CAPTURE.read_bytes())
    made = turn(capture, "--out", tmp_path / "out", "--seconds", 1.5)
    assert made.returncode == 0, made.stderr
    test = tmp_path / "out" / "test_captured_my_pen.py"
    assert made.stdout.strip() == str(test)
    run(test)
    kept = test.with_name("my_pen.capture")
    lines = kept.read_text().splitlines(keepends=True)
    assert len(lines) < len(CAPTURE.read_text().splitlines())
    kept.write_text("".join(lines[: len(lines) // 2]))
    with pytest.raises(AssertionError):
        run(test)
    again = turn(capture, "--out", tmp_path / "out")
    assert again.returncode == 1 and "already; it was left as it is" in again.stderr


def test_what_is_no_capture_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    refused = turn(tmp_path / "x", "--out", tmp_path / "out")
    assert refused.returncode == 1 and "is not a capture" in refused.stderr
    assert not (tmp_path / "out").exists()
